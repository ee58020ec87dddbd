import type { Clock } from '../clock.js';
import type { DarajaTokens } from '../daraja/token.js';
import type { Keys } from '../keys.js';
import type { DarajaAccount, DarajaClient } from '../daraja/client.js';
import type { Logger, Metrics, PaymentsOptions, Step } from '../options.js';
import type { OrderTransaction, Store } from '../stores/store.js';
import {
  isHeld,
  isOpen,
  isPaid,
  type Attempt,
  type PaymentEvent,
  type PaymentEventType,
  type Transition,
} from './attempt.js';
import type { Limits } from './limits.js';
import { LOOK_EVERY_MS, type Rules } from './schedule.js';
import { settle, type Evidence } from './settle.js';

/** What all parts of the server share. */
export interface Context {
  readonly options: PaymentsOptions;
  readonly store: Store;
  readonly daraja: DarajaClient;
  readonly tokens: DarajaTokens;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly limits: Limits;
  readonly log: Logger;
  readonly metrics: Metrics;
  step(step: Step): Promise<void>;
}

/** What it takes to move attempts, and no more: a person who decides one needs no account at Daraja. */
export type Ledger = Pick<Context, 'store' | 'clock' | 'rules' | 'log' | 'metrics'>;

/**
 * Brings evidence to an attempt, under its order's lock: the attempt, the lock, the record of the change and what the
 * shop is told are written together or not at all. `lease`: until when the one that brings it holds the attempt.
 */
export async function bring(
  context: Ledger,
  attempt: Attempt,
  evidence: Evidence,
  lease: number | null = null,
): Promise<Attempt> {
  return context.store.withOrder(attempt.orderId, async (tx) => {
    const current = (await tx.attempt(attempt.id)) ?? attempt;
    return record(context, tx, current, evidence, lease);
  });
}

/**
 * Brings what became of a push to an attempt as it was claimed: where nobody has written it since, it need not be read
 * again. False where that is not so, or where it moves more than the attempt: then `bring` has to.
 */
export async function bringClaimed(context: Ledger, attempt: Attempt, evidence: Evidence): Promise<boolean> {
  const now = context.clock.now();
  const { orderId: id, amount } = attempt;
  const order = { id, liveAttempt: attempt.id, paidAttempt: null, paidReceipt: null, amount, referenceKey: '' };
  const { attempt: after, order: lock, tell, cause } = settle(attempt, order, evidence, now, context.rules);
  const isDueSoon = after.dueAt !== null && after.dueAt <= now + LOOK_EVERY_MS;
  if (lock !== 'keep' || tell || isDueSoon || after.state === attempt.state) return false;
  if (!(await context.store.advance(attempt, after, transitionOf(attempt, after, cause, now)))) return false;
  noteMove(context, attempt, after, cause);
  return true;
}

/** Writes what `settle` decides into a transaction that is open already. */
export async function record(
  context: Ledger,
  tx: OrderTransaction,
  before: Attempt,
  evidence: Evidence,
  lease: number | null = null,
): Promise<Attempt> {
  const now = context.clock.now();
  const { attempt, order: lock, tell, cause } = settle(before, tx.order, evidence, now, context.rules);
  const { order } = tx;
  await tx.saveAttempt(attempt, lease);

  const holds = order.liveAttempt === attempt.id;
  switch (lock) {
    case 'keep':
      break;
    case 'hold':
      if (order.liveAttempt === null) await tx.saveOrder({ ...order, liveAttempt: attempt.id });
      break;
    case 'free':
      if (holds) await tx.saveOrder({ ...order, liveAttempt: await heir(tx, attempt.id) });
      break;
    case 'paid':
      await tx.saveOrder({
        ...order,
        paidAttempt: order.paidAttempt ?? attempt.id,
        liveAttempt: holds ? null : order.liveAttempt,
      });
  }

  if (attempt.state !== before.state) {
    await tx.addTransition(transitionOf(before, attempt, cause, now));
    noteMove(context, before, attempt, cause);
  }
  if (tell) await tx.addEvent(eventKey(before, attempt, tell, evidence), eventOf(attempt, tell, now), now);
  return attempt;
}

/** Who has the lock next: an earlier attempt may wait for its success to be confirmed, or for a person. */
async function heir(tx: OrderTransaction, leaving: string): Promise<string | null> {
  const others = await tx.attempts();
  return others.find((other) => other.id !== leaving && (isOpen(other.state) || isHeld(other)))?.id ?? null;
}

/** What is told once: each move, and what moves nothing by what it says. */
function eventKey(before: Attempt, { id, state }: Attempt, tell: PaymentEventType, evidence: Evidence): string {
  const key = `${id}:${tell}:${state}`;
  if (state !== before.state) return `${key}:${before.version}`;
  return evidence.kind === 'callback' ? `${key}:${evidence.receipt}:${evidence.amount}` : key;
}

function transitionOf(before: Attempt, { id, state, resultCode }: Attempt, cause: string, now: number): Transition {
  const code = resultCode === null ? null : String(resultCode);
  return { attemptId: id, from: before.state, to: state, cause, code, at: now };
}

function noteMove({ metrics, log }: Ledger, before: Attempt, { id, orderId, state }: Attempt, cause: string): void {
  metrics.count('transitions', state);
  log.info({ attempt: id, order: orderId, from: before.state, to: state, cause: cause.split(':')[0] }, 'payment moved');
}

function eventOf(attempt: Attempt, type: PaymentEventType, now: number): PaymentEvent {
  const { resultCode, resultDesc, callback } = attempt;
  // What waits for a person has no result: that is why it waits.
  const open = type === 'payment.review' && !isPaid(attempt.state);
  const receipt = attempt.receipt ?? callback?.receipt ?? undefined;
  return makeEvent(type, now, {
    order_id: attempt.orderId,
    payment_id: attempt.checkoutRequestId,
    attempt_id: attempt.id,
    amount: attempt.amount,
    ...(receipt !== undefined && { receipt }),
    result_code: resultCode ?? (open ? (callback?.code ?? null) : null),
    result_desc: resultDesc ?? callback?.desc ?? 'Nobody can tell what became of this prompt.',
  });
}

export function makeEvent(type: PaymentEventType, now: number, data: PaymentEvent['data']): PaymentEvent {
  return { id: `evt_${crypto.randomUUID()}`, type, timestamp: new Date(now).toISOString(), data };
}

/** The address that Daraja is given for one attempt. Lower case, and without a word that Safaricom filters. */
export async function callbackUrl({ keys, options }: Context, attemptId: string): Promise<string> {
  return `${publicBase(options)}/c/${attemptId}/${await keys.addressMac(`callback ${attemptId}`)}`;
}

/** The public address as browsers spell it (its host in lower case), without a slash at its end. */
function publicBase({ publicUrl }: Pick<PaymentsOptions, 'publicUrl'>): string {
  return new URL(publicUrl).href.replace(/\/+$/, '');
}

/** The addresses at which payments without a prompt are confirmed. */
export async function c2bUrls(
  keys: Keys,
  options: Pick<PaymentsOptions, 'publicUrl'> & { readonly daraja: Pick<DarajaAccount, 'shortcode'> },
): Promise<{ confirmation: string; validation: string }> {
  const base = publicBase(options);
  const { shortcode } = options.daraja;
  return {
    confirmation: `${base}/c/confirmation/${await keys.addressMac(`confirmation ${shortcode}`)}`,
    validation: `${base}/c/validation/${await keys.addressMac(`validation ${shortcode}`)}`,
  };
}
