import { expect } from '@open-wc/testing';
import type { Attempt, OrderRecord, Phase, PushIds } from '../../src/model/attempt.js';
import type { PushFailure } from '../../src/model/failure.js';
import {
  canPush,
  IDLE,
  manualLockedForMs,
  next,
  promptEnd,
  type CheckoutState,
  type StateEvent,
  type StateName,
} from '../../src/model/state.js';

const SINCE = 1_000_000;
const LIVE_UNTIL = SINCE + 120_000;

const attempt: Attempt = { orderId: '1234567891', phone: '254723123123', amount: '12341' };
const ids: PushIds = { paymentId: 'p1', checkoutRequestId: 'c1', merchantRequestId: 'm1' };
const outcome = { resultCode: 0, resultDesc: 'Paid', receipt: 'NLJ7RT61SV' };

const STATES: Readonly<Record<StateName, CheckoutState>> = {
  idle: IDLE,
  requesting: { name: 'requesting', attempt },
  prompted: { name: 'prompted', attempt, ids, since: SINCE, liveUntil: LIVE_UNTIL },
  unconfirmed: { name: 'unconfirmed', attempt, ids: undefined, since: SINCE, liveUntil: LIVE_UNTIL },
  paid: { name: 'paid', attempt, since: 1000, promptUntil: LIVE_UNTIL, ids, outcome },
  failed: next(IDLE, refused(), 0),
};

function refused({
  successPossibleUntil = 0,
  ...failure
}: Partial<PushFailure> & { successPossibleUntil?: number } = {}): StateEvent {
  return { type: 'refused', attempt, failure: { reason: 'rejected', message: '', ...failure }, successPossibleUntil };
}

function recorded(phase: Phase): StateEvent {
  const reason = phase === 'failed' ? 'cancelled' : undefined;
  const record: OrderRecord = {
    revision: 1,
    id: 'a1',
    phase,
    phone: '2547*****123',
    amount: '12341',
    since: SINCE + 1,
    liveUntil: LIVE_UNTIL + 1,
    ids: phase === 'sent' ? undefined : ids,
    earlier: [],
    mayHaveUnknownPrompt: false,
    otherPromptUntil: 0,
    isTold: false,
    reason,
    outcome: phase === 'paid' ? outcome : undefined,
  };
  return { type: 'recorded', attempt, record };
}

const EVENTS = {
  started: { type: 'started', attempt },
  refused: refused(),
  'recorded: sent': recorded('sent'),
  'recorded: prompted': recorded('prompted'),
  'recorded: unconfirmed': recorded('unconfirmed'),
  'recorded: failed': recorded('failed'),
  'recorded: closed': recorded('closed'),
  'recorded: paid': recorded('paid'),
  reset: { type: 'reset' },
} satisfies Record<string, StateEvent>;

/** While the prompt of `prompted` or `unconfirmed` may be live, and once it cannot be. */
const LOCKS = { 'while a prompt may be live': 1, 'once no prompt can be live': 0 } as const;

type Row = Readonly<Record<StateName, StateName | '='>>;

/** Every state by every event. `=`: the very same object. Two rows: while locked, and later. */
const TABLE: Readonly<Record<keyof typeof EVENTS, readonly [locked: Row, free: Row]>> = {
  started: [
    row('requesting', '=', '=', '=', 'requesting'),
    row('requesting', '=', 'requesting', 'requesting', 'requesting'),
  ],
  refused: [row('failed', 'failed', '=', '=', 'failed'), row('failed', 'failed', 'failed', 'failed', 'failed')],
  'recorded: sent': always('unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed'),
  'recorded: prompted': always('prompted', 'prompted', 'prompted', 'prompted', 'prompted'),
  'recorded: unconfirmed': always('unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed'),
  'recorded: failed': always('=', '=', 'failed', 'failed', '='),
  'recorded: closed': [row('=', '=', '=', '=', '='), row('=', '=', '=', 'idle', '=')],
  'recorded: paid': always('paid', 'paid', 'paid', 'paid', 'paid'),
  reset: [row('=', '=', '=', '=', 'idle'), row('=', '=', '=', 'idle', 'idle')],
};

function always(...states: Parameters<typeof row>): readonly [Row, Row] {
  return [row(...states), row(...states)];
}

/** What nothing leads out of is `paid`. */
function row(
  idle: StateName | '=',
  requesting: StateName | '=',
  prompted: StateName | '=',
  unconfirmed: StateName | '=',
  failed: StateName | '=',
) {
  return { idle, requesting, prompted, unconfirmed, failed, paid: '=' } as const;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe('The state', () => {
  for (const [words, event] of Object.entries(EVENTS)) {
    for (const [when, lockedForMs] of Object.entries(LOCKS)) {
      const [locked, free] = TABLE[words as keyof typeof EVENTS];
      for (const [name, from] of Object.entries(STATES)) {
        const to = (lockedForMs ? locked : free)[name as StateName];
        it(`${to === '=' ? `stays ${name}` : `goes from ${name} to ${to}`} on ${words}, ${when}`, () => {
          const before = structuredClone(from);
          const after = next(frozen(from), frozen(event), lockedForMs);
          if (to === '=') expect(after, 'the same object').to.equal(from);
          else expect(after.name).to.equal(to);
          expect(from, 'what was given').to.deep.equal(before);
          expect(next(from, event, lockedForMs), 'asked again').to.deep.equal(after);
        });
      }
    }
  }

  it('carries the strings of the attempt that led to it', () => {
    for (const event of [EVENTS.started, EVENTS.refused, EVENTS['recorded: prompted'], EVENTS['recorded: paid']]) {
      expect(next(IDLE, event, 0)).to.have.property('attempt', attempt);
    }
  });

  it('takes window and ids of a prompt from the record', () => {
    expect(next(STATES.unconfirmed, EVENTS['recorded: prompted'], 0)).to.deep.equal({
      name: 'prompted',
      attempt,
      ids,
      since: SINCE + 1,
      liveUntil: LIVE_UNTIL + 1,
    });
  });

  it('takes no prompt without ids and no payment without an outcome from a record', () => {
    for (const phase of ['prompted', 'paid'] as const) {
      const event = recorded(phase) as Extract<StateEvent, { type: 'recorded' }>;
      const record = { ...event.record, ids: undefined, outcome: undefined };
      expect(next(STATES.unconfirmed, { ...event, record }, 0)).to.equal(STATES.unconfirmed);
    }
  });

  it('says why it failed', () => {
    expect(next(STATES.requesting, EVENTS.refused, 0)).to.include({ name: 'failed', reason: 'rejected', busy: false });
    expect(next(STATES.prompted, EVENTS['recorded: failed'], 0)).to.include({ reason: 'cancelled', busy: false });
  });

  it('is busy where another prompt is open on this phone, by Daraja’s “unable to lock subscriber”', () => {
    const darajaError = { errorCode: '500.001.1001', errorMessage: '', requestId: '' };
    expect(next(STATES.requesting, refused({ darajaError }), 0)).to.have.property('busy', true);
  });

  for (const reason of ['cancelled', 'wrong-pin', 'declined', 'unreachable', 'expired'] as const) {
    const isUnsure = reason === 'unreachable' || reason === 'expired';
    it(`can ${isUnsure ? 'still' : 'no longer'} be paid until the window’s end after a failure as ${reason}`, () => {
      const event = recorded('failed') as Extract<StateEvent, { type: 'recorded' }>;
      const failed = next(STATES.prompted, { ...event, record: { ...event.record, reason } }, 0);
      expect(failed).to.include({ reason, successPossibleUntil: isUnsure ? LIVE_UNTIL + 1 : 0 });
    });
  }

  it('awaits an outcome until the window of its prompt ends, or that of a success against a failure', () => {
    const unsure = next(IDLE, refused({ successPossibleUntil: LIVE_UNTIL }), 0);
    expect([STATES.prompted, STATES.unconfirmed, unsure].map(promptEnd)).to.deep.equal(Array(3).fill(LIVE_UNTIL));
    const { idle, requesting, paid, failed } = STATES;
    expect([idle, requesting, paid, failed].map(promptEnd), 'nothing to wait for').to.deep.equal([0, 0, 0, 0]);
  });

  it('can still be paid where another push of the order may have prompted', () => {
    const failed = next(STATES.requesting, refused({ successPossibleUntil: LIVE_UNTIL }), 0);
    expect(failed).to.include({ name: 'failed', successPossibleUntil: LIVE_UNTIL, busy: false });
  });
});

describe('A push', () => {
  const may: Readonly<Record<StateName, readonly [locked: boolean, free: boolean]>> = {
    idle: [true, true],
    failed: [true, true],
    requesting: [false, false],
    prompted: [false, true],
    unconfirmed: [false, true],
    paid: [false, false],
  };
  for (const [name, [locked, free]] of Object.entries(may)) {
    it(`may ${locked ? '' : 'not '}leave in ${name} while a prompt may be live, and may ${free ? '' : 'not '}later`, () => {
      const state = STATES[name as StateName];
      expect(canPush(state, 1), 'in the window').to.equal(locked);
      expect(canPush(state, 0), 'at its end').to.equal(free);
    });
  }

  it('leaves from no state but `requesting`, which is entered only if it may leave', () => {
    for (const from of Object.values(STATES)) {
      for (const lockedForMs of [0, 1]) {
        const after = next(from, EVENTS.started, lockedForMs);
        expect(after !== from, from.name).to.equal(canPush(from, lockedForMs));
      }
    }
  });
});

describe('Paying without a prompt', () => {
  const inWindow: Readonly<Record<StateName, number>> = {
    idle: 0,
    failed: 0,
    requesting: Infinity,
    prompted: 60_000,
    unconfirmed: 60_000,
    paid: Infinity,
  };
  for (const [name, expected] of Object.entries(inWindow)) {
    it(`is ${expected ? 'not ' : ''}offered in ${name} while a prompt may be live`, () => {
      const state = STATES[name as StateName];
      expect(manualLockedForMs(state, 60_000, 0)).to.equal(expected);
      expect(manualLockedForMs(state, 0, 0), 'later').to.equal(expected === Infinity ? Infinity : 0);
      expect(manualLockedForMs(state, 0, 5_000), 'another prompt is open').to.equal(
        expected === Infinity ? Infinity : 5_000,
      );
    });
  }

  it('is not offered where the configuration is wrong', () => {
    const failed = next(IDLE, refused({ reason: 'configuration' }), 0);
    expect(manualLockedForMs(failed, 0, 0)).to.equal(Infinity);
  });
});
