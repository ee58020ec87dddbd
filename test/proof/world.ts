import type { AttemptSettings } from '../../src/checkout/settings.js';
import { FakeLocks } from '../support/fake-locks.js';
import { FakePayments, PUSH_URL, STATUS_URL, TOKEN_URL } from '../support/fake-payments.js';
import { FakeStorage } from '../support/fake-storage.js';
import { QuickClock } from '../support/quick-clock.js';
import { Tab, type Browser } from '../support/tab.js';
import { Ledger } from './ledger.js';
import { ORDER, Widget, type Habit } from './widget.js';

/** What does not change while a sequence runs. */
export interface WorldOptions {
  /**
   * `whole`: storage and Web Locks work. `no-locks`: only storage does, so that one tab is all it can be asked to keep
   * in step. `fragile`: storage may fail at any moment, so that what is reloaded may be forgotten.
   */
  readonly kind: 'whole' | 'no-locks' | 'fragile';
  readonly storageDelayMs: number;
  readonly promptWindowMs: number;
  readonly timeoutMs: number;
  readonly status: 'same-origin' | 'elsewhere' | 'none';
  readonly habit: Habit;
  readonly seed: number;
}

const MAX_TABS = 3;
const MAX_WIDGETS_A_TAB = 2;
const WATCH_GRACE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

interface OpenTab {
  readonly tab: Tab;
  readonly widgets: Widget[];
}

/** A customer's browser, their phone, and the payments API. */
export class World {
  readonly options: WorldOptions;
  readonly clock = new QuickClock();
  readonly storage: FakeStorage;
  readonly locks: FakeLocks | undefined;
  readonly payments: FakePayments;
  readonly ledger: Ledger;
  readonly tabs: OpenTab[] = [];
  readonly #settings: AttemptSettings;
  readonly #browser: Browser;
  #sleptMs = 0;
  #named = 0;
  #looked = 0;
  /** A day has passed in a moment. */
  aged = false;

  constructor(options: WorldOptions) {
    this.options = options;
    const { kind, storageDelayMs, promptWindowMs, timeoutMs, status } = options;
    this.storage = new FakeStorage(this.clock, { delayMs: storageDelayMs });
    this.locks = kind === 'no-locks' ? undefined : new FakeLocks();
    this.ledger = new Ledger({
      trueTime: () => this.clock.monotonic() + this.#sleptMs,
      awakeTime: this.clock.monotonic,
      now: this.clock.now,
      timeoutMs,
      promptWindowMs,
      storageDelayMs,
      widgets: () => this.widgets,
      tokens: () => this.payments.tokens,
    });
    this.payments = new FakePayments(this.clock, {
      leaves: (sent) => {
        this.ledger.leaves(sent);
      },
      prompts: (sent, prompt) => {
        this.ledger.prompted(sent, prompt);
      },
      tells: (sent, result) => {
        this.ledger.told(result, sent);
      },
    });
    this.#settings = {
      orderId: ORDER,
      amount: '12341',
      tokenUrl: TOKEN_URL,
      pushUrl: PUSH_URL,
      statusUrl: { 'same-origin': STATUS_URL, elsewhere: 'https://shop.test/status', none: undefined }[status],
      credentials: 'same-origin',
      needsPermission: status === 'elsewhere',
      timeoutMs,
      promptWindowMs,
    };
    this.#browser = {
      clock: this.clock,
      storage: this.storage,
      locks: this.locks,
      random: generator(options.seed),
      fetch: this.payments.fetch,
    };
    this.openTab();
  }

  get widgets(): readonly Widget[] {
    return this.tabs.flatMap(({ widgets }) => widgets);
  }

  /** Whether a page that is closed leaves behind what the next one has to know. */
  get remembers(): boolean {
    return this.options.kind !== 'fragile';
  }

  get mayOpenTab(): boolean {
    return this.tabs.length < (this.options.kind === 'whole' ? MAX_TABS : 1);
  }

  /** The tab of a number, however many there are. */
  tabAt(index: number): OpenTab | undefined {
    return this.tabs[index % this.tabs.length];
  }

  /** The element of a number, among those that anybody can reach. */
  widgetAt(index: number): Widget | undefined {
    const awake = this.widgets.filter(({ tab }) => !tab.frozen);
    return awake[index % awake.length];
  }

  openTab(): void {
    const opened: OpenTab = { tab: new Tab(this.#browser), widgets: [] };
    this.tabs.push(opened);
    this.addWidget(opened);
  }

  mayAddWidget({ tab, widgets }: OpenTab): boolean {
    // What was stored before storage failed is not remembered by an element that comes later.
    const knows = !this.storage.struck || this.storage.written.length === 0;
    return widgets.length < MAX_WIDGETS_A_TAB && !tab.frozen && knows;
  }

  addWidget({ tab, widgets }: OpenTab): void {
    this.#named++;
    widgets.push(new Widget(`widget ${this.#named}`, tab, this.#settings, this.options.habit, this.ledger));
  }

  crash(index: number): void {
    this.#remove(index)?.tab.crash();
  }

  close(index: number): void {
    this.#remove(index)?.tab.close();
  }

  reload(index: number): void {
    const before = this.tabAt(index);
    if (!before) return;
    this.ledger.leavesBehind();
    const after: OpenTab = { tab: before.tab.reload(), widgets: [] };
    this.tabs[this.tabs.indexOf(before)] = after;
    before.widgets.forEach(() => {
      this.addWidget(after);
    });
  }

  /** The device sleeps: no timer fires, and those that fell due do so on its waking. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
    this.aged ||= ms >= DAY_MS;
    this.clock.jump(ms);
  }

  /**
   * Lets what pages have written reach the others. Results and resets come at a human's pace: a page that writes one
   * down within the storage's delay of another page's push may write over it (docs/decisions).
   */
  async storageArrives(): Promise<void> {
    while (this.storage.underway > 0) await this.clock.advance(1);
  }

  /**
   * A page takes longer to load than storage takes. What it did at once by a stale view could write over a push that is
   * just leaving, or, where it cleans up yesterday's entries, over one that is just being written anew.
   */
  async pageLoads(): Promise<void> {
    if (this.aged || this.widgets.some(({ open }) => open)) await this.storageArrives();
  }

  setClock(ms: number): void {
    // Storage is where a clock that was put back is noticed.
    if (ms < 0 && !this.remembers) return;
    if (ms > 0) this.ledger.setForward();
    this.aged ||= ms >= DAY_MS;
    this.clock.jump(ms);
  }

  /** Lets everything run its course that needs no time to pass, and holds the promise against it. */
  async verify(): Promise<void> {
    await this.clock.flush();
    const { written } = this.storage;
    const news = written.slice(this.#looked);
    this.#looked = written.length;
    this.ledger.verify(news);
  }

  /** Waits until no prompt can be live any more, and then for everything to end. */
  async end(): Promise<void> {
    const { timeoutMs, promptWindowMs } = this.options;
    this.storage.trouble = 'none';
    for (const { tab } of this.tabs) {
      if (tab.frozen) tab.thaw();
      tab.page.show();
      tab.page.goOnline();
    }
    // Twice: one attempt may have waited for another.
    await this.clock.advance(8 * timeoutMs + 1_000);
    await this.verify();
    await this.clock.advance(promptWindowMs + timeoutMs + WATCH_GRACE_MS + timeoutMs + 1_000);
    await this.verify();
    // After a day entries have expired, and pages that open clean them up.
    const remembers = this.remembers && !this.aged;
    this.ledger.verifyRest({ remembers });
    await this.verify();
    for (const widget of this.widgets) widget.disconnect();
    // The lock is held a moment longer than an attempt lasts.
    await this.clock.advance(1_000);
    for (const { tab } of this.tabs) {
      this.ledger.expect(tab.timers === 0, `no timer is left: ${tab.timers}`);
      this.ledger.expect(tab.page.subscriptions === 0, 'nobody listens to the page any more');
      this.ledger.expect(tab.process.listeners === 0, 'nobody listens to storage any more');
    }
    const { held = [], waiting = 0 } = this.locks ?? {};
    this.ledger.expect(held.length === 0 && waiting === 0, `no lock is left: ${held.join()}`);
    await this.verify();
  }

  #remove(index: number): OpenTab | undefined {
    const removed = this.tabAt(index);
    this.ledger.leavesBehind();
    if (removed) this.tabs.splice(this.tabs.indexOf(removed), 1);
    return removed;
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
