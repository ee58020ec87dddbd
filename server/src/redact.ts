import { maskPhone } from '../../src/model/phone.js';

/** What people write between the digits of a number, and what nobody sees there. */
const GAP = String.raw`[\s\p{Pd}\p{Default_Ignorable_Code_Point}()/]{0,3}`;
const GAP_OR_DOT = String.raw`(?:${GAP}|\.)`;
/** Nothing that an id or an amount is written on with. */
const BEGINS = String.raw`(?<![\p{L}\p{N}_]|\p{N}[\p{Pd}.])`;
const ENDS = String.raw`(?![\p{L}\p{N}_])`;

const PHONE = new RegExp(
  [
    // With a prefix, and in one piece, it is a number wherever it stands.
    String.raw`(?<!\d)(?:\+|00)?2${GAP}5${GAP}4${GAP_OR_DOT}0?${GAP_OR_DOT}[17](?:${GAP_OR_DOT}\d){8}(?!\d)`,
    String.raw`(?<!\d)0[17]\d{8}(?!\d)`,
    String.raw`${BEGINS}0${GAP}[17](?:${GAP_OR_DOT}\d){8}${ENDS}`,
    String.raw`${BEGINS}[17](?:${GAP}\d){8}${ENDS}`,
    String.raw`${BEGINS}[17]\d\d\.\d{3}\.\d{3}(?!\.?\d)${ENDS}`,
  ].join('|'),
  'gu',
);
const ADDRESS = /\bhttps?:\/\/\S+/gi;
const DIGIT = /\p{Nd}/u;

/** Cut after all else: half a secret is found by nobody. */
const MAX_LENGTH = 500;

/** Takes whole phone numbers, addresses and these secrets out of somebody else's words. Digits become ASCII's. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret) clean = clean.replaceAll(secret, '[secret]');
  return clean
    .replace(ADDRESS, '[address]')
    .replace(/(?!\d)\p{Nd}/gu, asciiDigit)
    .replace(PHONE, (written) => maskPhone(`254${written.replace(/\D/g, '').slice(-9)}`))
    .slice(0, MAX_LENGTH);
}

/** Unicode has its decimal digits in runs of ten that begin with zero. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value++;
  return String(value % 10);
}
