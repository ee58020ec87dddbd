/** All that can become of a payment, in plain words, and what has to be set up behind the page for it to happen. */

import type { BackendSettings } from '../simulator/backend/backend.js';
import type { DarajaEndpoint, Endpoint, Fault } from '../simulator/faults.js';
import type { DarajaSettings, PushScriptInput } from '../simulator/daraja/scripts.js';
import type { Language } from './settings.js';

export interface Scenario {
  /** As in the page's URL. */
  readonly id: string;
  readonly title: string;
  /** What there is to see. */
  readonly story: string;
  /** What the simulated Daraja does with every push. */
  readonly script?: PushScriptInput;
  /** What goes wrong at the endpoints, request by request. */
  readonly faults?: Readonly<Partial<Record<Endpoint, readonly Fault[]>>>;
  /** What goes wrong between the shop's server and M-Pesa. */
  readonly darajaFaults?: Readonly<Partial<Record<DarajaEndpoint, readonly Fault[]>>>;
  readonly backend?: Partial<BackendSettings>;
  readonly daraja?: Partial<Omit<DarajaSettings, 'script'>>;
  /** Every token given out so far is worth nothing any more: those of the shop's pages, or those of M-Pesa. */
  readonly expireTokens?: 'page' | 'daraja';
  /** The event that the page itself cancels. */
  readonly cancels?: 'push-request' | 'token-expired';
}

export interface ScenarioGroup {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

/** A scenario as a customer would tell it. */
export interface FeaturedScenario {
  readonly id: string;
  readonly title: Readonly<Record<Language, string>>;
  readonly told: Readonly<Record<Language, string>>;
}

/** The eight to begin with. */
export const FEATURED: readonly FeaturedScenario[] = [
  {
    id: 'handset',
    title: { en: 'I decide on the phone', sw: 'Naamua kwenye simu' },
    told: { en: 'Pay with 1234, say no, or let it ring.', sw: 'Lipa kwa 1234, kataa, au iache ilie.' },
  },
  {
    id: 'paid',
    title: { en: 'Pays at once', sw: 'Analipa mara moja' },
    told: { en: 'The PIN is typed within seconds.', sw: 'PIN inaandikwa ndani ya sekunde chache.' },
  },
  {
    id: '1032',
    title: { en: 'Changes their mind', sw: 'Anabadilisha nia' },
    told: { en: 'The request is cancelled on the phone.', sw: 'Anaghairi kwenye simu.' },
  },
  {
    id: '2001',
    title: { en: 'Mistypes the PIN', sw: 'Anakosea PIN' },
    told: { en: 'Nothing is charged. They may try again.', sw: 'Hatozwi kitu. Anaweza kujaribu tena.' },
  },
  {
    id: '1',
    title: { en: 'Has too little money', sw: 'Hana pesa za kutosha' },
    told: { en: 'M-Pesa refuses the payment.', sw: 'M-Pesa inakataa malipo.' },
  },
  {
    id: '1037',
    title: { en: 'Has the phone off', sw: 'Simu imezimwa' },
    told: { en: 'No request reaches it.', sw: 'Hakuna ombi linaloifikia.' },
  },
  {
    id: 'push-slow',
    title: { en: 'Presses twice', sw: 'Anabonyeza mara mbili' },
    told: { en: 'The network is slow. The phone rings once.', sw: 'Mtandao ni wa polepole. Simu inalia mara moja.' },
  },
  {
    id: 'push-reset-after',
    title: { en: 'Loses the connection', sw: 'Anapoteza mtandao' },
    told: {
      en: 'The phone rings all the same, and the shop finds out.',
      sw: 'Simu inalia hata hivyo, na duka linajua.',
    },
  },
];

/** More than one attempt asks for: a failed token request is tried again at each sign of intent. */
const MANY = 40;

const always = (fault: Fault): readonly Fault[] => Array.from({ length: MANY }, () => fault);

const token = (...faults: readonly Fault[]) => ({ faults: { token: faults } });
const tokenAlways = (fault: Fault) => ({ faults: { token: always(fault) } });
/** Where a connection that it had used before breaks, a browser itself sends the POST again: all of these have to break. */
const push = (...faults: readonly Fault[]) => ({ faults: { push: faults } });
const status = (...faults: readonly Fault[]) => ({ faults: { status: faults } });
const ends = (outcome: number | string) => ({ script: { outcome } });

const MAY_RING = 'The phone may ring, so the shop cannot say that nothing was charged.';

/** The one that a page begins with. */
const BY_HAND: Scenario = {
  id: 'handset',
  title: 'You decide on the phone',
  story: 'The prompt arrives on the phone. Approve it with 1234, type another PIN, cancel it, or leave it alone.',
};

export const SCENARIO_GROUPS: readonly ScenarioGroup[] = [
  {
    title: 'Pays',
    scenarios: [
      BY_HAND,
      { id: 'paid', title: 'Pays within four seconds', story: 'Somebody approves at once.', ...ends(0) },
      {
        id: 'paid-slowly',
        title: 'Pays after half a minute',
        story: 'The phone was in another room.',
        script: { outcome: 0, after_ms: 30_000 },
      },
      {
        id: 'paid-by-query',
        title: 'Pays; the backend passes on M-Pesa’s query',
        story: 'status-url answers with Daraja’s STK query. Its 4999 means “not yet”, not “failed”.',
        script: { outcome: 0, after_ms: 8_000 },
        backend: { status_shape: 'query' },
      },
      {
        id: 'paid-by-query-error',
        title: 'Pays; the query fails until then',
        story: 'Daraja’s query answers 500.001.1001 while the prompt is open. That is “not yet” as well.',
        script: { outcome: 0, after_ms: 8_000, in_flight: '500.001.1001' },
        backend: { status_shape: 'query' },
      },
      {
        id: 'paid-flat',
        title: 'Pays; the backend says so in its own words',
        story: 'status-url answers with result_code and mpesa_receipt_number.',
        ...ends(0),
        backend: { status_shape: 'flat' },
      },
    ],
  },
  {
    title: 'Customer says no',
    scenarios: [
      { id: '1032', title: 'Cancels the prompt', story: 'Result 1032.', ...ends(1032) },
      { id: '1031', title: 'Cancels it on an older SIM', story: 'Result 1031.', ...ends(1031) },
      { id: '2001', title: 'Types a wrong PIN', story: 'Result 2001.', ...ends(2001) },
      { id: '1019', title: 'Answers too late', story: 'Result 1019: the request has expired.', ...ends(1019) },
      {
        id: '1037',
        title: 'Cannot be reached',
        story: 'Result 1037: the phone is off, or out of coverage. No prompt shows.',
        ...ends(1037),
      },
    ],
  },
  {
    title: 'M-Pesa says no',
    scenarios: [
      { id: '1', title: 'Not enough money', story: 'Result 1.', ...ends(1) },
      { id: '2', title: 'Below M-Pesa’s minimum', story: 'Result 2.', ...ends(2) },
      { id: '3', title: 'Above the limit for one payment', story: 'Result 3.', ...ends(3) },
      { id: '4', title: 'Above the limit for today', story: 'Result 4.', ...ends(4) },
      { id: '8', title: 'The shop’s account would be too full', story: 'Result 8.', ...ends(8) },
      { id: '1001', title: 'Another payment is under way', story: 'Result 1001.', ...ends(1001) },
      { id: '26', title: 'M-Pesa is busy', story: 'Result 26.', ...ends(26) },
      { id: '17', title: 'M-Pesa has an internal error', story: 'Result 17.', ...ends(17) },
      { id: '1025', title: 'The prompt could not be sent', story: 'Result 1025.', ...ends(1025) },
      { id: '1036', title: 'The network did not deliver it', story: 'Result 1036.', ...ends(1036) },
      { id: '9999', title: 'The prompt got lost', story: 'Result 9999.', ...ends(9999) },
      {
        id: 'SFC_IC0003',
        title: 'A code that no list has',
        story: 'Result SFC_IC0003: declined, since a callback is final.',
        ...ends('SFC_IC0003'),
      },
      {
        id: '400.002.02',
        title: 'Does not take the number',
        story: 'Daraja answers the push with 400.002.02. Nothing reaches a phone.',
        script: { refuse: '400.002.02' },
      },
      {
        id: '500.001.1001',
        title: 'Is already asking this phone',
        story: 'Daraja answers the push with 500.001.1001. The element has its own words for it.',
        script: { refuse: '500.001.1001' },
      },
      {
        id: '500.003.02',
        title: 'Is too busy to ask',
        story: 'Daraja answers the push with 500.003.02.',
        script: { refuse: '500.003.02' },
      },
      {
        id: '500.003.03',
        title: 'Has had too many requests from the shop',
        story: 'Daraja answers the push with 500.003.03.',
        script: { refuse: '500.003.03' },
      },
      {
        id: '500.003.1001',
        title: 'Has a problem of its own',
        story: 'Daraja answers the push with 500.003.1001.',
        script: { refuse: '500.003.1001' },
      },
    ],
  },
  {
    title: 'The network or the shop’s server fails: the push',
    scenarios: [
      { id: 'push-slow', title: 'Slow, three seconds', story: 'Press twice: one prompt.', ...push('slow') },
      {
        id: 'push-reset',
        title: 'Breaks before it arrives',
        story: `The page cannot know that. ${MAY_RING}`,
        ...push(...always('reset')),
      },
      {
        id: 'push-reset-after',
        title: 'Breaks after it arrived',
        story: 'The phone rings although the page never got an answer. Approve it and watch.',
        ...push('reset-after', ...always('reset')),
      },
      {
        id: 'push-no-answer',
        title: 'No answer, ever',
        story: `Given up after 30 seconds. ${MAY_RING}`,
        ...push('no-answer'),
      },
      { id: 'push-cut-short', title: 'The answer is cut short', story: MAY_RING, ...push('cut-short') },
      {
        id: 'push-stalled',
        title: 'The answer stalls half-way',
        story: `Given up after 30 seconds. ${MAY_RING}`,
        ...push('stalled'),
      },
      {
        id: 'push-not-json',
        title: 'A Wi-Fi sign-in page comes back',
        story: `200, but HTML. ${MAY_RING}`,
        ...push('not-json-200'),
      },
      {
        id: 'push-missing-ids',
        title: 'The answer lacks its ids',
        story: `200, but without payment_id. ${MAY_RING}`,
        ...push('missing-ids'),
      },
      {
        id: 'push-server-500',
        title: '500 before it reached M-Pesa',
        story: `The page cannot know that. ${MAY_RING}`,
        ...push('server-500'),
      },
      {
        id: 'push-server-500-reached',
        title: '500 after it reached M-Pesa',
        story: 'The phone rings all the same. Approve it and watch.',
        ...push({ fault: 'server-500', reached: true }),
      },
      {
        id: 'push-bad-gateway',
        title: '502 with HTML, nothing sent',
        story: `A proxy gave up. ${MAY_RING}`,
        ...push('bad-gateway-html'),
      },
      {
        id: 'push-bad-gateway-reached',
        title: '502 with HTML, prompt sent',
        story: 'The phone rings all the same. Approve it and watch.',
        ...push({ fault: 'bad-gateway-html', reached: true }),
      },
      {
        id: 'push-retry-after',
        title: '503 with Retry-After',
        story: `A push is never repeated by itself. ${MAY_RING}`,
        ...push('retry-after'),
      },
      {
        id: 'push-too-many',
        title: '429, too many requests',
        story: 'Refused, so nothing was charged.',
        ...push({ fault: 'retry-after', status: 429 }),
      },
      {
        id: 'push-html-404',
        title: 'A wrong URL',
        story: 'A plain 404 is not an expired token.',
        ...push('html-404'),
      },
      {
        id: 'push-redirect',
        title: 'A redirect to a sign-in page',
        story: 'Not followed: a token and a number would travel along.',
        ...push('redirect'),
      },
      {
        id: 'push-token-missing',
        title: 'The token got lost on the way',
        story: '400 “Access token not provided”.',
        ...push('token-missing'),
      },
      {
        id: 'push-daraja-500',
        title: '500 with M-Pesa’s own refusal',
        story: 'A daraja_error inside makes it certain: nothing was charged.',
        ...push('daraja-500'),
      },
      {
        id: 'push-refused-code',
        title: '200, but ResponseCode 1',
        story: 'Refused, so nothing was charged.',
        ...push('refused-code'),
      },
      {
        id: 'push-echo-token',
        title: 'The answer repeats the token',
        story: 'Look for it in the events: it is not there.',
        ...push('echo-token'),
      },
      {
        id: 'push-echo-token-error',
        title: 'The refusal repeats the token',
        story: 'Look for it in the events: it is not there.',
        ...push('echo-token-error'),
      },
    ],
  },
  {
    title: 'The line between the shop’s server and M-Pesa fails',
    scenarios: [
      {
        id: 'daraja-reset',
        title: 'Breaks before M-Pesa has the push',
        story: `The server cannot know that, so it says 502. ${MAY_RING}`,
        darajaFaults: { stk: ['reset'] },
      },
      {
        id: 'daraja-reset-after',
        title: 'Breaks after M-Pesa has the push',
        story: 'The phone rings all the same. Approve it and watch.',
        darajaFaults: { stk: ['reset-after'] },
      },
      {
        id: 'daraja-html',
        title: 'M-Pesa answers with a web page',
        story: `200, but HTML. ${MAY_RING}`,
        darajaFaults: { stk: ['not-json-200'] },
      },
      {
        id: 'daraja-no-token',
        title: 'M-Pesa gives no token',
        story: 'Nothing was charged.',
        expireTokens: 'daraja',
        darajaFaults: { oauth: always('server-500') },
      },
    ],
  },
  {
    title: 'The network or the shop’s server fails: the token',
    scenarios: [
      {
        id: 'token-slow',
        title: 'Slow, three seconds',
        story: 'It is asked for while the customer types, so the wait is hardly felt.',
        ...tokenAlways('slow'),
      },
      { id: 'token-reset', title: 'The connection breaks', story: 'Nothing was charged.', ...tokenAlways('reset') },
      {
        id: 'token-no-answer',
        title: 'No answer, ever',
        story: 'Asked for while the customer types, then once more: given up after a minute. Nothing was charged.',
        ...tokenAlways('no-answer'),
      },
      {
        id: 'token-cut-short',
        title: 'The answer is cut short',
        story: 'Nothing was charged.',
        ...tokenAlways('cut-short'),
      },
      {
        id: 'token-stalled',
        title: 'The answer stalls half-way',
        story: 'Asked for while the customer types, then once more: given up after a minute. Nothing was charged.',
        ...tokenAlways('stalled'),
      },
      {
        id: 'token-not-json',
        title: 'A Wi-Fi sign-in page comes back',
        story: '200, but HTML. Nothing was charged.',
        ...tokenAlways('not-json-200'),
      },
      {
        id: 'token-not-a-token',
        title: 'The answer is no token',
        story: 'JSON of another kind. Nothing was charged.',
        ...tokenAlways('not-a-token'),
      },
      { id: 'token-html-404', title: 'A wrong URL', story: 'Nothing was charged.', ...tokenAlways('html-404') },
      {
        id: 'token-server-500',
        title: '500 from the backend',
        story: 'Nothing was charged.',
        ...tokenAlways('server-500'),
      },
      {
        id: 'token-bad-gateway',
        title: '502 with HTML',
        story: 'Nothing was charged.',
        ...tokenAlways('bad-gateway-html'),
      },
      {
        id: 'token-retry-after',
        title: '503 with Retry-After',
        story: 'Nothing was charged.',
        ...tokenAlways('retry-after'),
      },
      {
        id: 'token-daraja-500',
        title: 'M-Pesa gives the backend none',
        story: 'Nothing was charged.',
        ...tokenAlways('daraja-500'),
      },
      {
        id: 'token-redirect',
        title: 'A redirect to a sign-in page',
        story: 'Nothing was charged.',
        ...tokenAlways('redirect'),
      },
    ],
  },
  {
    title: 'The network or the shop’s server fails: the outcome',
    scenarios: [
      {
        id: 'status-server-500',
        title: '500 three times, then well',
        story: 'A failed question is not an outcome. Approve on the phone; it is found out a little later.',
        ...status('server-500', 'server-500', 'server-500'),
      },
      {
        id: 'status-bad-gateway',
        title: '502 with HTML three times',
        story: 'Approve on the phone; it is found out a little later.',
        ...status('bad-gateway-html', 'bad-gateway-html', 'bad-gateway-html'),
      },
      {
        id: 'status-reset',
        title: 'The connection breaks three times',
        story: 'Approve on the phone; it is found out a little later.',
        ...status('reset', 'reset', 'reset'),
      },
      {
        id: 'status-retry-after',
        title: '503 with Retry-After',
        story: 'The element waits as long as it is told to: five seconds, twice.',
        ...status('retry-after', 'retry-after'),
      },
      {
        id: 'status-slow',
        title: 'Slow, three seconds each',
        story: 'Approve on the phone; it is found out a little later.',
        ...status('slow', 'slow', 'slow', 'slow'),
      },
      {
        id: 'status-no-answer',
        title: 'No answer to the first question',
        story: 'Asked again after 30 seconds.',
        ...status('no-answer'),
      },
      {
        id: 'status-stalled',
        title: 'The first answer stalls half-way',
        story: 'Asked again after 30 seconds.',
        ...status('stalled'),
      },
      {
        id: 'status-cut-short',
        title: 'Answers are cut short',
        story: 'Half an answer is none. Asked again.',
        ...status('cut-short', 'cut-short', 'cut-short'),
      },
      {
        id: 'status-not-json',
        title: 'A Wi-Fi sign-in page comes back',
        story: '200, but HTML, three times: not an outcome.',
        ...status('not-json-200', 'not-json-200', 'not-json-200'),
      },
      {
        id: 'status-html-404',
        title: '404 three times',
        story: 'The payment is not known yet: not an outcome.',
        ...status('html-404', 'html-404', 'html-404'),
      },
      {
        id: 'status-daraja-500',
        title: '500.001.1001 three times',
        story: 'M-Pesa’s way of saying “not yet”.',
        ...status('daraja-500', 'daraja-500', 'daraja-500'),
      },
      {
        id: 'status-expired',
        title: 'The token expires while waiting',
        story: 'A fresh one is asked for, and the question is asked again.',
        ...status('expired'),
      },
    ],
  },
  {
    title: 'The token has expired',
    scenarios: [
      {
        id: 'expired',
        title: 'Expired once',
        story: 'token-expired, a fresh token, one more push: the customer notices nothing.',
        ...push('expired'),
      },
      {
        id: 'expired-twice',
        title: 'Expired twice',
        story: 'No third try: push-failure with reason token-expired.',
        ...push('expired', 'expired'),
      },
      {
        id: 'expired-prevented',
        title: 'Expired, and the page stops the renewal',
        story: 'The page calls preventDefault() on token-expired.',
        ...push('expired'),
        cancels: 'token-expired',
      },
      {
        id: 'expired-at-daraja',
        title: 'M-Pesa forgets all tokens',
        story: 'The shop’s server gets itself another and sends the push once more. The page notices nothing.',
        expireTokens: 'daraja',
      },
      {
        id: 'expired-at-server',
        title: 'The shop’s server forgets all tokens',
        story: 'The page gets another after the first refusal, and sends the push once more.',
        expireTokens: 'page',
      },
      ...(['400.003.01', '401.002.01', '401.003.01'] as const).map((code): Scenario => ({
        id: `expired-${code}`,
        title: `M-Pesa forgets all tokens, and says ${code}`,
        story:
          'Other faces of M-Pesa have other codes for it. They mean the same; the server leaves the second try to the page.',
        expireTokens: 'daraja',
        daraja: { expired_code: code },
      })),
      {
        id: 'expired-always',
        title: 'M-Pesa takes no token at all',
        story: 'Daraja answers every push with 404.001.03. The server tries twice, and says that nothing was sent.',
        script: { refuse: '404.001.03' },
      },
      {
        id: 'expires-soon',
        title: 'Five seconds of life left',
        story: 'Too little to count on: another one is asked for before the push.',
        ...token('expires-soon'),
      },
    ],
  },
  {
    title: 'M-Pesa reports late, twice or never',
    scenarios: [
      {
        id: 'callback-late',
        title: 'Late, 45 seconds after the approval',
        story: 'Approve on the phone. The backend asks M-Pesa’s query after 20 seconds of silence.',
        script: { callback: 'late' },
      },
      {
        id: 'callback-twice',
        title: 'Twice',
        story: 'Approve on the phone. The second callback changes nothing.',
        script: { callback: 'twice' },
      },
      {
        id: 'callback-never',
        title: 'Never; the query knows',
        story: 'Approve on the phone. The backend asks M-Pesa’s query after 20 seconds of silence.',
        script: { callback: 'never' },
      },
      {
        id: 'query-contradicts',
        title: 'The query says no, then a callback says paid',
        story:
          'The query’s failure shows after 20 seconds. The callback comes after 45, and the query still says no: it is not believed. See the record.',
        script: { outcome: 0, callback: 'late', query: 1037 },
      },
      {
        id: 'silence',
        title: 'Never, and the query does not know',
        story: 'After three minutes the customer reads that nobody can tell yet.',
        ...ends('silence'),
      },
      {
        id: '4999',
        title: 'Still under processing, for ever',
        story: 'Result 4999 for three minutes. It is never taken for a failure.',
        ...ends(4999),
        backend: { status_shape: 'query' },
      },
    ],
  },
  {
    title: 'The page steps in',
    scenarios: [
      {
        id: 'push-stopped',
        title: 'The page stops the push',
        story: 'It calls preventDefault() on push-request, say because the basket is out of stock. Nothing is sent.',
        cancels: 'push-request',
      },
    ],
  },
];

/** The scenario of this id; an unknown one counts as the first. */
export function scenarioOf(id: string): Scenario {
  return SCENARIO_GROUPS.flatMap(({ scenarios }) => scenarios).find((scenario) => scenario.id === id) ?? BY_HAND;
}
