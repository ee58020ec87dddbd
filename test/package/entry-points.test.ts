import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked } from './support/packed.js';

const entries = ['', '/element', '/client', '/react', '/dev', '/testing'].map((path) => `vitumob-pay${path}`);

interface Manifest {
  readonly exports: Record<string, string | Record<string, string>>;
  readonly [field: string]: unknown;
}

describe('The entry points', () => {
  let project: PackedProject;
  let manifest: Manifest;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react', 'react']);
    manifest = JSON.parse(readFileSync(join(project.installed, 'package.json'), 'utf8')) as Manifest;
  });

  after(() => project.remove());

  const inNode = (code: string) => project.run(process.execPath, '--input-type=module', '--eval', code);

  it('lead to files that are there, as do the fields that other tools read', () => {
    const fields = ['types', 'unpkg', 'jsdelivr', 'customElements', 'web-types'].map((field) => manifest[field]);
    const targets = Object.values(manifest.exports).flatMap((target) =>
      Object.values(target instanceof Object ? target : [target]),
    );
    for (const target of [...fields, ...targets]) {
      assert.ok(
        typeof target === 'string' && existsSync(join(project.installed, target)),
        `${String(target)} is missing`,
      );
    }
  });

  for (const entry of entries) {
    it(`import on a server without a DOM: ${entry}`, async () => {
      assert.equal((await inNode(`await import('${entry}'); console.log('imported')`)).trim(), 'imported');
    });
  }

  for (const entry of entries) {
    it(`are to be had by CommonJS: ${entry}`, async () => {
      const code = `require('${entry}'); console.log('required')`;
      const output = await project.run(process.execPath, '--no-warnings', '--input-type=commonjs', '--eval', code);
      assert.equal(output.trim(), 'required');
    });
  }

  it('export the class from the main entry and from /element, one and the same', async () => {
    const code = `
      import { VitumobPayElement } from 'vitumob-pay';
      import { VitumobPayElement as alone } from 'vitumob-pay/element';
      console.log(VitumobPayElement === alone && typeof alone);`;
    assert.equal((await inNode(code)).trim(), 'function');
  });

  it('let a bundler read the manifest', async () => {
    const code = `
      import manifest from 'vitumob-pay/custom-elements.json' with { type: 'json' };
      console.log(manifest.modules.some(({ path }) => path === 'dist/vitumob-pay-element.js'));`;
    assert.equal((await inNode(code)).trim(), 'true');
  });

  it('keep every other module of the package private', async () => {
    await assert.rejects(inNode(`import 'vitumob-pay/dist/client/http.js'`), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
