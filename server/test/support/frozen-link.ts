import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** A way to a server that can stop carrying anything, while all connections stay open: as a server that hangs. */
export class FrozenLink {
  readonly url: string;
  readonly #sockets: Set<Socket>;
  readonly #close: () => Promise<void>;
  #frozen = false;
  #freezeAfter: string | undefined;
  #onFrozen: (() => void) | undefined;

  private constructor(url: string, sockets: Set<Socket>, close: () => Promise<void>) {
    this.url = url;
    this.#sockets = sockets;
    this.#close = close;
  }

  static async open(target: string): Promise<FrozenLink> {
    const to = new URL(target);
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      for (const [from, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('data', (chunk) => {
          other.write(chunk);
          if (from === near) link.#saw(chunk);
        });
        from.on('end', () => other.end());
        from.on('error', () => other.destroy());
        from.on('close', () => {
          sockets.delete(from);
          other.destroy();
        });
      }
      if (link.#frozen) for (const socket of [near, far]) socket.pause();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(target);
    url.port = String((server.address() as AddressInfo).port);
    const link: FrozenLink = new FrozenLink(url.href, sockets, async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    return link;
  }

  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
    this.#onFrozen?.();
  }

  /** Freezes when this has been sent to the server; resolves then. */
  frozenAfter(text: string): Promise<void> {
    this.#freezeAfter = text;
    return new Promise((resolve) => (this.#onFrozen = resolve));
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  close(): Promise<void> {
    return this.#close();
  }

  #saw(chunk: Buffer): void {
    if (this.#freezeAfter === undefined || !chunk.includes(this.#freezeAfter)) return;
    this.#freezeAfter = undefined;
    this.freeze();
  }
}
