/** `POST {push-url}`: asks for the PIN prompt, once, and says what the answer means for the customer's money. */

import type { CheckoutIds } from '../model/attempt.js';
import { isExpiredToken, type DarajaError, type PushFailure, type PushFailureReason } from '../model/failure.js';
import { send, type HttpEnvironment } from './http.js';
import { darajaErrorSchema, objectSchema, pushSchema } from './schemas.js';
import { toText } from './text.js';

/** What is sent, verbatim. */
export interface PushOrder {
  readonly orderId: string;
  /** `2547XXXXXXXX` or `2541XXXXXXXX`. */
  readonly phone: string;
  /** Kenyan shillings as a plain decimal. */
  readonly amount: string;
}

/** The body of an accepted push as received; unknown keys are kept. */
export interface PushResponse {
  readonly payment_id: string;
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
  readonly order: PushOrder;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
}

export async function requestPush(
  { url, token, order, credentials, timeoutMs }: PushRequest,
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
  const { status, body, timedOut } = await send({ url, init, timeoutMs, secret: token }, environment);
  const failed = (reason: PushFailureReason, darajaError?: DarajaError): PushResult => ({
    kind: 'failed',
    failure: { reason, status: status || undefined, darajaError, message: explain(reason, status, darajaError) },
  });

  if (status === undefined) return failed(timedOut ? 'timeout' : 'network');
  const darajaError = readDarajaError(body);
  if (darajaError) {
    if (!isExpiredToken(darajaError)) return failed('rejected', darajaError);
    const message = explain('token-expired', status, darajaError);
    return { kind: 'expired', failure: { reason: 'token-expired', status, darajaError, message } };
  }
  if (status >= 500) return failed('server-error');
  const { error, daraja_response } = objectSchema().safeParse(body).data ?? {};
  if (status === 400 && error === 'Access token not provided') return failed('token-missing');
  // Outside of browsers, a redirect has its own status.
  if (status < 200 || status >= 300) return failed('rejected');
  const code = toText(objectSchema().safeParse(daraja_response).data?.['ResponseCode']);
  if (code && code !== '0') return failed('rejected');
  const { data } = pushSchema().safeParse(body);
  const { payment_id: paymentId, daraja_response: ids } = data ?? {};
  if (!code || !data || !paymentId || !ids?.CheckoutRequestID) {
    return failed(timedOut ? 'timeout' : 'bad-response');
  }
  return {
    kind: 'accepted',
    checkout: {
      paymentId,
      checkoutRequestId: ids.CheckoutRequestID,
      merchantRequestId: toText(ids['MerchantRequestID']) ?? '',
    },
    response: data,
  };
}

/** For developers. */
function explain(reason: PushFailureReason, status: number | undefined, error: DarajaError | undefined): string {
  if (status === 0 || (status && status >= 300 && status < 400)) return 'push-url redirects: name the final address';
  return `push: ${reason}${status ? `, HTTP ${status}` : ''}${error ? `, Daraja ${error.errorCode}` : ''}`;
}

/** Daraja's error in an answer of the payments backend, if it holds one. */
export function readDarajaError(body: unknown): DarajaError | undefined {
  const { daraja_error } = objectSchema().safeParse(body).data ?? {};
  const { data } = darajaErrorSchema().safeParse(daraja_error);
  if (!data?.errorCode) return undefined;
  const { errorCode, errorMessage, requestId } = data;
  return { errorCode, errorMessage: toText(errorMessage) ?? '', requestId: toText(requestId) ?? '' };
}
