import { z } from 'zod/mini';
import { maskPhone, parsePhone } from '../../src/client/index.js';
import type { CheckoutResult } from './payment-store.js';

const callbackSchema = z.object({
  Body: z.object({
    stkCallback: z.object({
      MerchantRequestID: z.string(),
      CheckoutRequestID: z.string().check(z.minLength(1)),
      ResultCode: z.union([z.int(), z.string().check(z.minLength(1))]),
      ResultDesc: z.string(),
      CallbackMetadata: z.optional(
        z.object({ Item: z.array(z.object({ Name: z.string(), Value: z.optional(z.unknown()) })) }),
      ),
    }),
  }),
});

/** A callback as its result; undefined for what is no callback. Items are found by name, and may lack a value. */
export function parseCallback(body: unknown): CheckoutResult | undefined {
  const parsed = z.safeParse(callbackSchema, body);
  if (!parsed.success) return undefined;
  const { MerchantRequestID, CheckoutRequestID, ResultCode, ResultDesc, CallbackMetadata } =
    parsed.data.Body.stkCallback;
  const receipt = CallbackMetadata?.Item.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value;
  return {
    checkoutRequestId: CheckoutRequestID,
    merchantRequestId: MerchantRequestID,
    resultCode: ResultCode,
    resultDesc: ResultDesc,
    paid: String(ResultCode) === '0',
    receipt: typeof receipt === 'string' ? receipt : undefined,
    callback: body,
  };
}

/** A copy of a callback that may be shown: the payer's number masked. */
export function maskCallback(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('Name' in value) || value.Name !== 'PhoneNumber')
        return value;
      return { Name: 'PhoneNumber', Value: 'Value' in value ? maskNumber(String(value.Value)) : null };
    }),
  ) as unknown;
}

/** A number that may be shown: a Kenyan one so that its owner knows it, of any other nothing. */
export function maskNumber(written: string): string {
  const parsed = parsePhone(written);
  return 'msisdn' in parsed ? maskPhone(parsed.msisdn) : '*'.repeat(written.length);
}
