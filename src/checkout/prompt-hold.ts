/**
 * For how long a prompt may be live, by the clock that nobody can set. Timestamps are what other pages and reloads go by;
 * a clock that is set forward must not unlock an order in the page that knows of its prompt.
 */

import type { Clocks } from './environment.js';

export interface PromptHold {
  /** Milliseconds left until a timestamp, counted from when this was first asked of it; 0 afterwards. */
  leftMs(liveUntil: number): number;
  /** The same; negative afterwards. */
  untilMs(liveUntil: number): number;
}

export function createPromptHold({ now, monotonic }: Clocks): PromptHold {
  const ends = new Map<number, number>();
  const untilMs = (liveUntil: number) => {
    const end = ends.get(liveUntil) ?? monotonic() + liveUntil - now();
    ends.set(liveUntil, end);
    return end - monotonic();
  };
  return { untilMs, leftMs: (liveUntil) => Math.max(0, untilMs(liveUntil)) };
}
