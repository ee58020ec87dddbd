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
  readonly receipt: string | undefined;
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
  /** Grows with each write, so that of two copies the newer is known. */
  readonly revision: number;
  /** Tells the latest attempt from all others. */
  readonly id: string;
  readonly phase: Phase;
  readonly phone: string;
  readonly amount: string;
  /** When the latest attempt was last known to be under way. */
  readonly since: number;
  /** Until when its prompt may be live on the phone. */
  readonly liveUntil: number;
  /** The latest attempt's ids, where known. */
  readonly checkout?: CheckoutIds | undefined;
  /** The ids of all earlier checkouts of the order. */
  readonly earlier: readonly CheckoutIds[];
  /** Some earlier attempt may have prompted without its ids ever reaching a page. */
  readonly blind: boolean;
  readonly reason?: PushFailureReason | PaymentFailureReason | undefined;
  readonly settlement?: Settlement | undefined;
}

/** Milliseconds during which the recorded prompt may still be live; 0 where another push is safe. */
export function liveFor({ phase, liveUntil }: OrderRecord, now: number): number {
  return phase === 'sent' || phase === 'prompted' || phase === 'unconfirmed' ? Math.max(0, liveUntil - now) : 0;
}

/** Whether the latest attempt may have prompted without its ids being known. */
function isUnanswered({ checkout, phase }: OrderRecord): boolean {
  return !checkout && (phase === 'sent' || phase === 'unconfirmed');
}

function isBlind(record: OrderRecord): boolean {
  return record.blind || isUnanswered(record);
}

function knownCheckouts({ checkout, earlier }: OrderRecord): readonly CheckoutIds[] {
  return checkout ? [checkout, ...earlier] : earlier;
}

function isKnown(record: OrderRecord, id: string | undefined): boolean {
  return knownCheckouts(record).some((ids) => ids.checkoutRequestId === id);
}

/** What a record becomes when another push is about to leave. */
export function nextAttempt(
  record: OrderRecord | undefined,
  attempt: Pick<OrderRecord, 'id' | 'phone' | 'amount' | 'since' | 'liveUntil'>,
): OrderRecord {
  return {
    ...attempt,
    version: 1,
    revision: record?.revision ?? 0,
    phase: 'sent',
    earlier: record ? knownCheckouts(record) : [],
    blind: !!record && isBlind(record),
  };
}

/**
 * Whether an outcome is to be believed of this order. A success of any of its checkouts is, at any time, and a success
 * without an id too; a success under a foreign id only where some attempt's id never reached us. A failure only ever
 * ends the latest attempt: where that one's id is unknown, it takes an id not seen before.
 */
export function isOutcomeOf(record: OrderRecord, { verdict, checkoutRequestId: id }: Outcome): boolean {
  const { phase, checkout } = record;
  const known = isKnown(record, id);
  if (phase === 'paid') return false;
  if (verdict === 'paid') return !id || known || isBlind(record);
  if (phase === 'failed' || phase === 'closed') return false;
  return checkout ? !id || id === checkout.checkoutRequestId : !!id && !known;
}

/** A record with a believed outcome written into it. The checkout that it is the outcome of becomes the latest one. */
export function withOutcome(record: OrderRecord, outcome: Outcome): OrderRecord {
  const { verdict, resultCode, resultDesc, receipt, checkoutRequestId = record.checkout?.checkoutRequestId } = outcome;
  const known = knownCheckouts(record);
  const named = known.find((ids) => ids.checkoutRequestId === checkoutRequestId);
  const paid = verdict === 'paid';
  return {
    ...record,
    phase: paid ? 'paid' : 'failed',
    reason: paid ? undefined : verdict,
    checkout: named ?? (checkoutRequestId ? { paymentId: '', checkoutRequestId, merchantRequestId: '' } : undefined),
    earlier: known.filter((ids) => ids !== named),
    settlement: { resultCode, resultDesc, receipt },
  };
}

/** A record put away by the customer, without forgetting that its prompt may have been answered unseen. */
export function closed(record: OrderRecord): OrderRecord {
  return { ...record, phase: 'closed', blind: isBlind(record) };
}

/** Whether whoever wrote `record` had heard of the attempt of `other`. */
export function knows(record: OrderRecord, { checkout }: OrderRecord): boolean {
  return checkout ? isKnown(record, checkout.checkoutRequestId) : isBlind(record);
}

/** `lost`, with what whoever wrote over it knew: so that two pages that do this to each other come to rest. */
export function restored(lost: OrderRecord, over: OrderRecord): OrderRecord {
  const news = knownCheckouts(over).filter((ids) => !isKnown(lost, ids.checkoutRequestId));
  return { ...lost, earlier: [...lost.earlier, ...news], blind: lost.blind || isBlind(over) };
}
