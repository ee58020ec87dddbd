/** Copies the pages of the repository to where VitePress and its Vue can be found from them. */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = fileURLToPath(new URL('.pages', import.meta.url));

const files = [
  ...readdirSync(root).filter((path) => path.endsWith('.md')),
  'server/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(?:md|png)$/.test(path) && !path.startsWith('site/'))
    .map((path) => `docs/${path}`),
];

rmSync(copy, { recursive: true, force: true });
for (const file of files) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(join(root, file), join(copy, file));
}
