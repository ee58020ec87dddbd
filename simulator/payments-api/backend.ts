/**
 * The payments API that the widget speaks to, with Daraja behind it:
 *
 *     GET  /payments/mpesa/token                        an access token, fresh or stored
 *     POST /payments/mpesa/payment/push/request         the STK push
 *     HEAD /payments/mpesa/payment/push/request         204: pages ask for CORS permission ahead with it
 *     GET  /payments/mpesa/status?payment_id=&order_id=&wait=   the outcome, held back for up to `wait` seconds, or 202
 *     GET  /payments/mpesa/events?order_id=             server-sent events "outcome"
 *     POST /mpesa                                       Daraja's callback
 *
 * The first two are faithful to the API's document; the rest is what a merchant adds. A request never crashes it: what it cannot
 * use it refuses with `{"error": "…"}`.
 */
import type { Context } from 'hono';
import { z } from 'zod/mini';
import { maskCallback, maskNumber, parseCallback } from './callback.js';
import { realClock, type SimulationClock } from '../clock.js';
import { EXPIRED_CODES } from '../daraja/scripts.js';
import { DarajaClient, type DarajaConfig, type DarajaError, type DarajaPushAnswer } from './daraja-client.js';
import { eventStream } from '../http/event-stream.js';
import { type FetchLike, type Handler, json, realFetch } from '../http/handler.js';
import { jsonApi, readJson, readShape } from '../http/json-api.js';
import { Listeners } from '../listeners.js';
import { type Checkout, PaymentStore } from './payment-store.js';
import { inShape, resultOfQuery, STATUS_SHAPES, type StatusShape } from './status-shapes.js';
import { TokenStore } from './token-store.js';

export interface BackendSettings {
  /** Refuse a second push for an order while a prompt may be live, or once it is paid. Off, every push is passed on. */
  guard: boolean;
  /** How long a prompt may be live, in milliseconds from Daraja's answer to the push. */
  prompt_window_ms: number;
  /** How the status endpoint tells an outcome; a `shape` in its query overrides it. */
  status_shape: StatusShape;
  /** Ask Daraja's STK query once no callback has come for this many milliseconds; null: never. */
  query_after_ms: number | null;
}

const DEFAULT_BACKEND_SETTINGS: BackendSettings = {
  guard: true,
  prompt_window_ms: 120_000,
  status_shape: 'callback',
  query_after_ms: 20_000,
};

/** Shape of a change of settings on the wire. */
export const backendSettingsSchema = z.partial(
  z.strictObject({
    guard: z.boolean(),
    prompt_window_ms: z.number().check(z.nonnegative()),
    status_shape: z.enum(STATUS_SHAPES),
    query_after_ms: z.nullable(z.number().check(z.nonnegative())),
  }),
);

export interface BackendOptions {
  /** Where Daraja is; a function where that is known only later. */
  readonly daraja: DarajaConfig | (() => DarajaConfig);
  /** Reaches Daraja. */
  readonly fetch?: FetchLike;
  readonly clock?: SimulationClock;
  readonly settings?: Partial<BackendSettings>;
}

/** A push that reached the backend, whatever became of it. */
interface PushRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly order_id: string;
  /** Masked. */
  readonly phone: string;
  readonly amount: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Null where no prompt was sent. */
  readonly checkout_request_id: string | null;
}

/** A callback that Daraja posted. */
interface CallbackRecord {
  readonly at: number;
  /** As posted, but for the payer's number, which is masked. */
  readonly body: unknown;
  /** Whether it told anything new. */
  readonly news: boolean;
}

/** A status request. */
interface PollRecord {
  readonly at: number;
  readonly order_id: string | null;
  readonly payment_id: string | null;
  readonly status: number;
}

/** What the backend was asked and told, oldest first. No token, no whole phone number. */
export interface BackendRecord {
  readonly token_requests: number;
  readonly pushes: readonly PushRecord[];
  readonly callbacks: readonly CallbackRecord[];
  readonly polls: readonly PollRecord[];
}

export interface Backend {
  readonly fetch: Handler;
  readonly settings: Readonly<BackendSettings>;
  configure(settings: Partial<BackendSettings>): void;
  readonly record: BackendRecord;
  /** Emits at every change of the record. */
  readonly changes: Pick<Listeners, 'add' | 'size'>;
  /** Back to the start: settings, orders, token, record. */
  reset(): void;
}

/** Stands for the customer's account in the shop. */
const USER_ID = 'Nlqzi4hObdfLW8Tsaokng6fRtzb2';

const MAX_WAIT_S = 25;

const orderSchema = z.object({
  order: z.object({
    order_id: z.string().check(z.minLength(1), z.maxLength(64)),
    user_phone_number: z.string().check(z.regex(/^\d{1,15}$/)),
    amount: z.string().check(z.regex(/^[1-9]\d{0,9}(?:\.\d{1,2})?$/)),
  }),
});

const ORDER_HINTS: Readonly<Record<string, string>> = {
  order_id: 'a string of 1 to 64 characters',
  user_phone_number: 'a string of digits such as "254723123123"',
  amount: 'a string such as "12341" or "48744.15"',
};

/** Builds the payments API. */
export function createBackend(options: BackendOptions): Backend {
  const { clock = realClock, fetch = realFetch, daraja: config } = options;
  const initial: BackendSettings = { ...DEFAULT_BACKEND_SETTINGS, ...options.settings };
  const settings: BackendSettings = { ...initial };
  const daraja = new DarajaClient(typeof config === 'function' ? config : () => config, fetch, clock);
  const tokens = new TokenStore(daraja, clock);
  const store = new PaymentStore();
  const changes = new Listeners();
  const pushes: PushRecord[] = [];
  const callbacks: CallbackRecord[] = [];
  const polls: PollRecord[] = [];
  let tokenRequests = 0;

  const changed = (): void => {
    changes.emit();
  };

  const token = async (): Promise<Response> => {
    tokenRequests += 1;
    changed();
    const answer = await tokens.get();
    if (answer.ok) return json(answer.body);
    return json({ error: 'Daraja gave no access token', ...(answer.error && { daraja_error: answer.error }) }, 502);
  };

  const push = async (c: Context): Promise<Response> => {
    const accessToken = c.req.header('authorization');
    if (!accessToken) return json({ error: 'Access token not provided' }, 400);
    const { order } = await readShape(c, orderSchema, orderProblem);

    const record = (response: Response, checkoutRequestId: string | null): Response => {
      pushes.push({
        at: clock.now(),
        order_id: order.order_id,
        phone: maskNumber(order.user_phone_number),
        amount: order.amount,
        status: response.status,
        checkout_request_id: checkoutRequestId,
      });
      changed();
      return response;
    };

    // From here to `begin` nothing is awaited: two pushes in one moment cannot both pass.
    const refusal = settings.guard ? refuseSecondPush(order.order_id) : undefined;
    if (refusal) return record(refusal, null);
    const checkout = store.begin({
      orderId: order.order_id,
      phone: order.user_phone_number,
      amount: order.amount,
      since: clock.now(),
    });
    const answer = await daraja.push(accessToken, {
      orderId: order.order_id,
      phone: order.user_phone_number,
      amount: wholeShillings(order.amount),
    });
    switch (answer.kind) {
      case 'refused': {
        checkout.phase = 'refused';
        // The next token request must renew: the stored token is no longer worth anything.
        if (isExpired(answer.error)) tokens.forget(accessToken);
        const status = answer.status >= 400 ? answer.status : 502;
        return record(json({ order_meta_data: order, status_code: status, daraja_error: answer.error }, status), null);
      }
      case 'unclear':
        checkout.phase = 'unclear';
        checkout.since = clock.now();
        return record(json({ error: 'Daraja gave no clear answer; a prompt may be on the phone' }, 502), null);
      case 'accepted':
        return record(accepted(checkout, answer.body), answer.body.CheckoutRequestID);
    }
  };

  /** 409 where a prompt for this order may be live, or the order is paid. */
  const refuseSecondPush = (orderId: string): Response | undefined => {
    const paid = store.paid(orderId);
    if (paid) {
      const receipt = store.resultOf(paid)?.receipt ?? null;
      return json(
        { error: 'This order is already paid', paid: { payment_id: paid.id, order_id: orderId, receipt } },
        409,
      );
    }
    const now = clock.now();
    const live = store.live(orderId, now, settings.prompt_window_ms);
    if (!live) return undefined;
    const seconds = Math.max(1, Math.ceil((live.since + settings.prompt_window_ms - now) / 1000));
    return json(
      {
        error: 'A prompt for this order may still be live on a phone',
        live: {
          payment_id: live.id ?? null,
          order_id: orderId,
          phone_no: maskNumber(live.phone),
          expires_in: seconds,
        },
      },
      409,
      { 'retry-after': seconds.toString() },
    );
  };

  const accepted = (checkout: Checkout, body: DarajaPushAnswer): Response => {
    const { CheckoutRequestID, MerchantRequestID, ResponseCode } = body;
    if (ResponseCode === '0')
      store.accept(checkout, { id: CheckoutRequestID, merchantRequestId: MerchantRequestID }, clock.now());
    else checkout.phase = 'refused';
    return json({
      payment_id: CheckoutRequestID,
      user_id: USER_ID,
      order_id: checkout.orderId,
      phone_no: checkout.phone,
      daraja_response: { CheckoutRequestID, MerchantRequestID, ResponseCode },
      amount: Number(checkout.amount),
    });
  };

  const callback = async (c: Context): Promise<Response> => {
    const body = await readJson(c);
    const result = parseCallback(body);
    if (!result) return json({ error: 'Not a callback of an STK push: expected Body.stkCallback' }, 400);
    // Daraja's callback is not signed. A deployed backend keeps its URL secret and confirms a success by the STK query.
    const news = store.store(result);
    callbacks.push({ at: clock.now(), body: maskCallback(body), news });
    changed();
    return json({ ResultCode: 0, ResultDesc: 'Accepted' });
  };

  const status = async (request: Request): Promise<Response> => {
    const { searchParams } = new URL(request.url);
    const paymentId = searchParams.get('payment_id');
    const orderId = searchParams.get('order_id');
    const ask = () => statusOf(paymentId, orderId, shapeOf(searchParams.get('shape')));
    const now = await ask();
    const waitMs = waitSeconds(searchParams.get('wait')) * 1000;
    const response = now.status === 202 && waitMs > 0 ? await held(waitMs, ask) : now;
    polls.push({ at: clock.now(), order_id: orderId, payment_id: paymentId, status: response.status });
    changed();
    return response;
  };

  /** The answer once it is no longer "pending", at the latest after `waitMs`. */
  const held = async (waitMs: number, ask: () => Promise<Response>): Promise<Response> => {
    const end = clock.now() + waitMs;
    for (;;) {
      await changeUntil(end);
      const response = await ask();
      if (response.status !== 202 || clock.now() >= end) return response;
    }
  };

  /** Resolves at the next news of any order, or at this time. */
  const changeUntil = (end: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        forget();
        clock.clearTimeout(timer);
        resolve();
      };
      const forget = store.changes.add(wake);
      const timer = clock.setTimeout(wake, end - clock.now());
    });

  const shapeOf = (asked: string | null): StatusShape =>
    STATUS_SHAPES.find((shape) => shape === asked) ?? settings.status_shape;

  const statusOf = async (paymentId: string | null, orderId: string | null, shape: StatusShape): Promise<Response> => {
    if (!paymentId && !orderId) return json({ error: 'Ask with ?payment_id=…, ?order_id=… or both' }, 400);
    const named = paymentId ? store.byPaymentId(paymentId) : undefined;
    const order = orderId ?? named?.orderId;
    const checkout = order && (store.paid(order) ?? named ?? store.ofOrder(order).at(-1));
    if (!checkout || checkout.orderId !== order) return json({ error: 'No such payment' }, 404);

    const result = store.resultOf(checkout);
    const silentForMs = clock.now() - checkout.since;
    const ask =
      shape === 'query'
        ? !result?.paid
        : !result && settings.query_after_ms !== null && silentForMs >= settings.query_after_ms;
    if (ask && checkout.id !== undefined) {
      const answer = await askDaraja(checkout.id);
      // A success that is stored, or was while Daraja was asked, is final: no query contradicts it.
      const paid = store.paid(order);
      const paidResult = paid && store.resultOf(paid);
      if (paidResult) return json(inShape(paidResult, shape));
      if (shape === 'query') return answer;
    }
    const known = store.resultOf(checkout);
    return known ? json(inShape(known, shape)) : json({ status: 'pending' }, 202);
  };

  /** Asks Daraja's STK query, stores what it tells, and answers as Daraja did. */
  const askDaraja = async (checkoutRequestId: string): Promise<Response> => {
    const own = await tokens.get();
    if (!own.ok) return json({ status: 'pending' }, 202);
    const answer = await daraja.query(own.body.access_token, checkoutRequestId);
    switch (answer.kind) {
      case 'accepted': {
        const result = resultOfQuery(answer.body);
        if (result) store.store(result);
        return json(answer.body);
      }
      case 'refused':
        if (!isExpired(answer.error)) return json(answer.error, answer.status);
        tokens.forget(own.body.access_token);
        return json({ status: 'pending' }, 202);
      case 'unclear':
        return json({ status: 'pending' }, 202);
    }
  };

  const events = (c: Context): Response => {
    const orderId = c.req.query('order_id');
    if (!orderId) return json({ error: 'Ask with ?order_id=…' }, 400);
    return eventStream(c, (send) => {
      const tell = (): void => {
        const checkout = store.paid(orderId) ?? store.ofOrder(orderId).at(-1);
        const result = checkout && store.resultOf(checkout);
        if (result) send('outcome', inShape(result, settings.status_shape));
      };
      tell();
      return store.changes.add((order) => {
        if (order === orderId) tell();
      });
    });
  };

  const app = jsonApi();
  app.use('/payments/*', async (c, next) => {
    await next();
    // Tokens and outcomes are nobody's cache's business.
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.get('/payments/mpesa/token', token);
  app.use('/payments/mpesa/payment/push/request', async (c, next) => {
    if (c.req.method === 'HEAD') return c.body(null, 204);
    await next();
    return undefined;
  });
  app.post('/payments/mpesa/payment/push/request', push);
  app.get('/payments/mpesa/status', (c) => status(c.req.raw));
  app.get('/payments/mpesa/events', events);
  app.post('/mpesa', callback);

  return {
    fetch: async (request) => app.fetch(request),
    get settings() {
      return settings;
    },
    configure: (changes_) => {
      Object.assign(settings, changes_);
    },
    get record() {
      return {
        token_requests: tokenRequests,
        pushes: [...pushes],
        callbacks: [...callbacks],
        polls: [...polls],
      };
    },
    changes,
    reset: () => {
      Object.assign(settings, initial);
      tokenRequests = 0;
      pushes.length = 0;
      callbacks.length = 0;
      polls.length = 0;
      tokens.reset();
      store.reset();
      changed();
    },
  };
}

function isExpired({ errorCode }: DarajaError): boolean {
  return EXPIRED_CODES.some((code) => code === errorCode);
}

/** For how long an answer may be held: whole seconds from 0 to 25. What is not a number counts as 0. */
function waitSeconds(asked: string | null): number {
  return asked !== null && /^\d+$/.test(asked) ? Math.min(Number(asked), MAX_WAIT_S) : 0;
}

/** Cents are rounded up: M-Pesa moves whole shillings, and an order that is a few cents short would stay unpaid. */
function wholeShillings(amount: string): number {
  return Math.ceil(Number(amount));
}

function orderProblem(path: readonly PropertyKey[]): string {
  const field = String(path[1]);
  const hint = ORDER_HINTS[field];
  return hint ? `order.${field} must be ${hint}` : 'Expected {"order": {"order_id", "user_phone_number", "amount"}}';
}
