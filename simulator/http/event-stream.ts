/** Sends one server-sent event: its name and its data, as JSON. */
export type SendEvent = (event: string, data: unknown) => void;

/**
 * A `text/event-stream` answer that stays open.
 *
 * @param subscribe called once, with the function that sends; returns the function that ends the subscription
 */
export function eventStream(subscribe: (send: SendEvent) => () => void): Response {
  const encoder = new TextEncoder();
  let unsubscribe: (() => void) | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // A first comment makes proxies and browsers deliver the head at once.
      controller.enqueue(encoder.encode(': open\n\n'));
      unsubscribe = subscribe((event, data) => {
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      });
    },
    cancel() {
      unsubscribe?.();
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
  });
}
