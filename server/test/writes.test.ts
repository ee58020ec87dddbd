/** What a push writes: all of it or nothing, and never over what somebody else has written meanwhile. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import Database from 'libsql';
import pg from 'pg';
import { Keys } from '../src/keys.js';
import type { Attempt } from '../src/payments/attempt.js';
import { postgresStore } from '../src/postgres.js';
import { sqliteStore, type SqliteInstance } from '../src/sqlite.js';
import { MemoryStore } from '../src/stores/memory.js';
import { blankOrder } from '../src/stores/orders.js';
import type { Store } from '../src/stores/store.js';
import { DATABASES, MEMORY, openDatabase, POSTGRES, SQLITE, type TestDatabase } from './support/databases.js';

const NOW = 1_000_000;

function attemptOf(orderId: string): Attempt {
  return {
    ...{ id: `attempt-${orderId}`, orderId, state: 'sending', amount: '10', shillings: 10 },
    ...{ phoneMasked: '', phoneHash: '', checkoutRequestId: null, merchantRequestId: null, resultCode: null },
    ...{ resultDesc: null, receipt: null, callback: null, createdAt: NOW, sentAt: null, expiresAt: NOW + 1 },
    ...{ settledAt: null, dueAt: NOW, queries: 0, silences: 0, contradictions: 0, version: 0 },
  } as const;
}

const claim = (store: Store, id: string, limits: Parameters<Store['claim']>[2] = []) =>
  store.claim({ ...blankOrder(id), amount: '10' }, attemptOf(id), limits, NOW);

const prompted = (store: Store, orderId: string, checkoutRequestId = `ws_${orderId}`): Promise<boolean> => {
  const before = attemptOf(orderId);
  const after: Attempt = { ...before, state: 'prompted', checkoutRequestId, sentAt: NOW, dueAt: NOW + 1 };
  const moved = { attemptId: before.id, from: before.state, to: after.state, cause: 'push', code: null, at: NOW };
  return store.advance(before, after, moved);
};

for (const name of DATABASES) {
  describe(`writes (${name})`, () => {
    let database: TestDatabase;
    let store: Store;

    beforeEach(async () => {
      database = await openDatabase(name);
      const option = database.option as { sqlite: string } & { postgres: pg.Pool };
      store =
        name === MEMORY
          ? new MemoryStore()
          : await (name === POSTGRES ? postgresStore(option.postgres) : sqliteStore(option.sqlite));
      await store.migrate();
    });

    afterEach(async () => {
      await store.close();
      await database.drop();
    });

    it('move an attempt once, with its transition', async () => {
      await claim(store, 'o1');
      assert.equal(await prompted(store, 'o1'), true);
      assert.equal(await prompted(store, 'o1', 'ws_other'), false, 'it has been written since');
      const attempt = await store.attempt('attempt-o1');
      assert.deepEqual([attempt?.state, attempt?.checkoutRequestId, attempt?.version], ['prompted', 'ws_o1', 1]);
      if (name === MEMORY) return;
      const rows = await database.rows('select seq, from_state, to_state, cause from vp_transition order by seq');
      assert.deepEqual(
        rows.map((row) => row.map(String)),
        [
          ['0', 'null', 'sending', 'push'],
          ['1', 'sending', 'prompted', 'push'],
        ],
      );
    });

    it('of requests that come together, one that fails fails alone', async () => {
      const once = { key: 'once', burst: 1, intervalMs: 1_000 };
      for (const id of ['o1', 'o2', 'o3']) await claim(store, id, id === 'o3' ? [once] : []);
      await prompted(store, 'o1', 'ws_1');
      const [second, same, third, fourth] = await Promise.allSettled([
        prompted(store, 'o2', 'ws_2'),
        // Daraja's id is another payment's.
        prompted(store, 'o3', 'ws_1'),
        claim(store, 'o4'),
        claim(store, 'o5', [once]),
      ]);
      assert.deepEqual(second, { status: 'fulfilled', value: true });
      assert.equal(same.status, 'rejected');
      assert.deepEqual(third, { status: 'fulfilled', value: { kind: 'won' } });
      assert.equal(fourth.status === 'fulfilled' && fourth.value.kind, 'limited');
      assert.equal((await store.attempt('attempt-o2'))?.state, 'prompted');
      assert.equal((await store.attempt('attempt-o3'))?.state, 'sending');
      assert.equal((await store.attempt('attempt-o4'))?.state, 'sending');
    });

    it('keep nothing of a claim that is over a limit', async () => {
      const limits = [
        { key: 'wide', burst: 5, intervalMs: 1_000 },
        { key: 'tight', burst: 1, intervalMs: 1_000 },
      ];
      assert.deepEqual(await claim(store, 'o1', limits), { kind: 'won' });
      assert.deepEqual(await claim(store, 'o2', limits), { kind: 'limited', retryAfterMs: 1_000 });
      assert.equal(await store.attempt('attempt-o2'), undefined);
      assert.equal((await store.view('o2')).order, undefined);
      assert.deepEqual(await claim(store, 'o2'), { kind: 'won' });
    });
  });
}

describe('on SQLite, what comes together', () => {
  let database: TestDatabase;
  let open: Database.Database;
  let store: Store;
  /** Called before each statement. */
  let before: (sql: string) => void;

  beforeEach(async () => {
    database = await openDatabase(SQLITE);
    open = new Database((database.option as { sqlite: string }).sqlite);
    before = () => undefined;
    const instance = {
      exec(sql: string) {
        before(sql);
        return open.exec(sql);
      },
      close: () => open.close(),
      prepare(sql: string) {
        const statement = open.prepare(sql);
        const asked =
          (how: 'all' | 'run') =>
          (...parameters: never[]): unknown => {
            before(sql);
            return statement[how](...parameters);
          };
        return { all: asked('all'), run: asked('run') };
      },
    } as unknown as SqliteInstance;
    store = await sqliteStore(instance);
    await store.migrate();
  });

  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('waits for the disk once, and is not answered before', async () => {
    let commits = 0;
    let answered = 0;
    before = (sql) => {
      if (sql !== 'commit') return;
      commits++;
      assert.equal(answered, 0);
    };
    const claims = ['o1', 'o2', 'o3'].map((id) => claim(store, id).finally(() => answered++));
    assert.deepEqual(
      (await Promise.all(claims)).map(({ kind }) => kind),
      ['won', 'won', 'won'],
    );
    assert.equal(commits, 1);
  });

  for (const [what, where, undo] of [
    ['the disk does not take it', /^commit$/, undefined],
    ['SQLite takes all back by itself', /insert into vp_attempt/, 'rollback'],
  ] as const) {
    it(`fails together where ${what}, and then comes again`, async () => {
      let left = 2;
      before = (sql) => {
        if (!where.test(sql) || --left !== (undo ? 0 : 1)) return;
        if (undo) open.exec(undo);
        throw new Error('database or disk is full');
      };
      const claims = await Promise.allSettled(['o1', 'o2', 'o3'].map((id) => claim(store, id)));
      assert.deepEqual(
        claims.map(({ status }) => status),
        ['rejected', 'rejected', 'rejected'],
      );
      for (const id of ['o1', 'o2', 'o3']) assert.equal(await store.attempt(`attempt-${id}`), undefined);
      before = () => undefined;
      assert.deepEqual(await claim(store, 'o1'), { kind: 'won' });
    });
  }
});

describe('on PostgreSQL', { skip: !DATABASES.includes(POSTGRES) }, () => {
  let database: TestDatabase;
  let store: Store;
  let pool: pg.Pool;

  beforeEach(async () => {
    database = await openDatabase(POSTGRES);
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    store = await postgresStore(pool);
    await store.migrate();
  });

  afterEach(async () => {
    await store.close();
    await pool.end();
    await database.drop();
  });

  it('what became of a push waits for whoever works on its order, and is not written over that', async () => {
    await claim(store, 'o1');
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query(`begin; select from vp_order where id = 'o1' for update`);
    const advanced = prompted(store, 'o1');
    const waits = async (): Promise<boolean> => {
      const { rowCount } = await other.query('select from pg_locks where not granted');
      return rowCount !== 0;
    };
    while (!(await Promise.race([advanced.then(() => true), waits()])));
    // Were it to hold the attempt while it waits, the two would wait for each other.
    await other.query(`update vp_attempt set callback = 'null', version = 1 where id = 'attempt-o1'; commit`);
    assert.equal(await advanced, false);
    assert.equal((await store.attempt('attempt-o1'))?.state, 'sending');
    await other.end();
  });

  it('a pooler that loses what was prepared costs one request, and no other is prepared', async () => {
    await claim(store, 'o1');
    // One connection listens; the other is asked.
    const client = await pool.connect();
    assert.notEqual((await client.query('select from pg_prepared_statements')).rowCount, 0);
    await client.query('deallocate all');
    client.release();
    await assert.rejects(store.attempt('attempt-o1').then(() => claim(store, 'o2')));
    assert.deepEqual(await claim(store, 'o3'), { kind: 'won' });
  });
});

it('addresses and phones have the same keys where Node’s own HMAC is missing', async () => {
  const made = async (): Promise<unknown> => {
    const keys = new Keys(['a-secret-for-tests-that-is-long-enough-0001']);
    return [await keys.addressMac('callback 1'), await keys.phoneHash('254723123123')];
  };
  const here = await made();
  const builtin = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule');
  try {
    Object.assign(process, { getBuiltinModule: undefined });
    assert.deepEqual(await made(), here);
  } finally {
    Object.assign(process, { getBuiltinModule: builtin?.value as unknown });
  }
});
