/** `GET {token-url}`: the access token that one payment attempt is made with. */

import { send, type HttpEnvironment } from './http.js';
import { tokenSchema } from './schemas.js';
import { toText } from './text.js';

export interface AccessToken {
  /** The bare token. It belongs in one header and nowhere else. */
  readonly value: string;
  /** Milliseconds since 1970, by the backend's clock where it says so; `undefined` where it did not say. */
  readonly expiresAt?: number;
}

export type TokenResult =
  | { readonly kind: 'token'; readonly token: AccessToken }
  | {
      readonly kind: 'unavailable';
      /** HTTP status, where there was an answer. */
      readonly status?: number;
      readonly message: string;
    };

export interface TokenRequest {
  readonly url: string;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export async function requestToken(request: TokenRequest, environment: HttpEnvironment): Promise<TokenResult> {
  const { url, credentials, timeoutMs, signal } = request;
  const init: RequestInit = { credentials, cache: 'no-store', headers: { Accept: 'application/json' } };
  const answer = await send({ url, init, timeoutMs, signal }, environment);
  if (answer.kind !== 'response') return unavailable(`the token request failed (${answer.kind})`);
  const { status, body } = answer;
  if (status < 200 || status > 299) return unavailable(`the token request was answered with HTTP ${status}`, status);
  const parsed = tokenSchema().safeParse(body);
  if (!parsed.success) return unavailable('the answer to the token request holds no access_token', status);
  const { access_token, ...life } = parsed.data;
  const expiresAt = expiry(life, environment.now());
  return { kind: 'token', token: { value: access_token, ...(expiresAt !== undefined && { expiresAt }) } };
}

function unavailable(message: string, status?: number): TokenResult {
  return { kind: 'unavailable', message, ...(status !== undefined && { status }) };
}

/**
 * A fresh token's `expires_in` (seconds, a string) counts from now. A stored token's (a number) counts from
 * `updated_at`, and `expiring_time` (seconds since 1970) is the sum of the two.
 */
function expiry(
  life: { expires_in?: unknown; expiring_time?: unknown; updated_at?: unknown },
  now: number,
): number | undefined {
  const expiringTime = Number(toText(life.expiring_time));
  if (Number.isFinite(expiringTime)) return expiringTime * 1000;
  const expiresIn = Number(toText(life.expires_in));
  if (!Number.isFinite(expiresIn)) return undefined;
  const updatedAt = Date.parse(String(life.updated_at));
  return (Number.isNaN(updatedAt) ? now : updatedAt) + expiresIn * 1000;
}
