/**
 * What the wire must look like before anything is believed of it: the Vitumob M-Pesa API and Daraja's ways of telling
 * an outcome. A shape names what has to be there; all else is let through as `unknown`. Each schema is built at its
 * first use, so that a page that only shows the widget does not pay for it; `z.config` is never called, being shared
 * with the page's own zod.
 */

import { looseObject, string } from 'zod/mini';

function lazy<T>(build: () => T): () => T {
  let built: T | undefined;
  return () => (built ??= build());
}

/** `GET token`, both documented forms. */
export const tokenSchema = lazy(() => looseObject({ access_token: string() }));

/** `POST push`, accepted. */
export const pushSchema = lazy(() =>
  looseObject({ payment_id: string(), daraja_response: looseObject({ CheckoutRequestID: string() }) }),
);

/** Daraja's error. */
export const darajaErrorSchema = lazy(() => looseObject({ errorCode: string() }));

/** The callback as Daraja posts it. */
export const callbackSchema = lazy(() => looseObject({ Body: looseObject({ stkCallback: looseObject({}) }) }));

/** Any object: the answer to an STK query and the flat shape are told apart by their keys. */
export const objectSchema = lazy(() => looseObject({}));
