/**
 * Payments in an SQLite file.
 *
 * @module vitumob-pay-server/sqlite
 */
import type nodeFs from 'node:fs';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import { nodeModule } from './node-module.js';
import { loadDriver } from './stores/drivers.js';
import { Group } from './stores/group.js';
import type { Tables } from './stores/schema.js';
import { SqlStore } from './stores/sql.js';
import type { Store } from './stores/store.js';

/** An open database of `node:sqlite`, `libsql` or `better-sqlite3`. */
export interface SqliteInstance {
  prepare(sql: string): {
    all(...parameters: never[]): unknown;
    run(...parameters: never[]): unknown;
  };
  exec(sql: string): unknown;
  close(): unknown;
}

/** What all three drivers understand, after their own words for it. */
interface Statement {
  all(...parameters: readonly unknown[]): unknown[];
  run(...parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** Another process on the same file (a review at the command line) is waited for. */
const BUSY_TIMEOUT_MS = 5_000;
const BUSY_AGAIN_MS = 50;
/** All that the server says to a database are some fifty sentences; lists of many lengths are not kept. */
const MAX_PREPARED = 200;
/** How often awaited orders are read again, for what such a process has decided. */
const POLL_MS = 1_000;

const ENDS_OR_BEGINS = /^(?:begin immediate|commit|rollback)$/;
const READS = /^\s*(?:select|pragma)\b/i;
const RETURNS_ROWS = /^\s*(?:select|with|pragma)\b|\breturning\b/i;

/** A path opens (or makes) a file, readable by its owner alone; an instance is used as it is. */
export async function sqliteStore(source: string | SqliteInstance): Promise<Store> {
  const database = typeof source === 'string' ? await open(source) : source;
  database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
  await writeAhead(database);
  // FULL: what was answered has to survive a power cut.
  database.exec('pragma synchronous = full');
  const db = new Kysely<Tables>({ dialect: new ImmediateDialect({ database: toKysely(database) }) });
  const group = new Group(db);
  return new SqlStore(db, {
    name: 'sqlite',
    pollMs: POLL_MS,
    transaction: (work) => group.transaction(work),
    statement: (work) => group.transaction(work),
    close: () => db.destroy(),
  });
}

/** SQLite itself does not wait where processes that start together all turn the log on, or one recovers it. */
async function writeAhead(database: SqliteInstance): Promise<void> {
  for (let left = BUSY_TIMEOUT_MS / BUSY_AGAIN_MS; ; left--) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (left <= 0 || !/locked|busy/i.test(error instanceof Error ? error.message : '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_AGAIN_MS));
    }
  }
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => SqliteInstance;
}

async function open(path: string): Promise<SqliteInstance> {
  const builtin = nodeModule('node:sqlite') as NodeSqlite | undefined;
  if (path !== ':memory:') protect(path);
  if (builtin) return new builtin.DatabaseSync(path);
  let Database;
  try {
    Database = (await loadDriver('libsql')) as new (path: string) => SqliteInstance;
  } catch {
    throw new Error(
      'This Node has no SQLite of its own: install `libsql`, use Node 22.13 or later, or hand in an open database',
    );
  }
  return new Database(path);
}

/** Makes the file before SQLite does, so that nobody but its owner can read who paid what. */
function protect(path: string): void {
  const fs = nodeModule('node:fs') as typeof nodeFs | undefined;
  fs?.closeSync(fs.openSync(path, 'a', 0o600));
}

/**
 * What waits for another process in vain has to be forgotten. In `libsql` a prepared statement stays under way then, and
 * nothing can be committed beside it any more: so nothing prepared ever waits for the right to write, `exec` alone does.
 */
function toKysely(database: SqliteInstance): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  let isOpen = false;
  const execute = (sql: string): void => {
    try {
      database.exec(sql);
      isOpen = sql === 'begin immediate';
    } catch (error) {
      // SQLite may have taken all back by itself.
      if (sql === 'rollback') isOpen = false;
      throw error;
    }
  };
  const writing = <Result>(work: () => Result): Result => {
    if (isOpen) return work();
    execute('begin immediate');
    try {
      const result = work();
      execute('commit');
      return result;
    } catch (error) {
      try {
        execute('rollback');
      } catch {
        // Taken back already.
      }
      throw error;
    }
  };
  return {
    close: () => void database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const iterate = (): never => {
        throw new Error('Nothing is streamed');
      };
      if (ENDS_OR_BEGINS.test(sql)) {
        const run = (): ReturnType<Statement['run']> => {
          execute(sql);
          return { changes: 0, lastInsertRowid: 0 };
        };
        return { reader: false, all: () => [], run, iterate };
      }
      const statement = database.prepare(sql) as unknown as Statement;
      const alone = READS.test(sql) ? <Result>(work: () => Result): Result => work() : writing;
      const ready: SqliteStatement = {
        reader: RETURNS_ROWS.test(sql),
        all: (parameters) => alone(() => statement.all(...parameters)),
        run: (parameters) => alone(() => statement.run(...parameters)),
        iterate,
      };
      if (prepared.size < MAX_PREPARED) prepared.set(sql, ready);
      return ready;
    },
  };
}

/** A transaction that begins by reading could not be turned into one that writes while another process writes. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Migrations run in one such transaction: processes that start together wait for each other. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: { readonly database: SqliteDatabase };

  constructor(config: { readonly database: SqliteDatabase }) {
    super(config);
    this.#config = config;
  }

  override createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#config);
  }

  override createAdapter(): TransactionalAdapter {
    return new TransactionalAdapter();
  }
}
