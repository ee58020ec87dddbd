// All tests of the server: in memory, on SQLite, and on a PostgreSQL of their own where there is one.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DEBIAN = '/usr/lib/postgresql';

/** The folder of PostgreSQL's binaries: Debian keeps them out of the path. */
function findBinaries() {
  const onPath = spawnSync('sh', ['-c', 'command -v initdb'], { encoding: 'utf8' }).stdout.trim();
  if (onPath) return join(onPath, '..');
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** PostgreSQL refuses to run as root. */
function asPostgres(command, args) {
  if (process.getuid?.() !== 0) return [command, args];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]];
}

async function startPostgres() {
  const bin = findBinaries();
  if (!bin) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-postgres-'));
  if (process.getuid?.() === 0) {
    const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
    chownSync(folder, id('-u'), id('-g'));
  }
  const data = join(folder, 'data');
  const run = (name, ...args) => {
    const [command, all] = asPostgres(join(bin, name), args);
    const { status, stderr } = spawnSync(command, all, {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
  };
  run('initdb', '-D', data, '-U', 'vitumob', '-A', 'trust', '--no-sync');
  const port = await freePort();
  // No test cuts the power, so only the bench waits for the disk.
  const options = `${bench ? '' : '-F '}-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -p ${port}`;
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    url: `postgres://vitumob@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true });
    },
  };
}

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
const postgres = await startPostgres();
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
  ...(proof ? ['--test-concurrency=1'] : []),
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
