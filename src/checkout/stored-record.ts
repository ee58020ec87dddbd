/**
 * The text in which a record is stored: one field a line, not JSON, since the page may have replaced `JSON` or changed
 * the prototypes that it goes by.
 */

import { parseText, toText } from '../client/text.js';
import type { OrderRecord, OutcomeDetails, Phase, PushIds } from '../model/attempt.js';
import { parseResultCode } from '../model/outcome.js';

/** The first line: it changes with the format. Version 1 was JSON. */
const FORMAT = '2';

/** What M-Pesa says of a payment is stored up to this length: a record has to fit. */
const MAX_TEXT_LENGTH = 200;

/**
 * `unknown`: of another format, or of another script; it is neither read nor removed. `unreadable`: ours, but damaged:
 * its prompt may still be open.
 */
export type StoredRecord = OrderRecord | 'unknown' | 'unreadable';

type Reason = NonNullable<OrderRecord['reason']>;

/** Which phases and reasons are read back. */
const PHASES: Record<Phase, 0> = { sent: 0, prompted: 0, unconfirmed: 0, failed: 0, closed: 0, paid: 0 };

const REASONS: Record<Reason, 0> = {
  configuration: 0,
  offline: 0,
  'token-unavailable': 0,
  'token-missing': 0,
  'token-expired': 0,
  rejected: 0,
  'server-error': 0,
  'bad-response': 0,
  network: 0,
  timeout: 0,
  cancelled: 0,
  'insufficient-funds': 0,
  'wrong-pin': 0,
  unreachable: 0,
  expired: 0,
  busy: 0,
  limit: 0,
  declined: 0,
};

export function serializeRecord(record: OrderRecord): string {
  const { mayHaveUnknownPrompt, isTold, outcome, ids, earlier } = record;
  const lines = [FORMAT, ...toLines(record, mayHaveUnknownPrompt, isTold, outcome, [ids, ...earlier])];
  return lines.map((line) => line.replaceAll('%', '%25').replaceAll('\n', '%0A')).join('\n');
}

/** Whether an entry is of a format that this version does not know: it is to stay as it is. */
export function isOfUnknownFormat(text: string): boolean {
  return !text.startsWith(`${FORMAT}\n`) && /^(?:\d+\n|\{"version":)/.test(text);
}

export function parseRecord(text: string): StoredRecord {
  if (isOfUnknownFormat(text)) return 'unknown';
  const [format, ...lines] = text.split('\n').map((line) => line.replaceAll('%0A', '\n').replaceAll('%25', '%'));
  return format === FORMAT ? fromLines(lines) : 'unreadable';
}

/**
 * An entry of version 1, as far as it is needed to keep an order to one prompt. Its names for `mayHaveUnknownPrompt`,
 * `ids` and `outcome` are `blind`, `checkout` and `settlement`.
 */
export function parseVersion1(text: string): StoredRecord {
  // Other scripts may have keys like ours.
  if (!text.startsWith('{"version":1,')) return 'unknown';
  const record = parseText(text);
  // The page may have made JSON write arrays as texts.
  const earlier = parseText(ownValue(record, 'earlier'));
  const isList = Array.isArray(earlier);
  const mayHaveUnknownPrompt = !isList || ownValue(record, 'blind') === true;
  const pushes: unknown[] = [ownValue(record, 'checkout'), ...(isList ? (earlier as unknown[]) : [])];
  return fromLines(toLines(record, mayHaveUnknownPrompt, false, ownValue(record, 'settlement'), pushes));
}

/** @param pushes the ids of the latest one, and then of the earlier ones */
function toLines(
  record: unknown,
  mayHaveUnknownPrompt: boolean,
  isTold: boolean,
  outcome: unknown,
  pushes: readonly unknown[],
): string[] {
  return [
    ...texts(record, 'revision', 'id', 'phase', 'phone', 'amount', 'since', 'liveUntil', 'otherPromptUntil'),
    mayHaveUnknownPrompt ? '1' : '0',
    isTold ? '1' : '0',
    ...texts(record, 'reason'),
    ...texts(outcome, 'resultCode', 'resultDesc', 'receipt').map((said) => said.slice(0, MAX_TEXT_LENGTH)),
    ...pushes.flatMap((ids) => texts(ids, 'paymentId', 'checkoutRequestId', 'merchantRequestId')),
  ];
}

function fromLines(lines: readonly string[]): StoredRecord {
  const [revisionText, id = '', phaseText = '', phone = '', amount = '', sinceText, liveUntilText, ...rest] = lines;
  // Version 1 has no `otherPromptUntil`.
  const [otherText, unknownPrompt, told, reasonText = '', code, resultDesc = '', receipt, ...idTexts] = rest;
  const times = [revisionText, sinceText, liveUntilText, otherText || '0'].map((text = '') => parseFloat(text));
  const [revision = NaN, since = NaN, liveUntil = NaN, otherPromptUntil = NaN] = times;
  const isWhole = idTexts.length > 0 && idTexts.length % 3 === 0;
  if (!isWhole || !times.every((time) => time >= 0 && time < Infinity)) return 'unreadable';

  const pushes: (PushIds | undefined)[] = [];
  for (let at = 0; at < idTexts.length; at += 3) {
    const [paymentId = '', checkoutRequestId = '', merchantRequestId = ''] = idTexts.slice(at, at + 3);
    pushes.push(checkoutRequestId ? { paymentId, checkoutRequestId, merchantRequestId } : undefined);
  }
  const [ids, ...earlier] = pushes;
  const resultCode = parseResultCode(code);
  const outcome = resultCode === undefined ? undefined : { resultCode, resultDesc, receipt: receipt || undefined };
  // A phase of a later version, a prompt without ids and a payment without a result count as `unconfirmed`.
  const isLacking = (phaseText === 'prompted' && !ids) || (phaseText === 'paid' && !outcome);
  const phase = isKey(PHASES, phaseText) && !isLacking ? phaseText : 'unconfirmed';
  const known = isKey(REASONS, reasonText) ? reasonText : undefined;
  return {
    revision,
    id,
    phase,
    phone,
    amount,
    since,
    liveUntil,
    mayHaveUnknownPrompt: unknownPrompt === '1',
    otherPromptUntil,
    isTold: told === '1',
    reason: known ?? (phase === 'failed' ? (outcome ? 'declined' : 'rejected') : undefined),
    outcome,
    ids,
    earlier: earlier.filter((push) => push !== undefined),
  };
}

function isKey<Key extends string>(keys: Record<Key, 0>, text: string): text is Key {
  return Object.hasOwn(keys, text);
}

/** Fields as texts; `''` for one that is missing or has no text. */
function texts(value: unknown, ...keys: (keyof OrderRecord | keyof OutcomeDetails | keyof PushIds)[]): string[] {
  return keys.map((key) => toText(ownValue(value, key)) ?? '');
}

/** The page may have put keys on `Object.prototype`. */
function ownValue(value: unknown, key: string): unknown {
  const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isOwn ? (value as Record<string, unknown>)[key] : undefined;
}
