/**
 * What the wire must look like before anything is believed of it: the Vitumob M-Pesa API and Daraja's three ways of
 * telling an outcome. Unknown keys are let through. Each schema is built at its first use, so that a page that only
 * shows the widget does not pay for it; `z.config` is never called, being shared with the page's own zod.
 */

import * as z from 'zod/mini';

function lazy<T>(build: () => T): () => T {
  let built: T | undefined;
  return () => (built ??= build());
}

const text = () => z.string().check(z.minLength(1));
const anything = () => z.optional(z.unknown());

/** `GET token`. Both documented forms; how long the token lives is read leniently, that it is a token is not. */
export const tokenSchema = lazy(() =>
  z.looseObject({
    // What HTTP lets a header carry; anything else would make the push itself fail.
    access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    expires_in: anything(),
    expiring_time: anything(),
    updated_at: anything(),
  }),
);

/** `POST push`, accepted. All else in the body is optional and may be of any shape. */
export const pushSchema = lazy(() =>
  z.looseObject({
    payment_id: text(),
    daraja_response: z.looseObject({
      CheckoutRequestID: text(),
      MerchantRequestID: anything(),
      ResponseCode: z.union([z.literal('0'), z.literal(0)]),
    }),
  }),
);

/** An answer that says Daraja refused. */
export const darajaErrorSchema = lazy(() =>
  z.looseObject({
    daraja_error: z.looseObject({ errorCode: text(), errorMessage: anything(), requestId: anything() }),
  }),
);

/** The callback as Daraja posts it. Metadata come with a success only, and an item may lack its `Value`. */
export const callbackSchema = lazy(() =>
  z.looseObject({
    Body: z.looseObject({
      stkCallback: z.looseObject({
        CheckoutRequestID: anything(),
        ResultCode: z.unknown(),
        ResultDesc: anything(),
        CallbackMetadata: anything(),
      }),
    }),
  }),
);

export const metadataSchema = lazy(() =>
  z.looseObject({ Item: z.array(z.looseObject({ Name: z.unknown(), Value: anything() })) }),
);

/** The answer to an STK query. */
export const querySchema = lazy(() =>
  z.looseObject({ CheckoutRequestID: anything(), ResultCode: z.unknown(), ResultDesc: anything() }),
);

/** A flat object of the merchant's own making. */
export const flatSchema = lazy(() =>
  z.looseObject({
    checkout_request_id: anything(),
    result_code: z.unknown(),
    result_desc: anything(),
    mpesa_receipt_number: anything(),
  }),
);
