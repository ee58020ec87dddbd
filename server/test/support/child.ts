/** A payments server in a process of its own, which dies where the test says. Reads its orders from the environment. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPayments, type DatabaseOption } from '../../src/index.js';
import { toNodeHandler } from '../../src/node.js';
import { NO_LIMITS, SECRET } from './shop.js';

const { DATABASE_URL = '', DARAJA_URL = '', EVENTS_URL = '', KILL_AT, PORT = '0' } = process.env;

const database: DatabaseOption = DATABASE_URL.startsWith('file:')
  ? { sqlite: DATABASE_URL.slice('file:'.length) }
  : { postgres: DATABASE_URL };

const payments = createPayments({
  database,
  daraja: { baseUrl: DARAJA_URL, consumerKey: 'k', consumerSecret: 's', shortcode: '174379', passkey: 'p' },
  publicUrl: 'http://127.0.0.1:1',
  secret: SECRET,
  origins: [],
  limits: NO_LIMITS,
  findOrder: () => ({ amount: '100' }),
  authorize: () => 'customer',
  async onEvent(event) {
    const { ok } = await fetch(EVENTS_URL, { method: 'POST', body: JSON.stringify(event) });
    if (!ok) throw new Error('not taken');
  },
  queryAfter: 1,
  onStep: (step) => {
    if (step === KILL_AT) process.kill(process.pid, 'SIGKILL');
  },
});
await payments.start();
const server = createServer((request, response) => void toNodeHandler(payments)(request, response));
server.listen(Number(PORT), '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
