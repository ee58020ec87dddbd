/**
 * The browser tests, and payments from end to end, in Firefox and in WebKit: `npm test` has run them in Chromium. As root on
 * Debian it installs what is missing.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { install } from './install-programs.mjs';

const ENGINES = ['firefox', 'webkit'];
if (install(ENGINES).length) process.exit(1);

const root = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = 'test/engines';
const endToEnd = readdirSync(`${root}/${inFolder}`)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `${inFolder}/${name}`);
const reporters = ['spec', './scripts/closing-line.mjs'].flatMap((name) => [
  `--test-reporter=${name}`,
  '--test-reporter-destination=stdout',
]);

const runs = [
  ['node_modules/.bin/wtr', ...process.argv.slice(2)],
  [process.execPath, '--import', 'tsx', '--test', ...reporters, ...endToEnd],
];

const codes = runs.map(
  ([program, ...args]) =>
    spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ENGINES: ENGINES.join() } }).status,
);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
