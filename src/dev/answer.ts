/** What the hints know of an endpoint's answer: names and shapes, but no value, no token and no phone number. */

import { redact } from '../client/redact.js';
import { parseResult, type ParsedResult } from '../client/result.js';
import { parseText } from '../client/text.js';

export type Endpoint = 'token' | 'push' | 'status';

/** `text`: no JSON at all. `text-around-json`: the JSON is there, with other text before or after it. */
export type AnswerFormat = 'json' | 'text-around-json' | 'text' | 'empty';

export interface Answer {
  readonly endpoint: Endpoint;
  /** HTTP status. */
  readonly status: number;
  readonly format: AnswerFormat;
  /** The keys of the body, or what it is instead of an object, in a few words. */
  readonly contents: string;
  /** Of the token endpoint: `access_token` begins with "Bearer ". */
  readonly hasBearer: boolean;
  /** Of the push endpoint: where Daraja's answer stands. `bare`: it is the body itself. */
  readonly darajaResponse: 'object' | 'text' | 'bare' | 'missing';
  /** Of the status endpoint: how the widget reads the body. */
  readonly outcome: ParsedResult['kind'];
  /** The backend's own words for an error, or `''`. */
  readonly error: string;
  /** Milliseconds since this status endpoint last said "not yet". */
  readonly sinceLastMs?: number | undefined;
}

/** What the endpoint sent. */
export interface RawAnswer {
  readonly endpoint: Endpoint;
  readonly status: number;
  readonly text: string;
  /** Tokens that the backend may repeat in an error. */
  readonly tokens: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_KEYS = 12;
const LONGEST_KEY = 32;
const LONGEST_ERROR = 160;

export function describeAnswer({ endpoint, status, text, tokens }: RawAnswer): Answer {
  const { format, body } = readBody(text);
  const fields = asFields(body);
  const response = fields['daraja_response'];
  const isDaraja = 'CheckoutRequestID' in fields || 'ResponseCode' in fields;
  const saysNothing = status === 202 || status === 204 || status === 404;
  return {
    endpoint,
    status,
    format,
    contents: describeContents(format, body),
    hasBearer: /^\s*bearer\s/i.test(String(fields['access_token'])),
    darajaResponse: typeof response === 'string' ? 'text' : response ? 'object' : isDaraja ? 'bare' : 'missing',
    outcome: saysNothing ? 'pending' : format === 'json' ? parseResult(body).kind : 'unknown',
    error: status >= 400 ? showError(fields, tokens) : '',
  };
}

/** The access token in an answer of the token endpoint, so that no hint ever shows it. */
export function findToken(text: string): string | undefined {
  const token = asFields(readBody(text).body)['access_token'];
  return typeof token === 'string' ? token.replace(/^\s*bearer\s+/i, '').trim() : undefined;
}

function readBody(text: string): { format: AnswerFormat; body: unknown } {
  const trimmed = text.trim();
  if (!trimmed) return { format: 'empty', body: undefined };
  const whole = parseJson(trimmed);
  if (whole) return { format: 'json', body: whole.value };
  const inner = parseJson(trimmed.slice(trimmed.indexOf('{'), trimmed.lastIndexOf('}') + 1));
  return inner ? { format: 'text-around-json', body: inner.value } : { format: 'text', body: undefined };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The fields of an object, also of one that is JSON text within JSON; of anything else none. */
function asFields(value: unknown): Fields {
  const parsed = parseText(value);
  return typeof parsed === 'object' && parsed ? (parsed as Fields) : {};
}

function describeContents(format: AnswerFormat, body: unknown): string {
  if (format === 'empty') return 'an empty body';
  if (format === 'text') return 'no JSON';
  const value = parseText(body);
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object' || !value) return `a ${value === null ? 'null' : typeof value}`;
  const keys = Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const isObject = typeof item === 'object' && item && !Array.isArray(item);
    const inside = isObject ? Object.keys(item).map((inner) => `${showKey(key)}.${showKey(inner)}`) : [];
    return inside.length ? inside : [showKey(key)];
  });
  if (!keys.length) return 'an empty object';
  return `keys: ${keys.slice(0, MAX_KEYS).join(', ')}${keys.length > MAX_KEYS ? ', …' : ''}`;
}

/** A map by phone number or by token has those as its keys. */
function showKey(key: string): string {
  return key.length > LONGEST_KEY || redactText(key) !== key ? '…' : key;
}

/** `{"error":"…"}`, and what frameworks send in its place: Laravel's `message`, FastAPI's and Django's `detail`. */
function showError(fields: Fields, tokens: readonly string[]): string {
  const { error, message, detail } = fields;
  const said =
    [asFields(error)['message'], error, message, detail].find((text) => text && typeof text === 'string') ?? '';
  const safe = redactText(redact(said, tokens) as string)
    .replace(/\s+/g, ' ')
    .trim();
  return safe.length > LONGEST_ERROR ? `${safe.slice(0, LONGEST_ERROR)}…` : safe;
}

/** Seven digits and more, however they are grouped: a phone number. */
const PHONE = /\+?\d(?:[\s().-]*\d){6,}/g;

/** Long words with a digit in them, or in both cases, as tokens and keys are, and as words of a language are not. */
const SECRET = /(?=[^\s"'<>,;]*\d)[\w+/=.~-]{12,}|(?=[^\s"'<>,;]*[a-z])(?=[^\s"'<>,;]*[A-Z])[\w+/=.~-]{20,}/g;

function redactText(text: string): string {
  return text.replace(PHONE, '…').replace(SECRET, '…');
}
