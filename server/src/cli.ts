#!/usr/bin/env node
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { toNodeHandler } from './node.js';
import { ordersAt, ordersInFile, problemOfOrdersFile } from './orders.js';
import type { Metrics } from './options.js';
import { createPayments, type Payments } from './payments/payments.js';
import { prometheus } from './prometheus.js';
import { HELP, readSettings, type Settings } from './settings.js';
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
const MAX_URL_LENGTH = 4096;

class UsageError extends Error {}

/** The logs of the command. What may not be in them is not given to them; the list is the second belt. */
function makeLogger() {
  return pino({
    base: null,
    redact: { paths: ['authorization', 'token', 'passkey', 'phone', 'msisdn', 'url', '*.authorization'], remove: true },
  });
}

function makePayments(settings: Settings, more: { logger: pino.Logger; metrics?: Metrics }): Payments {
  const orders =
    settings.ORDERS_FILE === undefined ? ordersAt(settings.ORDERS_URL ?? '') : ordersInFile(settings.ORDERS_FILE);
  const { DATABASE_URL, WEBHOOK_URL, WEBHOOK_SECRET } = settings;
  return createPayments({
    database: DATABASE_URL.startsWith('file:')
      ? { sqlite: DATABASE_URL.slice('file:'.length).replace(/^\/\/(?=\/)/, '') }
      : { postgres: DATABASE_URL },
    daraja: {
      baseUrl: settings.DARAJA_BASE_URL,
      consumerKey: settings.DARAJA_CONSUMER_KEY,
      consumerSecret: settings.DARAJA_CONSUMER_SECRET,
      shortcode: settings.DARAJA_SHORTCODE,
      passkey: settings.DARAJA_PASSKEY,
      type: settings.DARAJA_TYPE,
      partyB: settings.DARAJA_PARTY_B,
    },
    publicUrl: settings.PUBLIC_URL,
    secret: settings.SECRET,
    origins: settings.SHOP_ORIGINS,
    findOrder: (orderId) => orders.find(orderId),
    ...(orders.findByReference && { findOrderByReference: orders.findByReference }),
    // Whoever loads the shop's page may ask; a token of its own for each keeps their limits apart.
    authorize: () => crypto.randomUUID(),
    statusNeedsOrder: false,
    ...(WEBHOOK_URL !== undefined && WEBHOOK_SECRET !== undefined && { onEvent: webhook(WEBHOOK_URL, WEBHOOK_SECRET) }),
    trustedProxies: settings.TRUSTED_PROXIES,
    darajaTimeout: settings.DARAJA_TIMEOUT_S,
    promptWindow: settings.PROMPT_WINDOW_S,
    queryAfter: settings.QUERY_AFTER_S,
    releaseAfter: settings.RELEASE_AFTER_S,
    ...more,
  });
}

function settingsOrExit(): Settings {
  const read = readSettings(process.env);
  if ('settings' in read) return read.settings;
  throw new UsageError(['The settings cannot be used:', ...read.problems.map((problem) => `  ${problem}`)].join('\n'));
}

async function serve(): Promise<void> {
  const settings = settingsOrExit();
  if (settings.ORDERS_FILE !== undefined) {
    const problem = await problemOfOrdersFile(settings.ORDERS_FILE);
    if (problem !== undefined) throw new UsageError(`The settings cannot be used:\n  ORDERS_FILE ${problem}`);
  }
  const logger = makeLogger();
  const { metrics, text, contentType } = prometheus();
  const payments = makePayments(settings, { logger, metrics });
  await payments.start().catch((error: unknown) => {
    throw new UsageError(`DATABASE_URL cannot be used: ${reasonOf(error)}`);
  });

  const handle = toNodeHandler(payments);
  /** Answers that are still to be given. */
  const open = new Set<ServerResponse>();
  let stopping = false;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      open.add(response);
      response.once('close', () => open.delete(response));
      if (stopping) response.setHeader('connection', 'close');
      const path = (request.url ?? '').split('?')[0];
      const answer = (status: number, body: string, type = 'application/json'): void => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      };
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if ((request.url ?? '').length > MAX_URL_LENGTH) {
        answer(414, '{"error":"The address is too long"}');
      } else if (path === '/health' && isRead) {
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
    return withPayments(async (payments) => {
      const waiting = await payments.review();
      if (!waiting.length) console.log('Nothing waits for a person.');
      for (const { attempt, order, state, amount, phone, since, said } of waiting) {
        console.log([attempt, state, `order ${order}`, `KES ${amount}`, phone, since, said].filter(Boolean).join('  '));
      }
    });
  }
  if (values.paid === values['not-paid']) throw new UsageError('review ATTEMPT needs --paid or --not-paid');
  if (!by?.trim() || !reason?.trim())
    throw new UsageError('review ATTEMPT needs --by NAME and --reason TEXT: they are kept');
  return withPayments(async (payments) => {
    const problem = await payments.decide(attemptId, {
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
  const settings = settingsOrExit();
  if (settings.WEBHOOK_URL === undefined) throw new UsageError('WEBHOOK_URL is missing: there is nobody to tell');
  await withPayments(async (payments) => {
    const outcome = await payments.replay(eventId);
    if (outcome === 'unknown') throw new UsageError(`There is no event ${eventId}`);
    console.log(
      outcome === 'told' ? 'The shop took it.' : 'The shop did not take it; a running server tells it again.',
    );
    if (outcome === 'failed') process.exitCode = 1;
  });
}

async function registerC2b(): Promise<void> {
  await withPayments(async (payments) => {
    const problem = await payments.registerC2b();
    if (problem !== undefined) throw new UsageError(problem);
    console.log('Daraja confirms payments without a prompt to this server.');
  });
}

async function withPayments(work: (payments: Payments) => Promise<void>): Promise<void> {
  const payments = makePayments(settingsOrExit(), { logger: pino({ level: 'silent' }) });
  try {
    await work(payments);
  } finally {
    await payments.stop();
  }
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
      return registerC2b();
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
