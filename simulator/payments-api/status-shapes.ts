import type { DarajaQueryAnswer } from './daraja-client.js';
import type { CheckoutResult } from './payment-store.js';

/** The three ways in which a status endpoint may tell an outcome. */
export const STATUS_SHAPES = ['callback', 'query', 'flat'] as const;
export type StatusShape = (typeof STATUS_SHAPES)[number];

/** The codes that are an outcome also in a query's answer; any other is not one yet. */
const SETTLED_CODES: ReadonlySet<string> = new Set(
  '0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1036 1037 2001 9999'.split(' '),
);

/** A result in the shape asked for. Where only a query has told, there is no callback to show. */
export function inShape(result: CheckoutResult, shape: StatusShape): unknown {
  if (shape === 'flat')
    return {
      result_code: result.resultCode,
      result_desc: result.resultDesc,
      checkout_request_id: result.checkoutRequestId,
      ...(result.receipt !== undefined && { mpesa_receipt_number: result.receipt }),
    };
  if (shape === 'callback' && result.callback) return result.callback;
  return {
    ResponseCode: '0',
    ResponseDescription: 'The service request has been accepted successfully',
    MerchantRequestID: result.merchantRequestId,
    CheckoutRequestID: result.checkoutRequestId,
    ResultCode: String(result.resultCode),
    ResultDesc: result.resultDesc,
  };
}

/** A query's answer as a result; undefined while it tells none. */
export function resultOfQuery(answer: DarajaQueryAnswer): CheckoutResult | undefined {
  const code = String(answer.ResultCode);
  if (!SETTLED_CODES.has(code)) return undefined;
  return {
    checkoutRequestId: answer.CheckoutRequestID,
    merchantRequestId: answer.MerchantRequestID,
    resultCode: answer.ResultCode,
    resultDesc: answer.ResultDesc,
    paid: code === '0',
    receipt: undefined,
    callback: undefined,
  };
}
