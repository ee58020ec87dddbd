import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked, root } from './support/packed.js';

const bin = (name: string): string => join(root, 'node_modules/.bin', name);

describe('What npm publishes', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react']);
  });

  after(() => project.remove());

  it('is the built modules with their sources, the script-tag file, the generated data, the pages of documentation, and nothing else', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => path.replace(/\.ts$/, ''));
    const documentation = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && !path.startsWith('decisions'),
    );
    const expected = [
      ...['LICENSE', 'README.md', 'package.json'],
      ...documentation.map((page) => `docs/${page}`),
      ...['custom-elements.json', 'vscode.html-custom-data.json', 'web-types.json'],
      ...['', '.map'].map((end) => `dist/vitumob-pay.min.js${end}`),
      'dist/vitumob-pay.min.d.ts',
      ...sources.map((path) => `src/${path}.ts`),
      ...sources.flatMap((path) => ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((end) => `dist/${path}${end}`)),
    ];
    assert.deepEqual(project.files, expected.sort());
  });

  it('names no path of this machine and no registry', async () => {
    const { host } = new URL((await project.run('npm', 'config', 'get', 'registry')).trim());
    for (const path of project.files) {
      const text = readFileSync(join(project.installed, path), 'utf8');
      for (const place of [root, project.folder, host]) assert.ok(!text.includes(place), `${path} has ${place} in it`);
    }
  });

  it('is built from a lock file that names no registry either', () => {
    assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved"/);
  });

  it('passes publint without a remark', async () => {
    await project.run(bin('publint'), '--strict', project.tarball);
  });

  it('gives every entry point types that match what it is', async () => {
    await project.run(
      bin('attw'),
      project.tarball,
      ...['--profile', 'esm-only', '--exclude-entrypoints', './custom-elements.json', '--no-definitely-typed'],
    );
  });
});
