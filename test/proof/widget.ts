import { createCheckout, type Checkout } from '../../src/checkout/checkout.js';
import type { AttemptSettings } from '../../src/checkout/settings.js';
import type { CheckoutEventDetails, CheckoutObserver } from '../../src/checkout/checkout-events.js';
import type { CheckoutState } from '../../src/model/state.js';
import type { Tab } from '../support/tab.js';
import type { Attempt, Ledger } from './ledger.js';

export const ORDER = '1234567891';
export const KEY = `push-url ${ORDER}`;
export const PHONE = '254723123123';

/** What a merchant's listeners do besides listening. */
export type Habit =
  'none' | 'pays-again-on-failure' | 'pays-again-on-request' | 'resets-on-failure' | 'removes-on-success';

/** In place of an element and its controller: what they do to a checkout, and what they hear of it. */
export class Widget implements CheckoutObserver {
  readonly checkout: Checkout;
  readonly attempts: Attempt[] = [];
  connected = false;
  /** When it was last out of the document, by the clock that nobody can set. */
  leftAt = -Infinity;
  backAt = -Infinity;
  /** The page stops the next attempt. */
  vetoes = false;
  readonly name: string;
  readonly tab: Tab;
  readonly #settings: AttemptSettings;
  readonly #habit: Habit;
  readonly #ledger: Ledger;

  constructor(name: string, tab: Tab, settings: AttemptSettings, habit: Habit, ledger: Ledger) {
    this.name = name;
    this.tab = tab;
    this.#settings = settings;
    this.#habit = habit;
    this.#ledger = ledger;
    const fetch = (url: string, init: RequestInit) => ledger.sentBy(this, () => tab.environment.fetch(url, init));
    this.checkout = createCheckout(KEY, ORDER, { ...tab.environment, fetch }, this);
    this.checkout.configure(settings);
    ledger.note(`${name} opens`);
    this.connect();
  }

  get state(): CheckoutState {
    return this.checkout.state;
  }

  /** The latest attempt that was made from here. */
  get attempt(): Attempt | undefined {
    return this.attempts.at(-1);
  }

  /** The attempt that has not been told the end of. */
  get open(): Attempt | undefined {
    const last = this.attempt;
    return last && !last.end ? last : undefined;
  }

  connect(): void {
    this.connected = true;
    if (this.leftAt > -Infinity) this.backAt = this.tab.environment.monotonic();
    this.checkout.connect();
  }

  disconnect(): void {
    this.connected = false;
    this.leftAt = this.tab.environment.monotonic();
    this.checkout.disconnect();
  }

  /** The customer presses the button, which is without effect where it says so. */
  press(): void {
    if (!this.checkout.snapshot().canPay) return;
    this.#ledger.note(`${this.name} pressed`);
    const { orderId, amount } = this.#settings;
    const phone = { msisdn: PHONE };
    this.checkout.pay({ orderId, amount, settings: this.#settings, problem: undefined, phone }).catch(() => {
      this.#ledger.broken('pay() never rejects', this);
    });
  }

  type(): void {
    this.checkout.prepare(this.#settings);
  }

  showPhoneProblem(): void {
    this.#ledger.broken('a valid number is no problem', this);
  }

  // What the checkout reports

  refresh(): void {
    this.#ledger.note(`${this.name} refreshes`);
  }

  changed(previous: CheckoutState): void {
    this.#ledger.changed(this, previous);
  }

  emit<Type extends keyof CheckoutEventDetails>(type: Type, detail: CheckoutEventDetails[Type]): boolean {
    const granted = type !== 'push-request' || !this.vetoes;
    this.#ledger.heard(this, type, detail, granted);
    if (type === 'push-request') {
      this.vetoes = false;
      if (this.#habit === 'pays-again-on-request') this.press();
    }
    if (type === 'push-failure' || type === 'payment-failure') {
      if (this.#habit === 'resets-on-failure') this.checkout.reset();
      // Once more alone: a page that never stops would be asked to.
      if (this.#habit === 'pays-again-on-failure' && this.tab.page.online && this.attempts.length < 4) this.press();
    }
    if (type === 'push-success' && this.#habit === 'removes-on-success') this.disconnect();
    return granted;
  }
}
