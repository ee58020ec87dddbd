import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { type Handler, json } from './handler.js';

/** No body is kept in memory beyond this; the APIs' own limits are lower. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface AdapterOptions {
  /**
   * Whether connections may be reused. A browser itself resends a request whose *reused* connection broke before any answer; a
   * test that counts requests after a reset turns this off.
   */
  readonly keepAlive?: boolean;
}

/**
 * Serves one Node request with a web-standard handler. Where the handler rejects (a scripted reset), or a body errors half-way, the
 * connection is broken, as it would be out in the world. Never rejects.
 */
export async function serve(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { keepAlive = true }: AdapterOptions = {},
): Promise<void> {
  if (!keepAlive) outgoing.setHeader('connection', 'close');
  try {
    const body = await readBody(incoming);
    const response = body ? await handler(toRequest(incoming, body)) : json({ error: 'The body is too large' }, 413);
    await send(response, outgoing);
  } catch {
    // What was written still goes out, so that a head sent before the break arrives.
    if (outgoing.headersSent) incoming.socket.destroySoon();
    else incoming.socket.resetAndDestroy();
  }
}

/** The address that a listening server is reached at from its own machine. */
export function originOf(server: Pick<Server, 'address'>): string {
  const address = server.address();
  if (!isAddressInfo(address)) throw new Error('The demo server has no TCP port.');
  const host = address.family === 'IPv6' ? '[::1]' : '127.0.0.1';
  return `http://${host}:${address.port}`;
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** The whole body; undefined where it is too large. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // The rest is read to its end and dropped: a connection closed under an upload would hide the 413.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : new Uint8Array(Buffer.concat(chunks));
}

function toRequest(incoming: IncomingMessage, body: Uint8Array<ArrayBuffer>): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // The handlers look at path and query alone, so a wrong Host header can do no harm.
  return new Request(`http://localhost${url}`, { method, headers, ...(hasBody && { body }) });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (!response.body) {
    outgoing.end();
    return;
  }
  const reader = response.body.getReader();
  outgoing.once('close', () => {
    // The client is gone, or all is sent: a stream of events ends here.
    reader.cancel().catch(() => undefined);
  });
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value) && !outgoing.destroyed) await drained(outgoing);
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    // Whichever comes, neither stays: a stream of events is full many times, and closes once.
    const end = (): void => {
      outgoing.off('drain', end).off('close', end);
      resolve();
    };
    outgoing.on('drain', end).on('close', end);
  });
}
