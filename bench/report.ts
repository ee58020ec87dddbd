/** What is printed, and the file of a baseline. */

import { readFileSync, writeFileSync } from 'node:fs';
import { regressions, type Figure } from './statistics.js';

/** A table of what was measured: for reading, as machines differ. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? short(cell) : cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0))).join('  ');
  console.log(`\n${title}`);
  for (const row of cells) console.log(`  ${line(row).trimEnd()}`);
}

/** The figures that a baseline is compared by. */
export function printFigures(figures: readonly Figure[]): void {
  printTable(
    'Ratios (lower is better)',
    ['', 'value', '± noise', 'unit', 'goal', ''],
    figures.map(({ id, value, noise, unit, goal }) => [
      id,
      value,
      noise,
      unit,
      goal === undefined ? '' : `≤ ${short(goal)}`,
      goal === undefined ? '' : value <= goal ? 'met' : value <= goal + noise ? 'met within noise' : 'NOT MET',
    ]),
  );
}

export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

interface Baseline {
  readonly figures: readonly Figure[];
}

export function writeBaseline(file: string, figures: readonly Figure[]): void {
  const rounded = figures.map((one) => ({ ...one, value: round(one.value), noise: round(one.noise) }));
  writeFileSync(file, `${JSON.stringify({ figures: rounded } satisfies Baseline, null, 2)}\n`);
  console.log(`\nWritten: ${file}`);
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

export function readBaseline(file: string): readonly Figure[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as Baseline).figures;
}

/** Prints what has become worse, and returns whether nothing has. */
export function compare(now: readonly Figure[], baseline: readonly Figure[]): boolean {
  const worse = regressions(now, baseline);
  for (const { now: one, before, allowed } of worse) {
    console.error(
      `\nWORSE: ${one.id} is ${short(one.value)} ${one.unit}, was ${short(before.value)}, and noise explains no more than ${short(allowed)}`,
    );
  }
  const known = now.filter(({ id }) => baseline.some((one) => one.id === id));
  if (!known.length) console.error('\nThe baseline knows none of these ratios.');
  else if (!worse.length) console.log(`\nNone of ${known.length} ratios is worse than the baseline.`);
  return !!known.length && !worse.length;
}
