/**
 * What can be asked for before the customer pays, so that a press costs one round trip: the token and, at another origin,
 * the permission to push.
 */

import { requestPermission } from '../client/permission.js';
import { requestToken, type TokenResult } from '../client/token.js';
import type { CheckoutEnvironment } from './environment.js';
import type { AttemptSettings } from './settings.js';
import { createTokenSource } from './token-source.js';

/** No page can read for how long a permission is kept; browsers keep it for five seconds if the backend says nothing. */
export const PERMISSION_LIFE_MS = 5_000;

export interface Prefetch {
  /** Asks for what is missing. A failure is silent. */
  start(settings: AttemptSettings): void;
  /** The token for an attempt that begins now: the one that was asked for ahead of time, if it has enough life left. */
  takeToken(settings: AttemptSettings): Promise<TokenResult>;
  newToken(settings: AttemptSettings): Promise<TokenResult>;
}

export function createPrefetch(environment: CheckoutEnvironment): Prefetch {
  const tokens = createTokenSource(() => environment.now());
  let permissionAskedAt = -Infinity;
  let permissionFor = '';

  const newToken = (settings: AttemptSettings) => requestToken({ url: settings.tokenUrl, ...settings }, environment);

  function askPermission(settings: AttemptSettings, answer: TokenResult): void {
    const { pushUrl, credentials } = settings;
    const audience = `${pushUrl} ${credentials}`;
    const now = environment.monotonic();
    const isFresh = permissionFor === audience && now - permissionAskedAt < PERMISSION_LIFE_MS;
    if (!settings.needsPermission || answer.kind !== 'token' || isFresh) return;
    permissionAskedAt = now;
    permissionFor = audience;
    void requestPermission({ url: pushUrl, token: answer.token.value, ...settings }, environment);
  }

  return {
    start(settings) {
      void tokens
        .prefetch(tokenAudience(settings), () => newToken(settings))
        .then((answer) => {
          askPermission(settings, answer);
        });
    },
    takeToken: (settings) => tokens.take(tokenAudience(settings), () => newToken(settings)),
    newToken,
  };
}

/** What a token is for: another endpoint wants another token. */
function tokenAudience({ tokenUrl, credentials }: AttemptSettings): string {
  return `${tokenUrl} ${credentials}`;
}
