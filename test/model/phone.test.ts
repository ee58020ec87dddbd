import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { formatPhone, maskPhone, parsePhone } from '../../src/model/phone.js';

const MSISDN = '254723123123';

/** The forms that docs/reference.md names, and their like. */
const FORMS = ['0723123123', '723123123', '254723123123', '+254723123123', '00254723123123'];
const PREFIXES = ['', '0', '254', '+254', '00254', '+2540', '2540', '002540', '254254', '+254+254'];

/** What lies between the digits of a number that was typed, pasted or read off a page. */
const SEPARATORS: Readonly<Record<string, string>> = {
  'a space': ' ',
  'two spaces': '  ',
  'a tab': '\t',
  'a line break': '\n',
  'a no-break space': '\u00A0',
  'a narrow no-break space': '\u202F',
  'an ideographic space': '\u3000',
  'a hyphen-minus': '-',
  'a hyphen': '\u2010',
  'a no-break hyphen': '\u2011',
  'a figure dash': '\u2012',
  'an en dash': '\u2013',
  'an em dash': '\u2014',
  'a minus sign': '\u2212',
  'a fullwidth hyphen': '\uFF0D',
  'a dot': '.',
  'a fullwidth dot': '\uFF0E',
  'an opening parenthesis': '(',
  'a closing parenthesis': ')',
  'fullwidth parentheses': '\uFF08\uFF09',
  'a left-to-right mark': '\u200E',
  'a right-to-left mark': '\u200F',
  'an Arabic letter mark': '\u061C',
  'a bidirectional embedding': '\u202A\u202C',
  'a bidirectional isolate': '\u2066\u2069',
  'a zero-width space': '\u200B',
  'a word joiner': '\u2060',
  'a byte order mark': '\uFEFF',
  'a soft hyphen': '\u00AD',
  'a variation selector': '\uFE0F',
  'a Hangul filler, which is a letter': '\u3164',
  'a halfwidth Hangul filler': '\uFFA0',
  'Hangul jamo fillers': '\u115F\u1160',
  'Khmer inherent vowels': '\u17B4\u17B5',
  'a combining grapheme joiner': '\u034F',
  'a Mongolian variation selector': '\u180B',
  'tag characters': '\u{E0061}\u{E007F}',
  'an ideographic variation selector': '\u{E0100}',
  'a shorthand format control': '\u{1BCA0}',
  'the mark of an embedded object': '\uFFFC',
  'a slash': '/',
  'a comma': ',',
  'a quote': '"',
  'an apostrophe': "'",
  'an equals sign': '=',
  'a plus sign': '+',
  'an underscore': '_',
  'an emoji': '☎',
};

/** Unicode's decimal digits as the browser's own number formats write them: an oracle that knows nothing of our code. */
function digitsOf(system: string): string[] {
  const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
  return Array.from({ length: 10 }, (_, value) => format.format(value));
}

const SCRIPTS: readonly string[] = [
  ...['arab', 'arabext', 'beng', 'deva', 'fullwide', 'gujr', 'guru', 'khmr', 'knda', 'laoo', 'mlym', 'mong', 'mymr'],
  ...['orya', 'tamldec', 'telu', 'thai', 'tibt', 'mathbold', 'mathdbl', 'mathmono', 'mathsanb', 'mathsans'],
];

function inScript(text: string, system: string): string {
  const digits = digitsOf(system);
  return text.replace(/\d/g, (digit) => digits[Number(digit)]!);
}

function msisdnOf(text: string): string | undefined {
  const parsed = parsePhone(text);
  return 'msisdn' in parsed ? parsed.msisdn : undefined;
}

const subscriber = fc.tuple(fc.constantFrom('7', '1'), fc.stringMatching(/^\d{8}$/)).map((parts) => parts.join(''));
const separator = fc.constantFrom('', '', '', ...Object.values(SEPARATORS));

/** What a spreadsheet may have appended: `254712000111.0` has a digit less than it seems to. The table has such numbers. */
const ENDS_AS_FRACTION =
  /[.,\u066B\uFF0E\uFF0C][\p{Default_Ignorable_Code_Point}\uFFFC]*(?:0[\p{Default_Ignorable_Code_Point}\uFFFC]*)+[^\p{L}\p{N}]*$/u;

/** A number with something between any two of its characters, and around it. */
function spread(text: string): fc.Arbitrary<string> {
  return fc
    .array(separator, { minLength: text.length + 1, maxLength: text.length + 1 })
    .map((gaps) => gaps[0]! + Array.from(text, (character, index) => character + gaps[index + 1]!).join(''));
}

describe('A phone number', () => {
  for (const form of FORMS) {
    it(`is taken as ${form}`, () => {
      expect(parsePhone(form)).to.deep.equal({ msisdn: MSISDN });
    });
  }

  for (const [written, msisdn] of [
    ['0112345678', '254112345678'],
    ['112345678', '254112345678'],
    ['254112345678', '254112345678'],
    ['+254 112 345 678', '254112345678'],
    ['00254112345678', '254112345678'],
    ['0100 000 000', '254100000000'],
    ['0199 999 999', '254199999999'],
    ['0700000000', '254700000000'],
    ['0799999999', '254799999999'],
    ['+254 723 123 123', MSISDN],
    ['(0723) 123-123', MSISDN],
    ['0723.123.123', MSISDN],
    ['0723-123-123', MSISDN],
    ['  0723 123 123  ', MSISDN],
    ['+ 254 723 123 123', MSISDN],
    ['(+254) 723 123 123', MSISDN],
    ['\uFF0B254723123123', MSISDN],
    ['\u202A+254723123123\u202C', MSISDN],
    ['\u2068\u200E+254 723 123 123\u2069', MSISDN],
    ['٠٧٢٣١٢٣١٢٣', MSISDN],
    // As pages, contact cards and keyboards write it.
    ['+254 (0) 723-123-123', MSISDN],
    ['+254 (0)723 123 123', MSISDN],
    ['+2540723123123', MSISDN],
    ['2540723123123', MSISDN],
    ['002540723123123', MSISDN],
    ['00254 (0) 723 123 123', MSISDN],
    ['+254+254723123123', MSISDN],
    ['254254723123123', MSISDN],
    ['+254 254 723 123 123', MSISDN],
    ['tel:0723123123', MSISDN],
    ['tel:+254-723-123-123', MSISDN],
    ['TEL:+254723123123', MSISDN],
    ['\u200Etel:\u200E0723123123', MSISDN],
    [' Tel: 0723 123 123', MSISDN],
    ['0723/123.123', MSISDN],
    ['0723,123,123', MSISDN],
    ['0723_123_123', MSISDN],
    ['0723\u00B7123\u00B7123', MSISDN],
    ['0723 | 123 | 123', MSISDN],
    ['[0723] 123 123', MSISDN],
    ['0723123123;', MSISDN],
    ['“0723123123”', MSISDN],
    ['0723–123–123', MSISDN],
    ['📞 0723 123 123', MSISDN],
    ['0️⃣7️⃣2️⃣3️⃣1️⃣2️⃣3️⃣1️⃣2️⃣3️⃣', MSISDN],
    // As spreadsheets leave it.
    ["'0723123123", MSISDN],
    ['="0723123123"', MSISDN],
    ['=0723123123', MSISDN],
    ['"+254723123123"', MSISDN],
    ['254723123123.0', MSISDN],
    ['254712000111.0', '254712000111'],
    ['723123123.0', MSISDN],
    ['0723123123.0', MSISDN],
    [' 254723123123.0 ', MSISDN],
    ['"254723123123.0"', MSISDN],
    ['="723123123.0"', MSISDN],
    ["'723123123.0", MSISDN],
    ['254723123123.\uFE0F0\u200B', MSISDN],
    // Digits that end in zeros, in groups that look like fractions to nobody.
    ['07.23.12.31.20', '254723123120'],
    ['0723.123.100', '254723123100'],
    ['07.23.12.31.00', '254723123100'],
    ['0723,123,000', '254723123000'],
    ['०७२३१२३१२३', MSISDN],
    ['０７２３１２３１２３', MSISDN],
    ['𝟎𝟕𝟐𝟑𝟏𝟐𝟑𝟏𝟐𝟑', MSISDN],
    ['０723१२३١٢٣', MSISDN],
  ] as const) {
    it(`is read from ${JSON.stringify(written)}`, () => {
      expect(parsePhone(written)).to.deep.equal({ msisdn });
    });
  }

  for (const [name, mark] of Object.entries(SEPARATORS)) {
    it(`is taken in every form with ${name} anywhere`, () => {
      for (const form of FORMS) {
        expect(msisdnOf(mark + Array.from(form).join(mark) + mark), `${mark} throughout ${form}`).to.equal(MSISDN);
      }
    });
  }

  it('is taken in any of the world’s decimal digits', () => {
    for (const system of SCRIPTS) {
      for (const form of FORMS) expect(msisdnOf(inScript(form, system)), `${form} in ${system}`).to.equal(MSISDN);
      // Every one of the ten digits, not only those that the forms happen to hold.
      expect(msisdnOf(inScript('0745678901', system)), system).to.equal('254745678901');
    }
  });

  it('is the same however it was written', () => {
    fc.assert(
      fc.property(
        fc
          .record({ subscriber, prefix: fc.constantFrom(...PREFIXES), system: fc.constantFrom('latn', ...SCRIPTS) })
          .chain((parts) =>
            spread(parts.prefix + parts.subscriber)
              .filter((text) => !ENDS_AS_FRACTION.test(text))
              .map((text) => ({ ...parts, text: inScript(text, parts.system) })),
          ),
        (number) => {
          expect(msisdnOf(number.text)).to.equal(`254${number.subscriber}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is missing where nothing but separators was written', () => {
    for (const blank of ['', ' ', '\u00A0', '( ) - .', '\u200E\u200F', '\t\n', '\u3164', '\uFFFC', 'tel:', '""']) {
      expect(parsePhone(blank), JSON.stringify(blank)).to.deep.equal({ problem: 'missing' });
    }
  });

  for (const [why, texts] of Object.entries({
    'is too short': ['0', '07', '072312312', '72312312', '25472312312', '+25472312312', '0025472312312'],
    'is too long': ['07231231234', '7231231234', '2547231231234', '+2547231231234', '002547231231234'],
    'is a landline, a free line or a short code': [
      '0202012345',
      '0412223344',
      '0800723123',
      '0900123456',
      '999',
      '*234#',
    ],
    'is of another country': ['+255723123123', '256772123456', '+17231231234', '0044723123123', '+1 723 123 123'],
    'lacks part of its prefix': ['00723123123', '54723123123', '0054723123123', '25723123123'],
    'has another prefix than those that people write': [
      '0254723123123',
      '000254723123123',
      '2542540723123123',
      '254254254723123123',
      '25400723123123',
      '00254254723123123',
      '007231231230',
    ],
    'is a digit short, and a fraction would complete it': [
      '72312312.0',
      '71200011.0',
      '25472312312.0',
      '072312312.0',
      '"72312312.0"',
      "72312312.0'",
      '72312312.0 ',
      '72312312,0',
      '7231231.00',
      '7231231,00',
      '0723123.000',
      '25472312312,0',
      '"7231231,00"',
      '7231231,00 ',
      '+2547231231,00',
      '٧٢٣١٢٣١٢٫٠',
      '７２３１２３１２．０',
      '72312312.\u200B0',
    ],
    'has a fraction twice, or another one': ['254723123123.0.0', '0723123123.00', '0723123123.5', '254723123123.01'],
    'holds a letter': [
      'O723123123',
      '07231231l3',
      '0723123123a',
      'a0723123123',
      '0723 123 123 ext 5',
      '0723123123x',
      'phone: 0723123123',
      'sim tel:0723123123',
      '7.23123123e8',
      '07231231\u0661l',
      '0723123123 або',
      '0723123123号',
      '0723123123ª',
      '\uFF41 0723123123',
      'ｔｅｌ：0723123123',
      'tel:tel:0723123123',
      '0723 tel:123123',
      'https://wa.me/254723123123',
      'mpesa 0723123123',
    ],
    'holds signs that are no decimal digits': [
      '〇七二三一二三一二三',
      '⁰⁷²³¹²³¹²³',
      '⓪⑦②③①②③①②③',
      '⑦23123123',
      'Ⅶ23123123',
    ],
    'is two numbers': [
      '0723123123 0712345678',
      '0723123123/0712345678',
      '0723123123,0712345678',
      '723123123 112345678',
      '254723123123254112345678',
    ],
    'is no number at all': ['NaN', 'null', 'undefined', '[object Object]', '1e9', '+', '😀', 'tel', '='],
  })) {
    it(`is invalid where it ${why}`, () => {
      for (const text of texts) {
        expect(parsePhone(text), JSON.stringify(text)).to.deep.equal({ problem: 'invalid' });
      }
    });
  }

  it('is either an msisdn or a problem, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const parsed = parsePhone(text);
        if ('msisdn' in parsed) expect(parsed.msisdn).to.match(/^254[17]\d{8}$/);
        else expect(parsed.problem).to.be.oneOf(['missing', 'invalid']);
      }),
      { numRuns: 1000 },
    );
  });

  // One that went back over what it has read would take hours, and the test's time limit would end it.
  it('is read in time that grows with its length alone', () => {
    expect(msisdnOf(`${'0('.repeat(1_000_000)}x`)).to.be.undefined;
  });
});

describe('A formatted number', () => {
  it('is left as it is if it is not one of twelve digits', () => {
    for (const text of ['', '0723123123', '2547231231234', '1254723123123']) expect(formatPhone(text)).to.equal(text);
  });

  it('is grouped as it is read out in Kenya', () => {
    expect(formatPhone('254723123123')).to.equal('0723 123 123');
    expect(formatPhone('254112345678')).to.equal('0112 345 678');
  });

  it('reads back as the number it came from', () => {
    fc.assert(
      fc.property(subscriber, (number) => {
        const msisdn = `254${number}`;
        expect(formatPhone(msisdn)).to.match(/^0\d{3} \d{3} \d{3}$/);
        expect(msisdnOf(formatPhone(msisdn))).to.equal(msisdn);
        expect(formatPhone(msisdnOf(formatPhone(msisdn))!)).to.equal(formatPhone(msisdn));
      }),
    );
  });

  it('stays masked where it was masked', () => {
    fc.assert(
      fc.property(subscriber, (number) => {
        const masked = formatPhone(maskPhone(`254${number}`));
        expect(masked.replace(/\D/g, '')).to.have.lengthOf.at.most(7);
        expect(masked.endsWith(number.slice(-3))).to.equal(true);
      }),
    );
  });
});

describe('A masked number', () => {
  it('shows its owner the beginning and the end', () => {
    expect(maskPhone('254723123123')).to.equal('2547*****123');
    expect(maskPhone('254112345678')).to.equal('2541*****678');
  });

  it('never leaves more than seven digits, and masks once', () => {
    fc.assert(
      fc.property(subscriber, (number) => {
        const masked = maskPhone(`254${number}`);
        expect(masked).to.have.lengthOf(12);
        expect(masked.replace(/\D/g, '')).to.have.lengthOf.at.most(7);
        expect(maskPhone(masked)).to.equal(masked);
      }),
    );
  });

  it('is no number that could be pushed to', () => {
    expect(parsePhone(maskPhone(MSISDN))).to.deep.equal({ problem: 'invalid' });
  });
});

describe('libphonenumber and the field', () => {
  /** What libphonenumber takes for a Kenyan mobile number. */
  function theirs(text: string): string | undefined {
    const number = parsePhoneNumberFromString(text, { defaultCountry: 'KE', extract: false });
    return number?.country === 'KE' && number.isValid() && number.getType() === 'MOBILE'
      ? number.number.slice(1)
      : undefined;
  }

  /** The text with the digits that libphonenumber reads as ASCII. */
  const ascii = (text: string) =>
    text.normalize('NFKC').replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  const digitsIn = (text: string) => ascii(text).replace(/\D/g, '');

  /** Where the two differ, and why we mean to. `taker`: who takes such a number. */
  interface Difference {
    readonly why: string;
    readonly taker: 'we' | 'they';
    readonly example: string;
    applies(text: string): boolean;
  }

  /** The ranges that libphonenumber's metadata (1.13.16, `max`) knows as opened. */
  const OPENED = /^254(?:1(?:0[0-8]|[18]\d|2[014]|3[05-9]|4[0-6])|7\d\d)\d{6}$/;

  const DIFFERENCES: readonly Difference[] = [
    {
      // The regulator opens new 01 ranges (0118, 0140 and 0180 came in 2026). A list of them would refuse a paying
      // customer on the day the next one opens; Daraja itself says whether a number has M-Pesa.
      why: 'a range of 01 that is not opened yet',
      taker: 'we',
      example: '0109 123 456',
      applies: (text) => {
        const msisdn = msisdnOf(text);
        return msisdn !== undefined && !OPENED.test(msisdn);
      },
    },
    {
      // Kenya dials 000 to call abroad, and libphonenumber holds to that. People and address books write 00254, as
      // the rest of the world does; docs/reference.md lists it.
      why: '00 as the international prefix',
      taker: 'we',
      example: '00254 723 123 123',
      applies: (text) => /^002540?\d{9}$/.test(digitsIn(text)),
    },
    {
      // libphonenumber-js reads ASCII, fullwidth and two kinds of Arabic digits; we read every decimal digit.
      why: 'digits of a script that libphonenumber-js does not read',
      taker: 'we',
      example: '०७२३ १२३ १२३',
      applies: (text) => /(?![0-9０-９٠-٩۰-۹])\p{Nd}/u.test(text),
    },
    {
      // Pasted numbers bring the bidirectional marks of the page or contact card that they were on, and line breaks.
      why: 'an invisible mark or a white space that libphonenumber-js does not skip',
      taker: 'we',
      example: '\u202A+254 723 123 123\u202C',
      applies: (text) =>
        /[\t\n\v\f\r\u061C\u180E\u2000-\u200A\u200E\u200F\u2028-\u202F\u205F\u2061-\u206F\uFEFF]/.test(text),
    },
    {
      // Two contact lists that each added the country code.
      why: 'a doubled country code',
      taker: 'we',
      example: '+254 254 723 123 123',
      applies: (text) => /^254254\d{9}$/.test(digitsIn(text)),
    },
    {
      // What a person writes around a number, and what spreadsheets and pages put there, says nothing about it.
      why: 'a mark that libphonenumber-js does not read over, or reads only in its place',
      taker: 'we',
      example: '="0723123123"',
      applies: (text) =>
        /[^\d\p{Nd}\s()\p{Pd}.]/u.test(text) || /^\s*[).-]|\+.*\+|\S\+|[(][^)]*$|[)(-.]{2}/.test(ascii(text)),
    },
    {
      // A plus sign is often a slip for the zero beside it; no number of another country has nine digits from 7 or 1.
      why: 'a plus sign before a number without its country',
      taker: 'we',
      example: '+0723 123 123',
      applies: (text) => /^\D*\+\D*0?[17]\d{8}$/.test(ascii(text).replace(/[^\d+]/g, '')),
    },
    {
      // A spreadsheet's fraction: with its zero the number would be ten digits long, or that of a stranger.
      why: 'a fraction of zero, which is no digit',
      taker: 'we',
      example: '723123123.0',
      applies: (text) => /\.0\D*$/.test(ascii(text)),
    },
    {
      why: 'a fraction of zero that would complete a number',
      taker: 'they',
      example: '72312312.0',
      applies: (text) => /[.,]0+\D*$/.test(ascii(text)),
    },
    {
      // What one dials in Kenya to call Kenya from abroad, which nobody does; docs/reference.md lists 00254 alone.
      why: '000 as the international prefix',
      taker: 'they',
      example: '000254 723 123 123',
      applies: (text) => /^0002540?\d{9}$/.test(digitsIn(text)),
    },
    {
      // A prompt cannot be sent to an extension. In letters, it makes the number invalid; as a bare mark it is digits.
      why: 'an extension',
      taker: 'they',
      example: '0723 123 123 ext. 5',
      applies: (text) => /(?:ext\.?|x|#|,|;|~)[^x#,;]*\d\s*#?$/i.test(ascii(text)),
    },
  ];

  const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^\\d{${min},${max}}$`));

  /** Numbers as people write them, right and wrong. */
  const written = fc
    .tuple(
      fc.constantFrom(...PREFIXES, '000254', '+2540', '+254(0)', '2540', '+', '00', '+255', '+1', '+44'),
      fc.oneof(
        { weight: 6, arbitrary: subscriber },
        { weight: 1, arbitrary: digits(8, 10) },
        { weight: 1, arbitrary: digits(0, 14) },
      ),
      fc.constantFrom('', '', '', '', ' ext. 5', 'x12', '#3', ';ext=7'),
    )
    .chain(([prefix, number, suffix]) =>
      fc
        .array(fc.constantFrom('', '', '', '', '', ' ', '-', '.', '(', ')', '\u00A0', '\u2013', '/', '\u200E'), {
          minLength: number.length,
          maxLength: number.length,
        })
        .map((gaps) => prefix + Array.from(number, (digit, index) => gaps[index]! + digit).join('') + suffix),
    )
    .chain((text) => fc.constantFrom('latn', 'latn', 'latn', 'arab', 'fullwide', 'deva').map((s) => inScript(text, s)));

  const noise = fc.string({ unit: fc.constantFrom(...Array.from('0123456789071254+-(). /x#')), maxLength: 16 });

  it('agree on every number that is written plainly, in a range that is open', () => {
    fc.assert(
      fc.property(
        subscriber.filter((number) => OPENED.test(`254${number}`)),
        fc.constantFrom('', '0', '254', '+254'),
        (number, prefix) => {
          expect(theirs(prefix + number)).to.equal(`254${number}`);
          expect(msisdnOf(prefix + number)).to.equal(`254${number}`);
        },
      ),
    );
  });

  it('agree on everything else, but for the differences listed', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: written }, { weight: 1, arbitrary: noise }), (text) => {
        const [we, they] = [msisdnOf(text), theirs(text)];
        if (we === they) return;
        expect([we, they], 'never two numbers from one text').to.include(undefined);
        const taker = we ? 'we' : 'they';
        const reasons = DIFFERENCES.filter((difference) => difference.taker === taker && difference.applies(text));
        expect(reasons, `${taker} take ${JSON.stringify(text)}`).not.to.be.empty;
      }),
      { numRuns: 5000 },
    );
    // The library's own work: five seconds in WebKit, and more on a busy machine.
  }).timeout(60_000);

  for (const { why, taker, example } of DIFFERENCES) {
    it(`differ in ${why}: only ${taker} take it`, () => {
      const [taken, refused] = taker === 'we' ? [msisdnOf, theirs] : [theirs, msisdnOf];
      expect(taken(example)).to.match(/^254[17]\d{8}$/);
      expect(refused(example)).to.equal(undefined);
    });
  }
});
