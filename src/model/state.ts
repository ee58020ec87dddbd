/**
 * What a checkout is in: one union that carries its data, and the one pure function that moves it.
 *
 * Milliseconds since 1970 come in with the events: nothing here reads a clock.
 */

import type { Attempt, CheckoutIds, OrderRecord, Settlement } from './attempt.js';
import { promptPossible, type PushFailure, type PushFailureReason } from './failure.js';
import type { PaymentFailureReason } from './outcome.js';
import { maskPhone } from './phone.js';

export type CheckoutState =
  | { readonly name: 'idle' }
  | { readonly name: 'requesting'; readonly attempt: Attempt }
  | {
      readonly name: 'prompted';
      readonly attempt: Attempt;
      readonly checkout: CheckoutIds;
      readonly since: number;
      readonly liveUntil: number;
    }
  | {
      readonly name: 'paid';
      readonly attempt: Attempt;
      readonly checkout?: CheckoutIds;
      readonly settlement: Settlement;
    }
  | {
      readonly name: 'failed';
      readonly attempt: Attempt;
      readonly reason: PushFailureReason | PaymentFailureReason;
      /** Daraja's code, where Daraja refused the push. */
      readonly errorCode?: string;
    }
  | {
      readonly name: 'unconfirmed';
      readonly attempt: Attempt;
      readonly checkout?: CheckoutIds;
      readonly since: number;
      readonly liveUntil: number;
    };

export type StateName = CheckoutState['name'];

export type StateEvent =
  | { readonly type: 'started'; readonly attempt: Attempt }
  | {
      readonly type: 'accepted';
      readonly attempt: Attempt;
      readonly checkout: CheckoutIds;
      readonly since: number;
      readonly liveUntil: number;
    }
  | {
      readonly type: 'push-failed';
      readonly attempt: Attempt;
      readonly failure: PushFailure;
      readonly since: number;
      readonly liveUntil: number;
    }
  | { readonly type: 'recorded'; readonly orderId: string; readonly record: OrderRecord | undefined }
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
  switch (event.type) {
    case 'started':
      return state.name === 'requesting' || state.name === 'paid'
        ? state
        : { name: 'requesting', attempt: event.attempt };
    case 'accepted': {
      if (state.name !== 'requesting') return state;
      const { attempt, checkout, since, liveUntil } = event;
      return { name: 'prompted', attempt, checkout, since, liveUntil };
    }
    case 'push-failed': {
      if (state.name === 'paid') return state;
      const { attempt, failure, since, liveUntil } = event;
      if (promptPossible(failure.reason)) return { name: 'unconfirmed', attempt, since, liveUntil };
      const errorCode = failure.darajaError?.errorCode;
      return { name: 'failed', attempt, reason: failure.reason, ...(errorCode && { errorCode }) };
    }
    case 'recorded':
      return follow(state, event.orderId, event.record);
    case 'reset':
      return state.name === 'failed' || (state.name === 'unconfirmed' && canPush(state, event.now)) ? IDLE : state;
  }
}

/** Where the record of an order, written by this page or another, takes the state. */
function follow(state: CheckoutState, orderId: string, record: OrderRecord | undefined): CheckoutState {
  if (state.name === 'requesting' || state.name === 'paid' || !record) return state;
  const { phone, amount, since, liveUntil, checkout, settlement, reason } = record;
  const attempt = ownAttempt(state, record) ?? { orderId, phone, amount };
  switch (record.phase) {
    case 'sent':
    case 'unconfirmed':
      return { name: 'unconfirmed', attempt, ...(checkout && { checkout }), since, liveUntil };
    case 'prompted':
      return checkout ? { name: 'prompted', attempt, checkout, since, liveUntil } : state;
    case 'paid':
      return settlement ? { name: 'paid', attempt, ...(checkout && { checkout }), settlement } : state;
    case 'failed':
      return (state.name === 'prompted' || state.name === 'unconfirmed') && reason
        ? { name: 'failed', attempt, reason }
        : state;
    case 'closed':
      return state.name === 'unconfirmed' ? IDLE : state;
  }
}

/** The page that made the recorded attempt keeps the whole number; everyone else has the mask. */
function ownAttempt(state: CheckoutState, record: OrderRecord): Attempt | undefined {
  if (state.name === 'idle') return undefined;
  const { attempt } = state;
  return maskPhone(attempt.phone) === record.phone && attempt.amount === record.amount ? attempt : undefined;
}
