/** P8: a PostgreSQL that hangs. Nothing waits for it for ever, and what it cannot say is never guessed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import pg from 'pg';
import { openPostgres } from '../src/stores/postgres.js';
import { DATABASES, openDatabase, POSTGRES, type TestDatabase } from './support/databases.js';
import { FrozenLink } from './support/frozen-link.js';
import { settled } from './support/quiet.js';
import { Shop, type Answer } from './support/shop.js';

const LIMITS = { connectMs: 300, queueMs: 300, statementMs: 300, answerMs: 600, idleMs: 600 };
/** The test's, for what may not take for ever. */
const timeout = 20_000;

describe('while PostgreSQL hangs', { skip: !DATABASES.includes(POSTGRES) }, () => {
  let database: TestDatabase;
  let link: FrozenLink;
  const opened: Shop[] = [];
  const pools: pg.Pool[] = [];

  beforeEach(async () => {
    database = await openDatabase(POSTGRES);
    link = await FrozenLink.open(database.url);
  });

  afterEach(async () => {
    link.thaw();
    for (const shop of opened.splice(0)) await shop.payments.stop();
    for (const pool of pools.splice(0)) await pool.end();
    await link.close();
    await database.drop();
  });

  /** An instance behind the link: with a pool of the shop's, which has no limits, or with one of its own. */
  async function open(whose: 'the shop’s' | 'its own' = 'its own', url = link.url): Promise<Shop> {
    const pool = new pg.Pool({ connectionString: url });
    pool.on('error', () => undefined);
    pools.push(pool);
    const shop = await Shop.open({ store: await openPostgres(whose === 'its own' ? url : pool, LIMITS) });
    opened.push(shop);
    return shop;
  }

  for (const whose of ['the shop’s', 'its own'] as const) {
    describe(`(${whose} pool)`, () => {
      it('sends nothing where another session’s lock keeps the claim from being written', { timeout }, async () => {
        const shop = await open(whose);
        const token = await shop.token();
        const other = new pg.Client(database.url);
        await other.connect();
        await other.query('begin; lock table vp_order in access exclusive mode');
        const { status, body } = await shop.push({}, token);
        assert.equal(status, 503);
        assert.equal(body.daraja_error?.errorCode, 'not-sent');
        assert.equal(shop.daraja.pushes, 0);
        await other.end();
        assert.equal((await shop.push({}, token)).status, 200, 'and the order is as it was');
      });

      it('sends nothing where the claim is never answered', { timeout }, async () => {
        const shop = await open(whose);
        const token = await shop.token();
        link.freeze();
        const { status, body } = await shop.push({}, token);
        assert.equal(status, 503);
        assert.equal(body.daraja_error?.errorCode, 'not-sent');
        assert.equal(shop.daraja.pushes, 0);
      });

      it(
        'keeps the order locked where what became of the push cannot be written, and never sends it again',
        { timeout },
        async () => {
          const shop = await open(whose);
          const token = await shop.token();
          shop.daraja.onPush = () => {
            link.freeze();
          };
          const pushed = shop.push({}, token);
          while (!shop.daraja.pushes) await settled();
          await shop.clock.advance(3_000);
          const { status, body } = await pushed;
          assert.equal(status, 503);
          assert.equal(body.daraja_error, undefined, 'a prompt is on its way');

          link.thaw();
          let again: Answer | undefined;
          await until(shop, async () => {
            again = await shop.push({}, token);
            // A connection that was frozen may fail once more.
            return again.status === 409 && again.body.live.payment_id !== null;
          });
          assert.equal(again?.body.live.payment_id, shop.daraja.lastPrompt.checkoutRequestId);
          assert.equal(shop.daraja.pushes, 1);
        },
      );

      it('answers 503 to questions and callbacks, and goes on by itself afterwards', { timeout }, async () => {
        const shop = await open(whose);
        const token = await shop.token();
        await shop.push({}, token);
        const prompt = shop.daraja.lastPrompt;
        shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
        link.freeze();
        assert.equal((await shop.status('order_id=1234567891', token)).status, 503);
        assert.equal((await shop.callback(prompt, 0)).status, 503);
        await shop.clock.advance(30_000);
        assert.deepEqual(shop.told, []);
        link.thaw();
        await until(shop, () => Promise.resolve(shop.told.length > 0));
        assert.deepEqual(shop.told, ['payment.paid']);
      });

      it('answers a held question where the outcome cannot be read', { timeout }, async () => {
        const shop = await open(whose);
        const token = await shop.token();
        await shop.push({}, token);
        const held = shop.status('order_id=1234567891&wait=25', token);
        await until(shop, () => Promise.resolve(shop.held === 1));
        link.freeze();
        await shop.clock.advance(25_000);
        assert.equal((await held).status, 503);
      });

      it('stops all the same', { timeout }, async () => {
        const shop = await open(whose);
        const token = await shop.token();
        await shop.push({}, token);
        link.freeze();
        const asked = shop.status('order_id=1234567891', token);
        await shop.payments.stop();
        assert.equal((await asked).status, 503);
      });

      it('frees what an instance has locked that is cut off in the middle of it', { timeout }, async () => {
        const [cutOff, other] = [await open(whose), await open('the shop’s', database.url)];
        await cutOff.push();
        const prompt = cutOff.daraja.lastPrompt;
        other.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
        const frozen = link.frozenAfter('for update');
        const lost = cutOff.callback(prompt, 0);
        await frozen;
        const callback = async (): Promise<number> => (await other.callback(prompt, 0)).status;
        while ((await callback()) !== 200);
        assert.equal((await lost).status, 503);
      });
    });
  }

  it('answers 503 and stops while the database takes connections and says nothing', { timeout }, async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const url = `postgres://vitumob@127.0.0.1:${(mute.address() as AddressInfo).port}/postgres`;
    const shop = Shop.closed({ store: await openPostgres(url, LIMITS) });
    const { status, body } = await shop.push({}, 'no-token');
    assert.equal(status, 503);
    assert.equal(body.daraja_error?.errorCode, 'not-sent');
    await shop.payments.stop();
    mute.close();
  });

  it('gives requests up that wait for a migration, and not the migration', { timeout }, async () => {
    const other = new pg.Client(database.url);
    await other.connect();
    // Kysely's own lock, which an instance holds that migrates.
    await other.query('select pg_advisory_lock(3853314791062309107)');
    const shop = Shop.closed({ store: await openPostgres(link.url, LIMITS) });
    opened.push(shop);
    const started = shop.payments.start();
    const pushed = shop.push({}, 'no-token');
    await waiting(other);
    await shop.clock.advance(10_000);
    assert.equal((await pushed).body.daraja_error?.errorCode, 'not-sent');
    // Longer than any statement but a migration's may take.
    await other.query('select pg_sleep(0.7)');
    await other.end();
    await started;
    assert.equal((await shop.push()).status, 200);
  });
});

/** Lets time pass, a little for each look: what PostgreSQL does takes none of the fake clock's. */
async function until(shop: Shop, done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await shop.clock.advance(50);
}

/** Resolves once somebody waits for a lock of this session's. */
async function waiting(client: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(`select from pg_locks where not granted and locktype = 'advisory'`);
    if (rowCount) return;
  }
}
