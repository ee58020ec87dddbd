/**
 * The proof at length: `node --import tsx test/proof/nightly.ts [--runs 10000] [--seed N] [--path P] [--replay R]`.
 * Leaves with 1 where a promise was broken, having printed the shortest sequence that breaks it and how to run it again.
 */

import { parseArgs } from 'node:util';
import { prove } from './proof.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' },
    replay: { type: 'string' },
  },
});

const runs = Number(values.runs);
const seed = Number(values.seed);
const began = performance.now();
const seconds = () => ((performance.now() - began) / 1000).toFixed(0);

console.log(`${runs} sequences from seed ${seed}`);
const { sequences, checks, seen, failure } = await prove({
  runs,
  seed,
  path: values.path,
  replayPath: values.replay,
  progress(done) {
    if (done % 1000 === 0) console.log(`${done} sequences, ${seconds()} s`);
  },
});
for (const [what, times] of [...seen].sort(([, one], [, other]) => other - one)) console.log(`${times} × ${what}`);
if (failure) {
  console.error(failure);
  process.exitCode = 1;
}
console.log(`${sequences} sequences run, ${checks} invariants checked, ${failure ? 1 : 0} failures, ${seconds()} s`);
