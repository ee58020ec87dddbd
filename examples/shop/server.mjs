// A shop: its page, its payments, and what it does when an order is paid.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createPayments } from 'vitumob-pay-server';
import { toNodeHandler } from 'vitumob-pay-server/node';
import { findOrder, markPaid } from './orders.mjs';

const { env } = process;

const payments = createPayments({
  database: { sqlite: 'payments.db' },
  daraja: {
    baseUrl: env.DARAJA_BASE_URL, // Safaricom's sandbox unless set
    consumerKey: env.DARAJA_CONSUMER_KEY,
    consumerSecret: env.DARAJA_CONSUMER_SECRET,
    shortcode: env.DARAJA_SHORTCODE,
    passkey: env.DARAJA_PASSKEY,
    type: env.DARAJA_TYPE, // paybill unless it is a till
    partyB: env.DARAJA_PARTY_B,
  },
  publicUrl: env.PUBLIC_URL, // where Daraja reaches this server
  secret: env.SECRET,
  trustedProxies: Number(env.TRUSTED_PROXIES ?? 0), // how many stand in front
  origins: [new URL(env.PUBLIC_URL).origin],
  findOrder, // what an order costs: never what the page says
  authorize: () => randomUUID(), // your session: who may ask for a payment. Here everybody may
  onEvent({ type, data }) {
    const { order_id: id, amount, receipt = 'not known yet' } = data;
    if (type === 'payment.failed') return; // The customer may try again.
    if (type === 'payment.paid' && findOrder(id)?.amount === amount) {
      if (markPaid(id, data.receipt)) console.log(`Deliver ${id}. Receipt: ${receipt}`);
    } else {
      console.warn(`Look into ${id}: ${type}, KES ${amount}. Receipt: ${receipt}`);
    }
  },
});
await payments.start();

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/vitumob-pay.min.js': [
    fileURLToPath(import.meta.resolve('vitumob-pay/dist/vitumob-pay.min.js')),
    'text/javascript; charset=utf-8',
  ],
};
const pay = toNodeHandler(payments);
const server = createServer((request, response) => {
  const [path] = request.url.split('?');
  if (!Object.hasOwn(files, path)) return void pay(request, response);
  const [file, type] = files[path];
  response.writeHead(200, { 'content-type': type });
  pipeline(createReadStream(file), response, () => undefined);
}).listen(Number(env.PORT ?? 3000), '127.0.0.1', () => console.log(`The shop: ${env.PUBLIC_URL}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    void payments.stop().then(() => process.exit());
  });
}
