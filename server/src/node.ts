/**
 * A mounted server as a handler of Node's, for `http.createServer` and Express, and its settings from the environment.
 *
 * @module vitumob-pay-server/node
 */
import { getRequestListener, RequestError } from '@hono/node-server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { fail } from './http/answers.js';
import type { Payments } from './payments/payments.js';

export { readMountSettings as readSettings, type MountSettings, type OptionsOfSettings } from './settings.js';

/** What is taken of a body that nobody reads, before its connection is closed all the same. */
const MAX_DRAIN_BYTES = 64 * 1024 * 1024;
const MAX_DRAIN_MS = 10_000;

/** A request listener. Express hands it the body parsed, if `express.json()` stands before it; it takes that too. */
export function toNodeHandler(
  payments: Pick<Payments, 'fetch'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const listener = getRequestListener(
    async (request, { incoming }) => {
      const answer = await payments.fetch(request, { address: incoming.socket.remoteAddress });
      return incoming.complete || !answer.body ? answer : endsWithBody(answer, incoming);
    },
    {
      // Node's own Request and Response stay as they are in the shop's process.
      overrideGlobalObjects: false,
      errorHandler: (error) =>
        error instanceof RequestError
          ? fail(400, 'The request has to have a path, and a Host that can be read')
          : fail(500, 'The server failed; ask again'),
    },
  );
  return (incoming, outgoing) => {
    const { body } = incoming as { body?: unknown };
    if (body !== undefined && incoming.readableEnded) {
      const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      Object.assign(incoming, { rawBody: Buffer.from(text) });
    }
    return listener(incoming, outgoing);
  };
}

/**
 * An answer that is sent at once, and ended when the request's body has come: a connection that is closed while the body
 * is still coming is reset, and with it the answer may be lost.
 */
async function endsWithBody(answer: Response, incoming: IncomingMessage | Http2ServerRequest): Promise<Response> {
  const text = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(text.byteLength));
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(text);
      await drain(incoming);
      controller.close();
    },
  });
  return new Response(body, { status: answer.status, headers });
}

/** Resolves when the request has come to its end, or has been too long in coming. */
function drain(incoming: IncomingMessage | Http2ServerRequest): Promise<void> {
  return new Promise((resolve) => {
    if (incoming.destroyed) {
      resolve();
      return;
    }
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      incoming.off('data', count).off('end', done).off('error', done).off('close', done);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.byteLength;
      if (bytes > MAX_DRAIN_BYTES) done();
    };
    const timer = setTimeout(done, MAX_DRAIN_MS);
    // Whoever has read the beginning reads no further, and would keep or hold up what comes.
    incoming.removeAllListeners('data').on('data', count);
    incoming.on('end', done).on('error', done).on('close', done).resume();
  });
}
