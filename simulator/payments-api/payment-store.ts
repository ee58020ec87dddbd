import { Listeners } from '../listeners.js';

/** One push of an order. */
export interface Checkout {
  readonly orderId: string;
  readonly phone: string;
  /** As it was sent. */
  readonly amount: string;
  /** The CheckoutRequestID; undefined until Daraja has answered. */
  id?: string;
  merchantRequestId?: string;
  /** Epoch milliseconds: of the push, then of Daraja's answer. */
  since: number;
  /** `sending`: no answer yet. `unclear`: there was none that could be trusted, so a prompt may be live. */
  phase: 'sending' | 'unclear' | 'accepted' | 'refused';
}

/** What became of a checkout. */
export interface CheckoutResult {
  readonly checkoutRequestId: string;
  readonly merchantRequestId: string;
  readonly resultCode: number | string;
  readonly resultDesc: string;
  readonly paid: boolean;
  readonly receipt: string | undefined;
  /** The callback as Daraja posted it; undefined where only the STK query told. */
  readonly callback: unknown;
}

/** The backend's memory: what was pushed, and what came of it. */
export class PaymentStore {
  /** Emits the order of every new result, and of one that is forgotten. */
  readonly changes = new Listeners<string>();
  readonly #checkouts: Checkout[] = [];
  readonly #results = new Map<string, CheckoutResult>();

  /** Remembers a push before it is sent, so that a second one in the same moment finds it. */
  begin(checkout: Pick<Checkout, 'orderId' | 'phone' | 'amount' | 'since'>): Checkout {
    const begun: Checkout = { ...checkout, phase: 'sending' };
    this.#checkouts.push(begun);
    return begun;
  }

  /** Daraja has accepted the push. Its callback may have come first. */
  accept(checkout: Checkout, ids: { id: string; merchantRequestId: string }, since: number): void {
    Object.assign(checkout, ids, { since, phase: 'accepted' });
    if (this.#results.has(ids.id)) this.changes.emit(checkout.orderId);
  }

  /** The pushes of an order that reached Daraja or may have, oldest first. */
  ofOrder(orderId: string): readonly Checkout[] {
    return this.#checkouts.filter((checkout) => checkout.orderId === orderId && checkout.phase !== 'refused');
  }

  byPaymentId(id: string): Checkout | undefined {
    return this.#checkouts.find((checkout) => checkout.id === id);
  }

  resultOf(checkout: Checkout): CheckoutResult | undefined {
    return checkout.id === undefined ? undefined : this.#results.get(checkout.id);
  }

  /** The order's paid checkout, if any of its checkouts is. */
  paid(orderId: string): Checkout | undefined {
    return this.ofOrder(orderId).find((checkout) => this.resultOf(checkout)?.paid);
  }

  /** The order's newest checkout whose prompt may still be on a phone. */
  live(orderId: string, now: number, windowMs: number): Checkout | undefined {
    const mayRing = this.ofOrder(orderId).filter(
      (checkout) => !this.resultOf(checkout) && (checkout.phase === 'sending' || now < checkout.since + windowMs),
    );
    return mayRing.at(-1);
  }

  /**
   * Stores what became of a checkout, known or not. A success is final: nothing overwrites it but its own callback,
   * which adds the receipt to what a query told. Answers false where nothing was new.
   */
  store(result: CheckoutResult): boolean {
    const before = this.#results.get(result.checkoutRequestId);
    const better =
      !before || (result.paid && !before.paid) || (result.paid === before.paid && !before.callback && result.callback);
    if (!better) return false;
    this.#results.set(result.checkoutRequestId, result);
    const checkout = this.byPaymentId(result.checkoutRequestId);
    if (checkout) this.changes.emit(checkout.orderId);
    return true;
  }

  reset(): void {
    const orders = new Set(this.#checkouts.map(({ orderId }) => orderId));
    this.#checkouts.length = 0;
    this.#results.clear();
    for (const order of orders) this.changes.emit(order);
  }
}
