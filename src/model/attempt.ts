/** What is asked for, what was accepted, and what is remembered of it. */

import type { Outcome, PaymentFailureReason, ResultCode } from './outcome.js';
import type { PushFailureReason } from './failure.js';

/** The strings of one attempt, exactly as sent. `phone` is masked if another page made the attempt. */
export interface Attempt {
  readonly orderId: string;
  readonly phone: string;
  readonly amount: string;
}

/** The ids of an accepted push. */
export interface PushIds {
  /** The payments backend's id. */
  readonly paymentId: string;
  /** Daraja's id of the prompt: callbacks and queries are matched by it. */
  readonly checkoutRequestId: string;
  /** `''` if the backend left it out. */
  readonly merchantRequestId: string;
}

/** The name of {@link PushIds} in the public API. */
export type CheckoutIds = PushIds;

/** What is kept of an outcome. */
export interface OutcomeDetails {
  readonly resultCode: ResultCode;
  readonly resultDesc: string;
  /** M-Pesa receipt number, if the order is paid and the number is known. */
  readonly receipt: string | undefined;
}

/**
 * How far the latest attempt of an order is known to have come. `sent`: the push has left and is unanswered;
 * `closed`: over, and dismissed by the customer.
 */
export type Phase = 'sent' | 'prompted' | 'unconfirmed' | 'failed' | 'closed' | 'paid';

/**
 * All that is remembered of an order, in this page and in others. No token, and the phone number only masked. Times
 * are milliseconds since 1970.
 */
export interface OrderRecord {
  /** Grows with each write: of two copies, the one with the higher revision is the newer. */
  readonly revision: number;
  /** Identifies the latest attempt. */
  readonly id: string;
  readonly phase: Phase;
  readonly phone: string;
  readonly amount: string;
  /** When the latest attempt was last known to be under way. */
  readonly since: number;
  /** Until when its prompt may be live on the phone; 0 if the order was paid by what may not be this attempt. */
  readonly liveUntil: number;
  /** The latest attempt's ids, if known. */
  readonly ids: PushIds | undefined;
  /** The ids of all earlier pushes of the order. */
  readonly earlier: readonly PushIds[];
  /** Some earlier attempt may have prompted without its ids ever reaching a page. */
  readonly mayHaveUnknownPrompt: boolean;
  /** Until when another prompt may be open on the phone, by the backend's word; 0 if it has said nothing of one. */
  readonly otherPromptUntil: number;
  /** What the phase says of the prompt was emitted by some page. */
  readonly isTold: boolean;
  readonly reason: PushFailureReason | PaymentFailureReason | undefined;
  readonly outcome: OutcomeDetails | undefined;
}

/** Whether the prompt of the latest attempt may be on the phone until `liveUntil`. */
export function awaitsOutcome({ phase }: OrderRecord): boolean {
  return phase === 'sent' || phase === 'prompted' || phase === 'unconfirmed';
}

/** Whether any attempt of the order may have prompted without its ids being known. */
function mayHaveUnknownPrompt(record: OrderRecord): boolean {
  const { ids, phase } = record;
  return record.mayHaveUnknownPrompt || (!ids && (phase === 'sent' || phase === 'unconfirmed'));
}

function allIds({ ids, earlier }: OrderRecord): readonly PushIds[] {
  return ids ? [ids, ...earlier] : earlier;
}

function isKnown(record: OrderRecord, id: string | undefined): boolean {
  return allIds(record).some(({ checkoutRequestId }) => checkoutRequestId === id);
}

/** What a record becomes when another push is about to leave. */
export function nextAttempt(
  record: OrderRecord | undefined,
  attempt: Pick<OrderRecord, 'id' | 'phone' | 'amount' | 'since' | 'liveUntil'>,
): OrderRecord {
  return {
    ...attempt,
    revision: record?.revision ?? 0,
    phase: 'sent',
    ids: undefined,
    earlier: record ? allIds(record) : [],
    mayHaveUnknownPrompt: !!record && mayHaveUnknownPrompt(record),
    otherPromptUntil: record?.otherPromptUntil ?? 0,
    isTold: false,
    reason: undefined,
    outcome: undefined,
  };
}

/** An outcome that names its push by another id, by the id that Daraja matches by. */
export function identified(record: OrderRecord, outcome: Outcome): Outcome {
  const { otherId } = outcome;
  const named = otherId && allIds(record).find((ids) => ids.paymentId === otherId || ids.merchantRequestId === otherId);
  return named ? { ...outcome, checkoutRequestId: named.checkoutRequestId } : outcome;
}

/**
 * Whether an outcome is believed of this order. A success of any of its pushes is believed at any time, and so is a
 * success without an id; a success under a foreign id only if some attempt's id never reached us. A failure only ever
 * ends the latest attempt: if that one's id is unknown, the failure needs an id not seen before.
 */
export function isOutcomeOf(record: OrderRecord, { verdict, checkoutRequestId: id }: Outcome): boolean {
  const { phase, ids } = record;
  const known = isKnown(record, id);
  if (phase === 'paid') return false;
  if (verdict === 'paid') return !id || known || mayHaveUnknownPrompt(record);
  if (phase === 'failed' || phase === 'closed') return false;
  return ids ? !id || id === ids.checkoutRequestId : !!id && !known;
}

/** A record with a believed outcome written into it. The push that it is the outcome of becomes the latest one. */
export function withOutcome(record: OrderRecord, outcome: Outcome): OrderRecord {
  const { verdict, resultCode, resultDesc, receipt, checkoutRequestId = record.ids?.checkoutRequestId } = outcome;
  const known = allIds(record);
  const named = known.find((ids) => ids.checkoutRequestId === checkoutRequestId);
  const paid = verdict === 'paid';
  const isOwn = named && named === record.ids && (outcome.checkoutRequestId || !record.mayHaveUnknownPrompt);
  return {
    ...record,
    phase: paid ? 'paid' : 'failed',
    liveUntil: paid && !isOwn ? 0 : record.liveUntil,
    reason: paid ? undefined : verdict,
    ids: named ?? (checkoutRequestId ? { paymentId: '', checkoutRequestId, merchantRequestId: '' } : undefined),
    earlier: known.filter((ids) => ids !== named),
    isTold: false,
    outcome: { resultCode, resultDesc, receipt },
  };
}

/** A record dismissed by the customer. It still says that its prompt may have been answered unseen. */
export function closed(record: OrderRecord): OrderRecord {
  return { ...record, phase: 'closed', mayHaveUnknownPrompt: mayHaveUnknownPrompt(record) };
}

/** Whether the writer of `record` had heard of the attempt of `other`. */
function includesAttempt(record: OrderRecord, { ids }: OrderRecord): boolean {
  return ids ? isKnown(record, ids.checkoutRequestId) : mayHaveUnknownPrompt(record);
}

/**
 * Whether `record` has written over the push of `sent`, whose prompt may be live: by a page that had not heard of it, or
 * that took it for dead by a clock that was set forward. How that page's own push ended says nothing of the prompt.
 */
export function isLacking(record: OrderRecord, sent: OrderRecord): boolean {
  const isOtherPrompt = record.ids?.checkoutRequestId !== (sent.ids?.checkoutRequestId ?? null);
  const endedElsewhere = isOtherPrompt && record.since >= sent.liveUntil && !awaitsOutcome(record);
  return record.phase !== 'paid' && (endedElsewhere || !includesAttempt(record, sent));
}

/** A record, with what another one knows of other pushes of the order. */
export function merged(record: OrderRecord, other: OrderRecord): OrderRecord {
  return {
    ...record,
    earlier: [...record.earlier, ...allIds(other).filter((ids) => !isKnown(record, ids.checkoutRequestId))],
    mayHaveUnknownPrompt: record.mayHaveUnknownPrompt || mayHaveUnknownPrompt(other),
    otherPromptUntil: Math.max(record.otherPromptUntil, other.otherPromptUntil),
  };
}

/** What a page holds against the record that it reads: another page may have written over what it had not heard of. */
export interface Witness {
  /** The state shows this payment. */
  readonly paid: Pick<OrderRecord, 'ids' | 'outcome'> | undefined;
  /** The last record of an attempt of this page, while its prompt may be live and it is no longer the latest one. */
  readonly live: OrderRecord | undefined;
  /** The record whose outcome this page has emitted. */
  readonly told: OrderRecord | undefined;
}

/** A record, and a push that may be live and that it does not know of: the one that may be live for longer keeps the order locked. */
function lockedBy(record: OrderRecord, live: OrderRecord): OrderRecord {
  return awaitsOutcome(record) && record.liveUntil > live.liveUntil ? merged(record, live) : merged(live, record);
}

/** What to write again after this page wrote over another one's record, of which it had not heard: that page may be gone. */
export function withOverwritten(record: OrderRecord, overwritten: OrderRecord): OrderRecord | undefined {
  const { phase, id, ids } = overwritten;
  if (record.phase === 'paid') return undefined;
  if (phase === 'paid') return merged(overwritten, record);
  if (record.id === id) return record.phase === 'sent' && phase !== 'sent' ? merged(overwritten, record) : undefined;
  if (awaitsOutcome(overwritten)) return lockedBy(record, overwritten);
  return ids && !isKnown(record, ids.checkoutRequestId) ? merged(record, overwritten) : undefined;
}

/**
 * What to write again after another page wrote over a success, or over a live prompt, that it had not heard of.
 * The ids that the other page knew are merged in; without them two pages would overwrite each other for ever.
 */
export function repaired(record: OrderRecord, { paid, live, told }: Witness): OrderRecord | undefined {
  if (record.phase !== 'paid' && paid) {
    // What was told of the record that wrote over it was not the payment.
    const isTold = told?.phase === 'paid';
    return { ...record, phase: 'paid', liveUntil: 0, ids: paid.ids, outcome: paid.outcome, isTold };
  }
  if (live && isLacking(record, live)) return lockedBy(record, live);
  // Another page learned the same in the same moment.
  const isToldHere = told?.id === record.id && told.phase === record.phase;
  return isToldHere && !record.isTold ? { ...record, isTold: true } : undefined;
}
