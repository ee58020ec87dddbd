import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { SENT, World } from './support.js';

describe('A customer pays', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  const usual = ['push-request', '→ requesting', '→ prompted', 'push-success'];

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
    assert.equal(backend.pushes.length, 1);
    assert.equal(backend.pushes[0]?.order_id, '1234567891');
    assert.equal(backend.pushes[0].amount, '48744.15');
    assert.equal(backend.callbacks.length, 1);
    assert.match(JSON.stringify(backend.callbacks[0]?.body), /"ResultCode":0/);
    assert.ok(backend.polls.length > 0);
    assert.equal(daraja.pushes.length, 1);

    const { receipt } = (await world.backend.handset()).prompts[0]!;
    const success = await tab.sees('payment-success');
    assert.deepEqual(
      [success['receipt'], success['phone'], success['amount'], success['resultCode']],
      [receipt, SENT, '48744.15', 0],
    );
    assert.match(await tab.text(), new RegExp(`Paid\\. Thank you![\\s\\S]*${receipt}`));
    assert.deepEqual(await tab.story(), [...usual, '→ paid', 'payment-success']);
  });
});
