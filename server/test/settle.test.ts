import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attempt, AttemptState, CallbackHint, Order } from '../src/payments/attempt.js';
import type { Rules } from '../src/payments/schedule.js';
import { settle, type Evidence } from '../src/payments/settle.js';

const NOW = 1_800_000_000_000;
const RULES: Rules = { promptWindowMs: 120_000, queryAfterMs: 20_000, releaseAfterMs: 300_000 };
const ID = 'ws_CO_1';

const PAID_HINT: CallbackHint = { code: 0, desc: 'ok', receipt: 'NLJ7RT61SV', amount: 12341 };
const CANCELLED_HINT: CallbackHint = { code: 1032, desc: 'cancelled', receipt: null, amount: null };
const OTHER_AMOUNT: CallbackHint = { ...PAID_HINT, amount: 1 };

function attempt(state: AttemptState, more: Partial<Attempt> = {}): Attempt {
  return {
    id: 'a1',
    orderId: 'o1',
    state,
    amount: '12341',
    shillings: 12341,
    phoneMasked: '2547*****123',
    phoneHash: 'h',
    checkoutRequestId: state === 'sending' || state === 'unclear' || state === 'released' ? null : ID,
    merchantRequestId: null,
    resultCode: null,
    resultDesc: null,
    receipt: null,
    callback: null,
    createdAt: NOW - 40_000,
    sentAt: state === 'sending' ? null : NOW - 30_000,
    expiresAt: NOW + 90_000,
    settledAt: null,
    dueAt: NOW,
    queries: 0,
    silences: 0,
    contradictions: 0,
    version: 1,
    ...more,
  };
}

const LOCKED: Order = {
  id: 'o1',
  liveAttempt: 'a1',
  paidAttempt: null,
  paidReceipt: null,
  amount: '12341',
  referenceKey: 'o1',
};
const PAID_BY_OTHER: Order = { ...LOCKED, liveAttempt: null, paidAttempt: 'a0' };
const PAID_BY_HAND: Order = { ...LOCKED, liveAttempt: null, paidReceipt: 'NLJ7RT61SV' };

const accepted: Evidence = { kind: 'accepted', checkoutRequestId: ID, merchantRequestId: 'm' };
const refused: Evidence = { kind: 'refused', code: '400.002.02', desc: 'Bad' };
const result = (code: number | string): Evidence => ({ kind: 'result', code, desc: 'said' });
const callback = (hint: CallbackHint, checkoutRequestId = ID): Evidence => ({
  kind: 'callback',
  checkoutRequestId,
  ...hint,
});
const silence: Evidence = { kind: 'silence' };
const time: Evidence = { kind: 'time' };
const sharedId: Evidence = { kind: 'shared-id' };

interface Row {
  readonly that: string;
  readonly from: Attempt;
  readonly order?: Order;
  readonly when: Evidence;
  readonly rules?: Partial<Rules>;
  readonly to: AttemptState;
  readonly lock: 'keep' | 'hold' | 'free' | 'paid';
  readonly tell?: string;
  /** From now, in seconds; `null`: never again. */
  readonly due?: number | null;
}

const id = { checkoutRequestId: ID };

const TABLE: readonly Row[] = [
  // The push.
  {
    that: 'an accepted push is prompted, and is asked about after the first wait',
    from: attempt('sending'),
    when: accepted,
    to: 'prompted',
    lock: 'keep',
    due: 20,
  },
  {
    that: 'a push whose callback was faster is asked about at once',
    from: attempt('sending', { ...id, callback: PAID_HINT }),
    when: accepted,
    to: 'prompted',
    lock: 'keep',
    due: 0,
  },
  {
    that: 'Daraja’s answer outweighs an id that came with a callback',
    from: attempt('sending', { checkoutRequestId: 'other', callback: PAID_HINT }),
    when: accepted,
    to: 'prompted',
    lock: 'keep',
    due: 20,
  },
  {
    that: 'an answer that comes after the process was given up still counts',
    from: attempt('unclear'),
    when: accepted,
    to: 'prompted',
    lock: 'keep',
    due: 20,
  },
  {
    that: 'an answer after the release locks the order again',
    from: attempt('released'),
    order: { ...LOCKED, liveAttempt: null },
    when: accepted,
    to: 'prompted',
    lock: 'hold',
    due: 20,
  },
  {
    that: 'an answer after the release leaves a newer attempt its lock',
    from: attempt('released'),
    order: { ...LOCKED, liveAttempt: 'a2' },
    when: accepted,
    to: 'released',
    lock: 'keep',
    due: 20,
  },
  {
    that: 'an answer after the outcome moves nothing',
    from: attempt('paid'),
    order: { ...LOCKED, paidAttempt: 'a1' },
    when: accepted,
    to: 'paid',
    lock: 'keep',
  },
  {
    that: 'a refusal frees the order',
    from: attempt('sending'),
    when: refused,
    to: 'refused',
    lock: 'free',
    due: null,
  },
  ...(['sending', 'unclear'] as const).flatMap((state): Row[] =>
    [PAID_HINT, CANCELLED_HINT].map((hint) => ({
      that: `a refusal against a callback at the attempt’s own address keeps the lock (${state}, ${hint.code})`,
      from: attempt(state, { ...id, callback: hint }),
      when: refused,
      to: 'unclear',
      lock: 'keep',
      due: 0,
    })),
  ),
  {
    that: 'an answer that names another id than the callback undoes what came of that',
    from: attempt('failed', { checkoutRequestId: 'ws_CO_2', callback: CANCELLED_HINT }),
    order: { ...LOCKED, liveAttempt: null },
    when: accepted,
    to: 'prompted',
    lock: 'hold',
    due: 20,
  },
  {
    that: 'no clear answer keeps the lock until the release',
    from: attempt('sending'),
    when: { kind: 'unclear' },
    to: 'unclear',
    lock: 'keep',
    due: 300,
  },
  {
    that: 'a push whose process is gone is unclear, never refused',
    from: attempt('sending'),
    when: { kind: 'abandoned' },
    to: 'unclear',
    lock: 'keep',
    due: 300,
  },

  // The release rule.
  {
    that: 'before its time nothing is released',
    from: attempt('unclear', { sentAt: NOW - 299_999 }),
    when: time,
    to: 'unclear',
    lock: 'keep',
    due: 0.001,
  },
  {
    that: 'an attempt without an id is released when its time has come',
    from: attempt('unclear', { sentAt: NOW - 300_000 }),
    when: time,
    to: 'released',
    lock: 'free',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'with `never` the shop is told when the window ends, and the lock stays',
    from: attempt('unclear', { sentAt: NOW - 120_000 }),
    when: time,
    rules: { releaseAfterMs: 'never' },
    to: 'unclear',
    lock: 'keep',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'an attempt with an id is never released',
    from: attempt('unclear', { ...id, sentAt: 0 }),
    when: time,
    to: 'unclear',
    lock: 'keep',
    due: null,
  },
  {
    that: 'a push in flight is never released',
    from: attempt('sending', { createdAt: 0 }),
    when: time,
    to: 'sending',
    lock: 'keep',
    due: null,
  },

  // The query.
  {
    that: 'the query’s success pays',
    from: attempt('prompted'),
    when: result(0),
    to: 'paid',
    lock: 'paid',
    tell: 'payment.paid',
    due: null,
  },
  {
    that: 'the query’s success pays whatever a callback said',
    from: attempt('prompted', { callback: CANCELLED_HINT }),
    when: result(0),
    to: 'paid',
    lock: 'paid',
    tell: 'payment.paid',
  },
  {
    that: 'the query’s final failure fails',
    from: attempt('prompted'),
    when: result(1032),
    to: 'failed',
    lock: 'free',
    tell: 'payment.failed',
    due: null,
  },
  {
    that: 'a failure that was timed is asked about once more',
    from: attempt('prompted'),
    when: result(1037),
    to: 'failed',
    lock: 'free',
    tell: 'payment.failed',
    due: 300,
  },
  ...[4999, 8006, 'SFC_IC0003', 2028, 99].map((code): Row => ({
    that: `the code ${code} means: ask later`,
    from: attempt('prompted'),
    when: result(code),
    to: 'prompted',
    lock: 'keep',
    due: 5,
  })),
  {
    that: '“being processed” means: ask later',
    from: attempt('prompted'),
    when: { kind: 'processing' },
    to: 'prompted',
    lock: 'keep',
    due: 5,
  },
  {
    that: 'no answer means: ask later',
    from: attempt('prompted', { silences: 50 }),
    when: silence,
    to: 'prompted',
    lock: 'keep',
    due: 5,
  },
  {
    that: 'after a day of asking a person decides',
    from: attempt('prompted', { sentAt: NOW - 24 * 3600_000 }),
    when: silence,
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },

  // The callback.
  {
    that: 'a callback’s success is only a hint',
    from: attempt('prompted'),
    when: callback(PAID_HINT),
    to: 'prompted',
    lock: 'keep',
    due: 0,
  },
  {
    that: 'a callback’s failure is only a hint',
    from: attempt('prompted'),
    when: callback(CANCELLED_HINT),
    to: 'prompted',
    lock: 'keep',
    due: 0,
  },
  {
    that: 'a callback before the push’s answer brings the id',
    from: attempt('sending'),
    when: callback(PAID_HINT),
    to: 'sending',
    lock: 'keep',
    due: 0,
  },
  {
    that: 'a callback that names another id is ignored',
    from: attempt('prompted', { dueAt: NOW + 7000 }),
    when: callback(PAID_HINT, 'other'),
    to: 'prompted',
    lock: 'keep',
    due: 7,
  },
  {
    that: 'another amount is for a person to judge',
    from: attempt('prompted'),
    when: callback(OTHER_AMOUNT),
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'another amount is for a person to judge whatever the query says',
    from: attempt('review', { callback: OTHER_AMOUNT }),
    when: result(0),
    to: 'review',
    lock: 'keep',
    due: null,
  },
  {
    that: 'another amount in a failed attempt is not hidden',
    from: attempt('failed'),
    order: { ...LOCKED, liveAttempt: null },
    when: callback(OTHER_AMOUNT),
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
  },
  {
    that: 'another amount after the payment is told, and moves nothing',
    from: attempt('paid'),
    order: { ...LOCKED, paidAttempt: 'a1' },
    when: callback(OTHER_AMOUNT),
    to: 'paid',
    lock: 'keep',
    tell: 'payment.review',
  },
  {
    that: 'two silent queries prove nothing',
    from: attempt('prompted', { callback: PAID_HINT, silences: 1 }),
    when: silence,
    to: 'prompted',
    lock: 'keep',
    due: 10,
  },
  {
    that: 'after three silent queries a matching success counts',
    from: attempt('prompted', { callback: PAID_HINT, silences: 2 }),
    when: silence,
    to: 'paid',
    lock: 'paid',
    tell: 'payment.paid',
  },
  {
    that: 'after three silent queries a final failure counts',
    from: attempt('prompted', { callback: CANCELLED_HINT, silences: 2 }),
    when: silence,
    to: 'failed',
    lock: 'free',
    tell: 'payment.failed',
  },
  {
    that: 'a success that names no amount never counts as proof',
    from: attempt('prompted', { callback: { ...PAID_HINT, amount: null }, silences: 9 }),
    when: silence,
    to: 'prompted',
    lock: 'keep',
  },
  {
    that: 'an unknown code of a callback’s never counts as proof',
    from: attempt('prompted', { callback: { ...CANCELLED_HINT, code: 8006 }, silences: 9 }),
    when: silence,
    to: 'prompted',
    lock: 'keep',
  },
  {
    that: 'a contradiction is asked about again',
    from: attempt('prompted', { callback: PAID_HINT }),
    when: result(1032),
    to: 'prompted',
    lock: 'keep',
    due: 5,
  },
  {
    that: 'a third contradiction is asked about again',
    from: attempt('prompted', { callback: PAID_HINT, contradictions: 2 }),
    when: result(1032),
    to: 'prompted',
    lock: 'keep',
    due: 20,
  },
  {
    that: 'a contradiction that stays is for a person to judge',
    from: attempt('prompted', { callback: PAID_HINT, contradictions: 3 }),
    when: result(1032),
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'silence after a contradiction proves nothing',
    from: attempt('prompted', { callback: PAID_HINT, contradictions: 1, silences: 5 }),
    when: silence,
    to: 'prompted',
    lock: 'keep',
  },
  {
    that: 'a repeated callback does not hurry a question that is due',
    from: attempt('prompted', { callback: PAID_HINT, dueAt: NOW + 9000 }),
    when: callback(PAID_HINT),
    to: 'prompted',
    lock: 'keep',
    due: 9,
  },

  // Late successes.
  ...(['refused', 'failed', 'released', 'review'] as const).flatMap((state): Row[] => [
    {
      that: `a late success pays what was ${state}`,
      from: attempt(state, id),
      order: { ...LOCKED, liveAttempt: state === 'review' ? 'a1' : null },
      when: result(0),
      to: 'paid',
      lock: 'paid',
      tell: 'payment.paid',
    },
    {
      that: `a late success beside a paid order is told again (${state})`,
      from: attempt(state, id),
      order: PAID_BY_OTHER,
      when: result(0),
      to: 'paid_again',
      lock: 'free',
      tell: 'payment.paid_again',
    },
    {
      that: `a late callback is asked about (${state})`,
      from: attempt(state, { ...id, dueAt: null }),
      when: callback(PAID_HINT),
      to: state,
      // What waits for a person has the lock already.
      lock: state === 'review' ? 'keep' : 'hold',
      due: 0,
    },
    {
      that: `a late failure moves nothing (${state})`,
      from: attempt(state, id),
      when: result(1032),
      to: state,
      lock: 'keep',
      due: null,
    },
  ]),
  ...(['paid', 'paid_again'] as const).flatMap((state) =>
    [
      result(1032),
      result(0),
      silence,
      time,
      refused,
      accepted,
      callback(CANCELLED_HINT),
      callback(PAID_HINT),
      { kind: 'unclear' } as const,
      { kind: 'abandoned' } as const,
      { kind: 'processing' } as const,
      { kind: 'decision', paid: false, by: 'x', reason: 'y' } as const,
    ].map((when): Row => ({
      that: `${state} never moves: ${when.kind} ${'code' in when ? when.code : ''}`,
      from: attempt(state, id),
      order: { ...LOCKED, paidAttempt: 'a1', liveAttempt: null },
      when,
      to: state,
      lock: 'keep',
    })),
  ),

  // Beside a payment without a prompt.
  {
    that: 'the same receipt is the same payment',
    from: attempt('prompted', { callback: PAID_HINT }),
    order: PAID_BY_HAND,
    when: result(0),
    to: 'paid',
    lock: 'paid',
  },
  {
    that: 'another receipt is a second payment',
    from: attempt('prompted', { callback: { ...PAID_HINT, receipt: 'OTHER' } }),
    order: PAID_BY_HAND,
    when: result(0),
    to: 'paid_again',
    lock: 'free',
    tell: 'payment.paid_again',
  },
  {
    that: 'without a receipt the callback is waited for',
    from: attempt('prompted'),
    order: PAID_BY_HAND,
    when: result(0),
    to: 'prompted',
    lock: 'keep',
    due: 150,
  },
  {
    that: 'and if none comes, nobody can tell it from that payment',
    from: attempt('prompted', { expiresAt: NOW - 60_000 }),
    order: PAID_BY_HAND,
    when: result(0),
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'a person says that it is a second payment',
    from: attempt('review', { resultCode: 0 }),
    order: PAID_BY_HAND,
    when: { kind: 'decision', paid: true, by: 'Asha', reason: 'statement' },
    to: 'paid_again',
    lock: 'free',
    tell: 'payment.paid_again',
  },

  // An id that Daraja gave to two payments.
  {
    that: 'a push that got the id of another payment waits for a person, without it',
    from: attempt('sending'),
    when: sharedId,
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'the payment that had the id waits for a person too, without it',
    from: attempt('prompted'),
    when: sharedId,
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'a released one, which a person was to look at, locks its order again',
    from: attempt('released'),
    when: sharedId,
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: null,
  },
  {
    that: 'one whose own callback has said that it is paid is asked about as before',
    from: attempt('prompted', { callback: PAID_HINT }),
    when: sharedId,
    to: 'prompted',
    lock: 'keep',
    due: 0,
  },
  { that: 'a paid one stays paid', from: attempt('paid'), when: sharedId, to: 'paid', lock: 'keep' },
  {
    that: 'a failed one stays failed, and is not asked about again',
    from: attempt('failed'),
    when: sharedId,
    to: 'failed',
    lock: 'keep',
    due: null,
  },
  {
    that: 'a question about an id that it has lost pays nothing',
    from: attempt('review', { checkoutRequestId: null }),
    when: result(0),
    to: 'review',
    lock: 'keep',
    due: null,
  },

  // A person.
  {
    that: 'a person confirms',
    from: attempt('review'),
    when: { kind: 'decision', paid: true, by: 'Asha', reason: 'statement' },
    to: 'paid',
    lock: 'paid',
    tell: 'payment.paid',
  },
  {
    that: 'a person denies',
    from: attempt('review'),
    when: { kind: 'decision', paid: false, by: 'Asha', reason: 'statement' },
    to: 'failed',
    lock: 'free',
    tell: 'payment.failed',
  },
];

const DENIED: Partial<Attempt> = { resultCode: 'NOT_PAID_1', dueAt: null };
const FREE: Order = { ...LOCKED, liveAttempt: null };
/** A person has said that it is not paid. */
const DECIDED: readonly Row[] = [
  {
    that: 'another amount, of which the person knew, reopens nothing',
    from: attempt('failed', { ...DENIED, callback: OTHER_AMOUNT }),
    order: FREE,
    when: callback(OTHER_AMOUNT),
    to: 'failed',
    lock: 'keep',
    due: null,
  },
  {
    that: 'a success of which the person knew is asked about once more',
    from: attempt('failed', { ...DENIED, callback: PAID_HINT, contradictions: 4 }),
    order: FREE,
    when: callback(PAID_HINT),
    to: 'failed',
    lock: 'keep',
    due: 0,
  },
  ...[result(1032), result(4999), { kind: 'processing' } as const, silence].map((when): Row => ({
    that: `and reopens nothing unless the query names a success: ${when.kind} ${'code' in when ? when.code : ''}`,
    from: attempt('failed', { ...DENIED, callback: PAID_HINT, silences: 9, sentAt: NOW - 25 * 3600_000 }),
    order: FREE,
    when,
    to: 'failed',
    lock: 'keep',
    due: null,
  })),
  {
    that: 'the query’s success outweighs the person',
    from: attempt('failed', { ...DENIED, callback: PAID_HINT, contradictions: 4 }),
    order: FREE,
    when: result(0),
    to: 'paid',
    lock: 'paid',
    tell: 'payment.paid',
  },
  ...[null, OTHER_AMOUNT, CANCELLED_HINT].map((known): Row => ({
    that: `a success that the person did not know of locks the order, and is told (${known?.code} ${known?.amount})`,
    from: attempt('failed', { ...DENIED, callback: known, contradictions: 4 }),
    order: FREE,
    when: callback(PAID_HINT),
    to: 'review',
    lock: 'hold',
    tell: 'payment.review',
    due: 0,
  })),
  {
    that: 'another amount that the person knew of when it was said to be paid is not told again',
    from: attempt('paid', { callback: OTHER_AMOUNT }),
    order: { ...FREE, paidAttempt: 'a1' },
    when: callback(OTHER_AMOUNT),
    to: 'paid',
    lock: 'keep',
  },
];

describe('settle', () => {
  for (const { that, from, order = LOCKED, when, rules, to, lock, tell = null, due } of [...TABLE, ...DECIDED]) {
    it(that, () => {
      const settled = settle(from, order, when, NOW, { ...RULES, ...rules });
      assert.equal(settled.attempt.state, to);
      assert.equal(settled.order, lock);
      assert.equal(settled.tell, tell);
      if (due !== undefined) {
        assert.equal(settled.attempt.dueAt, due === null ? null : NOW + due * 1000);
      }
    });
  }

  it('asks ever less often for a day, then stops', () => {
    let current = attempt('prompted', { sentAt: NOW, createdAt: NOW });
    const asked: number[] = [];
    for (let due: number | null = NOW + 20_000; due !== null; due = current.dueAt) {
      asked.push((due - NOW) / 1000);
      current = settle(current, LOCKED, { kind: 'processing' }, due, RULES).attempt;
    }
    assert.deepEqual(asked.slice(0, 11), [20, 25, 35, 50, 75, 120, 180, 300, 600, 1800, 5400]);
    assert.equal(asked.at(-1), 24 * 3600);
    assert.equal(current.state, 'review');
  });
});
