import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked, root } from './support/packed.js';

describe('The published types', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react', 'react', '@types/react']);
    cpSync(join(root, 'test/package/types'), project.folder, { recursive: true });
    writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ type: 'module' }));
  });

  after(() => project.remove());

  function compile(compiler: string, options: object): Promise<string> {
    const compilerOptions = {
      ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedSideEffectImports: true },
      ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [], ...options },
    };
    writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    return project.run(join(root, 'node_modules/.bin', compiler), '--project', project.folder);
  }

  // Without skipLibCheck once: the declarations themselves must hold in a stranger's strict project.
  for (const compiler of ['tsc', 'tsc6']) {
    it(`accept what is right and refuse what is wrong, by Node's resolution (${compiler})`, async () => {
      await compile(compiler, { module: 'nodenext', skipLibCheck: false });
    });

    it(`accept what is right and refuse what is wrong, by a bundler's resolution (${compiler})`, async () => {
      await compile(compiler, { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true });
    });
  }
});
