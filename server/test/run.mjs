// All tests of the server: in memory, on SQLite, and on a PostgreSQL of their own where there is one.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './support/postgres.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Processes run what was built: it must not be older than the source. */
function checkBuild() {
  const source = join(HERE, '../src');
  const changed = readdirSync(source, { recursive: true }).map((name) => statSync(join(source, name)).mtimeMs);
  const built = join(HERE, '../dist/cli.js');
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...changed)) return;
  console.error('The build is older than the source: npm run build');
  process.exit(1);
}

const bench = process.argv.includes('--bench');
const proof = process.argv.includes('--proof');
checkBuild();
// Only the bench waits for the disk.
const postgres = await startPostgres({ durable: bench });
if (!postgres) {
  console.log('Left out: PostgreSQL, which is not installed. On Debian: apt-get install postgresql\n');
}
const testsIn = (folder) =>
  readdirSync(join(HERE, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(HERE, folder, name));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const files = named.length ? named : proof ? [join(HERE, 'crash.test.ts'), ...testsIn('proof')] : testsIn('.');
const reporter = fileURLToPath(new URL('../../scripts/closing-line.mjs', import.meta.url));
const testing = [
  ...['--import', 'tsx', '--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
  ...[`--test-reporter=${reporter}`, '--test-reporter-destination=stdout'],
  // A file that hangs fails, and does not hold up the gate.
  ...(proof ? ['--test-concurrency=1'] : ['--test-timeout=900000']),
  ...process.argv.filter((argument) => argument.startsWith('--test-')),
  ...files,
];
const child = spawn(process.execPath, bench ? [join(HERE, '../bench/run.mjs')] : testing, {
  stdio: 'inherit',
  env: { ...process.env, ...(proof && { PROOF: '1' }), ...(postgres && { TEST_POSTGRES_URL: postgres.url }) },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => {
  postgres?.stop();
  process.exitCode = code ?? 1;
});
