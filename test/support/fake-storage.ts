import type { WebStorage } from '../../src/browser/storage.js';
import type { Clock } from './fake-clock.js';

/** How storage can let a page down. `denied`: every access throws; `full`: every write to what tabs share does. */
export type StorageTrouble = 'none' | 'denied' | 'full';

/** A browser's `storage` event, as far as anybody reads it. */
class StorageChange extends Event {
  readonly key: string | null;
  readonly newValue: string | null;

  constructor(key: string | null, newValue: string | null) {
    super('storage');
    this.key = key;
    this.newValue = newValue;
  }
}

/**
 * The web storage of one origin, as the processes of a browser share it: each sees its own writes at once and those of
 * the others a while later, in the order in which they reached the browser. Until a write of its own has, a process
 * takes no other for the same key.
 */
export class FakeStorage {
  trouble: StorageTrouble = 'none';
  /** It has let a page down before. */
  struck = false;
  /** Everything that was ever written. */
  readonly written: string[] = [];
  /** How many writes have not reached the browser yet. */
  underway = 0;
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #delayMs: number;
  readonly #stored = new Map<string, string>();
  readonly #processes = new Set<StorageProcess>();
  /** What a process answers to a write reaches the others after that write. */
  readonly #arriving: (() => void)[] = [];

  /** @param delayMs from a write to its being seen by another process */
  constructor(clock: Pick<Clock, 'setTimeout'>, { delayMs = 0 }: { delayMs?: number } = {}) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** What the browser has stored. */
  get entries(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#stored);
  }

  /** Puts something there, as an earlier visit did. */
  seed(key: string, value: string): void {
    this.#stored.set(key, value);
  }

  /** A new process, as that of another tab. */
  open(): StorageProcess {
    const process = new StorageProcess(this, new Map(this.#stored));
    this.#processes.add(process);
    return process;
  }

  /** The customer clears the site's data. */
  clear(): void {
    this.#stored.clear();
    for (const process of this.#processes) process.forget();
  }

  /** A process is gone. What it has written is not. */
  close(process: StorageProcess): void {
    this.#processes.delete(process);
  }

  /** @internal A process has changed a key. */
  commit(writer: StorageProcess, key: string, value: string | null): void {
    if (value !== null) this.written.push(value);
    this.underway++;
    const arrive = (): void => {
      this.underway--;
      if (value === null) this.#stored.delete(key);
      else this.#stored.set(key, value);
      // First of all: another process may answer at once.
      writer.committed(key);
      for (const process of this.#processes) if (process !== writer) process.hear(key, value);
    };
    const inTurn = (): void => {
      this.#arriving.push(arrive);
      if (this.#arriving.length > 1) return;
      for (const next of this.#arriving) next();
      this.#arriving.length = 0;
    };
    if (this.#delayMs > 0) this.#clock.setTimeout(inTurn, this.#delayMs);
    else inTurn();
  }
}

/** Web storage as one process sees it. It outlives a reload. */
export class StorageProcess {
  /** Where the page of this process hears of others' writes. A page that is gone hears nothing: replace it. */
  events = new EventTarget();
  /** How many listen to `events`. */
  listeners = 0;
  /** The page is frozen, and misses what happens. */
  asleep = false;
  readonly #storage: FakeStorage;
  readonly #view: Map<string, string>;
  readonly #session = new Map<string, string>();
  readonly #uncommitted = new Map<string, number>();

  constructor(storage: FakeStorage, view: Map<string, string>) {
    this.#storage = storage;
    this.#view = view;
  }

  /** `localStorage`; throws where access is denied. */
  get area(): WebStorage {
    if (this.#storage.trouble === 'denied') throw new DOMException('Access is denied', 'SecurityError');
    const view = this.#view;
    return areaOf(view, (key, value) => {
      if (value === null) {
        if (view.delete(key)) this.#change(key, null);
        return;
      }
      if (this.#storage.trouble === 'full') throw new DOMException('Full', 'QuotaExceededError');
      view.set(key, value);
      this.#change(key, value);
    });
  }

  /** `sessionStorage`: of this tab alone. */
  get session(): WebStorage {
    if (this.#storage.trouble === 'denied') throw new DOMException('Access is denied', 'SecurityError');
    const session = this.#session;
    return areaOf(session, (key, value) => {
      if (value === null) session.delete(key);
      else session.set(key, value);
    });
  }

  /** The page's own script clears what tabs share. It is told nothing of it. */
  clearLocal(): void {
    for (const key of [...this.#view.keys()]) this.area.removeItem(key);
  }

  /** Where listeners are counted. */
  get countedEvents(): Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
    const { events } = this;
    return {
      addEventListener: (type, listener) => {
        this.listeners++;
        events.addEventListener(type, listener);
      },
      removeEventListener: (type, listener) => {
        this.listeners--;
        events.removeEventListener(type, listener);
      },
    };
  }

  /** The page is gone, and another takes its place in the same process. */
  reload(): void {
    this.events = new EventTarget();
    this.listeners = 0;
    this.asleep = false;
  }

  /** @internal */
  hear(key: string, value: string | null): void {
    if (!this.#uncommitted.get(key)) {
      if (value === null) this.#view.delete(key);
      else this.#view.set(key, value);
    }
    this.#tell(key, value);
  }

  /** @internal */
  committed(key: string): void {
    this.#uncommitted.set(key, (this.#uncommitted.get(key) ?? 1) - 1);
  }

  /** @internal */
  forget(): void {
    this.#view.clear();
    this.#session.clear();
    this.#tell(null, null);
  }

  #tell(key: string | null, value: string | null): void {
    if (!this.asleep) this.events.dispatchEvent(new StorageChange(key, value));
  }

  #change(key: string, value: string | null): void {
    this.#uncommitted.set(key, (this.#uncommitted.get(key) ?? 0) + 1);
    this.#storage.commit(this, key, value);
  }
}

function areaOf(view: Map<string, string>, change: (key: string, value: string | null) => void): WebStorage {
  return {
    get length() {
      return view.size;
    },
    key: (index) => [...view.keys()][index] ?? null,
    getItem: (key) => view.get(key) ?? null,
    setItem: (key, value) => {
      change(key, value);
    },
    removeItem: (key) => {
      change(key, null);
    },
  };
}
