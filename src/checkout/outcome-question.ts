/** Asks the status endpoint, with the token where it may see it. */

import { sameOrigin } from '../client/endpoints.js';
import type { HttpEnvironment } from '../client/http.js';
import { requestStatus, type StatusResult } from '../client/status.js';
import { requestToken, type AccessToken } from '../client/token.js';
import type { Settings } from './settings.js';
import { hasLife } from './token-source.js';

export interface OutcomeQuestion {
  /** The token of the attempt serves its questions too. */
  use(token: AccessToken): void;
  ask(by: Settings, paymentId: string | undefined, signal: AbortSignal): Promise<StatusResult>;
}

export function createOutcomeQuestion(environment: HttpEnvironment): OutcomeQuestion {
  let token: AccessToken | undefined;
  return {
    use(fresh) {
      token = fresh;
    },
    async ask(by, paymentId, signal) {
      const { statusUrl: url = '', pushUrl, tokenUrl } = by;
      const authorized = sameOrigin(url, pushUrl);
      for (let renewed = false; ; renewed = true) {
        if (authorized && !(token && hasLife(token, environment.now()))) {
          const answer = await requestToken({ url: tokenUrl, ...by, signal }, environment);
          // Asking goes on without a token where there is none to be had.
          token = answer.kind === 'token' ? answer.token : undefined;
        }
        const bare = authorized ? token?.value : undefined;
        const result = await requestStatus({ url, paymentId, token: bare, ...by, signal }, environment);
        if (result.kind === 'outcome' || !bare || !result.tokenExpired || renewed) return result;
        token = undefined;
      }
    },
  };
}
