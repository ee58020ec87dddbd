/**
 * A mounted server as a handler of Node's, for `http.createServer` and Express.
 *
 * @module vitumob-pay-server/node
 */
import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Payments } from './payments/payments.js';

/** A request listener. Express hands it the body parsed, if `express.json()` stands before it; it takes that too. */
export function toNodeHandler(
  payments: Pick<Payments, 'fetch'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const listener = getRequestListener(
    (request, { incoming }) => payments.fetch(request, { address: incoming.socket.remoteAddress }),
    // Node's own Request and Response stay as they are in the shop's process.
    { overrideGlobalObjects: false },
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
