import type { ResultCode } from './result-codes.js';
import type { PushScript } from './scripts.js';

/** One STK push that Daraja accepted, and what its customer sees of it. */
export interface Prompt {
  /** The CheckoutRequestID. */
  readonly id: string;
  readonly merchantRequestId: string;
  /** `2547XXXXXXXX` or `2541XXXXXXXX`. */
  readonly phone: string;
  /** Who asks for the money, as the customer reads it. */
  readonly business: string;
  /** Whole Kenyan shillings. */
  readonly amount: number;
  /** Daraja's AccountReference: the customer reads it. */
  readonly reference: string;
  readonly callbackUrl: string;
  readonly script: PushScript;
  /** Epoch milliseconds. */
  readonly openedAt: number;
  readonly lapsesAt: number;
  /** Whether the phone shows it now. */
  open: boolean;
  /** Set once the outcome is there. */
  resultCode?: ResultCode;
  receipt?: string;
  /** Nairobi time of the payment, `YYYYMMDDHHmmss`. */
  paidAt?: string;
}

/** What a push must say to become a prompt. */
export type NewPrompt = Pick<Prompt, 'phone' | 'business' | 'amount' | 'reference' | 'callbackUrl' | 'script'>;

/** What a person does with a prompt. */
export type HandsetAction =
  | { readonly action: 'approve'; readonly pin: string }
  | { readonly action: 'cancel' }
  | { readonly action: 'ignore'; readonly after_ms?: number | undefined }
  | { readonly action: 'answer'; readonly result_code: ResultCode };

/** A simulated phone. */
export interface Handset {
  readonly phone: string;
  /** The M-Pesa PIN that it takes for right. */
  pin: string;
  /** M-Pesa balance in Kenyan shillings. */
  balance: number;
  /** Off or out of coverage: a push ends with 1037 and nothing is shown. */
  reachable: boolean;
}

/** A payment that a person made from the phone's own M-Pesa menu, without any prompt. */
export interface MenuPayment {
  /** The receipt number, Daraja's TransID. */
  readonly receipt: string;
  readonly phone: string;
  /** The Pay Bill or till number. */
  readonly shortcode: string;
  /** The account number as typed; undefined for a till, which has none. */
  readonly account: string | undefined;
  /** Who got the money, as the customer reads it. */
  readonly business: string;
  /** Whole Kenyan shillings. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly at: number;
}
