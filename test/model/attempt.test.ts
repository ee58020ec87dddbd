import { expect } from '@open-wc/testing';
import {
  closed,
  isOutcomeOf,
  liveFor,
  nextAttempt,
  withOutcome,
  type CheckoutIds,
  type OrderRecord,
  type Phase,
} from '../../src/model/attempt.js';
import type { Outcome } from '../../src/model/outcome.js';

const NOW = 1_000_000;
const PHASES: readonly Phase[] = ['sent', 'prompted', 'unconfirmed', 'failed', 'closed', 'paid'];

const ids = (name: string): CheckoutIds => ({
  paymentId: `payment ${name}`,
  checkoutRequestId: name,
  merchantRequestId: `merchant ${name}`,
});

function record(changes: Partial<OrderRecord> = {}): OrderRecord {
  return {
    version: 1,
    revision: 7,
    id: 'a2',
    phase: 'prompted',
    phone: '2547*****123',
    amount: '12341',
    since: NOW,
    liveUntil: NOW + 120_000,
    checkout: ids('second'),
    earlier: [ids('first')],
    blind: false,
    ...changes,
  };
}

function outcome(verdict: Outcome['verdict'], checkoutRequestId?: string): Outcome {
  const resultCode = verdict === 'paid' ? 0 : 1032;
  return { verdict, resultCode, resultDesc: '', receipt: undefined, checkoutRequestId, result: {} };
}

const unanswered = (phase: 'sent' | 'unconfirmed') => record({ phase, checkout: undefined });

describe('A success', () => {
  for (const phase of PHASES.filter((name) => name !== 'paid')) {
    for (const id of ['second', 'first', undefined]) {
      it(`of ${id ? `the ${id} checkout` : 'no named checkout'} is believed while ${phase}`, () => {
        expect(isOutcomeOf(record({ phase }), outcome('paid', id))).to.equal(true);
      });
    }

    it(`of a foreign checkout is not believed while ${phase}, where all ids are known`, () => {
      expect(isOutcomeOf(record({ phase }), outcome('paid', 'foreign'))).to.equal(false);
    });

    it(`of a foreign checkout is believed while ${phase}, where some push had no answer`, () => {
      expect(isOutcomeOf(record({ phase, blind: true }), outcome('paid', 'foreign'))).to.equal(true);
    });
  }

  for (const phase of ['sent', 'unconfirmed'] as const) {
    it(`of any checkout is believed of a push that is ${phase} and unanswered`, () => {
      for (const id of ['foreign', 'first', undefined]) {
        expect(isOutcomeOf(unanswered(phase), outcome('paid', id)), String(id)).to.equal(true);
      }
    });
  }

  it('is final: after it, nothing is believed', () => {
    const paid = record({ phase: 'paid', blind: true });
    for (const verdict of ['paid', 'cancelled'] as const) {
      for (const id of ['second', 'first', 'foreign', undefined]) {
        expect(isOutcomeOf(paid, outcome(verdict, id)), `${verdict} ${id ?? ''}`).to.equal(false);
      }
    }
  });
});

describe('A failure', () => {
  for (const phase of ['prompted', 'unconfirmed'] as const) {
    it(`of the latest checkout, or of none named, is believed while ${phase}`, () => {
      expect(isOutcomeOf(record({ phase }), outcome('cancelled', 'second'))).to.equal(true);
      expect(isOutcomeOf(record({ phase }), outcome('cancelled'))).to.equal(true);
    });

    it(`of an earlier or a foreign checkout is not believed while ${phase}`, () => {
      for (const blind of [false, true]) {
        expect(isOutcomeOf(record({ phase, blind }), outcome('cancelled', 'first'))).to.equal(false);
        expect(isOutcomeOf(record({ phase, blind }), outcome('cancelled', 'foreign'))).to.equal(false);
      }
    });
  }

  for (const phase of ['sent', 'unconfirmed'] as const) {
    it(`is believed of a push that is ${phase} and unanswered only under an id not seen before`, () => {
      expect(isOutcomeOf(unanswered(phase), outcome('cancelled', 'new'))).to.equal(true);
      expect(isOutcomeOf(unanswered(phase), outcome('cancelled', 'first'))).to.equal(false);
      expect(isOutcomeOf(unanswered(phase), outcome('cancelled'))).to.equal(false);
    });
  }

  for (const phase of ['failed', 'closed'] as const) {
    it(`is no news while ${phase}`, () => {
      for (const id of ['second', 'first', 'foreign', undefined]) {
        expect(isOutcomeOf(record({ phase }), outcome('cancelled', id))).to.equal(false);
      }
    });
  }
});

describe('A record with an outcome', () => {
  it('says that it is paid, with what M-Pesa says of it', () => {
    const paid = withOutcome(record({ reason: 'network' }), { ...outcome('paid', 'second'), receipt: 'NLJ7RT61SV' });
    expect(paid).to.deep.include({
      phase: 'paid',
      reason: undefined,
      checkout: ids('second'),
      earlier: [ids('first')],
    });
    expect(paid.settlement).to.deep.equal({ resultCode: 0, resultDesc: '', receipt: 'NLJ7RT61SV' });
  });

  it('says why it is not', () => {
    expect(withOutcome(record(), outcome('wrong-pin'))).to.include({ phase: 'failed', reason: 'wrong-pin' });
  });

  it('names the earlier checkout that was paid after all, and forgets none', () => {
    const paid = withOutcome(record(), outcome('paid', 'first'));
    expect(paid.checkout).to.deep.equal(ids('first'));
    expect(paid.earlier).to.deep.equal([ids('second')]);
  });

  it('learns the id of a push that had no answer', () => {
    const failed = withOutcome(unanswered('unconfirmed'), outcome('cancelled', 'new'));
    expect(failed.checkout).to.deep.equal({ paymentId: '', checkoutRequestId: 'new', merchantRequestId: '' });
    expect(failed.earlier).to.deep.equal([ids('first')]);
  });

  it('knows no id where none was told', () => {
    expect(withOutcome(unanswered('unconfirmed'), outcome('paid')).checkout).to.equal(undefined);
    expect(withOutcome(record(), outcome('paid')).checkout).to.deep.equal(ids('second'));
  });
});

describe('The next attempt', () => {
  const attempt = { id: 'a3', phone: '2541*****678', amount: '1', since: NOW + 1, liveUntil: NOW + 2 };

  it('begins as sent, with nothing of the one before but the ids', () => {
    expect(nextAttempt(record({ reason: 'cancelled' }), attempt)).to.deep.equal({
      ...attempt,
      version: 1,
      revision: 7,
      phase: 'sent',
      earlier: [ids('second'), ids('first')],
      blind: false,
    });
  });

  it('remembers that an earlier push had no answer, for good', () => {
    const second = nextAttempt(unanswered('unconfirmed'), attempt);
    expect(second).to.deep.include({ blind: true, earlier: [ids('first')] });
    expect(nextAttempt({ ...second, phase: 'failed' }, attempt).blind).to.equal(true);
  });

  it('knows of nothing where it is the first', () => {
    expect(nextAttempt(undefined, attempt)).to.deep.include({ revision: 0, earlier: [], blind: false });
  });
});

describe('A prompt', () => {
  for (const phase of PHASES) {
    const holds = ['sent', 'prompted', 'unconfirmed'].includes(phase);
    it(`${holds ? 'may' : 'cannot'} be live while ${phase}`, () => {
      expect(liveFor(record({ phase }), NOW)).to.equal(holds ? 120_000 : 0);
      expect(liveFor(record({ phase }), NOW + 120_001)).to.equal(0);
    });
  }

  it('that was put away unanswered is remembered as one that may have been paid', () => {
    expect(closed(unanswered('unconfirmed'))).to.include({ phase: 'closed', blind: true });
    expect(closed(record())).to.include({ phase: 'closed', blind: false });
  });
});
