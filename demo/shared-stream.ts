/**
 * Server-sent events that all tabs of the page share. A browser opens six connections to a host at most, and an open stream keeps
 * one: a few tabs with streams of their own would leave none for the payment. So one tab listens and passes on what it hears.
 */

type Message<Data> = { readonly kind: 'hello' } | { readonly kind: 'data'; readonly data: Data };

/**
 * @param keyOf what a message is about; the newest of each is kept for the tabs that come later
 */
export function sharedStream<Data>(
  url: string,
  event: string,
  keyOf: (data: Data) => string,
  receive: (data: Data) => void,
): void {
  const newest = new Map<string, Data>();
  const take = (data: Data): void => {
    newest.set(keyOf(data), data);
    receive(data);
  };
  const listen = (tell: (data: Data) => void): void => {
    new EventSource(url).addEventListener(event, ({ data }: MessageEvent<string>) => {
      tell(JSON.parse(data) as Data);
    });
  };

  // Only a secure context has locks: with `vite --host`, a phone in the same network has not.
  if (!('locks' in navigator)) {
    listen(take);
    return;
  }
  const channel = new BroadcastChannel(`stream ${url}`);
  const send = (message: Message<Data>): void => {
    channel.postMessage(message);
  };
  let leads = false;
  channel.addEventListener('message', ({ data: message }: MessageEvent<Message<Data>>) => {
    if (message.kind === 'data') take(message.data);
    else if (leads) for (const data of newest.values()) send({ kind: 'data', data });
  });
  send({ kind: 'hello' });
  void navigator.locks.request(`stream ${url}`, () => {
    leads = true;
    listen((data) => {
      take(data);
      send({ kind: 'data', data });
    });
    // Never released: the next tab takes over when this one is closed.
    return new Promise<never>(() => undefined);
  });
}
