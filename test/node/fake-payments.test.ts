import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../../simulator/faults.js';
import { createSimulation } from '../../simulator/simulation.js';
import { createClient, type Client } from '../../src/client/index.js';
import { FakePayments, PUSH_URL, STATUS_URL, TOKEN_URL, type FaultName } from '../support/fake-payments.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeLocks } from '../support/fake-locks.js';
import { FakeStorage } from '../support/fake-storage.js';
import { Tab } from '../support/tab.js';

const ORDER = { orderId: '1234567891', phone: '254723123123', amount: '12341' };
const TIMEOUT_MS = 30_000;
const MORE_TURNS = 2000;

/** The fake's faults, and the demo's by the same or another name. */
const SHARED: Readonly<Partial<Record<FaultName, Fault>>> = {
  ok: 'ok',
  reset: 'reset',
  'reset-after': 'reset-after',
  'no-answer': 'no-answer',
  'cut-short': 'cut-short',
  stalled: 'stalled',
  'not-json-200': 'not-json-200',
  'html-404': 'html-404',
  'server-500': 'server-500',
  'server-500-after': { fault: 'server-500', reached: true },
  redirect: 'redirect',
  'retry-after': 'retry-after',
  expired: 'expired',
  'token-missing': 'token-missing',
  'daraja-500': 'daraja-500',
  'refused-code': 'refused-code',
  'missing-ids': 'missing-ids',
  'echo-token': 'echo-token',
  'echo-token-error': 'echo-token-error',
};

/** What a client makes of a push, and whether the phone shows a prompt. */
async function push(client: Client, clock: FakeClock, prompts: () => number) {
  const pushed = client.push('the-token-of-the-test', ORDER);
  const answer = { isOver: false };
  void pushed.then(() => {
    answer.isOver = true;
  });
  // The server signs and checks its tokens in threads of their own, which no clock of ours waits for. An answer that does not
  // come is given up only after the prompt has been sent, and some turns more.
  for (let turns = MORE_TURNS; !answer.isOver && turns > 0; turns -= prompts() > 0 ? 1 : 0) await setImmediate();
  await clock.advance(TIMEOUT_MS);
  const result = await pushed;
  if (result.kind === 'accepted') return { kind: result.kind, prompts: prompts() };
  const { reason, status, darajaError } = result.failure;
  return { kind: result.kind, reason, status, errorCode: darajaError?.errorCode, prompts: prompts() };
}

function clientOf(fetch: (url: string, init: RequestInit) => Promise<Response>, clock: FakeClock): Client {
  const { setTimeout, clearTimeout, now } = clock;
  const environment = { fetch, setTimeout, clearTimeout, now };
  return createClient({ tokenUrl: TOKEN_URL, pushUrl: PUSH_URL, statusUrl: STATUS_URL, environment });
}

async function byTheFake(fault: FaultName) {
  const clock = new FakeClock();
  const payments = new FakePayments(clock);
  payments.plan('push', { fault });
  const { fetch } = payments;
  const tab = new Tab({ clock, storage: new FakeStorage(clock), locks: new FakeLocks(), random: () => 0, fetch });
  return push(
    clientOf((url, init) => fetch(url, init, tab), clock),
    clock,
    () => payments.prompts.length,
  );
}

async function byTheDemo(fault: Fault) {
  const clock = new FakeClock();
  const simulation = createSimulation({ clock, darajaSettings: { lock_subscriber: false } });
  const { access_token } = (await (await simulation.pageFetch(TOKEN_URL)).json()) as { access_token: string };
  simulation.faults.set({ push: [fault] });
  const authorized = (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', access_token);
    return simulation.pageFetch(url, { ...init, headers });
  };
  const accepted = () => simulation.daraja.record.pushes.filter(({ status }) => status === 200).length;
  return push(clientOf(authorized, clock), clock, accepted);
}

describe('The fake payments API of the proof answers a push as the demo’s backend does', () => {
  for (const [fault, demo] of Object.entries(SHARED)) {
    it(`meeting ${fault}`, async () => {
      assert.deepEqual(await byTheFake(fault as FaultName), await byTheDemo(demo));
    });
  }
});
