/** Several instances on one PostgreSQL. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pool } from 'pg';
import { sleep } from '../src/clock.js';
import { MemoryStore } from '../src/stores/memory.js';
import { openPostgres } from '../src/stores/postgres.js';
import { DATABASES, openDatabase, POSTGRES } from './support/databases.js';
import { failing } from './support/failing-store.js';
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

  /** Two instances whose Daraja is slow; how many questions about one prompt it had in hand at once. */
  async function slow(options: { readonly darajaTimeout: number; readonly secondsOfToken?: number }) {
    const database = await openDatabase(POSTGRES);
    const daraja = new FakeDaraja();
    const clock = new FakeClock();
    const counts = { asking: 0, atOnce: 0, tokens: 0 };
    const down = new Set<string>();
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = input as string;
      if (url.includes('/oauth/')) {
        counts.tokens++;
        if (options.secondsOfToken) await sleep(clock, options.secondsOfToken * 1000);
      }
      if (!url.includes('query')) return daraja.fetch(input, init);
      counts.atOnce = Math.max(counts.atOnce, ++counts.asking);
      const ended = new Promise<never>((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          reject(new Error('given up'));
        });
      });
      try {
        return await Promise.race([daraja.fetch(input, init), ended]);
      } finally {
        counts.asking--;
      }
    };
    const open = async (): Promise<Shop> => {
      const { postgres } = database.option as { postgres: Pool };
      const store = failing(await openPostgres(postgres), down);
      return Shop.open({ store }, { darajaTimeout: options.darajaTimeout, fetch }, { daraja, clock });
    };
    const [one, two] = [await open(), await open()];
    const close = async (): Promise<void> => {
      down.clear();
      const stopped = Promise.all([one.payments.stop(), two.payments.stop()]);
      // So long they wait for what Daraja has in hand.
      await clock.advance(30_000);
      await stopped;
      await database.drop();
    };
    return { one, two, clock, daraja, counts, down, close };
  }

  it('ask about one attempt one at a time, however long Daraja takes', async () => {
    const { one, clock, daraja, counts, close } = await slow({ darajaTimeout: 65 });
    await one.push();
    daraja.results.set(daraja.lastPrompt.checkoutRequestId, 'hang');
    clock.jump(19_000);
    await clock.advance(64_000);
    assert.equal(counts.asking, 1);
    assert.equal(daraja.queries.length, 1);
    await clock.advance(50_000);
    assert.equal(daraja.queries.length, 2, 'an answer that did not come is asked for again');
    assert.equal(counts.atOnce, 1);
    await close();
  });

  it('give a question up that they cannot hold, before another asks it', async () => {
    const { one, clock, daraja, counts, down, close } = await slow({ darajaTimeout: 65 });
    await one.push();
    daraja.results.set(daraja.lastPrompt.checkoutRequestId, 'hang');
    down.add('keepAttempt');
    clock.jump(19_000);
    await clock.advance(58_000);
    assert.equal(daraja.queries.length, 2);
    assert.equal(counts.atOnce, 1);
    await close();
  });

  it('fetch one token, however long Daraja takes for it', async () => {
    const { one, two, clock, counts, close } = await slow({ darajaTimeout: 45, secondsOfToken: 40 });
    const pushes = [one.push(), two.push({ order_id: '48', amount: '48744.15' })];
    await clock.advance(39_000);
    assert.equal(counts.tokens, 1);
    await clock.advance(5_000);
    assert.deepEqual(
      (await Promise.all(pushes)).map(({ status }) => status),
      [200, 200],
    );
    assert.equal(counts.tokens, 1);
    await close();
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

it('an instance that sees no token fetches none where another has fetched one before it may', async () => {
  const store = new MemoryStore();
  const shared = { daraja: new FakeDaraja(), clock: new FakeClock() };
  const one = await Shop.open({ store }, {}, shared);
  const two = await Shop.open({ store }, {}, shared);
  const look = store.darajaToken.bind(store);
  store.darajaToken = async () => {
    store.darajaToken = look;
    const seen = await look();
    assert.equal((await one.push()).status, 200);
    return seen;
  };
  assert.equal((await two.push({ order_id: '48', amount: '48744.15' })).status, 200);
  assert.equal(shared.daraja.tokens, 1);
  await Promise.all([one.payments.stop(), two.payments.stop()]);
});
