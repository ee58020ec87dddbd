import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { classifyResultCode, contradicts, isNotYet, parseResultCode } from '../../src/model/outcome.js';

const SHAPES = ['callback', 'query', 'flat'] as const;

/** The codes of each reason, as docs/reference.md (Events) lists them. */
const TABLE = {
  paid: [0],
  cancelled: [1031, 1032],
  'insufficient-funds': [1],
  'wrong-pin': [2001],
  unreachable: [1036, 1037, 1025, 9999],
  expired: [1019],
  busy: [17, 26, 1001],
  limit: [2, 3, 4, 8],
} as const;

const IN_PROGRESS = 4999;
const DOCUMENTED: readonly number[] = [...Object.values(TABLE).flat(), IN_PROGRESS];

/** Codes that have been seen, and of which the table says nothing. */
const UNLISTED = [2028, 8006, 1002, 20, -1, 'SFC_IC0003', 'E3008', 'TP40087'] as const;

/** Numbers in another notation, and Daraja's error code in the wrong column. */
const UNCERTAIN = [
  ...['-0', '+0', '0,0', '0,00', '0.', '.0', '0x0', '0e0', '0E-10', '1e3', '1.5', '1032,00', '1,032', '4,999', '+4999'],
  ...['500.001.1001', '0;', '0\u200B', '\u200B0', '99999999999999999999', 'é1', 'E3008;'],
];

describe('A result code', () => {
  for (const [verdict, codes] of Object.entries(TABLE)) {
    for (const code of codes) {
      it(`of ${code} means ${verdict}, in every shape, as a number and as a numeric string`, () => {
        for (const shape of SHAPES) {
          for (const written of [code, String(code), `${code}.0`, `${code}.00`, `00${code}`]) {
            const parsed = parseResultCode(written);
            expect(parsed, JSON.stringify(written)).to.equal(code);
            expect(classifyResultCode(parsed!, shape), shape).to.equal(verdict);
          }
        }
      });
    }
  }

  it('of 4999 means that nothing is known yet, in every shape', () => {
    for (const written of [4999, '4999']) {
      for (const shape of SHAPES) expect(classifyResultCode(parseResultCode(written)!, shape)).to.equal('pending');
    }
  });

  for (const code of UNLISTED) {
    it(`of ${code}, which is unknown, is final in a callback and in a flat result but not in a query`, () => {
      const parsed = parseResultCode(code);
      expect(parsed).to.equal(code);
      expect(classifyResultCode(parsed!, 'callback')).to.equal('declined');
      expect(classifyResultCode(parsed!, 'flat')).to.equal('declined');
      expect(classifyResultCode(parsed!, 'query')).to.equal('pending');
    });
  }

  for (const code of UNCERTAIN) {
    it(`of ${JSON.stringify(code)} is no failure and no payment in any shape: nobody can say which number it is`, () => {
      const parsed = parseResultCode(code);
      expect(parsed).to.equal(code);
      for (const shape of SHAPES) expect(classifyResultCode(parsed!, shape)).to.equal('pending');
    });
  }

  it('stays a string where it is not numeric', () => {
    for (const code of ['SFC_IC0003', 'E3008', 'e1', '0x0', '0,0', '1e3', '-0', '0;', 'x0', '0.0.0', '0.01']) {
      expect(parseResultCode(code), code).to.equal(code);
    }
  });

  it('stays a string where it is too long for a number', () => {
    expect(parseResultCode('99999999999999999999')).to.equal('99999999999999999999');
  });

  for (const value of [
    ...[1.5, 0.1, NaN, Infinity, -Infinity, 2 ** 53],
    ...[
      '',
      ' ',
      ' 0',
      '0 ',
      '0 0',
      '0\n',
      '\t1032',
      '1032\u00A0',
      '\uFEFF0',
      'abc',
      'null',
      'undefined',
      '-',
      '٠',
      '０',
      '〇',
    ],
    ...[null, undefined, true, false, {}, [], [0], ['0'], { code: 0 }, 0n, Symbol('0'), () => 0, new Date(0)],

    ...[new Number(0), new String('0')],
  ]) {
    it(`is not ${describeValue(value)}`, () => {
      expect(parseResultCode(value)).to.equal(undefined);
    });
  }

  it('is an integer or a string with a digit in it, and nothing else', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
        const parsed = parseResultCode(value);
        if (typeof value === 'number') expect(parsed).to.equal(Number.isSafeInteger(value) ? value : undefined);
        else if (typeof value === 'string')
          expect(parsed !== undefined).to.equal(/[0-9]/.test(value) && !/\s/.test(value));
        else expect(parsed).to.equal(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('means paid only where it is zero', () => {
    const code = fc.oneof(fc.integer(), fc.string(), fc.stringMatching(/^[A-Z_]{0,6}\d{1,4}$/));
    fc.assert(
      fc.property(code, fc.constantFrom(...SHAPES), (value, shape) => {
        const parsed = parseResultCode(value);
        if (parsed === undefined || parsed === 0) return;
        expect(classifyResultCode(parsed, shape)).not.to.equal('paid');
      }),
      { numRuns: 1000 },
    );
  });

  it('that the table does not list never means more than declined', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.stringMatching(/^[A-Z_]{1,6}\d{1,4}$/)), (code) => {
        if (DOCUMENTED.includes(code as number)) return;
        expect(SHAPES.map((shape) => classifyResultCode(code, shape))).to.deep.equal([
          'declined',
          'pending',
          'declined',
        ]);
      }),
    );
  });

  it('is a whole number where its fraction is nothing but zeros', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.stringMatching(/^0{1,6}$/), (code, zeros) => {
        expect(parseResultCode(`${code}.${zeros}`)).to.equal(code);
        expect(parseResultCode(`${code}.${zeros}1`)).to.be.a('string');
        if (code) expect(parseResultCode(`-${code}.${zeros}`)).to.equal(-code);
      }),
    );
  });

  it('is zero where it is a negative zero', () => {
    expect(Object.is(parseResultCode(-0), 0)).to.equal(true);
  });

  it('that bears the name of something built in is unknown like any other', () => {
    for (const code of ['__proto__1', 'constructor1', 'toString0']) {
      expect(classifyResultCode(code, 'callback')).to.equal('declined');
    }
  });
});

describe('The status beside a code', () => {
  for (const word of [
    ...['pending', 'processing', 'queued', 'initiated', 'requested', 'sent'],
    ...['inprogress', 'in progress', 'in_progress', 'in-progress', 'PENDING', ' Sent\n'],
  ]) {
    it(`says that nothing is known yet by ${JSON.stringify(word)}`, () => {
      expect(isNotYet(word)).to.equal(true);
    });
  }

  it('says so by those words alone', () => {
    for (const word of ['', 'resent', 'sent back', 'not pending', 'processing fee paid', 'in#progress', 'paid']) {
      expect(isNotYet(word), word).to.equal(false);
    }
  });

  it('makes a payment uncertain by any word with which no paid order is described', () => {
    for (const word of [
      ...[
        'unpaid',
        'incomplete',
        'no',
        'new',
        'open',
        'false',
        'failed',
        'cancelled',
        'declined',
        'rejected',
        'denied',
      ],
      ...[
        'error',
        'expired',
        'timeout',
        'waiting',
        'pending',
        'processing',
        'in progress',
        'queued',
        'created',
        'draft',
      ],
      ...['started', 'initiated', 'requested', 'resent', 'submitted', 'on hold', 'aborted', 'abandoned', 'void'],
      ...['reversed', 'refunded', ' UNPAID ', 'prompted', 'stk_pushed', 'accepted'],
    ]) {
      expect(contradicts(word, 'paid'), word).to.equal(true);
    }
    for (const word of ['', 'paid', 'success', 'received in full', 'accounted for', 'presented', ' paid']) {
      expect(contradicts(word, 'paid'), word).to.equal(false);
    }
  });

  it('makes a failure uncertain by a word with which only a paid order is described', () => {
    for (const word of ['paid', 'complete', 'completed', 'confirmed', 'settled', 'succeeded', ' Paid\n']) {
      expect(contradicts(word, 'cancelled'), word).to.equal(true);
    }
    for (const word of ['', 'unpaid', 'paid nothing', 'cancelled', 'success', 'not completed']) {
      expect(contradicts(word, 'cancelled'), word).to.equal(false);
    }
  });
});

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return `${value.constructor.name} ${JSON.stringify(value)}`;
  return `${typeof value} ${String(value)}`;
}
