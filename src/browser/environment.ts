/** The browser's side of {@link CheckoutEnvironment}. */

import type { CheckoutEnvironment, Clocks } from '../checkout/environment.js';
import { createPageOrders } from '../checkout/page-order.js';
import { platform, type HttpEnvironment } from '../client/http.js';
import { createOrderLock } from './locks.js';
import { pageSignals } from './page-signals.js';
import { createOrderStore } from './storage.js';

/** The clocks and timers of an environment, for tests to replace. */
export type ClocksAndTimers = Clocks & Pick<HttpEnvironment, 'setTimeout' | 'clearTimeout'>;

let shared: CheckoutEnvironment | undefined;

/** The page's one environment: elements of one order have to share memory if there is no storage. */
export function pageEnvironment(): CheckoutEnvironment {
  return (shared ??= createBrowserEnvironment());
}

/** The browser's storage, locks and signals, by its own clocks or by a test's. */
export function createBrowserEnvironment(clocks: Partial<ClocksAndTimers> = {}): CheckoutEnvironment {
  const base = { ...platform, monotonic: () => performance.now(), ...clocks };
  const environment = {
    ...base,
    store: createOrderStore({
      ...base,
      local: () => localStorage,
      session: () => sessionStorage,
      events: window,
    }),
  };
  return {
    ...environment,
    // Pages seed Math.random, and two tabs whose pushes have one id take each other's for their own.
    random: () => (crypto.getRandomValues(new Uint32Array(1)) as unknown as readonly [number])[0] / 2 ** 32,
    inPage: createPageOrders(environment),
    lock: createOrderLock((navigator as { locks?: LockManager }).locks),
    page: pageSignals,
  };
}
