/** An order is found by what a customer types, on every database by the same comparison. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { postgresStore } from '../src/postgres.js';
import { referenceKey } from '../src/payments/attempt.js';
import { asOrder } from '../src/payments/c2b.js';
import { cutReference } from '../src/payments/push.js';
import { sqliteStore } from '../src/sqlite.js';
import { MemoryStore } from '../src/stores/memory.js';
import type { Store } from '../src/stores/store.js';
import { DATABASES, MEMORY, openDatabase, SQLITE, type TestDatabase } from './support/databases.js';

function storeOn(name: string, { option }: TestDatabase): Store | Promise<Store> {
  if (name === MEMORY) return new MemoryStore();
  if (name === SQLITE) return sqliteStore((option as { sqlite: string }).sqlite);
  return postgresStore((option as { postgres: Pool }).postgres);
}

/** Numbers of orders that begin alike, as a shop's do: 12 characters are not enough to tell them apart. */
const START = 'Bestellung-É';
const tail = fc
  .array(fc.constantFrom('a', 'A', 'ß', 'É', 'é', 'İ', 'Σ', '1', '-', '_', '%', ' ', '\u00A0', '\u3000', '\u2003'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((characters) => characters.join(''));
const retyped = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
  (text: string) => text.replace(/\s/g, ''),
  (text: string) => ` ${text}\u00A0`,
);

for (const name of DATABASES) {
  describe(`orders whose numbers are cut (${name})`, () => {
    it('are found by the whole number, letter case and white space apart', async () => {
      const database = await openDatabase(name);
      const store = await storeOn(name, database);
      await store.migrate();
      const ids = new Set<string>();
      await fc.assert(
        fc.asyncProperty(tail, tail, retyped, async (one, other, as) => {
          for (const id of [START + one, START + other]) {
            ids.add(id);
            await store.rememberOrder(asOrder(id, { amount: '10' }));
          }
          const key = referenceKey(as(START + one));
          const found = await store.ordersWithReference(cutReference(key), key);
          const expected = [...ids].filter((id) => referenceKey(id) === key);
          assert.ok(found.every(({ id }) => expected.includes(id)));
          assert.equal(Math.min(found.length, 2), Math.min(expected.length, 2));
        }),
        { numRuns: 60 },
      );
      await store.close();
      await database.drop();
    });
  });
}
