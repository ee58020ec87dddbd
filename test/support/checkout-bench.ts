import { createCheckout, type Checkout } from '../../src/checkout/checkout.js';
import type { CheckoutEventDetails, CheckoutObserver } from '../../src/checkout/checkout-events.js';
import type { AttemptSettings } from '../../src/checkout/settings.js';
import { parsePhone, type PhoneProblem } from '../../src/model/phone.js';
import type { CheckoutState, StateName } from '../../src/model/state.js';
import { parseRecord } from '../../src/checkout/stored-record.js';
import type { OrderRecord } from '../../src/model/attempt.js';
import { FakeLocks } from './fake-locks.js';
import { FakePayments, PUSH_URL, STATUS_URL, TOKEN_URL } from './fake-payments.js';
import { FakeStorage } from './fake-storage.js';
import { QuickClock } from './quick-clock.js';
import { Tab } from './tab.js';

export const ORDER_ID = '1234567891';
export const KEY = `${PUSH_URL} ${ORDER_ID}`;
export const PHONE = '254723123123';
export const WINDOW_MS = 120_000;
export const TIMEOUT_MS = 30_000;

type EventType = keyof CheckoutEventDetails;

/** A checkout in a page, and what was heard of it. */
export class Page implements CheckoutObserver {
  readonly tab: Tab;
  readonly checkout: Checkout;
  readonly settings: AttemptSettings;
  readonly states: StateName[] = [];
  readonly heard: {
    readonly type: EventType;
    readonly detail: CheckoutEventDetails[EventType];
    readonly cancelable: boolean | undefined;
  }[] = [];
  refreshed = 0;
  readonly phoneProblems: PhoneProblem[] = [];
  /** What is wrong with the configuration. */
  problem: string | undefined;
  /** What a listener does, before the event's end. `false` cancels it. */
  listener: ((type: EventType) => boolean | undefined) | undefined;

  constructor(tab: Tab, settings: Partial<AttemptSettings> = {}, orderId = ORDER_ID) {
    this.tab = tab;
    this.settings = {
      orderId,
      amount: '12341',
      tokenUrl: TOKEN_URL,
      pushUrl: PUSH_URL,
      statusUrl: STATUS_URL,
      credentials: 'same-origin',
      needsPermission: false,
      timeoutMs: TIMEOUT_MS,
      promptWindowMs: WINDOW_MS,
      ...settings,
    };
    this.checkout = createCheckout(`${PUSH_URL} ${orderId}`, orderId, tab.environment, this);
    this.checkout.configure(this.settings);
    this.checkout.connect();
  }

  get state(): StateName {
    return this.checkout.state.name;
  }

  /** The types of all events, oldest first. */
  get events(): EventType[] {
    return this.heard.map(({ type }) => type);
  }

  /** The last event of a type. */
  last<Type extends EventType>(type: Type): CheckoutEventDetails[Type] | undefined {
    return this.heard.filter((event) => event.type === type).at(-1)?.detail as CheckoutEventDetails[Type] | undefined;
  }

  pay(phone = PHONE): Promise<void> {
    const { orderId, amount } = this.settings;
    const result = parsePhone(phone);
    return this.checkout.pay({ orderId, amount, settings: this.settings, problem: this.problem, phone: result });
  }

  showPhoneProblem(problem: PhoneProblem): void {
    this.phoneProblems.push(problem);
  }

  refresh(): void {
    this.refreshed++;
  }

  changed(previous: CheckoutState): void {
    if (previous.name !== this.state) this.states.push(this.state);
  }

  emit<Type extends EventType>(type: Type, detail: CheckoutEventDetails[Type], cancelable?: boolean): boolean {
    this.heard.push({ type, detail, cancelable });
    return this.listener?.(type) ?? true;
  }
}

/** One browser with its tabs, and the payments API behind it. */
export class Bench {
  readonly clock = new QuickClock();
  readonly storage: FakeStorage;
  readonly locks: FakeLocks | undefined;
  readonly payments = new FakePayments(this.clock);
  /** What the next jitter is made from. */
  random = 0.5;

  constructor({ storageDelayMs = 20, locks = true } = {}) {
    this.storage = new FakeStorage(this.clock, { delayMs: storageDelayMs });
    this.locks = locks ? new FakeLocks() : undefined;
  }

  tab(): Tab {
    return new Tab({
      clock: this.clock,
      storage: this.storage,
      locks: this.locks,
      random: () => (this.random = (this.random * 16_807 + 0.1234567) % 1),
      fetch: this.payments.fetch,
    });
  }

  page(settings?: Partial<AttemptSettings>, tab = this.tab()): Page {
    return new Page(tab, settings);
  }

  /** A page of another order. */
  pageOf(orderId: string): Page {
    return new Page(this.tab(), {}, orderId);
  }

  reload(page: Page): Page {
    return new Page(page.tab.reload(), page.settings);
  }

  /** Presses, and lets the push come to its end. */
  async pay(page: Page): Promise<void> {
    const over = page.pay();
    await this.pass(1_000);
    await over;
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** A page whose prompt is on the phone. */
  async prompted(settings?: Partial<AttemptSettings>): Promise<Page> {
    const page = this.page(settings);
    await this.pay(page);
    return page;
  }

  get pushes(): number {
    return this.payments.to('push').length;
  }

  get record(): OrderRecord | undefined {
    const [text] = Object.values(this.storage.entries);
    const record = text === undefined ? undefined : parseRecord(text);
    return typeof record === 'object' ? record : undefined;
  }
}
