/**
 * Daraja's C2B: the merchant registers where payments from the phone's own menu are confirmed, and each such payment is posted
 * there. The field names are those of Safaricom's documentation, the misspelt `OriginatorCoversationID` included.
 */
import { z } from 'zod/mini';
import { nairobiTimestamp } from '../nairobi-time.js';
import type { MenuPayment } from './prompt.js';
import { shortcodeSchema } from './stk-requests.js';

const url = z.url({ protocol: /^https?$/ });

/** The body of `/mpesa/c2b/v2/registerurl`. The validation URL is never asked: Safaricom turns that on by hand. */
export const registerUrlSchema = z.object({
  ShortCode: shortcodeSchema,
  ResponseType: z.enum(['Completed', 'Cancelled']),
  ConfirmationURL: url,
  ValidationURL: z.optional(url),
});

/** What Daraja posts of a payment: everything a string, and the payer's number masked, as version 2 does. */
export function confirmationBody({ receipt, phone, shortcode, account, amount, at }: MenuPayment): unknown {
  return {
    TransactionType: account === undefined ? 'Buy Goods' : 'Pay Bill',
    TransID: receipt,
    TransTime: nairobiTimestamp(at),
    TransAmount: amount.toFixed(2),
    BusinessShortCode: shortcode,
    BillRefNumber: account ?? '',
    InvoiceNumber: '',
    OrgAccountBalance: '49197.00',
    ThirdPartyTransID: '',
    MSISDN: phone.replace(/^(\d{5})\d{4}/, '$1****'),
    FirstName: 'Amina',
    MiddleName: '',
    LastName: '',
  };
}
