/** What all elements of one order share in a page, and what outlives each of them. */

import type { Attempt } from '../model/attempt.js';
import type { CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { createManualPayment, type ManualPayment } from './manual-payment.js';
import { createPromptHold, type PromptHold } from './prompt-hold.js';

export interface PageOrder {
  readonly hold: PromptHold;
  /** The elements that are in the document. */
  readonly connected: Set<ConnectedElement>;
  /** The attempts, by id and state, whose outcome was emitted in this page. */
  readonly told: Set<string>;
  readonly manual: ManualPayment;
  /** The attempt that was made last in this page, with the phone number in full, which its record has only masked. */
  sent?: Attempt & { readonly id: string };
}

export interface ConnectedElement {
  readonly observer: CheckoutObserver;
  /** It has an attempt of its own in flight. */
  readonly isPushing: boolean;
}

/** The orders of one page, by the key of {@link ConfigurationCheck}. */
export function createPageOrders(
  environment: Pick<CheckoutEnvironment, 'now' | 'monotonic' | 'store'>,
): (key: string) => PageOrder {
  const orders = new Map<string, PageOrder>();
  return (key) => {
    const order = orders.get(key) ?? {
      hold: createPromptHold(environment),
      connected: new Set(),
      told: new Set(),
      manual: createManualPayment(key, environment),
    };
    orders.set(key, order);
    return order;
  };
}
