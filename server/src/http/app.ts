import { Hono, type Context as HonoContext } from 'hono';
import { cors } from 'hono/cors';
import { parsePhone } from '../../../src/model/phone.js';
import { TOKEN_EXPIRED } from '../daraja/client.js';
import { handleC2b } from '../payments/c2b.js';
import { ACCEPTED, handleCallback, parseJson } from '../payments/callback.js';
import { DEFAULTS, type Metrics, type PaymentsOptions } from '../options.js';
import type { Context } from '../payments/context.js';
import { limitOn } from '../payments/limits.js';
import type { Limit } from '../payments/limits.js';
import { TOKEN_LIFE_S, readPageToken, signPageToken } from '../payments/page-token.js';
import { nameOf, notSent, refusal, type Pushes } from '../payments/push.js';
import { handleStatus } from '../payments/status.js';
import type { Waiters } from '../payments/waiters.js';
import { clientAddress } from './address.js';
import { fail, json } from './answers.js';

const MAX_BODY_BYTES = 16 * 1024;
const MAX_URL_LENGTH = 4096;
/** How long a browser may remember that it may ask, in seconds. */
const PREFLIGHT_S = 7200;

const TOKEN = '/payments/mpesa/token';
const PUSH = '/payments/mpesa/payment/push/request';
const STATUS = '/payments/mpesa/status';

/** What a request brings beside itself. */
export interface RequestInfo {
  /** The address of whoever holds the other end of the connection. */
  readonly address?: string | undefined;
}

interface Env {
  Bindings: RequestInfo;
}

export interface AppParts {
  readonly pushes: Pushes;
  readonly waiters: Waiters;
  /** The server has been told to stop. */
  readonly isStopping: () => boolean;
}

/** All that is answered before an endpoint is reached: pages have to be able to read what a server without them says. */
function shell(options: PaymentsOptions, metrics: Metrics): Hono<Env> {
  const publicOrigin = new URL(options.publicUrl).origin;
  // A server below a path is called with it, or without where a proxy or Express takes it off.
  const below = new URL(options.publicUrl).pathname.replace(/\/+$/, '');
  const app = new Hono<Env>({
    getPath: ({ url }) => {
      const { pathname } = new URL(url);
      return below && pathname.startsWith(`${below}/`) ? pathname.slice(below.length) : pathname;
    },
  });

  const mayCall = (url: string, origin: string): boolean =>
    options.origins.includes(origin) || origin === publicOrigin || origin === new URL(url).origin;

  app.use('/payments/*', async (c, next) => {
    metrics.count('requests', c.req.method);
    const origin = c.req.header('origin');
    if (origin !== undefined && !mayCall(c.req.url, origin)) {
      const refused = fail(403, 'Pages of this origin may not call: the shop has to name it in its list of origins');
      refused.headers.set('vary', 'Origin');
      return refused;
    }
    await next();
    // The permission itself is kept for as long as it says.
    c.header('cache-control', 'no-store');
    return undefined;
  });
  app.use(
    '/payments/*',
    cors({
      origin: (origin, c) => (origin && mayCall(c.req.url, origin) ? origin : null),
      allowMethods: ['GET', 'HEAD', 'POST'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['Retry-After'],
      credentials: true,
      maxAge: PREFLIGHT_S,
    }),
  );
  app.use('*', async (c, next) => {
    if (c.req.url.length > MAX_URL_LENGTH) return fail(414, 'The address is too long');
    await next();
    return undefined;
  });
  return app;
}

function isAsking({ raw, path }: { readonly raw: Request; readonly path: string }): boolean {
  return raw.method === 'HEAD' && [TOKEN, PUSH, STATUS].includes(path);
}

function permitted(): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
}

/** While there is no database. */
export function createClosedApp(options: PaymentsOptions, metrics: Metrics): Hono<Env> {
  const app = shell(options, metrics);
  app.all('*', (c) =>
    isAsking(c.req) ? permitted() : notSent('The shop’s server could not open its database. Try again in a moment.', 5),
  );
  return app;
}

/** The endpoints, and what all of them have in common: origins, sizes, limits. */
export function createApp(context: Context, { pushes, waiters, isStopping }: AppParts): Hono<Env> {
  const { options, store, clock, keys, limits, log, metrics } = context;
  const app = shell(options, metrics);

  const addressOf = (c: HonoContext<Env>): string | undefined =>
    clientAddress(
      c.req.raw,
      (c.env as RequestInfo | undefined)?.address,
      options.trustedProxies ?? DEFAULTS.trustedProxies,
    );

  const limited = async (wanted: readonly Limit[]): Promise<Response | undefined> => {
    let wait: number | undefined;
    try {
      wait = await store.count(wanted, clock.now());
    } catch (error) {
      log.error({ error: nameOf(error) }, 'a request could not be counted');
      return fail(503, 'The database is out of reach; ask again', {}, 2);
    }
    return wait === undefined ? undefined : fail(429, 'Too many requests', {}, Math.max(1, Math.ceil(wait / 1000)));
  };

  app.notFound(() => fail(404, 'There is nothing at this address'));
  app.onError((error) => {
    log.error({ error: nameOf(error) }, 'a request failed');
    return fail(500, 'The server failed; ask again');
  });

  app.use('*', async (c, next) => {
    if (isStopping()) {
      // A page that is told no more than 503 takes its push for one that may have been sent.
      const isPush = c.req.method === 'POST' && c.req.path === PUSH;
      return isPush
        ? notSent('The server is being stopped. Try again in a moment.', 1)
        : fail(503, 'The server is being stopped; ask again', {}, 1);
    }
    // Pages ask for permission ahead with HEAD: nothing is counted, made or sent.
    if (isAsking(c.req)) return permitted();
    await next();
    return undefined;
  });

  app.get(TOKEN, async (c) => {
    const over = await limited(limitOn(limits, 'tokenByAddress', addressOf(c)));
    if (over) return over;
    const subject = await options.authorize(c.req.raw);
    if (!subject)
      return fail(401, 'Sign in to the shop first: it gives a token only to those who have something to pay');
    return json(200, {
      access_token: await signPageToken(keys, clock, subject),
      expires_in: String(TOKEN_LIFE_S),
    });
  });

  app.post(PUSH, async (c) => {
    const text = await readBody(c.req.raw);
    if (text === undefined) return fail(413, `The body is larger than ${MAX_BODY_BYTES / 1024} kB`);
    const body = parseJson(text);
    const token = c.req.header('authorization')?.trim();
    if (!token) return fail(400, 'Access token not provided');
    const subject = await readPageToken(keys, clock, token);
    if (subject === undefined) return json(404, invalidToken(body));
    return pushes.handle({ body, request: c.req.raw, subject, address: addressOf(c) });
  });

  app.get(STATUS, async (c) => {
    const subject = await readPageToken(keys, clock, c.req.header('authorization')?.trim() ?? '');
    if (subject === undefined) return fail(401, 'Authorization has to be a token from the token endpoint, bare');
    const orderId = c.req.query('order_id');
    // No database takes a NUL, and no order has one.
    if (!orderId || orderId.length > 255 || /\p{Cc}/u.test(orderId)) {
      return fail(400, 'order_id has to be the number of an order');
    }
    const over = await limited([
      ...limitOn(limits, 'statusBySubject', subject),
      ...limitOn(limits, 'statusByAddress', addressOf(c)),
    ]);
    if (over) return over;
    return handleStatus(context, waiters, {
      request: c.req.raw,
      subject,
      orderId,
      paymentId: c.req.query('payment_id'),
      wait: c.req.query('wait'),
    });
  });

  // Whoever guesses learns nothing from the answer: it is that of any unknown path.
  app.post('/c/:what/:mac', async (c) => {
    const { what, mac } = c.req.param();
    const { shortcode } = options.daraja;
    const secret = what === 'confirmation' || what === 'validation' ? `${what} ${shortcode}` : `callback ${what}`;
    if (!(await keys.isAddressMac(secret, mac))) return c.notFound();
    const text = await readBody(c.req.raw);
    if (text === undefined) return fail(413, `The body is larger than ${MAX_BODY_BYTES / 1024} kB`);
    if (what === 'validation') return json(200, ACCEPTED);
    return what === 'confirmation' ? handleC2b(context, text, c.req.raw) : handleCallback(context, what, text);
  });

  for (const [path, method] of [
    [TOKEN, 'GET'],
    [PUSH, 'POST'],
    [STATUS, 'GET'],
  ] as const) {
    app.all(path, () => json(405, { error: `This address takes ${method}` }, { allow: `${method}, HEAD, OPTIONS` }));
  }
  return app;
}

/** The API document's answer to a token that is not taken (any more): the page asks for another and pushes once more. */
function invalidToken(body: unknown): object {
  const order = (body as { order?: Record<string, unknown> } | null | undefined)?.order ?? {};
  const text = (name: string): string => {
    const value = order[name];
    return typeof value === 'string' ? value.slice(0, 255) : '';
  };
  const phone = parsePhone(text('user_phone_number').slice(0, 64));
  return refusal(text('order_id'), 'msisdn' in phone ? phone.msisdn : '', text('amount'), 404, {
    errorCode: TOKEN_EXPIRED,
    errorMessage: 'Invalid Access Token',
    requestId: crypto.randomUUID(),
  });
}

/** `undefined`: too large. Reads no more than it has to, to find that out. */
async function readBody(request: Request): Promise<string | undefined> {
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > MAX_BODY_BYTES) return undefined;
  // No more comes than was said. Firefox, in a page or a service worker, has bodies that can be read but not streamed.
  if (Number(length) > 0 || !request.body) {
    const text = await request.text();
    return new TextEncoder().encode(text).byteLength > MAX_BODY_BYTES ? undefined : text;
  }
  const decoder = new TextDecoder();
  const reader = request.body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as ReadableStreamReadResult<Uint8Array>;
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
