import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packs what `npm run build` has made, and answers the tarball's path. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], root);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}
