/** One instance to measure: the server, or bare Hono with one INSERT of the same durability. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createPayments } from '../dist/index.js';
import { toNodeHandler } from '../dist/node.js';

const { DATABASE_URL, DARAJA_URL } = process.env;
const isFile = DATABASE_URL.startsWith('file:');
const path = DATABASE_URL.slice('file:'.length);
const UNLIMITED = { burst: 1e7, perSeconds: 1 };
const NAMES = [
  'tokenByAddress',
  'pushByOrder',
  'pushBySubject',
  'pushByAddress',
  'pushByPhone',
  'statusBySubject',
  'statusByAddress',
];

let held = 0;
process.on('message', () => {
  globalThis.gc?.();
  process.send({ rss: process.memoryUsage().rss, held });
});

if (process.argv[2] === 'server') {
  const payments = createPayments({
    database: isFile ? { sqlite: path } : { postgres: DATABASE_URL },
    daraja: { baseUrl: DARAJA_URL, consumerKey: 'k', consumerSecret: 's', shortcode: '174379', passkey: 'p' },
    publicUrl: 'http://127.0.0.1:1',
    secret: 'a-secret-for-the-bench-that-is-long-enough',
    origins: [],
    limits: Object.fromEntries(NAMES.map((name) => [name, UNLIMITED])),
    findOrder: () => ({ amount: '10' }),
    // As customers are: each with a name, an address and a phone, so that no two wait for each other's limits.
    authorize: () => randomUUID(),
    trustedProxies: 1,
    metrics: { count: () => undefined, gauge: (name, value) => name === 'held' && (held = value) },
    queryAfter: 3600,
    promptWindow: 3600,
    releaseAfter: 7200,
  });
  await payments.start();
  const handle = toNodeHandler(payments);
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  const insert = isFile ? await intoSqlite() : await intoPostgres();
  const app = new Hono().post('*', async (c) => {
    await insert(await c.req.text());
    return c.json({ ok: true });
  });
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }, ({ port }) =>
    process.send(port),
  );
}

async function intoSqlite() {
  const builtin = process.getBuiltinModule('node:sqlite');
  const database = builtin
    ? new builtin.DatabaseSync(`${path}.bare`)
    : new (await import('libsql')).default(`${path}.bare`);
  for (const pragma of ['journal_mode = wal', 'synchronous = full']) database.exec(`pragma ${pragma}`);
  database.exec('create table if not exists bare (id integer primary key, body text)');
  const statement = database.prepare('insert into bare (body) values (?)');
  return async (body) => void statement.run(body);
}

async function intoPostgres() {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
  await pool.query('create table if not exists bare (id bigserial primary key, body text)');
  return (body) => pool.query('insert into bare (body) values ($1)', [body]);
}
