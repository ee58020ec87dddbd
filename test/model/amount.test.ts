import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { DEFAULT_MAX_AMOUNT, hasCents, isAbove, isAmount, wholeShillings } from '../../src/model/amount.js';

const shillings = fc.oneof(fc.integer({ min: 1, max: 999_999 }).map(String), fc.stringMatching(/^[1-9]\d{0,40}$/));
const decimals = fc.stringMatching(/^\d{1,2}$/);
const amount = fc
  .tuple(shillings, fc.option(decimals))
  .map(([whole, part]) => (part === null ? whole : `${whole}.${part}`));

/** Cents by arithmetic, where the code under test goes by digits. */
function cents(text: string): bigint {
  const [whole = '', part = ''] = text.split('.');
  return BigInt(whole) * 100n + BigInt(part || '0') * (part.length === 1 ? 10n : 1n);
}

describe('An amount', () => {
  for (const text of [
    ...['1', '9', '10', '12341', '250000', '999999', '1000000'],
    ...['48744.15', '1.0', '1.00', '1.5', '1.05', '20.00', '249999.99'],
    '90071992547409931.99',
  ]) {
    it(`may be ${text}`, () => {
      expect(isAmount(text)).to.equal(true);
    });
  }

  for (const [what, texts] of Object.entries({
    'be empty or blank': ['', ' ', '\n'],
    'be less than one': ['0', '0.5', '0.99', '00', '0.00', '-0', '.5', '.99'],
    'be negative or signed': ['-5', '-1.00', '+5', '\u22125'],
    'begin with a nought': ['007', '01', '0012341', '01.00'],
    'have thousands marked': ['12,341', '12 341', '12.341', '12\u00A0341', '12_341', "12'341", '1.000.000'],
    'have a decimal comma': ['48744,15', '1,5'],
    'have more than two decimals, or a point without any': ['1.234', '48744.150', '1.', '1..5', '1.5.5'],
    'be written for a computer': ['1e3', '1E3', '0x10', '0b1', '1n', '1.0e2', 'NaN', 'Infinity', '-Infinity'],
    'name its currency': ['KES 100', 'Ksh100', '100/=', '100/-', '$5', '5%'],
    'have anything around it': [' 1', '1 ', '1\n', '\t1', '\u200E1', '1\u200E', '"1"'],
    'be in other digits': ['١٢٣', '１２３', '१२३', '½', '²', '一'],
    'be a word': ['null', 'undefined', 'true', 'one', '[object Object]', 'constructor'],
  })) {
    it(`may not ${what}`, () => {
      for (const text of texts) expect(isAmount(text), JSON.stringify(text)).to.equal(false);
    });
  }

  it('may be any number of shillings from 1, with up to two decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom(0, 1, 2), fc.nat(99), (whole, places, part) => {
        const text = places ? `${whole}.${String(part).padStart(2, '0').slice(0, places)}` : String(whole);
        expect(isAmount(text), text).to.equal(true);
      }),
    );
  });

  it('may be nothing else', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...Array.from('0019.,-+e ٣')), maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' }), fc.double().map(String)), (text) => {
        // Read character by character, so that no second regular expression stands in for the first.
        const [whole = '', part, ...rest] = text.split('.');
        const digits = (value: string) => Array.from(value).every((character) => '0123456789'.includes(character));
        const plain =
          rest.length === 0 &&
          whole.length > 0 &&
          digits(whole) &&
          !whole.startsWith('0') &&
          (part === undefined || ((part.length === 1 || part.length === 2) && digits(part)));
        expect(isAmount(text), JSON.stringify(text)).to.equal(plain);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('The maximum', () => {
  it('is M-Pesa’s quarter of a million unless told otherwise', () => {
    expect(DEFAULT_MAX_AMOUNT).to.equal('250000');
  });

  for (const [one, other, above] of [
    ['250000', '250000', false],
    ['250000.00', '250000', false],
    ['250000', '250000.0', false],
    ['250000.01', '250000', true],
    ['250000.1', '250000.09', true],
    ['249999.99', '250000', false],
    ['250001', '250000', true],
    ['9', '10', false],
    ['100000', '99999.99', true],
    ['1.5', '1.49', true],
    ['1.5', '1.50', false],
    ['9007199254740993', '9007199254740992', true],
    ['90071992547409931.01', '90071992547409931.02', false],
  ] as const) {
    it(`of ${other} is ${above ? '' : 'not '}passed by ${one}`, () => {
      expect(isAbove(one, other)).to.equal(above);
    });
  }

  it('is compared exactly, at any length', () => {
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        expect(isAmount(one) && isAmount(other)).to.equal(true);
        expect(isAbove(one, other)).to.equal(cents(one) > cents(other));
      }),
      { numRuns: 500 },
    );
  });

  it('is never above itself, and of two amounts at most one is above the other', () => {
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        expect(isAbove(one, one)).to.equal(false);
        expect(isAbove(one, other) && isAbove(other, one)).to.equal(false);
      }),
    );
  });

  it('is passed by a single cent, at any length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{0,40}$/), fc.integer({ min: 0, max: 98 }), (whole, part) => {
        const [lower, upper] = [part, part + 1].map((value) => `${whole}.${String(value).padStart(2, '0')}`);
        expect(isAbove(upper!, lower!)).to.equal(true);
        expect(isAbove(lower!, upper!)).to.equal(false);
      }),
    );
  });
});

describe('Cents, which M-Pesa cannot move', () => {
  for (const [text, has] of [
    ['1', false],
    ['20.00', false],
    ['20.0', false],
    ['100', false],
    ['48744.15', true],
    ['20.01', true],
    ['20.1', true],
    ['20.10', true],
    ['90071992547409931.01', true],
  ] as const) {
    it(`are ${has ? '' : 'not '}in ${text}`, () => {
      expect(hasCents(text)).to.equal(has);
    });
  }

  it('are there exactly where the amount is no whole number of shillings', () => {
    fc.assert(
      fc.property(amount, (text) => {
        expect(hasCents(text)).to.equal(cents(text) % 100n !== 0n);
      }),
    );
  });
});

describe('The whole shilling that the phone will name', () => {
  for (const [text, whole] of [
    ['1', '1'],
    ['12341', '12341'],
    ['48744.15', '48745'],
    ['20.00', '20'],
    ['20.0', '20'],
    ['20.01', '21'],
    ['20.1', '21'],
    ['20.99', '21'],
    ['9.5', '10'],
    ['999.01', '1000'],
    ['999999999999999999.99', '1000000000000000000'],
    ['9007199254740993.00', '9007199254740993'],
  ] as const) {
    it(`is ${whole} for ${text}`, () => {
      expect(wholeShillings(text)).to.equal(whole);
    });
  }

  it('is never less than the amount, and less than a shilling more', () => {
    fc.assert(
      fc.property(amount, (text) => {
        const whole = wholeShillings(text);
        expect(whole).to.match(/^[1-9]\d*$/);
        expect(cents(whole) - cents(text) >= 0n && cents(whole) - cents(text) < 100n).to.equal(true);
        expect(wholeShillings(whole)).to.equal(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('is what stands there where that is no amount: the configuration error says the rest', () => {
    for (const text of ['', '12,341', 'NaN', '-5', '1.234', '007']) expect(wholeShillings(text)).to.equal(text);
  });
});
