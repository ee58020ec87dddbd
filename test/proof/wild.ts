/**
 * Real backends' answers, damaged at random, and a second reading of docs/outcomes.md that nothing of the widget's is used
 * for: what a body may be taken for at most. The widget may believe less, never more.
 */

import fc from 'fast-check';
import { WILD_ID, WILD_RESULTS, wildText } from '../support/fixtures/wild/index.js';

type Fields = Record<string, unknown>;

/** What a body may be taken for at most. */
export interface Claim {
  readonly paid: boolean;
  readonly failed: boolean;
  /** The checkout that it names, if any. */
  readonly id: string | undefined;
}

const NOTHING: Claim = { paid: false, failed: false, id: undefined };
const NOT_YET = ['pending', 'processing', 'queued', 'initiated', 'requested', 'sent', 'in_progress', 'in progress'];
const LISTED = [1, 2, 3, 4, 8, 17, 26, 1001, 1019, 1025, 1031, 1032, 1036, 1037, 2001, 9999];

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON text is what it says. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return opened(JSON.parse(value.replace(/^[\uFEFF\s]+/, '')));
  } catch {
    return value;
  }
}

function codeOf(value: unknown): { zero: boolean; final: boolean; listed: boolean } | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value);
  if (/\s/.test(text) || !/\d/.test(text)) return undefined;
  const isInteger = /^-?\d+(\.0+)?$/.test(text);
  const listed = isInteger && LISTED.includes(Number(text));
  return { zero: isInteger && Number(text) === 0, final: Number(text) !== 4999, listed };
}

/** What a body may mean, whatever it is: by the words of docs/outcomes.md, and nothing else. */
export function claimOf(body: unknown): Claim {
  const row = opened(body);
  if (!isFields(row)) return NOTHING;
  const envelope = opened(row['Body']);
  const callbacks = [isFields(envelope) ? opened(envelope['stkCallback']) : undefined, opened(row['stkCallback'])];
  const holders = [row, ...callbacks.filter(isFields)];
  const statuses = holders.map(({ status }) => status).filter((status) => typeof status === 'string');
  if (statuses.some((status) => NOT_YET.includes(status.trim().toLowerCase()))) return NOTHING;
  const { errorCode, daraja_error: error } = row;
  if (
    /^\d{3}\.\d{3}\.\d+$/.test(String(errorCode)) ||
    (isFields(opened(error)) && isText((opened(error) as Fields)['errorCode']))
  )
    return NOTHING;

  const claims = callbacks.filter(isFields).map(({ ResultCode }) => ({ code: codeOf(ResultCode), isAnyFinal: true }));
  claims.push({ code: codeOf(row['result_code']), isAnyFinal: true });
  const isNamed = ['CheckoutRequestID', 'ResponseCode'].some((key) => Object.hasOwn(row, key));
  if (isNamed) claims.push({ code: codeOf(row['ResultCode']), isAnyFinal: false });
  const told = claims.flatMap(({ code, isAnyFinal }) => (code ? [{ ...code, isAnyFinal }] : []));
  const paid = told.some(({ zero }) => zero);
  const failed = told.some(({ zero, final, listed, isAnyFinal }) => !zero && final && (listed || isAnyFinal));
  const ids = holders.flatMap(({ CheckoutRequestID, checkout_request_id: id }) => [CheckoutRequestID, id]);
  const id = ids.find((named) => typeof named === 'string' || typeof named === 'number');
  // Of two that differ neither is certain.
  return { paid: paid && !failed, failed: failed && !paid, id: id === undefined ? undefined : String(id) };
}

/** Something that is done to a body on its way. */
interface Damage {
  readonly words: string;
  readonly apply: (text: string) => string;
}

/** Does something to the value behind a text; a text that is no JSON stays as it is. */
function valueDamage(words: string, change: (value: unknown) => unknown): Damage {
  return {
    words,
    apply(text) {
      try {
        return JSON.stringify(change(JSON.parse(text.replace(/^\uFEFF+/, ''))));
      } catch {
        return text;
      }
    },
  };
}

/** All objects in a value, outermost first. */
function objectsIn(value: unknown): Fields[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Fields, ...inner];
}

/** Does something to the entry of a number, counted over all objects. */
function atEntry(value: unknown, index: number, change: (holder: Fields, key: string) => void): unknown {
  const entries = objectsIn(value).flatMap((holder) => Object.keys(holder).map((key) => ({ holder, key })));
  const entry = entries[index % Math.max(1, entries.length)];
  if (entry) change(entry.holder, entry.key);
  return value;
}

/** A code is a text or a number: damage may have left something else in its place. */
const isText = (value: unknown): boolean => (typeof value === 'string' || typeof value === 'number') && value !== '';

const ENVELOPES = ['Body', 'stkCallback', 'data', 'result', 'response', 'daraja_response', 'daraja_error', 'payment'];
const VALUES = [
  null,
  true,
  false,
  '',
  0,
  '0',
  '0.0',
  '0.00',
  ' 0',
  '00',
  '-0',
  1,
  '1',
  1032,
  '1032.0',
  4999,
  '4999',
  'E3008',
  [],
  {},
];
const EXTRAS: readonly Fields[] = [
  { status: 'pending' },
  { status: 'PROCESSING' },
  { status: 'in progress' },
  { errorCode: '500.001.1001' },
  { daraja_error: { errorCode: '404.001.03' } },
  { ResultCode: 0 },
  { ResultCode: '1032' },
  { result_code: 0 },
  { result_code: null },
  { ResponseCode: '0' },
  { CheckoutRequestID: WILD_ID },
];
const RECASES = [
  (key: string) => key.toLowerCase(),
  (key: string) => key.toUpperCase(),
  (key: string) => key.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
  (key: string) => key[0]!.toLowerCase() + key.slice(1),
];

const index = fc.nat({ max: 40 });

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.integer({ min: 1, max: 400 }).map((at) => ({ words: `cut at ${at}`, apply: (text: string) => text.slice(0, at) })),
  fc
    .constantFrom('\uFEFF', '\uFEFF\uFEFF', '\n ', 'Warning: mysqli in db.php on line 3\n', ';')
    .map((before) => ({ words: `after ${JSON.stringify(before)}`, apply: (text: string) => before + text })),
  fc
    .constantFrom('"ResultCode":0,', '"ResultCode":1032,', '"result_code":0,', '"status":"pending",')
    .map((twice) => ({ words: `with ${twice}`, apply: (text: string) => text.replace('{', `{${twice}`) })),
  fc.constantFrom(...ENVELOPES).map((key) => valueDamage(`in ${key}`, (value) => ({ [key]: value }))),
  fc.constant(valueDamage('as text', (value) => JSON.stringify(value))),
  fc.constant(valueDamage('in a list', (value) => [value])),
  index.map((at) => valueDamage(`its object ${at}`, (value) => objectsIn(value)[at % 5] ?? value)),
  fc.tuple(index, fc.constantFrom(...VALUES)).map(([at, other]) =>
    valueDamage(`${at} = ${JSON.stringify(other)}`, (value) =>
      atEntry(value, at, (holder, key) => {
        holder[key] = other;
      }),
    ),
  ),
  index.map((at) =>
    valueDamage(`${at} of the other type`, (value) =>
      atEntry(value, at, (holder, key) => {
        const old = holder[key];
        holder[key] =
          typeof old === 'number' ? String(old) : typeof old === 'string' ? Number(old) : JSON.stringify(old);
      }),
    ),
  ),
  fc.tuple(index, fc.constantFrom(...RECASES)).map(([at, recase]) =>
    valueDamage(`${at} recased`, (value) =>
      atEntry(value, at, (holder, key) => {
        const old = holder[key];
        Reflect.deleteProperty(holder, key);
        holder[recase(key)] = old;
      }),
    ),
  ),
  index.map((at) =>
    valueDamage(`without ${at}`, (value) =>
      atEntry(value, at, (holder, key) => {
        Reflect.deleteProperty(holder, key);
      }),
    ),
  ),
  fc.tuple(index, fc.constantFrom(...EXTRAS)).map(([at, extra]) =>
    valueDamage(`with ${JSON.stringify(extra)} at ${at}`, (value) => {
      const holders = objectsIn(value);
      Object.assign(holders[at % Math.max(1, holders.length)] ?? {}, extra);
      return value;
    }),
  ),
);

export interface DamagedBody {
  readonly words: string;
  /** What goes over the wire. */
  readonly text: string;
}

/** A body of the corpus after up to four accidents. */
export const damagedBody: fc.Arbitrary<DamagedBody> = fc
  .tuple(fc.constantFrom(...WILD_RESULTS), fc.array(damage, { maxLength: 4 }))
  .map(([wild, damages]) => ({
    words: [wild.name, ...damages.map(({ words }) => words)].join(', '),
    text: damages.reduce((text, { apply }) => apply(text), wildText(wild)),
  }));
