/** What all elements of one order share in a page, and what outlives each of them. */

import type { CheckoutObserver } from './checkout-events.js';
import type { Clocks } from './environment.js';
import { createPromptHold, type PromptHold } from './prompt-hold.js';

export interface PageOrder {
  readonly hold: PromptHold;
  readonly draft: Draft;
  /** The elements that are in the document. */
  readonly connected: Set<ConnectedElement>;
  /** The attempts, by id and state, whose outcome was emitted in this page. */
  readonly told: Set<string>;
}

export interface ConnectedElement {
  readonly observer: CheckoutObserver;
  /** It has an attempt of its own in flight. */
  readonly isPushing: boolean;
}

/** What the customer was doing in the phone field when its element was replaced. */
export interface Draft {
  /** As typed; `undefined` if nothing was. */
  text: string | undefined;
  hasFocus: boolean;
}

/** The orders of one page, by the key of {@link ConfigurationCheck}. */
export function createPageOrders(clocks: Clocks): (key: string) => PageOrder {
  const orders = new Map<string, PageOrder>();
  return (key) => {
    const order = orders.get(key) ?? {
      hold: createPromptHold(clocks),
      draft: { text: undefined, hasFocus: false },
      connected: new Set(),
      told: new Set(),
    };
    orders.set(key, order);
    return order;
  };
}
