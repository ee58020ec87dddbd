/** `POST {push-url}`: asks for the PIN prompt, once, and says what the answer means for the customer's money. */

import type { CheckoutIds } from '../model/attempt.js';
import {
  isConnectionError,
  isExpiredToken,
  type DarajaError,
  type PushFailure,
  type PushFailureReason,
} from '../model/failure.js';
import { readDarajaError } from './daraja-error.js';
import { isSuccess, send, type HttpEnvironment } from './http.js';
import { redact } from './redact.js';
import { pushSchema, responseCodeSchema, tokenMissingSchema } from './schemas.js';
import { toText } from './text.js';

/** What is sent, verbatim. */
export interface PushOrder {
  readonly orderId: string;
  /** `2547XXXXXXXX` or `2541XXXXXXXX`. */
  readonly phone: string;
  /** Kenyan shillings as a plain decimal. */
  readonly amount: string;
}

/** The body of an accepted push as received, without the token if that was in it; unknown keys are kept. */
export interface PushResponse {
  readonly payment_id: string | number;
  readonly daraja_response: { readonly CheckoutRequestID: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export type PushResult =
  | { readonly kind: 'accepted'; readonly checkout: CheckoutIds; readonly response: PushResponse }
  /** Daraja refused the token, so nothing was sent: one more push with a fresh token is safe. */
  | { readonly kind: 'expired'; readonly failure: PushFailure & { readonly darajaError: DarajaError } }
  | { readonly kind: 'failed'; readonly failure: PushFailure };

export interface PushRequest {
  readonly url: string;
  readonly token: string;
  /** Other tokens of the order, which the answer must not bring back to the page either. */
  readonly secrets?: readonly string[] | undefined;
  readonly order: PushOrder;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
}

export async function requestPush(
  { url, token, secrets = [], order, credentials, timeoutMs }: PushRequest,
  environment: HttpEnvironment,
): Promise<PushResult> {
  const init: RequestInit = {
    method: 'POST',
    credentials,
    // A POST that is quietly sent on to another place is one that we could not vouch for.
    redirect: 'manual',
    // With `no-store` Chromium would ask another origin for its permission (CORS) at each push.
    cache: 'default',
    headers: { 'Content-Type': 'application/json', Authorization: token },
    body: JSON.stringify({
      order: { order_id: order.orderId, user_phone_number: order.phone, amount: order.amount },
    }),
  };
  const { status, body, timedOut } = await send({ url, init, timeoutMs }, environment);
  const safe = <T>(value: T): T => redact(value, [token, ...secrets]) as T;
  const error = readDarajaError(body);
  const darajaError = safe(error);
  const failure = (reason: PushFailureReason) => ({
    reason,
    status: status || undefined,
    darajaError,
    message: explain(reason, status, darajaError),
  });
  const failed = (reason: PushFailureReason): PushResult => ({ kind: 'failed', failure: failure(reason) });

  if (status === undefined) return failed(timedOut ? 'timeout' : 'network');
  if (error && darajaError) {
    if (isConnectionError(error)) return failed('server-error');
    if (!isExpiredToken(error)) return failed('rejected');
    // The error of an earlier push: Daraja has accepted this one, so another would be a second prompt.
    if (pushSchema().safeParse(body).success) return failed('bad-response');
    return { kind: 'expired', failure: { ...failure('token-expired'), darajaError } };
  }
  if (status >= 500) return failed('server-error');
  // A backend may have prompted before it redirected.
  if (isRedirect(status)) return failed('bad-response');
  if (status === 400 && tokenMissingSchema().safeParse(body).success) return failed('token-missing');
  if (!isSuccess(status)) return failed('rejected');
  const code = toText(responseCodeSchema().safeParse(body).data?.daraja_response.ResponseCode);
  if (code && code !== '0') return failed('rejected');
  const { data } = pushSchema().safeParse(body);
  const { payment_id: id, daraja_response: ids } = data ?? {};
  // A number that JSON could not carry exactly names another payment.
  const paymentId = typeof id === 'number' && Math.abs(id) > Number.MAX_SAFE_INTEGER ? undefined : toText(id);
  if (!data || !paymentId || !ids?.CheckoutRequestID) return failed(timedOut ? 'timeout' : 'bad-response');
  return {
    kind: 'accepted',
    checkout: {
      paymentId,
      checkoutRequestId: ids.CheckoutRequestID,
      merchantRequestId: toText(ids.MerchantRequestID) ?? '',
    },
    response: safe<PushResponse>(data),
  };
}

/** A browser shows no more of a redirect than status 0; outside of browsers it has its own. */
function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400);
}

/** For developers. */
function explain(reason: PushFailureReason, status: number | undefined, error: DarajaError | undefined): string {
  if (reason === 'bad-response' && isRedirect(status ?? 200)) return 'push-url redirects: name the final address';
  return `push: ${reason}${status ? `, HTTP ${status}` : ''}${error?.errorCode ? `, Daraja ${error.errorCode}` : ''}`;
}
