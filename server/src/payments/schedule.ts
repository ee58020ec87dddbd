import { classifyResultCode, type ResultCode } from '../../../src/model/outcome.js';
import { DEFAULTS, type PaymentsOptions } from '../options.js';
import type { Attempt } from './attempt.js';

/** The durations by which attempts are judged, in milliseconds. */
export interface Rules {
  /** How long a prompt may be live. */
  readonly promptWindowMs: number;
  /** From the prompt to its first STK query. */
  readonly queryAfterMs: number;
  /** From the end of a push without an id to its release; `never`: a person decides. */
  readonly releaseAfterMs: number | 'never';
}

/** The durations of a shop's options, in milliseconds. */
export function rulesOf({
  promptWindow = DEFAULTS.promptWindow,
  queryAfter = DEFAULTS.queryAfter,
  releaseAfter = DEFAULTS.releaseAfter,
}: Pick<PaymentsOptions, 'promptWindow' | 'queryAfter' | 'releaseAfter'>): Rules {
  return {
    promptWindowMs: promptWindow * 1000,
    queryAfterMs: queryAfter * 1000,
    releaseAfterMs: releaseAfter === 'never' ? 'never' : releaseAfter * 1000,
  };
}

/** How often an instance looks for what is due and what others have left. What is due sooner has to wake it. */
export const LOOK_EVERY_MS = 1_000;

/** A push that has not been reported in flight for this long is taken for lost with its process. */
export const LOST_AFTER_MS = 40_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a prompt is asked about before a person has to decide. */
const ASK_FOR_MS = 24 * HOUR_MS;
/** When to ask, in multiples of the first wait: with 20 s at 20, 25, 35, 50, 75, 120, 180, 300 s, 10 and 30 min; then hourly. */
const QUERY_STEPS = [1, 1.25, 1.75, 2.5, 3.75, 6, 9, 15, 30, 90];
/** The gaps between questions where a callback waits to be confirmed, in parts of the first wait: 5, 10 and 20 s of 20. */
const SOON_STEPS = [0.25, 0.5, 1];

/**
 * When to ask next, or `null` where a day of asking is over. `soonTries`: how often was asked since a callback came that
 * waits to be confirmed; `null` where none waits. Questions that were missed while no instance ran are not made up for.
 */
export function nextQuery(attempt: Attempt, now: number, rules: Rules, soonTries: number | null): number | null {
  const from = attempt.sentAt ?? attempt.createdAt;
  const last = from + ASK_FOR_MS;
  if (now >= last) return null;
  const soonStep = soonTries === null ? undefined : SOON_STEPS[soonTries];
  if (soonStep !== undefined) return now + soonStep * rules.queryAfterMs;
  const steps = QUERY_STEPS.map((step) => from + step * rules.queryAfterMs);
  const next = steps.find((at) => at > now) ?? now + Math.max(HOUR_MS, rules.queryAfterMs);
  return Math.min(next, last);
}

/** The wait after the query has contradicted a callback's success `times` times. */
export function afterContradiction(times: number, rules: Rules): number {
  return (SOON_STEPS[times - 1] ?? 1) * rules.queryAfterMs;
}

/** Money has arrived minutes after these failures: M-Pesa timed out, and did not see the prompt end. */
const TIMED_OUT: readonly string[] = ['unreachable', 'expired', 'busy'];
const TAIL_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 6 * HOUR_MS];

/** When a failed attempt is asked about once more, or `null`: never again. */
export function afterFailure(code: ResultCode, now: number, failedAt: number | null): number | null {
  if (!TIMED_OUT.includes(classifyResultCode(code, 'query'))) return null;
  const from = failedAt ?? now;
  return TAIL_MS.map((ms) => from + ms).find((at) => at > now) ?? null;
}
