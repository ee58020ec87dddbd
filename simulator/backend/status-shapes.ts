/** The three ways in which a shop's status endpoint may tell an outcome. The server has the flat one; the others are made of it. */
export const STATUS_SHAPES = ['callback', 'query', 'flat'] as const;
export type StatusShape = (typeof STATUS_SHAPES)[number];

/** The server's own answer. Without an id where the order was paid without a prompt. */
export interface FlatStatus {
  readonly result_code: number | string;
  readonly result_desc: string;
  readonly checkout_request_id?: string;
  readonly mpesa_receipt_number?: string;
}

/** What is known beside the outcome. */
export interface Particulars {
  readonly merchantRequestId: string;
  /** The callback as Daraja posted it, if one came. */
  readonly callback: unknown;
}

/** An outcome in the shape asked for. Without a callback that says the same there is none to show, and a query's answer stands in. */
export function inShape(flat: FlatStatus, shape: StatusShape, { merchantRequestId, callback }: Particulars): unknown {
  const { result_code: code, result_desc: desc, checkout_request_id: id } = flat;
  if (shape === 'flat' || id === undefined) return flat;
  if (shape === 'callback' && callback !== undefined && String(stkCallback(callback)?.ResultCode) === String(code))
    return callback;
  return {
    ResponseCode: '0',
    ResponseDescription: 'The service request has been accepted successfully',
    MerchantRequestID: merchantRequestId,
    CheckoutRequestID: id,
    ResultCode: String(code),
    ResultDesc: desc,
  };
}

interface StkCallback {
  readonly CheckoutRequestID?: unknown;
  readonly ResultCode?: unknown;
}

/** The inner part of a callback's body; undefined for what is none. */
export function stkCallback(body: unknown): StkCallback | undefined {
  const outer = body as { readonly Body?: { readonly stkCallback?: StkCallback } } | null | undefined;
  return outer?.Body?.stkCallback;
}
