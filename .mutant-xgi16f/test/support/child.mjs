/** A payments server in a process of its own, which dies where the test says. Of the built package, which starts at once. */
import { createServer } from 'node:http';
import { createPayments } from '../../dist/index.js';
import { toNodeHandler } from '../../dist/node.js';

const { DATABASE_URL = '', DARAJA_URL = '', EVENTS_URL = '', KILL_AT, PORT = '0' } = process.env;

const LIMITS = ['tokenByAddress', 'pushByOrder', 'pushBySubject', 'pushByAddress', 'pushByPhone'];

const database = DATABASE_URL.startsWith('file:')
  ? { sqlite: DATABASE_URL.slice('file:'.length) }
  : { postgres: DATABASE_URL };

const payments = createPayments({
  database,
  daraja: { baseUrl: DARAJA_URL, consumerKey: 'k', consumerSecret: 's', shortcode: '174379', passkey: 'p' },
  publicUrl: 'http://127.0.0.1:1',
  secret: 'a-secret-for-tests-that-is-long-enough-0001',
  origins: [],
  limits: Object.fromEntries(LIMITS.map((name) => [name, { burst: 1e6, perSeconds: 1 }])),
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
const handle = toNodeHandler(payments);
const server = createServer((request, response) => void handle(request, response));
server.listen(Number(PORT), '127.0.0.1', () => {
  process.send(server.address().port);
});
