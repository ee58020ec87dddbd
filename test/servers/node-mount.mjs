/** `vitumob-pay-server`, mounted in plain Node with the settings by which the suite of examples/servers hurries the other servers. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createPayments } from 'vitumob-pay-server';
import { toNodeHandler } from 'vitumob-pay-server/node';

const { env } = process;
const seconds = (name, otherwise) => (env[name] === 'never' ? 'never' : Number(env[name] ?? otherwise));
const say = (fields, message) => {
  console.log(JSON.stringify({ message, ...fields }));
};

const payments = createPayments({
  database: { sqlite: env.PAYMENTS_FILE },
  daraja: {
    baseUrl: env.DARAJA_BASE_URL,
    consumerKey: env.DARAJA_CONSUMER_KEY,
    consumerSecret: env.DARAJA_CONSUMER_SECRET,
    shortcode: env.DARAJA_SHORTCODE,
    passkey: env.DARAJA_PASSKEY,
    type: env.DARAJA_TYPE,
    partyB: env.DARAJA_PARTY_B,
  },
  publicUrl: `http://127.0.0.1:${env.PORT}`,
  secret: 'a secret of the suite of the examples',
  origins: [env.SHOP_ORIGIN],
  findOrder: async (orderId) => {
    const orders = new Map(Object.entries(JSON.parse(await readFile(env.ORDERS_FILE, 'utf8'))));
    return orders.has(orderId) ? { amount: orders.get(orderId) } : null;
  },
  authorize: () => randomUUID(),
  trustedProxies: Number(env.TRUSTED_PROXIES ?? 0),
  darajaTimeout: seconds('DARAJA_TIMEOUT_S', 25),
  promptWindow: seconds('PROMPT_WINDOW_S', 120),
  // Its questions come ever less often: from less they would be too few.
  queryAfter: Math.max(0.2, seconds('CALLBACK_OVERDUE_S', 20)),
  releaseAfter: seconds('RELEASE_AFTER_S', 300),
  // As the other servers have it, but given back so slowly that a slow machine has none back; one token serves the whole suite.
  limits: {
    pushByOrder: { burst: 5, perSeconds: 600 },
    pushByAddress: { burst: 20, perSeconds: 1200 },
    pushByPhone: { burst: 3, perSeconds: 300 },
    pushBySubject: { burst: 10_000, perSeconds: 60 },
    statusBySubject: { burst: 100_000, perSeconds: 60 },
    statusByAddress: { burst: 100_000, perSeconds: 60 },
  },
  onEvent: ({ type, data }) => {
    console.log(`order ${data.order_id}: ${type.replace('payment.', '')}`);
  },
  logger: { info: say, warn: say, error: say },
});
await payments.start();
createServer(toNodeHandler(payments)).listen(Number(env.PORT), env.HOST ?? '127.0.0.1');
