/** `GET {status-url}`: what the merchant knows of the outcome. */

import { isExpiredToken } from '../model/failure.js';
import type { Outcome } from '../model/outcome.js';
import { readDarajaError } from './daraja-error.js';
import { isSuccess, send, type HttpEnvironment } from './http.js';
import { redact } from './redact.js';
import { parseResult } from './result.js';

export interface StatusRequest {
  readonly url: string;
  readonly orderId: string;
  /** Left out of the query where unknown. */
  readonly paymentId?: string | undefined;
  /** Seconds for which the backend may hold its answer until there is an outcome. A `wait` of the URL's own counts instead. */
  readonly waitS?: number | undefined;
  /** Sent bare in `Authorization`; leave it out unless the endpoint has the origin of the push endpoint. */
  readonly token?: string | undefined;
  /** Other tokens of the order, which the answer must not bring back to the page either. */
  readonly secrets?: readonly string[] | undefined;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type StatusResult =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'pending';
      /** The backend has answered the question, if only by "not yet": HTTP 2xx or 404, up to its last byte. */
      readonly answered: boolean;
      /** The backend refused the token. */
      readonly tokenExpired: boolean;
      /** Milliseconds for which the backend asks to be left alone; 0 where it does not. */
      readonly retryAfterMs: number;
    };

/** Endpoints that let caches keep their answers. */
const cacheable = new Set<string>();

/** Only a 2xx can carry an outcome. Everything else, a broken line included, means that nothing is known yet. */
export async function requestStatus(request: StatusRequest, environment: HttpEnvironment): Promise<StatusResult> {
  const { orderId, paymentId, waitS, token, secrets = [], credentials, timeoutMs, signal } = request;
  const url = new URL(request.url);
  if (paymentId) url.searchParams.set('payment_id', paymentId);
  url.searchParams.set('order_id', orderId);
  if (waitS && !url.searchParams.has('wait')) url.searchParams.set('wait', String(waitS));
  // Not every browser takes the token off a request that is redirected to another origin.
  const endpoint = url.origin + url.pathname;
  const init: RequestInit = token
    ? {
        credentials,
        headers: { Authorization: token },
        redirect: 'manual',
        // With `no-store` Chromium would ask another origin for permission (CORS) before each question.
        cache: cacheable.has(endpoint) ? 'no-store' : 'default',
      }
    : { credentials };
  const { status, body, isWhole, retryAfterMs, isCacheable } = await send(
    { url: url.href, init, timeoutMs, signal },
    environment,
  );
  if (isCacheable) cacheable.add(endpoint);
  const parsed = isSuccess(status) && status !== 202 ? parseResult(body) : undefined;
  if (parsed?.kind === 'outcome') {
    const { resultDesc, result, ...outcome } = parsed.outcome;
    const [safeDesc, safeResult] = redact([resultDesc, result], [token, ...secrets]) as [string, unknown];
    return { kind: 'outcome', outcome: { ...outcome, resultDesc: safeDesc, result: safeResult } };
  }
  // Where the line broke within the answer, the outcome may have been in the rest.
  const answered = isWhole && (isSuccess(status) || status === 404);
  return {
    kind: 'pending',
    answered,
    tokenExpired: status === 401 || isExpiredToken(readDarajaError(body)),
    retryAfterMs,
  };
}
