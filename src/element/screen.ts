/** What a customer reads in each state, as keys of the texts. Pure: the view draws it and the words fill it in. */

import type { Snapshot } from '../checkout/checkout.js';
import type { Messages } from '../messages/index.js';
import type { CheckoutState, StateName } from '../model/state.js';
import { reasonText } from './words.js';

export type TextKey = keyof Messages;

/** `hidden`: it only keeps its place, so that nothing moves when it is shown or goes. */
type Presence = 'shown' | 'hidden' | 'absent';

export interface Receipt {
  /** M-Pesa's receipt number, if it is known. */
  readonly number: string | undefined;
  /** The number that paid; `''` if it is not known. */
  readonly phone: string;
  /** When it was paid: milliseconds since 1970; 0 if it is not known to the minute or two. */
  readonly since: number;
}

export interface Screen {
  readonly state: StateName;
  /** The number that was sent, in place of the field: no other can be sent now. What the customer can do if it is wrong. */
  readonly sent: { readonly phone: string; readonly wrongNumber: readonly TextKey[] } | undefined;
  /** What the phone is going to ask. */
  readonly preview: Presence;
  /** What is the matter, and what to do now. */
  readonly status: Presence;
  readonly title: TextKey;
  readonly body: TextKey;
  /** How much of the prompt's life is left, and what is said about it. */
  readonly life: { readonly max: number; readonly left: number; readonly says: readonly TextKey[] } | undefined;
  readonly button: TextKey;
  /** Blocks the button for some time: a name that does not tick, for screen readers, and the reason. */
  readonly wait: { readonly name: TextKey; readonly why: TextKey } | undefined;
  readonly blocked: boolean;
  readonly help: 'safety' | 'cures';
  /** The way to pay without a prompt: only if no prompt can be live. */
  readonly offersManual: boolean;
  /** Instead of field, status and button once paid. */
  readonly receipt: Receipt | undefined;
  /** What a screen reader says when it changes. */
  readonly announcement: readonly TextKey[];
  /** Seconds left that the announcement names. */
  readonly seconds: number | undefined;
}

/** Prompts have been seen to arrive within a few seconds; looking for one takes some more. */
const CURES_AFTER_MS = 20_000;

/** A screen reader names the time left only when these seconds are reached. */
const SPOKEN_SECONDS = [30, 60];

/**
 * @param asksForOutcome the widget has a URL at which it asks for the outcome
 * @param isOnPhone the prompt may cover this very page
 */
export function screenOf(snapshot: Snapshot, asksForOutcome: boolean, isOnPhone = false): Screen {
  const { state, lockedForMs: left, canPay, isPolling } = snapshot;
  const calm = state.name === 'idle' || state.name === 'requesting';
  const description = calm ? PROMPTED : describe(state, left);
  const { title, then } = description;
  const body = description === PROMPTED && isOnPhone ? 'promptedHere' : description.body;
  const lifeMs = 'liveUntil' in state ? state.liveUntil - state.since : 0;
  const seconds = left ? SPOKEN_SECONDS.find((each) => left <= each * 1000 && lifeMs > each * 1000) : undefined;
  const phone = sentTo(snapshot);
  const says: TextKey[] = [left || calm || !then ? 'held' : then];
  if (title === 'unconfirmedTitle' && asksForOutcome) {
    if (isPolling) says.push('listening');
    else if (!left) says.push('notListening');
  }
  const wrongNumber: TextKey[] = ['wrongNumberCancel', asksForOutcome ? 'wrongNumberEither' : 'wrongNumberWait'];
  return {
    state: state.name,
    sent: phone ? { phone, wrongNumber } : undefined,
    preview: calm ? 'shown' : state.name === 'prompted' ? 'hidden' : 'absent',
    status: calm ? 'hidden' : 'shown',
    title,
    body,
    life: then && { max: lifeMs || 1, left, says },
    button: buttonOf(state, canPay),
    wait: left ? { name: 'sendAgainLater', why: 'sendAgainWhy' } : undefined,
    blocked: !canPay,
    offersManual: snapshot.manualLockedForMs === 0,
    help: needsCures(state, lifeMs - left) ? 'cures' : 'safety',
    receipt:
      state.name === 'paid'
        ? {
            number: state.outcome.receipt,
            phone: state.promptUntil ? state.attempt.phone : '',
            since: state.since <= state.promptUntil ? state.since : 0,
          }
        : undefined,
    announcement: announcementOf(state, { title, body, then }, left, seconds),
    seconds,
  };
}

/** The number to which a prompt is on its way or may be live; `''` if there is none. */
export function sentTo({ state, lockedForMs }: Snapshot): string {
  switch (state.name) {
    case 'requesting':
      return state.attempt.phone;
    case 'prompted':
    case 'unconfirmed':
      return lockedForMs ? state.attempt.phone : '';
    case 'idle':
    case 'paid':
    case 'failed':
      return '';
  }
}

/** The `payment_id` of what was or may have been paid; `''` if it is not known. */
export function paymentIdOf(state: CheckoutState): string {
  return ('ids' in state && state.ids?.paymentId) || '';
}

interface Description {
  readonly title: TextKey;
  readonly body: TextKey;
  /** What to do once no prompt can be on the phone any more, if one was. */
  readonly then?: TextKey | undefined;
}

const PROMPTED: Description = { title: 'promptedTitle', body: 'prompted', then: 'noSms' };
const UNCONFIRMED: Description = { title: 'unconfirmedTitle', body: 'unconfirmed', then: 'noSms' };

function describe(state: Exclude<CheckoutState, { name: 'idle' | 'requesting' }>, left: number): Description {
  switch (state.name) {
    case 'prompted':
      // A prompt of which nothing was heard since may well have been paid.
      return left ? PROMPTED : UNCONFIRMED;
    case 'unconfirmed':
      return left ? { ...UNCONFIRMED, body: 'unconfirmedOpen' } : UNCONFIRMED;
    case 'failed':
      // Refused in favour of another push of the order, which may have been paid.
      if (state.reason === 'rejected' && state.successPossibleUntil)
        return { title: 'unconfirmedTitle', body: 'unconfirmed' };
      return { title: 'failedTitle', body: state.busy ? 'busy' : reasonText(state.reason) };
    case 'paid':
      return { title: 'paidTitle', body: 'paidSms' };
  }
}

function buttonOf({ name }: CheckoutState, canPay: boolean): TextKey {
  if (name === 'idle') return 'pay';
  if (name === 'requesting') return 'requesting';
  return canPay ? 'tryAgain' : 'sendAgainIn';
}

/** Not before the customer has had the time to find the prompt. */
function needsCures(state: CheckoutState, ageMs: number): boolean {
  if ('liveUntil' in state) return ageMs >= CURES_AFTER_MS;
  return state.name === 'failed' && state.reason === 'unreachable';
}

/** Sparingly: a screen reader speaks at each change of it. */
function announcementOf(
  { name }: CheckoutState,
  { title, body, then }: Description,
  left: number,
  seconds: number | undefined,
): readonly TextKey[] {
  if (name === 'idle') return [];
  if (name === 'requesting') return ['requesting'];
  if (seconds) return [title, 'secondsLeft'];
  return then && !left ? [title, body, then] : [title, body];
}
