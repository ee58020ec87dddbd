/** The three shapes in which an outcome comes, read into one. */

import { BUSY_ERROR_CODE } from '../model/failure.js';
import { classifyResultCode, parseResultCode, type Outcome, type OutcomeShape } from '../model/outcome.js';
import { callbackSchema, flatSchema, metadataSchema, querySchema } from './schemas.js';
import { toText } from './text.js';

/** `pending`: nothing is known yet. `unknown`: the value is none of the shapes. */
export type ParsedResult =
  { readonly kind: 'outcome'; readonly outcome: Outcome } | { readonly kind: 'pending' } | { readonly kind: 'unknown' };

interface Fields {
  readonly shape: OutcomeShape;
  readonly code: unknown;
  readonly description: unknown;
  readonly checkoutRequestId: unknown;
  readonly receipt?: unknown;
}

/**
 * Reads the callback as Daraja posted it, the answer to an STK query, or the flat shape; and what means "not yet":
 * `{"status":"pending"}`, result code 4999, Daraja's error 500.001.1001.
 */
export function parseResult(result: unknown): ParsedResult {
  if (isPending(result)) return { kind: 'pending' };
  const fields = readFields(result);
  const resultCode = parseResultCode(fields?.code);
  if (!fields || resultCode === undefined) return { kind: 'unknown' };
  const verdict = classifyResultCode(resultCode, fields.shape);
  if (verdict === 'pending') return { kind: 'pending' };
  const receipt = verdict === 'paid' ? toText(fields.receipt) : undefined;
  const checkoutRequestId = toText(fields.checkoutRequestId);
  return {
    kind: 'outcome',
    outcome: {
      verdict,
      resultCode,
      resultDesc: toText(fields.description) ?? '',
      result,
      ...(receipt !== undefined && { receipt }),
      ...(checkoutRequestId !== undefined && { checkoutRequestId }),
    },
  };
}

function readFields(result: unknown): Fields | undefined {
  const callback = callbackSchema().safeParse(result);
  if (callback.success) {
    const { ResultCode, ResultDesc, CheckoutRequestID, CallbackMetadata } = callback.data.Body.stkCallback;
    const items = metadataSchema().safeParse(CallbackMetadata).data?.Item;
    const receipt = items?.find((item) => item.Name === 'MpesaReceiptNumber')?.Value;
    return {
      shape: 'callback',
      code: ResultCode,
      description: ResultDesc,
      checkoutRequestId: CheckoutRequestID,
      receipt,
    };
  }
  const query = querySchema().safeParse(result);
  if (query.success && query.data.ResultCode !== undefined) {
    const { ResultCode, ResultDesc, CheckoutRequestID } = query.data;
    return { shape: 'query', code: ResultCode, description: ResultDesc, checkoutRequestId: CheckoutRequestID };
  }
  const flat = flatSchema().safeParse(result);
  if (!flat.success) return undefined;
  const { result_code, result_desc, mpesa_receipt_number, checkout_request_id } = flat.data;
  return {
    shape: 'flat',
    code: result_code,
    description: result_desc,
    checkoutRequestId: checkout_request_id,
    receipt: mpesa_receipt_number,
  };
}

/** Daraja's error may stand alone or, as the payments backend words it, under `daraja_error`. */
function isPending(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const { status, errorCode, daraja_error } = result as {
    status?: unknown;
    errorCode?: unknown;
    daraja_error?: unknown;
  };
  return (
    errorCode === BUSY_ERROR_CODE ||
    (daraja_error !== undefined && isPending(daraja_error)) ||
    (status === 'pending' && !('result_code' in result) && !('ResultCode' in result))
  );
}
