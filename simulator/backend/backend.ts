/**
 * The shop's payments backend: the real server (`vitumob-pay-server`, with a store in memory), and around it what a demo and tests
 * need besides:
 *
 *     /payments/mpesa/…, /c/…                           the server's own endpoints, and the addresses that it gives Daraja
 *     GET  /payments/mpesa/events?order_id=             server-sent events "outcome"
 *
 * a record of what was asked and told, the outcome in other shapes, page tokens that stop being worth anything, a shop that believes
 * the page what an order costs, and one without a guard. A status may be asked for without a token, so that a test need not have one.
 */
import { z } from 'zod/mini';
import type { DarajaAccount } from '../../server/src/daraja/client.js';
import type { Attempt } from '../../server/src/payments/attempt.js';
import type { OrderView } from '../../server/src/stores/store.js';
import { classifyResultCode } from '../../src/model/outcome.js';
import { realClock, type SimulationClock } from '../clock.js';
import { eventStream } from '../http/event-stream.js';
import { type FetchLike, type Handler, json, realFetch } from '../http/handler.js';
import { jsonApi } from '../http/json-api.js';
import { Listeners } from '../listeners.js';
import { OrderBook } from './order-book.js';
import { type BackendRecord, maskCallback, maskNumber, Recorder } from './record.js';
import { ServerRun } from './server-run.js';
import { type FlatStatus, inShape, STATUS_SHAPES, type StatusShape, stkCallback } from './status-shapes.js';

export interface BackendSettings {
  /** Off, each push is an order of its own at the server, as if the shop numbered its attempts: every push is passed on. */
  guard: boolean;
  /**
   * From then on, in milliseconds from the prompt, the shop lets an order be pushed again though nobody knows what became of its
   * prompt. `null`: it leaves that to the server, which keeps the order locked until M-Pesa has said.
   */
  release_ms: number | null;
  /** How the status endpoint tells an outcome; a `shape` in its query overrides it. */
  status_shape: StatusShape;
  /** How many of the page tokens to come are worth nothing, as if the shop had forgotten them. */
  worthless_tokens: number;
}

const DEFAULT_BACKEND_SETTINGS: BackendSettings = {
  guard: true,
  release_ms: null,
  status_shape: 'callback',
  worthless_tokens: 0,
};

/** Shape of a change of settings on the wire. */
export const backendSettingsSchema = z.partial(
  z.strictObject({
    guard: z.boolean(),
    release_ms: z.nullable(z.number().check(z.nonnegative())),
    status_shape: z.enum(STATUS_SHAPES),
    worthless_tokens: z.int().check(z.nonnegative()),
  }),
);

/** Orders and what they cost, on the wire. */
export const ordersSchema = z.record(
  z.string().check(z.minLength(1), z.maxLength(255)),
  z.string().check(z.regex(/^(?:0|[1-9]\d{0,9})(?:\.\d{1,2})?$/)),
);

export interface BackendOptions {
  /** Where Daraja is; a function where that is known only later. */
  readonly daraja: DarajaAccount | (() => DarajaAccount);
  /** Where Daraja reaches this backend. */
  readonly publicUrl: () => string;
  /** Reaches Daraja. */
  readonly fetch?: FetchLike;
  readonly clock?: SimulationClock;
  readonly settings?: Partial<BackendSettings>;
  /** What Daraja's STK query says of a prompt now, for a shop that passes it on; left out where nobody can say. */
  readonly query?: (checkoutRequestId: string) => Response | undefined;
  /** Is told of all work that goes on by itself, so that a test can await it. */
  readonly track?: (work: Promise<unknown>) => Promise<unknown>;
}

export interface Backend {
  readonly fetch: Handler;
  readonly settings: Readonly<BackendSettings>;
  configure(settings: Partial<BackendSettings>): void;
  /** Says what orders cost, whatever the page says. */
  openOrders(amounts: Readonly<Record<string, string>>): void;
  /** Has Daraja confirm payments that are made from the phone's own menu. */
  registerC2b(): Promise<void>;
  /** Makes every page token given out so far worth nothing. */
  expireTokens(): void;
  readonly record: BackendRecord;
  /** Emits at every change of the record. */
  readonly changes: Pick<Listeners, 'add' | 'size'>;
  /** Back to the start: settings, orders, attempts, tokens, record. */
  reset(): void;
}

const PAYMENTS = '/payments/mpesa';
const TOKEN = `${PAYMENTS}/token`;
const PUSH = `${PAYMENTS}/payment/push/request`;
const STATUS = `${PAYMENTS}/status`;
const EVENTS = `${PAYMENTS}/events`;
/** Where the server has Daraja call. */
export const CALLBACKS_PATH = '/c';
const CONFIRMATION = `${CALLBACKS_PATH}/confirmation/`;

const orderSchema = z.object({
  order: z.object({ order_id: z.string().check(z.minLength(1)), user_phone_number: z.string(), amount: z.string() }),
});

/** What the server says of who may call is not for a shop that any page may call; who stands in front says it. */
const CORS_HEADERS = ['origin', 'credentials', 'methods', 'headers'].map((name) => `access-control-allow-${name}`);
const OTHER_HEADERS = ['access-control-expose-headers', 'access-control-max-age', 'vary'];

/** Builds the backend. The server begins with the first request. */
export function createBackend(options: BackendOptions): Backend {
  const { clock = realClock, fetch = realFetch, daraja, publicUrl, query } = options;
  const track = options.track ?? ((work: Promise<unknown>) => work);
  const initial: BackendSettings = { ...DEFAULT_BACKEND_SETTINGS, ...options.settings };
  const settings: BackendSettings = { ...initial };
  const orders = new OrderBook();
  const recorder = new Recorder();
  /** Emits the order of which something new is known, by the server's number; nothing where it may be any. */
  const news = new Listeners<string | undefined>();
  const issued = new Set<string>();
  const expired = new Set<string>();
  /** Bodies of callbacks. */
  const seen = new Set<string>();
  /** Numbers under which a push was passed on without a guard; the server may not have begun it yet. */
  const pushed = new Set<string>();
  let run: ServerRun | undefined;

  const server = (): ServerRun => {
    run ??= new ServerRun({
      daraja: typeof daraja === 'function' ? daraja() : daraja,
      publicUrl: publicUrl(),
      fetch,
      clock: {
        now: () => clock.now(),
        setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
        clearTimeout: (timer) => {
          if (typeof timer === 'number' || typeof timer === 'object') clock.clearTimeout(timer as number);
        },
      },
      orders,
      track,
      onChange: (number) => {
        void track(
          readAttempts().then(() => {
            news.emit(number);
          }),
        );
      },
      onEvent: ({ type, data }) => {
        recorder.add('events', {
          at: clock.now(),
          type,
          order_id: orders.ownerOf(data.order_id),
          receipt: data.receipt ?? null,
        });
      },
    });
    return run;
  };

  const readAttempts = async (): Promise<void> => {
    const current = run;
    const attempts = await current?.store.attempts();
    if (attempts && current === run) recorder.attemptsAre(attempts, (number) => orders.ownerOf(number));
  };

  /** The server's answer to a request that may differ from the one that came. */
  const ask = async (request: Request, change: { url?: URL; body?: string } = {}): Promise<Response> => {
    const { method } = request;
    const headers = new Headers(request.headers);
    headers.delete('origin');
    headers.delete('content-length');
    if (expired.has(headers.get('authorization')?.trim() ?? '')) headers.set('authorization', 'expired');
    const url = change.url ?? request.url;
    const inner =
      method === 'GET' || method === 'HEAD'
        ? new Request(url, { method, headers, signal: request.signal })
        : new Request(url, { method, headers, body: change.body ?? (await request.text()) });
    const answer = await server().fetch(inner);
    const outer = new Response(answer.body, answer);
    for (const name of [...CORS_HEADERS, ...OTHER_HEADERS]) outer.headers.delete(name);
    return outer;
  };

  const token = async (request: Request): Promise<Response> => {
    if (request.method === 'GET') recorder.tokenAskedFor();
    const answer = await ask(request);
    if (answer.status === 200) {
      const { access_token: given } = (await answer.clone().json()) as { access_token: string };
      issued.add(given);
      if (settings.worthless_tokens > 0) {
        settings.worthless_tokens -= 1;
        expired.add(given);
      }
    }
    return answer;
  };

  const push = async (request: Request): Promise<Response> => {
    if (request.method !== 'POST') return ask(request);
    const text = await request.text();
    const parsed = z.safeParse(orderSchema, parseJson(text));
    // What is no order, and what no token comes with, never gets as far as an order.
    if (!parsed.success || !request.headers.get('authorization')) return ask(request, { body: text });
    const { order } = parsed.data;
    const { order_id: orderId, user_phone_number: phone, amount } = order;
    orders.believe(orderId, amount);
    const number = await numberFor(orderId);
    const body = number === orderId ? text : JSON.stringify({ order: { ...order, order_id: number } });
    const answer = await ask(request, { body });
    const told = parseJson(await answer.clone().text()) as PushAnswer | undefined;
    recorder.add('pushes', {
      at: clock.now(),
      order_id: orderId,
      phone: maskNumber(phone),
      amount,
      status: answer.status,
      checkout_request_id: answer.status === 200 ? (told?.payment_id ?? null) : null,
    });
    void track(readAttempts());
    return number === orderId || !told ? answer : rewritten(answer, withOrderId(told, orderId));
  };

  /** The number by which the server is to push an order: another than before only where its shop wants a push all the same. */
  const numberFor = async (orderId: string): Promise<string> => {
    const current = orders.numbersOf(orderId).at(-1) ?? orderId;
    const view = await server().store.view(current);
    if (orders.numbersOf(orderId).at(-1) !== current) return numberFor(orderId);
    const live = liveIn(view);
    if (!settings.guard) {
      const number = view.attempts.length > 0 || pushed.has(current) ? orders.renumber(orderId) : current;
      pushed.add(number);
      return number;
    }
    const { release_ms } = settings;
    const silent = live?.sentAt != null && release_ms !== null && clock.now() >= live.sentAt + release_ms;
    return !isPaid(view) && (silent || isDeclined(live)) ? orders.renumber(orderId) : current;
  };

  const status = async (request: Request): Promise<Response> => {
    if (request.method !== 'GET') return ask(request);
    const { searchParams } = new URL(request.url);
    const paymentId = searchParams.get('payment_id');
    const orderId = searchParams.get('order_id');
    const answer = await outcome(request);
    recorder.add('polls', { at: clock.now(), order_id: orderId, payment_id: paymentId, status: answer.status });
    return answer;
  };

  const outcome = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const { searchParams } = url;
    const paymentId = searchParams.get('payment_id') ?? undefined;
    const shape = STATUS_SHAPES.find((name) => name === searchParams.get('shape')) ?? settings.status_shape;
    const number = await numberAsked(searchParams.get('order_id') ?? undefined, paymentId);
    if (number === undefined) return json({ error: 'No such payment' }, 404);
    if (number !== '') searchParams.set('order_id', number);
    // Daraja's query says at once what there is to say.
    if (shape === 'query') searchParams.delete('wait');
    const { store } = server();
    const leave = new AbortController();
    const declined = shape === 'callback' ? [declinedCallback(number, leave.signal)] : [];
    const asked = ask(await withToken(request), { url });
    const answer = await Promise.race([asked, ...declined]).finally(() => {
      leave.abort();
    });
    if (!(answer instanceof Response)) return json(answer.body);
    if (answer.status === 202 && shape === 'query') return passedOn(await store.view(number)) ?? answer;
    if (answer.status !== 200 || shape === 'flat') return answer;
    const flat = (await answer.clone().json()) as FlatStatus;
    const id = flat.checkout_request_id;
    const { attempts } = await store.view(number);
    const attempt = attempts.find(({ checkoutRequestId }) => checkoutRequestId === id);
    const merchantRequestId = attempt?.merchantRequestId ?? '';
    return rewritten(answer, inShape(flat, shape, { merchantRequestId, callback: callbackOf(id) }));
  };

  /** The newest callback of a prompt, as Daraja posted it. */
  const callbackOf = (id: string | undefined): unknown =>
    [...recorder.record.callbacks].reverse().find(({ body }) => stkCallback(body)?.CheckoutRequestID === id)?.body;

  /**
   * Resolves with the callback of an order's prompt once it says no in a code that nobody has documented. The server goes on asking,
   * as the STK query has such codes for "not yet"; a shop that passes Daraja's callbacks on takes it for final, as its page does.
   */
  const declinedCallback = (number: string, signal: AbortSignal): Promise<{ readonly body: unknown }> =>
    new Promise((resolve) => {
      const look = async (): Promise<void> => {
        const live = liveIn(await server().store.view(number));
        const body = isDeclined(live) ? callbackOf(live?.checkoutRequestId ?? undefined) : undefined;
        if (body !== undefined) resolve({ body });
      };
      signal.addEventListener(
        'abort',
        news.add(() => void look()),
      );
      void look();
    });

  const isDeclined = (live: Attempt | undefined): boolean =>
    settings.status_shape === 'callback' &&
    live?.callback != null &&
    classifyResultCode(live.callback.code, 'query') === 'pending' &&
    classifyResultCode(live.callback.code, 'callback') === 'declined';

  const passedOn = (view: OrderView): Response | undefined => {
    const live = liveIn(view);
    return live?.checkoutRequestId == null ? undefined : query?.(live.checkoutRequestId);
  };

  /** The server's number of the order asked for; nothing where the payment is of none, '' where neither was named. */
  const numberAsked = async (orderId: string | undefined, paymentId: string | undefined) => {
    const { store } = server();
    if (orderId === undefined) {
      if (paymentId === undefined) return '';
      const attempts = await store.attempts();
      return attempts.find(({ checkoutRequestId }) => checkoutRequestId === paymentId)?.orderId;
    }
    const numbers = orders.numbersOf(orderId);
    if (numbers.length === 1) return numbers[0];
    const views = await Promise.all(numbers.map(async (number) => ({ number, ...(await store.view(number)) })));
    const paid = views.find(isPaid);
    const named = views.find(({ attempts }) => attempts.some((attempt) => attempt.checkoutRequestId === paymentId));
    return (paid ?? (paymentId === undefined ? undefined : named))?.number ?? numbers.at(-1);
  };

  /** The request with a token of the shop's own, if it brings none. */
  const withToken = async (request: Request): Promise<Request> => {
    if (request.headers.has('authorization')) return request;
    const answer = await server().fetch(new Request(new URL(TOKEN, request.url)));
    const { access_token } = (await answer.json()) as { access_token: string };
    const headers = new Headers(request.headers);
    headers.set('authorization', access_token);
    return new Request(request.url, { headers, signal: request.signal });
  };

  /** What Daraja posts to the addresses that the server has given it. */
  const callback = async (request: Request): Promise<Response> => {
    const text = await request.text();
    const answer = await ask(request, { body: text });
    if (answer.status === 200) {
      const list = new URL(request.url).pathname.startsWith(CONFIRMATION) ? 'confirmations' : 'callbacks';
      recorder.add(list, { at: clock.now(), body: maskCallback(parseJson(text)), news: !seen.has(text) });
      seen.add(text);
      news.emit(undefined);
    }
    return answer;
  };

  const events = jsonApi();
  events.get(EVENTS, (c) => {
    const orderId = c.req.query('order_id');
    if (!orderId) return json({ error: 'Ask with ?order_id=…' }, 400);
    return eventStream(c, (send) => {
      let last = '';
      const tell = async (): Promise<void> => {
        const asked = new URL(`${STATUS}?${new URLSearchParams({ order_id: orderId }).toString()}`, c.req.url);
        const answer = await outcome(new Request(asked));
        const text = await answer.text();
        if (answer.status !== 200 || text === last) return;
        last = text;
        send('outcome', JSON.parse(text));
      };
      void tell();
      return news.add((number) => {
        if (number === undefined || orders.ownerOf(number) === orderId) void tell();
      });
    });
  });

  return {
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      switch (pathname) {
        case TOKEN:
          return token(request);
        case PUSH:
          return push(request);
        case STATUS:
          return status(request);
        case EVENTS:
          return events.fetch(request);
        default:
          return pathname.startsWith(`${CALLBACKS_PATH}/`) && request.method === 'POST'
            ? callback(request)
            : ask(request);
      }
    },
    get settings() {
      return settings;
    },
    configure: (changes) => {
      Object.assign(settings, changes);
    },
    openOrders: (amounts) => {
      for (const [orderId, amount] of Object.entries(amounts)) orders.open(orderId, amount);
    },
    registerC2b: () => server().registerC2b(),
    expireTokens: () => {
      for (const one of issued) expired.add(one);
    },
    get record() {
      return recorder.record;
    },
    changes: recorder.changes,
    reset: () => {
      run?.stop();
      run = undefined;
      Object.assign(settings, initial);
      orders.clear();
      for (const set of [issued, expired, seen, pushed]) set.clear();
      recorder.clear();
    },
  };
}

/** The attempt that locks the order. */
function liveIn({ order, attempts }: OrderView): Attempt | undefined {
  return attempts.find(({ id }) => id === order?.liveAttempt);
}

function isPaid({ order }: OrderView): boolean {
  return order !== undefined && (order.paidAttempt !== null || order.paidReceipt !== null);
}

interface PushAnswer {
  readonly payment_id?: string;
  readonly order_id?: string;
  readonly order_meta_data?: { readonly order_id?: string };
}

/** The server's answer with the shop's own number of the order. */
function withOrderId(told: PushAnswer, orderId: string): PushAnswer {
  return {
    ...told,
    ...(told.order_id !== undefined && { order_id: orderId }),
    ...(told.order_meta_data && { order_meta_data: { ...told.order_meta_data, order_id: orderId } }),
  };
}

/** The same answer with another body. */
function rewritten({ status, headers }: Response, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
