/** A Daraja `ResultCode`: mostly a number, sometimes a string such as `SFC_IC0003`. */
export type ResultCode = number | string;

interface ResultTexts {
  readonly callback: string;
  /** Where the STK query words it differently; seen for 1037. */
  readonly query?: string;
}

/** The texts that Daraja sends with its codes. They are for people: a program reads the code alone. */
const TEXTS: Readonly<Record<string, ResultTexts>> = {
  '0': { callback: 'The service request is processed successfully.' },
  '1': { callback: 'The balance is insufficient for the transaction.' },
  '2': { callback: 'The amount is below the minimum.' },
  '3': { callback: 'The amount is above the maximum for one transaction.' },
  '4': { callback: 'The amount would exceed the daily transfer limit.' },
  '8': { callback: 'The amount would exceed the maximum balance of the receiver.' },
  '17': { callback: 'System internal error.' },
  '26': { callback: 'System busy. The service request is rejected.' },
  '1001': { callback: 'Unable to lock subscriber, a transaction is already in process for the current subscriber' },
  '1019': { callback: 'Transaction has expired' },
  '1025': { callback: 'An error occurred while sending a push request' },
  '1031': { callback: 'Request cancelled by user' },
  '1032': { callback: 'Request cancelled by user' },
  '1036': { callback: 'SMSC ACK timeout.' },
  '1037': { callback: 'No response from user.', query: 'DS timeout user cannot be reached' },
  '2001': { callback: 'The initiator information is invalid.' },
  '4999': { callback: 'The transaction is still under processing' },
  '9999': { callback: 'An error occurred while sending a push request' },
};

/** The codes where nothing is ever seen on the phone. */
const NEVER_SHOWN: ReadonlySet<string> = new Set(['17', '26', '1001', '1025', '1036', '1037', '9999']);

/** Daraja's own wording for a code, as the callback or the query gives it. */
export function resultDesc(code: ResultCode, where: 'callback' | 'query'): string {
  const texts = TEXTS[String(code)];
  if (!texts) return 'The request could not be completed.';
  return where === 'query' ? (texts.query ?? texts.callback) : texts.callback;
}

/** Whether a push that is going to end with this code shows a prompt first. */
export function showsPrompt(code: ResultCode): boolean {
  return !NEVER_SHOWN.has(String(code));
}
