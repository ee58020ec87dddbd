/** A question that a press asks before it goes on, while the customer waits. */

import type { CheckoutEnvironment } from './environment.js';

/** The longest that a press waits for the answer. */
export const LAST_QUESTION_TIMEOUT_MS = 5_000;

export interface LastQuestion {
  /** Resolves with `false` if the customer left meanwhile: nothing is to be done behind their back. */
  readonly over: Promise<boolean>;
  /** The element was removed. */
  leave(): void;
}

/** @param ask asks once, and resolves also when the signal is aborted */
export function askLastQuestion(
  environment: CheckoutEnvironment,
  ask: (signal: AbortSignal) => Promise<unknown>,
): LastQuestion {
  const waiting = new AbortController();
  let isLeft = false;
  const leave = () => {
    isLeft = true;
    waiting.abort();
  };
  const timer = environment.setTimeout(() => {
    waiting.abort();
  }, LAST_QUESTION_TIMEOUT_MS);
  const unsubscribe = environment.page.subscribe({ wake: () => undefined, hide: leave, sleep: leave });
  const over = ask(waiting.signal).then(() => {
    environment.clearTimeout(timer);
    unsubscribe();
    return !isLeft;
  });
  return { over, leave };
}
