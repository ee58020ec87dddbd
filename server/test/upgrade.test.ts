/** P11: a database that an earlier version has written is taken over, with live prompts in it, by instances that start together. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import pg from 'pg';
import { DURABLE, openDatabase, POSTGRES, type TestDatabase } from './support/databases.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeDaraja } from './support/fake-daraja.js';
import { settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));
const VERSIONS = readdirSync(FIXTURES).map((name) => /^schema-(.+)\.sql$/.exec(name)?.[1] ?? '');

async function write(name: string, { url }: TestDatabase, sql: string): Promise<void> {
  if (name === POSTGRES) {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(sql);
    await client.end();
  } else {
    const database = new Database(url.replace('file:', ''));
    database.exec(sql);
    database.close();
  }
}

for (const name of DURABLE) {
  for (const version of VERSIONS) {
    describe(`a database of ${version} (${name})`, () => {
      it('keeps its prompts locked, its payments paid and its events to be told', async () => {
        const database = await openDatabase(name);
        await write(name, database, readFileSync(`${FIXTURES}/schema-${version}.sql`, 'utf8'));
        const [[prompt] = []] = await database.rows(
          `select checkout_request_id from vp_attempt where state = 'prompted'`,
        );
        const [[event] = []] = await database.rows(`select id from vp_event`);

        const shared = { daraja: new FakeDaraja(), clock: new FakeClock() };
        const open = (): Promise<Shop> => Shop.open(database.option, {}, shared);
        const shops = name === POSTGRES ? await Promise.all([open(), open()]) : [await open()];
        const [shop] = shops as [Shop];
        shop.orders.set('paid-1', { amount: '10' });

        assert.equal((await shop.push()).body.live.payment_id, prompt);
        assert.equal((await shop.push({ order_id: '48', amount: '48744.15' })).body.live.payment_id, null);
        assert.equal((await shop.push({ order_id: 'paid-1', amount: '10' })).status, 409);
        assert.equal((await shop.status('order_id=paid-1')).body.mpesa_receipt_number, 'NLJ7RT61SV');
        assert.equal(shop.daraja.pushes, 0);

        const told = (): string[] => shops.flatMap(({ events }) => events.map(({ id }) => id));
        await shop.clock.advance(10_000);
        assert.deepEqual(told(), [event]);
        shop.daraja.results.set(String(prompt), { code: 0 });
        await shop.clock.advance(20_000);
        await settled();
        assert.equal((await shop.status()).body.result_code, 0);
        assert.equal(told().length, 2);

        await Promise.all(shops.map(({ payments }) => payments.stop()));
        await database.drop();
      });
    });
  }
}
