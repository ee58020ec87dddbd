/** Speaks to what runs behind the page: the control API and the simulated phones. */

import type { HandsetView } from '../simulator/daraja/handset-api.js';
import type { SimulationRecord, Simulation } from '../simulator/simulation.js';
import type { Scenario } from './scenarios.js';

const CONTROL_URL = '/demo/api';
const HANDSETS_URL = '/daraja/handset';

/** Where the checkout finds the payments API. */
export const TOKEN_URL = '/payments/mpesa/token';
export const PUSH_URL = '/payments/mpesa/payment/push/request';
export const STATUS_URL = '/payments/mpesa/status';

/** Where the backend sends outcomes as server-sent events "outcome". */
export function outcomesUrl(order: string): string {
  return `/payments/mpesa/events?order_id=${encodeURIComponent(order)}`;
}

export type BehindKind = Simulation['behind'];

/** A request to pay, as it is or was on a phone. */
export type HandsetPrompt = HandsetView['prompts'][number];

/** What a person does with it. */
export type HandsetAction =
  { readonly action: 'approve'; readonly pin: string } | { readonly action: 'cancel' } | { readonly action: 'ignore' };

/**
 * Lets what the checkouts ask for wait until the scenario is set up. They ask for a token as soon as they are on the screen, and
 * would meet none of what the scenario has in store for it.
 *
 * @param isSetUp settles once nothing is being set up that was chosen by then
 */
export function holdPayments(isSetUp: () => Promise<void>): void {
  // As it is by now: the static site's waits for its worker.
  const fetchNow = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (...request) => {
    const [asked] = request;
    const { pathname } = new URL(asked instanceof Request ? asked.url : asked, location.href);
    if ([TOKEN_URL, PUSH_URL, STATUS_URL].includes(pathname)) await isSetUp();
    return fetchNow(...request);
  };
}

export async function whatIsBehind(): Promise<BehindKind> {
  const response = await fetch(`${CONTROL_URL}/settings`);
  const { behind } = (await response.json()) as { readonly behind: BehindKind };
  return behind;
}

/**
 * Follows the record and the phones while the page is visible. A hidden page lets its connection go: a browser opens six to a host at
 * most, and a few tabs would leave none for the payment.
 */
export function follow(onRecord: (record: SimulationRecord) => void, onPhone: (phone: HandsetView) => void): void {
  let stream: EventSource | undefined;
  const update = (): void => {
    if (document.visibilityState === 'hidden') {
      stream?.close();
      stream = undefined;
      return;
    }
    if (stream) return;
    stream = new EventSource(`${CONTROL_URL}/events`);
    stream.addEventListener('record', ({ data }: MessageEvent<string>) => {
      onRecord(JSON.parse(data) as SimulationRecord);
    });
    stream.addEventListener('handset', ({ data }: MessageEvent<string>) => {
      onPhone(JSON.parse(data) as HandsetView);
    });
  };
  document.addEventListener('visibilitychange', update);
  update();
}

/** Tells the shop's server what an order costs, as its own database would: it may then be paid from the phone's menu too. */
export async function openOrder(order: string, amount: string): Promise<void> {
  await post('/orders', { [order]: amount });
}

/** What a person types into the phone's M-Pesa menu. */
export interface MenuOrder {
  readonly shortcode: string;
  readonly account: string;
  /** Whole Kenyan shillings. */
  readonly amount: number;
  readonly pin: string;
}

/** Pays from the phone's own menu; false where the phone says no: a wrong PIN, or too little money. */
export async function payFromMenu(phone: string, order: MenuOrder): Promise<boolean> {
  const response = await fetch(`${HANDSETS_URL}/${phone}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  return response.ok;
}

/** Does what a person does with a prompt. One that has left the screen meanwhile stays as it is. */
export async function actOnPhone(phone: string, prompt: HandsetPrompt, action: HandsetAction): Promise<void> {
  await fetch(`${HANDSETS_URL}/${phone}/prompts/${encodeURIComponent(prompt.id)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
}

/**
 * Sets all up for a scenario, in place of the one before.
 *
 * @param anew whether it begins now; after an attempt it only goes on
 */
export async function setUp(scenario: Scenario, behind: BehindKind, anew: boolean): Promise<void> {
  const { token = [], push = [], status = [] } = scenario.faults ?? {};
  const settings: Promise<void>[] = [];
  if (behind !== 'payments-api')
    settings.push(post('/backend', { status_shape: 'callback', worthless_tokens: 0, ...scenario.backend }));
  if (behind === 'simulator')
    settings.push(
      post('/daraja', { script: scenario.script ?? {}, expired_code: '404.001.03', ...scenario.daraja }),
      post('/daraja/faults', { oauth: [], stk: [], query: [] }),
    );
  await Promise.all(settings);
  if (scenario.expiresAtDaraja && anew && behind === 'simulator') await post('/daraja/expire-tokens', {});
  if (scenario.darajaFaults && behind === 'simulator') await post('/daraja/faults', scenario.darajaFaults);
  await post('/faults', { token, push, status });
}

async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(CONTROL_URL + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
