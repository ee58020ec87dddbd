/** The outside world of a checkout, all of it: what tests hand in instead is what a checkout can be surprised by. */

import { platform, type HttpEnvironment } from '../client/http.js';
import { createAttemptLock, type AttemptLock } from './attempt-lock.js';
import { browserStore, type AttemptStore } from './attempt-store.js';
import { browserPage, type PageSignals } from './page-signals.js';

export interface CheckoutEnvironment extends HttpEnvironment {
  /** Milliseconds on a clock that nobody can set. It may stand still while the device sleeps. */
  monotonic(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  readonly store: AttemptStore;
  readonly lock: AttemptLock;
  readonly page: PageSignals;
}

let shared: CheckoutEnvironment | undefined;

/** The browser's. One for the page: elements of one order have to share memory where there is no storage. */
export function browserEnvironment(): CheckoutEnvironment {
  return (shared ??= {
    ...platform,
    monotonic: () => performance.now(),
    random: () => Math.random(),
    store: browserStore(),
    lock: createAttemptLock((navigator as { locks?: LockManager }).locks),
    page: browserPage,
  });
}
