/** The DOM events of the checkout, as the page's own script sees them. */

import type { VitumobPayEventMap } from 'vitumob-pay';

export type EventName = keyof VitumobPayEventMap;

export type EventDetails = { readonly [Name in EventName]: VitumobPayEventMap[Name]['detail'] };

const ALL: Readonly<Record<EventName, true>> = {
  'push-request': true,
  'push-success': true,
  'push-failure': true,
  'token-expired': true,
  'payment-success': true,
  'payment-failure': true,
  'payment-unconfirmed': true,
  'state-change': true,
};

export const EVENT_NAMES = Object.keys(ALL) as EventName[];

export interface LoggedEvent {
  readonly name: EventName;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The page has called `preventDefault()`. */
  readonly stopped: boolean;
  readonly detail: EventDetails[EventName];
}

export function loggedEvent(event: VitumobPayEventMap[EventName]): LoggedEvent {
  return {
    name: event.type as EventName,
    at: performance.timeOrigin + event.timeStamp,
    stopped: event.defaultPrevented,
    detail: event.detail,
  };
}
