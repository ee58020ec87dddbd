/** How pages of one order know whether the page that sent the push is still there: it holds a lock for as long. */

import type { OrderLock } from './environment.js';

export interface Presence {
  /** Announces this page, if it is not announced yet. */
  announce(): void;
  /** The page leaves, or no longer answers for the order. */
  end(): void;
  /** Whether no page is announced. */
  isGone(): Promise<boolean>;
}

export function createPresence(lock: OrderLock, name: string): Presence {
  let letGo: (() => void) | undefined;
  return {
    announce() {
      if (letGo) return;
      const waiting = new AbortController();
      const held = new Promise<void>((resolve) => {
        letGo = () => {
          waiting.abort();
          resolve();
        };
      });
      // Rejects if it ends before it got the lock: another page then answers for the order.
      lock.exclusive(name, () => held, waiting.signal).catch(() => undefined);
    },
    end() {
      letGo?.();
      letGo = undefined;
    },
    isGone: () => lock.isFree(name),
  };
}
