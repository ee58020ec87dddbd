import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import pg from 'pg';
import type { DatabaseOption } from '../../src/index.js';
import { trackPool } from './quiet.js';

/** A database of a test's own. */
export interface TestDatabase {
  /** Each use is one more instance on the same database; of the memory's there is only one. */
  readonly option: DatabaseOption;
  /** For the command's `DATABASE_URL`. */
  readonly url: string;
  /** What a query finds, from another connection; times and counts as numbers. */
  rows(sql: string): Promise<unknown[][]>;
  drop(): Promise<void>;
}

const INT8 = 20;
/** Times and counts as numbers, and all else as text. */
const BIGINT_AS_NUMBER = { getTypeParser: (id: number) => (id === INT8 ? Number : String) };

const postgresUrl = process.env['TEST_POSTGRES_URL'];

export const MEMORY = 'memory';
export const SQLITE = 'SQLite';
export const POSTGRES = 'PostgreSQL';

/** Those that this machine has. */
export const DATABASES: readonly string[] = [MEMORY, SQLITE, ...(postgresUrl === undefined ? [] : [POSTGRES])];
/** Those that outlive a process. */
export const DURABLE: readonly string[] = DATABASES.filter((name) => name !== MEMORY);

export async function openDatabase(name: string): Promise<TestDatabase> {
  switch (name) {
    case MEMORY:
      return {
        option: { memory: true },
        url: '',
        rows: () => Promise.reject(new Error('Nobody else can look')),
        drop: () => Promise.resolve(),
      };
    case SQLITE: {
      const folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-'));
      const path = join(folder, 'payments.db');
      return {
        option: { sqlite: path },
        url: `file:${path}`,
        rows: (sql) => {
          const other = new Database(path, { readonly: true });
          try {
            return Promise.resolve(other.prepare(sql).raw(true).all() as unknown[][]);
          } finally {
            other.close();
          }
        },
        drop: () => {
          rmSync(folder, { recursive: true });
          return Promise.resolve();
        },
      };
    }
    default: {
      const database = `t_${randomUUID().replaceAll('-', '')}`;
      await admin(`create database ${database}`);
      const url = new URL(postgresUrl ?? '');
      url.pathname = database;
      const pools: pg.Pool[] = [];
      return {
        get option() {
          const pool = trackPool(new pg.Pool({ connectionString: url.href, max: 8 }));
          // Dropping the database ends connections that are idle.
          pool.on('error', () => undefined);
          pools.push(pool);
          return { postgres: pool };
        },
        url: url.href,
        async rows(sql) {
          const client = new pg.Client({ connectionString: url.href });
          await client.connect();
          try {
            const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array', types: BIGINT_AS_NUMBER });
            return rows;
          } finally {
            await client.end();
          }
        },
        async drop() {
          await Promise.all(pools.map((pool) => pool.end()));
          await admin(`drop database ${database} with (force)`);
        },
      };
    }
  }
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}
