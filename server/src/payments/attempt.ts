import type { ResultCode } from '../../../src/model/outcome.js';

/**
 * Where an attempt stands.
 *
 * `sending`, `prompted` and `unclear` are open: a prompt may be live. `review` waits for a person with the order locked,
 * `released` waits for one with the order free. `paid` and `paid_again` never move.
 */
export type AttemptState =
  'sending' | 'prompted' | 'unclear' | 'refused' | 'paid' | 'paid_again' | 'failed' | 'review' | 'released';

/** What Daraja's callback said, as far as it counts. A hint, until the STK query has confirmed it. */
export interface CallbackHint {
  readonly code: ResultCode;
  readonly desc: string;
  /** `MpesaReceiptNumber`; on success alone. */
  readonly receipt: string | null;
  /** In shillings; on success alone. */
  readonly amount: number | null;
}

/** One push of one order. Times are in milliseconds since 1970, ids of Daraja's are `null` until it has told them. */
export interface Attempt {
  readonly id: string;
  readonly orderId: string;
  readonly state: AttemptState;
  /** The order's amount, the string that `findOrder` gave. */
  readonly amount: string;
  /** What the customer is asked for: whole shillings, rounded up. */
  readonly shillings: number;
  readonly phoneMasked: string;
  /** Keyed hash of the number: the same phone is known again without being stored. */
  readonly phoneHash: string;
  readonly checkoutRequestId: string | null;
  readonly merchantRequestId: string | null;
  readonly resultCode: ResultCode | null;
  readonly resultDesc: string | null;
  readonly receipt: string | null;
  readonly callback: CallbackHint | null;
  readonly createdAt: number;
  /** When the push's request ended, or was given up with its process; `null` while it is in flight. */
  readonly sentAt: number | null;
  /** Until then a prompt may be live. */
  readonly expiresAt: number;
  readonly settledAt: number | null;
  /** When to look at it again; `null`: only new evidence or a person moves it. */
  readonly dueAt: number | null;
  /** STK queries that were made. */
  readonly queries: number;
  /** Queries in a row that gave no answer. */
  readonly silences: number;
  /** How often the query said "failed" against a callback's success. */
  readonly contradictions: number;
  /** Counts the writes of this row; the next write is conditional on it. */
  readonly version: number;
}

/** What is known of an order beside its attempts. */
export interface Order {
  readonly id: string;
  /** The attempt that locks it. */
  readonly liveAttempt: string | null;
  /** The attempt that paid it. */
  readonly paidAttempt: string | null;
  /** The receipt (`TransID`) of a payment without a prompt that paid it. */
  readonly paidReceipt: string | null;
  /** The amount when it was last looked up. */
  readonly amount: string;
  /** The reference by which a customer pays without a prompt, without letter case and white space. */
  readonly referenceKey: string;
}

/** A kept change of state. */
export interface Transition {
  readonly attemptId: string;
  readonly from: AttemptState | null;
  readonly to: AttemptState;
  /** What made it: `push`, `query`, `callback`, `sweep`, `c2b`, or `operator` with a name and a reason. */
  readonly cause: string;
  readonly code: string | null;
  readonly at: number;
}

export type PaymentEventType = 'payment.paid' | 'payment.paid_again' | 'payment.failed' | 'payment.review';

/** What the shop is told. */
export interface PaymentEvent {
  /** Never changes, however often the event is told: the key by which a receiver recognises a repetition. */
  readonly id: string;
  readonly type: PaymentEventType;
  /** ISO 8601, when it was decided. */
  readonly timestamp: string;
  readonly data: {
    readonly order_id: string;
    /** Daraja's `CheckoutRequestID`; `null` where unknown, and for a payment without a prompt. */
    readonly payment_id: string | null;
    /** `null` for a payment without a prompt. */
    readonly attempt_id: string | null;
    /** The order's amount, as the shop words it. */
    readonly amount: string;
    readonly receipt?: string;
    readonly result_code: ResultCode | null;
    readonly result_desc: string;
  };
}

/** Whether an order that is locked by such an attempt may still be paid by it without a person's doing. */
export function isOpen(state: AttemptState): boolean {
  return state === 'sending' || state === 'prompted' || state === 'unclear';
}

export function isPaid(state: AttemptState): boolean {
  return state === 'paid' || state === 'paid_again';
}

/** The result of an attempt that a person has denied; no code of Daraja's. */
export const DENIED_CODE = 'NOT_PAID_1';

/**
 * Whether an attempt that has ended keeps its order from another prompt all the same: it waits for a person, or Daraja's
 * word that it was paid after all waits to be confirmed, and no person has denied it.
 */
export function isHeld({ state, callback, dueAt, resultCode }: Attempt): boolean {
  if (state === 'review') return true;
  return !isOpen(state) && !isPaid(state) && callback?.code === 0 && dueAt !== null && resultCode !== DENIED_CODE;
}

/** How references are compared: without letter case and white space. */
export function referenceKey(reference: string): string {
  return reference.replace(/\s+/g, '').toLowerCase();
}
