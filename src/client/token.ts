/** `GET {token-url}`: the access token that one payment attempt is made with. */

import { isSuccess, send, type HttpEnvironment } from './http.js';
import { tokenSchema } from './schemas.js';
import { toText } from './text.js';

export interface AccessToken {
  /** The bare token. It belongs in one header and nowhere else. */
  readonly value: string;
  /** Milliseconds since 1970, by the backend's clock where it says so; `NaN` where it did not say. */
  readonly expiresAt: number;
}

export type TokenResult =
  | { readonly kind: 'token'; readonly token: AccessToken }
  /** The request failed, timed out, or its answer is not a token. `status`: HTTP's, where there was an answer. */
  | { readonly kind: 'unavailable'; readonly status: number | undefined };

export interface TokenRequest {
  readonly url: string;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What HTTP lets a header carry. Another character would make the push itself fail. */
const HEADER_VALUE = /^[!-~]+$/;

export async function requestToken(
  { url, credentials, timeoutMs, signal }: TokenRequest,
  environment: HttpEnvironment,
): Promise<TokenResult> {
  const { status, body } = await send({ url, init: { credentials }, timeoutMs, signal }, environment);
  const { data } = tokenSchema().safeParse(body);
  const value = data?.access_token.trim() ?? '';
  if (!data || !isSuccess(status) || !HEADER_VALUE.test(value)) return { kind: 'unavailable', status };
  return { kind: 'token', token: { value, expiresAt: expiry(data, environment.now()) } };
}

/**
 * A fresh token's `expires_in` (seconds, a string) counts from now. A stored token's (a number) counts from
 * `updated_at`, and `expiring_time` (seconds since 1970) is the sum of the two.
 */
function expiry({ expires_in, expiring_time, updated_at }: Record<string, unknown>, now: number): number {
  const end = Number(toText(expiring_time)) * 1000;
  return end || (Date.parse(toText(updated_at) ?? '') || now) + Number(toText(expires_in)) * 1000;
}
