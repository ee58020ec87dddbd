/**
 * `vitumob-pay/client`: the payments backend without the element. No DOM, no Lit; runs in browsers, workers and Node.
 *
 * ```js
 * import { createClient } from 'vitumob-pay/client';
 *
 * const client = createClient({ tokenUrl, pushUrl, statusUrl });
 * const answer = await client.requestToken();
 * if (answer.kind === 'token') {
 *   const push = await client.push(answer.token.value, { orderId: '42', phone: '254723123123', amount: '100' });
 * }
 * ```
 *
 * Nothing is retried here, a push least of all: two pushes are two prompts. Nothing rejects, either; each result says
 * by its `kind` what is known. `createClient` throws a `TypeError` for an endpoint that it cannot send a token to.
 */

import {
  DEFAULT_PUSH_URL,
  DEFAULT_TOKEN_URL,
  quoteEndpoint,
  resolveEndpoint,
  SAFE_ENDPOINT,
  sameOrigin,
} from './endpoints.js';
import { platform, type HttpEnvironment } from './http.js';
import { requestPush, type PushOrder, type PushResult } from './push.js';
import { requestStatus, type StatusResult } from './status.js';
import { requestToken, type TokenResult } from './token.js';

export { parseResult, type ParsedResult } from './result.js';
export { parsePhone, formatPhone, maskPhone, type PhoneProblem, type PhoneResult } from '../model/phone.js';
export { DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from './endpoints.js';
export { callbackSchema, darajaErrorSchema, flatSchema, pushSchema, querySchema, tokenSchema } from './schemas.js';
export type { CheckoutIds } from '../model/attempt.js';
export type { DarajaError, PushFailure, PushFailureReason } from '../model/failure.js';
export type { Outcome, PaymentFailureReason, ResultCode } from '../model/outcome.js';
export type { HttpEnvironment } from './http.js';
export type { PushOrder, PushResponse, PushResult } from './push.js';
export type { StatusResult } from './status.js';
export type { AccessToken, TokenResult } from './token.js';

/** Milliseconds that a request may take unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** An attempt has two tokens at most; a long-lived client may run several attempts side by side. */
const MAX_SECRETS = 8;

export interface ClientOptions {
  /** `https:`, on a loopback host, or of the origin of `base`. Default: the production URL. */
  readonly tokenUrl?: string;
  /** Likewise. */
  readonly pushUrl?: string;
  /** Likewise; needed for `status()` only. */
  readonly statusUrl?: string;
  /** What relative endpoints are resolved against. Default: the page's address; none outside a page. */
  readonly base?: string;
  /** fetch's own meaning. Default `same-origin`. */
  readonly credentials?: RequestCredentials;
  /** Milliseconds for each request, head and body. Default 30 000. */
  readonly timeout?: number;
  /** Replaces fetch, timers or clock, for tests and unusual homes. */
  readonly environment?: Partial<HttpEnvironment>;
}

export interface StatusQuery {
  readonly orderId: string;
  readonly paymentId?: string | undefined;
  /** Bare token; sent only if the status endpoint has the origin of the push endpoint. */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Client {
  /** Asks for an access token. One token serves one attempt. */
  requestToken(signal?: AbortSignal): Promise<TokenResult>;
  /** Asks for the PIN prompt, once. `failed` with a reason of {@link PushFailureReason} may still have prompted. */
  push(token: string, order: PushOrder): Promise<PushResult>;
  /** Asks for the outcome, once. Throws a `TypeError` where the client was made without `statusUrl`. */
  status(query: StatusQuery): Promise<StatusResult>;
}

export function createClient(options: ClientOptions = {}): Client {
  const { credentials = 'same-origin', timeout: timeoutMs = DEFAULT_TIMEOUT_MS, statusUrl } = options;
  const base = options.base ?? (globalThis as { location?: { href: string } }).location?.href;
  const endpoint = (name: string, value: string) => {
    const url = resolveEndpoint(value, base, base && new URL(base).origin);
    if (!url) throw new TypeError(`${name}: "${quoteEndpoint(value, base)}" is not ${SAFE_ENDPOINT}`);
    return url;
  };
  const tokenUrl = endpoint('tokenUrl', options.tokenUrl ?? DEFAULT_TOKEN_URL);
  const pushUrl = endpoint('pushUrl', options.pushUrl ?? DEFAULT_PUSH_URL);
  const outcomeUrl = statusUrl ? endpoint('statusUrl', statusUrl) : undefined;
  const environment: HttpEnvironment = { ...platform, ...options.environment };
  /** The last tokens that this client has seen: no answer may bring any of them back to the page. */
  const secrets: string[] = [];
  const remember = (token: string | undefined) => {
    if (token && !secrets.includes(token)) secrets.splice(0, secrets.length, ...secrets.slice(1 - MAX_SECRETS), token);
  };
  return {
    async requestToken(signal) {
      const answer = await requestToken({ url: tokenUrl, credentials, timeoutMs, signal }, environment);
      if (answer.kind === 'token') remember(answer.token.value);
      return answer;
    },
    push(token, order) {
      remember(token);
      return requestPush({ url: pushUrl, token, secrets, order, credentials, timeoutMs }, environment);
    },
    status({ orderId, paymentId, token, signal }) {
      if (!outcomeUrl) throw new TypeError('statusUrl: the client was made without it');
      remember(token);
      const own = token && sameOrigin(outcomeUrl, pushUrl) ? token : undefined;
      return requestStatus(
        { url: outcomeUrl, orderId, paymentId, token: own, secrets, credentials, timeoutMs, signal },
        environment,
      );
    },
  };
}
