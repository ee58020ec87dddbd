/** Another process has the database for longer than anybody waits, or lets nobody write. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, it } from 'node:test';
import Libsql from 'libsql';
import pg from 'pg';
import type { Attempt } from '../src/payments/attempt.js';
import { postgresStore } from '../src/postgres.js';
import { sqliteStore, type SqliteInstance } from '../src/sqlite.js';
import { MemoryStore } from '../src/stores/memory.js';
import { blankOrder } from '../src/stores/orders.js';
import type { Store } from '../src/stores/store.js';
import { DATABASES, openDatabase, POSTGRES, SQLITE, type TestDatabase } from './support/databases.js';
import { settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

const NOW = 1_000_000;
const ATTEMPT: Attempt = {
  ...{ id: 'a1', orderId: 'o1', state: 'sending', amount: '10', shillings: 10, phoneMasked: '', phoneHash: '' },
  ...{ checkoutRequestId: null, merchantRequestId: null, resultCode: null, resultDesc: null, receipt: null },
  ...{ callback: null, createdAt: NOW, sentAt: null, expiresAt: NOW + 1, settledAt: null, dueAt: NOW },
  ...{ queries: 0, silences: 0, contradictions: 0, version: 0 },
} as const;

/** One of each kind: without a transaction of its own, with rows and without, and in one. */
const WRITES: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
  ['a write that gives rows', (store) => store.keepSending('a1', NOW)],
  ['a write that gives none', (store) => store.rememberOrder(blankOrder('o1'))],
  ['a transaction', (store) => store.withOrder('o1', (tx) => tx.saveOrder(tx.order))],
];

type Open = new (path: string) => SqliteInstance;

function builtin(): Open | undefined {
  try {
    return (createRequire(import.meta.url)('node:sqlite') as { DatabaseSync: Open }).DatabaseSync;
  } catch {
    return undefined;
  }
}

/** Gives up at once where the server waits for seconds. */
function impatient(database: SqliteInstance): SqliteInstance {
  return {
    prepare: (sql) => database.prepare(sql),
    exec: (sql) => database.exec(sql.replace(/(busy_timeout = )\d+/, '$11')),
    close: () => database.close(),
  };
}

for (const [driver, Driver] of [
  ['libsql', Libsql as unknown as Open],
  ['node:sqlite', builtin()],
] as const) {
  describe(`a file that another process has written to for long (${driver})`, { skip: !Driver }, () => {
    let database: TestDatabase;
    let store: Store;
    let other: SqliteInstance;

    beforeEach(async () => {
      if (!Driver) return;
      database = await openDatabase(SQLITE);
      const { sqlite: path } = database.option as { sqlite: string };
      store = await sqliteStore(impatient(new Driver(path)));
      await store.migrate();
      assert.equal((await store.claim({ ...blankOrder('o1'), amount: '10' }, ATTEMPT, [], NOW)).kind, 'won');
      other = new Driver(path);
      // Each sentence has been said before, so is kept prepared.
      for (const [, write] of WRITES) await write(store);
    });

    afterEach(async () => {
      if (!Driver) return;
      other.close();
      await store.close();
      await database.drop();
    });

    for (const [what, write] of WRITES) {
      it(`is written to as before once it is free: ${what}`, async () => {
        other.exec('begin immediate');
        await assert.rejects(write(store), /locked|busy/i);
        await assert.rejects(store.ping(), 'nothing can be written');
        other.exec('rollback');
        await store.ping();
        await write(store);
        await store.withOrder('o1', (tx) => tx.saveOrder({ ...tx.order, paidReceipt: what }));
        const [row] = other.prepare('select paid_receipt as receipt from vp_order').all() as { receipt: string }[];
        assert.equal(row?.receipt, what, 'another process sees it, so it is on the disk');
      });
    }
  });
}

it('a worker whose every attempt fails at once leaves their turn to others', async () => {
  let leases = 0;
  const store = new MemoryStore();
  store.leaseAttempts = () => {
    if (++leases > 1_000) throw new Error('no turn was left');
    return Promise.resolve([ATTEMPT]);
  };
  store.withOrder = () => Promise.reject(new Error('database is locked'));
  const shop = await Shop.open({ store });
  await settled();
  assert.equal(leases, 1);
  await shop.clock.advance(1_000);
  assert.equal(leases, 2);
  await shop.payments.stop();
});

it(
  'a PostgreSQL that may be read and not written is out of reach',
  { skip: !DATABASES.includes(POSTGRES) },
  async () => {
    const database = await openDatabase(POSTGRES);
    const { postgres } = database.option as { postgres: pg.Pool };
    const store = await postgresStore(postgres);
    await store.migrate();
    await store.ping();
    const options = '-c default_transaction_read_only=on';
    const reading = new pg.Pool({ connectionString: database.url, options });
    const late = await postgresStore(reading);
    await assert.rejects(late.ping(), /read-only/);
    await late.close();
    await reading.end();
    await store.close();
    await database.drop();
  },
);
