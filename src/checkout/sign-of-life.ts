/** How pages of one order know whether the page that sent the push is still there: it holds a lock for as long. */

import type { AttemptLock } from './attempt-lock.js';

export interface SignOfLife {
  /** Gives the sign, if it is not given yet. */
  give(): void;
  /** Ends it: the page goes, or no longer answers for the order. */
  end(): void;
  /** Whether no page gives it. */
  isGone(): Promise<boolean>;
}

export function createSignOfLife(lock: AttemptLock, order: string): SignOfLife {
  const name = `${order} starter`;
  let letGo: (() => void) | undefined;
  return {
    give() {
      if (letGo) return;
      const giveUp = new AbortController();
      const held = new Promise<void>((resolve) => {
        letGo = () => {
          giveUp.abort();
          resolve();
        };
      });
      // Rejects where it is ended while another page still holds the lock: that one answers for the order then.
      lock.exclusive(name, () => held, giveUp.signal).catch(() => undefined);
    },
    end() {
      letGo?.();
      letGo = undefined;
    },
    isGone: () => lock.isFree(name),
  };
}
