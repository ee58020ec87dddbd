/**
 * `npm run bench`: the widget beside a library-free element, a bare Lit one and Adyen's MB WAY, in one run in a real
 * browser. docs/benchmarks.md says how to read it.
 *
 * `--only SECTION` (again for more), `--rounds N`, `--write FILE` makes a baseline, `--compare FILE` fails where a ratio is worse than that.
 */

import { parseArgs } from 'node:util';
import { launch } from './browser.js';
import { buildPeers } from './peers.js';
import { compare, printFigures, readBaseline, writeBaseline } from './report.js';
import { instances } from './sections/instances.js';
import { keys } from './sections/keys.js';
import { outcome } from './sections/outcome.js';
import { press } from './sections/press.js';
import type { Section } from './sections/section.js';
import { size } from './sections/size.js';
import { startUp } from './sections/start-up.js';
import { BenchServer } from './server.js';
import type { Figure } from './statistics.js';

const SECTIONS: Readonly<Record<string, Section>> = {
  size,
  'start-up': startUp,
  instances,
  press,
  outcome,
  keys,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(SECTIONS) },
    rounds: { type: 'string', default: '5' },
    write: { type: 'string' },
    compare: { type: 'string' },
  },
});

const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 2)
  throw new Error('--rounds takes a whole number from 2: pairs need others to vary from');
const sections = values.only.map(
  (name) => SECTIONS[name] ?? fail(`--only takes one of ${Object.keys(SECTIONS).join(', ')}, not "${name}"`),
);
// A file that is not there is known before minutes of measuring.
const baseline = values.compare === undefined ? undefined : readBaseline(values.compare);

function fail(message: string): never {
  throw new Error(message);
}

const server = await BenchServer.open();
const browser = await launch();
const figures: Figure[] = [];
try {
  const peers = await buildPeers(server);
  if (!peers.some(({ name }) => name === 'adyen')) {
    console.log('Adyen is left out: it is installed by `npm ci --prefix bench`.');
  }
  console.log(`${await browser.version()}, ${rounds} rounds`);
  for (const section of sections) figures.push(...(await section({ browser, server, peers, rounds })));
} finally {
  await browser.close();
  await server.close();
}
printFigures(figures);
if (values.write !== undefined) writeBaseline(values.write, figures);
if (baseline && !compare(figures, baseline)) process.exitCode = 1;
