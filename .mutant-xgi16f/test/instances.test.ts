/** Several instances on one PostgreSQL. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DATABASES, openDatabase, POSTGRES } from './support/databases.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeDaraja } from './support/fake-daraja.js';
import { gate, settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

describe('instances on one PostgreSQL', { skip: !DATABASES.includes(POSTGRES) }, () => {
  const three = async (database: Awaited<ReturnType<typeof openDatabase>>): Promise<[Shop, Shop, Shop]> => {
    const shared = { daraja: new FakeDaraja(), clock: new FakeClock() };
    const open = (): Promise<Shop> => Shop.open(database.option, {}, shared);
    return [await open(), await open(), await open()];
  };

  it('wake a held request, whichever learned the outcome', async () => {
    const database = await openDatabase(POSTGRES);
    const [one, two, three_] = await three(database);
    await one.push();
    const held = two.status('order_id=1234567891&wait=25');
    await settled();
    one.daraja.results.set(one.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    await three_.callback(one.daraja.lastPrompt, 0);
    // No time passes: a notification wakes it, not the look every few seconds.
    assert.equal((await held).body.result_code, 0);
    assert.equal(one.events.length + two.events.length + three_.events.length, 1);
    await Promise.all([one, two, three_].map((shop) => shop.payments.stop()));
    await database.drop();
  });

  it('share one token of Daraja’s, and ask about one attempt one at a time', async () => {
    const database = await openDatabase(POSTGRES);
    const shops = await three(database);
    const [{ daraja, clock }] = shops;
    for (const [n, shop] of shops.entries()) {
      shop.orders.set(`o${n}`, { amount: '10' });
      for (const other of shops) other.orders.set(`o${n}`, { amount: '10' });
      assert.equal((await shop.push({ order_id: `o${n}`, amount: '10' })).status, 200);
    }
    assert.equal(daraja.tokens, 1);
    await clock.advance(20_000);
    assert.equal(daraja.queries.length, 3);
    assert.equal(new Set(daraja.queries).size, 3);
    await Promise.all(shops.map((shop) => shop.payments.stop()));
    await database.drop();
  });

  it('take up what another left: a push whose process is gone is unclear within a minute, and never sent again', async () => {
    const database = await openDatabase(POSTGRES);
    const [one, two, three_] = await three(database);
    const never = gate();
    // The first instance hangs for ever where a push would begin, and gives no sign of life any more.
    one.daraja.tokenFails = false;
    one.daraja.beforeAnswer = () => never.promise;
    void one.push();
    await settled();
    one.clock.jump(60_000);
    await two.payments.reconcile();
    assert.deepEqual((await three_.push()).status, 409);
    assert.equal(one.daraja.pushes, 1);
    await two.later(300_000);
    assert.equal(two.told.concat(one.told, three_.told).filter((type) => type === 'payment.review').length, 1);
    never.resolve();
    await settled();
    await Promise.all([one, two, three_].map((shop) => shop.payments.stop()));
    await database.drop();
  });
});
