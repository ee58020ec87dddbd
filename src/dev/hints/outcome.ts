/** What became of the payment. A customer who cancels, waits too long or has too little is no setting, and has no hint. */

import type { Rule } from './hint.js';
import { result, showResultCode } from './matchers.js';

/** Safaricom's test number in the sandbox: it never answers. */
const SANDBOX_PHONE = '254708374149';

/** What the customer did or did not do, and M-Pesa being busy. */
const NOT_A_SETTING = result(1, 26, 1001, 1019, 1031, 1032, 1036, 1037);

export const OUTCOME_RULES: readonly Rule[] = [
  {
    name: 'no-status-url',
    type: 'push-success',
    symptom: '`push-success` without `status-url`',
    applies: ({ setup }) => !setup.statusUrl,
    meaning: 'The prompt is on its way, but this page will not learn the outcome.',
    cause: '`status-url` is not set.',
    certain: true,
    fix: 'Set it, or hand the outcome to settle(). If only your server needs the outcome, ignore this hint.',
  },
  {
    name: 'transaction-type',
    type: 'payment-failure',
    symptom: 'result code 2028',
    applies: result(2028),
    about: showResultCode,
    meaning: 'M-Pesa does not allow this payment for the product.',
    cause: 'TransactionType and PartyB do not fit the shortcode.',
    certain: false,
    fix: 'Pay Bill: CustomerPayBillOnline, with the Pay Bill number as PartyB. Till: CustomerBuyGoodsOnline, with the till as PartyB and the store number as BusinessShortCode.',
  },
  {
    name: 'initiator',
    type: 'payment-failure',
    symptom: 'result code 2001',
    applies: result(2001),
    about: showResultCode,
    meaning: 'The customer typed a wrong PIN. M-Pesa calls that "The initiator information is invalid".',
    cause:
      'None of your settings: an STK push has no initiator. (In B2C the same code means wrong operator credentials.)',
    certain: false,
    fix: 'Nothing.',
  },
  {
    name: 'sandbox-phone',
    type: 'payment-failure',
    symptom: 'result code 1037 for 254708374149',
    applies: (incident) => result(1037)(incident) && incident.phone === SANDBOX_PHONE,
    about: showResultCode,
    meaning: "Nobody answered the prompt: the sandbox's test number never does.",
    cause: "You pay with Safaricom's test number.",
    certain: true,
    fix: 'Use it to test the timeout. For all other outcomes use the demo, or `vitumob-pay/testing`.',
  },
  {
    name: 'prompt-text',
    type: 'payment-failure',
    symptom: 'result codes 1025 and 9999',
    applies: result(1025, 9999),
    about: showResultCode,
    meaning: 'M-Pesa could not send the prompt.',
    cause: 'M-Pesa had a fault, or the text of the prompt is too long (182 characters have been reported).',
    certain: false,
    fix: 'Keep AccountReference to 12 characters and TransactionDesc to 13.',
  },
  {
    name: 'rule-17',
    type: 'payment-failure',
    symptom: 'result code 17',
    applies: result(17),
    about: showResultCode,
    meaning: 'A rule of M-Pesa stopped the payment. The sources disagree on which rule.',
    cause:
      'The customer paid the same amount to the same shortcode within two minutes, or the shortcode has reached a limit.',
    certain: false,
    fix: 'During tests, change the amount or wait two minutes.',
  },
  {
    name: 'amount-limit',
    type: 'payment-failure',
    symptom: 'result codes 2, 3, 4 and 8',
    applies: result(2, 3, 4, 8),
    about: showResultCode,
    meaning:
      'The amount is below the minimum (2), above the limit of one payment (3) or of the day (4), or your account is full (8).',
    cause: "The amount, the customer's other payments of the day, or the balance of your shortcode.",
    certain: false,
    fix: "Set max-amount to M-Pesa's present limit. For 8, move money out of your account.",
  },
  {
    name: 'operator-unknown',
    type: 'payment-failure',
    symptom: 'result code SFC_IC0003',
    applies: result('SFC_IC0003'),
    about: showResultCode,
    meaning: 'M-Pesa does not know the operator or till.',
    cause: 'PartyB is not a till of this shortcode.',
    certain: false,
    fix: 'Send the till number as PartyB, and its store number as BusinessShortCode.',
  },
  {
    name: 'sandbox-real-phone',
    type: 'payment-failure',
    symptom: 'result code E3008',
    applies: result('E3008'),
    about: showResultCode,
    meaning: 'The sandbox refused a real phone number.',
    cause:
      'The sandbox sometimes refuses real numbers, and sometimes prompts them and charges KES 1. The reports differ.',
    certain: false,
    fix: "Test with Safaricom's test number, or with the demo. Real numbers need a live app.",
  },
  {
    name: 'result-code',
    type: 'payment-failure',
    symptom: 'a result code that the widget does not know',
    applies: (incident) => !NOT_A_SETTING(incident),
    about: showResultCode,
    meaning: 'M-Pesa declined the payment.',
    cause: 'Nobody has documented this code.',
    certain: false,
    fix: "Read resultDesc in this event's detail, and ask Safaricom with the CheckoutRequestID.",
  },
  {
    name: 'no-outcome',
    type: 'payment-unconfirmed',
    symptom: '`payment-unconfirmed`',
    applies: () => true,
    meaning: 'status-url told no outcome until a minute after the prompt had expired.',
    cause:
      "Daraja's callback did not reach the backend (CallBackURL has to be public https), or status-url answers in none of the three shapes.",
    certain: false,
    fix: 'If no callback came, query Daraja from the backend. Look at what status-url answers (docs/outcomes.md).',
  },
];
