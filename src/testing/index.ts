/**
 * The entry `vitumob-pay/testing`: a payments backend with M-Pesa and a customer behind it, in memory, for tests of pages that
 * have the checkout on them. It is the demo's backend with few and stable names: nothing here answers by itself.
 *
 * All that the declarations need stands in this file: it is published as it is, with the rest bundled behind it.
 */
import type { Fault as BackendFault } from '../../simulator/faults.js';
import { json } from '../../simulator/http/handler.js';
import { inPageFetch } from '../../simulator/http/in-page-fetch.js';
import { createSimulation, type FullSimulation } from '../../simulator/simulation.js';
import { TestClock } from './test-clock.js';

/**
 * What becomes of a prompt: `paid`, a reason of `payment-failure`, or `no-callback`, where the prompt shows and M-Pesa never
 * says what came of it.
 */
export type Outcome =
  | 'paid'
  | 'cancelled'
  | 'insufficient-funds'
  | 'wrong-pin'
  | 'unreachable'
  | 'expired'
  | 'busy'
  | 'limit'
  | 'declined'
  | 'no-callback';

/** The three endpoints of a payments backend. */
export type Endpoint = 'token' | 'push' | 'status';

/**
 * What goes wrong with a request, at any endpoint: the connection breaks (`network`), no answer ever comes (`timeout`), 500
 * without a word from Daraja (`server-error`), 200 with a page of HTML (`bad-response`), 404 (`rejected`), or nothing but that the
 * answer takes its time (`slow`).
 */
export type Fault = 'network' | 'timeout' | 'server-error' | 'bad-response' | 'rejected' | 'slow';

/**
 * What else goes wrong with a push: `token-missing` is 400, `token-expired` Daraja's 404.001.03, and `500.001.1001` Daraja's word
 * that another prompt is open on this phone.
 */
export type PushFault = Fault | 'token-missing' | 'token-expired' | '500.001.1001';

export interface TestBackendOptions {
  /** Where the page asks for the token; only the path counts. Default: `/payments/mpesa/token`. */
  readonly tokenUrl?: string;
  /** Where the page asks for the push; only the path counts. Default: `/payments/mpesa/payment/push/request`. */
  readonly pushUrl?: string;
  /** Where the page asks for the outcome; only the path counts. Default: `/payments/mpesa/status`. */
  readonly statusUrl?: string;
  /**
   * The origins whose pages may call, for a backend that is served on another one: a list (with credentials), or any (`'*'`,
   * without them, the default).
   */
  readonly allowedOrigins?: readonly string[] | '*';
}

export interface NextOptions {
  /** Milliseconds of the backend's time from the push to its outcome. Default: 0, before the push is answered. */
  readonly afterMs?: number;
}

export interface FailOptions {
  /**
   * Whether the request has reached the backend by then, so that a push has put a prompt on the phone. For `network`, `timeout`,
   * `server-error` and `bad-response`; the others never have. Default: true.
   */
  readonly reached?: boolean;
  /** For `slow`: milliseconds of the backend's time, from this call on, until the request is answered. Default: 3000. */
  readonly afterMs?: number;
}

/** A push that reached the backend. */
export interface PushRecord {
  readonly orderId: string;
  /** Masked: `2547*****123`. */
  readonly phone: string;
  /** Kenyan shillings, as the page sent them. */
  readonly amount: string;
  /** The HTTP status of the answer: 409 where another prompt of the order may be live, or the order is paid. */
  readonly status: number;
  /** What the push has put on the phone; null where it was refused. */
  readonly prompt: PromptRecord | null;
}

/** A prompt on a phone. */
export interface PromptRecord {
  readonly checkoutRequestId: string;
  /** Daraja's code; null until there is an outcome. */
  readonly resultCode: number | string | null;
  /** The M-Pesa receipt number; null unless paid. */
  readonly receipt: string | null;
}

/** What the backend was asked, and what came of it. */
export interface TestRecord {
  /** How many requests there were, those that a fault kept from the backend too. */
  readonly requests: Readonly<Record<Endpoint, number>>;
  /** Oldest first. */
  readonly pushes: readonly PushRecord[];
}

/** A payments backend in the hands of a test. Its time stands still until the test moves it. */
export interface TestBackend {
  /**
   * Answers a request to one of the three endpoints, and any other with 404. It is a `fetch` of the backend's own: it rejects with
   * a `TypeError` where the connection breaks, and with the signal's reason where the caller aborts.
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /**
   * What becomes of the next push that nothing has been said about: one call for each push. Where nothing has been said the
   * customer pays at once.
   *
   * @param outcome its name, or a Daraja `ResultCode` such as 1037
   * @throws TypeError that lists the names, for one that there is not
   */
  readonly next: (outcome: Outcome | number, options?: NextOptions) => void;
  /**
   * What goes wrong with the next request to an endpoint: one call for each request. After those all is well.
   *
   * @throws TypeError that lists the names, for one that there is not
   */
  readonly fail: {
    (endpoint: 'push', fault: PushFault, options?: FailOptions): void;
    (endpoint: Endpoint, fault: Fault, options?: FailOptions): void;
  };
  /**
   * Moves the backend's time on. Resolves once all that falls due has happened and the backend has been told of it. Let the
   * requests that are to come before it be answered first.
   */
  readonly advance: (ms: number) => Promise<void>;
  readonly record: () => TestRecord;
  /** Back to the start: orders, outcomes and faults to come, record. Time stays where it is. */
  readonly reset: () => void;
}

/** One of Daraja's codes for each reason, or the simulation's word for saying none. */
const CODES: Readonly<Record<Outcome, number | string>> = {
  paid: 0,
  cancelled: 1032,
  'insufficient-funds': 1,
  'wrong-pin': 2001,
  unreachable: 1037,
  expired: 1019,
  busy: 1001,
  limit: 4,
  declined: 'SFC_IC0003',
  'no-callback': 'silence',
};
const OUTCOMES = Object.keys(CODES) as Outcome[];

/** The backend's own paths, and how each is asked. */
const ENDPOINTS: Readonly<Record<Endpoint, { readonly method: string; readonly path: string }>> = {
  token: { method: 'GET', path: '/payments/mpesa/token' },
  push: { method: 'POST', path: '/payments/mpesa/payment/push/request' },
  status: { method: 'GET', path: '/payments/mpesa/status' },
};
const ENDPOINT_NAMES = Object.keys(ENDPOINTS) as Endpoint[];

interface FaultDetails {
  readonly reached: boolean;
  /** Milliseconds until the time that `slow` is to end at. */
  readonly leftMs: () => number;
}

type MakeFault = (details: FaultDetails) => BackendFault;

/** The faults of every endpoint. */
const FAULTS: Readonly<Record<Fault, MakeFault>> = {
  network: ({ reached }) => (reached ? 'reset-after' : 'reset'),
  timeout: ({ reached }) => ({ fault: 'no-answer', reached }),
  'server-error': ({ reached }) => ({ fault: 'server-500', reached }),
  'bad-response': ({ reached }) => ({ fault: 'not-json-200', reached }),
  rejected: () => 'html-404',
  slow: ({ leftMs }) => ({
    fault: 'slow',
    // Read once the request is there: a test that has moved the time on by then waits for nothing.
    get ms() {
      return leftMs();
    },
  }),
};
const PUSH_FAULTS: Readonly<Record<PushFault, MakeFault>> = {
  ...FAULTS,
  'token-missing': () => 'token-missing',
  'token-expired': () => 'expired',
  '500.001.1001': () => 'daraja-500',
};

const SLOW_MS = 3_000;
/** From then on the shop of a test lets an order be pushed again though M-Pesa has not said what became of its prompt. */
const PROMPT_WINDOW_MS = 120_000;
const ORIGIN = 'https://pay.test';

/** Builds a backend for a test. */
export function createTestBackend(options: TestBackendOptions = {}): TestBackend {
  const { allowedOrigins = '*' } = options;
  const clock = new TestClock();
  const simulation: FullSimulation = createSimulation({
    clock,
    allowedOrigins,
    fetch: (input, init) => clock.track(simulation.pageFetch(input, init)),
    track: (work) => clock.track(work),
    backendSettings: { release_ms: PROMPT_WINDOW_MS },
    darajaSettings: { outcome_after_ms: 0, callback_delay_ms: 0, script: { outcome: CODES.paid } },
  });
  const { backend, daraja, faults } = simulation;

  const pathOf = (url: string): string => new URL(url, ORIGIN).pathname;
  const paths: Readonly<Record<Endpoint, string>> = {
    token: pathOf(options.tokenUrl ?? ENDPOINTS.token.path),
    push: pathOf(options.pushUrl ?? ENDPOINTS.push.path),
    status: pathOf(options.statusUrl ?? ENDPOINTS.status.path),
  };

  const endpointOf = ({ method, url }: Request): Endpoint | undefined => {
    const at = ENDPOINT_NAMES.filter((name) => paths[name] === pathOf(url));
    return at.find((name) => ENDPOINTS[name].method === method) ?? at[0];
  };

  const handle = async (request: Request): Promise<Response> => {
    const endpoint = endpointOf(request);
    if (!endpoint) {
      const known = ENDPOINT_NAMES.map((name) => `${ENDPOINTS[name].method} ${paths[name]}`);
      return json({ error: `Not an endpoint of the test backend; there are: ${known.join(', ')}` }, 404);
    }
    const { method, headers, url } = request;
    const own = new URL(ENDPOINTS[endpoint].path + new URL(url).search, ORIGIN);
    const body = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer();
    try {
      return await simulation.fetch(new Request(own, { method, headers, body }));
    } finally {
      // What happens at once has happened before the page hears of it.
      await clock.quiet();
    }
  };

  return {
    fetch: inPageFetch(handle, ORIGIN),
    next: (outcome, { afterMs = 0 } = {}) => {
      const code = typeof outcome === 'number' && Number.isInteger(outcome);
      daraja.script({ outcome: code ? outcome : CODES[named('outcome', outcome, OUTCOMES)], after_ms: afterMs });
    },
    fail: (endpoint: Endpoint, fault: PushFault, { reached = true, afterMs = SLOW_MS }: FailOptions = {}) => {
      named('endpoint', endpoint, ENDPOINT_NAMES);
      const names = (endpoint === 'push' ? Object.keys(PUSH_FAULTS) : Object.keys(FAULTS)) as PushFault[];
      const make = PUSH_FAULTS[named(`fault of a ${endpoint} request`, fault, names)];
      const end = clock.now() + afterMs;
      faults.add(endpoint, make({ reached, leftMs: () => Math.max(0, end - clock.now()) }));
    },
    advance: (ms) => clock.advance(ms),
    record: () => {
      const prompts = new Map(daraja.prompts.map((prompt) => [prompt.id, prompt]));
      const count = (name: Endpoint): number => faults.log.filter(({ endpoint }) => endpoint === name).length;
      return {
        requests: { token: count('token'), push: count('push'), status: count('status') },
        pushes: backend.record.pushes.map((push) => {
          const prompt = prompts.get(push.checkout_request_id ?? '');
          return {
            orderId: push.order_id,
            phone: push.phone,
            amount: push.amount,
            status: push.status,
            prompt: prompt
              ? {
                  checkoutRequestId: prompt.id,
                  resultCode: prompt.resultCode ?? null,
                  receipt: prompt.receipt ?? null,
                }
              : null,
          };
        }),
      };
    },
    reset: () => {
      simulation.reset();
    },
  };
}

/** The name, if it is one of these. */
function named<Name extends string>(what: string, name: unknown, names: readonly Name[]): Name {
  const known = names.find((one) => one === name);
  if (known === undefined)
    throw new TypeError(`No ${what} is called "${String(name)}"; there are: ${names.join(', ')}`);
  return known;
}
