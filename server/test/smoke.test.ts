import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from './support/fake-clock.js';
import { Shop } from './support/shop.js';

for (const database of [{ memory: true }, { sqlite: ':memory:' }] as const) {
  test(`pays ${Object.keys(database)[0]}`, async () => {
    const shop = await Shop.open(database);
    const pushed = await shop.push();
    assert.equal(pushed.status, 200, JSON.stringify(pushed.body));
    assert.equal((await shop.push()).status, 409);
    assert.equal((await shop.status()).status, 202);
    shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    const held = shop.status('order_id=1234567891&wait=25');
    await settled();
    assert.equal((await shop.callback(shop.daraja.lastPrompt, 0)).status, 200);
    const status = await held;
    console.log(status.body, shop.events, shop.logged);
    assert.equal(status.status, 200);
    assert.deepEqual(shop.told, ['payment.paid']);
    const again = await shop.push();
    console.log(again.body);
    await shop.payments.stop();
  });
}
