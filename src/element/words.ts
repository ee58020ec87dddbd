/** The customer's words, with what is known filled in. */

import { en } from '../messages/en.js';
import { fill, formatAmount, formatTime, messagesFor, type Messages } from '../messages/index.js';
import { isAmount } from '../model/amount.js';
import type { Snapshot } from '../checkout/checkout.js';
import { promptPossible, type PushFailureReason } from '../model/failure.js';
import type { PaymentFailureReason } from '../model/outcome.js';
import { formatPhone } from '../model/phone.js';
import type { CheckoutState } from '../model/state.js';
import type { Screen, TextKey } from './screen.js';

export type Words = (key: TextKey) => string;

/** What the page says of the order and its texts. */
export interface WordsHost {
  readonly orderId: string;
  readonly amount: string;
  readonly business: string;
  readonly messages: Partial<Messages>;
  /** Milliseconds. */
  readonly promptWindow: number;
}

/** A newer version in another tab may have stored a reason that this one does not know. */
export function reasonText(reason: PushFailureReason | PaymentFailureReason): TextKey {
  if (promptPossible(reason)) return 'unconfirmed';
  switch (reason) {
    case 'token-unavailable':
    case 'token-missing':
    case 'token-expired':
      return 'token';
    default:
      return Object.hasOwn(en, reason) ? reason : 'declined';
  }
}

/** Keeps the place of a number before there is an attempt. */
const SAMPLE_PHONE = '254712345678';

/** Of Daraja's AccountReference, in characters. */
const MAX_REFERENCE_LENGTH = 12;

export function wordsOf(host: WordsHost, language: string, { state, lockedForMs }: Snapshot, screen: Screen): Words {
  const table = messagesFor(language);
  const text = (key: TextKey): string => {
    // Whatever a page sets: only a text can take a text's place.
    const own: unknown = host.messages[key];
    return typeof own === 'string' ? own : table[key];
  };
  const attempt = 'attempt' in state ? state.attempt : undefined;
  const amount = shownAmount(host, state);
  const values: Record<string, string> = {
    amount: isAmount(amount) ? formatAmount(amount, language) : '',
    phone: phoneText(attempt?.phone || SAMPLE_PHONE),
    business: host.business,
    order: host.orderId,
    // Before the push is answered nobody knows when the prompt's time begins; it is about now.
    time: formatTime(state.name === 'requesting' ? host.promptWindow : lockedForMs),
    seconds: String(screen.seconds ?? ''),
  };
  if (host.business) values['to'] = ` ${fill(text('to'), values)}`;
  // Daraja takes no longer reference: what the phone would show of this one is for the backend to say.
  if (host.orderId.length <= MAX_REFERENCE_LENGTH) values['account'] = fill(text('account'), values);
  return (key) => fill(text(key), values);
}

/** What was or will be paid. After a failure it is the amount of the next attempt that matters. */
export function shownAmount(host: Pick<WordsHost, 'amount'>, state: CheckoutState): string {
  return ('attempt' in state && state.name !== 'failed' && state.attempt.amount) || host.amount;
}

/** With spaces that neither break a line nor, on a page from right to left, the order of the groups. */
export function phoneText(msisdn: string): string {
  return formatPhone(msisdn).replaceAll(' ', '\u00A0');
}

/** What a screen reader says of a screen. */
export function spoken({ announcement, receipt }: Screen, words: Words): string {
  const [title, ...rest] = announcement.map(words);
  if (receipt) return `${words('paidTitle')} ${receipt.number ?? words('paidSms')}`;
  return rest.length ? `${title}. ${rest.join(' ')}` : (title ?? '');
}
