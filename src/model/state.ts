/**
 * What a checkout is in: one union that carries its data, and the one pure function that moves it.
 *
 * Milliseconds since 1970 come in with the events: nothing here reads a clock.
 */

import type { Attempt, CheckoutIds, OrderRecord, Settlement } from './attempt.js';
import { BUSY_ERROR_CODE, type PushFailure, type PushFailureReason } from './failure.js';
import type { PaymentFailureReason } from './outcome.js';

/** A prompt that may be on the phone from `since` until `liveUntil`. */
interface Prompt {
  readonly attempt: Attempt;
  readonly since: number;
  readonly liveUntil: number;
}

export type CheckoutState =
  | { readonly name: 'idle' }
  | { readonly name: 'requesting'; readonly attempt: Attempt }
  | (Prompt & { readonly name: 'prompted'; readonly checkout: CheckoutIds })
  | (Prompt & { readonly name: 'unconfirmed'; readonly checkout: CheckoutIds | undefined })
  | {
      readonly name: 'paid';
      readonly attempt: Attempt;
      /** When the payment became known. */
      readonly since: number;
      readonly checkout: CheckoutIds | undefined;
      readonly settlement: Settlement;
    }
  | {
      readonly name: 'failed';
      readonly attempt: Attempt;
      readonly reason: PushFailureReason | PaymentFailureReason;
      /** The push was refused because another prompt is open on this phone. */
      readonly busy: boolean;
      /** Until when a success may still come in: of another push of the order, or against an unsure failure; else 0. */
      readonly answerableUntil: number;
    };

export type StateName = CheckoutState['name'];

export type StateEvent =
  | { readonly type: 'started'; readonly attempt: Attempt }
  /** The attempt is over and no prompt was sent. */
  | {
      readonly type: 'refused';
      readonly attempt: Attempt;
      readonly failure: PushFailure;
      readonly answerableUntil: number;
    }
  /** The record of the order says so: of an attempt made elsewhere, or with its strings if it was made here. */
  | { readonly type: 'recorded'; readonly attempt: Attempt; readonly record: OrderRecord }
  | { readonly type: 'reset'; readonly now: number };

export const IDLE: CheckoutState = { name: 'idle' };

/** Whether a push may leave from this state, as far as the state alone can tell. */
export function canPush(state: CheckoutState, now: number): boolean {
  switch (state.name) {
    case 'idle':
    case 'failed':
      return true;
    case 'prompted':
    case 'unconfirmed':
      return now >= state.liveUntil;
    case 'requesting':
    case 'paid':
      return false;
  }
}

/** The state after an event. An event that does not apply leaves the very same object. */
export function next(state: CheckoutState, event: StateEvent): CheckoutState {
  if (state.name === 'paid') return state;
  switch (event.type) {
    case 'started':
      return { name: 'requesting', attempt: event.attempt };
    case 'refused': {
      const { attempt, failure, answerableUntil } = event;
      const { reason, darajaError } = failure;
      const busy = darajaError?.errorCode === BUSY_ERROR_CODE;
      return { name: 'failed', attempt, reason, busy, answerableUntil };
    }
    case 'recorded':
      return follow(state, event.attempt, event.record);
    case 'reset':
      return state.name === 'failed' || (state.name === 'unconfirmed' && canPush(state, event.now)) ? IDLE : state;
  }
}

/** Failures that M-Pesa's query has been seen to report of prompts that were paid. */
const UNSURE: readonly string[] = ['unreachable', 'expired'];

/** Where the record of an order, written by this page or another, takes the state. */
function follow(state: CheckoutState, attempt: Attempt, record: OrderRecord): CheckoutState {
  const { phase, since, liveUntil, checkout, settlement, reason } = record;
  const waiting = state.name === 'prompted' || state.name === 'unconfirmed';
  switch (phase) {
    case 'prompted':
      return checkout ? { name: phase, attempt, checkout, since, liveUntil } : state;
    case 'sent':
    case 'unconfirmed':
      return { name: 'unconfirmed', attempt, checkout, since, liveUntil };
    case 'paid':
      return settlement ? { name: phase, attempt, since, checkout, settlement } : state;
    case 'failed':
      return waiting && reason
        ? { name: phase, attempt, reason, busy: false, answerableUntil: UNSURE.includes(reason) ? liveUntil : 0 }
        : state;
    case 'closed':
      return state.name === 'unconfirmed' ? IDLE : state;
  }
}
