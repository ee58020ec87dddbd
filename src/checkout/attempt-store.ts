/**
 * What is remembered of each order: in web storage, so that a reload, a discarded tab or a second tab knows of the
 * prompt, or in the page's memory where the browser denies storage. Never the token, and the phone number only masked.
 *
 * The one file that touches storage.
 */

import type { OrderRecord } from '../model/attempt.js';

/** Entries are dropped after a day: by then M-Pesa's SMS has told the customer. */
export const RECORD_LIFE_MS = 24 * 60 * 60 * 1000;

const PREFIX = 'vitumob-pay:';

/** A clock read twice by two pages of one machine may differ by this much, browsers being deliberately vague. */
const CLOCK_GRAIN_MS = 1000;

export interface AttemptStore {
  /** The record of an order, or `undefined`. */
  read(key: string): OrderRecord | undefined;
  /** Writes the record as the newest one, and tells whoever subscribed. */
  write(key: string, record: OrderRecord): OrderRecord;
  /** Calls back when the record may have changed, in this page or another. Returns the function that ends it. */
  subscribe(key: string, changed: () => void): () => void;
}

/** Part of `Storage`, so that tests can hand in one that throws. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface AttemptStoreOptions {
  /** May throw on access, as `localStorage` does in a sandboxed frame. */
  readonly storage: () => WebStorage;
  readonly now: () => number;
  /** Where other pages' writes are heard of as `storage` events. */
  readonly events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;
}

export function createAttemptStore({ storage, now, events }: AttemptStoreOptions): AttemptStore {
  const memory = new Map<string, OrderRecord>();
  /** What this page makes of records from a future that the clock was put back from. */
  const shifted = new Map<string, OrderRecord>();
  const listeners = new Set<(key: string) => void>();

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
      area.setItem(PREFIX + key, JSON.stringify(record));
      memory.delete(key);
    });
    return record;
  }

  function notify(key: string): void {
    for (const changed of listeners) changed(key);
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
      const text = JSON.stringify(record);
      const known = shifted.get(text) ?? record;
      if (isSound(known)) return known;
      // The prompt lives no longer than it would have, counted from now. It is not written: it may be old news.
      const { since, liveUntil } = record;
      const moved = { ...record, since: now(), liveUntil: now() + liveUntil - since };
      shifted.set(text, moved);
      return moved;
    },
    write(key, record) {
      const revision = Math.max(record.revision, newest(key)?.revision ?? 0) + 1;
      const written = save(key, { ...record, revision });
      notify(key);
      return written;
    },
    subscribe(key, changed) {
      const listener = (name: string) => {
        if (name === key) changed();
      };
      if (!listeners.size) events?.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (!listeners.size) events?.removeEventListener('storage', onStorage);
      };
    },
  };
}

/** The browser's own storage, which pages of one origin share. */
export function browserStore(): AttemptStore {
  return createAttemptStore({ storage: () => localStorage, now: () => Date.now(), events: window });
}

/** What is found may be garbage, or an entry of another version. */
function parseRecord(text: string | null | undefined): OrderRecord | undefined {
  try {
    const record = JSON.parse(text ?? '') as OrderRecord | null;
    const texts = [record?.id, record?.phase, record?.phone, record?.amount];
    const sound =
      record?.version === 1 &&
      record.since >= 0 &&
      record.liveUntil >= 0 &&
      Array.isArray(record.earlier) &&
      texts.every((value) => typeof value === 'string');
    return sound ? record : undefined;
  } catch {
    return undefined;
  }
}
