import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tarball } from '../../support/tarball.js';

const run = promisify(execFile);

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What npm would publish, installed in a project of its own. */
export interface PackedProject {
  /** The merchant's project. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the tarball, sorted. */
  readonly files: readonly string[];
  /** Where the package is installed. */
  readonly installed: string;
  /** Runs a program in the project and answers its output; rejects with both outputs where it fails. */
  run(program: string, ...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Packs the package and installs it offline, next to the dependencies that are installed here. */
export async function installPacked(dependencies: readonly string[]): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'vitumob-pay-'));
  const { path, files } = await tarball();

  const installed = join(folder, 'node_modules/vitumob-pay');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', path, '-C', installed, '--strip-components=1']);
  for (const name of dependencies) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }

  return {
    folder,
    tarball: path,
    files,
    installed,
    async run(program, ...args) {
      try {
        return (await run(program, args, { cwd: folder })).stdout;
      } catch (error) {
        const { stdout: out, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`${program} failed:\n${out}${stderr}`, { cause: error });
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
