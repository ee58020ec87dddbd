/**
 * Which page answers for an order: the one that sent the push holds a lock for as long as it is there. If it is gone, the
 * next one in line answers in its place.
 */

import type { OrderLock } from './environment.js';

export interface Presence {
  /** This page answers for the order from now on, or as soon as the one that does so has left. */
  announce(): void;
  /** The page leaves, or no longer answers for the order. */
  end(): void;
  readonly isHeld: boolean;
  /** Resolves once this page answers for the order; never if it ends before. */
  whenHeld(): Promise<void>;
}

interface Holding {
  isHeld: boolean;
  readonly held: Promise<void>;
  readonly letGo: () => void;
}

export function createPresence(lock: OrderLock, name: string): Presence {
  let current: Holding | undefined;

  function announce(): void {
    if (current) return;
    const waiting = new AbortController();
    let grant!: () => void;
    let release!: () => void;
    const held = new Promise<void>((resolve) => {
      grant = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const letGo = () => {
      waiting.abort();
      release();
    };
    const holding: Holding = { isHeld: false, held, letGo };
    current = holding;
    const hold = () => {
      holding.isHeld = true;
      grant();
      return released;
    };
    // Rejects if it ends before it got the lock.
    lock.exclusive(name, hold, waiting.signal).catch(() => undefined);
  }

  return {
    announce,
    end() {
      current?.letGo();
      current = undefined;
    },
    get isHeld() {
      return !!current?.isHeld;
    },
    whenHeld: () => current?.held ?? new Promise(() => undefined),
  };
}
