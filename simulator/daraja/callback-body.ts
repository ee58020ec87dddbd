import type { Prompt } from './prompt.js';
import { resultDesc } from './result-codes.js';

/**
 * What Daraja posts to the merchant: metadata on success only, `Balance` without a `Value`, dates and numbers as numbers.
 * Nothing in it was chosen by the merchant.
 */
export function callbackBody(prompt: Prompt): unknown {
  const { resultCode = 4999, receipt, paidAt } = prompt;
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: prompt.merchantRequestId,
        CheckoutRequestID: prompt.id,
        ResultCode: resultCode,
        ResultDesc: resultDesc(resultCode, 'callback'),
        ...(receipt !== undefined && {
          CallbackMetadata: {
            Item: [
              { Name: 'Amount', Value: prompt.amount },
              { Name: 'MpesaReceiptNumber', Value: receipt },
              { Name: 'Balance' },
              { Name: 'TransactionDate', Value: Number(paidAt) },
              { Name: 'PhoneNumber', Value: Number(prompt.phone) },
            ],
          },
        }),
      },
    },
  };
}
