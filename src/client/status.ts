/** `GET {status-url}`: what the merchant knows of the outcome. */

import { isExpiredToken } from '../model/failure.js';
import type { Outcome } from '../model/outcome.js';
import { send, type HttpEnvironment } from './http.js';
import { readDarajaError } from './push.js';
import { redact } from './redact.js';
import { parseResult } from './result.js';

export interface StatusRequest {
  readonly url: string;
  readonly orderId: string;
  /** Left out of the query where unknown. */
  readonly paymentId?: string | undefined;
  /** Sent bare in `Authorization`; leave it out unless the endpoint has the origin of the push endpoint. */
  readonly token?: string | undefined;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type StatusResult =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'pending';
      /** The backend refused the token. */
      readonly tokenExpired: boolean;
      /** How long the backend asks to be left alone. */
      readonly retryAfterMs?: number;
    };

/** Only a 2xx can carry an outcome. Everything else, a broken line included, means that nothing is known yet. */
export async function requestStatus(request: StatusRequest, environment: HttpEnvironment): Promise<StatusResult> {
  const { orderId, paymentId, token, credentials, timeoutMs, signal } = request;
  const url = new URL(request.url);
  if (paymentId) url.searchParams.set('payment_id', paymentId);
  url.searchParams.set('order_id', orderId);
  const init: RequestInit = {
    credentials,
    cache: 'no-store',
    headers: { Accept: 'application/json', ...(token && { Authorization: token }) },
    // Not every browser takes the token off a request that is redirected to another origin.
    ...(token && { redirect: 'manual' as const }),
  };
  const answer = await send({ url: url.href, init, timeoutMs, signal }, environment);
  if (answer.kind !== 'response') return { kind: 'pending', tokenExpired: false };
  const body = token ? redact(answer.body, token) : answer.body;
  if (answer.status >= 200 && answer.status <= 299 && answer.status !== 202 && answer.status !== 204) {
    const parsed = parseResult(body);
    if (parsed.kind === 'outcome') return parsed;
  }
  const { retryAfterMs } = answer;
  return {
    kind: 'pending',
    tokenExpired: answer.status === 401 || isExpiredToken(readDarajaError(body)),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
