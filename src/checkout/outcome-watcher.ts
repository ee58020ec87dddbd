/**
 * When to ask for the outcome: soon at first, then ever less often, at once when the customer comes back from the PIN
 * prompt, never twice at a time, not while nobody looks, and not for ever. What an answer means is not decided here.
 */

import type { CheckoutEnvironment } from './environment.js';

export const FIRST_ASK_MS = 2_000;
export const BACK_OFF_FACTOR = 1.75;
export const SLOWEST_ASK_MS = 10_000;
/** A delay is this share shorter or longer by chance, so that a crowd of customers does not ask in step. */
export const JITTER = 0.2;
export const LONGEST_RETRY_AFTER_MS = 60_000;
/** How long after the prompt's window the outcome is still asked for: callbacks come late. */
export const WATCH_GRACE_MS = 60_000;

export interface WatcherOptions {
  /** Asks once. Never rejects. `done`: there is nothing more to ask. */
  ask(signal: AbortSignal): Promise<{ done: boolean; retryAfterMs?: number | undefined }>;
  /** The time was up and nothing was heard. */
  ended(): void;
  /** Milliseconds since 1970. A timestamp, not a count of ticks: a phone sleeps. */
  readonly endsAt: number;
}

export class OutcomeWatcher {
  readonly #environment: CheckoutEnvironment;
  readonly #options: WatcherOptions;
  #delay = FIRST_ASK_MS;
  #earliest = 0;
  #timer: number | undefined;
  #asking: AbortController | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(environment: CheckoutEnvironment, options: WatcherOptions) {
    this.#environment = environment;
    this.#options = options;
  }

  /** Begins to watch; the first question comes after `delay` milliseconds. */
  start(delay: number): void {
    this.#unsubscribe = this.#environment.page.subscribe({
      wake: () => {
        this.#schedule(0);
      },
      sleep: () => undefined,
    });
    this.#schedule(delay);
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#clear();
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
    // A question that was on its way when the phone slept may never be answered.
    this.#asking?.abort();
    this.#asking = undefined;
  }

  #schedule(delay: number): void {
    this.#clear();
    const { page } = this.#environment;
    if (page.hidden) return;
    const now = this.#environment.now();
    const wait = Math.max(delay, this.#earliest - now);
    // The last question falls on the end itself.
    const ms = Math.max(0, Math.min(wait, this.#options.endsAt - now));
    this.#timer = this.#environment.setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, ms);
  }

  async #ask(): Promise<void> {
    const { page } = this.#environment;
    if (page.hidden) return;
    const asking = (this.#asking = new AbortController());
    const { done, retryAfterMs = 0 } = await this.#options.ask(asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = undefined;
    if (done) {
      this.stop();
      return;
    }
    const now = this.#environment.now();
    if (now >= this.#options.endsAt) {
      this.stop();
      this.#options.ended();
      return;
    }
    this.#earliest = now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    this.#delay = Math.min(this.#delay * BACK_OFF_FACTOR, SLOWEST_ASK_MS);
    this.#schedule(this.#delay * (1 + JITTER * (2 * this.#environment.random() - 1)));
  }
}
