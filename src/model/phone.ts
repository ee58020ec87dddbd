/**
 * Kenyan mobile numbers: every written form in, `2547XXXXXXXX` or `2541XXXXXXXX` out.
 *
 * Any `07…` or `01…` number is taken: numbers are portable between networks and the regulator opens new ranges, so a
 * prefix says nothing about whether a line has M-Pesa.
 */

/** Why a number was not taken. */
export type PhoneProblem = 'missing' | 'invalid';

export type PhoneResult = { readonly msisdn: string } | { readonly problem: PhoneProblem };

/** What a page, a contact card or a keyboard puts between the digits without anybody seeing it. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\uFFFC]/gu;

/** A spreadsheet makes a number of a phone number and writes it with a fraction; a quote may follow. */
const FRACTION = /\.0(?=[^\p{L}\p{N}]*$)/u;

/**
 * A number in one piece with another fraction of zeros (`7120001,0`, `712000.00`): its last digits may be none, and with
 * them it would be the number of a stranger.
 */
const DECIMAL = /^\D*\d+[.,\u066B\uFF0E\uFF0C]0+\D*$/;

const DECIMAL_DIGIT = /\p{Nd}/u;
const KENYAN_MOBILE = /^(?:0|(?:00)?2540?|254254)?([17]\d{8})$/;

/** The value of any Unicode decimal digit. Unicode encodes them in contiguous runs of ten that begin with zero. */
function digitValue(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(codePoint - before - 1))) before++;
  return before % 10;
}

/** Reads a number as people write, paste and autofill it. */
export function parsePhone(text: string): PhoneResult {
  const written = text
    .replace(INVISIBLE, '')
    .replace(/^\s*tel:/i, '')
    .replace(FRACTION, '')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
  if (/^[\s\p{P}]*$/u.test(written)) return { problem: 'missing' };
  const subscriber = KENYAN_MOBILE.exec(written.replace(/\D/g, ''))?.[1];
  return subscriber && !/\p{L}/u.test(written) && !DECIMAL.test(written)
    ? { msisdn: `254${subscriber}` }
    : { problem: 'invalid' };
}

/** `254723123123` → `0723 123 123`, the way it is read out in Kenya. Works on masked numbers too. */
export function formatPhone(msisdn: string): string {
  return msisdn.replace(/^254(.{3})(.{3})(.{3})$/, '0$1 $2 $3');
}

/** `254723123123` → `2547*****123`: enough for its owner to know it, too little for anyone else. */
export function maskPhone(msisdn: string): string {
  return msisdn.replace(/^(.{4}).{5}/, '$1*****');
}
