/**
 * What a checkout is in: one union that carries its data, and the one pure function that moves it.
 *
 * Times are milliseconds since 1970 and come in with the events: nothing here reads a clock.
 */

import type { Attempt, OrderRecord, OutcomeDetails, PushIds } from './attempt.js';
import { BUSY_ERROR_CODE, type PushFailure, type PushFailureReason } from './failure.js';
import type { PaymentFailureReason } from './outcome.js';

/** A prompt that may be on the phone from `since` until `liveUntil`. */
interface Prompt {
  readonly attempt: Attempt;
  readonly since: number;
  readonly liveUntil: number;
}

/** A state that other pages and a reload have to show needs a `Phase` too: they go by the stored record. */
export type CheckoutState =
  | { readonly name: 'idle' }
  | { readonly name: 'requesting'; readonly attempt: Attempt }
  | (Prompt & { readonly name: 'prompted'; readonly ids: PushIds })
  | (Prompt & { readonly name: 'unconfirmed'; readonly ids: PushIds | undefined })
  | {
      readonly name: 'paid';
      readonly attempt: Attempt;
      /** When the payment became known. */
      readonly since: number;
      /** Until when the prompt of the attempt may have been live; 0 if it was paid by what may not be this attempt. */
      readonly promptUntil: number;
      readonly ids: PushIds | undefined;
      readonly outcome: OutcomeDetails;
    }
  | {
      readonly name: 'failed';
      readonly attempt: Attempt;
      readonly reason: PushFailureReason | PaymentFailureReason;
      /** The push was refused because another prompt is open on this phone. */
      readonly busy: boolean;
      /** Until when a success may still come in: of another push of the order, or against an unsure failure; else 0. */
      readonly successPossibleUntil: number;
    };

export type StateName = CheckoutState['name'];

export type StateEvent =
  | { readonly type: 'started'; readonly attempt: Attempt }
  /** The attempt is over, or never began, and no prompt was sent. */
  | {
      readonly type: 'refused';
      readonly attempt: Attempt;
      readonly failure: PushFailure;
      readonly successPossibleUntil: number;
    }
  /** The record of the order says so: of an attempt made by another page, or by this one, with its full strings. */
  | { readonly type: 'recorded'; readonly attempt: Attempt; readonly record: OrderRecord }
  | { readonly type: 'reset' };

export const IDLE: CheckoutState = { name: 'idle' };

/** Whether a push may leave. `lockedForMs`: milliseconds for which the prompt of `prompted` or `unconfirmed` may be live. */
export function canPush({ name }: CheckoutState, lockedForMs: number): boolean {
  switch (name) {
    case 'idle':
    case 'failed':
      return true;
    case 'prompted':
    case 'unconfirmed':
      return lockedForMs <= 0;
    case 'requesting':
    case 'paid':
      return false;
  }
}

/**
 * Milliseconds until the customer may be offered to pay without a prompt; `Infinity` in a state that never offers it.
 * Where a prompt may be live, the customer might pay twice.
 *
 * @param blockedForMs milliseconds for which another prompt may be open, by the backend's word
 */
export function manualLockedForMs(state: CheckoutState, lockedForMs: number, blockedForMs: number): number {
  switch (state.name) {
    case 'idle':
      return blockedForMs;
    case 'failed':
      return state.reason === 'configuration' ? Infinity : blockedForMs;
    case 'prompted':
    case 'unconfirmed':
      return Math.max(lockedForMs, blockedForMs);
    case 'requesting':
    case 'paid':
      return Infinity;
  }
}

/** When the prompt's window ends, or that of a success against a failure; 0 if there is no outcome to wait for. */
export function promptEnd(state: CheckoutState): number {
  if (state.name === 'failed') return state.successPossibleUntil;
  return 'liveUntil' in state ? state.liveUntil : 0;
}

/**
 * The state after an event. An event that does not apply leaves the very same object. No event leads from a prompt
 * that may be live to a state from which another push could leave, but for the outcome of that prompt.
 *
 * @param lockedForMs milliseconds for which the prompt of `prompted` or `unconfirmed` may still be live
 */
export function next(state: CheckoutState, event: StateEvent, lockedForMs: number): CheckoutState {
  if (state.name === 'paid') return state;
  switch (event.type) {
    case 'started':
      return canPush(state, lockedForMs) ? { name: 'requesting', attempt: event.attempt } : state;
    case 'refused': {
      if (state.name !== 'requesting' && !canPush(state, lockedForMs)) return state;
      const { attempt, failure, successPossibleUntil } = event;
      const { reason, darajaError } = failure;
      const busy = darajaError?.errorCode === BUSY_ERROR_CODE;
      return { name: 'failed', attempt, reason, busy, successPossibleUntil };
    }
    case 'recorded':
      return afterRecord(state, event.attempt, event.record, lockedForMs);
    case 'reset': {
      const isDead = state.name === 'unconfirmed' && canPush(state, lockedForMs);
      return state.name === 'failed' || isDead ? IDLE : state;
    }
  }
}

/**
 * Failures that M-Pesa's query has been seen to report of prompts that were paid. The server's `TIMED_OUT` has `busy` too:
 * money has arrived minutes after it, when no page asks any more.
 */
const UNSURE: readonly string[] = ['unreachable', 'expired'];

/** The state to which the record of an order, written by this page or another, leads. */
function afterRecord(
  state: CheckoutState,
  attempt: Attempt,
  { phase, since, liveUntil, ids, outcome, reason }: OrderRecord,
  lockedForMs: number,
): CheckoutState {
  switch (phase) {
    case 'prompted':
      return ids ? { name: phase, attempt, ids, since, liveUntil } : state;
    case 'sent':
    case 'unconfirmed':
      return { name: 'unconfirmed', attempt, ids, since, liveUntil };
    case 'paid':
      return outcome ? { name: phase, attempt, since, promptUntil: liveUntil, ids, outcome } : state;
    case 'failed': {
      const isAwaiting = state.name === 'prompted' || state.name === 'unconfirmed';
      const successPossibleUntil = reason && UNSURE.includes(reason) ? liveUntil : 0;
      return isAwaiting && reason ? { name: phase, attempt, reason, busy: false, successPossibleUntil } : state;
    }
    case 'closed':
      return state.name === 'unconfirmed' && canPush(state, lockedForMs) ? IDLE : state;
  }
}
