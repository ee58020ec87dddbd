/**
 * What is remembered of each order: in web storage, so that a reload, a discarded tab or a second tab knows of the
 * prompt, or in the page's memory if the browser denies storage. Never the token, and the phone number only masked.
 */

import type { OrderStore } from '../checkout/environment.js';
import { parseRecord, serializeRecord } from '../checkout/stored-record.js';
import type { OrderRecord } from '../model/attempt.js';

/** Entries are dropped after a day: by then M-Pesa's SMS has told the customer. */
export const RECORD_LIFE_MS = 24 * 60 * 60 * 1000;

const PREFIX = 'vitumob-pay:';

/** A clock read twice by two pages of one machine may differ by this much, browsers being deliberately vague. */
const CLOCK_GRAIN_MS = 1000;

/** Part of `Storage`, so that tests can hand in one that throws. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface OrderStoreOptions {
  /** May throw on access, as `localStorage` does in a sandboxed frame. */
  readonly storage: () => WebStorage;
  readonly now: () => number;
  /** Where other pages' writes are heard of as `storage` events. */
  readonly events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;
}

export function createOrderStore({ storage, now, events }: OrderStoreOptions): OrderStore {
  const memory = new Map<string, OrderRecord>();
  /** Records dated in the future (the clock was put back), re-dated to now; cached so that each is re-dated once. */
  const shifted = new Map<string, OrderRecord>();
  const listeners = new Set<{ readonly key: string; readonly changed: () => void }>();

  /** Storage may be denied, full or gone at any moment; memory then has to do. */
  function tryStorage<T>(use: (area: WebStorage) => T): T | undefined {
    try {
      return use(storage());
    } catch {
      return undefined;
    }
  }

  function isCurrent(record: OrderRecord): boolean {
    return now() - record.since < RECORD_LIFE_MS;
  }

  function newest(key: string): OrderRecord | undefined {
    const stored = parseRecord(tryStorage((area) => area.getItem(PREFIX + key)));
    const remembered = memory.get(key);
    const record = stored && stored.revision >= (remembered?.revision ?? 0) ? stored : remembered;
    return record && isCurrent(record) ? record : undefined;
  }

  function save(key: string, record: OrderRecord): OrderRecord {
    memory.set(key, record);
    tryStorage((area) => {
      area.setItem(PREFIX + key, serializeRecord(record));
      memory.delete(key);
    });
    return record;
  }

  function notify(changedKey: string, writer?: () => void): void {
    for (const { key, changed } of listeners) if (key === changedKey && changed !== writer) changed();
  }

  const onStorage = (event: Event) => {
    const { key } = event as StorageEvent;
    if (key) notify(key.slice(PREFIX.length));
  };

  tryStorage((area) => {
    const keys = Array.from({ length: area.length }, (_, index) => area.key(index));
    for (const key of keys) {
      if (!key?.startsWith(PREFIX)) continue;
      const record = parseRecord(area.getItem(key));
      if (!record || !isCurrent(record)) area.removeItem(key);
    }
  });

  return {
    read(key) {
      const record = newest(key);
      if (!record) return undefined;
      const isSound = ({ since }: OrderRecord) => since - now() <= CLOCK_GRAIN_MS;
      const text = serializeRecord(record);
      const known = shifted.get(text) ?? record;
      if (isSound(known)) return known;
      // The prompt lives no longer than it would have, counted from now. It is not written: it may be old news.
      const { since, liveUntil } = record;
      const moved = { ...record, since: now(), liveUntil: now() + liveUntil - since };
      shifted.set(text, moved);
      return moved;
    },
    write(key, record, writer) {
      const revision = Math.max(record.revision, newest(key)?.revision ?? 0) + 1;
      const written = save(key, { ...record, revision });
      notify(key, writer);
      return written;
    },
    subscribe(key, changed) {
      const listener = { key, changed };
      if (!listeners.size) events?.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (!listeners.size) events?.removeEventListener('storage', onStorage);
      };
    },
  };
}
