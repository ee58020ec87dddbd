import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';

/** Sends one server-sent event: its name and its data, as JSON. */
export type SendEvent = (event: string, data: unknown) => void;

/**
 * A `text/event-stream` answer that stays open until the reader leaves.
 *
 * @param subscribe called once, with the function that sends; returns the function that ends the subscription
 */
export function eventStream(c: Context, subscribe: (send: SendEvent) => () => void): Response {
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    // A first comment makes proxies and browsers deliver the head at once.
    void stream.write(': open\n\n');
    const unsubscribe = subscribe((event, data) => {
      void stream.writeSSE({ event, data: JSON.stringify(data) });
    });
    await new Promise<void>((left) => {
      stream.onAbort(left);
    });
    unsubscribe();
  });
}
