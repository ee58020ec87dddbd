/** Asks the status endpoint for the outcome, with the token if that endpoint may see it. */

import { sameOrigin } from '../client/endpoints.js';
import type { HttpEnvironment } from '../client/http.js';
import { requestStatus, type StatusResult } from '../client/status.js';
import { requestToken, type AccessToken } from '../client/token.js';
import type { AttemptSettings } from './settings.js';
import { hasLife } from './token-source.js';

export interface StatusQuery {
  /** The token of an attempt serves its status requests too. */
  use(token: AccessToken): void;
  /** @param waitS seconds for which the backend may hold its answer */
  ask(
    settings: AttemptSettings,
    paymentId: string | undefined,
    waitS: number,
    signal: AbortSignal,
  ): Promise<StatusResult>;
}

export function createStatusQuery(environment: HttpEnvironment): StatusQuery {
  let token: AccessToken | undefined;
  return {
    use(fresh) {
      token = fresh;
    },
    async ask(settings, paymentId, waitS, signal) {
      const { statusUrl: url = '', pushUrl, tokenUrl } = settings;
      const authorized = sameOrigin(url, pushUrl);
      for (let renewed = false; ; renewed = true) {
        if (authorized && !(token && hasLife(token, environment.now()))) {
          const answer = await requestToken({ url: tokenUrl, ...settings, signal }, environment);
          // If there is no token to be had, asking goes on without one.
          token = answer.kind === 'token' ? answer.token : undefined;
        }
        const bare = authorized ? token?.value : undefined;
        const result = await requestStatus({ url, paymentId, waitS, token: bare, ...settings, signal }, environment);
        if (result.kind === 'outcome' || !bare || !result.tokenExpired || renewed) return result;
        token = undefined;
      }
    },
  };
}
