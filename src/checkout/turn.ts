/** The turn of one attempt among all pages of an order. */

import { sleep, type CheckoutEnvironment } from './environment.js';

/**
 * Browsers carry web storage from one process to the next with a delay of some milliseconds. The lock is held this long
 * after the last write, and a page that gets it pushes nothing before it has held it for this long: the page before may
 * have died a moment ago. It is less than a customer notices, and runs beside the request for the token.
 */
export const STORAGE_SYNC_MS = 40;

/**
 * Waits for the order's turn and runs `task` in it. Resolves when the task has ended; `false` if the turn never came,
 * because another page holds it for longer than `patienceMs`.
 *
 * @param task gets a promise that resolves once what other pages have written can be read. It returns whether the turn
 *   has to outlast its own writes.
 */
export function takeTurn(
  environment: CheckoutEnvironment,
  lockName: string,
  patienceMs: number,
  task: (synced: Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  const waiting = new AbortController();
  const timer = environment.setTimeout(() => {
    waiting.abort();
  }, patienceMs);
  let begun = false;
  return new Promise((resolve) => {
    const turn = async (contended: boolean) => {
      begun = true;
      environment.clearTimeout(timer);
      const synced = sleep(environment, STORAGE_SYNC_MS);
      // Then another page has most likely pushed, and no token is needed.
      if (contended) await synced;
      const outlasts = await task(synced).finally(() => {
        resolve(true);
      });
      if (outlasts) await sleep(environment, STORAGE_SYNC_MS);
    };
    environment.lock.exclusive(lockName, turn, waiting.signal).catch(() => {
      // A script that steals the lock does not end an attempt that has begun.
      if (!begun) resolve(false);
    });
  });
}
