import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium } from '../browsers/chromium.mjs';
import { installPacked, type PackedProject, root } from './support/packed.js';

const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');

/** The page's snippets that are whole files, by their names. */
const files = new Map([...page.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, name, code]) => [name!, code!]));

const VITEST = 'node_modules/vitest/vitest.mjs';

/** Loads the widget and has no element made, so that all that is said is said at once. */
const BARE = `
  import { test } from 'vitest';
  import 'vitumob-pay';
  test('loads', () => {});
`;

/** Ends with the checkout in the document, and a payment that waits. */
const LEFT = `
  import { test, vi } from 'vitest';
  import { createTestBackend } from 'vitumob-pay/testing';
  import 'vitumob-pay';

  const backend = createTestBackend();
  vi.stubGlobal('fetch', backend.fetch);

  test('ends too early', async () => {
    vi.useFakeTimers();
    backend.next('no-callback');
    document.body.innerHTML =
      '<vitumob-pay order-id="left" amount="100" token-url="https://shop.example/payments/mpesa/token"' +
      ' push-url="https://shop.example/payments/mpesa/payment/push/request"' +
      ' status-url="https://shop.example/payments/mpesa/status"></vitumob-pay>';
    const checkout = document.querySelector('vitumob-pay');
    await checkout.updateComplete;
    const field = checkout.shadowRoot.querySelector('input');
    field.value = '0723 123 123';
    field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    checkout.shadowRoot.querySelector('[part="button"]').click();
    await vi.waitUntil(() => checkout.state === 'prompted', { timeout: 5000 });
    globalThis.passTime = () => vi.advanceTimersByTimeAsync(10_000);
  });
`;

/** Takes the DOM away as vitest does, and lets time pass then. */
const TORN = `
  import { builtinEnvironments } from 'vitest/runtime';

  const { setImmediate } = globalThis;
  const { name, ...environment } = builtinEnvironments[process.env.DOM];
  export default {
    ...environment,
    name: 'torn',
    async setup(global, options) {
      const { teardown } = await environment.setup(global, options);
      return {
        async teardown(global) {
          for (const type of ['uncaughtException', 'unhandledRejection'])
            process.on(type, (error) => console.log('Left behind:', error.stack));
          const { passTime } = global;
          await teardown(global);
          await passTime();
          await new Promise(setImmediate);
          console.log('Ten seconds after', typeof document);
        },
      };
    },
  };
`;

describe('docs/testing.md, in the project of a merchant', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', 'msw', 'playwright-core', 'vitest', 'jsdom', 'happy-dom']);
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
    assert.deepEqual(
      [...files.keys()],
      [
        ...['stubbed-fetch.test.js', 'msw.test.js', 'server.test.js'],
        ...['vitest.config.js', 'setup.js', 'vitest.test.js', 'checkout.test.js'],
      ],
    );
  });

  const write = (name: string) => {
    writeFileSync(join(project.folder, name), files.get(name)!);
  };
  /** What it prints, errors of the console among it. What is tested is not how long it takes beside this gate's other tests. */
  const vitest = (...options: string[]) => {
    const node = ['env', '-u', 'NODE_TEST_CONTEXT', 'NO_COLOR=1', process.execPath];
    const command = [...node, VITEST, 'run', '--testTimeout=60000', '--hookTimeout=60000'];
    return project.run('sh', '-c', 'exec "$0" "$@" 2>&1', ...command, ...options);
  };

  for (const [name, code] of files)
    if (/\.test\.js$/.test(name) && name !== 'vitest.test.js')
      it(`has ${name} pass as it is written`, async () => {
        write(name);
        // A test run within a test run is quiet unless it does not know.
        const node = ['-u', 'NODE_TEST_CONTEXT', process.execPath];
        const output = await project.run('env', ...node, '--test', '--test-reporter=tap', name);
        const told = code.match(/^test\(/gm)!.length;
        assert.match(output, new RegExp(`^# pass ${told}\\b`, 'm'));
      });

  for (const environment of ['jsdom', 'happy-dom']) {
    it(`has vitest.test.js pass as it is written, in ${environment}`, async () => {
      for (const name of ['vitest.config.js', 'setup.js', 'vitest.test.js']) write(name);
      const output = await vitest('--environment', environment, 'vitest.test.js');
      assert.match(output, /^ +Tests +4 passed \(4\)$/m);
      assert.doesNotMatch(output, /Unhandled/);
    });

    it(`leaves no error behind where a test ends with a payment that waits, in ${environment}`, async () => {
      for (const name of ['vitest.config.js', 'setup.js']) write(name);
      writeFileSync(join(project.folder, 'left.test.js'), LEFT);
      writeFileSync(join(project.folder, 'torn.js'), TORN);
      const words = [process.execPath, VITEST, 'run', '--environment', './torn.js', 'left.test.js'];
      const command = ['env', '-u', 'NODE_TEST_CONTEXT', 'NO_COLOR=1', `DOM=${environment}`, ...words];
      const output = await project.run('sh', '-c', 'exec "$0" "$@" 2>&1', ...command);
      assert.match(output, /^ +Tests +1 passed \(1\)$/m);
      assert.match(output, /^Ten seconds after undefined$/m);
      assert.doesNotMatch(output, /Left behind/);
    });

    it(`names what to set where it would render nothing, in ${environment}`, async () => {
      writeFileSync(join(project.folder, 'bare.test.js'), BARE);
      const configuration = ['--environment', environment, 'bare.test.js', '--config'];
      writeFileSync(join(project.folder, 'bare.config.js'), 'export default {};\n');
      assert.match(
        await vitest(...configuration, 'bare.config.js'),
        /<vitumob-pay> renders nothing here: .* "browser"\. See "With vitest" in docs\/testing\.md/,
      );
      const page = files.get('vitest.config.js')!.replace(/^ +setupFiles.*\n/m, '');
      writeFileSync(join(project.folder, 'bare.config.js'), page);
      const missing = {
        jsdom: 'IntersectionObserver, matchMedia',
        'happy-dom': 'HTMLElement.prototype.attachInternals',
      };
      assert.ok(
        (await vitest(...configuration, 'bare.config.js')).includes(
          `<vitumob-pay> cannot render here: this DOM has no ${missing[environment as keyof typeof missing]}.`,
        ),
      );
    });
  }
});
