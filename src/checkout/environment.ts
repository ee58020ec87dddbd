/** The outside world of a checkout, all of it, as interfaces: a browser implements them, and so do tests. */

import type { HttpEnvironment } from '../client/http.js';
import type { OrderRecord } from '../model/attempt.js';
import type { PageOrder } from './page-order.js';

export interface Clocks {
  /** Milliseconds since 1970. Anybody can set this clock. */
  readonly now: () => number;
  /** Milliseconds on a clock that nobody can set. It may stand still while the device sleeps. */
  readonly monotonic: () => number;
}

export interface CheckoutEnvironment extends HttpEnvironment, Clocks {
  readonly now: Clocks['now'];
  /** From 0 up to, not including, 1. */
  random(): number;
  readonly store: OrderStore;
  readonly lock: OrderLock;
  readonly page: PageSignals;
  /** What the elements of an order share in this page. */
  readonly inPage: (key: string) => PageOrder;
}

/** What is remembered of each order, in this page and in others of its origin. */
export interface OrderStore {
  /** The newest record of an order, written again if storage has lost it. */
  read(key: string): OrderRecord | undefined;
  /** Writes the record as the newest one, and calls back all other subscribers of this page. */
  write(key: string, record: OrderRecord, writer?: () => void): OrderRecord;
  /** A text that this tab keeps over a reload. */
  noteOf(name: string): string | undefined;
  note(name: string, text: string): void;
  /**
   * Calls back when the record may have changed, in this page or another; with another page's record, if this page has
   * written over it before it came through. Returns the function that unsubscribes.
   */
  subscribe(key: string, changed: (overwritten?: OrderRecord) => void): () => void;
}

/** Mutual exclusion among all pages of the origin. */
export interface OrderLock {
  /**
   * Runs `task` while nobody else holds `name`. `contended` says whether it had to wait. Rejects with the signal's
   * reason if that is aborted before its turn.
   */
  exclusive<T>(name: string, task: (contended: boolean) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Whether anybody is looking at the page, whether it is online, and when it comes back. */
export interface PageSignals {
  readonly hidden: boolean;
  /** The browser's word for it: `false` has been seen on working lines. */
  readonly online: boolean;
  /**
   * `wake`: the page became visible, came online or returned from the back/forward cache. `hide`: nobody sees it any
   * more. `sleep`: it is about to be left, perhaps for that cache. Returns the function that unsubscribes.
   */
  subscribe(signals: { wake: () => void; hide?: () => void; sleep: () => void }): () => void;
}

/** Resolves after that many milliseconds. */
export function sleep(environment: HttpEnvironment, ms: number): Promise<void> {
  return new Promise((resolve) => environment.setTimeout(resolve, ms));
}
