/**
 * The payments API for tests that need it thousands of times: the recorded bodies, a fault for each request, delays on
 * the way there and back, and no guard, so that whatever a page sends arrives. `test/node/fake-payments.test.ts` holds
 * it to answering as the demo's backend does.
 */

import type { Clock } from './fake-clock.js';
import callbackCancelled from './fixtures/callback-cancelled.json' with { type: 'json' };
import callbackPaid from './fixtures/callback-paid.json' with { type: 'json' };
import pushSuccess from './fixtures/push-success.json' with { type: 'json' };
import tokenExpired from './fixtures/push-token-expired.json' with { type: 'json' };
import tokenMissing from './fixtures/push-token-missing.json' with { type: 'json' };
import beingProcessed from './fixtures/query-being-processed.json' with { type: 'json' };
import queryCancelled from './fixtures/query-cancelled.json' with { type: 'json' };
import queryInProgress from './fixtures/query-in-progress.json' with { type: 'json' };
import queryPaid from './fixtures/query-paid.json' with { type: 'json' };
import tokenFresh from './fixtures/token-fresh.json' with { type: 'json' };
import type { Tab } from './tab.js';

export const ORIGIN = 'https://pay.test';
export const TOKEN_URL = `${ORIGIN}/payments/mpesa/token`;
export const PUSH_URL = `${ORIGIN}/payments/mpesa/payment/push/request`;
export const STATUS_URL = `${ORIGIN}/payments/mpesa/status`;

/** A checkout of another order. */
export const FOREIGN_ID = 'ws_CO_OF_ANOTHER_ORDER';

/** `permission`: the request that only asks another origin whether it may be pushed to. */
export type Endpoint = 'token' | 'push' | 'status' | 'permission';

/** What goes wrong, and whether the request has reached the backend by then. */
export const FAULTS = {
  ok: { reached: true },
  reset: { reached: false },
  'reset-after': { reached: true },
  'no-answer': { reached: true },
  lost: { reached: false },
  'cut-short': { reached: true },
  stalled: { reached: true },
  'not-json-200': { reached: true },
  'html-404': { reached: false },
  'server-500': { reached: false },
  'server-500-after': { reached: true },
  redirect: { reached: false },
  'retry-after': { reached: false },
  expired: { reached: false },
  'token-missing': { reached: false },
  'daraja-500': { reached: false },
  conflict: { reached: false },
  'refused-code': { reached: false },
  'missing-ids': { reached: true },
  'echo-token': { reached: true },
  'echo-token-error': { reached: false },
  'not-a-token': { reached: true },
  'expires-soon': { reached: true },
  /** Of status answers: still being processed, in each of the ways to say it. */
  'in-progress': { reached: true },
  'being-processed': { reached: true },
  pending: { reached: true },
  /** Of status answers: the opposite of what happened. */
  contradicts: { reached: true },
  /** Of status answers: what became of another order's checkout. */
  foreign: { reached: true },
} satisfies Record<string, { reached: boolean }>;

export type FaultName = keyof typeof FAULTS;

/** How one request fares. */
export interface Exchange {
  readonly fault?: FaultName | undefined;
  /** Milliseconds to the backend, and back. */
  readonly upMs?: number | undefined;
  readonly downMs?: number | undefined;
  readonly retryAfterS?: number | undefined;
}

/** What a customer can do with a prompt, by Daraja's code for it. */
export type ResultCode = 0 | 1 | 1032 | 1037 | 2001 | 1019 | 17;

export type Shape = 'callback' | 'query' | 'flat' | 'flat-without-id';

/** A prompt on the customer's phone. */
export interface Prompt {
  readonly id: string;
  readonly orderId: string;
  resultCode: ResultCode | undefined;
}

/** A request, from its leaving a page. */
export interface Sent {
  /** The wall clock's time then. */
  readonly at: number;
  readonly endpoint: Endpoint;
  readonly url: URL;
  readonly init: RequestInit;
  readonly tab: Tab;
  readonly fault: FaultName;
  /** The prompt that it has put on the phone, once it has arrived. */
  prompt: Prompt | undefined;
  /** It was answered, broke off or was given up. */
  over: boolean;
}

interface Told {
  /** A request leaves a page. */
  readonly leaves?: (sent: Sent) => void;
  /** A push has put a prompt on the phone. */
  readonly prompts?: (sent: Sent, prompt: Prompt) => void;
  /** A page is about to be told a result, by the status endpoint. */
  readonly tells?: (sent: Sent, result: unknown) => void;
}

/** Of status answers, the shapes by turns. */
const SHAPES: readonly Shape[] = ['callback', 'query', 'flat', 'flat-without-id'];

export class FakePayments {
  readonly sent: Sent[] = [];
  readonly prompts: Prompt[] = [];
  /** Every token that was given out. */
  readonly tokens: string[] = [];
  readonly #clock: Pick<Clock, 'setTimeout' | 'now'>;
  readonly #told: Told;
  readonly #planned: Record<Endpoint, Exchange[]> = { token: [], push: [], status: [], permission: [] };

  constructor(clock: Pick<Clock, 'setTimeout' | 'now'>, told: Told = {}) {
    this.#clock = clock;
    this.#told = told;
  }

  /** How the next requests to an endpoint fare; after those all is well. */
  plan(endpoint: Endpoint, ...exchanges: Exchange[]): void {
    this.#planned[endpoint].push(...exchanges);
  }

  /** Forgets what was planned. */
  unplan(endpoint: Endpoint): void {
    this.#planned[endpoint].length = 0;
  }

  to(endpoint: Endpoint): Sent[] {
    return this.sent.filter((sent) => sent.endpoint === endpoint);
  }

  readonly fetch = (address: string, init: RequestInit, tab: Tab): Promise<Response> => {
    if (init.signal?.aborted) return Promise.reject(new DOMException('The request was aborted', 'AbortError'));
    const url = new URL(address);
    const endpoint = endpointOf(url, init.method);
    const { fault = 'ok', upMs = 0, downMs = 0, retryAfterS = 5 } = this.#planned[endpoint].shift() ?? {};
    const sent: Sent = { at: this.#clock.now(), endpoint, url, init, tab, fault, prompt: undefined, over: false };
    this.sent.push(sent);
    this.#told.leaves?.(sent);
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => {
        sent.over = true;
        reject(new DOMException('The request was aborted', 'AbortError'));
      });
      this.#after(upMs, () => {
        const answer = this.#answer(sent, retryAfterS);
        if (!answer) return;
        this.#after(downMs, () => {
          tab.deliver(() => {
            if (init.signal?.aborted) return;
            sent.over = true;
            if (answer === 'broken') reject(new TypeError('Failed to fetch'));
            else {
              if (answer.result) this.#told.tells?.(sent, answer.result);
              resolve(answer.response);
            }
          });
        });
      });
    });
  };

  #after(ms: number, callback: () => void): void {
    if (ms > 0) this.#clock.setTimeout(callback, ms);
    else callback();
  }

  #answer(sent: Sent, retryAfterS: number): Answer | 'broken' | undefined {
    const { fault } = sent;
    const token = new Headers(sent.init.headers).get('authorization') ?? '';
    const good = FAULTS[fault].reached ? this.#handle(sent) : { body: {} };
    switch (fault) {
      case 'ok':
        return reply(good.status ?? 200, good.body, good.result);
      case 'reset':
      case 'reset-after':
        return 'broken';
      case 'no-answer':
      case 'lost':
        return undefined;
      case 'cut-short':
        return { response: answer(200, () => Promise.reject(new TypeError('network error'))) };
      case 'stalled':
        return { response: answer(200, () => new Promise(() => undefined)) };
      case 'not-json-200':
        return { response: answer(200, () => Promise.resolve('<!doctype html><p>Sign in to use this network.</p>')) };
      case 'html-404':
        return { response: answer(404, () => Promise.resolve('<!doctype html><title>404 Not Found</title>')) };
      case 'server-500':
      case 'server-500-after':
        return reply(500, { error: 'Internal Server Error' });
      case 'redirect':
        return { response: answer(0, () => Promise.resolve('')) };
      case 'retry-after':
        return reply(503, { error: 'Try again later' }, undefined, { 'Retry-After': String(retryAfterS) });
      case 'expired':
        return reply(404, tokenExpired);
      case 'token-missing':
        return reply(400, tokenMissing);
      case 'daraja-500':
        return reply(500, darajaError('500.001.1001', 'Unable to lock subscriber'));
      case 'conflict':
        return reply(409, { error: 'A prompt for this order may still be live on a phone' });
      case 'refused-code':
        return reply(200, { ...pushSuccess, daraja_response: { ...pushSuccess.daraja_response, ResponseCode: '1' } });
      case 'missing-ids':
        return reply(200, { ...good.body, payment_id: undefined, daraja_response: { ResponseCode: '0' } });
      case 'echo-token':
        return reply(good.status ?? 200, { ...good.body, access_token: token, debug: [`with ${token}`] }, good.result);
      case 'echo-token-error':
        return reply(400, darajaError('400.002.02', `Bad Request (token ${token})`));
      case 'not-a-token':
        return reply(200, { message: 'Welcome to the payments API' });
      case 'expires-soon': {
        const expiring_time = Math.floor(this.#clock.now() / 1000) + 5;
        return reply(200, { ...good.body, expires_in: 3599, expiring_time });
      }
      case 'in-progress':
        return reply(200, queryInProgress);
      case 'being-processed':
        return reply(500, beingProcessed);
      case 'pending':
        return reply(202, { status: 'pending' });
      case 'contradicts':
        return this.#contradict(sent);
      case 'foreign':
        return withResult(resultOf({ id: FOREIGN_ID, resultCode: 1032 }, 'query'));
    }
  }

  #handle(sent: Sent): { status?: number; body: Readonly<Record<string, unknown>>; result?: unknown } {
    switch (sent.endpoint) {
      case 'token': {
        const access_token = `${tokenFresh.access_token}-${this.tokens.length}`;
        this.tokens.push(access_token);
        return { body: { ...tokenFresh, access_token } };
      }
      case 'permission':
        return { status: 405, body: {} };
      case 'push': {
        const { order } = JSON.parse(sent.init.body as string) as { order: { order_id: string } };
        const id = `ws_CO_${this.prompts.length}`;
        const prompt: Prompt = { id, orderId: order.order_id, resultCode: undefined };
        sent.prompt = prompt;
        this.prompts.push(prompt);
        this.#told.prompts?.(sent, prompt);
        const daraja_response = { ...pushSuccess.daraja_response, CheckoutRequestID: id };
        return { body: { ...pushSuccess, payment_id: id, order_id: order.order_id, daraja_response } };
      }
      case 'status': {
        const prompt = this.#promptOf(sent);
        if (!prompt) return { status: 404, body: { error: 'No such payment' } };
        const { id, resultCode } = prompt;
        if (resultCode === undefined) return { status: 202, body: { status: 'pending' } };
        const body = resultOf({ id, resultCode }, SHAPES[this.to('status').length % SHAPES.length]!);
        return { body, result: body };
      }
    }
  }

  /** What a merchant's endpoint answers about: the order's payment, the one asked for, or the latest. */
  #promptOf({ url }: Sent): Prompt | undefined {
    const id = url.searchParams.get('payment_id');
    const ofOrder = this.prompts.filter(({ orderId }) => orderId === url.searchParams.get('order_id'));
    return (
      ofOrder.find(({ resultCode }) => resultCode === 0) ?? ofOrder.find((prompt) => prompt.id === id) ?? ofOrder.at(-1)
    );
  }

  #contradict(sent: Sent): Answer {
    const prompt = this.#promptOf(sent);
    if (!prompt) return reply(404, { error: 'No such payment' });
    return withResult(resultOf({ id: prompt.id, resultCode: prompt.resultCode === 0 ? 1032 : 0 }, 'query'));
  }
}

/** What Daraja, or a merchant, says of a checkout. */
export function resultOf(
  { id, resultCode }: { id: string; resultCode: number },
  shape: Shape,
): Record<string, unknown> {
  const paid = resultCode === 0;
  const description = paid ? callbackPaid.Body.stkCallback.ResultDesc : 'Not paid';
  switch (shape) {
    case 'callback': {
      const { stkCallback } = paid ? callbackPaid.Body : callbackCancelled.Body;
      return { Body: { stkCallback: { ...stkCallback, CheckoutRequestID: id, ResultCode: resultCode } } };
    }
    case 'query':
      return { ...(paid ? queryPaid : queryCancelled), CheckoutRequestID: id, ResultCode: String(resultCode) };
    case 'flat':
      return { result_code: resultCode, result_desc: description, checkout_request_id: id };
    case 'flat-without-id':
      return { result_code: resultCode, result_desc: description };
  }
}

interface Answer {
  readonly response: Response;
  /** What the page learns from it. */
  readonly result?: unknown;
}

function withResult(result: Record<string, unknown>): Answer {
  return reply(200, result, result);
}

function reply(status: number, body: unknown, result?: unknown, headers: Record<string, string> = {}): Answer {
  const text = JSON.stringify(body);
  return { response: answer(status, () => Promise.resolve(text), headers), result };
}

/** As much of a `Response` as the client reads: real ones take more than promises to be read. */
function answer(status: number, text: () => Promise<string>, headers: Record<string, string> = {}): Response {
  return { status, headers: new Headers(headers), text } as Response;
}

function darajaError(errorCode: string, errorMessage: string) {
  return { status_code: 500, daraja_error: { errorCode, errorMessage, requestId: '11209-2554107-1' } };
}

function endpointOf({ pathname }: URL, method = 'GET'): Endpoint {
  if (method === 'HEAD') return 'permission';
  if (pathname.endsWith('/token')) return 'token';
  return pathname.endsWith('/status') ? 'status' : 'push';
}
