/** The polling for the outcome of the current prompt. */

import type { CheckoutEnvironment } from './environment.js';
import type { AttemptSettings } from './settings.js';
import { FAST_POLLING_MS, pollStatus, POLLING_GRACE_MS, type Answer } from './status-poller.js';

/** A prompt whose outcome is awaited. */
export interface AwaitedPrompt {
  /** When its window ends, in milliseconds since 1970. It identifies the prompt. */
  readonly liveUntil: number;
  /** Milliseconds until then, by the clock that nobody can set; negative afterwards. */
  readonly leftMs: number;
  /** Milliseconds of the whole window. */
  readonly windowMs: number;
}

export interface Polling {
  /** Outcomes are being asked for, now or as soon as the page is visible. */
  readonly isRunning: boolean;
  /** Polls for a prompt from now on: at once with a `delayMs` of 0, and otherwise unless it does already. */
  start(settings: AttemptSettings, prompt: AwaitedPrompt, delayMs: number): void;
  stop(): void;
}

export interface PollingHost {
  /** Asks once. Never rejects. */
  ask(settings: AttemptSettings, signal: AbortSignal): Promise<Answer>;
  /** The time is up, and no outcome has come. */
  ended(): void;
}

export function createPolling(environment: CheckoutEnvironment, host: PollingHost): Polling {
  let running: { readonly liveUntil: number; readonly stop: () => void; isOver: boolean } | undefined;

  function stop(): void {
    running?.stop();
    running = undefined;
  }

  return {
    get isRunning() {
      return !!running && !running.isOver;
    },
    start(settings, { liveUntil, leftMs, windowMs }, delayMs) {
      if (delayMs > 0 && running?.liveUntil === liveUntil) return;
      stop();
      const windowEnd = environment.monotonic() + leftMs;
      const own = {
        liveUntil,
        isOver: false,
        stop: pollStatus(environment, {
          delayMs,
          fastUntil: windowEnd - windowMs + FAST_POLLING_MS,
          endsAt: windowEnd + POLLING_GRACE_MS,
          async ask(signal) {
            const answer = await host.ask(settings, signal);
            if (answer.done && running === own) own.isOver = true;
            return answer;
          },
          ended() {
            own.isOver = true;
            host.ended();
          },
        }),
      };
      running = own;
    },
    stop,
  };
}
