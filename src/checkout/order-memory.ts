/** The newest record of one order that a checkout has seen. A writer does not hear its own writes. */

import type { OrderRecord } from '../model/attempt.js';
import type { OrderStore } from './environment.js';

export interface OrderMemory {
  /** The newest record, also after the page's scripts have cleared storage in mid-payment. */
  read(): OrderRecord | undefined;
  /** The record last read or written. */
  readonly record: OrderRecord | undefined;
  /** Writes the record as the newest one, and returns it as written. */
  write(record: OrderRecord): OrderRecord;
  /** Whether the record says anything that was not taken before. Takes it. */
  isNews(record: OrderRecord): boolean;
  /** Calls back when another element or page has written. Returns the function that unsubscribes. */
  subscribe(): () => void;
}

export function createOrderMemory(
  store: OrderStore,
  key: string,
  changed: (overwritten?: OrderRecord) => void,
): OrderMemory {
  let record: OrderRecord | undefined;
  /** Fingerprint of the last record taken. The revision alone is not unique: two pages can write the same one. */
  let taken = '';
  return {
    read: () => (record = store.read(key) ?? record),
    get record() {
      return record;
    },
    write: (change) => (record = store.write(key, change, changed)),
    isNews({ revision, id, phase, liveUntil }) {
      const mark = `${revision} ${id} ${phase} ${liveUntil}`;
      const isNews = mark !== taken;
      taken = mark;
      return isNews;
    },
    subscribe: () => store.subscribe(key, changed),
  };
}
