/**
 * What became of a prompt. Codes are mapped, never texts: for one code the callback and the query say different words.
 * An unknown code is never a success.
 */

export type PaymentFailureReason =
  'cancelled' | 'insufficient-funds' | 'wrong-pin' | 'unreachable' | 'expired' | 'busy' | 'limit' | 'declined';

/** A number where Daraja's code is numeric, otherwise the string (`SFC_IC0003`). */
export type ResultCode = number | string;

/**
 * How the outcome was worded: Daraja's callback in its envelope, the answer to an STK query (or the callback without any
 * envelope, which cannot be told from it), or a flat object of the merchant's.
 */
export type OutcomeShape = 'callback' | 'query' | 'flat';

export interface Outcome {
  readonly verdict: 'paid' | PaymentFailureReason;
  readonly resultCode: ResultCode;
  readonly resultDesc: string;
  /** M-Pesa receipt number, e.g. `NLJ7RT61SV`. */
  readonly receipt: string | undefined;
  readonly checkoutRequestId: string | undefined;
  /** Where it names no checkout: the backend's id of the payment, or Daraja's other id of the push. */
  readonly otherId?: string;
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

/**
 * A code is an integer, or a string with a digit and without white space. A decimal whose fraction is all zeros, as
 * decimal columns have it (`"1032.0"`), is the integer. Anything else is no code.
 */
export function parseResultCode(value: unknown): ResultCode | undefined {
  // The sum turns a negative zero into zero.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value !== 'string' || !/^\S*\d\S*$/.test(value)) return undefined;
  const numeric = Number(value);
  return /^(?:\d|-0*[1-9])\d*(?:\.0+)?$/.test(value) && Number.isSafeInteger(numeric) ? numeric : value;
}

/** What a code in letters looks like (`SFC_IC0003`). A number in another notation (`0,00`, `4,999`) is not one. */
const LETTER_CODE = /^[a-z_][\w.-]*$/i;

/**
 * What a code says. A code that nobody has documented is final in a callback or a flat result (`declined`), and says
 * nothing in the answer to a query, which has been seen to answer in codes of its own while a payment settles. The
 * server reads even a callback's code as a query's: it goes on asking.
 */
export function classifyResultCode(code: ResultCode, shape: OutcomeShape): Outcome['verdict'] | 'pending' {
  if (code === 0) return 'paid';
  if (code === IN_PROGRESS || (typeof code === 'string' && !LETTER_CODE.test(code))) return 'pending';
  for (const [reason, codes] of Object.entries(CODES)) {
    if ((codes as ResultCode[]).includes(code)) return reason as PaymentFailureReason;
  }
  return shape === 'query' ? 'pending' : 'declined';
}

/** A merchant's own words for "nobody knows yet", in any case. */
const NOT_YET = /^(?:pending|processing|queued|initiated|requested|sent|in[ _-]?progress)$/i;

/** Words with which no paid order is described. */
const NOT_PAID =
  /^(?:un|in|no|new|open|false)|fail|cancel|declin|reject|error|expir|denied|time|wait|pend|processing|progress|queue|creat|draft|start|init|request|sent$|submit|hold|abort|abandon|void|revers|refund|prompt|push|accept/i;

/** Words with which only a paid order is described. `success` may be said of the answer itself. */
const PAID = /^(?:paid|confirmed|completed?|succeeded|settled)$/i;

/** Whether the `status` of a merchant's row says that the outcome is not known yet. */
export function isNotYet(status: string): boolean {
  return NOT_YET.test(status.trim());
}

/**
 * Whether the `status` beside a code says the opposite of the code: a column of integers is 0 before anything is known,
 * and keeps the code of the attempt before. Then neither is believed.
 */
export function contradicts(status: string, verdict: Outcome['verdict']): boolean {
  return (verdict === 'paid' ? NOT_PAID : PAID).test(status.trim());
}
