import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'vitumob-pay.min.js';
const cache = join(root, 'node_modules/.cache/vitumob-pay-e2e');

let text: Promise<string> | undefined;

/** The script-tag file as it ships: what `npm run build` left if nothing has changed since, or else a new one. */
export function scriptTagFile(): Promise<string> {
  return (text ??= read());
}

async function read(): Promise<string> {
  const sources = [join(root, 'vite.config.ts'), join(root, 'package-lock.json'), ...filesIn(join(root, 'src'))];
  const newest = Math.max(...sources.map(changedAt));
  const fresh = [join(root, 'dist', NAME), join(cache, NAME)].find((file) => changedAt(file) > newest);
  return readFileSync(fresh ?? (await buildInto(cache)), 'utf8');
}

async function buildInto(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outDir = mkdtempSync(join(folder, 'building-'));
  try {
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
    // In one step: test files run side by side on larger machines.
    renameSync(join(outDir, NAME), join(folder, NAME));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
  return join(folder, NAME);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
