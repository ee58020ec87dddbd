/** The built command in processes of its own, in front of a Daraja that counts. */
import { serve, type ServerType } from '@hono/node-server';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './databases.js';
import { callbackBody, type FakeDaraja, type Prompt } from './fake-daraja.js';
import { PHONE } from './shop.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A web server of a test's own. */
export interface Listening {
  readonly base: string;
  close(): Promise<void>;
}

export async function listen(fetch: (request: Request) => Response | Promise<Response>, port = 0): Promise<Listening> {
  const server: ServerType = serve({ port, hostname: '127.0.0.1', fetch });
  if (!server.listening) await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

export const listenAsDaraja = (daraja: FakeDaraja): Promise<Listening> => listen((request) => daraja.answer(request));

/** The settings of a shop with one order, or these. */
export function environment(
  database: Pick<TestDatabase, 'url'>,
  daraja: Listening,
  more: Record<string, string> = {},
  orders: object = { 1234567891: '12341' },
): Record<string, string> {
  const ordersFile = join(mkdtempSync(join(tmpdir(), 'vitumob-pay-orders-')), 'orders.json');
  writeFileSync(ordersFile, JSON.stringify(orders));
  return {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    DATABASE_URL: database.url,
    SECRET: 'a-secret-of-the-command-s-test-0000001',
    PUBLIC_URL: 'http://127.0.0.1:8080',
    SHOP_ORIGINS: 'http://localhost:3000',
    ...('ORDERS_URL' in more ? {} : { ORDERS_FILE: ordersFile }),
    DARAJA_BASE_URL: daraja.base,
    DARAJA_CONSUMER_KEY: 'k',
    DARAJA_CONSUMER_SECRET: 's',
    DARAJA_SHORTCODE: '174379',
    DARAJA_PASSKEY: 'p',
    ...more,
  };
}

/** What a failed test leaves running. */
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it listens. */
  readonly base: Promise<string>;
}

export function launch(
  args: readonly string[],
  env: Record<string, string>,
  node: readonly [string, ...string[]] = [process.execPath],
): Command {
  const [command, ...flags] = node;
  const child = spawn(command, [...flags, CLI, ...args], { env });
  running.add(child);
  let out = '';
  let listening: (base: string) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const base = new Promise<string>((resolve, reject) => {
    listening = resolve;
    failed = reject;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const address = /listens on (http:\/\/\S+)/.exec(out)?.[1];
      if (address) listening(address);
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    failed(new Error(`It ended before it listened: ${out}`));
    return { code: code as number | null, out };
  });
  base.catch(() => undefined);
  return { child, ended, base };
}

export const run = (args: readonly string[], env: Record<string, string>): Promise<Ended> => launch(args, env).ended;

export async function tokenOf(base: string): Promise<string> {
  return ((await (await fetch(`${base}/payments/mpesa/token`)).json()) as { access_token: string }).access_token;
}

export async function push(base: string, order: object = {}, token?: string): Promise<Response> {
  return fetch(`${base}/payments/mpesa/payment/push/request`, {
    method: 'POST',
    headers: { authorization: token ?? (await tokenOf(base)) },
    body: JSON.stringify({ order: { order_id: '1234567891', user_phone_number: PHONE, amount: '12341', ...order } }),
  });
}

export async function status(base: string, query = 'order_id=1234567891', token?: string): Promise<Response> {
  return fetch(`${base}/payments/mpesa/status?${query}`, {
    headers: { authorization: token ?? (await tokenOf(base)) },
  });
}

/** Daraja calls back, at the instance that listens there. */
export async function callBack(
  base: string,
  prompt: Prompt,
  code: number | string,
  more: { amount?: number; receipt?: string } = {},
): Promise<Response> {
  return fetch(base + new URL(prompt.callbackUrl).pathname, {
    method: 'POST',
    body: JSON.stringify(callbackBody(prompt, code, more)),
  });
}
