import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { reasonText } from '../../src/element/words.js';
import { en } from '../../src/messages/en.js';
import { fill, formatAmount, formatTime, messagesFor, type Messages } from '../../src/messages/index.js';
import { fr } from '../../src/messages/fr.js';
import { sw } from '../../src/messages/sw.js';
import type { PushFailureReason } from '../../src/model/failure.js';
import type { PaymentFailureReason } from '../../src/model/outcome.js';

const TABLES = { en, sw, fr } as const satisfies Record<string, Messages>;
type Language = keyof typeof TABLES;
const KEYS = Object.keys(en) as (keyof Messages)[];
/** What a text may ask for. */
const VALUES = {
  amount: 'Ksh 1',
  phone: '0723 123 123',
  business: 'Duka',
  order: '42',
  time: '1:05',
  seconds: '30',
  to: ' to Duka',
  account: ', account 42',
};

const NOTHING_CHARGED: Record<Language, string> = {
  en: 'Nothing was charged.',
  sw: 'Hujatozwa chochote.',
  fr: 'Rien n’a été débité.',
};

type Reason = PushFailureReason | PaymentFailureReason;

/** Whether a failure is certain to have cost the customer nothing. Some prompts were paid after M-Pesa had said otherwise. */
const IS_CERTAIN: Record<Reason, boolean> = {
  configuration: true,
  offline: true,
  'token-unavailable': true,
  'token-missing': true,
  'token-expired': true,
  rejected: true,
  'server-error': false,
  'bad-response': false,
  network: false,
  timeout: false,
  cancelled: true,
  'insufficient-funds': true,
  'wrong-pin': true,
  unreachable: false,
  expired: false,
  busy: false,
  limit: false,
  declined: false,
};

const placeholders = (text: string) => Array.from(text.matchAll(/\{(\w*)\}/g), ([, name]) => name!).sort();
/** Without the spaces that one version of Unicode's data makes narrow and another does not. */
const plain = (text: string) => text.replace(/\s/g, ' ');

describe('Every table of messages', () => {
  for (const [language, table] of Object.entries(TABLES)) {
    it(`has the keys that English has: ${language}`, () => {
      expect(Object.keys(table)).to.have.members(KEYS);
    });

    it(`has the placeholders that English has, text by text: ${language}`, () => {
      for (const key of KEYS) expect(placeholders(table[key]), key).to.deep.equal(placeholders(en[key]));
    });

    it(`says something in every text, with no space around it: ${language}`, () => {
      for (const key of KEYS) {
        expect(table[key], key).to.not.equal('');
        expect(table[key].trim(), key).to.equal(table[key]);
      }
    });

    it(`asks for nothing that is not filled in: ${language}`, () => {
      for (const key of KEYS) {
        const filled = fill(table[key], VALUES);
        expect(filled, key).not.to.match(/[{}]|undefined|null|NaN/);
        for (const name of placeholders(table[key])) {
          expect(filled, key).to.contain(VALUES[name as keyof typeof VALUES]);
        }
      }
    });
  }

  it('says in its own language what it says', () => {
    const wordless = KEYS.filter((key) => key === 'dir' || !/[a-z]/i.test(en[key].replace(/\{\w+\}/g, '')));
    for (const key of KEYS.filter((key) => !wordless.includes(key))) {
      const texts = Object.values(TABLES).map((table) => table[key]);
      expect(new Set(texts).size, `${key}: ${texts.join(' / ')}`).to.equal(texts.length);
    }
  });

  for (const [language, table] of Object.entries(TABLES) as [Language, Messages][]) {
    it(`says that nothing was charged in the texts of the failures of which that is certain, and in no other: ${language}`, () => {
      const says = KEYS.filter((key) => table[key].includes(NOTHING_CHARGED[language]));
      const reasons = Object.keys(IS_CERTAIN) as Reason[];
      expect(says).to.have.members([...new Set(reasons.filter((reason) => IS_CERTAIN[reason]).map(reasonText))]);
    });
  }
});

describe('A table', () => {
  for (const [tag, table] of [
    ['en', en],
    ['en-KE', en],
    ['en-US', en],
    ['EN-gb', en],
    ['sw', sw],
    ['SW', sw],
    ['sw-KE', sw],
    ['sw-TZ', sw],
    ['sw-Latn-KE', sw],
    ['sw-KE-u-nu-latn', sw],
  ] as const) {
    it(`is found for ${tag}`, () => {
      expect(messagesFor(tag)).to.equal(table);
    });
  }

  for (const tag of [
    ...['', 'fr', 'fr-KE', 'ki', 'swa', 'swahili', 'x', '-', '-sw', '!!', ' ', '*', 'null', 'undefined', '1', '😀'],
    ...['constructor', '__proto__', 'tostring', 'toString', 'valueOf', 'hasOwnProperty'],
  ]) {
    it(`is English for ${JSON.stringify(tag)}`, () => {
      // Not handed to the assertion: what is found instead can be more than a reporter can print.
      expect(messagesFor(tag) === en).to.equal(true);
    });
  }

  it('is found for any tag at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (tag) => {
        expect([en, sw].includes(messagesFor(tag))).to.equal(true);
      }),
    );
  });
});

describe('A filled text', () => {
  it('holds each value where its name was, as often as it was there', () => {
    expect(fill('{a} and {b} and {a}', { a: '1', b: '2' })).to.equal('1 and 2 and 1');
  });

  it('holds nothing where there is no value, and no space at its ends', () => {
    expect(fill('{time} left', {})).to.equal('left');
    expect(fill('Pay {amount}', {})).to.equal('Pay');
    expect(fill('Pay {constructor}{toString}', {})).to.equal('Pay');
  });

  it('holds values verbatim, whatever they look like', () => {
    for (const value of ['$&', '$1', '$$', '{b}', '{amount}', '<b>', '\\', '%s']) {
      expect(fill('to {a} from {b}', { a: value, b: 'me' })).to.equal(`to ${value} from me`);
    }
  });

  it('leaves alone what is no placeholder', () => {
    for (const text of ['{}', '{ a }', '{a-b}', '{', '}', 'a}', '{{}}']) expect(fill(text, { a: '1' })).to.equal(text);
  });
});

describe('A formatted amount', () => {
  for (const [amount, language, formatted] of [
    ['1', 'en', 'Ksh 1'],
    ['999', 'en', 'Ksh 999'],
    ['12341', 'en', 'Ksh 12,341'],
    ['250000', 'en', 'Ksh 250,000'],
    ['48744.15', 'en', 'Ksh 48,745'],
    ['48744.5', 'en', 'Ksh 48,745'],
    ['48744.00', 'en', 'Ksh 48,744'],
    ['1.01', 'en', 'Ksh 2'],
    ['999999.99', 'en', 'Ksh 1,000,000'],
    ['9007199254740993.01', 'en', 'Ksh 9,007,199,254,740,994'],
    ['12341', 'en-KE', 'Ksh 12,341'],
    ['12341', 'sw', 'Ksh 12,341'],
    ['12341', 'sw-KE', 'Ksh 12,341'],
    ['48744.15', 'sw', 'Ksh 48,745'],
  ] as const) {
    it(`of ${amount} reads ${formatted} in ${language}`, () => {
      expect(plain(formatAmount(amount, language))).to.equal(formatted);
    });
  }

  for (const tag of ['', 'x', '-', '!!', 'en_KE', 'a-b-c-d', '😀', 'constructor', '__proto__', ' ']) {
    it(`is written as in English where the language is ${JSON.stringify(tag)}`, () => {
      expect(plain(formatAmount('12341', tag))).to.equal('Ksh 12,341');
    });
  }

  it('is written in some way in any language, with all its digits', () => {
    for (const tag of ['fr', 'de-DE', 'fr-KE', 'en-IN', 'so', 'zh-Hans-CN', 'en-u-nu-latn', 'tlh', 'xx', 'xx-YY']) {
      const formatted = formatAmount('12341.50', tag);
      expect(formatted.replace(/\D/g, ''), tag).to.equal('12342');
      expect(formatted, tag).to.match(/Ksh|KES/);
    }
  });

  it('is the whole shilling that is not less than the amount', () => {
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.option(fc.stringMatching(/^\d{1,2}$/)))
      .map(([whole, cents]) => (cents === null ? String(whole) : `${whole}.${cents}`));
    fc.assert(
      fc.property(amount, fc.constantFrom('en', 'sw', 'en-KE'), (text, language) => {
        expect(Number(formatAmount(text, language).replace(/\D/g, ''))).to.equal(Math.ceil(Number(text)));
      }),
    );
  });

  it('has all its digits also where it is longer than a float is exact', () => {
    expect(formatAmount('9007199254740993', 'en').replace(/\D/g, '')).to.equal('9007199254740993');
  });
});

describe('A formatter', () => {
  it('is made once for a language, however often it writes', () => {
    const own = Intl.NumberFormat;
    let made = 0;
    Intl.NumberFormat = class extends own {
      constructor(...parameters: ConstructorParameters<typeof own>) {
        super(...parameters);
        made++;
      }
    } as typeof own;
    try {
      const written = [1, 2, 3].map((amount) => formatAmount(String(amount), 'en-KE-x-once'));
      expect(written.map(plain)).to.deep.equal(['Ksh 1', 'Ksh 2', 'Ksh 3']);
      expect(made).to.equal(1);
    } finally {
      Intl.NumberFormat = own;
    }
  });
});

describe('A formatted time', () => {
  for (const [ms, formatted] of [
    [0, '0:00'],
    [1, '0:01'],
    [999, '0:01'],
    [1_000, '0:01'],
    [1_001, '0:02'],
    [9_000, '0:09'],
    [59_000, '0:59'],
    [59_001, '1:00'],
    [60_000, '1:00'],
    [65_000, '1:05'],
    [119_999, '2:00'],
    [120_000, '2:00'],
    [600_000, '10:00'],
    [3_600_000, '60:00'],
  ] as const) {
    it(`of ${ms} ms reads ${formatted}`, () => {
      expect(formatTime(ms)).to.equal(formatted);
    });
  }

  it('never promises less time than there is, nor a second more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_200_000 }), (ms) => {
        const [minutes, seconds] = formatTime(ms).split(':').map(Number);
        const told = (minutes! * 60 + seconds!) * 1000;
        expect(told - ms).to.be.within(0, 999);
        expect(seconds).to.be.below(60);
      }),
    );
  });
});
