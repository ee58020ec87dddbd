/** P3: a thousand pushes of one order at once, through one instance and three: one prompt. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'libsql';
import type { Attempt } from '../src/payments/attempt.js';
import type { DatabaseOption } from '../src/options.js';
import { postgresStore } from '../src/postgres.js';
import { sqliteStore, type SqliteInstance } from '../src/sqlite.js';
import { TIME_LIMITS } from '../src/stores/limited-pool.js';
import { openPostgres } from '../src/stores/postgres.js';
import { MemoryStore } from '../src/stores/memory.js';
import { blankOrder } from '../src/stores/orders.js';
import { DATABASES, DURABLE, MEMORY, openDatabase, POSTGRES, SQLITE } from './support/databases.js';
import { FakeDaraja } from './support/fake-daraja.js';
import { FakeClock } from './support/fake-clock.js';
import { gate, settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

const PUSHES = 1000;

/** A thousand pushes may take a slow machine longer than a page waits. */
async function patient(option: DatabaseOption): Promise<DatabaseOption> {
  if (!('postgres' in option)) return option;
  const limits = Object.entries(TIME_LIMITS).map(([name, ms]) => [name, 20 * ms]);
  return { store: await openPostgres(option.postgres, Object.fromEntries(limits) as typeof TIME_LIMITS) };
}

for (const name of DATABASES) {
  for (const instances of name === POSTGRES ? [1, 3] : name === MEMORY ? [1] : [1, 2]) {
    describe(`${PUSHES} pushes of one order (${name}, ${instances} at work)`, () => {
      it('make one prompt, one success, and else “may be live”', async (t) => {
        const database = await openDatabase(name);
        const shared = { daraja: new FakeDaraja(), clock: new FakeClock() };
        const shops: Shop[] = [];
        t.after(async () => {
          await Promise.all(shops.map((shop) => shop.payments.stop()));
          await database.drop();
        });
        for (let n = 0; n < instances; n++) shops.push(await Shop.open(await patient(database.option), {}, shared));
        const token = await shops[0]!.token();
        const answers = await Promise.all(
          Array.from({ length: PUSHES }, (_, n) => shops[n % instances]!.push({}, token)),
        );
        assert.equal(shared.daraja.pushes, 1);
        assert.equal(answers.filter(({ status }) => status === 200).length, 1);
        const others = answers.filter(({ status }) => status !== 200);
        assert.equal(others.length, PUSHES - 1);
        for (const { status, body } of others) {
          assert.equal(status, 409);
          assert.equal('live' in body, true);
        }
      });
    });
  }
}

it('a push that this process has in hand is not lost, however long it takes to be sent', async () => {
  const reached = gate();
  const go = gate();
  const shop = await Shop.open(
    { memory: true },
    {
      onStep: (step) => {
        if (step !== 'claimed') return undefined;
        reached.resolve();
        return go.promise;
      },
    },
  );
  const pushed = shop.push();
  await reached.promise;
  await shop.later(50_000);
  await shop.later(50_000);
  go.resolve();
  assert.equal((await pushed).status, 200);
  assert.equal(shop.daraja.pushes, 1);
  await shop.payments.stop();
});

for (const name of DURABLE) {
  it(`of claims that all found the order free, one wins (${name})`, async () => {
    const database = await openDatabase(name);
    const option = database.option as { sqlite: string } & { postgres: string };
    const store = name === POSTGRES ? await postgresStore(option.postgres) : await sqliteStore(option.sqlite);
    await store.migrate();
    const order = { ...blankOrder('o1'), amount: '10' };
    const claims = await Promise.all(
      Array.from({ length: 5 }, (_, n) => store.claim(order, attemptOf(`attempt-${n}`), [], 0)),
    );
    assert.deepEqual(claims.map(({ kind }) => kind).sort(), ['live', 'live', 'live', 'live', 'won']);
    await store.close();
    await database.drop();
  });
}

function attemptOf(id: string): Attempt {
  return {
    ...{ id, orderId: 'o1', state: 'sending', amount: '10', shillings: 10, phoneMasked: '', phoneHash: '' },
    ...{ checkoutRequestId: null, merchantRequestId: null, resultCode: null, resultDesc: null, receipt: null },
    ...{ callback: null, createdAt: 0, sentAt: null, expiresAt: 1, settledAt: null, dueAt: null },
    ...{ queries: 0, silences: 0, contradictions: 0, version: 0 },
  } as const;
}

it('a status tells an order and its payment as of one moment, whatever is written while they are read', async () => {
  const database = await openDatabase(SQLITE);
  const { sqlite: path } = database.option as { sqlite: string };
  const other = new Database(path);
  let write: (() => void) | undefined;
  const open = new Database(path);
  const instance = {
    exec: (sql: string) => open.exec(sql),
    close: () => open.close(),
    prepare(sql: string) {
      const statement = open.prepare(sql);
      return {
        run: (...parameters: never[]) => statement.run(...parameters) as unknown,
        all(...parameters: never[]) {
          const rows: unknown = statement.all(...parameters);
          write?.();
          write = undefined;
          return rows;
        },
      };
    },
  } as unknown as SqliteInstance;
  const shop = await Shop.open({ sqlite: instance });
  await shop.push();
  const token = await shop.token();
  // Another process settles the payment between two statements of this one.
  write = () => {
    other.exec(`update vp_attempt set state = 'paid', result_code = '0', result_desc = 'Paid', receipt = 'NLJ7RT61SV';
      update vp_order set paid_attempt = live_attempt, live_attempt = null`);
  };
  const before = await shop.status('order_id=1234567891', token);
  assert.deepEqual([before.status, before.body], [202, { status: 'pending' }]);
  const { status, body } = await shop.status('order_id=1234567891', token);
  assert.deepEqual([status, body.result_code, body.mpesa_receipt_number], [200, 0, 'NLJ7RT61SV']);
  await shop.payments.stop();
  other.close();
  open.close();
  await database.drop();
});

it('what becomes due while the server looks when to look next is looked at at once', async () => {
  const store = new MemoryStore();
  const held = gate();
  const nextDue = store.nextDue.bind(store);
  let hold = false;
  store.nextDue = async () => {
    const due = await nextDue();
    if (hold) await held.promise;
    return due;
  };
  const shop = await Shop.open({ store });
  await shop.push();
  const prompt = shop.daraja.lastPrompt;
  hold = true;
  shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
  // Its event is written while the server looks.
  await shop.callback(prompt, 0);
  assert.deepEqual(shop.told, []);
  hold = false;
  held.resolve();
  await settled();
  // No time has passed.
  assert.deepEqual(shop.told, ['payment.paid']);
  await shop.payments.stop();
});
