import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { type Rolldown, build } from 'vite';
import { type PackedProject, installPacked } from './support/packed.js';

const entries = ['', '/element', '/client', '/react', '/dev', '/testing', '/messages/fr'].map(
  (path) => `vitumob-pay${path}`,
);

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

  /** What bundlers for such servers look for in `exports`, in the order in which they say so. */
  const servers = {
    Node: ['node'],
    Deno: ['deno', 'node'],
    Bun: ['bun', 'node'],
    'Cloudflare Workers': ['workerd', 'worker', 'browser'],
    'the edge runtime of Next.js and Vercel': ['edge-light', 'worker', 'browser'],
    'any other worker': ['worker', 'browser'],
  };

  /** Everything in one script, with what such a server would have made of it. */
  async function bundleFor(entry: string, conditions: readonly string[]): Promise<string> {
    const main = join(project.folder, 'main.js');
    writeFileSync(main, `import * as everything from '${entry}'; globalThis.everything = everything;`);
    const built = (await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
      ssr: { noExternal: true, target: 'webworker', resolve: { conditions: [...conditions, 'module', 'production'] } },
      build: { ssr: main, write: false, minify: false, rolldownOptions: { output: { format: 'iife' } } },
    })) as Rolldown.RolldownOutput;
    return built.output[0].code;
  }

  for (const [server, conditions] of Object.entries(servers)) {
    for (const entry of entries) {
      it(`run bundled for ${server}, where there is nothing but what all of them have: ${entry}`, async () => {
        const context = createContext({
          ...{ console, URL, Event, EventTarget, AbortController },
          ...{ TextEncoder, TextDecoder, performance },
        });
        runInContext(await bundleFor(entry, conditions), context);
        const { everything } = context as { everything: Record<string, unknown> };
        if (entry === 'vitumob-pay') assert.equal(typeof everything['VitumobPayElement'], 'function');
        if (entry.endsWith('/react')) assert.ok(everything['VitumobPay']);
      });
    }
  }

  it('would not run there with the Lit for browsers, by the word of this test', async () => {
    const code = await bundleFor('lit', ['worker', 'browser']);
    assert.throws(() => {
      runInContext(code, createContext({ console }));
    }, /HTMLElement is not defined/);
  });

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
      console.log(manifest.modules.some(({ path }) => path === 'dist/element/vitumob-pay-element.js'));`;
    assert.equal((await inNode(code)).trim(), 'true');
  });

  it('keep every other module of the package private', async () => {
    await assert.rejects(inNode(`import 'vitumob-pay/dist/client/http.js'`), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
