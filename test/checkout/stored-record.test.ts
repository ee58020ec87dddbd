import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { parseRecord, parseVersion1, serializeRecord } from '../../src/checkout/stored-record.js';
import type { OrderRecord } from '../../src/model/attempt.js';

const text = fc.string({ unit: 'binary' });
const id = fc.string({ unit: 'binary', minLength: 1 });
const ids = fc.record({ paymentId: text, checkoutRequestId: id, merchantRequestId: text });
const time = fc.nat({ max: 2 ** 31 }).map((ms) => ms * 1000);

const anyRecord: fc.Arbitrary<OrderRecord> = fc.record({
  revision: time,
  id: text,
  phase: fc.constantFrom('sent', 'unconfirmed', 'failed', 'closed'),
  phone: text,
  amount: text,
  since: time,
  liveUntil: time,
  ids: fc.option(ids, { nil: undefined }),
  earlier: fc.array(ids, { maxLength: 3 }),
  mayHaveUnknownPrompt: fc.boolean(),
  otherPromptUntil: time,
  isTold: fc.boolean(),
  reason: fc.constantFrom('cancelled', 'network'),
  outcome: fc.option(
    fc.record({
      resultCode: fc.oneof(fc.nat(), fc.constantFrom('SFC_IC0003', 'E3008')),
      resultDesc: fc.string({ unit: 'binary', maxLength: 50 }),
      receipt: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
});

const RECORD: OrderRecord = {
  revision: 7,
  id: 'a1',
  phase: 'prompted',
  phone: '2547*****123',
  amount: '12341',
  since: 1_000,
  liveUntil: 121_000,
  ids: { paymentId: 'p1', checkoutRequestId: 'c1', merchantRequestId: 'm1' },
  earlier: [],
  mayHaveUnknownPrompt: false,
  otherPromptUntil: 0,
  isTold: false,
  reason: undefined,
  outcome: undefined,
};

/** Does something to a built-in for the time of a call. */
function withPollution<T>(target: object, key: string, value: unknown, run: () => T): T {
  const own = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: true });
  try {
    return run();
  } finally {
    if (own) Object.defineProperty(target, key, own);
    else Reflect.deleteProperty(target, key);
  }
}

const broken = () => {
  throw new Error('Overwritten by the page');
};

describe('A stored record', () => {
  it('is read back as it was written, whatever stands in it', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(parseRecord(serializeRecord(record))).to.deep.equal(record);
      }),
    );
  });

  for (const [words, target, key, value] of [
    ['arrays have a toJSON, as on pages with Prototype 1.6', Array.prototype, 'toJSON', () => '[]'],
    ['everything has a toJSON', Object.prototype, 'toJSON', () => ({})],
    ['texts have a toJSON', String.prototype, 'toJSON', () => '?'],
    ['JSON.parse is overwritten', JSON, 'parse', broken],
    ['JSON.stringify is overwritten', JSON, 'stringify', broken],
    ['every object has ids', Object.prototype, 'ids', { checkoutRequestId: 'foreign' }],
    ['every object has an outcome', Object.prototype, 'outcome', { resultCode: 0 }],
    ['every object has a phase', Object.prototype, 'paid', true],
    ['every object has a reason', Object.prototype, 'reason', 'cancelled'],
  ] as const) {
    it(`is read back if ${words}`, () => {
      const sent = { ...RECORD, phase: 'sent' as const, ids: undefined };
      const [read, readSent] = withPollution(target, key, value, () => [
        parseRecord(serializeRecord(RECORD)),
        parseRecord(serializeRecord(sent)),
      ]);
      expect(read).to.deep.equal(RECORD);
      expect(readSent).to.deep.equal(sent);
    });
  }

  it('of version 0.1 is read without what the page has put on Object.prototype', () => {
    const { ids: checkout, earlier, ...rest } = { ...RECORD, ids: undefined, phase: 'sent' };
    const stored = JSON.stringify({ version: 1, ...rest, checkout, earlier, blind: false });
    const foreign = { checkoutRequestId: 'foreign', resultCode: 0 };
    for (const key of ['checkout', 'settlement', 'blind']) {
      const read = withPollution(Object.prototype, key, foreign, () => parseVersion1(stored));
      expect(read, key).to.deep.include({ phase: 'sent', ids: undefined, outcome: undefined });
    }
  });

  const outcome = { resultCode: 0, resultDesc: 'Paid', receipt: 'NLJ7RT61SV' };
  const changed = (changes: object) => parseRecord(serializeRecord({ ...RECORD, ...changes }));

  it('keeps 200 characters of what M-Pesa says, so that it fits', () => {
    const long = 'x'.repeat(6_000_000);
    const record = { ...RECORD, phase: 'paid' as const, outcome: { resultCode: 0, resultDesc: long, receipt: long } };
    const stored = serializeRecord(record);
    expect(stored.length).to.be.below(1_000);
    const cut = 'x'.repeat(200);
    expect(parseRecord(stored)).to.deep.include({ outcome: { resultCode: 0, resultDesc: cut, receipt: cut } });
  });

  it('of a phase that a later version has is uncertain', () => {
    expect(changed({ phase: 'refunded' })).to.include({ phase: 'unconfirmed' });
    expect(changed({ phase: 'toString' })).to.include({ phase: 'unconfirmed' });
  });

  it('of a prompt without ids, or of a payment without an outcome, is uncertain', () => {
    expect(changed({ ids: undefined })).to.include({ phase: 'unconfirmed' });
    expect(changed({ phase: 'paid' })).to.include({ phase: 'unconfirmed' });
    expect(changed({ phase: 'paid', outcome })).to.deep.include({ phase: 'paid', outcome });
  });

  it('with a reason that a later version has says as much as this one knows', () => {
    expect(changed({ phase: 'failed', reason: 'stolen-phone', outcome })).to.include({ reason: 'declined' });
    expect(changed({ phase: 'failed', reason: 'constructor' })).to.include({ reason: 'rejected' });
    expect(changed({ phase: 'failed', reason: 'wrong-pin' })).to.include({ reason: 'wrong-pin' });
  });

  it('is unreadable with anything but a format in front of its lines', () => {
    const lines = serializeRecord(RECORD).split('\n').slice(1);
    for (const format of ['', 'x', '-1'])
      expect(parseRecord([format, ...lines].join('\n')), format).to.equal('unreadable');
  });

  it('that is damaged is told from one of another format', () => {
    const whole = serializeRecord(RECORD);
    const withoutIds = whole.split('\n').slice(0, -3).join('\n');
    for (const text of [
      ...['', 'x', 'x3\n7', whole.slice(0, 20), whole.replace('\n7\n', '\nseven\n'), `${whole}\nmore`, withoutIds],
      ...['-1', 'Infinity', '', 'soon'].map((time) => whole.replace('\n1000\n', `\n${time}\n`)),
    ]) {
      expect(parseRecord(text), JSON.stringify(text)).to.equal('unreadable');
    }
    expect(parseVersion1('{"version":2}')).to.equal('unknown');
    for (const text of [`3${whole.slice(1)}`, '{"version":1,"id":"a"}', '{"version":2}']) {
      expect(parseRecord(text), JSON.stringify(text)).to.equal('unknown');
    }
  });

  describe('of version 0.1', () => {
    const { ids, ...rest } = RECORD;
    const stored = (changes: object) =>
      parseVersion1(JSON.stringify({ version: 1, ...rest, checkout: ids, blind: false, ...changes }));

    it('may have an unknown prompt if `blind` says so, or if `earlier` is no list', () => {
      expect(stored({ earlier: [] })).to.deep.equal(RECORD);
      expect(stored({ earlier: [], blind: true })).to.include({ mayHaveUnknownPrompt: true });
      expect(stored({ earlier: {} })).to.deep.equal({ ...RECORD, mayHaveUnknownPrompt: true });
    });

    it('may hold no ids in the place of some', () => {
      expect(stored({ earlier: [null, {}, ids], checkout: null })).to.deep.equal({
        ...RECORD,
        phase: 'unconfirmed',
        ids: undefined,
        earlier: [ids],
      });
    });
  });

  it('of version 0.1 with markup in place of texts is read without it', () => {
    const template = { strings: ['<img src=x onerror=alert(1)>'], values: [] };
    const { ids: checkout, earlier, ...rest } = { ...RECORD, phase: 'paid' };
    const settlement = { resultCode: 0, resultDesc: template, receipt: template };
    const stored = JSON.stringify({ version: 1, ...rest, checkout, earlier, blind: false, settlement });
    expect(parseVersion1(stored)).to.deep.include({
      outcome: { resultCode: 0, resultDesc: '', receipt: undefined },
    });
  });
});
