import { z } from 'zod/mini';
import type { SimulationClock } from '../clock.js';
import type { FetchLike } from '../http/handler.js';
import { nairobiTimestamp } from '../nairobi-time.js';

/** Where Daraja is, and the merchant's account there. */
export interface DarajaConfig {
  /** `https://sandbox.safaricom.co.ke`, or the simulator's address; without a slash at its end. */
  readonly baseUrl: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** The till or paybill. */
  readonly shortcode: string;
  readonly passkey: string;
  /** Where Daraja posts the outcome: this backend's `/mpesa`, as seen from Daraja. */
  readonly callbackUrl: string;
}

/** Daraja's own refusal, in the key order of the payments API's document. */
export interface DarajaError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly requestId: string;
}

/** What came back: an accepted request, Daraja's refusal, or nothing that can be trusted either way. */
export type DarajaAnswer<Accepted> =
  | { readonly kind: 'accepted'; readonly body: Accepted }
  | { readonly kind: 'refused'; readonly status: number; readonly error: DarajaError }
  | { readonly kind: 'unclear' };

/** A push, as the order gives it. */
export interface DarajaPush {
  readonly orderId: string;
  /** 12 digits, `254…`. */
  readonly phone: string;
  /** Whole Kenyan shillings: Daraja refuses cents. */
  readonly amount: number;
}

/** Below the widget's own 30 s, so that the page hears from the backend before it gives up. */
const REQUEST_TIMEOUT_MS = 25_000;
/** Daraja's limit; the customer reads it in the prompt and in the SMS. */
const MAX_REFERENCE_LENGTH = 12;
/** At most 13 characters. */
const DESCRIPTION = 'Vitumob order';

const errorSchema = z.object({ requestId: z.string(), errorCode: z.string(), errorMessage: z.string() });

const tokenSchema = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.pipe(z.union([z.string(), z.number()]), z.pipe(z.transform(Number), z.int().check(z.positive()))),
});

const pushSchema = z.object({ MerchantRequestID: z.string(), CheckoutRequestID: z.string(), ResponseCode: z.string() });

const querySchema = z.looseObject({
  ResponseCode: z.string(),
  MerchantRequestID: z.string(),
  CheckoutRequestID: z.string(),
  ResultCode: z.union([z.string(), z.number()]),
  ResultDesc: z.string(),
});

export type DarajaToken = z.infer<typeof tokenSchema>;
export type DarajaPushAnswer = z.infer<typeof pushSchema>;
export type DarajaQueryAnswer = z.infer<typeof querySchema>;

/** Talks to Daraja, over HTTP alone. */
export class DarajaClient {
  readonly #config: () => DarajaConfig;
  readonly #fetch: FetchLike;
  readonly #clock: SimulationClock;

  /** `config` is read at each request: a server knows its own address only once it listens. */
  constructor(config: () => DarajaConfig, fetch: FetchLike, clock: SimulationClock) {
    this.#config = config;
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** `GET /oauth/v1/generate`. */
  token(): Promise<DarajaAnswer<DarajaToken>> {
    const { consumerKey, consumerSecret } = this.#config();
    return this.#ask(tokenSchema, '/oauth/v1/generate?grant_type=client_credentials', {
      headers: { authorization: `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}` },
    });
  }

  /** `POST /mpesa/stkpush/v1/processrequest`. */
  push(accessToken: string, { orderId, phone, amount }: DarajaPush): Promise<DarajaAnswer<DarajaPushAnswer>> {
    const { shortcode, callbackUrl } = this.#config();
    return this.#post(pushSchema, '/mpesa/stkpush/v1/processrequest', accessToken, {
      TransactionType: 'CustomerPayBillOnline',
      Amount: amount,
      PartyA: phone,
      PartyB: shortcode,
      PhoneNumber: phone,
      CallBackURL: callbackUrl,
      AccountReference: orderId.replace(/[^\w-]/g, '').slice(-MAX_REFERENCE_LENGTH) || 'order',
      TransactionDesc: DESCRIPTION,
    });
  }

  /** `POST /mpesa/stkpushquery/v1/query`. */
  query(accessToken: string, checkoutRequestId: string): Promise<DarajaAnswer<DarajaQueryAnswer>> {
    return this.#post(querySchema, '/mpesa/stkpushquery/v1/query', accessToken, {
      CheckoutRequestID: checkoutRequestId,
    });
  }

  #post<Schema extends z.core.$ZodType>(schema: Schema, path: string, accessToken: string, fields: object) {
    const { shortcode, passkey } = this.#config();
    const timestamp = nairobiTimestamp(this.#clock.now());
    return this.#ask(schema, path, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        BusinessShortCode: shortcode,
        Password: btoa(shortcode + passkey + timestamp),
        Timestamp: timestamp,
        ...fields,
      }),
    });
  }

  async #ask<Schema extends z.core.$ZodType>(
    schema: Schema,
    path: string,
    init: RequestInit,
  ): Promise<DarajaAnswer<z.infer<Schema>>> {
    const abort = new AbortController();
    const timer = this.#clock.setTimeout(() => {
      abort.abort();
    }, REQUEST_TIMEOUT_MS);
    try {
      const response = await this.#fetch(this.#config().baseUrl + path, {
        ...init,
        redirect: 'manual',
        signal: abort.signal,
      });
      const body = (await response.json()) as unknown;
      // The body decides, not the status: Daraja was seen to send its errors with 200 too.
      const error = z.safeParse(errorSchema, body);
      if (error.success) {
        const { errorCode, errorMessage, requestId } = error.data;
        return { kind: 'refused', status: response.status, error: { errorCode, errorMessage, requestId } };
      }
      const accepted = z.safeParse(schema, body);
      return response.ok && accepted.success ? { kind: 'accepted', body: accepted.data } : { kind: 'unclear' };
    } catch {
      return { kind: 'unclear' };
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}
