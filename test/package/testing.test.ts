import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium } from '../browsers/chromium.mjs';
import { installPacked, type PackedProject, root } from './support/packed.js';

const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');

/** The page's snippets that are whole files, by their names. */
const files = new Map([...page.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, name, code]) => [name!, code!]));

describe('docs/testing.md, in the project of a merchant', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', 'msw', 'playwright-core']);
    // Playwright as it is, but for the browser: the one that is here.
    const { executablePath, args, env } = await chromium();
    const launch = JSON.stringify({ executablePath, args, ...(env && { env }) });
    const folder = join(project.folder, 'node_modules/playwright');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
    writeFileSync(
      join(folder, 'index.js'),
      `import core from 'playwright-core';\nexport const chromium = { launch: () => core.chromium.launch(${launch}) };\n`,
    );
  });

  after(() => project.remove());

  it('has a test for each way to use the backend', () => {
    assert.deepEqual([...files.keys()], ['stubbed-fetch.test.js', 'msw.test.js', 'server.test.js', 'checkout.test.js']);
  });

  for (const [name, code] of files)
    it(`has ${name} pass as it is written`, async () => {
      writeFileSync(join(project.folder, name), code);
      // A test run within a test run is quiet unless it does not know.
      const node = ['-u', 'NODE_TEST_CONTEXT', process.execPath];
      const output = await project.run('env', ...node, '--test', '--test-reporter=tap', name);
      const told = code.match(/^test\(/gm)!.length;
      assert.match(output, new RegExp(`^# pass ${told}\\b`, 'm'));
    });
});
