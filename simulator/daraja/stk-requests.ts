import { z } from 'zod/mini';

/** The most that M-Pesa moves in one payment, in whole shillings. */
const MAX_AMOUNT_KES = 250_000;

const digits = (pattern: RegExp) =>
  z.pipe(
    z.union([z.string(), z.int()]),
    z.pipe(
      z.transform((value: string | number) => String(value)),
      z.string().check(z.regex(pattern)),
    ),
  );

/** A Pay Bill or till number. */
export const shortcodeSchema = digits(/^\d{5,7}$/);
const phone = digits(/^254[17]\d{8}$/);
const timestamp = digits(/^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/);
const password = z.string().check(z.regex(/^[A-Za-z0-9+/]+=*$/));

/** The body of `/mpesa/stkpush/v1/processrequest`. */
export const pushRequestSchema = z.object({
  BusinessShortCode: shortcodeSchema,
  Password: password,
  Timestamp: timestamp,
  TransactionType: z.enum(['CustomerPayBillOnline', 'CustomerBuyGoodsOnline']),
  Amount: z.pipe(digits(/^[1-9]\d{0,6}$/), z.pipe(z.transform(Number), z.number().check(z.lte(MAX_AMOUNT_KES)))),
  PartyA: phone,
  PartyB: shortcodeSchema,
  PhoneNumber: phone,
  CallBackURL: z.url({ protocol: /^https?$/ }),
  AccountReference: z.string().check(z.minLength(1), z.maxLength(12)),
  TransactionDesc: z.string().check(z.minLength(1), z.maxLength(13)),
});

/** The body of `/mpesa/stkpushquery/v1/query`. */
export const queryRequestSchema = z.object({
  BusinessShortCode: shortcodeSchema,
  Password: password,
  Timestamp: timestamp,
  CheckoutRequestID: z.string().check(z.minLength(1), z.maxLength(64)),
});
