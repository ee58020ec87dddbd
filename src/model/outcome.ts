/**
 * What became of a prompt. Codes are mapped, never texts: for one code the callback and the query say different words.
 * An unknown code is never a success.
 */

export type PaymentFailureReason =
  'cancelled' | 'insufficient-funds' | 'wrong-pin' | 'unreachable' | 'expired' | 'busy' | 'limit' | 'declined';

/** A number where Daraja's code is numeric, otherwise the string (`SFC_IC0003`). */
export type ResultCode = number | string;

/** How the outcome was worded: Daraja's callback, the answer to an STK query, or a flat object of the merchant's. */
export type OutcomeShape = 'callback' | 'query' | 'flat';

export interface Outcome {
  readonly verdict: 'paid' | PaymentFailureReason;
  readonly resultCode: ResultCode;
  readonly resultDesc: string;
  /** M-Pesa receipt number, e.g. `NLJ7RT61SV`. */
  readonly receipt: string | undefined;
  readonly checkoutRequestId: string | undefined;
  /** As received. */
  readonly result: unknown;
}

/** "Still processing": a state, although it comes as a result code. */
const IN_PROGRESS = 4999;

const CODES = {
  cancelled: [1031, 1032],
  'insufficient-funds': [1],
  'wrong-pin': [2001],
  unreachable: [1036, 1037, 1025, 9999],
  expired: [1019],
  busy: [17, 26, 1001],
  limit: [2, 3, 4, 8],
} satisfies Partial<Record<PaymentFailureReason, readonly ResultCode[]>>;

/** A code is an integer, or a string with a digit in it; anything else is no code. */
export function parseResultCode(value: unknown): ResultCode | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/\d/.test(value)) return undefined;
  const text = value.trim();
  const numeric = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(numeric) ? numeric : text;
}

/**
 * What a code says. A code that nobody has documented is final in a callback or a flat result (`declined`), and
 * says nothing in the answer to a query, which has been seen to answer in codes of its own while a payment settles.
 */
export function classifyResultCode(code: ResultCode, shape: OutcomeShape): Outcome['verdict'] | 'pending' {
  if (code === 0) return 'paid';
  if (code === IN_PROGRESS) return 'pending';
  for (const [reason, codes] of Object.entries(CODES)) {
    if ((codes as ResultCode[]).includes(code)) return reason as PaymentFailureReason;
  }
  return shape === 'query' ? 'pending' : 'declined';
}
