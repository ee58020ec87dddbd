import { expect } from '@open-wc/testing';
import type { Attempt, CheckoutIds, OrderRecord, Phase } from '../../src/model/attempt.js';
import type { PushFailure } from '../../src/model/failure.js';
import { canPush, IDLE, next, type CheckoutState, type StateEvent, type StateName } from '../../src/model/state.js';

const SINCE = 1_000_000;
const LIVE_UNTIL = SINCE + 120_000;

const attempt: Attempt = { orderId: '1234567891', phone: '254723123123', amount: '12341' };
const checkout: CheckoutIds = { paymentId: 'p1', checkoutRequestId: 'c1', merchantRequestId: 'm1' };
const settlement = { resultCode: 0, resultDesc: 'Paid', receipt: 'NLJ7RT61SV' };

const STATES: Readonly<Record<StateName, CheckoutState>> = {
  idle: IDLE,
  requesting: { name: 'requesting', attempt },
  prompted: { name: 'prompted', attempt, checkout, since: SINCE, liveUntil: LIVE_UNTIL },
  unconfirmed: { name: 'unconfirmed', attempt, checkout: undefined, since: SINCE, liveUntil: LIVE_UNTIL },
  paid: { name: 'paid', attempt, since: 1000, checkout, settlement },
  failed: next(IDLE, refused()),
};

function refused({
  answerableUntil = 0,
  ...failure
}: Partial<PushFailure> & { answerableUntil?: number } = {}): StateEvent {
  return { type: 'refused', attempt, failure: { reason: 'rejected', message: '', ...failure }, answerableUntil };
}

function recorded(phase: Phase): StateEvent {
  const reason = phase === 'failed' ? 'cancelled' : undefined;
  const record: OrderRecord = {
    version: 1,
    revision: 1,
    id: 'a1',
    phase,
    phone: '2547*****123',
    amount: '12341',
    since: SINCE + 1,
    liveUntil: LIVE_UNTIL + 1,
    checkout: phase === 'sent' ? undefined : checkout,
    earlier: [],
    blind: false,
    reason,
    settlement: phase === 'paid' ? settlement : undefined,
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
  'reset in the window': { type: 'reset', now: LIVE_UNTIL - 1 },
  'reset after the window': { type: 'reset', now: LIVE_UNTIL },
} satisfies Record<string, StateEvent>;

/** Contract, section 4, every state by every event. `=`: the very same object. */
const TABLE: Readonly<Record<keyof typeof EVENTS, Readonly<Record<StateName, StateName | '='>>>> = {
  started: row('requesting', 'requesting', 'requesting', 'requesting', 'requesting'),
  refused: row('failed', 'failed', 'failed', 'failed', 'failed'),
  'recorded: sent': row('unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed'),
  'recorded: prompted': row('prompted', 'prompted', 'prompted', 'prompted', 'prompted'),
  'recorded: unconfirmed': row('unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed', 'unconfirmed'),
  'recorded: failed': row('=', '=', 'failed', 'failed', '='),
  'recorded: closed': row('=', '=', '=', 'idle', '='),
  'recorded: paid': row('paid', 'paid', 'paid', 'paid', 'paid'),
  'reset in the window': row('=', '=', '=', '=', 'idle'),
  'reset after the window': row('=', '=', '=', 'idle', 'idle'),
};

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
    for (const [name, from] of Object.entries(STATES)) {
      const to = TABLE[words as keyof typeof EVENTS][name as StateName];
      it(`${to === '=' ? `stays ${name}` : `goes from ${name} to ${to}`} on ${words}`, () => {
        const before = structuredClone(from);
        const after = next(frozen(from), frozen(event));
        if (to === '=') expect(after, 'the same object').to.equal(from);
        else expect(after.name).to.equal(to);
        expect(from, 'what was given').to.deep.equal(before);
        expect(next(from, event), 'asked again').to.deep.equal(after);
      });
    }
  }

  it('carries the strings of the attempt that led to it', () => {
    for (const event of [EVENTS.started, EVENTS.refused, EVENTS['recorded: prompted'], EVENTS['recorded: paid']]) {
      expect(next(IDLE, event)).to.have.property('attempt', attempt);
    }
  });

  it('takes window and ids of a prompt from the record', () => {
    expect(next(STATES.unconfirmed, EVENTS['recorded: prompted'])).to.deep.equal({
      name: 'prompted',
      attempt,
      checkout,
      since: SINCE + 1,
      liveUntil: LIVE_UNTIL + 1,
    });
  });

  it('takes no prompt without ids and no payment without a settlement from a record', () => {
    for (const phase of ['prompted', 'paid'] as const) {
      const event = recorded(phase) as Extract<StateEvent, { type: 'recorded' }>;
      const record = { ...event.record, checkout: undefined, settlement: undefined };
      expect(next(STATES.unconfirmed, { ...event, record })).to.equal(STATES.unconfirmed);
    }
  });

  it('says why it failed', () => {
    expect(next(STATES.requesting, EVENTS.refused)).to.include({ name: 'failed', reason: 'rejected', busy: false });
    expect(next(STATES.prompted, EVENTS['recorded: failed'])).to.include({ reason: 'cancelled', busy: false });
  });

  it('is busy where another prompt is open on this phone, by Daraja’s “unable to lock subscriber”', () => {
    const darajaError = { errorCode: '500.001.1001', errorMessage: '', requestId: '' };
    expect(next(STATES.requesting, refused({ darajaError }))).to.have.property('busy', true);
  });

  it('can still be paid where another push of the order may have prompted', () => {
    const failed = next(STATES.requesting, refused({ answerableUntil: LIVE_UNTIL }));
    expect(failed).to.include({ name: 'failed', answerableUntil: LIVE_UNTIL, busy: false });
  });
});

describe('A push', () => {
  const may: Readonly<Record<StateName, readonly [during: boolean, after: boolean]>> = {
    idle: [true, true],
    failed: [true, true],
    requesting: [false, false],
    prompted: [false, true],
    unconfirmed: [false, true],
    paid: [false, false],
  };
  for (const [name, [during, after]] of Object.entries(may)) {
    it(`may ${during ? '' : 'not '}leave in ${name} while a prompt may be live, and may ${after ? '' : 'not '}later`, () => {
      const state = STATES[name as StateName];
      expect(canPush(state, LIVE_UNTIL - 1), 'in the window').to.equal(during);
      expect(canPush(state, LIVE_UNTIL), 'at its end').to.equal(after);
    });
  }
});
