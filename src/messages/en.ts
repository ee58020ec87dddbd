/**
 * English, and the shape of every other table. `{amount}`, `{phone}`, `{business}`, `{order}` and `{time}` are filled
 * in, and `{to}` by the text of that name where the business is known. A reason's text is found by the reason's name, and
 * all reasons that begin with `token` have one.
 * "Nothing was charged" is said only where that is certain.
 */
export const en = {
  heading: 'Pay with M-Pesa',
  amount: '{amount}',
  to: 'to {business}',
  phoneLabel: 'M-Pesa phone number',
  phoneHint: 'For example 0712 345 678',
  phoneError: 'Enter a Kenyan mobile number, such as 0712 345 678.',
  pay: 'Pay {amount}',
  requesting: 'Sending…',
  tryAgain: 'Try again',
  sendAgainIn: 'Send again in {time}',
  previewTitle: 'Your phone will ask',
  preview: 'Pay {amount}{to}? Enter M-Pesa PIN.',
  previewCheck: 'If it says anything else, cancel it.',
  pinSafety: 'We never ask for your PIN on this page.',
  promptedTitle: 'Check your phone',
  prompted: 'Unlock {phone} and enter your M-Pesa PIN to pay {amount}{to}.',
  held: 'It may stay open for {time}. We send no other until then, so that you cannot pay twice.',
  heldNoMore: 'Nothing there? Try again, or use another number.',
  paidTitle: 'Paid. Thank you!',
  paidAmount: 'Amount',
  paidReceipt: 'M-Pesa receipt',
  paidPhone: 'Paid from',
  failedTitle: 'Not paid',
  unconfirmedTitle: 'We can’t tell yet',
  unconfirmed: 'You may have paid. Look for an M-Pesa SMS before you pay again. Your order is {order}.',
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
  limit: 'This passes your M-Pesa limit for one payment or for today.',
  declined: 'M-Pesa declined this payment. Try again, or use another number.',
};

export type Messages = { readonly [Key in keyof typeof en]: string };
