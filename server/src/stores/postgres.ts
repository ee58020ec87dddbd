import { Kysely, PostgresDialect } from 'kysely';
import type pgDriver from 'pg';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { loadDriver } from './drivers.js';
import { LimitedPool, patientPool, query, serverLimits, TIME_LIMITS, type TimeLimits } from './limited-pool.js';
import type { Tables } from './schema.js';
import { SqlStore } from './sql.js';
import type { Store } from './store.js';

/** A lost notification costs so much, and no outcome. */
const POLL_MS = 5_000;
const RECONNECT_MS = 1_000;
/** A host that is gone without a word is noticed on a connection that only listens, or migrates. */
const KEEP_ALIVE_AFTER_MS = 10_000;

export async function openPostgres(source: string | Pool, limits = TIME_LIMITS): Promise<Store> {
  const own = typeof source === 'string';
  const pool = own ? await openPool(source, limits) : source;
  // A connection that breaks while it is in use says so to its query, and besides by an event that would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new LimitedPool(pool, limits, !own) }) });
  const listener = new Listener(pool, limits);
  return new SqlStore(db, {
    name: 'postgres',
    pollMs: POLL_MS,
    transaction: (work) => db.transaction().execute(work),
    // With `begin` a shop's pool is told how long it may take: what was given up must not be written later.
    statement: (work) => (own ? work(db) : db.transaction().execute(work)),
    migrating: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: patientPool(pool) }) }),
    listen: (onChange) => {
      listener.start(onChange);
    },
    close: async () => {
      listener.stop();
      if (own) await db.destroy();
    },
  });
}

async function openPool(connectionString: string, limits: TimeLimits): Promise<Pool> {
  let pg;
  try {
    pg = (await loadDriver('pg')) as typeof pgDriver;
  } catch {
    throw new Error('PostgreSQL needs its driver: install `pg`');
  }
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: limits.connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // No connection that says nothing keeps a process that has been stopped.
    allowExitOnIdle: true,
    // Not with the start-up: poolers in front of a database refuse settings that they do not know there.
    onConnect: ((client) => query(client, limits.answerMs, serverLimits(limits, ''))) as (client: ClientBase) => void,
  });
  // An idle connection that breaks is replaced; the next query says what is wrong.
  pool.on('error', () => undefined);
  return pool;
}

/** Wakes sleepers early. Whatever it misses is found by the next look. */
class Listener {
  readonly #pool: Pool;
  readonly #limits: TimeLimits;
  #client: PoolClient | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(pool: Pool, limits: TimeLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  start(onChange: (orderId: string | undefined) => void): void {
    void this.#listen(onChange);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    // A server that hangs does not say good-bye: the process is not kept for that. The types do not know the method.
    (this.#client as { unref?(): void } | undefined)?.unref?.();
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
      await query(client, this.#limits.answerMs, 'listen vitumob_pay');
      onChange(undefined);
    } catch {
      again();
    }
  }
}
