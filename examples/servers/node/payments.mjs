// A shop's payments, with what docs/backend.md asks of a backend: https://www.npmjs.com/package/vitumob-pay-server
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createPayments } from 'vitumob-pay-server';

const { env } = process;

export const payments = createPayments({
  database: { sqlite: env.PAYMENTS_FILE ?? 'payments.db' },
  daraja: {
    baseUrl: env.DARAJA_BASE_URL, // Safaricom's sandbox unless set
    consumerKey: env.DARAJA_CONSUMER_KEY,
    consumerSecret: env.DARAJA_CONSUMER_SECRET,
    shortcode: env.DARAJA_SHORTCODE,
    passkey: env.DARAJA_PASSKEY,
    type: env.DARAJA_TYPE, // paybill unless set, or till
    partyB: env.DARAJA_PARTY_B, // the till, where it is not the shortcode
  },
  publicUrl: env.PUBLIC_URL, // where Daraja reaches this server
  secret: env.SECRET, // openssl rand -hex 32
  origins: [env.SHOP_ORIGIN],
  // Your table of orders; the second argument says who asks.
  findOrder: async (orderId) => {
    const orders = new Map(Object.entries(JSON.parse(await readFile(env.ORDERS_FILE ?? 'orders.json', 'utf8'))));
    return orders.has(orderId) ? { amount: orders.get(orderId) } : null;
  },
  // Your session: who may have a token. Here anybody may, as a customer of their own.
  authorize: () => randomUUID(),
  // Act on it once for each `event.id`: it is told again until this resolves.
  onEvent: (event) => console.log(event.type, event.data.order_id),
});

await payments.start();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void payments.stop().then(() => process.exit()));
}
