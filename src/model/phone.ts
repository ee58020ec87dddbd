/**
 * Kenyan mobile numbers: every written form in, `2547XXXXXXXX` or `2541XXXXXXXX` out.
 *
 * Any `07…` or `01…` number is taken: numbers are portable between networks and the regulator opens new ranges, so a
 * prefix says nothing about whether a line has M-Pesa.
 */

/** Why a number was not taken. */
export type PhoneProblem = 'missing' | 'invalid';

export type PhoneResult = { readonly msisdn: string } | { readonly problem: PhoneProblem };

/** What people put between digits: spaces, dashes, dots, parentheses, and the invisible marks that come with pasting. */
const SEPARATORS = /[\s\p{Cf}\p{Pd}\u2212.()\uFF08\uFF09\uFF0E]+/gu;
const DECIMAL_DIGIT = /\p{Nd}/u;
const KENYAN_MOBILE = /^(?:(?:\+|00)?254|0)?([17]\d{8})$/;

/** The value of any Unicode decimal digit. Unicode encodes them in contiguous runs of ten that begin with zero. */
function digitValue(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(codePoint - before - 1))) before++;
  return before % 10;
}

/** Reads a number as a person writes it. */
export function parsePhone(text: string): PhoneResult {
  const compact = text
    .replace(SEPARATORS, '')
    .replace('\uFF0B', '+')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
  if (!compact) return { problem: 'missing' };
  const subscriber = KENYAN_MOBILE.exec(compact)?.[1];
  return subscriber ? { msisdn: `254${subscriber}` } : { problem: 'invalid' };
}

/** `254723123123` → `0723 123 123`, the way it is read out in Kenya. Works on masked numbers too. */
export function formatPhone(msisdn: string): string {
  return msisdn.replace(/^254(.{3})(.{3})(.{3})$/, '0$1 $2 $3');
}

/** `254723123123` → `2547*****123`: enough for its owner to know it, too little for anyone else. */
export function maskPhone(msisdn: string): string {
  return msisdn.replace(/^(.{4}).{5}/, '$1*****');
}
