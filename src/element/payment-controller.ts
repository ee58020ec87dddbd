/**
 * The bridge between a checkout and the element that shows it: attributes in, DOM events and custom states out. It
 * gives the element another checkout when its order changes, but never while a push is in flight.
 */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { pageEnvironment } from '../browser/environment.js';
import { preconnect } from '../browser/preconnect.js';
import { createCheckout, type Checkout, type Snapshot } from '../checkout/checkout.js';
import type { CheckoutEventDetails, CheckoutObserver } from '../checkout/checkout-events.js';
import { readConfiguration, type ConfigurationCheck, type ElementConfiguration } from '../checkout/settings.js';
import { DEFAULT_TOKEN_URL, LOOPBACK_HOST } from '../client/endpoints.js';
import type { PhoneProblem, PhoneResult } from '../model/phone.js';
import { IDLE, type CheckoutState, type StateName } from '../model/state.js';
import type { VitumobPayEventDetails } from './events.js';

export interface PaymentHost extends ReactiveControllerHost, HTMLElement, ElementConfiguration {
  /** The number that is to pay is missing or invalid. */
  showPhoneProblem(problem: PhoneProblem): void;
}

/** How often a countdown is redrawn. */
const TICK_MS = 1000;

/** Signs of intent that follow each other faster, as keys do, are one. */
const ONE_INTENT_MS = 250;

/** Once a page. */
let hasWarned = false;

const INITIAL: Snapshot = { state: IDLE, lockedForMs: 0, canPay: true, isPolling: false, manualLockedForMs: 0 };

export class PaymentController implements ReactiveController, CheckoutObserver {
  readonly #host: PaymentHost;
  readonly #internals: ElementInternals;
  readonly #environment: typeof pageEnvironment;
  #checkout: Checkout | undefined;
  /** Of the order that the checkout is for. */
  #key: string | undefined;
  #snapshot = INITIAL;
  /** What was read last, and what came of it: every key press and every update asks, and a reading parses five URLs. */
  #read: { readonly from: string; readonly check: ConfigurationCheck } | undefined;
  /** The last state that was announced to the page. */
  #announced: StateName = 'idle';
  #tick: number | undefined;
  /** By the clock that nobody can set. */
  #preparedAt = -Infinity;

  /** @param environment called once the element is connected: on a server there is none */
  constructor(host: PaymentHost, internals: ElementInternals, environment = pageEnvironment) {
    this.#host = host;
    this.#internals = internals;
    this.#environment = environment;
    host.addController(this);
  }

  /** At this moment. */
  get state(): CheckoutState {
    return this.#checkout?.state ?? IDLE;
  }

  /** At the time of the update: one reading of the clock for all that it draws. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  hostConnected(): void {
    this.#synchronise();
    this.#showState(this.#announced, this.#announced);
    this.#checkout?.connect();
  }

  hostDisconnected(): void {
    // A move is a removal and an insertion in one task.
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#stopTick();
      this.#checkout?.disconnect();
    });
  }

  hostUpdate(): void {
    // What keeps a payment from being prepared may have changed.
    this.#preparedAt = -Infinity;
    // Before it is connected, an element only takes over what a server has rendered.
    if (this.#checkout) this.#synchronise();
    this.#snapshot = this.#checkout?.snapshot() ?? INITIAL;
  }

  hostUpdated(): void {
    this.#stopTick();
    const { lockedForMs, manualLockedForMs } = this.#snapshot;
    const isTicking = lockedForMs > 0 || (manualLockedForMs > 0 && manualLockedForMs < Infinity);
    if (!isTicking || !this.#host.isConnected) return;
    const redraw = () => {
      this.#host.requestUpdate();
    };
    this.#tick = this.#environment().setTimeout(redraw, Math.ceil(lockedForMs % TICK_MS) || TICK_MS);
  }

  /** Once the element is on the screen: asks ahead for what a payment needs. */
  prefetch(): void {
    const { settings, problem } = this.#synchronise();
    if (settings && problem === undefined) this.#checkout?.prefetch(settings);
  }

  /** At each sign of intent: does that too, and takes the order's turn among the pages. */
  prepare(): void {
    const now = this.#environment().monotonic();
    if (now - this.#preparedAt < ONE_INTENT_MS) return;
    this.#preparedAt = now;
    const { settings, problem } = this.#synchronise();
    if (settings && problem === undefined) this.#checkout?.prepare(settings);
  }

  /** Never rejects. An invalid number is shown before it returns. */
  async pay(phone: PhoneResult): Promise<void> {
    const check = this.#synchronise();
    await this.#checkout?.pay({ ...check, phone });
    // The order may have changed while the attempt was under way.
    this.#host.requestUpdate();
  }

  /** The customer has opened the steps of paying without a prompt. */
  openManual(): void {
    this.#synchronise();
    this.#checkout?.openManual();
  }

  reset(): void {
    this.#synchronise();
    this.#checkout?.reset();
  }

  settle(result: unknown): void {
    this.#synchronise();
    this.#checkout?.settle(result);
  }

  // What the checkout reports

  changed(previous: CheckoutState): void {
    this.#host.requestUpdate();
    const state = this.state;
    if (state.name === this.#announced) return;
    const before = this.#announced;
    this.#announced = state.name;
    this.#showState(before, state.name);
    const { orderId, amount } = this.#host;
    const fallback = 'attempt' in previous ? previous.attempt : { orderId, phone: '', amount };
    const attempt = 'attempt' in state ? state.attempt : fallback;
    this.#dispatch('state-change', { ...attempt, state: state.name, previous: before }, false);
  }

  refresh(): void {
    this.#host.requestUpdate();
  }

  emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable = false,
  ): boolean {
    if ('reason' in detail && detail.reason === 'configuration') {
      console.error(`<vitumob-pay> ${detail.message}`);
    }
    // A listener may remove the element: what has bubbled to the document is not told there again.
    const { isConnected } = this.#host;
    const granted = this.#dispatch(type, detail as VitumobPayEventDetails[Type], cancelable);
    if (isConnected) return granted;
    // Nothing bubbles out of a removed element: a listener on the document hears the end of its attempt all the same.
    return (
      this.#dispatch(type, detail as VitumobPayEventDetails[Type], cancelable, this.#host.ownerDocument) && granted
    );
  }

  showPhoneProblem(problem: PhoneProblem): void {
    this.#host.showPhoneProblem(problem);
  }

  #dispatch<Type extends keyof VitumobPayEventDetails>(
    type: Type,
    detail: VitumobPayEventDetails[Type],
    cancelable: boolean,
    target: EventTarget = this.#host,
  ): boolean {
    // What is not known is left out.
    const known = Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined));
    return target.dispatchEvent(new CustomEvent(type, { detail: known, bubbles: true, composed: true, cancelable }));
  }

  /** Shows the state as CSS `:state(…)`, and the payment's id as the form value. */
  #showState(before: StateName, now: StateName): void {
    const internals = this.#internals;
    const state = this.state;
    try {
      internals.setFormValue(('ids' in state && state.ids?.paymentId) || '');
      internals.states.delete(before);
      internals.states.add(now);
    } catch {
      // Before Chromium 125 only names that begin with two dashes were taken, and others had no states at all. Where
      // registers are polyfilled, the first class of a name decides whether it has a form value.
    }
  }

  #stopTick(): void {
    if (this.#tick !== undefined) this.#environment().clearTimeout(this.#tick);
    this.#tick = undefined;
  }

  /** Reads the attributes, and goes over to the order that they name. */
  #synchronise(): ConfigurationCheck {
    const check = this.#configuration();
    const { key, settings } = check;
    const checkout = this.#checkout;
    if (checkout && (key === this.#key || checkout.isBusy)) {
      if (key === this.#key) checkout.configure(settings);
      return check;
    }
    checkout?.disconnect();
    this.#key = key;
    const next = (this.#checkout = createCheckout(key, this.#host.orderId, this.#environment(), this));
    next.configure(settings);
    if (this.#host.isConnected) next.connect();
    this.changed(IDLE);
    // A task later: pages and frameworks set properties after they have put the tag into the document.
    this.#environment().setTimeout(() => {
      this.#prepare();
    }, 0);
    return check;
  }

  #configuration(): ConfigurationCheck {
    const { orderId, amount, maxAmount, tokenUrl, pushUrl, statusUrl, credentials, timeout, promptWindow } = this.#host;
    const base = this.#host.baseURI;
    const texts = [orderId, amount, maxAmount, tokenUrl, pushUrl, statusUrl, credentials, timeout, promptWindow];
    const from = JSON.stringify([...texts, base]);
    if (this.#read?.from !== from) this.#read = { from, check: readConfiguration(this.#host, base, location.origin) };
    return this.#read.check;
  }

  #prepare(): void {
    const { settings } = this.#synchronise();
    if (!settings || !this.#host.isConnected) return;
    const { tokenUrl, pushUrl, credentials } = settings;
    preconnect([tokenUrl, pushUrl], credentials);
    if (tokenUrl !== DEFAULT_TOKEN_URL || !LOOPBACK_HOST.test(location.hostname) || hasWarned) return;
    hasWarned = true;
    console.warn('<vitumob-pay> token-url and push-url are not set: prompts go to real phones, and the money is real');
  }
}
