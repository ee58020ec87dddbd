export const columns = ['types', 'builds', 'pays', 'events', 're-render', 'own origin', 'SSR'] as const;

export type Column = (typeof columns)[number];

export interface Row {
  readonly name: string;
  /** The versions that were tested, such as `react 19.3.1, vite 8.3.8`. */
  versions: string;
  /** A column that does not apply to the app is not there. */
  readonly cells: Map<Column, 'passed' | 'failed'>;
}

/** As Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, versions, cells }) => [
    name,
    versions,
    ...columns.map((column) => ({ passed: '✓', failed: '✗', none: '–' })[cells.get(column) ?? 'none']),
  ]);
  const all = [['app', 'versions', ...columns], ...lines];
  const widths = all[0]!.map((_, index) => Math.max(...all.map((line) => line[index]!.length)));
  const [head, ...body] = all.map(
    (line) => `| ${line.map((cell, index) => cell.padEnd(widths[index]!)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [head, rule, ...body].join('\n');
}
