/** The limits, and how wide they are by default. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, type Limits } from '../src/payments/limits.js';
import { clientAddress } from '../src/http/address.js';
import { postgresStore } from '../src/postgres.js';
import { sqliteStore } from '../src/sqlite.js';
import { DATABASES, DURABLE, openDatabase, POSTGRES } from './support/databases.js';
import { NO_LIMITS, Shop } from './support/shop.js';

const TIGHT = { burst: 3, perSeconds: 60 };

for (const name of DATABASES) {
  describe(`limits (${name})`, () => {
    for (const limit of ['pushByOrder', 'pushBySubject', 'pushByAddress', 'pushByPhone'] as const) {
      it(`counts ${limit} only where a push wins its order, and says when to come again`, async () => {
        const database = await openDatabase(name);
        const shop = await Shop.open(database.option, { limits: { ...NO_LIMITS, [limit]: TIGHT } });
        for (let n = 0; n < 3; n++) {
          shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } });
          assert.equal((await shop.push()).status, 400);
        }
        const over = await shop.push();
        assert.equal(over.status, 429);
        assert.equal(over.headers.get('retry-after'), '20');
        assert.equal(shop.daraja.pushes, 3);
        await shop.later(20_000);
        assert.equal((await shop.push()).status, 200);
        for (let n = 0; n < 10; n++) assert.equal((await shop.push()).status, 409);
        await shop.payments.stop();
        await database.drop();
      });
    }
  });
}

for (const name of DURABLE) {
  it(`count a request on all its keys, each by its own limit, or on none (${name})`, async () => {
    const database = await openDatabase(name);
    const option = database.option as { sqlite: string } & { postgres: string };
    const store = name === POSTGRES ? await postgresStore(option.postgres) : await sqliteStore(option.sqlite);
    await store.migrate();
    const tight = { key: 'tight', burst: 1, intervalMs: 1_000 };
    const wide = { key: 'wide', burst: 3, intervalMs: 60_000 };
    assert.equal(await store.count([wide, tight], 0), undefined);
    assert.equal(await store.count([wide, tight], 0), 1_000);
    assert.equal(await store.count([wide, tight], 1_000), undefined);
    assert.equal(await store.count([tight, wide], 2_000), undefined);
    assert.equal(await store.count([wide], 2_000), 58_000);
    assert.equal(await store.count([tight, wide], 59_000), 1_000);
    assert.equal(await store.count([tight, wide], 60_000), undefined);
    assert.equal(await store.count([], 60_000), undefined);
    await store.close();
    await database.drop();
  });
}

for (const name of DURABLE) {
  for (const limit of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    it(`let through what ${limit} allows by default, and no more (${name})`, async () => {
      const database = await openDatabase(name);
      const option = database.option as { sqlite: string } & { postgres: string };
      const store = name === POSTGRES ? await postgresStore(option.postgres) : await sqliteStore(option.sqlite);
      await store.migrate();
      const { burst, perSeconds } = DEFAULT_LIMITS[limit];
      const intervalMs = (perSeconds * 1000) / burst;
      const one = { key: limit, burst, intervalMs };
      for (let n = 0; n < burst; n++) assert.equal(await store.count([one], 0), undefined, String(n));
      assert.equal(await store.count([one], 0), intervalMs);
      assert.equal(await store.count([one], intervalMs), undefined);
      assert.equal(await store.count([one], intervalMs), intervalMs);
      await store.close();
      await database.drop();
    });
  }
}

describe('limits', () => {
  it('hold for tokens by address, and not for HEAD', async () => {
    const shop = await Shop.open({ memory: true }, { limits: { ...NO_LIMITS, tokenByAddress: TIGHT } });
    for (let n = 0; n < 20; n++) {
      assert.equal((await shop.request('/payments/mpesa/token', { method: 'HEAD' })).status, 204);
    }
    for (let n = 0; n < 3; n++) assert.equal((await shop.request('/payments/mpesa/token')).status, 200);
    const over = await shop.request('/payments/mpesa/token');
    assert.equal(over.status, 429);
    assert.equal(over.headers.get('retry-after'), '20');
    await shop.payments.stop();
  });

  it('hold for status by subject', async () => {
    const shop = await Shop.open({ memory: true }, { limits: { ...NO_LIMITS, statusBySubject: TIGHT } });
    const token = await shop.token();
    for (let n = 0; n < 3; n++) assert.equal((await shop.status('order_id=48', token)).status, 404);
    assert.equal((await shop.status('order_id=48', token)).status, 429);
    assert.equal((await shop.status('order_id=48', await shop.token('another'))).status, 404);
    await shop.payments.stop();
  });

  it('are shared by the instances of one PostgreSQL', { skip: !DATABASES.includes(POSTGRES) }, async () => {
    const database = await openDatabase(POSTGRES);
    const limits = { ...NO_LIMITS, tokenByAddress: TIGHT };
    const one = await Shop.open(database.option, { limits });
    const two = await Shop.open(database.option, { limits }, { clock: one.clock });
    const statuses = [];
    for (const shop of [one, two, one, two]) statuses.push((await shop.request('/payments/mpesa/token')).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    await Promise.all([one.payments.stop(), two.payments.stop()]);
    await database.drop();
  });
});

describe('X-Forwarded-For', () => {
  const asked = (forwarded: string | undefined, proxies: number, socket: string | null = '10.0.0.9'): unknown =>
    clientAddress(
      new Request('https://x.example', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }),
      socket ?? undefined,
      proxies,
    );

  it('is not believed without a trusted proxy', () => {
    assert.equal(asked('1.2.3.4', 0), '10.0.0.9');
    assert.equal(asked('1.2.3.4', 0, null), undefined);
  });

  it('is believed as far as there are trusted proxies, and no further', () => {
    assert.equal(asked('6.6.6.6, 1.2.3.4', 1), '1.2.3.4');
    assert.equal(asked('6.6.6.6, 1.2.3.4, 10.0.0.8', 2), '1.2.3.4');
    assert.equal(asked('1.2.3.4', 2), '1.2.3.4');
    assert.equal(asked(undefined, 1), '10.0.0.9');
  });

  it('takes an IPv6 network for one customer', () => {
    assert.equal(asked('2001:db8:1:2:3:4:5:6', 1), asked('2001:0db8:0001:0002::1', 1));
    assert.equal(asked('::ffff:1.2.3.4', 1), '1.2.3.4');
  });
});
