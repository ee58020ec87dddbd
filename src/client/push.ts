/** `POST {push-url}`: asks for the PIN prompt, once, and says what the answer means for the customer's money. */

import type { CheckoutIds } from '../model/attempt.js';
import { isExpiredToken, type DarajaError, type PushFailure, type PushFailureReason } from '../model/failure.js';
import { send, type HttpEnvironment } from './http.js';
import { redact } from './redact.js';
import { darajaErrorSchema, pushSchema } from './schemas.js';
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
  readonly daraja_response: {
    readonly CheckoutRequestID: string;
    readonly ResponseCode: '0' | 0;
    readonly [key: string]: unknown;
  };
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

export async function requestPush(request: PushRequest, environment: HttpEnvironment): Promise<PushResult> {
  const { url, token, order, credentials, timeoutMs } = request;
  const init: RequestInit = {
    method: 'POST',
    credentials,
    cache: 'no-store',
    // A POST that is quietly sent to another place is one we could not vouch for.
    redirect: 'manual',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', Authorization: token },
    body: JSON.stringify({
      order: { order_id: order.orderId, user_phone_number: order.phone, amount: order.amount },
    }),
  };
  const answer = await send({ url, init, timeoutMs }, environment);
  switch (answer.kind) {
    case 'redirect':
      return failed('rejected', 'the push was redirected; push-url must name the final address');
    case 'network':
      return failed('network', 'the push request broke off: it may have been sent');
    case 'timeout':
      return failed('timeout', `no answer to the push within ${timeoutMs} ms: it may have been sent`);
    case 'response':
      return classify(answer.status, redact(answer.body, token), answer.stalled, timeoutMs);
  }
}

function classify(status: number, body: unknown, stalled: boolean, timeoutMs: number): PushResult {
  const darajaError = readDarajaError(body);
  if (darajaError) {
    const failure = { status, darajaError, message: `Daraja refused the push (${darajaError.errorCode})` };
    return isExpiredToken(darajaError)
      ? { kind: 'expired', failure: { reason: 'token-expired', ...failure } }
      : { kind: 'failed', failure: { reason: 'rejected', ...failure } };
  }
  if (status >= 500) return failed('server-error', `the push was answered with HTTP ${status}`, status);
  if (status >= 400) {
    return status === 400 && isObject(body) && body['error'] === 'Access token not provided'
      ? failed('token-missing', 'the payments backend saw no access token', status)
      : failed('rejected', `the push was refused with HTTP ${status}`, status);
  }
  if (stalled) return failed('timeout', `the answer to the push did not end within ${timeoutMs} ms`, status);
  const responseCode =
    isObject(body) && isObject(body['daraja_response']) ? body['daraja_response']['ResponseCode'] : undefined;
  const code = toText(responseCode);
  if (code !== undefined && code !== '0') {
    return failed('rejected', `Daraja refused the push (ResponseCode ${code})`, status);
  }
  const parsed = pushSchema().safeParse(body);
  if (status > 299 || !parsed.success) {
    return failed('bad-response', `the answer to the push (HTTP ${status}) is not the documented one`, status);
  }
  const { payment_id, daraja_response } = parsed.data;
  return {
    kind: 'accepted',
    checkout: {
      paymentId: payment_id,
      checkoutRequestId: daraja_response.CheckoutRequestID,
      merchantRequestId: toText(daraja_response.MerchantRequestID) ?? '',
    },
    response: parsed.data,
  };
}

function failed(reason: PushFailureReason, message: string, status?: number): PushResult {
  return { kind: 'failed', failure: { reason, message, ...(status !== undefined && { status }) } };
}

/** Daraja's error in an answer of the payments backend, if it holds one. */
export function readDarajaError(body: unknown): DarajaError | undefined {
  const parsed = darajaErrorSchema().safeParse(body);
  if (!parsed.success) return undefined;
  const { errorCode, errorMessage, requestId } = parsed.data.daraja_error;
  return { errorCode, errorMessage: toText(errorMessage) ?? '', requestId: toText(requestId) ?? '' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
