/**
 * When to ask for the outcome: every two seconds at first, then less often, at once when the customer comes back from the
 * PIN prompt, never twice at a time, and not while the page is hidden. What an answer means is not decided here.
 */

import type { CheckoutEnvironment } from './environment.js';

export const FIRST_ASK_MS = 1_000;
/** From one question to the next, in the first minute of a prompt. */
export const FAST_ASK_MS = 2_000;
/** How long a prompt is polled at that pace. */
export const FAST_POLLING_MS = 60_000;
/** From an answer to the next question, however long the backend held that answer. */
export const MIN_GAP_MS = 200;
export const BACK_OFF_FACTOR = 1.5;
export const SLOWEST_ASK_MS = 10_000;
/** A later interval is up to this share shorter or longer by chance, so that a crowd of customers does not ask in step. */
export const JITTER = 0.2;
export const LONGEST_RETRY_AFTER_MS = 60_000;
/** How long after the prompt's window the outcome is still asked for: callbacks come late. */
export const POLLING_GRACE_MS = 60_000;
/** How much longer if the last question is not answered: a page that comes back may not be online yet. */
export const LONGEST_EXTENSION_MS = 600_000;

export interface Answer {
  /** There is nothing more to ask. */
  readonly done?: boolean;
  /** The backend has answered the question, if only by "not yet". */
  readonly answered?: boolean;
  /** How long the backend asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** Times are by the clock that nobody can set. */
export interface PollingPlan {
  /** Milliseconds before the first question. */
  readonly delayMs: number;
  /** Until when it is polled at the pace of the first minute. */
  readonly fastUntil: number;
  readonly endsAt: number;
  /** Asks once. Never rejects. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** The time is up, and no outcome has come. From now on there is one question each time the customer comes back. */
  readonly ended: () => void;
}

export interface Poller {
  /** There is nothing more to ask, or the time is up. */
  readonly isOver: boolean;
  readonly stop: () => void;
}

/** Begins to poll. */
export function pollStatus(environment: CheckoutEnvironment, plan: PollingPlan): Poller {
  const { page } = environment;
  const { delayMs, fastUntil, endsAt } = plan;
  let intervalMs = FAST_ASK_MS;
  /** Not before the backend wants to be asked again. */
  let earliest = 0;
  let isOver = false;
  let timer: number | undefined;
  let asking: AbortController | undefined;

  function cancel(): void {
    if (timer !== undefined) environment.clearTimeout(timer);
    // A question that was on its way when the phone slept may never be answered.
    asking?.abort();
    timer = asking = undefined;
  }

  function schedule(waitMs: number): void {
    cancel();
    if (page.hidden) return;
    const now = environment.monotonic();
    // The last question falls on the end itself.
    const latest = now < endsAt ? endsAt : endsAt + LONGEST_EXTENSION_MS;
    const due = Math.max(Math.min(now + waitMs, latest), earliest);
    timer = environment.setTimeout(() => void question(), due - now);
  }

  async function question(): Promise<void> {
    timer = undefined;
    if (page.hidden) return;
    const current = (asking = new AbortController());
    const askedAt = environment.monotonic();
    const { done, answered = false, retryAfterMs = 0 } = await plan.ask(current.signal);
    if (asking !== current) return;
    asking = undefined;
    const now = environment.monotonic();
    earliest = retryAfterMs > 0 ? now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0;
    if (done) {
      isOver = true;
      stop();
    } else if (!isOver && now >= endsAt && (answered || now >= endsAt + LONGEST_EXTENSION_MS)) {
      isOver = true;
      plan.ended();
    } else if (!isOver) schedule(Math.max(askedAt + nextIntervalMs(answered, now) - now, MIN_GAP_MS));
  }

  function nextIntervalMs(answered: boolean, now: number): number {
    if (answered && now < fastUntil) return (intervalMs = FAST_ASK_MS);
    intervalMs = Math.min(intervalMs * BACK_OFF_FACTOR, SLOWEST_ASK_MS);
    return intervalMs * (1 + JITTER * (2 * environment.random() - 1));
  }

  const unsubscribe = page.subscribe({
    wake() {
      if (!isOver || !asking) schedule(0);
    },
    hide: cancel,
    sleep: cancel,
  });
  const stop = () => {
    unsubscribe();
    cancel();
  };
  schedule(delayMs);
  return {
    get isOver() {
      return isOver;
    },
    stop,
  };
}
