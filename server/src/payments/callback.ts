import { z } from 'zod';
import { parseResultCode } from '../../../src/model/outcome.js';
import { fail, json } from '../http/answers.js';
import { sha256 } from '../keys.js';
import { redact } from '../redact.js';
import type { OrderTransaction } from '../stores/store.js';
import { record, type Context } from './context.js';
import { nameOf } from './push.js';

export const ACCEPTED = { ResultCode: 0, ResultDesc: 'Accepted' } as const;

const item = z.object({ Name: z.string(), Value: z.union([z.string(), z.number()]).optional() });
const callbackSchema = z.object({
  Body: z.object({
    stkCallback: z.object({
      MerchantRequestID: z.string().max(128).catch(''),
      CheckoutRequestID: z.string().trim().min(1).max(128),
      ResultCode: z.union([z.string(), z.number()]).transform((value, context) => {
        const code = parseResultCode(value);
        if (code !== undefined) return code;
        context.addIssue('no result code');
        return z.NEVER;
      }),
      ResultDesc: z.string().catch(''),
      CallbackMetadata: z
        .object({ Item: z.array(z.unknown()) })
        .optional()
        .catch(undefined),
    }),
  }),
});

/**
 * Takes a callback that came to an attempt's own address: stores it, answers, and lets the query find out whether it is
 * true. Daraja was seen to call once, and not again after an error.
 */
export async function handleCallback(context: Context, attemptId: string, text: string): Promise<Response> {
  const { store, clock, metrics, log } = context;
  const parsed = callbackSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    metrics.count('callbacks', 'junk');
    return fail(400, 'The body has to be an STK callback of Daraja’s');
  }
  const { MerchantRequestID, CheckoutRequestID, ResultCode, ResultDesc, CallbackMetadata } =
    parsed.data.Body.stkCallback;
  const named = new Map<string, string | number>();
  for (const entry of CallbackMetadata?.Item ?? []) {
    const { data } = item.safeParse(entry);
    if (data?.Value !== undefined) named.set(data.Name, data.Value);
  }
  const receipt = named.get('MpesaReceiptNumber');
  const amount = named.get('Amount');
  const hint = {
    code: ResultCode,
    desc: redact(ResultDesc),
    receipt: receipt === undefined ? null : String(receipt).slice(0, 64),
    amount: amount === undefined ? null : Number(amount),
  };

  const digest = await sha256(text);
  try {
    const attempt = await store.attempt(attemptId);
    // The address is ours, so the row was there: it has been taken out of the database since.
    if (!attempt) return json(200, ACCEPTED);
    const keep = async (tx: OrderTransaction): Promise<void> => {
      const current = (await tx.attempt(attemptId)) ?? attempt;
      await tx.addCallback({
        attemptId,
        digest,
        // What counts of it; the payer's number is not kept.
        body: JSON.stringify({
          MerchantRequestID,
          CheckoutRequestID,
          ResultCode,
          ResultDesc: hint.desc,
          MpesaReceiptNumber: hint.receipt,
          Amount: hint.amount,
          TransactionDate: named.get('TransactionDate') ?? null,
        }),
        receivedAt: clock.now(),
      });
      const owner = await tx.attemptWith(CheckoutRequestID);
      const foreign = current.checkoutRequestId !== null && current.checkoutRequestId !== CheckoutRequestID;
      if (foreign || (owner !== undefined && owner !== attemptId)) {
        metrics.count('callbacks', 'foreign');
        log.warn({ attempt: attemptId }, 'a callback named another payment: stored and ignored');
        return;
      }
      metrics.count('callbacks', 'taken');
      await record(context, tx, current, { kind: 'callback', checkoutRequestId: CheckoutRequestID, ...hint });
    };
    // Of two callbacks that name one new id at once, one fails, and finds the id taken when it comes again.
    await store.withOrder(attempt.orderId, keep).catch(() => store.withOrder(attempt.orderId, keep));
  } catch (error) {
    log.error({ attempt: attemptId, error: nameOf(error) }, 'a callback could not be stored');
    return fail(503, 'The callback could not be stored; send it again');
  }
  await context.step('callback-stored');
  return json(200, ACCEPTED);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
