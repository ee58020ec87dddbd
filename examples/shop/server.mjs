// A shop: its page, its payments, and what it does when an order is paid.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createPayments } from 'vitumob-pay-server';
import { readSettings, toNodeHandler } from 'vitumob-pay-server/node';
import { prometheus } from 'vitumob-pay-server/prometheus';
import { findOrder, markPaid } from './orders.mjs';

const end = (problem) => {
  console.error(problem);
  process.exit(1);
};
const { env } = process;
const settings = readSettings({ ...env, PORT: env.PORT || '3000' });
if ('problem' in settings) end(settings.problem);
const { metrics, text, contentType } = prometheus();

const payments = createPayments({
  ...settings.options, // of the .env file: the account at Daraja, PUBLIC_URL, SECRET
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
  metrics,
});
await payments.start().catch(({ code, message }) => end(`DATABASE_URL cannot be used: ${code ?? ''} ${message}`));

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/vitumob-pay.min.js': [
    fileURLToPath(import.meta.resolve('vitumob-pay/dist/vitumob-pay.min.js')),
    'text/javascript; charset=utf-8',
  ],
};
// For whoever runs the shop: let the proxy in front of it keep /metrics from everybody else.
const reports = {
  '/health': () =>
    payments.ping().then(
      () => [200, 'application/json', '{"status":"ok"}'],
      () => [503, 'application/json', '{"error":"The database is out of reach"}'],
    ),
  '/metrics': async () => [200, contentType, await text()],
};
const pay = toNodeHandler(payments);
const server = createServer(async (request, response) => {
  const [path] = request.url.split('?');
  if (Object.hasOwn(files, path)) {
    const [file, type] = files[path];
    response.writeHead(200, { 'content-type': type });
    pipeline(createReadStream(file), response, () => undefined);
  } else if (Object.hasOwn(reports, path)) {
    const [status, type, body] = await reports[path]();
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  } else {
    await pay(request, response);
  }
});
server.once('error', ({ message }) => end(`HOST and PORT cannot be used: ${message}`));
server.listen(settings.port, settings.host, () => console.log(`The shop: ${env.PUBLIC_URL}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    void payments.stop().then(() => process.exit());
  });
}
