/**
 * A browser itself resends a POST whose reused connection broke before any answer. No page can prevent it; the backend's guard is
 * what keeps the phone from ringing twice.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { newOrder, until, World } from './support.js';

describe('A push that the browser resends by itself', () => {
  let world: World;

  before(async () => {
    world = await World.open({ keepAlive: true, darajaSettings: { lock_subscriber: false } });
  });
  afterEach(() => world.reset());
  after(() => world.close());

  it('is one push, where the first never reached the backend', async () => {
    await world.backend.faults({ push: ['reset'] });
    const tab = await world.visit();
    await tab.pay();
    await tab.reaches('prompted');
    assert.equal(await world.backend.pushRequests(), 2);
    assert.equal((await world.backend.handset()).prompts.length, 1);
  });

  it('rings twice where the backend has no guard: the reason for having one', async () => {
    await world.backend.configure({ guard: false });
    await world.backend.faults({ push: ['reset-after'] });
    const tab = await world.visit();
    await tab.pay();
    await tab.reaches('prompted');
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', '→ prompted', 'push-success']);
    assert.equal((await world.backend.handset()).prompts.length, 2);
  });

  it('rings once where the backend has one, and the customer who pays is told so', async () => {
    await world.backend.faults({ push: ['reset-after'] });
    const tab = await world.visit();
    await tab.pay();
    await until(
      async () => (await tab.events()).some(({ type }) => type === 'push-success' || type === 'push-failure'),
      'the end of the attempt',
    );
    const { backend } = await world.backend.record();
    assert.deepEqual(
      backend.pushes.map(({ status }) => status),
      [200, 409],
    );
    assert.equal((await world.backend.handset()).prompts.length, 1);
    // A prompt rings: nobody may read that nothing was charged.
    assert.doesNotMatch(await tab.text(), /Nothing was charged/);
    await world.backend.approve();
    await tab.reaches('paid');
  });

  it('is like one from another device: the second phone does not ring, and both devices learn of the payment', async () => {
    const order = newOrder();
    const [one, other] = [await world.visit({ 'order-id': order }), await world.visit({ 'order-id': order })];
    await one.pay();
    await one.reaches('prompted');
    await other.type('0112 345 678');
    await other.press();
    const { reason, status } = await other.sees('push-failure');
    assert.deepEqual([reason, status], ['rejected', 409]);
    assert.doesNotMatch(await other.text(), /Nothing was charged/);
    assert.equal((await world.backend.handset('254112345678')).prompts.length, 0);
    await world.backend.approve();
    await one.reaches('paid');
    await other.reaches('paid');
    for (const tab of [one, other]) {
      const events = (await tab.events()).filter(({ type }) => type.startsWith('push-') && type !== 'push-request');
      assert.equal(events.length, 1);
    }
  });

  it('finds an order that was paid on another device paid', async () => {
    const order = newOrder();
    const one = await world.visit({ 'order-id': order });
    await one.pay();
    await world.backend.approve();
    await one.reaches('paid');
    const other = await world.visit({ 'order-id': order });
    await other.pay();
    const { reason, status } = await other.sees('push-failure');
    assert.deepEqual([reason, status], ['rejected', 409]);
    await other.reaches('paid');
    assert.equal((await world.backend.record()).daraja.pushes.length, 1);
  });
});
