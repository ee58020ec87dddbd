/** A PostgreSQL of a test run's own: Debian's real server, in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/**
 * `undefined` where it is not installed.
 *
 * @param {{ durable?: boolean }} [options] `durable`: each commit waits for the disk.
 */
export async function startPostgres({ durable = false } = {}) {
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
  // No test cuts the power.
  const options = `${durable ? '' : '-F '}-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -p ${port}`;
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  const stop = () => run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
  start();
  return {
    url: `postgres://vitumob@127.0.0.1:${port}/postgres`,
    /** As after a crash: no connection is closed, and the log is replayed. */
    restart() {
      stop();
      start();
    },
    stop() {
      stop();
      rmSync(folder, { recursive: true });
    },
  };
}
