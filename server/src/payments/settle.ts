import { classifyResultCode, type ResultCode } from '../../../src/model/outcome.js';
import {
  DENIED_CODE,
  isOpen,
  isPaid,
  type Attempt,
  type AttemptState,
  type CallbackHint,
  type Order,
} from './attempt.js';
import type { PaymentEventType } from './attempt.js';
import { afterContradiction, afterFailure, LOST_AFTER_MS, nextQuery, type Rules } from './schedule.js';

/** What can be learned about an attempt. */
export type Evidence =
  /** Daraja took the push. */
  | { readonly kind: 'accepted'; readonly checkoutRequestId: string; readonly merchantRequestId: string }
  /** Nothing was sent: Daraja refused, or something of ours failed first. */
  | { readonly kind: 'refused'; readonly code: string; readonly desc: string }
  /** The push ended without an answer that can be trusted. */
  | { readonly kind: 'unclear' }
  /** Daraja gave its id to another payment too: what is said of the id may be the other's. */
  | { readonly kind: 'shared-id' }
  /** The process that looks at it has the push in hand itself. */
  | { readonly kind: 'in-hand' }
  /** The process that had the push in hand is gone. */
  | { readonly kind: 'abandoned' }
  /** A callback at the attempt's own address. */
  | ({ readonly kind: 'callback'; readonly checkoutRequestId: string } & CallbackHint)
  /** The STK query named a result code. */
  | { readonly kind: 'result'; readonly code: ResultCode; readonly desc: string }
  /** The STK query said that the payment is still being processed. */
  | { readonly kind: 'processing' }
  /** The STK query gave no answer. */
  | { readonly kind: 'silence' }
  /** Its time has come, and there is no id to ask with. */
  | { readonly kind: 'time' }
  /** A person decided. */
  | { readonly kind: 'decision'; readonly paid: boolean; readonly by: string; readonly reason: string };

/** What follows: the attempt as it is now, what becomes of the order's lock, and what the shop is told. */
export interface Settlement {
  readonly attempt: Attempt;
  /** `free` and `paid` count only where this attempt holds the lock; `hold` only where nobody does. */
  readonly order: 'keep' | 'hold' | 'free' | 'paid';
  readonly tell: PaymentEventType | null;
  /** Who or what made it, for the record. */
  readonly cause: string;
}

/** Queries without an answer after which a callback counts as proof. */
const SILENCES_BEFORE_PROOF = 3;
/** How often a query may contradict a callback's success before a person has to decide: the first time and three more. */
const MAX_CONTRADICTIONS = 4;
/** How long an order that was paid without a prompt waits for the receipt by which its prompt is told apart from that. */
const RECEIPT_WAIT_MS = 60_000;

/** The result of a payment that a person confirmed or denied. */
const CONFIRMED = { code: 0, desc: 'Confirmed by the shop.' } as const;
const DENIED = { code: DENIED_CODE, desc: 'Not paid, says the shop.' } as const;
/** Why nobody can tell whether an order was paid once or twice. */
const MAYBE_THE_SAME =
  'M-Pesa says that this prompt is paid, without a receipt: it may be the payment that is told as one without a prompt.';

/** What a code means on either way: final, or "ask later". */
function meaning(code: ResultCode): 'paid' | 'failed' | 'later' {
  // A code that is on no list is no outcome, wherever it comes from.
  const verdict = classifyResultCode(code, 'query');
  return verdict === 'paid' ? 'paid' : verdict === 'pending' ? 'later' : 'failed';
}

/**
 * Decides what evidence makes of an attempt. Pure: the same attempt, order, evidence and time give the same answer.
 *
 * Nothing here leads from silence to a free order but the release rule, and nothing leaves `paid`.
 */
export function settle(attempt: Attempt, order: Order, evidence: Evidence, now: number, rules: Rules): Settlement {
  const keep = (changes: Partial<Attempt>): Settlement => ({
    attempt: { ...attempt, ...changes },
    order: 'keep',
    tell: null,
    cause: evidence.kind,
  });
  const move = (
    state: AttemptState,
    then: Pick<Settlement, 'order' | 'tell' | 'cause'>,
    changes: Partial<Attempt>,
  ): Settlement => ({ ...then, attempt: { ...attempt, dueAt: null, settledAt: now, ...changes, state } });

  const review = (cause: string, changes: Partial<Attempt> = {}): Settlement =>
    attempt.state === 'review'
      ? keep({ dueAt: null, ...changes })
      : move('review', { order: 'hold', tell: 'payment.review', cause }, changes);

  const pay = (cause: string, code: ResultCode, desc: string, changes: Partial<Attempt> = {}): Settlement => {
    const receipt = attempt.callback?.receipt ?? attempt.receipt;
    const result = { ...changes, resultCode: code, resultDesc: desc, receipt };
    const paidByAnother = order.paidAttempt !== null && order.paidAttempt !== attempt.id;
    if (!paidByAnother && order.paidReceipt === null) {
      return move('paid', { order: 'paid', tell: 'payment.paid', cause }, result);
    }
    if (!paidByAnother && order.paidReceipt === receipt) {
      // Daraja confirms a prompt's payment at the C2B address too: one payment, and the shop has been told.
      return move('paid', { order: 'paid', tell: null, cause }, result);
    }
    const receiptMayCome = receipt === null && cause === 'query' && now < attempt.expiresAt + RECEIPT_WAIT_MS;
    if (!paidByAnother && receiptMayCome) {
      return keep({ ...changes, dueAt: attempt.expiresAt + RECEIPT_WAIT_MS });
    }
    if (!paidByAnother && receipt === null && cause === 'query') {
      return review(cause, { ...changes, resultCode: code, resultDesc: MAYBE_THE_SAME });
    }
    return move('paid_again', { order: 'free', tell: 'payment.paid_again', cause }, result);
  };

  // What a person has decided stands against what the person knew; only a success that Daraja itself names outweighs it.
  const isDenied = attempt.state === 'failed' && attempt.resultCode === DENIED.code;

  const fail = (cause: string, code: ResultCode, desc: string, changes: Partial<Attempt> = {}): Settlement =>
    isOpen(attempt.state)
      ? move(
          'failed',
          { order: 'free', tell: 'payment.failed', cause },
          { dueAt: afterFailure(code, now, null), ...changes, resultCode: code, resultDesc: desc },
        )
      : keep({ ...changes, dueAt: attempt.state === 'failed' ? afterFailure(code, now, attempt.settledAt) : null });

  /** Asks again later, sooner on the first `tries` while a callback waits; hands it to a person after a day of asking. */
  const askLater = (changes: Partial<Attempt>, tries: number): Settlement => {
    if (isDenied) return keep({ ...changes, dueAt: null });
    const dueAt = nextQuery(attempt, now, rules, attempt.callback ? tries : null);
    if (dueAt !== null) return keep({ ...changes, dueAt });
    return isOpen(attempt.state) || attempt.callback?.code === 0
      ? review('sweep', changes)
      : keep({ ...changes, dueAt: null });
  };

  const sent = { sentAt: now, expiresAt: now + rules.promptWindowMs };

  // The question was about an id that it has lost.
  const isAnswer = evidence.kind === 'result' || evidence.kind === 'processing' || evidence.kind === 'silence';
  if (isAnswer && attempt.checkoutRequestId === null) return keep({ dueAt: null });

  switch (evidence.kind) {
    case 'accepted': {
      const { checkoutRequestId, merchantRequestId } = evidence;
      if (isPaid(attempt.state)) {
        return keep({ merchantRequestId, checkoutRequestId: attempt.checkoutRequestId ?? checkoutRequestId });
      }
      const ids = { checkoutRequestId, merchantRequestId };
      // Daraja's own answer outweighs an id that came with a callback, and with the id goes what the callback said.
      const foreign = attempt.checkoutRequestId !== null && attempt.checkoutRequestId !== checkoutRequestId;
      const hint = foreign ? { callback: null } : {};
      const dueAt = attempt.callback && !foreign ? now : now + rules.queryAfterMs;
      if (attempt.state === 'sending' || attempt.state === 'unclear') {
        return move(
          'prompted',
          { order: 'keep', tell: null, cause: 'push' },
          { ...ids, ...hint, ...sent, dueAt, settledAt: null },
        );
      }
      const isUndone = attempt.state === 'released' || (foreign && attempt.state !== 'review');
      if (isUndone && (order.liveAttempt === null || order.liveAttempt === attempt.id)) {
        return move(
          'prompted',
          { order: 'hold', tell: null, cause: 'push' },
          { ...ids, ...hint, ...sent, dueAt, settledAt: null, resultCode: null, resultDesc: null },
        );
      }
      return keep({ ...ids, ...hint, ...sent, dueAt: attempt.state === 'failed' ? attempt.dueAt : dueAt });
    }

    case 'refused':
      if (attempt.state !== 'sending' && attempt.state !== 'unclear') return keep({});
      // A callback to the attempt's own address contradicts the refusal: the order stays locked until the query has spoken.
      if (attempt.callback) {
        const changes = { ...sent, dueAt: now, settledAt: null };
        if (attempt.state === 'unclear') return keep(changes);
        return move('unclear', { order: 'keep', tell: null, cause: 'push' }, changes);
      }
      return move(
        'refused',
        { order: 'free', tell: null, cause: 'push' },
        { sentAt: now, resultCode: evidence.code, resultDesc: evidence.desc },
      );

    case 'shared-id': {
      // A callback came to its own address alone: with a success there, the query tells of this payment still.
      if (isPaid(attempt.state) || attempt.callback?.code === 0) return keep({});
      const unknown = { checkoutRequestId: null, dueAt: null };
      if (!isOpen(attempt.state) && attempt.state !== 'released') return keep(unknown);
      return review('push', attempt.sentAt === null ? { ...sent, ...unknown } : unknown);
    }

    case 'in-hand':
      return keep(attempt.state === 'sending' ? { dueAt: now + LOST_AFTER_MS } : {});

    case 'unclear':
    case 'abandoned': {
      const known = attempt.checkoutRequestId !== null;
      const dueAt = known ? (attempt.dueAt ?? now + rules.queryAfterMs) : releaseAt(now, rules);
      const changes = { ...sent, dueAt, settledAt: null };
      if (attempt.state === 'unclear' && evidence.kind === 'unclear') return keep(changes);
      if (attempt.state !== 'sending') return keep({});
      return move(
        'unclear',
        { order: 'keep', tell: null, cause: evidence.kind === 'unclear' ? 'push' : 'sweep' },
        changes,
      );
    }

    case 'callback': {
      const { checkoutRequestId, code, desc, receipt, amount } = evidence;
      if (attempt.checkoutRequestId !== null && attempt.checkoutRequestId !== checkoutRequestId) return keep({});
      const wrongAmount = code === 0 && amount !== null && amount !== attempt.shillings;
      const isKnown = sameHint(attempt.callback, evidence);
      if (isPaid(attempt.state)) {
        // A person who said that it is paid knew of it.
        if (wrongAmount && isKnown) return keep({});
        if (wrongAmount) return { ...keep({}), tell: 'payment.review' };
        return keep({ receipt: attempt.receipt ?? (code === 0 && amount !== null ? receipt : null) });
      }
      const callback = { code, desc, receipt, amount };
      if (isDenied && code === 0) {
        if (isKnown) return keep({ dueAt: wrongAmount ? null : now });
        const undecided = { resultCode: null, resultDesc: null };
        return review('callback', { checkoutRequestId, callback, ...undecided, dueAt: wrongAmount ? null : now });
      }
      // A success is not taken back by a failure that comes after it; the query decides between them.
      if (attempt.callback?.code === 0 && code !== 0) return keep({ checkoutRequestId });
      if (wrongAmount) return review('callback', { checkoutRequestId, callback });
      // A failure is no news once the attempt has ended, and a repetition none while the question is already due.
      if (code !== 0 && !isOpen(attempt.state)) return keep({ checkoutRequestId, callback });
      // Where the attempt has ended, nobody else is prompted until the query has spoken.
      const lock = isOpen(attempt.state) || attempt.state === 'review' ? 'keep' : 'hold';
      if (attempt.dueAt !== null && isKnown) {
        return { ...keep({ checkoutRequestId }), order: lock };
      }
      return { ...keep({ checkoutRequestId, callback, dueAt: now }), order: lock };
    }

    case 'result': {
      const { code, desc } = evidence;
      if (isPaid(attempt.state)) return keep({ dueAt: null });
      const asked = { queries: attempt.queries + 1, silences: 0 };
      const hint = attempt.callback;
      if (hint?.code === 0 && hint.amount !== null && hint.amount !== attempt.shillings) {
        return keep({ ...asked, dueAt: null });
      }
      const said = meaning(code);
      if (said === 'paid') return pay('query', code, desc, asked);
      if (said === 'later') return askLater(asked, attempt.queries);
      if (hint?.code !== 0) return fail('query', code, desc, asked);
      if (isDenied) return keep({ ...asked, dueAt: null });
      const contradictions = attempt.contradictions + 1;
      if (contradictions >= MAX_CONTRADICTIONS) {
        return review('query', { ...asked, contradictions, resultCode: code, resultDesc: desc });
      }
      return keep({ ...asked, contradictions, dueAt: now + afterContradiction(contradictions, rules) });
    }

    case 'processing':
      if (isPaid(attempt.state)) return keep({ dueAt: null });
      return askLater({ queries: attempt.queries + 1, silences: 0 }, attempt.queries);

    case 'silence': {
      if (isPaid(attempt.state)) return keep({ dueAt: null });
      const silences = attempt.silences + 1;
      const asked = { queries: attempt.queries + 1, silences };
      const hint = attempt.callback;
      if (isDenied) return keep({ ...asked, dueAt: null });
      if (hint && silences >= SILENCES_BEFORE_PROOF && attempt.contradictions === 0) {
        const said = meaning(hint.code);
        if (said === 'failed') return fail('callback', hint.code, hint.desc, asked);
        if (said === 'paid' && hint.amount === attempt.shillings) return pay('callback', hint.code, hint.desc, asked);
      }
      return askLater(asked, attempt.silences);
    }

    case 'time': {
      if (attempt.checkoutRequestId !== null || attempt.state !== 'unclear') return keep({ dueAt: null });
      const dueAt = releaseAt(attempt.sentAt ?? now, rules);
      if (now < dueAt) return keep({ dueAt });
      if (rules.releaseAfterMs === 'never') return { ...keep({ dueAt: null }), tell: 'payment.review' };
      return move('released', { order: 'free', tell: 'payment.review', cause: 'sweep' }, {});
    }

    case 'decision': {
      const cause = `operator ${evidence.by}: ${evidence.reason}`;
      if (isPaid(attempt.state)) return keep({});
      if (evidence.paid) return pay(cause, CONFIRMED.code, CONFIRMED.desc);
      return move(
        'failed',
        { order: 'free', tell: 'payment.failed', cause },
        { resultCode: DENIED.code, resultDesc: DENIED.desc },
      );
    }
  }
}

function sameHint(one: CallbackHint | null, other: CallbackHint): boolean {
  return one?.code === other.code && one.receipt === other.receipt && one.amount === other.amount;
}

/** When an attempt that nobody can ask about is released, or with `never` handed to a person. */
function releaseAt(sentAt: number, { releaseAfterMs, promptWindowMs }: Rules): number {
  return sentAt + (releaseAfterMs === 'never' ? promptWindowMs : releaseAfterMs);
}
