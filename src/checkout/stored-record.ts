/**
 * The text in which a record is stored: one field a line, so that it can be read back whatever the page has done to
 * `JSON`, or to the prototypes that `JSON` heeds.
 */

import type { OrderRecord, Phase, PushIds } from '../model/attempt.js';
import type { PushFailureReason } from '../model/failure.js';
import { parseResultCode, type PaymentFailureReason } from '../model/outcome.js';

/** The first line: it changes with the format. Version 1 was JSON. */
const FORMAT = '2';

/** What M-Pesa says of a payment is stored up to this length: a record has to fit. */
const MAX_TEXT_LENGTH = 200;

/**
 * `unknown`: of another format, or of another script; it is neither read nor removed. `unreadable`: one of ours that
 * was damaged, and so may be of a live prompt.
 */
export type StoredRecord = OrderRecord | 'unknown' | 'unreadable';

const PHASES = {
  sent: true,
  prompted: true,
  unconfirmed: true,
  failed: true,
  closed: true,
  paid: true,
} satisfies Record<Phase, true>;

const REASONS = {
  configuration: true,
  offline: true,
  'token-unavailable': true,
  'token-missing': true,
  'token-expired': true,
  rejected: true,
  'server-error': true,
  'bad-response': true,
  network: true,
  timeout: true,
  cancelled: true,
  'insufficient-funds': true,
  'wrong-pin': true,
  unreachable: true,
  expired: true,
  busy: true,
  limit: true,
  declined: true,
} satisfies Record<PushFailureReason | PaymentFailureReason, true>;

export function serializeRecord(record: OrderRecord): string {
  const { revision, id, phase, phone, amount, since, liveUntil, mayHaveUnknownPrompt, isTold, reason, outcome } =
    record;
  let text = FORMAT;
  const add = (value: unknown) => {
    text += `\n${escape(String(value))}`;
  };
  for (const value of [revision, id, phase, phone, amount, since, liveUntil]) add(value);
  add(mayHaveUnknownPrompt ? 1 : 0);
  add(isTold ? 1 : 0);
  add(reason ?? '');
  add(outcome?.resultCode ?? '');
  add(outcome?.resultDesc.slice(0, MAX_TEXT_LENGTH) ?? '');
  add(outcome?.receipt?.slice(0, MAX_TEXT_LENGTH) ?? '');
  for (const ids of [record.ids, ...record.earlier]) {
    add(ids?.paymentId ?? '');
    add(ids?.checkoutRequestId ?? '');
    add(ids?.merchantRequestId ?? '');
  }
  return text;
}

export function parseRecord(text: string): StoredRecord {
  const [format, ...lines] = text.split('\n').map(unescape);
  if (format !== FORMAT) return /^(?:\d+\n|\{"version":)/.test(text) ? 'unknown' : 'unreadable';
  const [revision, id, phase, phone, amount, since, liveUntil, unknownPrompt, told, reason, code, desc, receipt] =
    lines;
  const [latest, ...earlier] = triples(lines.slice(13));
  if (lines.length < 16 || lines.length % 3 !== 1) return 'unreadable';
  return soundRecord({
    revision: Number(revision),
    id,
    phase,
    phone,
    amount,
    since: Number(since),
    liveUntil: Number(liveUntil),
    mayHaveUnknownPrompt: unknownPrompt === '1',
    isTold: told === '1',
    reason,
    resultCode: code,
    resultDesc: desc,
    receipt,
    ids: latest,
    earlier: earlier.filter((ids) => ids !== undefined),
  });
}

/** An entry of version 1, as far as it is needed to keep an order to one prompt. */
export function parseJsonRecord(text: string): StoredRecord {
  // Other scripts may have keys like ours.
  if (!text.startsWith('{"version":1,')) return 'unknown';
  try {
    const stored = asObject(JSON.parse(text));
    const settlement = asObject(stored('settlement'));
    // The page may have made JSON write arrays as texts.
    const list = stored('earlier');
    const earlier: unknown = typeof list === 'string' ? JSON.parse(list) : list;
    return soundRecord({
      revision: stored('revision'),
      id: stored('id'),
      phase: stored('phase'),
      phone: stored('phone'),
      amount: stored('amount'),
      since: stored('since'),
      liveUntil: stored('liveUntil'),
      mayHaveUnknownPrompt: stored('blind') === true || !Array.isArray(earlier),
      isTold: false,
      reason: stored('reason'),
      resultCode: settlement('resultCode'),
      resultDesc: settlement('resultDesc'),
      receipt: settlement('receipt'),
      ids: jsonIds(stored('checkout')),
      earlier: Array.isArray(earlier) ? earlier.map(jsonIds).filter((ids) => ids !== undefined) : [],
    });
  } catch {
    return 'unreadable';
  }
}

type Fields = Readonly<
  Record<Exclude<keyof OrderRecord, 'ids' | 'earlier' | 'mayHaveUnknownPrompt' | 'isTold' | 'outcome'>, unknown>
> &
  Pick<OrderRecord, 'ids' | 'earlier' | 'mayHaveUnknownPrompt' | 'isTold'> & {
    readonly resultCode: unknown;
    readonly resultDesc: unknown;
    readonly receipt: unknown;
  };

function soundRecord({ resultCode, resultDesc, receipt, ...fields }: Fields): StoredRecord {
  const { revision, since, liveUntil, id, phone, amount, ids } = fields;
  const isSound =
    [revision, since, liveUntil].every((value) => typeof value === 'number' && value >= 0 && value < Infinity) &&
    [id, phone, amount, fields.phase].every((value) => typeof value === 'string');
  if (!isSound) return 'unreadable';
  const code = parseResultCode(resultCode);
  const outcome =
    code === undefined
      ? undefined
      : { resultCode: code, resultDesc: toText(resultDesc), receipt: toText(receipt) || undefined };
  const isKnown = Object.hasOwn(PHASES, fields.phase as string);
  // A phase of a later version is not certain, and neither is a prompt without ids or a payment without a result.
  const isLacking = (fields.phase === 'prompted' && !ids) || (fields.phase === 'paid' && !outcome);
  const phase = isKnown && !isLacking ? (fields.phase as Phase) : 'unconfirmed';
  const known = Object.hasOwn(REASONS, toText(fields.reason)) ? (fields.reason as OrderRecord['reason']) : undefined;
  const reason = phase === 'failed' ? (known ?? (outcome ? 'declined' : 'rejected')) : known;
  return { ...fields, phase, reason, outcome } as OrderRecord;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function triples(lines: readonly string[]): (PushIds | undefined)[] {
  const all: (PushIds | undefined)[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [paymentId = '', checkoutRequestId = '', merchantRequestId = ''] = lines.slice(at, at + 3);
    all.push(checkoutRequestId ? { paymentId, checkoutRequestId, merchantRequestId } : undefined);
  }
  return all;
}

/** Reads own keys alone: the page may have put keys on `Object.prototype`. */
function asObject(value: unknown): (key: string) => unknown {
  return (key) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string, unknown>)[key]
      : undefined;
}

function jsonIds(value: unknown): PushIds | undefined {
  const ids = asObject(value);
  const checkoutRequestId = toText(ids('checkoutRequestId'));
  if (!checkoutRequestId) return undefined;
  return {
    paymentId: toText(ids('paymentId')),
    checkoutRequestId,
    merchantRequestId: toText(ids('merchantRequestId')),
  };
}

function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function unescape(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%25', '%');
}
