/**
 * Scripted faults in front of the payments API, and in front of Daraja: a queue per endpoint, one fault consumed per request, then all is well again.
 * In a page `reset` is a rejected promise and `cut-short` a body that errors; a server's adapter breaks the connection to the same
 * effect (`ConnectionReset`).
 */
import { z } from 'zod/mini';
import type { SimulationClock } from './clock.js';
import { type Handler, json } from './http/handler.js';
import { Listeners } from './listeners.js';

/** The endpoints of the payments API that can misbehave. */
export type Endpoint = 'token' | 'push' | 'status';

/** Those of Daraja. */
export type DarajaEndpoint = 'oauth' | 'stk' | 'query';

/** Method and path of each endpoint. */
export type EndpointPaths<Name extends string> = Readonly<Record<Name, string>>;

export const PAYMENTS_ENDPOINTS: EndpointPaths<Endpoint> = {
  token: 'GET /payments/mpesa/token',
  push: 'POST /payments/mpesa/payment/push/request',
  status: 'GET /payments/mpesa/status',
};

export const DARAJA_ENDPOINTS: EndpointPaths<DarajaEndpoint> = {
  oauth: 'GET /daraja/oauth/v1/generate',
  stk: 'POST /daraja/mpesa/stkpush/v1/processrequest',
  query: 'POST /daraja/mpesa/stkpushquery/v1/query',
};

/**
 * What goes wrong, and whether the request has reached the backend (so that a prompt may be live) by then.
 *
 * | name | the page sees | reached |
 * |---|---|---|
 * | `ok` | nothing amiss | yes |
 * | `slow` | the answer after `ms` (3000) | yes, at the end |
 * | `reset` | the connection breaks | no |
 * | `reset-after` | the connection breaks | yes |
 * | `no-answer` | nothing, ever | unless `reached` is false |
 * | `cut-short` | a valid head, half of the body, then a broken connection | yes |
 * | `stalled` | a valid head, half of the body, then nothing | yes |
 * | `not-json-200` | 200 with an HTML page | unless `reached` is false |
 * | `html-404` | a plain HTML 404 | no |
 * | `server-500` | 500 with JSON, without `daraja_error` | only with `reached` |
 * | `bad-gateway-html` | 502 with HTML | only with `reached` |
 * | `redirect` | 302 to a page | no |
 * | `retry-after` | `status` (503) with `Retry-After: seconds` (5) | no |
 * | `expired` | 404 with `daraja_error` 404.001.03 | no |
 * | `token-missing` | 400 `Access token not provided` | no |
 * | `daraja-500` | 500 with `daraja_error` 500.001.1001 | no |
 * | `refused-code` | 200 with `ResponseCode` "1" | no |
 * | `missing-ids` | the success body without `payment_id` and `CheckoutRequestID` | yes |
 * | `echo-token` | the success body with the access token in several fields | yes |
 * | `echo-token-error` | 400 with a `daraja_error` that quotes the access token | no |
 * | `not-a-token` | 200 with JSON that is no token | no |
 * | `expires-soon` | the stored form, with 5 s of life left | yes |
 */
export const FAULT_NAMES = [
  'ok',
  'slow',
  'reset',
  'reset-after',
  'no-answer',
  'cut-short',
  'stalled',
  'not-json-200',
  'html-404',
  'server-500',
  'bad-gateway-html',
  'redirect',
  'retry-after',
  'expired',
  'token-missing',
  'daraja-500',
  'refused-code',
  'missing-ids',
  'echo-token',
  'echo-token-error',
  'not-a-token',
  'expires-soon',
] as const;
type FaultName = (typeof FAULT_NAMES)[number];

/** A fault by name, or with its particulars. */
export type Fault =
  | FaultName
  | {
      readonly fault: FaultName;
      /** For `slow`: milliseconds. */
      readonly ms?: number | undefined;
      /**
       * The backend has done its work: for `server-500` and `bad-gateway-html`, where it has not unless this says so, and for
       * `no-answer` and `not-json-200`, where it has.
       */
      readonly reached?: boolean | undefined;
      /** For `retry-after`. */
      readonly seconds?: number | undefined;
      /** For `retry-after`: 429 or 503. */
      readonly status?: 429 | 503 | undefined;
    };

/** Faults to come, first the next. */
export type FaultQueues<Name extends string = Endpoint> = Readonly<Partial<Record<Name, readonly Fault[] | undefined>>>;

const faultSchema = z.union([
  z.enum(FAULT_NAMES),
  z.strictObject({
    fault: z.enum(FAULT_NAMES),
    ms: z.optional(z.number().check(z.nonnegative())),
    reached: z.optional(z.boolean()),
    seconds: z.optional(z.int().check(z.nonnegative())),
    status: z.optional(z.literal([429, 503])),
  }),
]);

const queueSchema = z.optional(z.array(faultSchema));

/** Shape of the queues of the payments API on the wire. */
export const faultQueuesSchema = z.strictObject({ token: queueSchema, push: queueSchema, status: queueSchema });

/** Shape of Daraja's queues on the wire. */
export const darajaFaultQueuesSchema = z.strictObject({ oauth: queueSchema, stk: queueSchema, query: queueSchema });

/** The connection broke. A `TypeError`, as `fetch` rejects with; an adapter destroys the socket for it. */
class ConnectionReset extends TypeError {
  override readonly name = 'ConnectionReset';

  constructor() {
    super('The connection was reset');
  }
}

/** A request that came in, and the fault it met. */
export interface FaultRecord<Name extends string = Endpoint> {
  readonly at: number;
  readonly endpoint: Name;
  readonly fault: FaultName;
}

/** The faults to come, and every request seen, also those that no backend ever saw. */
export class FaultScript<Name extends string = Endpoint> {
  readonly #paths: EndpointPaths<Name>;
  readonly #queues = new Map<Name, Fault[]>();
  readonly #log: FaultRecord<Name>[] = [];
  /** Emits at every request. */
  readonly changes = new Listeners();

  constructor(paths: EndpointPaths<Name>) {
    this.#paths = paths;
  }

  /** Replaces the queues that are named; an empty one clears. */
  set(queues: FaultQueues<Name>): void {
    for (const endpoint of this.#endpoints) {
      const faults = queues[endpoint];
      if (faults) this.#queues.set(endpoint, [...faults]);
    }
  }

  /** Adds to the end of a queue. */
  add(endpoint: Name, ...faults: readonly Fault[]): void {
    this.#queues.set(endpoint, [...(this.#queues.get(endpoint) ?? []), ...faults]);
  }

  /** What is still to come. */
  get queues(): Readonly<Record<Name, readonly Fault[]>> {
    const queues = this.#endpoints.map((endpoint) => [endpoint, [...(this.#queues.get(endpoint) ?? [])]]);
    return Object.fromEntries(queues) as Record<Name, readonly Fault[]>;
  }

  /** Every request to an endpoint that can misbehave, oldest first. */
  get log(): readonly FaultRecord<Name>[] {
    return [...this.#log];
  }

  /** The endpoint that a request is for, if it can misbehave. */
  endpointOf({ method, url }: Request): Name | undefined {
    const asked = `${method} ${new URL(url).pathname}`;
    return this.#endpoints.find((endpoint) => this.#paths[endpoint] === asked);
  }

  /** Takes the next fault of an endpoint. */
  take(endpoint: Name, at: number): Exclude<Fault, string> {
    const next = this.#queues.get(endpoint)?.shift() ?? 'ok';
    const fault = typeof next === 'string' ? { fault: next } : next;
    this.#log.push({ at, endpoint, fault: fault.fault });
    this.changes.emit();
    return fault;
  }

  reset(): void {
    this.#queues.clear();
    this.#log.length = 0;
  }

  get #endpoints(): Name[] {
    return Object.keys(this.#paths) as Name[];
  }
}

const DEFAULT_SLOW_MS = 3_000;
const DEFAULT_RETRY_AFTER_S = 5;
const EXPIRES_SOON_S = 5;

/** Puts the script's faults in front of a handler. */
export function withFaults<Name extends string>(
  handler: Handler,
  script: FaultScript<Name>,
  clock: SimulationClock,
): Handler {
  return async (request) => {
    const endpoint = script.endpointOf(request);
    if (!endpoint) return handler(request);
    return misbehave(script.take(endpoint, clock.now()), request, handler, clock);
  };
}

async function misbehave(
  fault: Exclude<Fault, string>,
  request: Request,
  handler: Handler,
  clock: SimulationClock,
): Promise<Response> {
  switch (fault.fault) {
    case 'ok':
      return handler(request);
    case 'slow':
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, fault.ms ?? DEFAULT_SLOW_MS);
      });
      return handler(request);
    case 'reset':
      throw new ConnectionReset();
    case 'reset-after':
      await handler(request);
      throw new ConnectionReset();
    case 'no-answer':
      if (fault.reached ?? true) await handler(request);
      return new Promise<Response>(() => undefined);
    case 'cut-short':
      return halfOf(await handler(request), (controller) => {
        controller.error(new ConnectionReset());
      });
    case 'stalled':
      return halfOf(await handler(request), () => new Promise(() => undefined));
    case 'not-json-200':
      if (fault.reached ?? true) await handler(request);
      return html('<!doctype html><title>Welcome</title><p>Sign in to use this network.</p>', 200);
    case 'html-404':
      return html('<!doctype html><title>404 Not Found</title><h1>Not Found</h1>', 404);
    case 'server-500':
      if (fault.reached) await handler(request);
      return json({ error: 'Internal Server Error' }, 500);
    case 'bad-gateway-html':
      if (fault.reached) await handler(request);
      return html('<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>', 502);
    case 'redirect':
      return new Response(null, { status: 302, headers: { location: '/signed-out' } });
    case 'retry-after':
      return json({ error: 'Try again later' }, fault.status ?? 503, {
        'retry-after': String(fault.seconds ?? DEFAULT_RETRY_AFTER_S),
      });
    case 'expired':
      return darajaError(request, 404, '404.001.03', 'Invalid Access Token');
    case 'token-missing':
      return json({ error: 'Access token not provided' }, 400);
    case 'daraja-500':
      return darajaError(
        request,
        500,
        '500.001.1001',
        'Unable to lock subscriber, a transaction is already in process for the current subscriber',
      );
    case 'refused-code': {
      const order = await orderOf(request);
      const id = `ws_CO_REFUSED_${clock.now()}`;
      return json({
        payment_id: id,
        user_id: 'Nlqzi4hObdfLW8Tsaokng6fRtzb2',
        order_id: order.order_id,
        phone_no: order.user_phone_number,
        daraja_response: { CheckoutRequestID: id, MerchantRequestID: '11209-2482748-1', ResponseCode: '1' },
        amount: Number(order.amount),
      });
    }
    case 'missing-ids':
      return rewrite(await handler(request), ({ payment_id: _, CheckoutRequestID: __, ...rest }) => {
        const { daraja_response: response } = rest;
        if (typeof response !== 'object') return rest;
        const { CheckoutRequestID: ___, ...others } = response as Record<string, unknown>;
        return { ...rest, daraja_response: others };
      });
    case 'echo-token': {
      const token = request.headers.get('authorization') ?? '';
      return rewrite(await handler(request), (body) => ({
        ...body,
        access_token: token,
        request: { headers: { Authorization: token } },
        debug: [`pushed with ${token}`],
      }));
    }
    case 'echo-token-error': {
      const token = request.headers.get('authorization') ?? '';
      return darajaError(request, 400, '400.002.02', `Bad Request - Invalid Remarks (token ${token})`);
    }
    case 'not-a-token':
      return json({ message: 'Welcome to the payments API' });
    case 'expires-soon':
      return rewrite(await handler(request), (body) => {
        const lifeSeconds = Number(body['expires_in']);
        const expiring = Math.floor(clock.now() / 1000) + EXPIRES_SOON_S;
        return {
          access_token: body['access_token'],
          expiring_time: expiring,
          expires_in: lifeSeconds,
          updated_at: new Date((expiring - lifeSeconds) * 1000).toISOString().replace('Z', '000Z'),
        };
      });
  }
}

function html(page: string, status: number): Response {
  return new Response(page, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

interface Order {
  readonly order_id: string;
  readonly user_phone_number: string;
  readonly amount: string;
}

/** The order as the page sent it; an empty one where it sent none. */
async function orderOf(request: Request): Promise<Order> {
  const empty: Order = { order_id: '', user_phone_number: '', amount: '' };
  try {
    const { order } = (await request.json()) as { order?: Partial<Order> };
    return { ...empty, ...order };
  } catch {
    return empty;
  }
}

/** The documented body of a refusal by Daraja. */
async function darajaError(request: Request, status: number, errorCode: string, message: string): Promise<Response> {
  const daraja_error = { errorCode, errorMessage: message, requestId: '11209-2554107-1' };
  if (request.method !== 'POST') return json({ status_code: status, daraja_error }, status);
  return json({ order_meta_data: await orderOf(request), status_code: status, daraja_error }, status);
}

/** Changes the JSON of a success; anything else passes as it is. */
async function rewrite(
  response: Response,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Promise<Response> {
  if (!response.ok) return response;
  const body = change((await response.json()) as Record<string, unknown>);
  return json(body, response.status);
}

/** The response with half of its body, after which `then` decides. The head still promises all of it. */
async function halfOf(
  response: Response,
  then: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>,
): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  let sent = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent) return then(controller);
        sent = true;
        controller.enqueue(bytes.slice(0, Math.ceil(bytes.length / 2)));
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
  const headers = new Headers(response.headers);
  headers.set('content-length', String(bytes.length));
  return new Response(body, { status: response.status, headers });
}
