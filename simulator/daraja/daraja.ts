/**
 * A simulated Daraja (Safaricom's M-Pesa API) behind the real one's paths:
 *
 *     GET  /oauth/v1/generate?grant_type=client_credentials
 *     POST /mpesa/stkpush/v1/processrequest
 *     POST /mpesa/stkpushquery/v1/query
 *
 * and the phones of its customers under `/handset` (handset-api.ts). Like the real one it deduplicates nothing.
 */
import { Hono } from 'hono';
import { z } from 'zod/mini';
import { realClock, type SimulationClock } from '../clock.js';
import { type FetchLike, type Handler, json, realFetch } from '../http/handler.js';
import { maskPhone } from '../phone-mask.js';
import { readJson } from '../http/read-json.js';
import { AccessTokens } from './access-tokens.js';
import { handsetApi, handsetView, type HandsetView, msisdn } from './handset-api.js';
import { type Handset, type HandsetAction, type Prompt, PromptDesk } from './prompt-desk.js';
import { type ResultCode, resultDesc } from './result-codes.js';
import {
  completeScript,
  type DarajaSettings,
  DEFAULT_DARAJA_SETTINGS,
  type PushScript,
  type PushScriptInput,
  REFUSALS,
} from './scripts.js';
import { pushRequestSchema, queryRequestSchema } from './stk-requests.js';

/** The merchant's account at Daraja. */
export interface DarajaAccount {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
}

/** The account that the simulator knows unless told of another; 174379 is the sandbox's shortcode. */
export const SIMULATED_ACCOUNT: DarajaAccount = {
  consumerKey: 'simulated-consumer-key',
  consumerSecret: 'simulated-consumer-secret',
  shortcode: '174379',
  passkey: 'simulated-passkey',
};

export interface DarajaOptions {
  /** Prefix of every path, such as `/daraja`; none by default. */
  readonly basePath?: string;
  readonly account?: DarajaAccount;
  /** The name that customers read in the prompt. */
  readonly business?: string;
  readonly settings?: Partial<DarajaSettings>;
  readonly clock?: SimulationClock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Posts the callbacks. */
  readonly fetch?: FetchLike;
}

/** One phone, in a test's or a page's hands. */
interface HandsetControl {
  /** What the phone shows. */
  view(): HandsetView;
  change(changes: Partial<Omit<Handset, 'phone'>>): void;
  /** Each acts on the newest open prompt and throws where there is none. */
  approve(pin?: string): void;
  cancel(): void;
  ignore(afterMs?: number): void;
  answer(resultCode: ResultCode): void;
}

/** A push that reached Daraja, accepted or not. Phones are masked. */
interface DarajaPushRecord {
  readonly at: number;
  readonly phone: string;
  readonly amount: number;
  readonly reference: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Null where it was refused. */
  readonly checkout_request_id: string | null;
}

/** What Daraja was asked. */
export interface DarajaRecord {
  readonly tokens: number;
  readonly pushes: readonly DarajaPushRecord[];
  readonly queries: number;
}

export interface Daraja {
  readonly fetch: Handler;
  /** A phone, by any way of writing its number. */
  handset(phone: string): HandsetControl;
  /** All accepted pushes, oldest first. */
  readonly prompts: readonly Prompt[];
  readonly settings: Readonly<DarajaSettings>;
  configure(settings: Partial<DarajaSettings>): void;
  /** Queues scripts, one per push to come; after them the settings' script holds. */
  script(...scripts: readonly PushScriptInput[]): void;
  /** Makes every access token given out so far invalid. */
  expireTokens(): void;
  readonly record: DarajaRecord;
  /** Back to the start: settings, phones, prompts, tokens, record. No timer is left. */
  reset(): void;
}

/** Builds a simulated Daraja. */
export function createDaraja(options: DarajaOptions = {}): Daraja {
  const {
    basePath = '',
    account = SIMULATED_ACCOUNT,
    business = 'Vitumob',
    clock = realClock,
    random = Math.random,
    fetch = realFetch,
  } = options;
  const initial: DarajaSettings = { ...DEFAULT_DARAJA_SETTINGS, ...options.settings };
  const settings: DarajaSettings = { ...initial };
  const tokens = new AccessTokens(clock, random);
  const desk = new PromptDesk(clock, random, fetch, settings);
  const queue: PushScript[] = [];
  const pushes: DarajaPushRecord[] = [];
  let queries = 0;
  let requests = 0;

  const refuse = (status: number, errorCode: string, errorMessage: string): Response => {
    requests += 1;
    return json(
      { requestId: `${10000 + (requests % 90000)}-${20_000_000 + requests}-1`, errorCode, errorMessage },
      status,
    );
  };

  /** The refusal for a request without a valid bearer token. */
  const unauthorised = (request: Request): Response | undefined => {
    const authorization = request.headers.get('authorization');
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (!token) return refuse(404, '404.001.04', 'Invalid Authentication Header');
    return tokens.isValid(token) ? undefined : refuse(404, '404.001.03', 'Invalid Access Token');
  };

  /** A request's valid body, or the refusal. */
  const read = async <Schema extends z.core.$ZodType>(
    request: Request,
    schema: Schema,
  ): Promise<{ readonly body: z.infer<Schema> } | { readonly refusal: Response }> => {
    const content = await readJson(request);
    if (!content.ok) return { refusal: refuse(400, '400.002.05', 'Invalid Request Payload') };
    const result = z.safeParse(schema, content.value);
    if (result.success) return { body: result.data };
    const field = result.error.issues[0]?.path[0];
    return field === undefined
      ? { refusal: refuse(400, '400.002.05', 'Invalid Request Payload') }
      : { refusal: refuse(400, '400.002.02', `Bad Request - Invalid ${String(field)}`) };
  };

  /** The refusal for a password that is not base64(shortcode + passkey + timestamp). */
  const wrongCredentials = (body: { BusinessShortCode: string; Password: string; Timestamp: string }) => {
    if (body.BusinessShortCode !== account.shortcode) return refuse(500, '500.001.1001', 'Merchant does not exist');
    const password = btoa(account.shortcode + account.passkey + body.Timestamp);
    return body.Password === password ? undefined : refuse(500, '500.001.1001', 'Wrong credentials');
  };

  const push = async (request: Request): Promise<Response> => {
    const denied = unauthorised(request);
    if (denied) return denied;
    const parsed = await read(request, pushRequestSchema);
    if ('refusal' in parsed) return parsed.refusal;
    const { body } = parsed;
    const script = queue.shift() ?? completeScript(settings.script);
    const record = (response: Response, id: string | null): Response => {
      pushes.push({
        at: clock.now(),
        phone: maskPhone(body.PhoneNumber),
        amount: body.Amount,
        reference: body.AccountReference,
        status: response.status,
        checkout_request_id: id,
      });
      return response;
    };
    const wrong = wrongCredentials(body);
    if (wrong) return record(wrong, null);
    if (script.refuse) {
      const { status, message } = REFUSALS[script.refuse];
      return record(refuse(status, script.refuse, message), null);
    }
    if (settings.lock_subscriber && desk.openPrompts(body.PhoneNumber).length > 0) {
      const { status, message } = REFUSALS['500.001.1001'];
      return record(refuse(status, '500.001.1001', message), null);
    }
    const prompt = desk.send({
      phone: body.PhoneNumber,
      business,
      amount: body.Amount,
      reference: body.AccountReference,
      callbackUrl: body.CallBackURL,
      script,
    });
    const accepted = 'Success. Request accepted for processing';
    return record(
      json({
        MerchantRequestID: prompt.merchantRequestId,
        CheckoutRequestID: prompt.id,
        ResponseCode: '0',
        ResponseDescription: accepted,
        CustomerMessage: accepted,
      }),
      prompt.id,
    );
  };

  const query = async (request: Request): Promise<Response> => {
    const denied = unauthorised(request);
    if (denied) return denied;
    const parsed = await read(request, queryRequestSchema);
    if ('refusal' in parsed) return parsed.refusal;
    const wrong = wrongCredentials(parsed.body);
    if (wrong) return wrong;
    queries += 1;
    const prompt = desk.prompt(parsed.body.CheckoutRequestID);
    if (!prompt) return refuse(500, '500.001.1001', 'The transaction does not exist');
    const { script, resultCode } = prompt;
    const untold = script.outcome === 'silence' || String(script.outcome) === '4999';
    const told = untold ? undefined : resultCode;
    if (told === undefined && script.in_flight === '500.001.1001') return refuse(500, '500.001.1001', '');
    const code = told === undefined ? 4999 : (script.query ?? told);
    return json({
      ResponseCode: '0',
      ResponseDescription: 'The service request has been accepted successfully',
      MerchantRequestID: prompt.merchantRequestId,
      CheckoutRequestID: prompt.id,
      ResultCode: String(code),
      ResultDesc: resultDesc(code, 'query'),
    });
  };

  const generate = (request: Request): Response => {
    const basic = `Basic ${btoa(`${account.consumerKey}:${account.consumerSecret}`)}`;
    if (request.headers.get('authorization') !== basic)
      return refuse(400, '400.008.01', 'Invalid Authentication passed');
    if (new URL(request.url).searchParams.get('grant_type') !== 'client_credentials')
      return refuse(400, '400.008.02', 'Invalid grant type passed');
    const life = settings.token_life_seconds;
    return json({ access_token: tokens.issue(life), expires_in: String(life) });
  };

  const wrongMethod = (): Response => refuse(405, '405.001', 'Method Not Allowed');

  const app = basePath === '' ? new Hono() : new Hono().basePath(basePath);
  app.get('/oauth/v1/generate', (c) => generate(c.req.raw));
  app.all('/oauth/v1/generate', wrongMethod);
  app.post('/mpesa/stkpush/v1/processrequest', (c) => push(c.req.raw));
  app.all('/mpesa/stkpush/v1/processrequest', wrongMethod);
  app.post('/mpesa/stkpushquery/v1/query', (c) => query(c.req.raw));
  app.all('/mpesa/stkpushquery/v1/query', wrongMethod);
  app.route('/handset', handsetApi(desk));
  app.notFound(() => refuse(404, '404.003.01', 'Resource not found'));
  app.onError(() => refuse(500, '500.003.1001', 'Internal Server Error'));

  const control = (written: string): HandsetControl => {
    const phone = msisdn(written);
    if (!phone) throw new TypeError('Not a Kenyan mobile number');
    const act = (action: HandsetAction): void => {
      const prompt = desk.openPrompts(phone).at(-1);
      if (!prompt) throw new Error('No prompt is open on this phone');
      desk.act(prompt, action);
    };
    return {
      view: () => handsetView(desk, phone),
      change: (changes) => {
        desk.change(phone, changes);
      },
      approve: (pin = desk.handset(phone).pin) => {
        act({ action: 'approve', pin });
      },
      cancel: () => {
        act({ action: 'cancel' });
      },
      ignore: (afterMs) => {
        act({ action: 'ignore', after_ms: afterMs });
      },
      answer: (resultCode) => {
        act({ action: 'answer', result_code: resultCode });
      },
    };
  };

  return {
    fetch: async (request) => app.fetch(request),
    handset: control,
    get prompts() {
      return desk.prompts;
    },
    get settings() {
      return settings;
    },
    configure: (changes) => {
      Object.assign(settings, changes);
    },
    script: (...scripts) => {
      queue.push(...scripts.map(completeScript));
    },
    expireTokens: () => {
      tokens.expireAll();
    },
    get record() {
      return { tokens: tokens.issued, pushes: [...pushes], queries };
    },
    reset: () => {
      Object.assign(settings, initial);
      queue.length = 0;
      pushes.length = 0;
      queries = 0;
      tokens.reset();
      desk.reset();
    },
  };
}
