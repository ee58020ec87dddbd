/**
 * Paying without a prompt, by Pay Bill or Buy Goods. For ten minutes from the last opening of its steps, any success that
 * is told of the order is this order's payment. Shared by all elements of the order in the page, and remembered over a reload.
 */

import type { CheckoutEnvironment } from './environment.js';
import { POLLING_GRACE_MS } from './status-poller.js';

export const MANUAL_PAYMENT_MS = 600_000;

/** A prompt, or a payment without one, whose outcome is awaited. */
export interface AwaitedPayment {
  readonly id: string;
  /** Milliseconds until its window ends, by the clock that nobody can set; negative afterwards. */
  readonly leftMs: number;
  /** Milliseconds of the whole window. */
  readonly windowMs: number;
}

export interface ManualPayment {
  /** The customer has opened the steps. */
  open(): void;
  readonly isOpen: boolean;
  /** What is polled for while it is open. */
  awaited(): AwaitedPayment | undefined;
}

export function createManualPayment(
  key: string,
  { now, monotonic, store }: Pick<CheckoutEnvironment, 'now' | 'monotonic' | 'store'>,
): ManualPayment {
  const noteName = `${key} manual`;
  // The phone may have dropped the page while the customer was in M-Pesa's menu. Its clock may have been put back since.
  let openedAt = monotonic() - Math.max(0, now() - (Number(store.noteOf(noteName)) || 0));
  const leftMs = () => openedAt + MANUAL_PAYMENT_MS - monotonic();
  return {
    open() {
      openedAt = monotonic();
      store.note(noteName, String(now()));
    },
    get isOpen() {
      return leftMs() > 0;
    },
    awaited() {
      if (leftMs() <= 0) return undefined;
      const windowMs = MANUAL_PAYMENT_MS - POLLING_GRACE_MS;
      return { id: `manual ${openedAt}`, leftMs: leftMs() - POLLING_GRACE_MS, windowMs };
    },
  };
}
