import { z } from 'zod';
import { isExpiredToken } from '../../../src/model/failure.js';
import { parseResultCode, type ResultCode } from '../../../src/model/outcome.js';
import type { Clock } from '../clock.js';
import { DEFAULTS } from '../options.js';
import { redact } from '../redact.js';

/** The merchant's account at Daraja. */
export interface DarajaAccount {
  /** `https://sandbox.safaricom.co.ke` unless given. */
  readonly baseUrl?: string | undefined;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  /** `paybill` unless given. */
  readonly type?: 'paybill' | 'till' | undefined;
  /** The till, if its number is not the shortcode. */
  readonly partyB?: string | undefined;
}

/** Daraja's own refusal, as the page gets it. */
export interface DarajaError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly requestId: string;
}

export interface PushRequest {
  readonly msisdn: string;
  readonly shillings: number;
  /** At most 12 characters; the customer reads it in the prompt and in the SMS. */
  readonly reference: string;
  readonly callbackUrl: string;
}

export type PushAnswer =
  | { readonly kind: 'accepted'; readonly checkoutRequestId: string; readonly merchantRequestId: string }
  | { readonly kind: 'refused'; readonly status: number; readonly error: DarajaError }
  /** No answer, or none that can be trusted: a prompt may be on its way. */
  | { readonly kind: 'unclear' };

export type QueryAnswer =
  | { readonly kind: 'result'; readonly code: ResultCode; readonly desc: string }
  | { readonly kind: 'processing' }
  | { readonly kind: 'token-expired' }
  | { readonly kind: 'silence' };

export type RegisterAnswer =
  { readonly kind: 'taken' } | { readonly kind: 'token-expired' | 'failed'; readonly said: string };

export interface DarajaToken {
  readonly value: string;
  readonly lifeMs: number;
}

/** Daraja says so of a token that it does not, or no longer, take: so it has acted on nothing. */
export const TOKEN_EXPIRED = '404.001.03';
const BEING_PROCESSED = '500.001.1001';
export const SANDBOX = 'https://sandbox.safaricom.co.ke';
/** Instances wait for the one that fetches a token, and for a dead one no longer than a minute. */
const MAX_TOKEN_MS = 50_000;
/** At most 13 characters. */
const DESCRIPTION = 'Order payment';

const id = z.string().trim().min(1).max(128);
const code = z.union([z.string(), z.number()]).transform(String);
const refusalSchema = z.object({
  errorCode: z.string().min(1),
  errorMessage: z.string().catch(''),
  requestId: z.string().catch(''),
});
const pushSchema = z.object({ ResponseCode: code, CheckoutRequestID: id, MerchantRequestID: z.string().catch('') });
const declinedSchema = z.object({ ResponseCode: code, ResponseDescription: z.string().catch('') });
const querySchema = z.object({
  CheckoutRequestID: z.string(),
  ResponseCode: code.optional(),
  ResultCode: z.union([z.string(), z.number()]),
  ResultDesc: z.string().catch(''),
});
const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.union([z.string(), z.number()]).transform(Number).pipe(z.number().positive()),
});

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: unknown;
}

/** Speaks to Daraja. A request is sent once; what to make of no answer is for the caller to say. */
export class DarajaClient {
  readonly #account: DarajaAccount;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** `timeout`: seconds. */
  constructor(
    account: DarajaAccount,
    fetch: typeof globalThis.fetch,
    clock: Clock,
    timeout: number = DEFAULTS.darajaTimeout,
  ) {
    this.#account = account;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#timeoutMs = timeout * 1000;
  }

  /** How long a request for a token may take. */
  get tokenWithinMs(): number {
    return Math.min(this.#timeoutMs, MAX_TOKEN_MS);
  }

  /** `GET /oauth/v1/generate`; `undefined` where Daraja gave none within `tokenWithinMs`. */
  async token(): Promise<DarajaToken | undefined> {
    const { consumerKey, consumerSecret } = this.#account;
    const init = { headers: { authorization: `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}` } };
    const answer = await this.#ask('/oauth/v1/generate?grant_type=client_credentials', init, {
      ms: this.tokenWithinMs,
    });
    const token = tokenSchema.safeParse(answer?.body);
    if (!answer?.ok || !token.success) return undefined;
    return { value: token.data.access_token, lifeMs: token.data.expires_in * 1000 };
  }

  /** `POST /mpesa/stkpush/v1/processrequest`. */
  async push(token: string, { msisdn, shillings, reference, callbackUrl }: PushRequest): Promise<PushAnswer> {
    const { shortcode, type, partyB } = this.#account;
    const password = this.#password();
    const secrets = [token, password.Password];
    const body = {
      ...password,
      TransactionType: type === 'till' ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
      Amount: shillings,
      PartyA: msisdn,
      PartyB: partyB ?? shortcode,
      PhoneNumber: msisdn,
      CallBackURL: callbackUrl,
      AccountReference: reference,
      TransactionDesc: DESCRIPTION,
    };
    const answer = await this.#ask('/mpesa/stkpush/v1/processrequest', once(post(token, body)));
    if (!answer) return { kind: 'unclear' };
    const accepted = pushSchema.safeParse(answer.body);
    const took = accepted.success && accepted.data.ResponseCode === '0';
    const refusal = this.#refusal(answer, secrets);
    // What says both is neither.
    if (refusal) return took ? { kind: 'unclear' } : { kind: 'refused', status: answer.status, error: refusal };
    if (!answer.ok) return { kind: 'unclear' };
    if (took) {
      const { CheckoutRequestID: checkoutRequestId, MerchantRequestID: merchantRequestId } = accepted.data;
      return { kind: 'accepted', checkoutRequestId, merchantRequestId };
    }
    const declined = declinedSchema.safeParse(answer.body);
    // Nothing, or zero in other words (`00`), refuses nothing.
    if (!declined.success || Number(declined.data.ResponseCode) === 0) return { kind: 'unclear' };
    const { ResponseCode, ResponseDescription } = declined.data;
    const errorCode = this.#clean(ResponseCode, secrets);
    return {
      kind: 'refused',
      status: answer.status,
      error: { errorCode, errorMessage: this.#clean(ResponseDescription, secrets), requestId: '' },
    };
  }

  /** `POST /mpesa/stkpushquery/v1/query`. */
  async query(token: string, checkoutRequestId: string, signal: AbortSignal): Promise<QueryAnswer> {
    const password = this.#password();
    const secrets = [token, password.Password];
    const body = { ...password, CheckoutRequestID: checkoutRequestId };
    const answer = await this.#post('/mpesa/stkpushquery/v1/query', token, body, signal);
    if (!answer) return { kind: 'silence' };
    const refusal = this.#refusal(answer, secrets);
    if (isExpiredToken(refusal)) return { kind: 'token-expired' };
    if (refusal?.errorCode === BEING_PROCESSED) return { kind: 'processing' };
    const result = querySchema.safeParse(answer.body);
    if (refusal || !answer.ok || !result.success) return { kind: 'silence' };
    const { CheckoutRequestID, ResponseCode = '0', ResultCode, ResultDesc } = result.data;
    const resultCode = parseResultCode(ResultCode);
    if (CheckoutRequestID !== checkoutRequestId || ResponseCode !== '0' || resultCode === undefined) {
      return { kind: 'silence' };
    }
    return { kind: 'result', code: resultCode, desc: this.#clean(ResultDesc, secrets) };
  }

  /** `POST /mpesa/c2b/v2/registerurl`. */
  async registerC2b(
    token: string,
    urls: { readonly confirmation: string; readonly validation: string },
  ): Promise<RegisterAnswer> {
    const answer = await this.#post('/mpesa/c2b/v2/registerurl', token, {
      ShortCode: this.#account.shortcode,
      ResponseType: 'Completed',
      ConfirmationURL: urls.confirmation,
      ValidationURL: urls.validation,
    });
    if (!answer) return { kind: 'failed', said: 'Daraja gave no answer' };
    const refusal = this.#refusal(answer, [token]);
    if (refusal) {
      const said = `Daraja refused: ${refusal.errorCode} ${refusal.errorMessage}`;
      return { kind: isExpiredToken(refusal) ? 'token-expired' : 'failed', said };
    }
    const taken = declinedSchema.safeParse(answer.body);
    if (answer.ok && taken.success && /^0*$/.test(taken.data.ResponseCode)) return { kind: 'taken' };
    return { kind: 'failed', said: `Daraja answered ${answer.status}, which is no confirmation` };
  }

  #refusal({ body }: Answer, secrets: readonly string[]): DarajaError | undefined {
    const refusal = refusalSchema.safeParse(body);
    if (!refusal.success) return undefined;
    const { errorCode, errorMessage, requestId } = refusal.data;
    return {
      errorCode: this.#clean(errorCode, secrets),
      errorMessage: this.#clean(errorMessage, secrets),
      requestId: this.#clean(requestId, secrets),
    };
  }

  /** Daraja's words go to pages, records and logs, and may repeat what it was sent. */
  #clean(text: string, secrets: readonly string[]): string {
    const { consumerKey, consumerSecret, passkey } = this.#account;
    return redact(text, [...secrets, consumerKey, consumerSecret, passkey]);
  }

  #password() {
    const { shortcode, passkey } = this.#account;
    const timestamp = nairobiTimestamp(this.#clock.now());
    return {
      BusinessShortCode: shortcode,
      Password: btoa(shortcode + passkey + timestamp),
      Timestamp: timestamp,
    };
  }

  #post(path: string, token: string, body: object, signal?: AbortSignal): Promise<Answer | undefined> {
    return this.#ask(path, post(token, body), { signal });
  }

  /** `undefined`: nothing came, or nothing that can be read. */
  async #ask(
    path: string,
    init: RequestInit,
    { ms = this.#timeoutMs, signal }: { ms?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<Answer | undefined> {
    const abort = new AbortController();
    let end: () => void = () => undefined;
    const over = new Promise<undefined>((resolve) => {
      end = () => {
        abort.abort();
        resolve(undefined);
      };
    });
    const timer = this.#clock.setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    const answer = async (): Promise<Answer | undefined> => {
      try {
        const url = (this.#account.baseUrl ?? SANDBOX).replace(/\/+$/, '') + path;
        const response = await this.#fetch(url, { ...init, redirect: 'manual', signal: abort.signal });
        return { status: response.status, ok: response.ok, body: (await response.json()) as unknown };
      } catch {
        return undefined;
      }
    };
    try {
      return await Promise.race([answer(), over]);
    } finally {
      this.#clock.clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }
}

interface Post extends RequestInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function post(token: string, body: object): Post {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

/**
 * A request that Node's `fetch` cannot send again: after a 421 it does, by the standard, where it has the body at hand.
 * Elsewhere a stream may not be taken for a body, or not keep its length.
 */
function once(init: Post): RequestInit {
  const { process } = globalThis as { process?: { versions?: { undici?: string } } };
  // A page that a test has made in Node has a `Blob` of its own, which may have no stream.
  if (process?.versions?.undici === undefined || 'document' in globalThis) return init;
  const bytes = new TextEncoder().encode(init.body);
  const streamed: RequestInit & { duplex: 'half' } = {
    ...init,
    headers: { ...init.headers, 'content-length': String(bytes.length) },
    body: new Blob([bytes]).stream(),
    duplex: 'half',
    // Else Node 25 takes a 401 for one to ask the user about, and gives it up as the body is gone.
    credentials: 'omit',
  };
  return streamed;
}

const NAIROBI_MS = 3 * 3600_000;

/** `YYYYMMDDHHmmss` in Nairobi, which keeps UTC+3 all year. */
function nairobiTimestamp(now: number): string {
  return new Date(now + NAIROBI_MS).toISOString().replace(/\D/g, '').slice(0, 14);
}
