/** The token of the next attempt: asked for ahead of time, so that it is there when the customer pays. It serves one attempt. */

import type { AccessToken, TokenResult } from '../client/token.js';

/** A token with less left than this may be dead by the time it reaches Daraja. */
export const TOKEN_MIN_LIFE_MS = 10_000;

type RequestToken = () => Promise<TokenResult>;

export interface TokenSource {
  /**
   * Asks ahead of time, once for each attempt. A failure is silent: `take` asks again.
   *
   * @param audience what the token is for: another endpoint wants another token
   */
  prefetch(audience: string, request: RequestToken): Promise<TokenResult>;
  /** The token for an attempt that begins now. */
  take(audience: string, request: RequestToken): Promise<TokenResult>;
}

export function createTokenSource(now: () => number): TokenSource {
  let prefetched: { readonly audience: string; readonly result: Promise<TokenResult> } | undefined;
  return {
    prefetch(audience, request) {
      if (prefetched?.audience !== audience) prefetched = { audience, result: request() };
      return prefetched.result;
    },
    async take(audience, request) {
      const early = prefetched?.audience === audience ? await prefetched.result : undefined;
      prefetched = undefined;
      // A new token is used as it is: by a phone's wrong clock it may look expired, and it is the newest there is.
      return early?.kind === 'token' && hasLife(early.token, now()) ? early : request();
    },
  };
}

export function hasLife({ expiresAt }: AccessToken, now: number): boolean {
  return !(expiresAt - now < TOKEN_MIN_LIFE_MS);
}
