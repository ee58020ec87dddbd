/** P10: what others say is passed on without whole phone numbers, and with what tells one payment from another. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { redact } from '../src/redact.js';
import { openDatabase, SQLITE } from './support/databases.js';
import { Shop } from './support/shop.js';

const SUBSCRIBER = '712345678';
const MASKED = '2547*****678';

const WRITTEN = [
  ...[SUBSCRIBER, `0${SUBSCRIBER}`, `254${SUBSCRIBER}`, `+254${SUBSCRIBER}`, `00254${SUBSCRIBER}`],
  ...['712 345 678', '712-345-678', '712.345.678', '71 234 5678', '7 1 2 3 4 5 6 7 8', '712\u00A0345\u00A0678'],
  ...['0712 345 678', '0712-345-678', '(0712) 345-678', '0712.345.678', '0712\u2011345\u2011678', '0 712345678'],
  ...['+254 712 345 678', '+254-712-345-678', '254.712.345.678', '+254 (0) 712 345 678', '2540712345678'],
  ...['07123\u200B45678', '0712/345678', '712345678.0'],
];
/** Zero in Arabic, Persian, Devanagari, full width and bold digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce];

for (const written of WRITTEN) {
  it(`takes a phone number out that is written ${written}`, () => {
    for (const [before, after] of [
      ['Invalid PhoneNumber ', ''],
      ['[', ']'],
      ['number: ', ', amount 12341'],
      ['', ' 12341'],
      ['msisdn=', '.'],
      ['', '\n'],
    ] as const) {
      for (const zero of [0x30, ...ZEROS]) {
        const number = written.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
        const clean = redact(before + number + after);
        assert.ok(clean.includes(MASKED), clean);
        assert.ok(!clean.replace(/\D/g, '').includes(SUBSCRIBER), clean);
      }
    }
  });
}

it('leaves what is no phone number: codes, ids, receipts, amounts, times, addresses of machines', () => {
  for (const text of [
    ...['400.002.02', '404.001.03', '500.001.1001', '500.003.1001', '400.008.01', '1032', '4999'],
    ...['29115-34620561-1', '16813-15905131-1', '29115-12345678-1', 'ws_CO_191220191020363925', 'ws_CO_712345678'],
    ...['f4b1a1c0-7123-4567-8abc-9123456789ab', 'evt_0712345-6', 'NLJ7RT61SV', 'SFF6XYZ123', 'A712345678'],
    ...['1234567891', '123456789012', '174379', '250000', '1500000.00', '1,234,567.89', '20260115120000'],
    ...['2026-01-15T12:00:00Z', '15.01.2026 12:30:59', '196.201.214.200', '1768467683', '1768467683000'],
  ]) {
    assert.equal(redact(`It says ${text}.`), `It says ${text}.`);
  }
});

it('leaves no phone number in any text, whatever stands around it', () => {
  const mobile = fc.tuple(fc.constantFrom('1', '7'), fc.stringMatching(/^\d{8}$/)).map(([first, rest]) => first + rest);
  const around = fc.stringMatching(/^(?:[A-Za-z .,:;'"<>{}[\]]{0,12}[ :"'[(])?$/);
  const prefix = fc.constantFrom('', '0', '254', '+254', '+254 ', '00254');
  const after = fc.stringMatching(/^(?:[ ,;)"'\]}][A-Za-z0-9 .,]{0,12})?$/);
  fc.assert(
    fc.property(around, prefix, mobile, after, (before, start, number, end) => {
      assert.ok(!redact(before + start + number + end).includes(number));
    }),
    { numRuns: 2_000 },
  );
});

it('tells neither page nor log nor database a number without its prefix that Daraja repeats', async () => {
  const database = await openDatabase(SQLITE);
  const shop = await Shop.open(database.option);
  shop.daraja.nextPushes.push({
    status: 400,
    body: { requestId: 'r 723123123', errorCode: '400.002.02', errorMessage: 'Invalid PhoneNumber 723123123' },
  });
  const { body } = await shop.push();
  assert.equal(body.daraja_error?.errorCode, '400.002.02');
  shop.daraja.nextPushes.push({
    status: 200,
    body: { ResponseCode: '1', ResponseDescription: 'No such customer: 0723-123-123' },
  });
  await shop.push();
  assert.ok(!/723\W?123\W?123/.test([...shop.answered, ...shop.logged].join('\n')));
  const rows = await database.rows('select * from vp_attempt');
  assert.ok(!/723\W?123\W?123/.test(JSON.stringify(rows)));
  await shop.payments.stop();
  await database.drop();
});
