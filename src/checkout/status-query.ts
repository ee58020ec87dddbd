/** Asks the status endpoint for the outcome, with the token if that endpoint may see it. */

import { sameOrigin } from '../client/endpoints.js';
import type { HttpEnvironment } from '../client/http.js';
import { requestStatus, type StatusResult } from '../client/status.js';
import { requestToken, type AccessToken } from '../client/token.js';
import type { AttemptSettings } from './settings.js';
import { hasLife } from './token-source.js';

/** An order that is asked for all day has had many tokens; the oldest have long expired. */
const MAX_SECRETS = 8;

export interface StatusQuery {
  /** The tokens that were used for the order: no answer may bring them back to the page. */
  readonly secrets: readonly string[];
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
  let secrets: readonly string[] = [];
  const use = (fresh: AccessToken | undefined): void => {
    token = fresh;
    if (fresh) secrets = [fresh.value, ...secrets].slice(0, MAX_SECRETS);
  };
  return {
    get secrets() {
      return secrets;
    },
    use,
    async ask(settings, paymentId, waitS, signal) {
      const { statusUrl: url = '', pushUrl, tokenUrl } = settings;
      const authorized = sameOrigin(url, pushUrl);
      for (let renewed = false; ; renewed = true) {
        if (authorized && !(token && hasLife(token, environment.now()))) {
          const answer = await requestToken({ url: tokenUrl, ...settings, signal }, environment);
          // If there is no token to be had, asking goes on without one.
          use(answer.kind === 'token' ? answer.token : undefined);
        }
        const bare = authorized ? token?.value : undefined;
        const result = await requestStatus(
          { url, paymentId, waitS, token: bare, secrets, ...settings, signal },
          environment,
        );
        if (result.kind === 'outcome' || !bare || !result.tokenExpired || renewed) return result;
        token = undefined;
      }
    },
  };
}
