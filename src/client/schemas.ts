/**
 * What the wire must look like before anything is believed of it: the Vitumob M-Pesa API, and Daraja's ways to tell an
 * outcome. A key that has to be there has its type; a key that is read if it is there is `unknown`, because a wrong type
 * in it must not hide the rest; every other key passes. What a value means (an empty id, a code with a fraction) is
 * plain code in the readers, so that each schema can be written as JSON Schema.
 *
 * Each schema is built at its first use, so that a page that only shows the widget does not pay for it. `z.config` is
 * never called: it is global to the page, and the page may use zod too.
 */

import { literal, looseObject, number, optional, string, union, unknown } from 'zod/mini';

function lazy<T>(build: () => T): () => T {
  let built: T | undefined;
  return () => (built ??= build());
}

const any = () => optional(unknown());

/** Daraja writes the same field as a string in one answer and as a number in the next. */
const text = () => union([string(), number()]);

/** `GET token`, both documented forms. */
export const tokenSchema = lazy(() =>
  looseObject({
    access_token: string(),
    /** Seconds. */
    expires_in: any(),
    /** Seconds since 1970. */
    expiring_time: any(),
    /** ISO 8601. */
    updated_at: any(),
  }),
);

/** `POST push`, accepted. */
export const pushSchema = lazy(() =>
  looseObject({
    payment_id: text(),
    daraja_response: looseObject({
      CheckoutRequestID: string(),
      MerchantRequestID: any(),
      ResponseCode: union([literal('0'), literal(0)]),
    }),
  }),
);

/** `POST push`, answered by Daraja with any `ResponseCode`. */
export const responseCodeSchema = lazy(() => looseObject({ daraja_response: looseObject({ ResponseCode: text() }) }));

/** `POST push` without a token. */
export const tokenMissingSchema = lazy(() => looseObject({ error: literal('Access token not provided') }));

/** Daraja's error. */
export const darajaErrorSchema = lazy(() => looseObject({ errorCode: text(), errorMessage: any(), requestId: any() }));

/** The error of Apigee, the gateway in front of Daraja. */
export const faultSchema = lazy(() => looseObject({ faultstring: string(), detail: any() }));

/** An object that may hold an error of Daraja's; {@link darajaErrorSchema} and {@link faultSchema} judge what it holds. */
export const errorHolderSchema = lazy(() => looseObject({ daraja_error: any(), daraja_response: any(), fault: any() }));

/** `null`: a row of the merchant's whose outcome is not known yet. */
const resultCode = () => union([string(), number(), literal(null)]);

const result = () => ({
  MerchantRequestID: any(),
  CheckoutRequestID: any(),
  ResultCode: resultCode(),
  ResultDesc: any(),
  CallbackMetadata: any(),
});

/** The callback as Daraja posts it. */
export const callbackSchema = lazy(() => looseObject({ Body: looseObject({ stkCallback: looseObject(result()) }) }));

/** The callback without its envelope, as functions often store it. */
export const stkCallbackSchema = lazy(() => looseObject({ stkCallback: looseObject(result()) }));

/** The answer to an STK query, or what `stkCallback` holds. */
export const querySchema = lazy(() => looseObject({ ...result(), ResponseCode: any() }));

/** The merchant's own object. */
export const flatSchema = lazy(() =>
  looseObject({
    result_code: resultCode(),
    result_desc: any(),
    mpesa_receipt_number: any(),
    checkout_request_id: any(),
    CallbackMetadata: any(),
  }),
);

/** Any object: what stands beside a result, and may contradict it. */
export const rowSchema = lazy(() => looseObject({}));
