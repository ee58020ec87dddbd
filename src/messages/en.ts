/**
 * English, and the shape of every other table. `{amount}`, `{phone}`, `{business}`, `{order}`, `{time}` and `{seconds}`
 * are filled in, `{to}` and `{account}` by the texts of these names: if the business is known, and if the order is short
 * enough to be the prompt's reference. "Nothing was charged" is said only if that is certain.
 */
export const en = {
  /** Which way the texts are written: `ltr` or `rtl`. */
  dir: 'ltr',
  heading: 'Pay with M-Pesa',
  amount: '{amount}',
  to: 'to {business}',
  account: ', account {order}',
  phoneLabel: 'M-Pesa phone number',
  phoneHint: 'For example 0712\u00A0345\u00A0678',
  phoneError: 'Enter a Kenyan mobile number, such as 0712\u00A0345\u00A0678.',
  pay: 'Pay {amount}',
  requesting: 'Sending…',
  tryAgain: 'Try again',
  sendAgainIn: 'Send again in {time}',
  /** The same for a screen reader, which would repeat a name that ticks. */
  sendAgainLater: 'Send again later',
  sendAgainWhy: 'So that you cannot pay twice',
  previewTitle: 'Your phone will ask',
  preview: 'Pay {amount}{to}{account}? Enter M-Pesa PIN.',
  previewCheck: 'If it says anything else, cancel it.',
  pinSafety: 'We never ask for your PIN on this page.',
  promptedTitle: 'Check your phone',
  prompted: 'Unlock {phone} and enter your M-Pesa PIN there to pay {amount}{to}.',
  held: 'The request may stay open for {time}.',
  secondsLeft: '{seconds} seconds left.',
  cures: 'Nothing on your phone?',
  curesList:
    'Is it on and unlocked, with a signal?\nClose any other M-Pesa menu on it.\nOld SIM: dial *234#, then M-Pesa products, then SIM update.\neSIM: the request may not show. Call Safaricom on 100, or use another number.',
  wrongNumber: 'Wrong number?',
  wrongNumberCancel: 'If you have that phone, cancel the request on it.',
  wrongNumberWait: 'You can use another number in {time}.',
  /** In place of the one before, if the widget learns of a cancellation. */
  wrongNumberEither: 'You can use another number once it is cancelled, or in {time}.',
  paidTitle: 'Paid. Thank you!',
  paidAmount: 'Amount',
  paidReceipt: 'Receipt',
  paidPhone: 'Paid from',
  paidTime: 'When',
  paidSms: 'M-Pesa sends the receipt by SMS.',
  copy: 'Copy',
  copied: 'Copied',
  failedTitle: 'Not paid',
  unconfirmedTitle: 'We can’t tell yet',
  unconfirmed:
    'You may have paid. Look for an M-Pesa SMS before you pay again. If you ask the shop, quote order {order}.',
  listening: 'We are still checking.',
  notListening: 'We have stopped checking for now.',
  noSms: 'No SMS, and the same M-Pesa balance? Then try again.',
  configuration: 'M-Pesa is not set up correctly in this shop. Nothing was charged.',
  offline: 'You are offline. Nothing was charged. Connect and try again.',
  token: 'The payment service is not available. Nothing was charged. Try again.',
  rejected: 'The request was not accepted. Nothing was charged. Check the number, or try again later.',
  cancelled: 'You closed the M-Pesa request. Nothing was charged.',
  'insufficient-funds':
    'There is not enough in M-Pesa for {amount}. Nothing was charged. Top up or use Fuliza, then try again.',
  'wrong-pin': 'That PIN was not accepted. Nothing was charged. Too many wrong tries lock M-Pesa.',
  unreachable: 'We could not reach {phone}. Is it on, unlocked and in coverage?',
  expired: 'The request timed out before you answered. Try again when you are ready.',
  busy: 'Another M-Pesa request is open on this number. Finish or close it, wait two minutes, then try again.',
  limit: 'This passes your M-Pesa limit for one payment or for today. Use another number, or try again tomorrow.',
  declined: 'M-Pesa declined this payment. Try again, or use another number.',
};

export type Messages = { readonly [Key in keyof typeof en]: string };
