import { randomUUID } from 'node:crypto';
import { createPayments, type Payments } from 'vitumob-pay-server';
import { readSettings } from 'vitumob-pay-server/node';

declare global {
  var payments: Payments;
}

const settings = readSettings(process.env);
if ('problem' in settings) throw new Error(settings.problem);

export const payments = createPayments({
  ...settings.options,
  findOrder: () => ({ amount: '100' }), // your table of orders
  authorize: () => randomUUID(), // your session: who may ask for a payment. Here everybody may
  onEvent: ({ type, data }) => console.log(type, data.order_id),
});
await payments.start();
