/**
 * English, and the shape of every other table. `{amount}`, `{phone}`, `{business}`, `{order}` and `{time}` are filled
 * in. "Nothing was charged" is said only where that is certain.
 */
export const en = {
  heading: 'Pay with M-Pesa',
  phoneLabel: 'M-Pesa phone number',
  phoneHint: 'The phone that will pay, such as 0712 345 678',
  phoneMissing: 'Enter the M-Pesa number that will pay.',
  phoneInvalid: 'This is not a Kenyan mobile number. Write it like 0712 345 678.',
  pay: 'Pay {amount}',
  requesting: 'Sending the request to your phone…',
  tryAgain: 'Try again',
  sendAgain: 'Send again',
  sendAgainIn: 'Send again in {time}',
  wait: 'Please wait',
  previewTitle: 'Your phone will ask',
  preview: 'Pay {amount} to {business}? Enter your M-Pesa PIN.',
  previewPlain: 'Pay {amount}? Enter your M-Pesa PIN.',
  previewCheck: 'If it says anything else, cancel it.',
  pinSafety: 'We never ask for your PIN on this page.',
  promptedTitle: 'Check your phone',
  prompted: 'Unlock {phone} and enter your M-Pesa PIN to pay {amount}.',
  promptedTo: 'Unlock {phone} and enter your M-Pesa PIN to pay {amount} to {business}.',
  promptedEnds: 'The request is open for {time}.',
  promptedOver: 'Nothing on your phone? You can send the request again, or use another number.',
  secondsLeft: '{time} left to enter your PIN.',
  paidTitle: 'Paid. Thank you!',
  paidAmount: 'Amount',
  paidReceipt: 'M-Pesa receipt',
  paidPhone: 'Paid from',
  failedTitle: 'The payment did not go through',
  unconfirmedTitle: 'We can’t tell yet',
  unconfirmed:
    'You may or may not have paid. Look for an M-Pesa SMS before you pay again. Your order number is {order}.',
  configuration: 'This shop’s payment is not set up correctly. Nothing was charged.',
  offline: 'You are offline. Nothing was sent and nothing was charged. Connect and try again.',
  'token-unavailable': 'We could not reach the payment service. Nothing was charged. Try again in a moment.',
  'token-missing': 'The payment service refused the request. Nothing was charged. Try again.',
  'token-expired': 'The payment service refused the request. Nothing was charged. Try again.',
  rejected: 'M-Pesa did not take this request. Nothing was charged. Check the number and try again.',
  locked: 'Another M-Pesa request is open on this phone. Finish or close it, wait two minutes, then try again.',
  cancelled: 'You closed the M-Pesa request. Nothing was charged.',
  'insufficient-funds':
    'There is not enough in M-Pesa for {amount}. Nothing was charged. Top up or use Fuliza, then try again.',
  'wrong-pin': 'That PIN was not accepted. Nothing was charged. Too many wrong tries lock M-Pesa.',
  unreachable: 'We could not reach {phone}. Is it on, unlocked and in coverage?',
  expired: 'The request on your phone timed out before you answered. Try again when you are ready.',
  busy: 'M-Pesa is busy with another request on this number. Finish it, wait two minutes, then try again.',
  limit: 'This passes your M-Pesa limit for one payment or for today.',
  declined: 'M-Pesa declined this payment. Try again, or use another number.',
};

export type Messages = { readonly [Key in keyof typeof en]: string };
