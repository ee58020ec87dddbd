/**
 * The token of the next attempt: asked for at the first sign of intent, so that it is there when the customer pays.
 * A token serves one attempt.
 */

import type { AccessToken, TokenResult } from '../client/token.js';

/** A token with less left than this may be dead by the time it reaches Daraja. */
export const TOKEN_MIN_LIFE_MS = 10_000;

export type RequestToken = () => Promise<TokenResult>;

export class TokenSource {
  readonly #now: () => number;
  #prefetched: Promise<TokenResult> | undefined;
  /** What the prefetched token is for: another endpoint wants another token. */
  #audience: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Asks ahead of time, once for each attempt. A failure stays silent: {@link take} asks again. */
  prefetch(audience: string, request: RequestToken): void {
    if (this.#prefetched && this.#audience === audience) return;
    this.#audience = audience;
    this.#prefetched = request();
  }

  /** The token for an attempt that begins now. */
  async take(audience: string, request: RequestToken): Promise<TokenResult> {
    const prefetched = this.#audience === audience ? this.#prefetched : undefined;
    this.#prefetched = undefined;
    const early = await prefetched;
    // A new token is used as it is: by a phone's wrong clock it may look expired, and it is the newest there is.
    return early?.kind === 'token' && hasLife(early.token, this.#now()) ? early : request();
  }
}

export function hasLife(token: AccessToken, now: number): boolean {
  return token.expiresAt === undefined || token.expiresAt - now >= TOKEN_MIN_LIFE_MS;
}
