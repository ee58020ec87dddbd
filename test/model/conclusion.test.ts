import { expect } from '@open-wc/testing';
import { nextAttempt, withOutcome, type OrderRecord } from '../../src/model/attempt.js';
import { concluded, type AttemptEnd } from '../../src/model/conclusion.js';
import type { PushFailure } from '../../src/model/failure.js';
import { next } from '../../src/model/state.js';

const NOW = 1_000_000;
const WINDOW_MS = 120_000;
const attempt = { orderId: '1234567891', phone: '254723123123', amount: '12341' };
const ids = { paymentId: 'p1', checkoutRequestId: 'c1', merchantRequestId: 'm1' };
const prompt = { since: NOW, liveUntil: NOW + WINDOW_MS };

const sent = nextAttempt(undefined, {
  id: 'a1',
  phone: '2547*****123',
  amount: '12341',
  since: NOW - 5_000,
  liveUntil: NOW + 145_000,
});
const paid = withOutcome(sent, {
  verdict: 'paid',
  resultCode: 0,
  resultDesc: '',
  receipt: 'NLJ7RT61SV',
  checkoutRequestId: 'c1',
  result: {},
});
/** Written by a page that had not heard of the push. */
const foreign: OrderRecord = { ...sent, id: 'a9', phase: 'failed', ids: { ...ids, checkoutRequestId: 'c9' } };

const failure = (reason: PushFailure['reason'], status?: number): PushFailure => ({ reason, message: '', status });

const ENDS = {
  accepted: { kind: 'accepted', ids, response: {} },
  joined: { kind: 'joined', record: { ...sent, id: 'a2', phase: 'prompted', ids, phone: '2541*****678' } },
  'joined, unanswered': { kind: 'joined', record: { ...sent, id: 'a2' } },
  refused: { kind: 'refused', failure: failure('rejected', 400) },
  'refused as a conflict': { kind: 'refused', failure: failure('rejected', 409) },
  unanswered: { kind: 'unanswered', failure: failure('timeout') },
} satisfies Record<string, AttemptEnd>;

type EndName = keyof typeof ENDS;

/** The newest record when the attempt ends. */
const RECORDS = { own: sent, 'a success that overtook it': paid, 'another page’s': foreign } as const;

interface Expected {
  /** What is written, as far as it matters; `undefined`: nothing. */
  readonly write: Partial<OrderRecord> | undefined;
  readonly state: string;
  readonly reason?: PushFailure['reason'];
}

const prompted: Expected = { write: { id: 'a1', phase: 'prompted', ids, ...prompt }, state: 'prompted' };
const untold: Expected = { write: undefined, state: 'prompted' };
const refused: Expected = { write: undefined, state: 'failed', reason: 'rejected' };
const lost: Expected = { write: undefined, state: 'unconfirmed', reason: 'timeout' };
const joined: Expected = { write: undefined, state: 'unconfirmed', reason: 'network' };
const unconfirmed: Expected = { ...lost, write: { id: 'a1', phase: 'unconfirmed', reason: 'timeout', ...prompt } };

const TABLE: Readonly<Record<EndName, Readonly<Record<keyof typeof RECORDS, Expected>>>> = {
  accepted: { own: prompted, 'a success that overtook it': untold, 'another page’s': prompted },
  joined: { own: untold, 'a success that overtook it': untold, 'another page’s': untold },
  'joined, unanswered': { own: joined, 'a success that overtook it': joined, 'another page’s': joined },
  refused: {
    own: { ...refused, write: { phase: 'failed', reason: 'rejected', mayHaveUnknownPrompt: false } },
    'a success that overtook it': refused,
    'another page’s': refused,
  },
  'refused as a conflict': {
    own: { ...refused, write: { phase: 'failed', reason: 'rejected', mayHaveUnknownPrompt: true } },
    'a success that overtook it': refused,
    'another page’s': { ...refused, write: { id: 'a9', phase: 'failed', otherPromptUntil: NOW + WINDOW_MS } },
  },
  unanswered: { own: unconfirmed, 'a success that overtook it': lost, 'another page’s': unconfirmed },
};

const context = { attempt, sent, now: NOW, promptWindowMs: WINDOW_MS };

describe('The end of an attempt', () => {
  for (const [name, row] of Object.entries(TABLE)) {
    for (const [words, expected] of Object.entries(row)) {
      it(`that is ${name}, with ${words} as the newest record, leads to ${expected.state}`, () => {
        const record = RECORDS[words as keyof typeof RECORDS];
        const { write, event, failure: told } = concluded(ENDS[name as EndName], { ...context, record });
        if (expected.write) expect(write).to.deep.include(expected.write);
        else expect(write).to.equal(undefined);
        expect(next({ name: 'requesting', attempt }, event, 0).name).to.equal(expected.state);
        expect(told?.reason).to.equal(expected.reason);
      });
    }
  }

  it('keeps the order locked for the window if its turn never came: another page may have pushed', () => {
    for (const record of [undefined, foreign]) {
      const { write, event } = concluded(ENDS.unanswered, { ...context, record, sent: undefined });
      expect(write).to.equal(undefined);
      expect(next({ name: 'requesting', attempt }, event, 0)).to.deep.include({ name: 'unconfirmed', ...prompt });
      expect(event, 'a push that nothing is known of')
        .to.have.property('record')
        .that.deep.equals({
          ...nextAttempt(undefined, { id: '', phone: '2547*****123', amount: '12341', ...prompt }),
          phase: 'unconfirmed',
          reason: 'timeout',
        });
    }
  });

  it('is written although the page’s storage has lost what was written before the push', () => {
    for (const [end, phase] of [
      [ENDS.accepted, 'prompted'],
      [ENDS.unanswered, 'unconfirmed'],
    ] as const) {
      expect(concluded(end, { ...context, record: undefined }).write).to.deep.include({ id: 'a1', phase, ...prompt });
    }
  });

  it('is shown as it is written, and beside an outcome that overtook it with the attempt’s own id', () => {
    const { write, event } = concluded(ENDS.accepted, { ...context, record: sent });
    expect(event).to.deep.include({ record: write });
    expect(concluded(ENDS.accepted, { ...context, record: paid }).event).to.deep.include({
      record: { ...paid, phase: 'prompted', ids },
    });
  });

  it('that another page shares is explained to developers, if it failed', () => {
    const { failure: told } = concluded(ENDS['joined, unanswered'], { ...context, record: sent });
    expect(told?.message).to.contain('another page');
  });

  it('leaves a success possible after a conflict: the push that the backend holds may be this very one', () => {
    const { event } = concluded(ENDS['refused as a conflict'], { ...context, record: sent });
    expect(event).to.include({ successPossibleUntil: NOW + WINDOW_MS });
    expect(concluded(ENDS.refused, { ...context, record: sent }).event).to.include({ successPossibleUntil: 0 });
  });

  it('remembers for the window that another prompt may be open, whichever record is the newest', () => {
    const darajaError = { requestId: 'r1', errorCode: '500.001.1001', errorMessage: 'Unable to lock subscriber' };
    const busy = { kind: 'refused', failure: { reason: 'rejected', message: '', darajaError } } as const;
    for (const end of [ENDS['refused as a conflict'], busy]) {
      for (const record of [sent, { ...sent, id: 'a2', phase: 'failed' as const }]) {
        const { write } = concluded(end, { ...context, record });
        expect(write).to.include({ id: record.id, phase: 'failed', otherPromptUntil: NOW + WINDOW_MS });
      }
    }
    const later = { ...sent, otherPromptUntil: 7 };
    expect(concluded(ENDS.refused, { ...context, sent: later, record: later }).write).to.include({
      otherPromptUntil: 7,
    });
  });

  it('forgets no push that may have prompted before it', () => {
    const later = { ...sent, earlier: [{ ...ids, checkoutRequestId: 'c0' }], mayHaveUnknownPrompt: true };
    for (const end of [ENDS.accepted, ENDS.unanswered, ENDS.refused]) {
      const { write } = concluded(end, { ...context, sent: later, record: later });
      expect(write).to.deep.include({ earlier: later.earlier, mayHaveUnknownPrompt: true });
    }
  });
});
