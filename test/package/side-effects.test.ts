import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Rolldown, build } from 'vite';
import { type PackedProject, installPacked } from './support/packed.js';

describe('A merchant who bundles', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react', 'react']);
  });

  after(() => project.remove());

  async function bundle(code: string): Promise<string> {
    writeFileSync(join(project.folder, 'main.js'), code);
    const bundles = (await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, minify: false, lib: { entry: 'main.js', formats: ['es'] } },
    })) as Rolldown.RolldownOutput[];
    return bundles.flatMap(({ output }) => output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : ''))).join('');
  }

  const registration = /customElements\.define\(["']vitumob-pay["']/;

  it('has the tag registered by a bare import of the main entry', async () => {
    assert.match(await bundle(`import 'vitumob-pay';`), registration);
  });

  it('has the tag registered where only the class is used', async () => {
    assert.match(
      await bundle(`import { VitumobPayElement } from 'vitumob-pay'; console.log(VitumobPayElement);`),
      registration,
    );
  });

  it('has the tag registered by the React component', async () => {
    assert.match(
      await bundle(`import { VitumobPay } from 'vitumob-pay/react'; console.log(VitumobPay);`),
      registration,
    );
  });

  it('has the hints by a bare import of /dev, which registers nothing', async () => {
    const code = await bundle(`import 'vitumob-pay/dev';`);
    assert.match(code, /<vitumob-pay> hint /);
    assert.doesNotMatch(code, registration);
  });

  it('gets the class alone, unregistered, from /element', async () => {
    const code = await bundle(
      `import { VitumobPayElement } from 'vitumob-pay/element'; console.log(VitumobPayElement);`,
    );
    assert.match(code, /class \w* ?extends/);
    assert.doesNotMatch(code, registration);
  });

  it('gets neither Lit nor a DOM with /client', async () => {
    const code = await bundle(`import { createClient } from 'vitumob-pay/client'; console.log(createClient);`);
    assert.match(code, /createClient/);
    assert.doesNotMatch(code, /litHtmlVersions|reactiveElementVersions|customElements|attachShadow/);
  });

  for (const entry of ['element', 'client', 'testing']) {
    it(`pays nothing for an import of /${entry} that is not used`, async () => {
      assert.doesNotMatch(
        await bundle(`import 'vitumob-pay/${entry}'; console.log('mine');`),
        /daraja|litHtmlVersions|attachShadow/i,
      );
    });
  }
});
