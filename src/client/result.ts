/** The shapes in which an outcome comes, read into one; `docs/outcomes.md` lists them. */

import {
  classifyResultCode,
  contradicts,
  isNotYet,
  parseResultCode,
  type Outcome,
  type OutcomeShape,
  type ResultCode,
} from '../model/outcome.js';
import { readDarajaError } from './daraja-error.js';
import { callbackSchema, flatSchema, querySchema, rowSchema, stkCallbackSchema } from './schemas.js';
import { parseText, toText } from './text.js';

/** `pending`: nothing is known yet. `unknown`: the value is none of the shapes. */
export type ParsedResult =
  { readonly kind: 'outcome'; readonly outcome: Outcome } | { readonly kind: 'pending' } | { readonly kind: 'unknown' };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the callback as Daraja posted it or without its envelopes, the answer to an STK query, or the flat shape; and
 * what means "not yet": a `status` that says so, a `result_code` of `null`, result code 4999, any error of Daraja's.
 * Never throws, whatever the value does when it is read.
 */
export function parseResult(result: unknown): ParsedResult {
  try {
    return read(result);
  } catch {
    // A getter or a proxy of the page's.
    return { kind: 'unknown' };
  }
}

function read(result: unknown): ParsedResult {
  const row = unfold(result) as Fields;
  if (!rowSchema().safeParse(row).success) return { kind: 'unknown' };
  const envelope = row['Body'] as Fields | undefined;
  const callback = callbackSchema().safeParse(row).success ? (envelope?.['stkCallback'] as Fields) : undefined;
  const inside = stkCallbackSchema().safeParse(row).success ? (row['stkCallback'] as Fields) : undefined;
  const statuses = [row, row['stkCallback'], envelope, envelope?.['stkCallback']].flatMap(readStatuses);
  const errors = [row, row['daraja_error']].map((holder) => toText((Object(holder) as Fields)['errorCode']) ?? '0');
  if (errors.some((code) => code !== '0') || readDarajaError(row) || statuses.some(isNotYet)) {
    return { kind: 'pending' };
  }

  /** What is said of the payment in any place: more than one of them is nothing certain. */
  const verdicts = new Set<Outcome['verdict'] | 'pending'>();
  let answer: Outcome | 'pending' | undefined;
  const shapes: [OutcomeShape, Fields | undefined][] = [
    ['callback', callback],
    ['callback', inside],
    ['query', querySchema().safeParse(row).success ? row : undefined],
    ['flat', flatSchema().safeParse(row).success ? row : undefined],
  ];
  for (const [shape, fields] of shapes) {
    const find = (...keys: string[]) =>
      [fields, row].flatMap((from) => keys.map((key) => toText(from?.[key]))).find((text) => text);
    const checkoutRequestId = find('CheckoutRequestID', 'checkout_request_id', 'checkoutRequestId');
    const otherId = checkoutRequestId ? undefined : find('payment_id', 'MerchantRequestID', 'merchant_request_id');
    const code = fields?.[shape === 'flat' ? 'result_code' : 'ResultCode'];
    const resultCode = parseResultCode(code);
    // `ResultCode` without a name is what backends say to Daraja; what stands beside it proves nothing, but may contradict.
    const isNameless =
      fields !== callback && fields?.['ResultCode'] !== undefined && !find('CheckoutRequestID', 'ResponseCode');
    if (!fields || (isNameless && shape === 'query') || (code !== null && resultCode === undefined)) continue;
    // A query that was itself refused says nothing.
    const answered = parseResultCode(fields['ResponseCode'] ?? 0) === 0;
    const verdict = answered && resultCode !== undefined ? classifyResultCode(resultCode, shape) : 'pending';
    verdicts.add(verdict);
    if (isNameless) continue;
    answer ??=
      verdict === 'pending' || statuses.some((status) => contradicts(status, verdict))
        ? 'pending'
        : {
            verdict,
            resultCode: resultCode as ResultCode,
            resultDesc: find('ResultDesc', 'result_desc') ?? '',
            receipt:
              verdict === 'paid'
                ? (find('mpesa_receipt_number', 'MpesaReceiptNumber') ?? findReceipt([fields, row]))
                : undefined,
            checkoutRequestId,
            ...(otherId && { otherId }),
            result,
          };
  }
  if (!answer) return { kind: 'unknown' };
  return answer === 'pending' || verdicts.size > 1 || statuses.includes(UNREADABLE)
    ? { kind: 'pending' }
    : { kind: 'outcome', outcome: answer };
}

/** Where an object may stand as JSON text. */
const TEXT_KEYS = ['Body', 'stkCallback', 'CallbackMetadata', 'daraja_error', 'fault'];

/**
 * A copy in which JSON text is what it says. Each key is read once, so that no getter can change its mind; what the page
 * has put on `Object.prototype` is not in it.
 */
function unfold(value: unknown, depth = 3): unknown {
  const parsed = parseText(value);
  if (typeof parsed !== 'object' || !parsed || Array.isArray(parsed)) return parsed;
  const copy: Record<string, unknown> = { __proto__: null, ...parsed };
  for (const key of depth ? TEXT_KEYS : []) {
    if (key in copy) copy[key] = unfold(copy[key], depth - 1);
  }
  return copy;
}

const CODE = /^result_?code$/i;
const STATUS = /^(?:(?:(?:payment|transaction|mpesa)_?)?stat(?:us|e)|result_?code)$/i;
/** In place of a code that is there, and is none. */
const UNREADABLE = '?';
/** A flag that is off, or an error that is there. */
const UNPAID = /^(?:(?:is_?)?(?:paid|success)=(?:false|0)?$|errors?=(?!(?:false|0)?$))/i;

/** What the fields beside a code say of the payment, in the words of a status. */
function readStatuses(fields: unknown): string[] {
  return Object.entries(Object(fields) as Fields).map(([key, value]) => {
    if (CODE.test(key) && value && typeof value !== 'string' && parseResultCode(value) === undefined) return UNREADABLE;
    const text = String(
      (typeof value === 'object' ? Object.keys(value ?? {}).length : (value as string | boolean)) || '',
    );
    return STATUS.test(key) ? text : UNPAID.test(`${key}=${text}`) ? 'unpaid' : '';
  });
}

/** How many values of `CallbackMetadata` are looked at. Daraja sends about a dozen. */
const MAX_METADATA = 200;

/** Among items of `Name` and perhaps `Value`, or as a key of its own, however a database has put it. */
function findReceipt(holders: readonly Fields[]): string | undefined {
  const values = holders.map((holder) => holder['CallbackMetadata']);
  for (const value of values) {
    const item = parseText(value);
    if (typeof item !== 'object' || !item) continue;
    const {
      Name,
      name = Name,
      Value,
      value: told = Value,
      MpesaReceiptNumber: own,
    } = {
      __proto__: null,
      ...item,
    } as Fields;
    const receipt = toText(own) ?? (name === 'MpesaReceiptNumber' ? toText(told) : undefined);
    if (receipt) return receipt;
    if (values.length < MAX_METADATA) values.push(...Object.values<unknown>(item as Fields).slice(0, MAX_METADATA));
  }
  return undefined;
}
