import type nodeCrypto from 'node:crypto';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { ClientBase, Pool, PoolClient, QueryConfig } from 'pg';
import { systemClock, within } from '../clock.js';
import { nodeModule } from '../node-module.js';

/** How long PostgreSQL may take, in milliseconds. None of it is for migrations, and none for a connection that listens. */
export interface TimeLimits {
  /** Until the server has let us in, and in a pool of our own until a connection is free. */
  readonly connectMs: number;
  /** Until the shop's pool has given a connection: it may be small, and many may want one at once. */
  readonly queueMs: number;
  /** Until the server gives a statement up, whatever it waits for. */
  readonly statementMs: number;
  /** Until a server that says nothing at all is given up. Above `statementMs`: one that lives is to say so itself. */
  readonly answerMs: number;
  /** Until the server frees what a transaction has locked whose instance says nothing more. */
  readonly idleMs: number;
}

/** A page waits 30 s for its push, and Daraja may take 25 of them. */
export const TIME_LIMITS: TimeLimits = {
  connectMs: 5_000,
  queueMs: 30_000,
  statementMs: 5_000,
  answerMs: 8_000,
  idleMs: 10_000,
};

/** A statement that ends by itself after `ms`, answered or not. `name`: the server keeps it prepared. */
export function query(client: ClientBase, ms: number, text: string, values?: readonly unknown[], name?: string) {
  // The driver knows `query_timeout` here too; its types do not.
  const config: QueryConfig & { readonly query_timeout: number } = {
    text,
    ...(name !== undefined && { name }),
    ...(values && { values: [...values] }),
    query_timeout: ms,
  };
  return client.query(config);
}

/** All that the server says to a database are some fifty sentences; lists of many lengths are not kept. */
const MAX_PREPARED = 200;
/** A pooler that does not know what its servers have prepared, or a schema that another instance has migrated. */
const NOT_PREPARED: readonly unknown[] = ['26000', '42P05', '0A000'];

/** The statements that the server keeps prepared: to read one again and plan it takes it longer than to do it. */
class Prepared {
  readonly #names = new Map<string, string>();
  readonly #crypto = nodeModule('node:crypto') as typeof nodeCrypto | undefined;
  #usable = true;

  /** The same text has the same name in all instances: behind a pooler they share what is prepared. */
  nameOf(text: string): string | undefined {
    if (!this.#usable || !this.#crypto) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_PREPARED) return known;
    const name = `vp_${this.#crypto.createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }

  failed(error: unknown): void {
    if (NOT_PREPARED.includes((error as { code?: unknown }).code)) this.#usable = false;
  }
}

/** The server's part of the limits. `local`: for one transaction. */
export function serverLimits({ statementMs, idleMs }: TimeLimits, local: '' | 'local '): string {
  return (
    `set ${local}statement_timeout = ${Math.ceil(statementMs)}; ` +
    `set ${local}idle_in_transaction_session_timeout = ${Math.ceil(idleMs)}`
  );
}

/** A pool that never waits for ever, and keeps no connection of which nobody knows where it stands. */
export class LimitedPool implements PostgresPool {
  readonly #pool: Pool;
  readonly #limits: TimeLimits;
  /** What is said with each `begin`: a shop's own pool keeps its settings for all else. */
  readonly #onBegin: string;
  readonly #prepared = new Prepared();

  constructor(pool: Pool, limits: TimeLimits, isShops: boolean) {
    this.#pool = pool;
    this.#limits = limits;
    this.#onBegin = isShops ? `; ${serverLimits(limits, 'local ')}` : '';
  }

  async connect(): Promise<PostgresPoolClient> {
    return new LimitedClient(await this.#connect(), this.#limits.answerMs, this.#onBegin, this.#prepared);
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  /** A shop's pool may have no limit of its own. */
  async #connect(): Promise<PoolClient> {
    const connecting = this.#pool.connect();
    const client = await within(systemClock, this.#limits.queueMs, connecting);
    if (client) return client;
    void connecting.then(
      (unused) => {
        unused.release();
      },
      () => undefined,
    );
    throw new Error('PostgreSQL gave no connection in time');
  }
}

class LimitedClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #answerMs: number;
  readonly #onBegin: string;
  /** `undefined`: for this once. */
  readonly #prepared: Prepared | undefined;
  #lost = false;

  constructor(client: PoolClient, answerMs: number, onBegin: string, prepared?: Prepared) {
    this.#client = client;
    this.#answerMs = answerMs;
    this.#onBegin = onBegin;
    this.#prepared = prepared;
  }

  query(text: string, values: readonly unknown[]): Promise<never>;
  query(cursor: never): never;
  async query(text: string, values: readonly unknown[] = []): Promise<unknown> {
    if (this.#lost) throw new Error('The connection to PostgreSQL is lost');
    try {
      const asked = text === 'begin' ? text + this.#onBegin : text;
      const name = values.length ? this.#prepared?.nameOf(text) : undefined;
      return (await query(this.#client, this.#answerMs, asked, values, name)) as PostgresQueryResult<unknown>;
    } catch (error) {
      this.#prepared?.failed(error);
      // Only what the server says itself leaves a connection that can be used, for a rollback or for another.
      this.#lost = !(error instanceof Error && 'severity' in error);
      throw error;
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#lost || !this.#prepared);
  }
}

/** For migrations, which take as long as they take, and wait for those of other instances. */
export function patientPool(pool: Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      // The connection goes when it has served, and its settings with it.
      const patient = new LimitedClient(client, 0, '');
      try {
        await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
      } catch (error) {
        patient.release();
        throw error;
      }
      return patient;
    },
    end: () => Promise.resolve(),
  };
}
