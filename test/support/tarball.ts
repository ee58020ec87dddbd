import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/vitumob-pay-tarball');
const POLL_MS = 50;

export interface Tarball {
  readonly path: string;
  /** Paths in it, sorted. */
  readonly files: readonly string[];
}

/** What npm would publish. Packed once for all test files that ask, as long as nothing that may go in has changed. */
export async function tarball(): Promise<Tarball> {
  const folder = join(cache, await fingerprint());
  await mkdir(cache, { recursive: true });
  return (await read(folder)) ?? (await alone(async () => (await read(folder)) ?? pack(folder)));
}

const described = (folder: string) => join(folder, 'tarball.json');

async function read(folder: string): Promise<Tarball | undefined> {
  const text = await readFile(described(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Tarball);
}

async function pack(folder: string): Promise<Tarball> {
  for (const name of await readdir(cache)) {
    if (join(cache, name) !== lock) await rm(join(cache, name), { recursive: true });
  }
  const building = await mkdtemp(join(cache, 'building-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', building], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const packed = { path: join(folder, filename), files: files.map(({ path }) => path).sort() };
  await writeFile(described(building), JSON.stringify(packed));
  await rename(building, folder);
  return packed;
}

/** The names, sizes and times of everything that `files` in package.json lets in, and of the files beside it. */
async function fingerprint(): Promise<string> {
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { files: string[] };
  const folders = new Set(files.map((pattern) => pattern.split('/')[0] ?? ''));
  const hash = createHash('sha256');
  for (const entry of (await readdir(root, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile()) await add(entry.name);
    else if (folders.has(entry.name)) {
      const inside = await readdir(join(root, entry.name), { recursive: true });
      for (const name of inside.sort()) await add(join(entry.name, name));
    }
  }
  return hash.digest('hex');

  async function add(name: string): Promise<void> {
    const { size, mtimeMs } = await stat(join(root, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
}

const lock = join(cache, 'lock');

/** Does the work while no other process does. A lock whose process is gone is nobody's. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const file = await open(lock, 'wx').catch(() => undefined);
    if (file) {
      try {
        await file.writeFile(String(process.pid));
        return await work();
      } finally {
        await file.close();
        await rm(lock);
      }
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder && !isRunning(holder)) await rm(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
