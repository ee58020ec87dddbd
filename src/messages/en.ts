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
  /** In place of the one before, on the phone that the request may go to. */
  promptedHere: 'The request to {phone} will cover this page. Enter your PIN to pay {amount}{to}, then come back here.',
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
  manual: 'Or pay from the M-Pesa menu',
  /** A line for each step. */
  payBillMenu: 'On your phone, open M-Pesa.\nChoose Lipa na M-Pesa.\nThen Pay Bill.',
  buyGoodsMenu: 'On your phone, open M-Pesa.\nChoose Lipa na M-Pesa.\nThen Buy Goods and Services.',
  businessNumber: 'Business no.',
  accountNumber: 'Account no.',
  tillNumber: 'Till no.',
  manualPin: 'Enter your M-Pesa PIN, and check the name before you send.',
  manualWatched: 'Once you have paid, this page shows it.',
  manualSms: 'Keep the M-Pesa SMS, and show it to the shop.',
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
  /** In place of the one before, while the request may be open, of which the answer was lost. */
  unconfirmedOpen:
    'If your phone asks for {amount}, enter your PIN. You may have paid already: look for an M-Pesa SMS.',
  listening: 'We are still checking.',
  notListening: 'We have stopped checking for now.',
  noSms: 'No SMS, and the same M-Pesa balance? Then try again.',
  configuration: 'Ask the shop: M-Pesa is not set up correctly here. Nothing was charged.',
  offline: 'Connect and try again. You were offline. Nothing was charged.',
  token: 'Try again. The payment service is not available. Nothing was charged.',
  rejected: 'Check the number, or try again later. The request was not accepted. Nothing was charged.',
  cancelled: 'Try again when you are ready. You closed the M-Pesa request. Nothing was charged.',
  'insufficient-funds':
    'Top up or use Fuliza, then try again. There is not enough in M-Pesa for {amount}. Nothing was charged.',
  'wrong-pin':
    'Try again, and enter your M-Pesa PIN on your phone. That PIN was not accepted. Nothing was charged. Too many wrong tries lock M-Pesa.',
  unreachable:
    'Switch your phone on, unlock it and find a signal, then try again. The request to {phone} was not answered.',
  expired: 'Try again when you are ready. The request timed out before you answered.',
  busy: 'Finish or close the other M-Pesa request on this number, wait two minutes, then try again.',
  limit: 'Use another number, or try again tomorrow. This passes your M-Pesa limit for one payment or for today.',
  declined: 'Try again, or use another number. M-Pesa declined this payment.',
};

export type Messages = { readonly [Key in keyof typeof en]: string };
