/** The polling for the outcome of the current prompt: one at a time, and not again once it has ended. */

import type { CheckoutEnvironment } from './environment.js';
import type { AttemptSettings } from './settings.js';
import { pollStatus, POLLING_GRACE_MS, type Answer } from './status-poller.js';

export interface Polling {
  /**
   * Stops what runs, and polls for a prompt unless its polling has ended before.
   *
   * @param promptEnd when the prompt's window ends, in milliseconds since 1970; 0 if there is no outcome to wait for
   * @param delayMs before the first question
   */
  restart(settings: AttemptSettings | undefined, promptEnd: number, delayMs: number): void;
  stop(): void;
}

export interface PollingHost {
  /** Asks once. Never rejects. */
  ask(settings: AttemptSettings, signal: AbortSignal): Promise<Answer>;
  /** The time is up, and no outcome has come. */
  ended(): void;
}

export function createPolling(environment: CheckoutEnvironment, host: PollingHost): Polling {
  let stop: (() => void) | undefined;
  /** The prompt, by its end, whose polling has ended. */
  let endedFor = 0;

  function stopPolling(): void {
    stop?.();
    stop = undefined;
  }

  return {
    restart(settings, promptEnd, delayMs) {
      stopPolling();
      if (!settings?.statusUrl || !promptEnd || endedFor === promptEnd) return;
      stop = pollStatus(environment, {
        delayMs,
        endsAt: promptEnd + POLLING_GRACE_MS,
        ask: (signal) => host.ask(settings, signal),
        ended() {
          endedFor = promptEnd;
          host.ended();
        },
      });
    },
    stop: stopPolling,
  };
}
