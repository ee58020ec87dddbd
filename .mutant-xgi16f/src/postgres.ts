/**
 * Payments in PostgreSQL, for several instances.
 *
 * @module vitumob-pay-server/postgres
 */
import { Kysely, PostgresDialect } from 'kysely';
import type pgDriver from 'pg';
import type { Pool, PoolClient } from 'pg';
import { loadDriver } from './stores/drivers.js';
import type { Tables } from './stores/schema.js';
import { SqlStore } from './stores/sql.js';
import type { Store } from './stores/store.js';

/** A lost notification costs so much, and no outcome. */
const POLL_MS = 5_000;
const RECONNECT_MS = 1_000;

/** A pool is used as it is and left open; an address opens a pool of the store's own. One connection of it listens. */
export async function postgresStore(source: string | Pool): Promise<Store> {
  const own = typeof source === 'string';
  const pool = own ? await openPool(source) : source;
  // A connection that breaks while it is in use says so to its query, and besides by an event that would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const listener = new Listener(pool);
  return new SqlStore(db, {
    name: 'postgres',
    pollMs: POLL_MS,
    listen: (onChange) => {
      listener.start(onChange);
    },
    close: async () => {
      listener.stop();
      if (own) await db.destroy();
    },
  });
}

async function openPool(connectionString: string): Promise<Pool> {
  let pg;
  try {
    pg = (await loadDriver('pg')) as typeof pgDriver;
  } catch {
    throw new Error('PostgreSQL needs its driver: install `pg`');
  }
  const pool = new pg.Pool({ connectionString, max: 10, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks is replaced; the next query says what is wrong.
  pool.on('error', () => undefined);
  return pool;
}

/** Wakes sleepers early. Whatever it misses is found by the next look. */
class Listener {
  readonly #pool: Pool;
  #client: PoolClient | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  start(onChange: (orderId: string | undefined) => void): void {
    void this.#listen(onChange);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#client?.release(true);
    this.#client = undefined;
  }

  async #listen(onChange: (orderId: string | undefined) => void): Promise<void> {
    const again = (): void => {
      if (this.#stopped || this.#timer !== undefined) return;
      this.#client?.release(true);
      this.#client = undefined;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#listen(onChange);
      }, RECONNECT_MS);
    };
    try {
      const client = await this.#pool.connect();
      if (this.#stopped) {
        client.release(true);
        return;
      }
      this.#client = client;
      client.on('notification', ({ payload }) => {
        onChange(payload);
      });
      client.on('error', again);
      client.on('end', again);
      await client.query('listen vitumob_pay');
      onChange(undefined);
    } catch {
      again();
    }
  }
}
