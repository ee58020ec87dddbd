/** P14: each rule of the payment is broken once, in a copy; the test that is named beside it has to fail. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../..', import.meta.url));

const MUTANTS = [
  {
    name: 'an order is claimed whoever holds it',
    file: 'stores/sql.ts',
    from: /\n\s+\.where\('vp_order\.live_attempt', 'is', null\)/,
    to: '',
    test: 'concurrency.test.ts',
    killer: 'found the order free, one wins',
  },
  {
    name: 'a push is sent again when it times out',
    file: 'payments/push.ts',
    from: /(?=if \(answer\.kind !== 'refused' \|\| !isExpiredToken\(answer\.error\)\) return answer;)/,
    to: "if (answer.kind === 'unclear' && tries === 1) continue;",
    test: 'outcomes.test.ts',
    killer: 'does not send it again',
  },
  {
    name: '4999 is a failure',
    file: 'payments/settle.ts',
    from: /verdict === 'pending' \? 'later' : 'failed'/,
    to: "'failed'",
    test: 'outcomes.test.ts',
    killer: 'all say 4999',
  },
  {
    name: 'a callback is believed without the query',
    file: 'payments/worker.ts',
    from: /return this\.#query\(checkoutRequestId, lost\);/,
    to: "return { kind: 'result', code: attempt.callback?.code ?? 4999, desc: '' };",
    test: 'outcomes.test.ts',
    killer: 'does not believe a callback',
  },
  {
    name: 'Daraja is called before the order is locked',
    file: 'payments/push.ts',
    from: /await this\.#context\.step\('before-claim'\);/,
    to: "await this.#context.step('before-claim'); await this.#ask(attempt, msisdn, reference);",
    test: 'concurrency.test.ts',
    killer: 'make one prompt, one success',
  },
];

let alive = 0;
for (const { name, file, from, to, test, killer } of MUTANTS) {
  // Beside `server`, so that what it imports of the widget is where it was.
  const copy = mkdtempSync(join(SERVER, '../.mutant-'));
  try {
    for (const folder of ['src', 'test']) cpSync(join(SERVER, folder), join(copy, folder), { recursive: true });
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
    const path = join(copy, 'src', file);
    const source = readFileSync(path, 'utf8');
    if (!from.test(source)) throw new Error(`Nothing to break in ${file}: ${name}`);
    writeFileSync(path, source.replace(from, to));
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--test', '--test-reporter=tap', '--test-name-pattern', killer, join(copy, 'test', test)],
      { encoding: 'utf8', cwd: SERVER, timeout: 120_000, env: { ...process.env, TEST_POSTGRES_URL: undefined } },
    );
    const failed = stdout.split('\n').find((line) => /^\s*not ok/.test(line) && line.includes(killer));
    console.log(failed ? `killed: ${name}, by “${failed.replace(/^\s*not ok \d+ - /, '')}”` : `ALIVE: ${name}`);
    if (!failed) alive++;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
console.log(`${MUTANTS.length - alive} of ${MUTANTS.length} killed`);
process.exitCode = alive ? 1 : 0;
