/**
 * Mutual exclusion for one order: across tabs by Web Locks, which a crashing tab releases by itself; within the page if
 * the browser has none (an insecure context, a sandboxed frame).
 */

import type { OrderLock } from '../checkout/environment.js';

export function createOrderLock(locks: LockManager | undefined): OrderLock {
  const inPage = createInPageLock();
  if (!locks) return inPage;

  return {
    async exclusive(name, task, signal) {
      const turn = { begun: false };
      const begin = (contended: boolean) => {
        turn.begun = true;
        return task(contended);
      };
      try {
        const atOnce = await locks.request(name, { ifAvailable: true }, async (lock) => {
          return lock ? { result: await begin(false) } : undefined;
        });
        if (atOnce) return atOnce.result;
        return await locks.request(name, signal ? { signal } : {}, () => begin(true));
      } catch (error) {
        if (turn.begun || signal?.aborted) throw error;
        // A frame without an origin of its own is refused locks; it cannot share an order with another page either.
        return inPage.exclusive(name, task, signal);
      }
    },
    claim: (name) =>
      new Promise((resolve) => {
        const hold = (lock: Lock | null) => {
          if (!lock) resolve(undefined);
          return lock
            ? new Promise<void>((release) => {
                resolve(release);
              })
            : undefined;
        };
        locks.request(name, { ifAvailable: true }, hold).catch(() => {
          resolve(inPage.claim(name));
        });
      }),
  };
}

/** One after the other. Nobody crashes alone within a page, so nobody has to give up waiting. */
function createInPageLock(): OrderLock {
  const tails = new Map<string, Promise<unknown>>();

  function exclusive<T>(name: string, task: (contended: boolean) => Promise<T>): Promise<T> {
    const before = tails.get(name);
    const turn = before ? before.then(() => task(true)) : task(false);
    const tail = turn
      .catch(() => undefined)
      .then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
    tails.set(name, tail);
    return turn;
  }

  return {
    exclusive,
    claim: (name) =>
      new Promise((resolve) => {
        if (tails.has(name)) resolve(undefined);
        else
          void exclusive(
            name,
            () =>
              new Promise<void>((release) => {
                resolve(release);
              }),
          );
      }),
  };
}
