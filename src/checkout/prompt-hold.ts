/**
 * For how long a prompt may be live, by the clock that nobody can set. Timestamps are what other pages and reloads go by;
 * a clock that is set forward must not unlock an order in the page that knows of its prompt.
 */

import type { Clocks } from './environment.js';

export interface PromptHold {
  /**
   * Milliseconds left until a timestamp, counted from when this was first asked of it; 0 afterwards.
   *
   * @param since when its window began: the clock may have been put back since, and the window is no longer for that
   */
  leftMs(liveUntil: number, since?: number): number;
  /** The same; negative afterwards. */
  untilMs(liveUntil: number, since?: number): number;
  /** From now on a timestamp is at least so many milliseconds away. */
  keep(liveUntil: number, ms: number): void;
  /** A timestamp, or the next that no prompt has had: a clock that was put back may come to the same one again. */
  unused(liveUntil: number): number;
}

export function createPromptHold({ now, monotonic }: Clocks): PromptHold {
  const ends = new Map<number, number>();
  const untilMs = (liveUntil: number, since = now()) => {
    const end = ends.get(liveUntil) ?? monotonic() + liveUntil - Math.max(now(), since);
    ends.set(liveUntil, end);
    return end - monotonic();
  };
  const keep = (liveUntil: number, ms: number) => {
    ends.set(liveUntil, monotonic() + Math.max(ms, untilMs(liveUntil)));
  };
  const unused = (liveUntil: number): number => (ends.has(liveUntil) ? unused(liveUntil + 1) : liveUntil);
  return { unused, untilMs, keep, leftMs: (liveUntil, since) => Math.max(0, untilMs(liveUntil, since)) };
}
