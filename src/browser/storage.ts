/**
 * What is remembered of each order: in web storage, so that a reload, a discarded tab or a second tab knows of the
 * prompt, and in the page's memory, which outlives a storage that is denied, full or cleared. Never the token, and the
 * phone number only masked.
 */

import type { CheckoutEnvironment, OrderStore } from '../checkout/environment.js';
import {
  isOfUnknownFormat,
  parseRecord,
  parseVersion1,
  serializeRecord,
  type StoredRecord,
} from '../checkout/stored-record.js';
import { awaitsOutcome, nextAttempt, type OrderRecord } from '../model/attempt.js';

/** Entries are dropped after a day: by then M-Pesa's SMS has told the customer. */
export const RECORD_LIFE_MS = 24 * 60 * 60 * 1000;

/** How long the prompt of a record that cannot be read may be live. Prompts have been seen to last 60 to 180 s. */
export const UNREADABLE_WINDOW_MS = 180_000;

/** Version 0.1 removed all entries under its own prefix that it could not read, so this one is no extension of it. */
const PREFIX = 'vitumob-pay.';
const PREFIX_OF_0_1 = 'vitumob-pay:';
/** Ends the key of an entry that stands beside one of a format that this version does not know. */
const BESIDE = '+';

/** A clock read twice by two pages of one machine may differ by this much, browsers being deliberately vague. */
const CLOCK_GRAIN_MS = 1000;

/** Part of `Storage`, so that tests can hand in one that throws. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface OrderStoreOptions extends Pick<CheckoutEnvironment, 'now' | 'monotonic'> {
  /** May throw on access, as `localStorage` does in a sandboxed frame. */
  readonly local: () => WebStorage;
  /** Of this tab alone: it survives a reload, and has a quota of its own. */
  readonly session: () => WebStorage;
  /** Where other pages' writes are heard of as `storage` events. */
  readonly events:
    (Pick<EventTarget, 'addEventListener'> & Partial<Pick<EventTarget, 'removeEventListener'>>) | undefined;
}

/** What this page remembers of an order. */
interface Seen {
  readonly record: OrderRecord;
  /** By the clock that nobody can set. */
  readonly expiresAt: number;
  /** What storage held by then: what differs from it was written by another page. */
  readonly texts: readonly [current: string | undefined, by0_1: string | undefined];
  /** Revision of the newest record of another page that was read. */
  readonly heard: number;
}

export function createOrderStore({ local, session, now, monotonic, events }: OrderStoreOptions): OrderStore {
  const seen = new Map<string, Seen>();
  const listeners = new Set<{ readonly key: string; readonly changed: Parameters<OrderStore['subscribe']>[1] }>();

  /** Storage may be denied, full or gone at any moment. */
  function tryStorage<T>(area: () => WebStorage, use: (storage: WebStorage) => T): T | undefined {
    try {
      return use(area());
    } catch {
      return undefined;
    }
  }

  function isCurrent({ since }: OrderRecord): boolean {
    return now() - since < RECORD_LIFE_MS;
  }

  function textIn(area: () => WebStorage, name: string): string | undefined {
    return tryStorage(area, (storage) => storage.getItem(name)) ?? undefined;
  }

  /** Where the entry of an order stands. */
  function entryName(area: () => WebStorage, key: string): string {
    const name = storageKey(key);
    return isOfUnknownFormat(textIn(area, name) ?? '') ? name + BESIDE : name;
  }

  function remember(
    key: string,
    record: OrderRecord,
    texts: Seen['texts'],
    heard = seen.get(key)?.heard ?? 0,
  ): OrderRecord {
    const expiresAt = monotonic() + RECORD_LIFE_MS - Math.max(0, now() - record.since);
    seen.set(key, { record, expiresAt, texts, heard });
    return record;
  }

  /** What pages share of an order: by this version, and by version 0.1. */
  function textsOf(key: string): Seen['texts'] {
    return [textIn(local, entryName(local, key)), textIn(local, PREFIX_OF_0_1 + key)];
  }

  function save(key: string, record: OrderRecord): OrderRecord {
    const text = serializeRecord(record);
    const known = seen.get(key)?.texts;
    const [current = known?.[0], textOf0_1 = known?.[1]] = textsOf(key);
    // Before it is stored: another page may answer to it at once.
    remember(key, record, [text, textOf0_1]);
    const put = (area: () => WebStorage) =>
      tryStorage(area, (storage) => {
        storage.setItem(entryName(area, key), text);
        return true;
      });
    put(session);
    // What was stored before is old news once storage can be read again.
    if (!put(local)) remember(key, record, [current, textOf0_1]);
    return record;
  }

  function read(key: string): OrderRecord | undefined {
    const known = seen.get(key);
    const texts = textsOf(key);
    const [text, textOf0_1] = texts;
    const entries = [
      text === known?.texts[0] ? undefined : parse(text, parseRecord),
      textOf0_1 === known?.texts[1] ? undefined : parse(textOf0_1, parseVersion1),
      known ? undefined : parse(textIn(session, entryName(session, key)), parseRecord),
    ];
    const changed = entries.filter((entry) => typeof entry === 'object').filter(isCurrent);
    const [newest] = changed.sort((one, other) => other.revision - one.revision);
    // What another page has written counts, older or not: it may be a success that this one has not heard of.
    if (newest) {
      remember(key, newest, texts, newest.revision);
      const isAhead = newest.since - now() > CLOCK_GRAIN_MS;
      // The clock was put back since this was written: once, its prompt may be live for another window.
      if (!known && isAhead) return save(key, redated(newest, now()));
    }
    const record = newest ?? (known && monotonic() < known.expiresAt ? known.record : undefined);
    if (!record) return entries.includes('unreadable') ? save(key, unreadable(now())) : undefined;
    // The page's scripts may clear storage in mid-payment.
    const isLost = text === undefined || entries[0] === 'unreadable';
    return isLost && awaitsOutcome(record) ? save(key, record) : record;
  }

  /** What this page has written over before it came through from another page. */
  function overwritten(key: string, text: string): OrderRecord | undefined {
    const known = seen.get(key);
    const [current] = textsOf(key);
    if (!known || current === text || current !== known.texts[0]) return undefined;
    const record = parseRecord(text);
    return typeof record === 'object' && record.revision > known.heard ? record : undefined;
  }

  const onStorage = (event: Event) => {
    const { key: name, newValue } = event as StorageEvent;
    for (const { key, changed } of [...listeners]) {
      if (name === storageKey(key) || name === storageKey(key) + BESIDE)
        changed(newValue ? overwritten(key, newValue) : undefined);
      else if (name === null || name === PREFIX_OF_0_1 + key) changed();
    }
  };

  for (const area of [local, session]) tryStorage(area, removeExpired);

  function removeExpired(storage: WebStorage): void {
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    for (const name of names) {
      const isOf0_1 = name.startsWith(PREFIX_OF_0_1);
      if (!isOf0_1 && !name.startsWith(PREFIX)) continue;
      const record = parse(storage.getItem(name) ?? undefined, isOf0_1 ? parseVersion1 : parseRecord);
      if (typeof record === 'object' && !isCurrent(record)) storage.removeItem(name);
    }
  }

  return {
    read,
    write(key, record, writer) {
      // Counted from the time of day, so that what is written after storage was cleared is the newer one all the same.
      const revision = Math.max(now(), record.revision + 1, (read(key)?.revision ?? 0) + 1);
      const written = save(key, { ...record, revision });
      for (const { key: other, changed } of [...listeners]) if (other === key && changed !== writer) changed();
      return written;
    },
    noteOf: (name) => textIn(session, storageKey(name)),
    note(name, text) {
      tryStorage(session, (storage) => {
        storage.setItem(storageKey(name), text);
      });
    },
    subscribe(key, changed) {
      const listener = { key, changed };
      if (!listeners.size) events?.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        // A test's DOM may be gone before its elements are.
        if (!listeners.size) events?.removeEventListener?.('storage', onStorage);
      };
    },
  };
}

function parse(text: string | undefined, by: (text: string) => StoredRecord): StoredRecord | undefined {
  return text === undefined ? undefined : by(text);
}

function redated(record: OrderRecord, now: number): OrderRecord {
  const { revision, since, liveUntil } = record;
  return { ...record, revision: revision + 1, since: now, liveUntil: now + Math.max(0, liveUntil - since) };
}

/** In place of a record that cannot be read: a push that nothing is known of, and that may be live. */
function unreadable(now: number): OrderRecord {
  const prompt = { since: now, liveUntil: now + UNREADABLE_WINDOW_MS };
  return { ...nextAttempt(undefined, { id: `unreadable ${now}`, phone: '', amount: '', ...prompt }), revision: now };
}

/** An order may be named after a phone number, so it is stored as a hash (cyrb53: 53 bits, two multiplications a letter). */
function storageKey(key: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const letter = key.charCodeAt(at);
    high = Math.imul(high ^ letter, 0x9e3779b1);
    low = Math.imul(low ^ letter, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return PREFIX + ((low & 0x1fffff) * 2 ** 32 + (high >>> 0)).toString(36);
}
