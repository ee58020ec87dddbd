/** What is asked for, what was accepted, and what is remembered of it. */

import type { Outcome, PaymentFailureReason, ResultCode } from './outcome.js';
import type { PushFailureReason } from './failure.js';

/** The strings of one attempt, exactly as sent. `phone` is masked where the attempt was made by another page. */
export interface Attempt {
  readonly orderId: string;
  readonly phone: string;
  readonly amount: string;
}

/** The ids of an accepted push. */
export interface CheckoutIds {
  /** The payments backend's id. */
  readonly paymentId: string;
  /** Daraja's id of the prompt: what callbacks and queries are told apart by. */
  readonly checkoutRequestId: string;
  /** `''` where the backend left it out. */
  readonly merchantRequestId: string;
}

/** What is kept of an outcome. */
export interface Settlement {
  readonly resultCode: ResultCode;
  readonly resultDesc: string;
  /** M-Pesa receipt number, where paid and told. */
  readonly receipt?: string;
}

/**
 * How far the latest attempt of an order is known to have come. `sent`: the push has left and nobody has heard of it
 * since; `closed`: over, and put away by the customer.
 */
export type Phase = 'sent' | 'prompted' | 'unconfirmed' | 'failed' | 'closed' | 'paid';

/**
 * All that is remembered of an order, in this page and in others. No token, and the phone number only masked. Times
 * are milliseconds since 1970.
 */
export interface OrderRecord {
  readonly version: 1;
  /** Grows by one with each write, so that of two copies the newer is known. */
  readonly revision: number;
  /** Tells the latest attempt from all others. */
  readonly attempt: string;
  readonly phase: Phase;
  readonly phone: string;
  readonly amount: string;
  /** When the latest attempt was last known to be under way. */
  readonly since: number;
  /** Until when its prompt may be live on the phone. */
  readonly liveUntil: number;
  /** The latest attempt's ids; absent while none are known. */
  readonly checkout?: CheckoutIds;
  /** The ids of all earlier checkouts of the order. */
  readonly earlier: readonly CheckoutIds[];
  /** Some earlier attempt may have prompted without its ids ever reaching a page. */
  readonly blind: boolean;
  readonly reason?: PushFailureReason | PaymentFailureReason;
  readonly settlement?: Settlement;
}

/** Milliseconds during which the recorded prompt may still be live; 0 where another push is safe. */
export function liveFor(record: OrderRecord | undefined, now: number): number {
  if (record?.phase !== 'sent' && record?.phase !== 'prompted' && record?.phase !== 'unconfirmed') return 0;
  return Math.max(0, record.liveUntil - now);
}

/** Every checkout of the order whose ids are known. */
export function knownCheckouts(record: OrderRecord): readonly CheckoutIds[] {
  return record.checkout ? [record.checkout, ...record.earlier] : record.earlier;
}

/** Whether the latest attempt may have prompted without its ids being known. */
function isUnanswered(record: OrderRecord): boolean {
  return !record.checkout && (record.phase === 'sent' || record.phase === 'unconfirmed');
}

/** What a record becomes when another push is about to leave. */
export function nextAttempt(
  record: OrderRecord | undefined,
  attempt: Pick<OrderRecord, 'attempt' | 'phone' | 'amount' | 'since' | 'liveUntil'>,
): OrderRecord {
  return {
    ...attempt,
    version: 1,
    revision: record?.revision ?? 0,
    phase: 'sent',
    earlier: record ? knownCheckouts(record) : [],
    blind: record !== undefined && (record.blind || isUnanswered(record)),
  };
}

/**
 * Whether an outcome is to be believed of this order. A success of any of its checkouts is, at any time, and a success
 * without an id too; a success under a foreign id only where some attempt's id never reached us. A failure only ever
 * ends the latest attempt: where that one's id is unknown, it takes an id not seen before.
 */
export function isOutcomeOf(record: OrderRecord, outcome: Outcome): boolean {
  if (record.phase === 'paid') return false;
  const id = outcome.checkoutRequestId;
  const known = knownCheckouts(record).some((checkout) => checkout.checkoutRequestId === id);
  if (outcome.verdict === 'paid') return !id || known || record.blind || isUnanswered(record);
  if (record.phase === 'failed' || record.phase === 'closed') return false;
  if (record.checkout) return !id || id === record.checkout.checkoutRequestId;
  return id !== undefined && !known;
}

/** A record with a believed outcome written into it. */
export function withOutcome(record: OrderRecord, outcome: Outcome): OrderRecord {
  const id = outcome.checkoutRequestId;
  const earlier = [...record.earlier];
  let { checkout } = record;
  if (id && id !== checkout?.checkoutRequestId) {
    const found = earlier.findIndex((other) => other.checkoutRequestId === id);
    const [named] = found < 0 ? [] : earlier.splice(found, 1);
    if (checkout) earlier.unshift(checkout);
    checkout = named ?? { paymentId: '', checkoutRequestId: id, merchantRequestId: '' };
  }
  const { resultCode, resultDesc, receipt, verdict } = outcome;
  const { reason: _, ...rest } = record;
  return {
    ...rest,
    ...(checkout && { checkout }),
    earlier,
    settlement: { resultCode, resultDesc, ...(receipt && { receipt }) },
    ...(verdict === 'paid' ? { phase: 'paid' } : { phase: 'failed', reason: verdict }),
  };
}

/** A record put away by the customer, without forgetting that its prompt may have been answered unseen. */
export function closed(record: OrderRecord): OrderRecord {
  return { ...record, phase: 'closed', blind: record.blind || isUnanswered(record) };
}
