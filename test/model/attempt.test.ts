import { expect } from '@open-wc/testing';
import {
  awaitsOutcome,
  closed,
  identified,
  isOutcomeOf,
  nextAttempt,
  repaired,
  withOutcome,
  withOverwritten,
  type OrderRecord,
  type Phase,
  type PushIds,
} from '../../src/model/attempt.js';
import type { Outcome } from '../../src/model/outcome.js';

const NOW = 1_000_000;
const PHASES: readonly Phase[] = ['sent', 'prompted', 'unconfirmed', 'failed', 'closed', 'paid'];

const ids = (name: string): PushIds => ({
  paymentId: `payment ${name}`,
  checkoutRequestId: name,
  merchantRequestId: `merchant ${name}`,
});

function record(changes: Partial<OrderRecord> = {}): OrderRecord {
  return {
    revision: 7,
    id: 'a2',
    phase: 'prompted',
    phone: '2547*****123',
    amount: '12341',
    since: NOW,
    liveUntil: NOW + 120_000,
    ids: ids('second'),
    earlier: [ids('first')],
    mayHaveUnknownPrompt: false,
    otherPromptUntil: 0,
    isTold: false,
    reason: undefined,
    outcome: undefined,
    ...changes,
  };
}

function outcome(verdict: Outcome['verdict'], checkoutRequestId?: string): Outcome {
  const resultCode = verdict === 'paid' ? 0 : 1032;
  return { verdict, resultCode, resultDesc: '', receipt: undefined, checkoutRequestId, result: {} };
}

const unanswered = (phase: 'sent' | 'unconfirmed') => record({ phase, ids: undefined });

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
      expect(isOutcomeOf(record({ phase, mayHaveUnknownPrompt: true }), outcome('paid', 'foreign'))).to.equal(true);
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
    const paid = record({ phase: 'paid', mayHaveUnknownPrompt: true });
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
      for (const mayHaveUnknownPrompt of [false, true]) {
        expect(isOutcomeOf(record({ phase, mayHaveUnknownPrompt }), outcome('cancelled', 'first'))).to.equal(false);
        expect(isOutcomeOf(record({ phase, mayHaveUnknownPrompt }), outcome('cancelled', 'foreign'))).to.equal(false);
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
      ids: ids('second'),
      earlier: [ids('first')],
    });
    expect(paid.outcome).to.deep.equal({ resultCode: 0, resultDesc: '', receipt: 'NLJ7RT61SV' });
  });

  it('says why it is not', () => {
    expect(withOutcome(record(), outcome('wrong-pin'))).to.include({ phase: 'failed', reason: 'wrong-pin' });
  });

  it('names the earlier checkout that was paid after all, and forgets none', () => {
    const paid = withOutcome(record(), outcome('paid', 'first'));
    expect(paid.ids).to.deep.equal(ids('first'));
    expect(paid.earlier).to.deep.equal([ids('second')]);
  });

  const OWN: readonly [title: string, before: OrderRecord, id: string | undefined, isOwn: boolean][] = [
    ['its own checkout', record(), 'second', true],
    ['no named checkout', record(), undefined, true],
    ['an earlier checkout', record(), 'first', false],
    ['a checkout that nobody has told us of', record({ mayHaveUnknownPrompt: true }), 'foreign', false],
    ['no named checkout, where another prompt may be open', record({ mayHaveUnknownPrompt: true }), undefined, false],
    ['no named checkout, where its own is not known', unanswered('unconfirmed'), undefined, false],
    ['a new checkout, where its own is not known', unanswered('unconfirmed'), 'new', false],
  ];
  for (const [title, before, id, isOwn] of OWN)
    it(`knows ${isOwn ? '' : 'not '}by whom it was paid: ${title}`, () => {
      expect(withOutcome(before, outcome('paid', id)).liveUntil).to.equal(isOwn ? before.liveUntil : 0);
      expect(withOutcome(before, outcome('cancelled', id)).liveUntil).to.equal(before.liveUntil);
    });

  it('is news, though what came before it was emitted', () => {
    for (const verdict of ['paid', 'cancelled'] as const) {
      expect(withOutcome(record({ isTold: true }), outcome(verdict)).isTold).to.equal(false);
    }
  });

  it('learns the id of a push that had no answer', () => {
    const failed = withOutcome(unanswered('unconfirmed'), outcome('cancelled', 'new'));
    expect(failed.ids).to.deep.equal({ paymentId: '', checkoutRequestId: 'new', merchantRequestId: '' });
    expect(failed.earlier).to.deep.equal([ids('first')]);
  });

  it('knows no id where none was told', () => {
    expect(withOutcome(unanswered('unconfirmed'), outcome('paid')).ids).to.equal(undefined);
    expect(withOutcome(record(), outcome('paid')).ids).to.deep.equal(ids('second'));
  });
});

describe('The next attempt', () => {
  const attempt = { id: 'a3', phone: '2541*****678', amount: '1', since: NOW + 1, liveUntil: NOW + 2 };

  it('begins as sent, with nothing of the one before but the ids', () => {
    expect(nextAttempt(record({ reason: 'cancelled' }), attempt)).to.deep.equal({
      ...attempt,
      revision: 7,
      phase: 'sent',
      ids: undefined,
      earlier: [ids('second'), ids('first')],
      mayHaveUnknownPrompt: false,
      otherPromptUntil: 0,
      isTold: false,
      reason: undefined,
      outcome: undefined,
    });
  });

  it('remembers that an earlier push had no answer, for good', () => {
    const second = nextAttempt(unanswered('unconfirmed'), attempt);
    expect(second).to.deep.include({ mayHaveUnknownPrompt: true, earlier: [ids('first')] });
    expect(nextAttempt({ ...second, phase: 'failed' }, attempt).mayHaveUnknownPrompt).to.equal(true);
  });

  it('knows of no prompt of a push that was refused', () => {
    expect(nextAttempt(record({ phase: 'failed', ids: undefined }), attempt).mayHaveUnknownPrompt).to.equal(false);
  });

  it('remembers until when another prompt may be open', () => {
    expect(nextAttempt(record({ otherPromptUntil: NOW + 5 }), attempt).otherPromptUntil).to.equal(NOW + 5);
  });

  it('knows of nothing where it is the first', () => {
    expect(nextAttempt(undefined, attempt)).to.deep.include({ revision: 0, earlier: [], mayHaveUnknownPrompt: false });
  });
});

describe('An outcome that names its push by another id', () => {
  const push = (name: string) => ({ paymentId: `p-${name}`, checkoutRequestId: name, merchantRequestId: `m-${name}` });
  const of = record({ ids: push('second'), earlier: [push('first')] });

  for (const name of ['first', 'second']) {
    it(`is that push’s: ${name}`, () => {
      for (const otherId of [`p-${name}`, `m-${name}`]) {
        expect(identified(of, { ...outcome('cancelled'), otherId }).checkoutRequestId).to.equal(name);
      }
    });
  }

  it('stays as it is if no push of the order has that id', () => {
    const foreign = { ...outcome('cancelled'), otherId: 'foreign' };
    expect(identified(of, foreign)).to.equal(foreign);
    expect(identified(record({ ids: undefined, earlier: [] }), foreign)).to.equal(foreign);
    const unnamed = outcome('paid');
    expect(identified(record({ ids: { ...push('x'), paymentId: '' } }), unnamed)).to.equal(unnamed);
  });
});

describe('A prompt', () => {
  for (const phase of PHASES) {
    const holds = ['sent', 'prompted', 'unconfirmed'].includes(phase);
    it(`${holds ? 'may' : 'cannot'} be live while ${phase}`, () => {
      expect(awaitsOutcome(record({ phase }))).to.equal(holds);
    });
  }

  it('that was put away unanswered is remembered as one that may have been paid', () => {
    expect(closed(unanswered('unconfirmed'))).to.include({ phase: 'closed', mayHaveUnknownPrompt: true });
    expect(closed(record())).to.include({ phase: 'closed', mayHaveUnknownPrompt: false });
  });
});

describe('A record that another page wrote over', () => {
  const over = record({ id: 'a9', phase: 'failed', ids: ids('other'), earlier: [] });

  const NOBODY = { paid: undefined, live: undefined, told: undefined };

  it('says again that its outcome was told, if another page learned the same in the same moment', () => {
    const told = record({ phase: 'unconfirmed', isTold: true });
    const again = { ...told, isTold: false };
    expect(repaired(again, { ...NOBODY, told })).to.deep.equal(told);
    expect(repaired(told, { ...NOBODY, told })).to.equal(undefined);
    expect(repaired({ ...again, phase: 'failed' }, { ...NOBODY, told }), 'news').to.equal(undefined);
    expect(repaired({ ...again, id: 'a3' }, { ...NOBODY, told }), 'another attempt').to.equal(undefined);
  });

  it('shows a live prompt again rather than that an earlier outcome was told', () => {
    const told = record({ id: 'a1', phase: 'failed', ids: ids('first'), earlier: [], isTold: true });
    const live = record();
    expect(repaired({ ...told, isTold: false }, { ...NOBODY, live, told })).to.include({ id: 'a2', phase: 'prompted' });
  });

  it('is left alone if nothing was lost', () => {
    expect(repaired(over, NOBODY)).to.equal(undefined);
  });

  it('says again that the order is paid, whoever wrote it', () => {
    const paid = { ids: ids('second'), outcome: { resultCode: 0, resultDesc: '', receipt: 'NLJ7RT61SV' } };
    // Whose payment it was stays with the page that knows.
    expect(repaired(over, { ...NOBODY, paid })).to.deep.equal({ ...over, phase: 'paid', liveUntil: 0, ...paid });
    expect(repaired(record({ phase: 'paid' }), { ...NOBODY, paid })).to.equal(undefined);
  });

  it('does not say that a payment was told because a failure was, which wrote over it', () => {
    const paid = { ids: ids('second'), outcome: { resultCode: 0, resultDesc: '', receipt: 'NLJ7RT61SV' } };
    const failed = { ...over, isTold: true };
    expect(repaired(failed, { ...NOBODY, paid })).to.include({ phase: 'paid', isTold: false });
    expect(repaired(failed, { ...NOBODY, paid, told: failed })).to.include({ phase: 'paid', isTold: false });
    const told = record({ id: over.id, phase: 'paid', isTold: true });
    expect(repaired(failed, { ...NOBODY, paid, told })).to.include({ phase: 'paid', isTold: true });
  });

  it('shows the live prompt again that the other page had not heard of, with the ids that it knew', () => {
    const live = record();
    expect(repaired(over, { ...NOBODY, live })).to.deep.equal({ ...live, earlier: [ids('first'), ids('other')] });
  });

  it('shows a prompt without an id again, and is then left alone: two pages do not repair each other for ever', () => {
    const live = unanswered('sent');
    const once = repaired(over, { ...NOBODY, live })!;
    expect(once).to.include({ id: live.id, phase: 'sent' });
    const other = { ...over, phase: 'prompted' as const };
    expect(repaired(once, { ...NOBODY, live: other })).to.equal(undefined);
  });

  it('is left alone by a page whose prompt the other one knows', () => {
    const knowing = record({ id: 'a9', phase: 'failed', ids: ids('other'), earlier: [ids('second')] });
    expect(repaired(knowing, { ...NOBODY, live: record() })).to.equal(undefined);
  });

  for (const phase of ['failed', 'closed'] as const) {
    it(`shows a live prompt again if the other page knew of it and took it for dead by its clock: ${phase}`, () => {
      const live = record();
      const late = { phase, since: live.liveUntil, liveUntil: live.liveUntil + 1 };
      const knowing = record({ id: 'a9', ids: ids('other'), earlier: [ids('second')], ...late });
      const again = repaired(knowing, { ...NOBODY, live })!;
      expect(again).to.deep.equal({ ...live, earlier: [ids('first'), ids('other')] });
      expect(repaired(again, { ...NOBODY, live: knowing }), 'and no other page then').to.equal(undefined);
      expect(repaired({ ...knowing, phase: 'prompted' }, { ...NOBODY, live }), 'a prompt').to.equal(undefined);
    });
  }

  describe('by the page that wrote over what it had not heard of:', () => {
    const repairedBy = (overwritten: OrderRecord, own = over) => withOverwritten(own, overwritten);

    for (const phase of ['sent', 'prompted', 'unconfirmed'] as const) {
      it(`a push that may be live is the latest again, with the ids that this page knew: ${phase}`, () => {
        const live = record({ phase });
        expect(repairedBy(live)).to.deep.equal({ ...live, earlier: [ids('first'), ids('other')] });
      });
    }

    it('of two pushes that may be live, the one that may be for longer keeps the order locked', () => {
      const own: OrderRecord = { ...over, phase: 'prompted', liveUntil: record().liveUntil + 1 };
      expect(repairedBy(record(), own)).to.include({ id: own.id, liveUntil: own.liveUntil });
      expect(repairedBy({ ...record(), liveUntil: own.liveUntil + 1 }, own)).to.include({ id: record().id });
    });

    it('a payment stays a payment, of this attempt or another', () => {
      for (const id of ['a1', 'a2', over.id]) {
        const paid = record({ id, phase: 'paid' });
        expect(repairedBy(paid), id).to.include({ id, phase: 'paid' });
        expect(repairedBy(record({ id, phase: 'failed' }), { ...over, phase: 'paid' }), id).to.equal(undefined);
      }
    });

    it('what became of the same push is not forgotten, and what is known here is not unlearned', () => {
      const sent = unanswered('sent');
      for (const phase of ['prompted', 'unconfirmed', 'failed'] as const) {
        expect(repairedBy({ ...sent, phase }, sent), phase).to.include({ id: sent.id, phase });
        expect(repairedBy(sent, { ...sent, phase }), phase).to.equal(undefined);
      }
    });

    it('the ids of a push that has ended are kept, for it may turn out to be paid, and are written once', () => {
      const ended = record({ phase: 'failed' });
      const again = repairedBy(ended)!;
      expect(again).to.deep.equal({ ...over, earlier: [ids('second'), ids('first')] });
      expect(repairedBy(ended, again)).to.equal(undefined);
      expect(repairedBy({ ...ended, ids: undefined }), 'certainly refused').to.equal(undefined);
    });
  });

  it('is left alone once it is paid, also by a page with a live prompt', () => {
    const paid = record({ id: 'a9', phase: 'paid', ids: ids('other'), earlier: [] });
    expect(repaired(paid, { ...NOBODY, live: record() })).to.equal(undefined);
  });

  describe('becomes one that knows what both pages knew:', () => {
    const live = record();

    it('each push once', () => {
      const other = { ...over, earlier: [ids('first'), ids('zeroth')] };
      expect(
        repaired(other, { ...NOBODY, live })?.earlier.map(({ checkoutRequestId }) => checkoutRequestId),
      ).to.deep.equal(['first', 'other', 'zeroth']);
    });

    it('that some push had no answer', () => {
      for (const [mine, its] of [
        [live, record({ id: 'a9', phase: 'unconfirmed', ids: undefined, earlier: [] })],
        [{ ...live, mayHaveUnknownPrompt: true }, over],
      ] as const) {
        expect(repaired(its, { ...NOBODY, live: mine })?.mayHaveUnknownPrompt).to.equal(true);
      }
      expect(repaired(over, { ...NOBODY, live })?.mayHaveUnknownPrompt, 'neither').to.equal(false);
    });

    it('until when another prompt may be open, by the longer', () => {
      for (const [mine, its] of [
        [NOW + 5, 0],
        [0, NOW + 5],
      ] as const) {
        const other = { ...over, otherPromptUntil: its };
        const merged = repaired(other, { ...NOBODY, live: { ...live, otherPromptUntil: mine } });
        expect(merged?.otherPromptUntil).to.equal(NOW + 5);
      }
    });

    it('and of two live prompts, keeps the order locked by the one that may be live for longer', () => {
      const prompt = { ...over, phase: 'prompted' as const };
      const later = { ...prompt, liveUntil: live.liveUntil + 1 };
      expect(repaired(later, { ...NOBODY, live })).to.deep.equal({
        ...later,
        earlier: live.ids && [live.ids, ids('first')],
      });
      expect(repaired({ ...prompt, liveUntil: live.liveUntil - 1 }, { ...NOBODY, live })).to.include({ id: 'a2' });
      const failed = { ...later, phase: 'failed' as const };
      expect(repaired(failed, { ...NOBODY, live }), 'one that is over locks nothing').to.include({ id: 'a2' });
    });
  });
});
