#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createServer, STATUS_CODES, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { systemClock } from './clock.js';
import { DarajaClient } from './daraja/client.js';
import { DarajaTokens } from './daraja/token.js';
import { Keys } from './keys.js';
import { toNodeHandler } from './node.js';
import { silent, uncounted, type Metrics } from './options.js';
import { ordersAt, ordersInFile, problemOfOrdersFile } from './orders.js';
import { registerC2b } from './payments/c2b.js';
import type { Ledger } from './payments/context.js';
import { createPayments, type Payments } from './payments/payments.js';
import { decide, listWaiting } from './payments/review.js';
import { rulesOf } from './payments/schedule.js';
import { replay as tellAgain } from './payments/tell.js';
import { prometheus } from './prometheus.js';
import { ALL, databaseOf, HELP, listed, optionsOf, readSettings, type SettingName, type Settings } from './settings.js';
import { openStore } from './stores/open.js';
import type { Store } from './stores/store.js';
import { webhook } from './webhook.js';

/** Above what a held status takes, below what a broken connection may cost. */
const REQUEST_TIMEOUT_MS = 60_000;
/** A little longer than the proxy in front keeps an idle connection, so that the proxy is the one to close it. */
const KEEP_ALIVE_MS = 75_000;
/** How long an answer may still be on its way when all are given. */
const CLOSE_WITHIN_MS = 1_000;
/** Pushes are waited for 30 s; a database that does not close is not. */
const EXIT_WITHIN_MS = 32_000;
/** A database that answers no sooner is out of reach to whoever waits for the answer. */
const HEALTHY_WITHIN_MS = 2_000;

class UsageError extends Error {}

/** The logs of the command. What may not be in them is not given to them; the list is the second belt. */
function makeLogger() {
  return pino({
    base: null,
    redact: { paths: ['authorization', 'token', 'passkey', 'phone', 'msisdn', 'url', '*.authorization'], remove: true },
  });
}

function makePayments(settings: Settings, more: { logger: pino.Logger; metrics: Metrics }): Payments {
  const orders =
    settings.ORDERS_FILE === undefined ? ordersAt(settings.ORDERS_URL ?? '') : ordersInFile(settings.ORDERS_FILE);
  const { WEBHOOK_URL, WEBHOOK_SECRET } = settings;
  return createPayments({
    ...optionsOf(settings),
    findOrder: (orderId) => orders.find(orderId),
    ...(orders.findByReference && { findOrderByReference: orders.findByReference }),
    // Whoever loads the shop's page may ask; a token of its own for each keeps their limits apart.
    authorize: () => crypto.randomUUID(),
    statusNeedsOrder: false,
    ...(WEBHOOK_URL !== undefined && WEBHOOK_SECRET !== undefined && { onEvent: webhook(WEBHOOK_URL, WEBHOOK_SECRET) }),
    ...more,
  });
}

/** Each command asks for the settings that it goes by, and for no other. */
function settingsOrExit<Name extends SettingName>(names: readonly Name[]): Pick<Settings, Name> {
  const read = readSettings(process.env, names);
  if ('settings' in read) return read.settings;
  throw new UsageError(listed(read.problems));
}

async function serve(): Promise<void> {
  const settings = settingsOrExit(ALL);
  if (settings.ORDERS_FILE !== undefined) {
    const problem = await problemOfOrdersFile(settings.ORDERS_FILE);
    if (problem !== undefined) throw new UsageError(listed([`ORDERS_FILE ${problem}`]));
  }
  const logger = makeLogger();
  const { metrics, text, contentType } = prometheus();
  const payments = makePayments(settings, { logger, metrics });
  await payments.start().catch(unusableDatabase);

  const handle = toNodeHandler(payments);
  /** Answers that are still to be given. */
  const open = new Set<ServerResponse>();
  let stopping = false;
  const server = createServer(
    // Without a Host a request is answered like any other that cannot be read.
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false },
    (request, response) => {
      open.add(response);
      response.once('close', () => open.delete(response));
      if (stopping) response.setHeader('connection', 'close');
      const path = (request.url ?? '').split('?')[0];
      const answer = (status: number, body: string, type = 'application/json'): void => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      };
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (path === '/health' && isRead) {
        void within(HEALTHY_WITHIN_MS, payments.ping()).then(
          () => {
            answer(200, '{"status":"ok"}');
          },
          () => {
            answer(503, '{"error":"The database is out of reach"}');
          },
        );
      } else if (path === '/metrics' && isRead) {
        void text().then((body) => {
          answer(200, body, contentType);
        });
      } else {
        void handle(request, response);
      }
    },
  );
  server.on('clientError', (error, socket) => {
    const answering = [...open].some((response) => response.socket === socket && response.headersSent);
    refuseUnreadable(error, socket, answering);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.PORT, settings.HOST, resolve);
  }).catch(async (error: unknown) => {
    // What nobody can reach must not go on asking and telling.
    await payments.stop();
    throw new UsageError(`HOST and PORT cannot be used, ${settings.HOST} and ${settings.PORT}: ${reasonOf(error)}`);
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Whoever is answered has to come again by another connection, and so to another instance.
    for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
    logger.info({}, 'stopping');
    // Nothing may keep a process alive that was told to go.
    setTimeout(() => process.exit(0), EXIT_WITHIN_MS).unref();
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    server.closeIdleConnections();
    void payments
      .stop()
      .catch((error: unknown) => {
        logger.error({ error: error instanceof Error ? error.name : 'unknown' }, 'the database could not be closed');
      })
      .then(() => {
        server.closeIdleConnections();
        return within(CLOSE_WITHIN_MS, closed).catch(() => undefined);
      })
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  // Last of all: whoever reads it may stop us at once.
  const { port } = server.address() as AddressInfo;
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST;
  console.log(`vitumob-pay-server listens on http://${host}:${port}`);
}

/** What Node cannot read as a request, with the status that it has for it, in JSON as every error. */
const UNREADABLE: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of a chunk are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to come'],
};

function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, answering: boolean): void {
  if (socket.writable && !answering) {
    const [status, said] = UNREADABLE[error.code ?? ''] ?? [400, 'The request cannot be read as HTTP'];
    const body = JSON.stringify({ error: said });
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Connection: close',
        'Content-Type: application/json',
        'Cache-Control: no-store',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }
  socket.destroy(error);
}

async function review(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      paid: { type: 'boolean' },
      'not-paid': { type: 'boolean' },
      by: { type: 'string' },
      reason: { type: 'string' },
    },
  });
  const [attemptId, ...rest] = positionals;
  const { by, reason } = values;
  const decided = values.paid === true || values['not-paid'] === true;
  if (rest.length) throw new UsageError('review decides one attempt at a time');
  if (attemptId === undefined) {
    if (decided || by !== undefined || reason !== undefined) throw new UsageError('review: which ATTEMPT?');
    return withLedger(async (ledger) => {
      const waiting = await listWaiting(ledger);
      if (!waiting.length) console.log('Nothing waits for a person.');
      for (const { attempt, order, state, amount, phone, since, said } of waiting) {
        console.log([attempt, state, `order ${order}`, `KES ${amount}`, phone, since, said].filter(Boolean).join('  '));
      }
    });
  }
  if (values.paid === values['not-paid']) throw new UsageError('review ATTEMPT needs --paid or --not-paid');
  if (!by?.trim() || !reason?.trim())
    throw new UsageError('review ATTEMPT needs --by NAME and --reason TEXT: they are kept');
  return withLedger(async (ledger) => {
    const problem = await decide(ledger, attemptId, {
      paid: values.paid === true,
      by: by.trim(),
      reason: reason.trim(),
    });
    if (problem !== undefined) throw new UsageError(problem);
    console.log(`Attempt ${attemptId} is decided.`);
  });
}

async function replay([eventId, ...rest]: readonly string[]): Promise<void> {
  if (eventId === undefined || rest.length) throw new UsageError('replay needs the id of one EVENT');
  const settings = settingsOrExit(['DATABASE_URL', 'WEBHOOK_URL', 'WEBHOOK_SECRET']);
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = settings;
  if (url === undefined || secret === undefined) {
    throw new UsageError(listed(['WEBHOOK_URL is missing: there is nobody to tell']));
  }
  await withStore(thatExists(settings.DATABASE_URL), async (store) => {
    const step = () => Promise.resolve();
    const outcome = await tellAgain({ ...quiet, store, step, options: { onEvent: webhook(url, secret) } }, eventId);
    if (outcome === 'unknown') throw new UsageError(`There is no event ${eventId}`);
    console.log(
      outcome === 'told' ? 'The shop took it.' : 'The shop did not take it; a running server tells it again.',
    );
    if (outcome === 'failed') process.exitCode = 1;
  });
}

async function registerAddresses(): Promise<void> {
  const settings = settingsOrExit([
    ...(['DATABASE_URL', 'SECRET', 'PUBLIC_URL', 'DARAJA_BASE_URL', 'DARAJA_CONSUMER_KEY'] as const),
    ...(['DARAJA_CONSUMER_SECRET', 'DARAJA_SHORTCODE', 'DARAJA_TIMEOUT_S'] as const),
  ]);
  const account = {
    baseUrl: settings.DARAJA_BASE_URL,
    consumerKey: settings.DARAJA_CONSUMER_KEY,
    consumerSecret: settings.DARAJA_CONSUMER_SECRET,
    shortcode: settings.DARAJA_SHORTCODE,
    passkey: '', // for prompts and questions about them: none is sent here
  };
  await withStore(settings.DATABASE_URL, async (store) => {
    const keys = new Keys([settings.SECRET]);
    const daraja = new DarajaClient(account, fetch, systemClock, settings.DARAJA_TIMEOUT_S);
    const tokens = new DarajaTokens(daraja, store, keys, systemClock);
    const options = { publicUrl: settings.PUBLIC_URL, daraja: account };
    const problem = await registerC2b({ keys, tokens, daraja, options });
    if (problem !== undefined) throw new UsageError(problem);
    console.log('Daraja confirms payments without a prompt to this server.');
  });
}

/** What a command beside the running server does is told by what it prints. */
const quiet = { clock: systemClock, log: silent, metrics: uncounted };

async function withLedger(work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const settings = settingsOrExit(['DATABASE_URL', 'RELEASE_AFTER_S']);
  const rules = rulesOf({ releaseAfter: settings.RELEASE_AFTER_S });
  await withStore(thatExists(settings.DATABASE_URL), (store) => work({ ...quiet, store, rules }));
}

/** In another folder than the server's, nothing would seem to wait for a person. */
function thatExists(databaseUrl: string): string {
  const database = databaseOf(databaseUrl);
  if ('sqlite' in database && !existsSync(database.sqlite)) {
    const problem = 'DATABASE_URL names a file that is not there: it has to be the running server’s, in its folder';
    throw new UsageError(listed([problem]));
  }
  return databaseUrl;
}

async function withStore(databaseUrl: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(databaseOf(databaseUrl)).catch(unusableDatabase);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

function unusableDatabase(error: unknown): never {
  throw new UsageError(listed([`DATABASE_URL cannot be used: ${reasonOf(error)}`]));
}

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === '--help' || command === '-h' || args.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  switch (command) {
    case undefined:
      return serve();
    case 'review':
      return review(args);
    case 'replay':
      return replay(args);
    case 'register-c2b':
      return registerAddresses();
    default:
      throw new UsageError(`There is no command ${command}; --help lists them`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(known ? error.message : `The server could not start: ${reasonOf(error)}`);
  process.exitCode = 1;
}

/** Rejects where nothing has come of it within `ms`. */
function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Nothing came within ${ms} ms`));
    }, ms);
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** A driver's message may quote the database's address, and with it a password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const message = error.message.replace(/\w+:\/\/\S+/g, '[address]');
  return [error.name, code, message].filter((part) => typeof part === 'string' && part).join(' ');
}
