/** One attempt as a straight line: a token, a push, and both again if the token had expired. It emits and writes nothing. */

import { requestPush, type PushResponse } from '../client/push.js';
import type { AccessToken, TokenResult } from '../client/token.js';
import type { Attempt, OrderRecord } from '../model/attempt.js';
import type { AttemptEnd } from '../model/conclusion.js';
import { promptPossible, type DarajaError } from '../model/failure.js';
import type { CheckoutEnvironment } from './environment.js';
import type { AttemptSettings } from './settings.js';

export interface AttemptHost {
  /** The record of another page's push that holds this one back, if there is one. */
  findOther(): OrderRecord | undefined;
  /** The token that was asked for ahead of time, or a new one. */
  takeToken(): Promise<TokenResult>;
  /** A new one. */
  renewToken(): Promise<TokenResult>;
  /** A push is about to leave with this token. */
  sending(token: AccessToken): void;
  /** Daraja refused the token. Returns whether a new one may be asked for. */
  mayRenew(darajaError: DarajaError, willRetry: boolean): boolean;
}

/** @param synced resolves once what other pages have written can be read */
export async function attemptPush(
  attempt: Attempt,
  settings: AttemptSettings,
  environment: CheckoutEnvironment,
  host: AttemptHost,
  synced: Promise<void>,
): Promise<AttemptEnd<PushResponse>> {
  const first = host.findOther();
  if (first) return { kind: 'joined', record: first };
  // The browser's word is not believed alone. A token that came earlier proves nothing.
  const { online } = environment.page;
  let answer = await (online ? host.takeToken() : host.renewToken());
  await synced;
  // While the token was on its way, another page may have learned of a payment.
  const other = host.findOther();
  if (other) return { kind: 'joined', record: other };

  for (let renewed = false; ; renewed = true) {
    if (answer.kind === 'unavailable') {
      const { status } = answer;
      const isOffline = !online && !renewed;
      const message = `${isOffline ? 'the browser is offline and ' : ''}token-url gave no token, HTTP ${status ?? '-'}`;
      return { kind: 'refused', failure: { reason: isOffline ? 'offline' : 'token-unavailable', status, message } };
    }
    const { token } = answer;
    host.sending(token);
    const result = await requestPush(
      { url: settings.pushUrl, token: token.value, order: attempt, ...settings },
      environment,
    );
    if (result.kind === 'accepted') return { kind: 'accepted', ids: result.checkout, response: result.response };
    const { failure } = result;
    if (result.kind === 'expired') {
      const mayRenew = host.mayRenew(result.failure.darajaError, !renewed);
      if (mayRenew && !renewed) {
        answer = await host.renewToken();
        continue;
      }
    }
    return { kind: promptPossible(failure.reason) ? 'unanswered' : 'refused', failure };
  }
}
