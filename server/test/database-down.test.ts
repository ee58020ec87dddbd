/** P8: the database is out of reach before, within or after a push, or at a callback. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MemoryStore } from '../src/stores/memory.js';
import { failing } from './support/failing-store.js';
import { settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

describe('while the database is down', () => {
  const down = new Set<string>();
  let shop: Shop;

  beforeEach(async () => {
    down.clear();
    shop = await Shop.open({ store: failing(new MemoryStore(), down) });
  });

  afterEach(async () => {
    down.clear();
    await shop.payments.stop();
  });

  it('sends nothing where the order could not be locked, and says so', async () => {
    down.add('claim');
    const { status, body } = await shop.push();
    assert.equal(status, 503);
    assert.equal(body.daraja_error?.errorCode, 'not-sent');
    assert.equal(shop.daraja.pushes, 0);
  });

  it('sends nothing where Daraja’s token cannot be shared, and says so', async () => {
    down.add('darajaToken');
    const { status, body } = await shop.push();
    assert.equal(status, 503);
    assert.equal(body.daraja_error?.errorCode, 'not-sent');
    assert.equal(shop.daraja.pushes, 0);
    down.clear();
    assert.equal((await shop.push()).status, 200);
  });

  it('answers a prompt that could not be noted without daraja_error, and notes it when the database is back', async () => {
    down.add('withOrder').add('advance');
    const pushed = shop.push();
    await settled();
    await shop.clock.advance(3_000);
    const { status, body } = await pushed;
    assert.equal(status, 503);
    assert.equal(body.daraja_error, undefined);
    assert.equal((await shop.push()).status, 409);
    down.clear();
    await shop.clock.advance(2_000);
    assert.equal((await shop.push()).body.live.payment_id, shop.daraja.lastPrompt.checkoutRequestId);
    assert.equal(shop.daraja.pushes, 1);
  });

  it('answers 503 to a callback that could not be stored', async () => {
    await shop.push();
    down.add('withOrder');
    assert.equal((await shop.callback(shop.daraja.lastPrompt, 0)).status, 503);
    down.clear();
    shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    assert.equal((await shop.callback(shop.daraja.lastPrompt, 0)).status, 200);
    assert.deepEqual(shop.told, ['payment.paid']);
  });

  it('answers 503 to a question for the status', async () => {
    const token = await shop.token();
    down.add('view');
    assert.equal((await shop.status('order_id=1234567891', token)).status, 503);
  });

  it('lets pages read that it could not be opened, and gives them leave to ask', async () => {
    const store = new MemoryStore();
    down.add('migrate');
    const closed = Shop.closed({ store: failing(store, down) });
    const origin = 'https://shop.example';
    for (const [method, path, status] of [
      ['OPTIONS', 'token', 204],
      ['HEAD', 'payment/push/request', 204],
      ['GET', 'token', 503],
      ['POST', 'payment/push/request', 503],
      ['GET', 'status?order_id=1234567891', 503],
    ] as const) {
      const answer = await closed.request(`/payments/mpesa/${path}`, {
        method,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      assert.equal(answer.status, status, method + path);
      assert.equal(answer.headers.get('access-control-allow-origin'), origin, method + path);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      if (status === 503) assert.equal(answer.body.daraja_error?.errorCode, 'not-sent');
    }
    const foreign = await closed.request('/payments/mpesa/token', { headers: { origin: 'https://evil.example' } });
    assert.equal(foreign.headers.get('access-control-allow-origin'), null);
    down.clear();
    assert.equal((await closed.push()).status, 200);
    await closed.payments.stop();
  });

  it('goes on by itself when the database is back', async () => {
    await shop.push();
    shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    down.add('leaseAttempts').add('nextDue');
    await shop.clock.advance(30_000);
    assert.deepEqual(shop.told, []);
    down.clear();
    await shop.clock.advance(1_000);
    assert.deepEqual(shop.told, ['payment.paid']);
  });
});
