/** Medians, and how far they can be trusted. */

/** One number of the report. Lower is better. */
export interface Figure {
  /** Section and condition: `press/success/cross/150/typed`. A baseline is compared by it. */
  readonly id: string;
  readonly value: number;
  /** Half the width of the interval in which 19 of 20 repetitions of the run would fall. */
  readonly noise: number;
  /** What the value counts: `× library-free`, `RTT`, `ms`. */
  readonly unit: string;
  /** What is aimed at. */
  readonly goal?: number;
}

export type Statistic = (values: readonly number[]) => number;

export const median: Statistic = (values) => quantile(values, 0.5);

export const mean: Statistic = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export const percentile95: Statistic = (values) => quantile(values, 0.95);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

const RESAMPLES = 1_000;

/** The bootstrap: how much the statistic moves if the same rounds are drawn again, with replacement. */
export function noiseOf(values: readonly number[], statistic: Statistic = median): number {
  const random = seeded(values.length);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    statistic(values.map(() => values[Math.floor(random() * values.length)] ?? NaN)),
  );
  return (quantile(drawn, 0.975) - quantile(drawn, 0.025)) / 2;
}

/** mulberry32. The same samples give the same noise. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface FigureOptions {
  readonly unit: string;
  readonly goal?: number | undefined;
  readonly statistic?: Statistic;
}

export function figure(id: string, values: readonly number[], options: FigureOptions): Figure {
  const { unit, goal, statistic = median } = options;
  const known = { id, value: statistic(values), noise: noiseOf(values, statistic), unit };
  return goal === undefined ? known : { ...known, goal };
}

/** The median of the pairs: what was measured in one round is divided by what was measured beside it. */
export function ratio(id: string, ours: readonly number[], theirs: readonly number[], options: FigureOptions): Figure {
  return figure(
    id,
    ours.map((value, round) => value / (theirs[round] ?? NaN)),
    options,
  );
}

/** Slower machines are noisier in ways that one run does not see. */
const SLACK = 0.05;

export interface Regression {
  readonly now: Figure;
  readonly before: Figure;
  readonly allowed: number;
}

/** What is worse than it was by more than the noise of both runs. */
export function regressions(now: readonly Figure[], baseline: readonly Figure[]): Regression[] {
  return now.flatMap((one) => {
    const before = baseline.find(({ id }) => id === one.id);
    if (!before) return [];
    const allowed = before.value * (1 + SLACK) + before.noise + one.noise;
    return one.value > allowed ? [{ now: one, before, allowed }] : [];
  });
}
