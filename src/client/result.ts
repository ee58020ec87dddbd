/** The three shapes in which an outcome comes, read into one. */

import { BUSY_ERROR_CODE } from '../model/failure.js';
import { classifyResultCode, parseResultCode, type Outcome } from '../model/outcome.js';
import { callbackSchema, objectSchema } from './schemas.js';
import { toText } from './text.js';

/** `pending`: nothing is known yet. `unknown`: the value is none of the shapes. */
export type ParsedResult =
  { readonly kind: 'outcome'; readonly outcome: Outcome } | { readonly kind: 'pending' } | { readonly kind: 'unknown' };

/**
 * Reads the callback as Daraja posted it, the answer to an STK query, or the flat shape; and what means "not yet":
 * `{"status":"pending"}`, result code 4999, Daraja's error 500.001.1001.
 */
export function parseResult(result: unknown): ParsedResult {
  const flat = objectSchema().safeParse(result).data ?? {};
  const callback = callbackSchema().safeParse(result).data?.Body.stkCallback;
  const { ResultCode, ResultDesc, CheckoutRequestID, CallbackMetadata } = callback ?? flat;
  const shape = callback ? 'callback' : ResultCode === undefined ? 'flat' : 'query';
  const resultCode = parseResultCode(shape === 'flat' ? flat['result_code'] : ResultCode);
  if (resultCode === undefined) return { kind: isPending(flat) ? 'pending' : 'unknown' };
  // A query that was itself refused says nothing.
  const refused = shape === 'query' && (toText(flat['ResponseCode']) ?? '0') !== '0';
  const verdict = refused ? 'pending' : classifyResultCode(resultCode, shape);
  if (verdict === 'pending') return { kind: 'pending' };
  const told = callback ? metadata(CallbackMetadata, 'MpesaReceiptNumber') : flat['mpesa_receipt_number'];
  return {
    kind: 'outcome',
    outcome: {
      verdict,
      resultCode,
      resultDesc: toText(ResultDesc ?? flat['result_desc']) ?? '',
      receipt: verdict === 'paid' ? toText(told) : undefined,
      checkoutRequestId: toText(CheckoutRequestID ?? flat['checkout_request_id']),
      result,
    },
  };
}

/** By name: their order varies, and an item may lack its `Value`. */
function metadata(list: unknown, name: string): unknown {
  const items: unknown = objectSchema().safeParse(list).data?.['Item'];
  const found: unknown = Array.isArray(items)
    ? items.find((item) => objectSchema().safeParse(item).data?.['Name'] === name)
    : undefined;
  return objectSchema().safeParse(found).data?.['Value'];
}

/** Daraja's error may stand alone or, as the payments backend words it, under `daraja_error`. */
function isPending({ status, errorCode, daraja_error }: Record<string, unknown>): boolean {
  const nested = objectSchema().safeParse(daraja_error).data?.['errorCode'];
  return status === 'pending' || errorCode === BUSY_ERROR_CODE || nested === BUSY_ERROR_CODE;
}
