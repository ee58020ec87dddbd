/**
 * When to ask for the outcome: soon at first, then ever less often, at once when the customer comes back from the PIN
 * prompt, never twice at a time, not while the page is hidden, and not for ever. What an answer means is not decided here.
 */

import type { CheckoutEnvironment } from './environment.js';

export const FIRST_ASK_MS = 2_000;
export const BACK_OFF_FACTOR = 1.75;
export const SLOWEST_ASK_MS = 10_000;
/** A delay is up to this share shorter or longer by chance, so that a crowd of customers does not ask in step. */
export const JITTER = 0.2;
export const LONGEST_RETRY_AFTER_MS = 60_000;
/** How long after the prompt's window the outcome is still asked for: callbacks come late. */
export const POLLING_GRACE_MS = 60_000;

export interface Answer {
  /** There is nothing more to ask. */
  readonly done?: boolean;
  /** How long the backend asks to be left alone. */
  readonly retryAfterMs?: number;
}

export interface PollingPlan {
  /** Milliseconds before the first question. */
  readonly delayMs: number;
  /** Milliseconds since 1970. A timestamp, not a count of ticks: a phone sleeps. */
  readonly endsAt: number;
  /** Asks once. Never rejects. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** The time is up, and no outcome has come. */
  readonly ended: () => void;
}

/** Begins to poll. Returns the function that stops. */
export function pollStatus(environment: CheckoutEnvironment, plan: PollingPlan): () => void {
  const { delayMs, endsAt, ask, ended } = plan;
  const { page } = environment;
  let pause = FIRST_ASK_MS;
  let earliest = 0;
  let timer: number | undefined;
  let asking: AbortController | undefined;

  function cancel(): void {
    if (timer !== undefined) environment.clearTimeout(timer);
    // A question that was on its way when the phone slept may never be answered.
    asking?.abort();
    timer = asking = undefined;
  }

  function schedule(wait: number): void {
    cancel();
    if (page.hidden) return;
    const now = environment.now();
    // The last question falls on the end itself.
    timer = environment.setTimeout(
      () => void question(),
      Math.max(0, Math.min(Math.max(wait, earliest - now), endsAt - now)),
    );
  }

  async function question(): Promise<void> {
    timer = undefined;
    if (page.hidden) return;
    const current = (asking = new AbortController());
    const { done, retryAfterMs = 0 } = await ask(current.signal);
    if (asking !== current) return;
    const now = environment.now();
    if (done || now >= endsAt) {
      stop();
      if (!done) ended();
      return;
    }
    earliest = now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    pause = Math.min(pause * BACK_OFF_FACTOR, SLOWEST_ASK_MS);
    schedule(pause * (1 + JITTER * (2 * environment.random() - 1)));
  }

  const unsubscribe = page.subscribe({
    wake() {
      schedule(0);
    },
    sleep: () => undefined,
  });
  const stop = () => {
    unsubscribe();
    cancel();
  };
  schedule(delayMs);
  return stop;
}
