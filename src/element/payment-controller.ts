/**
 * The bridge between a checkout and the element that shows it: attributes in, DOM events and custom states out. It
 * gives the element another checkout when its order changes, but never while a push is in flight.
 */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { createCheckout, type Checkout } from '../checkout/checkout.js';
import type { CheckoutEventDetails, CheckoutObserver } from '../checkout/checkout-events.js';
import { browserEnvironment } from '../checkout/environment.js';
import { readConfiguration, type Configuration, type ReadConfiguration } from '../checkout/settings.js';
import type { VitumobPayEventDetails } from './events.js';
import { preconnect } from '../browser/preconnect.js';
import { canPush, IDLE, type CheckoutState, type StateName } from '../model/state.js';

export interface PaymentHost extends ReactiveControllerHost, HTMLElement, Configuration {}

/** How often a countdown is redrawn. */
const TICK_MS = 1000;

export class PaymentController implements ReactiveController, CheckoutObserver {
  readonly #host: PaymentHost;
  readonly #internals: ElementInternals;
  #checkout: Checkout | undefined;
  #configuration: ReadConfiguration = { key: '', settings: undefined, problem: undefined };
  #key: string | undefined;
  #shown: StateName = 'idle';
  /** One reading of the clock for all that an update draws. */
  #heldForMs = 0;
  #tick: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PaymentHost, internals: ElementInternals) {
    this.#host = host;
    this.#internals = internals;
    host.addController(this);
  }

  get state(): CheckoutState {
    return this.#checkout?.state ?? IDLE;
  }

  /** Milliseconds for which an earlier prompt holds back another push, at the time of the update. */
  get heldForMs(): number {
    return this.#heldForMs;
  }

  /** Whether paying would do anything, at the time of the update. */
  get canPay(): boolean {
    return this.#heldForMs === 0 && canPush(this.state, Infinity);
  }

  hostConnected(): void {
    this.#synchronise();
    this.#showState(this.#shown, this.#shown);
    this.#checkout?.connect();
  }

  hostDisconnected(): void {
    // A move is a removal and an insertion in one task.
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      clearTimeout(this.#tick);
      this.#checkout?.disconnect();
    });
  }

  hostUpdate(): void {
    // Before it is connected, an element only takes over what a server has rendered.
    if (this.#checkout) this.#synchronise();
    this.#heldForMs = this.#checkout?.heldForMs() ?? 0;
  }

  hostUpdated(): void {
    clearTimeout(this.#tick);
    const held = this.#heldForMs;
    if (held === 0 || !this.#host.isConnected) return;
    const redraw = () => {
      this.#host.requestUpdate();
    };
    this.#tick = setTimeout(redraw, Math.ceil(held % TICK_MS) || TICK_MS);
  }

  /** At the first sign of intent. */
  prefetchToken(): void {
    this.#synchronise();
    const { settings, problem } = this.#configuration;
    if (settings && !problem) this.#checkout?.prefetchToken(settings);
  }

  /** @param readPhone gives the number as sent, or shows what is wrong with it and gives `undefined` */
  async pay(readPhone: (quietly: boolean) => string | undefined): Promise<void> {
    this.#synchronise();
    if (!this.#checkout?.canPay()) return;
    const { settings, problem } = this.#configuration;
    if (problem || !settings) {
      const { orderId, amount } = this.#host;
      const message = problem ?? '';
      console.error(`<vitumob-pay> ${message}`);
      this.#checkout.refuse({ orderId, phone: readPhone(true) ?? '', amount }, { reason: 'configuration', message });
      return;
    }
    const phone = readPhone(false);
    if (phone !== undefined) await this.#checkout.pay(settings, phone);
  }

  reset(): void {
    this.#synchronise();
    this.#checkout?.reset();
  }

  settle(result: unknown): void {
    this.#synchronise();
    this.#checkout?.settle(result);
  }

  // What the checkout tells

  changed(previous: CheckoutState): void {
    this.#host.requestUpdate();
    const state = this.state;
    if (state.name === this.#shown) return;
    const before = this.#shown;
    this.#shown = state.name;
    this.#showState(before, state.name);
    const { orderId, amount } = this.#host;
    const fallback = 'attempt' in previous ? previous.attempt : { orderId, phone: '', amount };
    const attempt = 'attempt' in state ? state.attempt : fallback;
    this.#dispatch('state-change', { ...attempt, state: state.name, previous: before }, false);
  }

  emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable = false,
  ): boolean {
    return this.#dispatch(type, detail as VitumobPayEventDetails[Type], cancelable);
  }

  #dispatch<Type extends keyof VitumobPayEventDetails>(
    type: Type,
    detail: VitumobPayEventDetails[Type],
    cancelable: boolean,
  ): boolean {
    // What is not known is left out.
    const known = Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined));
    return this.#host.dispatchEvent(
      new CustomEvent(type, { detail: known, bubbles: true, composed: true, cancelable }),
    );
  }

  /** Shows the state as CSS `:state(…)`, and the payment's id as the form value. */
  #showState(before: StateName, now: StateName): void {
    const internals = this.#internals;
    const state = this.state;
    try {
      internals.setFormValue(('checkout' in state && state.checkout?.paymentId) || '');
      internals.states.delete(before);
      internals.states.add(now);
    } catch {
      // Before Chromium 125 only names that begin with two dashes were taken, and others had no states at all. Where
      // registers are polyfilled, the first class of a name decides whether it has a form value.
    }
  }

  /** Reads the attributes, and goes over to the order that they name. */
  #synchronise(): void {
    const { key, settings } = (this.#configuration = readConfiguration(this.#host, document.baseURI, origin));
    const checkout = this.#checkout;
    if (checkout && (key === this.#key || checkout.state.name === 'requesting')) {
      if (key === this.#key) checkout.configure(settings);
      return;
    }
    checkout?.disconnect();
    this.#key = key;
    const next = (this.#checkout = createCheckout(key, this.#host.orderId, browserEnvironment(), this));
    next.configure(settings);
    if (this.#host.isConnected) next.connect();
    if (settings) preconnect([settings.tokenUrl, settings.pushUrl], settings.credentials);
    this.changed(IDLE);
  }
}
