/** All that can become of a payment, and what has to be set up behind the page for it to happen. */

import type { BackendSettings } from '../simulator/backend/backend.js';
import type { DarajaEndpoint, Endpoint, Fault } from '../simulator/faults.js';
import type { DarajaSettings, PushScriptInput } from '../simulator/daraja/scripts.js';

export interface Scenario {
  /** As in the page's URL. */
  readonly id: string;
  /** What the simulated Daraja does with every push. */
  readonly script?: PushScriptInput;
  /** What goes wrong at the endpoints, request by request. */
  readonly faults?: Readonly<Partial<Record<Endpoint, readonly Fault[]>>>;
  /** What goes wrong between the shop's server and M-Pesa. */
  readonly darajaFaults?: Readonly<Partial<Record<DarajaEndpoint, readonly Fault[]>>>;
  readonly backend?: Partial<BackendSettings>;
  readonly daraja?: Partial<Omit<DarajaSettings, 'script'>>;
  /** Every token that M-Pesa has given the shop so far is worth nothing any more. */
  readonly expiresAtDaraja?: true;
  /** The event that the page itself cancels. */
  readonly cancels?: 'push-request' | 'token-expired';
}

interface ScenarioGroup {
  readonly id: string;
  readonly scenarios: readonly Scenario[];
}

/** Enough for every token request of many attempts, and for what else is on the page. */
const MANY = 40;

const always = (fault: Fault): readonly Fault[] => Array.from({ length: MANY }, () => fault);

const token = (...faults: readonly Fault[]) => ({ faults: { token: faults } });
const tokenAlways = (fault: Fault) => ({ faults: { token: always(fault) } });
/** If a reused connection breaks, the browser itself sends the POST again: to break a push, break all of them. */
const push = (...faults: readonly Fault[]) => ({ faults: { push: faults } });
const status = (...faults: readonly Fault[]) => ({ faults: { status: faults } });
const ends = (outcome: number | string) => ({ script: { outcome } });

export const SCENARIO_GROUPS = [
  {
    id: 'pays',
    scenarios: [
      { id: 'handset' },
      { id: 'paid', ...ends(0) },
      { id: 'paid-slowly', script: { outcome: 0, after_ms: 30_000 } },
      { id: 'paid-by-query', script: { outcome: 0, after_ms: 8_000 }, backend: { status_shape: 'query' } },
      {
        id: 'paid-by-query-error',
        script: { outcome: 0, after_ms: 8_000, in_flight: '500.001.1001' },
        backend: { status_shape: 'query' },
      },
      { id: 'paid-flat', ...ends(0), backend: { status_shape: 'flat' } },
    ],
  },
  {
    id: 'no',
    scenarios: [
      { id: '1032', ...ends(1032) },
      { id: '1031', ...ends(1031) },
      { id: '2001', ...ends(2001) },
      { id: '1019', ...ends(1019) },
      { id: '1037', ...ends(1037) },
    ],
  },
  {
    id: 'mpesa',
    scenarios: [
      { id: '1', ...ends(1) },
      { id: '2', ...ends(2) },
      { id: '3', ...ends(3) },
      { id: '4', ...ends(4) },
      { id: '8', ...ends(8) },
      { id: '1001', ...ends(1001) },
      { id: '26', ...ends(26) },
      { id: '17', ...ends(17) },
      { id: '1025', ...ends(1025) },
      { id: '1036', ...ends(1036) },
      { id: '9999', ...ends(9999) },
      { id: 'SFC_IC0003', ...ends('SFC_IC0003') },
      { id: '400.002.02', script: { refuse: '400.002.02' } },
      { id: '500.001.1001', script: { refuse: '500.001.1001' } },
      { id: '500.003.02', script: { refuse: '500.003.02' } },
      { id: '500.003.03', script: { refuse: '500.003.03' } },
      { id: '500.003.1001', script: { refuse: '500.003.1001' } },
    ],
  },
  {
    id: 'push',
    scenarios: [
      { id: 'push-slow', ...push('slow') },
      { id: 'push-reset', ...push(...always('reset')) },
      { id: 'push-reset-after', ...push('reset-after', ...always('reset')) },
      { id: 'push-no-answer', ...push('no-answer') },
      { id: 'push-cut-short', ...push('cut-short') },
      { id: 'push-stalled', ...push('stalled') },
      { id: 'push-not-json', ...push('not-json-200') },
      { id: 'push-missing-ids', ...push('missing-ids') },
      { id: 'push-server-500', ...push('server-500') },
      { id: 'push-server-500-reached', ...push({ fault: 'server-500', reached: true }) },
      { id: 'push-bad-gateway', ...push('bad-gateway-html') },
      { id: 'push-bad-gateway-reached', ...push({ fault: 'bad-gateway-html', reached: true }) },
      { id: 'push-retry-after', ...push('retry-after') },
      { id: 'push-too-many', ...push({ fault: 'retry-after', status: 429 }) },
      { id: 'push-html-404', ...push('html-404') },
      { id: 'push-redirect', ...push('redirect') },
      { id: 'push-token-missing', ...push('token-missing') },
      { id: 'push-daraja-500', ...push('daraja-500') },
      { id: 'push-refused-code', ...push('refused-code') },
      { id: 'push-echo-token', ...push('echo-token') },
      { id: 'push-echo-token-error', ...push('echo-token-error') },
    ],
  },
  {
    id: 'daraja',
    scenarios: [
      { id: 'daraja-reset', darajaFaults: { stk: ['reset'] } },
      { id: 'daraja-reset-after', darajaFaults: { stk: ['reset-after'] } },
      { id: 'daraja-html', darajaFaults: { stk: ['not-json-200'] } },
      { id: 'daraja-no-token', expiresAtDaraja: true, darajaFaults: { oauth: always('server-500') } },
    ],
  },
  {
    id: 'token',
    scenarios: [
      { id: 'token-slow', ...tokenAlways('slow') },
      { id: 'token-reset', ...tokenAlways('reset') },
      { id: 'token-no-answer', ...tokenAlways('no-answer') },
      { id: 'token-cut-short', ...tokenAlways('cut-short') },
      { id: 'token-stalled', ...tokenAlways('stalled') },
      { id: 'token-not-json', ...tokenAlways('not-json-200') },
      { id: 'token-not-a-token', ...tokenAlways('not-a-token') },
      { id: 'token-html-404', ...tokenAlways('html-404') },
      { id: 'token-server-500', ...tokenAlways('server-500') },
      { id: 'token-bad-gateway', ...tokenAlways('bad-gateway-html') },
      { id: 'token-retry-after', ...tokenAlways('retry-after') },
      { id: 'token-daraja-500', ...tokenAlways('daraja-500') },
      { id: 'token-redirect', ...tokenAlways('redirect') },
    ],
  },
  {
    id: 'status',
    scenarios: [
      { id: 'status-server-500', ...status('server-500', 'server-500', 'server-500') },
      { id: 'status-bad-gateway', ...status('bad-gateway-html', 'bad-gateway-html', 'bad-gateway-html') },
      { id: 'status-reset', ...status('reset', 'reset', 'reset') },
      { id: 'status-retry-after', ...status('retry-after', 'retry-after') },
      { id: 'status-slow', ...status('slow', 'slow', 'slow', 'slow') },
      { id: 'status-no-answer', ...status('no-answer') },
      { id: 'status-stalled', ...status('stalled') },
      { id: 'status-cut-short', ...status('cut-short', 'cut-short', 'cut-short') },
      { id: 'status-not-json', ...status('not-json-200', 'not-json-200', 'not-json-200') },
      { id: 'status-html-404', ...status('html-404', 'html-404', 'html-404') },
      { id: 'status-daraja-500', ...status('daraja-500', 'daraja-500', 'daraja-500') },
      { id: 'status-expired', ...status('expired') },
    ],
  },
  {
    id: 'expired',
    scenarios: [
      { id: 'expired', ...push('expired') },
      { id: 'expired-twice', ...push('expired', 'expired') },
      { id: 'expired-prevented', ...push('expired'), cancels: 'token-expired' },
      { id: 'expired-at-daraja', expiresAtDaraja: true },
      { id: 'expired-at-server', backend: { worthless_tokens: 1 } },
      { id: 'expired-400.003.01', expiresAtDaraja: true, daraja: { expired_code: '400.003.01' } },
      { id: 'expired-401.002.01', expiresAtDaraja: true, daraja: { expired_code: '401.002.01' } },
      { id: 'expired-401.003.01', expiresAtDaraja: true, daraja: { expired_code: '401.003.01' } },
      { id: 'expired-always', script: { refuse: '404.001.03' } },
      { id: 'expires-soon', ...token('expires-soon') },
    ],
  },
  {
    id: 'late',
    scenarios: [
      { id: 'callback-late', script: { callback: 'late' } },
      { id: 'callback-twice', script: { callback: 'twice' } },
      { id: 'callback-never', script: { callback: 'never' } },
      { id: 'query-contradicts', script: { outcome: 0, callback: 'late', query: 1037 } },
      { id: 'silence', ...ends('silence') },
      { id: '4999', ...ends(4999), backend: { status_shape: 'query' } },
    ],
  },
  {
    id: 'page',
    scenarios: [{ id: 'push-stopped', cancels: 'push-request' }],
  },
] as const satisfies readonly ScenarioGroup[];

type Group = (typeof SCENARIO_GROUPS)[number];
export type GroupId = Group['id'];
export type ScenarioId = Group['scenarios'][number]['id'];

/** Shown first; the others are behind "More". `test/node/demo-page.test.ts` expects eight. */
export const FEATURED = [
  'handset',
  'paid',
  '1032',
  '2001',
  '1',
  '1037',
  'push-slow',
  'push-reset-after',
] as const satisfies readonly ScenarioId[];

export type FeaturedId = (typeof FEATURED)[number];

interface IdentifiedScenario extends Scenario {
  readonly id: ScenarioId;
}

const SCENARIOS: readonly IdentifiedScenario[] = SCENARIO_GROUPS.flatMap(
  ({ scenarios }): readonly IdentifiedScenario[] => scenarios,
);

/** The scenario of this id; an unknown one counts as the first. */
export function scenarioOf(id: string): IdentifiedScenario {
  return SCENARIOS.find((scenario) => scenario.id === id) ?? SCENARIO_GROUPS[0].scenarios[0];
}
