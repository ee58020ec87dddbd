/** What the end of an attempt means: what to write, where the state goes, and whether the push failed. */

import { isLacking, merged, nextAttempt, type Attempt, type OrderRecord, type PushIds } from './attempt.js';
import { BUSY_ERROR_CODE, type PushFailure } from './failure.js';
import { maskPhone } from './phone.js';
import type { StateEvent } from './state.js';

export type AttemptEnd<Response = unknown> =
  | { readonly kind: 'accepted'; readonly ids: PushIds; readonly response: Response }
  /** Another page was first: this attempt shares the fate of that one's push. */
  | { readonly kind: 'joined'; readonly record: OrderRecord }
  /** Nobody was prompted. */
  | { readonly kind: 'refused'; readonly failure: PushFailure }
  /** A prompt may be on the phone. */
  | { readonly kind: 'unanswered'; readonly failure: PushFailure };

export interface Concluding {
  /** The strings of the attempt whose end this is: of the push that was joined, if one was. */
  readonly attempt: Attempt;
  /** The newest record of the order. */
  readonly record: OrderRecord | undefined;
  /** The record that was written before the push left; `undefined` if none has left. */
  readonly sent: OrderRecord | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly promptWindowMs: number;
}

export interface Conclusion {
  /** To be written before anybody hears of the end. */
  readonly write: OrderRecord | undefined;
  readonly event: StateEvent;
  /** `undefined`: the push succeeded. */
  readonly failure: PushFailure | undefined;
}

/** A backend that answers 409 holds another push of the order. */
const CONFLICT = 409;

/** Whether a push was refused because another prompt may be open. */
function isPromptElsewhere({ status, darajaError }: PushFailure): boolean {
  return status === CONFLICT || darajaError?.errorCode === BUSY_ERROR_CODE;
}

export function concluded(end: AttemptEnd, concluding: Concluding): Conclusion {
  const { attempt, record, sent, now, promptWindowMs } = concluding;
  const prompt = { since: now, liveUntil: now + promptWindowMs };
  const open = openRecord(record, sent);
  switch (end.kind) {
    case 'accepted': {
      const { ids } = end;
      const write = open && { ...open, ...prompt, phase: 'prompted' as const, ids };
      // An outcome that overtook the push's answer is followed once the answer has been told.
      const shown = { ...(write ?? record ?? unknownPush(attempt, prompt)), phase: 'prompted' as const, ids };
      return { write, event: { type: 'recorded', attempt, record: shown }, failure: undefined };
    }
    case 'joined': {
      const { ids } = end.record;
      const shown = { ...end.record, phase: ids ? ('prompted' as const) : ('unconfirmed' as const) };
      const message = 'the push of another page got no answer';
      return {
        write: undefined,
        event: { type: 'recorded', attempt, record: shown },
        failure: ids ? undefined : { reason: 'network', message },
      };
    }
    case 'unanswered': {
      const { failure } = end;
      const base = open ?? (isSame(record, sent) ? record : unknownPush(attempt, prompt));
      const shown = { ...base, ...prompt, phase: 'unconfirmed' as const, reason: failure.reason };
      return {
        write: open && shown,
        event: { type: 'recorded', attempt, record: shown },
        failure,
      };
    }
    case 'refused': {
      const { failure } = end;
      // The push held by the backend may be this very one: a browser resends a request whose reused connection broke.
      const isElsewhere = failure.status === CONFLICT;
      const isOpen = open && isSame(record, sent);
      const after = isOpen
        ? {
            ...open,
            phase: 'failed' as const,
            reason: failure.reason,
            mayHaveUnknownPrompt: open.mayHaveUnknownPrompt || isElsewhere,
          }
        : undefined;
      // If another prompt is open and the customer pays without one, that is two payments.
      const base = after ?? record;
      const isOther = base && base.phase !== 'paid' && isPromptElsewhere(failure);
      const write = isOther ? { ...base, otherPromptUntil: prompt.liveUntil } : after;
      const successPossibleUntil = isElsewhere ? prompt.liveUntil : 0;
      return {
        write,
        event: { type: 'refused', attempt, failure, successPossibleUntil },
        failure,
      };
    }
  }
}

function isSame(record: OrderRecord | undefined, sent: OrderRecord | undefined): record is OrderRecord {
  return !!record && record.id === sent?.id;
}

/** The attempt's own record, if no outcome has overtaken its end; restored if another page wrote over it. */
function openRecord(record: OrderRecord | undefined, sent: OrderRecord | undefined): OrderRecord | undefined {
  if (!sent) return undefined;
  if (!record) return sent;
  if (isSame(record, sent)) return record.phase === 'sent' ? record : undefined;
  return isLacking(record, sent) ? merged(sent, record) : undefined;
}

/** A push of another page that nothing is known of: the order's lock was never let go. */
function unknownPush({ phone, amount }: Attempt, prompt: Pick<OrderRecord, 'since' | 'liveUntil'>): OrderRecord {
  return nextAttempt(undefined, { id: '', phone: maskPhone(phone), amount, ...prompt });
}
