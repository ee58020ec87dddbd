/**
 * How pages of one order know whether the page that sent the push is still there: it holds a lock for as long. If it is
 * gone, the one that takes the lock answers for the order in its place.
 */

import type { OrderLock } from './environment.js';

export interface Presence {
  /** Announces this page, if it is not announced yet. */
  announce(): void;
  /** The page leaves, or no longer answers for the order. */
  end(): void;
  /** Announces this page if no other one is. Resolves with whether it is announced now. */
  claim(): Promise<boolean>;
}

export function createPresence(lock: OrderLock, name: string): Presence {
  let letGo: (() => void) | undefined;
  let ends = 0;
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
      ends++;
      letGo?.();
      letGo = undefined;
    },
    async claim() {
      if (letGo) return true;
      const endsBefore = ends;
      const release = await lock.claim(name);
      if (ends === endsBefore) letGo = release;
      else release?.();
      return release !== undefined;
    },
  };
}
