/**
 * Mutual exclusion for one order: across tabs by Web Locks, which a crashing tab lets go of by itself; within the page
 * where the browser has none (an insecure context, a sandboxed frame).
 */

export interface AttemptLock {
  /**
   * Runs `task` while nobody else of the same name runs theirs. `contended` tells it whether it had to wait. Rejects
   * with the signal's reason where that comes before its turn.
   */
  exclusive<T>(name: string, task: (contended: boolean) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether nobody holds `name` at this moment. */
  isFree(name: string): Promise<boolean>;
}

export function createAttemptLock(locks: LockManager | undefined): AttemptLock {
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
    isFree: (name) =>
      locks.request(name, { ifAvailable: true }, (lock) => lock !== null).catch(() => inPage.isFree(name)),
  };
}

/** Each in its turn. Nobody crashes alone within a page, so nobody has to give up waiting. */
function createInPageLock(): AttemptLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    exclusive(name, task) {
      const before = tails.get(name);
      const turn = before ? before.then(() => task(true)) : task(false);
      const tail = turn
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return turn;
    },
    isFree: (name) => Promise.resolve(!tails.has(name)),
  };
}
