import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { newOrder, SENT, until, World } from './support.js';

describe('A customer pays', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  const prompted = ['push-request', '→ requesting', '→ prompted', 'push-success'];

  it('types 0723 123 123, approves on the phone, and is told of it by polling', async () => {
    const tab = await world.visit({ 'order-id': '1234567891', amount: '48744.15' });
    await tab.type('0723 123 123');
    await tab.press();
    await tab.reaches('prompted');
    const { prompts } = await world.backend.handset();
    assert.equal(prompts.length, 1);
    assert.deepEqual([prompts[0]?.amount, prompts[0]?.reference, prompts[0]?.open], [48745, '1234567891', true]);
    await world.backend.approve();
    await tab.reaches('paid');

    const { backend, daraja } = await world.backend.record();
    assert.deepEqual(
      backend.pushes.map(({ order_id, amount, status }) => [order_id, amount, status]),
      [['1234567891', '48744.15', 200]],
    );
    assert.equal(backend.callbacks.length, 1);
    assert.match(JSON.stringify(backend.callbacks[0]?.body), /"ResultCode":0/);
    assert.ok(backend.polls.length > 0);
    assert.equal(daraja.pushes.length, 1);

    const [prompt] = (await world.backend.handset()).prompts;
    const success = await tab.sees('payment-success');
    assert.deepEqual(
      [success['receipt'], success['phone'], success['amount'], success['resultCode'], success['checkoutRequestId']],
      [prompt?.receipt, SENT, '48744.15', 0, prompt?.id],
    );
    const text = await tab.text();
    assert.match(text, /Paid\. Thank you!/);
    assert.ok(text.includes(prompt!.receipt!), text);
    assert.deepEqual(await tab.story(), [...prompted, '→ paid', 'payment-success']);
  });

  it('is told of it by settle(), where the page listens to server-sent events and nobody polls', async () => {
    const order = newOrder();
    const tag = world.tag({ 'order-id': order, 'status-url': '' });
    const listener = `<script>
      new EventSource('${world.backend.origin}/payments/mpesa/events?order_id=${order}').addEventListener('outcome', ({ data }) => {
        document.querySelector('vitumob-pay').settle(JSON.parse(data));
      });
    </script>`;
    const tab = await (await world.customer()).open(world.page(tag + listener));
    await tab.pay();
    await world.backend.approve();
    await tab.reaches('paid');
    const { backend } = await world.backend.record();
    assert.equal(backend.callbacks.length, 1);
    assert.equal(backend.polls.length, 0);
    assert.deepEqual(await tab.story(), [...prompted, '→ paid', 'payment-success']);
  });

  const refusals = [
    {
      who: 'cancels',
      action: { action: 'cancel' },
      reason: 'cancelled',
      code: 1032,
      reads: /You closed the M-Pesa request/,
    },
    {
      who: 'types a wrong PIN',
      action: { action: 'approve', pin: '0000' },
      reason: 'wrong-pin',
      code: 2001,
      reads: /That PIN was not accepted/,
    },
    {
      who: 'lets it ring until it ends',
      action: { action: 'ignore', after_ms: 10 },
      reason: 'unreachable',
      code: 1037,
      reads: /was not answered/,
    },
  ];

  for (const { who, action, reason, code, reads } of refusals) {
    it(`reads what to do, and may try again at once, who ${who}`, async () => {
      const tab = await world.visit();
      await tab.pay();
      await world.backend.answer(action);
      await tab.reaches('failed');
      const failure = await tab.sees('payment-failure');
      assert.deepEqual([failure['reason'], failure['resultCode']], [reason, code]);
      assert.match(await tab.text(), reads);
      await tab.press();
      await tab.reaches('prompted');
      await world.backend.approve();
      await tab.reaches('paid');
      assert.deepEqual(await tab.story(), [
        ...[...prompted, '→ failed', `payment-failure ${reason}`],
        ...[...prompted, '→ paid', 'payment-success'],
      ]);
      assert.equal((await world.backend.record()).daraja.pushes.length, 2);
    });
  }

  it('reads that there is not enough money, who has too little of it', async () => {
    const tab = await world.visit();
    await world.backend.change({ balance: 10 });
    await tab.pay();
    await world.backend.approve();
    await tab.reaches('failed');
    assert.equal((await tab.sees('payment-failure'))['reason'], 'insufficient-funds');
    assert.match(await tab.text(), /not enough in M-Pesa for Ksh 12,341/);
  });

  it('is told alike by a callback, the answer to a query, and a flat result', async () => {
    const phones = ['0723123001', '0723123002', '0723123003'];
    const told = await Promise.all(
      ['callback', 'query', 'flat'].map(async (shape, index) => {
        const phone = phones[index]!;
        const tab = await world.visit({
          'status-url': `${world.backend.endpoints['status-url']}?shape=${shape}`,
          phone,
        });
        await tab.press();
        await world.backend.approve(phone);
        const success = await tab.sees('payment-success');
        const [prompt] = (await world.backend.handset(phone)).prompts;
        return {
          states: await tab.state(),
          code: success['resultCode'],
          id: success['checkoutRequestId'] === prompt?.id,
          // A query's answer has none.
          receipt: success['receipt'] === (shape === 'query' ? undefined : prompt?.receipt),
        };
      }),
    );
    assert.deepEqual(told, Array(3).fill({ states: 'paid', code: 0, id: true, receipt: true }));
  });

  it('is told of a cancellation alike by the three shapes', async () => {
    const phones = ['0723123004', '0723123005', '0723123006'];
    const told = await Promise.all(
      ['callback', 'query', 'flat'].map(async (shape, index) => {
        const phone = phones[index]!;
        const tab = await world.visit({
          'status-url': `${world.backend.endpoints['status-url']}?shape=${shape}`,
          phone,
        });
        await tab.press();
        await world.backend.answer({ action: 'cancel' }, phone);
        const { reason, resultCode } = await tab.sees('payment-failure');
        return [reason, resultCode, await tab.state()];
      }),
    );
    assert.deepEqual(told, Array(3).fill(['cancelled', 1032, 'failed']));
  });

  it('hears one answer, where Daraja calls back twice', async () => {
    await world.backend.daraja({ repeat_after_ms: 10 });
    await world.backend.script({ callback: 'twice' });
    const tab = await world.visit();
    await tab.pay();
    await world.backend.approve();
    await tab.reaches('paid');
    await until(async () => (await world.backend.record()).backend.callbacks.length === 2, 'the second callback');
    await tab.nudge();
    assert.deepEqual(await tab.story(), [...prompted, '→ paid', 'payment-success']);
  });

  it('is not told of a failure while Daraja is still at work', async () => {
    await world.backend.script({ in_flight: '500.001.1001' });
    const tab = await world.visit({ 'status-url': `${world.backend.endpoints['status-url']}?shape=query` });
    await tab.pay();
    await world.backend.polled(2);
    assert.equal(await tab.state(), 'prompted');
    await world.backend.approve();
    await tab.nudge();
    await tab.reaches('paid');
    assert.deepEqual(await tab.story(), [...prompted, '→ paid', 'payment-success']);
  });

  it('pays a second order on the same page, each by itself', async () => {
    await world.backend.daraja({ lock_subscriber: false });
    const customer = await world.customer();
    const tab = await customer.open(world.page(world.tag({ amount: '100' }) + world.tag({ amount: '200' })));
    await tab.pay(0);
    await tab.pay(1);
    await tab.reaches('prompted', 0);
    await tab.reaches('prompted', 1);
    await world.backend.approve();
    await world.backend.approve();
    await tab.reaches('paid', 0);
    await tab.reaches('paid', 1);
    assert.deepEqual(await tab.story(0), [...prompted, '→ paid', 'payment-success']);
    assert.deepEqual(await tab.story(1), [...prompted, '→ paid', 'payment-success']);
  });
});
