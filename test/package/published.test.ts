import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PackedProject, installPacked, root } from './support/packed.js';

const bin = (name: string): string => join(root, 'node_modules/.bin', name);

describe('What npm publishes', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react']);
  });

  after(() => project.remove());

  it('is the built modules, the script-tag file, the generated data, the pages of documentation, and nothing else', () => {
    const modules = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('testing/'))
      .map((path) => path.replace(/\.ts$/, ''));
    const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      // Why things are as they are is for those who have the repository.
      .filter((path) => path.endsWith('.md') && !/^(?:decisions|site)\//.test(path));
    const expected = [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
      ...pages.map((path) => `docs/${path}`),
      ...['node/payments.mjs', 'node/server.mjs', 'orders.json', 'php/server.php', 'python/server.py'].map(
        (path) => `examples/servers/${path}`,
      ),
      ...['custom-elements.json', 'llms.txt', 'vscode.html-custom-data.json', 'web-types.json'].map(
        (name) => `dist/${name}`,
      ),
      ...['js', 'js.map', 'd.ts', 'js.LICENSE.md'].map((end) => `dist/vitumob-pay.min.${end}`),
      ...['js', 'js.LICENSE.md'].map((end) => `dist/vitumob-pay.dev.${end}`),
      ...['index.js', 'index.d.ts', 'index.js.LICENSE.md'].map((name) => `dist/testing/${name}`),
      ...['index', 'define', 'element/vitumob-pay-element', 'react', 'dev/index', 'test-dom'].map(
        (name) => `dist/edge/${name}.js`,
      ),
      'dist/edge/LICENSE.md',
      ...modules.flatMap((path) => ['js', 'js.map', 'd.ts'].map((end) => `dist/${path}.${end}`)),
    ];
    assert.deepEqual(project.files, expected.sort());
  });

  it('has a surface that `npm run surface` can read, down to what a browser keeps', async () => {
    const surface = await project.run(process.execPath, join(root, 'scripts/surface.mjs'), project.tarball);
    const lines = surface.split('\n');
    for (const line of [
      'vitumob-pay/client exports createClient',
      'vitumob-pay has VitumobPayElement.orderId: string',
      'element attributes order-id string',
      'element cssParts button',
    ]) {
      assert.ok(
        lines.some((found) => found.startsWith(line)),
        line,
      );
    }
    for (const state of ['prompted', 'paid'])
      assert.ok(lines.includes(`stored ${state}: local .3 '${state}'`), `the record of ${state}`);
  });

  it('brings the source of every module that is not readable as it is along in its map, under a relative name', () => {
    const maps = project.files.filter((path) => path.endsWith('.js.map'));
    assert.equal(
      maps.length,
      project.files.filter((path) => /^dist\/(?!testing\/|edge\/|vitumob-pay\.dev).*\.js$/.test(path)).length,
    );
    for (const path of maps) {
      const { sources, sourcesContent, sourceRoot } = JSON.parse(
        readFileSync(join(project.installed, path), 'utf8'),
      ) as { sources: string[]; sourcesContent?: (string | null)[]; sourceRoot?: string };
      assert.ok(!sourceRoot && sources.every((source) => /^\.\.?\//.test(source)), `${path}: ${sources.join()}`);
      assert.equal(sourcesContent?.filter((text) => text).length, sources.length, `${path} lacks sources`);
    }
  });

  it('has Lit and nothing else of others in the script-tag file, and passes its licence on', () => {
    const map = readFileSync(join(project.installed, 'dist/vitumob-pay.min.js.map'), 'utf8');
    const { sources } = JSON.parse(map) as { sources: string[] };
    const others = sources.flatMap((source) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
    assert.deepEqual([...new Set(others)].sort(), ['@lit/reactive-element', 'lit-element', 'lit-html']);
    const text = readFileSync(join(project.installed, 'dist/vitumob-pay.min.js.LICENSE.md'), 'utf8');
    for (const name of new Set(others)) {
      assert.ok(text.includes(`## ${name} - `), name);
      assert.ok(text.includes(readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()), name);
    }
  });

  it('passes on the licence of what is in the backend for tests', () => {
    const text = readFileSync(join(project.installed, 'dist/testing/index.js.LICENSE.md'), 'utf8');
    assert.ok(text.includes(readFileSync(join(root, 'node_modules/hono/LICENSE'), 'utf8').trim()));
    const code = readFileSync(join(project.installed, 'dist/testing/index.js'), 'utf8');
    assert.deepEqual(
      [...code.matchAll(/\bfrom "([^"]+)"/g)].map(([, name]) => name),
      ['zod/mini', 'zod'],
    );
  });

  it('links in no page to what it does not have: that is linked to by its address', () => {
    const dead = project.files
      .filter((path) => /\.(?:md|txt)$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(project.installed, path), 'utf8').replace(/^ *(`{3,})[^]*?^ *\1$/gm, '');
        return (
          [...text.matchAll(/\]\(([^()\s#]+)[^()\s]*\)/g)]
            .map(([, link = '']) => link)
            // Pictures are for those who read it on GitHub or on its site.
            .filter((link) => !/^[a-z]+:|\.png$/.test(link))
            .filter((link) => !existsSync(join(project.installed, dirname(path), link)))
            .map((link) => `${path} -> ${link}`)
        );
      });
    assert.deepEqual(dead, []);
  });

  it('names no path of this machine and no registry', async () => {
    const { host } = new URL((await project.run('npm', 'config', 'get', 'registry')).trim());
    for (const path of project.files) {
      const text = readFileSync(join(project.installed, path), 'utf8');
      for (const place of [root, project.folder, host]) assert.ok(!text.includes(place), `${path} has ${place} in it`);
    }
  });

  it('is built from a lock file that names no registry either', () => {
    assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved": "\w+:/);
  });

  it('passes publint without a remark', async () => {
    await project.run(bin('publint'), '--strict', project.tarball);
  });

  it('gives every entry point types that match what it is, however TypeScript looks for them', async () => {
    await project.run(
      bin('attw'),
      project.tarball,
      ...['--exclude-entrypoints', './custom-elements.json', '--no-definitely-typed'],
      // Since 20.19 Node lets CommonJS require ES modules: test/package/entry-points.test.ts does.
      ...['--ignore-rules', 'cjs-resolves-to-esm'],
    );
  });
});
