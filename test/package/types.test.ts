import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked, root } from './support/packed.js';

describe('The published types', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react', 'react', '@types/react']);
    cpSync(join(root, 'test/package/types'), project.folder, { recursive: true });
    writeFileSync(join(project.folder, 'package.json'), '{ "type": "module" }');
  });

  after(() => project.remove());

  const compile = (compiler: string, ...options: string[]) =>
    project.run(
      join(root, 'node_modules/.bin', compiler),
      ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedSideEffectImports'],
      ...['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--types', '', ...options],
      ...['valid.ts', 'invalid.ts'],
    );

  // Without skipLibCheck: the declarations themselves must hold in a stranger's strict project.
  for (const compiler of ['tsc', 'tsc6']) {
    it(`accept what is right and refuse what is wrong, by Node's resolution (${compiler})`, async () => {
      await compile(compiler, '--module', 'nodenext', '--skipLibCheck', 'false');
    });

    it(`accept what is right and refuse what is wrong, by a bundler's resolution (${compiler})`, async () => {
      await compile(compiler, '--module', 'esnext', '--moduleResolution', 'bundler');
    });
  }
});
