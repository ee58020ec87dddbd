/**
 * Mutation testing (https://stryker-mutator.io): breaks one thing at a time in the code that decides about money, and expects a
 * test to fail. Whatever survives is listed in docs/proof.md, with the reason: a survivor that is not fails the command, and so
 * does an entry whose mutant has died.
 *
 *     npm run mutation                                   what has changed since the last run, or else everything
 *     npm run mutation -- --mutate src/model/phone.ts    one file, or some, separated by commas
 *     npm run mutation -- --force                        everything
 *     npm run mutation -- --concurrency 1                on one core
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIST = 'docs/proof.md';

const { values } = parseArgs({
  options: { mutate: { type: 'string' }, concurrency: { type: 'string' }, force: { type: 'boolean', default: false } },
});

const results = await new Stryker({
  configFile: fileURLToPath(new URL('stryker.config.mjs', import.meta.url)),
  force: values.force,
  ...(values.mutate && { mutate: values.mutate.split(',') }),
  ...(values.concurrency && { concurrency: Number(values.concurrency) }),
}).runMutationTest();

const alive = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').map(rowOf);
const listed = listedRows();
const tried = new Set(results.map(({ fileName }) => relative(root, fileName)));
const missing = alive.filter((row) => !listed.some((other) => same(row, other)));
const dead = listed.filter((row) => tried.has(plain(row[0] ?? '')) && !alive.some((other) => same(row, other)));

report(`Survivors that ${LIST} does not explain`, missing);
report(`Entries of ${LIST} whose mutant is dead or gone`, dead);
if (missing.length + dead.length > 0) process.exitCode = 1;

/** A survivor as a row of the list: the file, the line, and what a part of it became. Stryker counts from 1. */
function rowOf({ fileName, location: { start, end }, replacement }: Result): string[] {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const line = lines[0] ?? '';
  const before =
    lines.length === 1
      ? line.slice(start.column - 1, end.column - 1)
      : `${line.slice(start.column - 1)} … ${lines.at(-1) ?? ''}`;
  return [relative(root, fileName), line, `${before} → ${replacement}`].map(code);
}

/** The rows of the list, without the reason. */
function listedRows(): string[][] {
  const text = readFileSync(`${root}/${LIST}`, 'utf8');
  return text
    .split('\n')
    .filter((line) => /^\| `src\//.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, 4)
        .map((cell) => cell.trim()),
    );
}

function code(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
  return oneLine.includes('`') ? `\`\` ${oneLine} \`\`` : `\`${oneLine}\``;
}

function plain(cell: string): string {
  return cell.replace(/^`+ ?| ?`+$/g, '');
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.every((cell, index) => plain(cell) === plain(other[index] ?? ''));
}

function report(title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  console.error(`\n${title}:\n\n${rows.map((cells) => `| ${cells.join(' | ')} |  |`).join('\n')}`);
}
