/** What every app keeps, whatever it is made of. */
import assert from 'node:assert/strict';
import { until } from '../e2e/support.js';
import { EDITED } from './app.js';
import type { Customer } from './customer.js';

/** The server's answer holds the tag already, before any script has run. */
export async function isPrerendered(customer: Customer): Promise<void> {
  const html = await (await fetch(customer.url)).text();
  assert.match(html, /<vitumob-pay[\s>]/);
}

/** The app's bindings arrive as attributes and properties, and the customer pays once. */
export async function pays(customer: Customer): Promise<void> {
  await until(
    async () => (await customer.heading()) === 'Pay the shop',
    'the heading given by the property `messages`',
  );
  assert.match(await customer.button(), /\b100\b/);
  await customer.typesPhone();
  await customer.pays('enter');
  await customer.approves();
  assert.equal(await customer.hears('payment-success'), await customer.receipt());
  assert.equal(await customer.state(), 'paid');
  const pushes = await customer.pushes();
  assert.deepEqual(
    pushes.map(({ amount, status }) => ({ amount, status })),
    [{ amount: '100', status: 200 }],
  );
}

/** The page asks its own origin: the app has the payments itself, or its server passes the requests on. */
export async function paysAtItsOwnOrigin(customer: Customer): Promise<void> {
  const earlier = (await customer.prompts()).length;
  await customer.typesPhone();
  await customer.pays();
  await customer.reaches('prompted');
  const [{ amount } = { amount: 0 }, ...others] = await customer.prompts();
  assert.deepEqual([amount, others.length], [100, earlier]);
  await customer.approves();
  assert.equal(await customer.hears('payment-success'), await customer.receipt());
}

/** Each event is heard once, in order, with its detail. */
export async function reportsTheOutcome(customer: Customer): Promise<void> {
  await customer.typesPhone();
  await customer.pays();
  await customer.cancels();
  await customer.hears('payment-failure');
  const paymentId = await customer.paymentId();
  assert.deepEqual(await customer.events(), [
    'state-change requesting',
    'state-change prompted',
    `push-success ${paymentId}`,
    'state-change failed',
    'payment-failure cancelled',
  ]);
}

/** Whatever becomes of the page around it, the customer goes on where they were, and is prompted once. */
export async function survivesChanges(customer: Customer, edit?: () => Promise<void>): Promise<void> {
  const { typedPhone } = customer;
  await customer.typesPhone();
  await customer.press('raise');
  await until(async () => /\b150\b/.test(await customer.button()), 'the raised amount on the button');
  await renames(customer);
  assert.equal(await customer.phone(), typedPhone, 'the typed number survives a re-render');

  await customer.pays();
  await customer.hears('push-success');
  await renames(customer);
  assert.equal(await customer.state(), 'prompted');

  await customer.press('toggle');
  await customer.sees('no checkout');
  await customer.press('toggle');
  await customer.sees('the checkout');
  await customer.reaches('prompted');
  assert.equal(await customer.title(), 'Check your phone');

  if (edit) {
    await edit();
    await until(async () => (await customer.reads()).includes(EDITED), 'the edited source on the page');
    await customer.sees('the checkout');
    await customer.reaches('prompted');
  }

  await customer.approves();
  assert.equal(await customer.hears('payment-success'), await customer.receipt());
  assert.deepEqual(
    (await customer.pushes()).map(({ amount }) => amount),
    ['150'],
  );
  const told = (await customer.events()).filter((line) => /^(?:push|payment)-/.test(line));
  assert.equal(told.filter((line) => line.startsWith('payment-success')).length, 1);
  assert.ok(told.filter((line) => line.startsWith('push-success')).length <= 1);
}

/** The app gives the element another object of messages. */
async function renames(customer: Customer): Promise<void> {
  const before = await customer.heading();
  await customer.press('rename');
  await until(async () => (await customer.heading()) !== before, 'another heading');
}
