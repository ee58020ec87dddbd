/**
 * P1: a process that is killed at each named step loses no payment and makes no second prompt. The steps exist only
 * where a mount hands in `onStep`; the command has none.
 */
import { serve, type ServerType } from '@hono/node-server';
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PaymentEvent, Step } from '../src/index.js';
import { DURABLE, openDatabase, POSTGRES } from './support/databases.js';
import { callbackBody, FakeDaraja } from './support/fake-daraja.js';
import { PHONE } from './support/shop.js';

const CHILD = fileURLToPath(new URL('support/child.mjs', import.meta.url));
const STEPS: readonly Step[] = [
  'before-claim',
  'claimed',
  'before-send',
  'answered',
  'recorded',
  'callback-stored',
  'queried',
  'settled',
  'before-tell',
  'told',
];

let daraja: FakeDaraja;
let events: PaymentEvent[] = [];
let told: (() => void) | undefined;
let darajaServer: ServerType;
let shopServer: ServerType;

before(async () => {
  darajaServer = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => daraja.answer(request),
  });
  shopServer = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      events.push((await request.json()) as PaymentEvent);
      told?.();
      return new Response(null, { status: 204 });
    },
  });
  for (const server of [darajaServer, shopServer]) if (!server.listening) await once(server, 'listening');
});

after(() => {
  darajaServer.close();
  shopServer.close();
});

beforeEach(() => {
  daraja = new FakeDaraja();
  events = [];
});

const addressOf = (server: ServerType): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

interface Instance {
  readonly process: ChildProcess;
  readonly base: string;
}

async function start(databaseUrl: string, killAt?: Step): Promise<Instance> {
  const child = fork(CHILD, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DARAJA_URL: addressOf(darajaServer),
      EVENTS_URL: addressOf(shopServer),
      ...(killAt && { KILL_AT: killAt }),
    },
  });
  const [port] = (await once(child, 'message')) as [number];
  return { process: child, base: `http://127.0.0.1:${port}` };
}

async function stop({ process: child }: Instance): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The status, or `undefined` where the process died before it answered. */
async function push({ base }: Instance): Promise<number | undefined> {
  try {
    const token = (await (await fetch(`${base}/payments/mpesa/token`)).json()) as { access_token: string };
    const response = await fetch(`${base}/payments/mpesa/payment/push/request`, {
      method: 'POST',
      headers: { authorization: token.access_token },
      body: JSON.stringify({ order: { order_id: 'o1', user_phone_number: PHONE, amount: '100' } }),
    });
    return response.status;
  } catch {
    return undefined;
  }
}

async function callBack({ base }: Instance): Promise<void> {
  const prompt = daraja.lastPrompt;
  const url = base + new URL(prompt.callbackUrl).pathname;
  await fetch(url, { method: 'POST', body: JSON.stringify(callbackBody(prompt, 0)) }).catch(() => undefined);
}

/** Resolves once the shop was told that the order is paid. */
async function paid(): Promise<void> {
  while (!events.some(({ type }) => type === 'payment.paid')) {
    await new Promise<void>((resolve) => {
      told = resolve;
    });
  }
}

/** What a dead instance had in hand is leased for most of a minute on PostgreSQL: that wait is for `npm run proof`. */
const SLOW: readonly Step[] = ['queried', 'before-tell'];
const atLength = process.env['PROOF'] !== undefined;

for (const name of DURABLE) {
  describe(`killed (${name})`, () => {
    for (const step of STEPS) {
      if (name === POSTGRES && SLOW.includes(step) && !atLength) continue;
      it(`at “${step}”: one prompt, and the payment reaches the shop`, { timeout: 120_000 }, async () => {
        const database = await openDatabase(name);
        const doomed = await start(database.url, step);
        const died = once(doomed.process, 'exit');
        const first = await push(doomed);
        const prompted = daraja.prompts.length;
        for (const { checkoutRequestId } of daraja.prompts) daraja.results.set(checkoutRequestId, { code: 0 });
        if (first === 200) await callBack(doomed);
        await died;

        const next = await start(database.url);
        const second = await push(next);
        if (step === 'before-claim') {
          // Nothing was written and nothing sent: the order is as it was.
          assert.equal(second, 200);
          daraja.results.set(daraja.lastPrompt.checkoutRequestId, { code: 0 });
        } else {
          assert.equal(second, 409, 'the order stays locked, or is paid');
          assert.equal(daraja.prompts.length, prompted);
        }
        assert.ok(daraja.prompts.length <= 1);
        if (daraja.prompts.length) {
          await callBack(next);
          await paid();
          assert.equal(new Set(events.map(({ id }) => id)).size, 1, 'one event, one id');
          assert.equal(await push(next), 409);
        }
        assert.ok(daraja.pushes <= 1, 'no push is sent again');
        await stop(next);
        await database.drop();
      });
    }
  });
}
