import { createOrderLock } from '../../src/browser/locks.js';
import { createOrderStore } from '../../src/browser/storage.js';
import type { CheckoutEnvironment } from '../../src/checkout/environment.js';
import { createPageOrders } from '../../src/checkout/page-order.js';
import type { Clock } from './fake-clock.js';
import type { FakeLocks } from './fake-locks.js';
import { FakePage } from './fake-page.js';
import type { FakeStorage, StorageProcess } from './fake-storage.js';

/** What the tabs of one browser share. */
export interface Browser {
  readonly clock: Clock;
  readonly storage: FakeStorage;
  /** `undefined`: a browser without Web Locks. */
  readonly locks: FakeLocks | undefined;
  readonly random: () => number;
  /** What a page sends. Answers have to come by way of {@link Tab.deliver}. */
  fetch(url: string, init: RequestInit, tab: Tab): Promise<Response>;
}

/** One page load in one tab, with all that a checkout can know of the world. */
export class Tab {
  readonly page = new FakePage();
  readonly environment: CheckoutEnvironment;
  readonly process: StorageProcess;
  /** By the clock that never jumps. */
  thawedAt = -Infinity;
  #frozen = false;
  #gone = false;
  readonly #browser: Browser;
  readonly #timers = new Map<number, () => void>();
  /** What has fallen due while the page was frozen. */
  readonly #overdue = new Map<number, () => void>();
  /** What has come over the line while the page was frozen. */
  readonly #undelivered: (() => void)[] = [];

  constructor(browser: Browser, process = browser.storage.open()) {
    this.#browser = browser;
    this.process = process;
    const { clock, locks } = browser;
    const store = createOrderStore({
      local: () => process.area,
      session: () => process.session,
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      events: process.countedEvents,
    });
    this.environment = {
      fetch: (url, init) => browser.fetch(url, init, this),
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (callback, ms) => this.#setTimeout(callback, ms),
      clearTimeout: (id) => {
        this.#clearTimeout(id);
      },
      random: browser.random,
      page: this.page,
      store,
      inPage: createPageOrders({ now: () => clock.now(), monotonic: () => clock.monotonic(), store }),
      lock: createOrderLock(locks?.of(this)),
    };
  }

  /** How many timers this page waits for. */
  get timers(): number {
    return this.#timers.size + this.#overdue.size;
  }

  /** In the back/forward cache, or put to sleep by the browser. */
  get frozen(): boolean {
    return this.#frozen;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Hands something from outside to this page: at once, on its thawing, or never. */
  deliver(callback: () => void): void {
    if (this.#gone) return;
    if (this.#frozen) this.#undelivered.push(callback);
    else callback();
  }

  /** Nothing of this page runs any more; what it has written stays, and its locks are free. */
  crash(): void {
    this.#end();
    this.#browser.storage.close(this.process);
  }

  close(): void {
    this.page.sleep();
    this.crash();
  }

  /** The same page anew, in the same tab. */
  reload(): Tab {
    this.page.sleep();
    this.#end();
    this.process.reload();
    return new Tab(this.#browser, this.process);
  }

  freeze(): void {
    this.page.sleep();
    this.#frozen = true;
    this.process.asleep = true;
    this.page.hide();
  }

  thaw(): void {
    this.#frozen = false;
    this.thawedAt = this.#browser.clock.monotonic();
    this.process.asleep = false;
    this.page.show();
    for (const callback of this.#undelivered.splice(0)) callback();
    for (const [id, callback] of [...this.#overdue]) if (this.#overdue.delete(id)) callback();
  }

  #end(): void {
    this.#gone = true;
    for (const id of this.#timers.keys()) this.#browser.clock.clearTimeout(id);
    this.#timers.clear();
    this.#overdue.clear();
    this.#browser.locks?.crash(this);
  }

  #setTimeout(callback: () => void, ms: number): number {
    // Code that was about to go on when its page went away.
    if (this.#gone) return 0;
    const id = this.#browser.clock.setTimeout(() => {
      this.#timers.delete(id);
      if (this.#frozen) this.#overdue.set(id, callback);
      else callback();
      // Browsers count whole milliseconds.
    }, Math.floor(ms));
    this.#timers.set(id, callback);
    return id;
  }

  #clearTimeout(id: number): void {
    this.#timers.delete(id);
    this.#overdue.delete(id);
    this.#browser.clock.clearTimeout(id);
  }
}
