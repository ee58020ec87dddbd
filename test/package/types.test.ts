import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked, root } from './support/packed.js';

/** Sources that must compile, and that must not, with what a project has installed: by name, and from where if that differs. */
const projects = [
  { of: 'any page', sources: 'types', installed: { react: 'react', '@types/react': '@types/react' } },
  { of: 'React 19', sources: 'types-react-19', installed: { react: 'react', '@types/react': '@types/react' } },
  { of: 'React 18', sources: 'types-react-18', installed: { react: 'react', '@types/react': '@types/react-18' } },
];

for (const { of, sources, installed } of projects) {
  describe(`The published types, in the project of ${of}`, () => {
    let project: PackedProject;

    before(async () => {
      project = await installPacked(['lit', 'zod']);
      // A copy, so that it finds the project's own React.
      const litReact = 'node_modules/@lit/react';
      cpSync(join(root, litReact), join(project.folder, litReact), { recursive: true });
      for (const [name, from] of Object.entries(installed)) {
        const link = join(project.folder, 'node_modules', name);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(join(root, 'node_modules', from), link);
      }
      cpSync(join(root, 'test/package', sources), project.folder, { recursive: true });
      writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ type: 'module' }));
    });

    after(() => project.remove());

    function compile(compiler: string, options: object): Promise<string> {
      const compilerOptions = {
        ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedSideEffectImports: true },
        ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [], jsx: 'react-jsx', ...options },
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
}
