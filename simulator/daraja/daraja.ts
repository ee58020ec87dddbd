/**
 * A simulated Daraja (Safaricom's M-Pesa API) behind the real one's paths:
 *
 *     GET  /oauth/v1/generate?grant_type=client_credentials
 *     POST /mpesa/stkpush/v1/processrequest
 *     POST /mpesa/stkpushquery/v1/query
 *     POST /mpesa/c2b/v2/registerurl
 *
 * and the phones of its customers under `/handset` (handset-api.ts). Like the real one it deduplicates nothing.
 */
import type { Context } from 'hono';
import { z } from 'zod/mini';
import { maskPhone, parsePhone } from '../../src/client/index.js';
import { realClock, type SimulationClock } from '../clock.js';
import { type FetchLike, type Handler, json, realFetch } from '../http/handler.js';
import { jsonApi, readJson } from '../http/json-api.js';
import type { Listeners } from '../listeners.js';
import { AccessTokens } from './access-tokens.js';
import { confirmationBody, registerUrlSchema } from './c2b.js';
import type { Delivery } from './delivery.js';
import { handsetApi, handsetView, type HandsetView } from './handset-api.js';
import { Notifier } from './notifier.js';
import type { Handset, HandsetAction, MenuPayment, Prompt } from './prompt.js';
import { PromptDesk } from './prompt-desk.js';
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
  /**
   * Pays from the phone's own M-Pesa menu: a Pay Bill with an account number, or a till without one. The registered address is told.
   *
   * @throws Error for a wrong PIN or too little money
   */
  payFromMenu(payment: MenuOrder, options?: { readonly pin?: string; readonly confirmation?: Delivery }): MenuPayment;
}

/** What a person types into the phone's M-Pesa menu. */
export interface MenuOrder {
  /** The Pay Bill or till number. */
  readonly shortcode: string;
  /** The account number of a Pay Bill. */
  readonly account?: string | undefined;
  /** Whole Kenyan shillings. */
  readonly amount: number;
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
  /** Every phone that was ever prompted or looked at. */
  readonly phones: readonly string[];
  /** Emits the phone whose screen has changed. */
  readonly changes: Pick<Listeners<string>, 'add'>;
  /** All accepted pushes, oldest first. */
  readonly prompts: readonly Prompt[];
  readonly settings: Readonly<DarajaSettings>;
  configure(settings: Partial<DarajaSettings>): void;
  /** Queues scripts, one per push to come; after them the settings' script holds. */
  script(...scripts: readonly PushScriptInput[]): void;
  /** What the STK query says of a prompt now, for whoever need not ask as a merchant. */
  query(checkoutRequestId: string): Response;
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
  const notifier = new Notifier(clock, fetch, settings);
  const desk = new PromptDesk(clock, random, notifier, settings);
  const confirmationUrls = new Map<string, string>();
  const queue: PushScript[] = [];
  const pushes: DarajaPushRecord[] = [];
  const queriesSinceOutcome = new Map<string, number>();
  let queries = 0;
  let requests = 0;

  const requestId = (): string => {
    requests += 1;
    return `${10000 + (requests % 90000)}-${20_000_000 + requests}-1`;
  };

  const refuse = (status: number, errorCode: string, errorMessage: string): Response =>
    json({ requestId: requestId(), errorCode, errorMessage }, status);

  /** The refusal for a request without a valid bearer token. */
  const unauthorised = (request: Request): Response | undefined => {
    const authorization = request.headers.get('authorization');
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (!token) return refuse(404, '404.001.04', 'Invalid Authentication Header');
    if (tokens.isValid(token)) return undefined;
    const { status, message } = REFUSALS[settings.expired_code];
    return refuse(status, settings.expired_code, message);
  };

  /** A request's valid body, or the refusal. */
  const read = async <Schema extends z.core.$ZodType>(
    c: Context,
    schema: Schema,
  ): Promise<{ readonly body: z.infer<Schema> } | { readonly refusal: Response }> => {
    const denied = unauthorised(c.req.raw);
    if (denied) return { refusal: denied };
    const result = z.safeParse(schema, await readJson(c));
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

  const push = async (c: Context): Promise<Response> => {
    const parsed = await read(c, pushRequestSchema);
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

  const query = async (c: Context): Promise<Response> => {
    const parsed = await read(c, queryRequestSchema);
    if ('refusal' in parsed) return parsed.refusal;
    const wrong = wrongCredentials(parsed.body);
    if (wrong) return wrong;
    queries += 1;
    return answerOfQuery(parsed.body.CheckoutRequestID);
  };

  const answerOfQuery = (id: string): Response => {
    const prompt = desk.prompt(id);
    if (!prompt) return refuse(500, '500.001.1001', 'The transaction does not exist');
    const { in_flight, query: contradiction } = prompt.script;
    const told = toldByQuery(prompt);
    if (told === undefined && in_flight !== '4999')
      return refuse(500, '500.001.1001', in_flight === 'being-processed' ? 'The transaction is being processed' : '');
    const code = told === undefined ? 4999 : (contradiction ?? told);
    return json({
      ResponseCode: '0',
      ResponseDescription: 'The service request has been accepted successfully',
      MerchantRequestID: prompt.merchantRequestId,
      CheckoutRequestID: prompt.id,
      ResultCode: String(code),
      ResultDesc: resultDesc(code, 'query'),
    });
  };

  /** The outcome, if the query tells it by now. */
  const toldByQuery = ({ id, script, resultCode }: Prompt): ResultCode | undefined => {
    if (resultCode === undefined || script.outcome === 'silence' || String(script.outcome) === '4999') return undefined;
    const asked = (queriesSinceOutcome.get(id) ?? 0) + 1;
    queriesSinceOutcome.set(id, asked);
    return asked > script.query_lags ? resultCode : undefined;
  };

  const registerUrl = async (c: Context): Promise<Response> => {
    const parsed = await read(c, registerUrlSchema);
    if ('refusal' in parsed) return parsed.refusal;
    const { ShortCode, ConfirmationURL } = parsed.body;
    // The newest address of a shortcode holds.
    confirmationUrls.set(ShortCode, ConfirmationURL);
    return json({ OriginatorCoversationID: requestId(), ResponseCode: '0', ResponseDescription: 'Success' });
  };

  const payFromMenu = (phone: string, order: MenuOrder, pin: string, confirmation: Delivery = 'on-time') => {
    const { shortcode, account, amount } = order;
    const answer = desk.pay({ phone, shortcode, account, amount, business }, pin);
    const url = confirmationUrls.get(shortcode);
    if ('paid' in answer && url !== undefined) notifier.send(url, confirmationBody(answer.paid), confirmation);
    return answer;
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

  const app = jsonApi({
    basePath,
    refuse: (_, status) => {
      if (status === 404) return refuse(404, '404.003.01', 'Resource not found');
      if (status === 405) return refuse(405, '405.001', 'Method Not Allowed');
      if (status === 500) return refuse(500, '500.003.1001', 'Internal Server Error');
      return refuse(400, '400.002.05', 'Invalid Request Payload');
    },
  });
  app.get('/oauth/v1/generate', (c) => generate(c.req.raw));
  app.post('/mpesa/stkpush/v1/processrequest', push);
  app.post('/mpesa/stkpushquery/v1/query', query);
  app.post('/mpesa/c2b/v2/registerurl', registerUrl);
  app.route('/handset', handsetApi(desk, payFromMenu));

  const control = (written: string): HandsetControl => {
    const parsed = parsePhone(written);
    if ('problem' in parsed) throw new TypeError('Not a Kenyan mobile number');
    const phone = parsed.msisdn;
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
      payFromMenu: (order, { pin = desk.handset(phone).pin, confirmation } = {}) => {
        const answer = payFromMenu(phone, order, pin, confirmation);
        if ('problem' in answer) throw new Error(`The phone says: ${answer.problem}`);
        return answer.paid;
      },
    };
  };

  return {
    fetch: async (request) => app.fetch(request),
    handset: control,
    get phones() {
      return desk.handsets.map(({ phone }) => phone);
    },
    changes: desk.changes,
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
    query: answerOfQuery,
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
      queriesSinceOutcome.clear();
      confirmationUrls.clear();
      tokens.reset();
      notifier.reset();
      desk.reset();
    },
  };
}
