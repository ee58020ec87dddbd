/** The DOM events of the checkout, as the page's own script sees them. */

import type { VitumobPayEventMap } from 'vitumob-pay';

export type EventName = keyof VitumobPayEventMap;

/** What matters of each event, in a few words. */
const SUMMARIES: { readonly [Name in EventName]: (detail: VitumobPayEventMap[Name]['detail']) => string } = {
  'push-request': ({ phone }) => phone,
  'push-success': ({ checkoutRequestId }) => checkoutRequestId,
  'push-failure': ({ reason, promptPossible }) => (promptPossible ? `${reason}, prompt possible` : reason),
  'token-expired': ({ willRetry }) => (willRetry ? 'for the first time' : 'again, so it gives up'),
  'payment-success': ({ receipt }) => receipt ?? 'no receipt number',
  'payment-failure': ({ reason, resultCode }) => `${reason}, result ${resultCode}`,
  'payment-unconfirmed': () => 'nobody knows yet',
  'state-change': ({ previous, state }) => `${previous} → ${state}`,
};

export const EVENT_NAMES = Object.keys(SUMMARIES) as EventName[];

export interface LoggedEvent {
  readonly name: EventName;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly summary: string;
  /** The page has called `preventDefault()`. */
  readonly stopped: boolean;
  readonly detail: unknown;
}

export function loggedEvent(event: VitumobPayEventMap[EventName]): LoggedEvent {
  const name = event.type as EventName;
  const summarise = SUMMARIES[name] as (detail: unknown) => string;
  return {
    name,
    at: performance.timeOrigin + event.timeStamp,
    summary: summarise(event.detail),
    stopped: event.defaultPrevented,
    detail: event.detail,
  };
}
