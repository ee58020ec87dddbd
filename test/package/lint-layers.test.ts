import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { root } from './support/packed.js';

// None of these rules needs types, and the snippets are in no project.
const eslint = new ESLint({
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';
const layerRules = [globals, properties, syntax];

async function brokenLayerRules(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const fatal = result?.messages.find((message) => message.fatal);
  assert.equal(fatal, undefined, fatal?.message);
  return layerRules.filter((rule) => result?.messages.some(({ ruleId }) => ruleId === rule));
}

const forbidden: [file: string, code: string, rule: string][] = [
  ['src/model/state.ts', `export const now = Date.now();`, globals],
  ['src/model/state.ts', `export const chance = Math.random();`, properties],
  ['src/model/state.ts', `export const title = document.title;`, globals],
  ['src/model/state.ts', `setTimeout(() => {}, 1);`, globals],
  ['src/client/push.ts', `export const base = document.baseURI;`, globals],
  ['src/client/push.ts', `export const online = navigator.onLine;`, globals],
  ['src/client/push.ts', `export const answer = fetch('/');`, globals],
  ['src/client/http.ts', `sessionStorage.clear();`, globals],
  ['src/client/http.ts', `export const request = new XMLHttpRequest();`, globals],
  ['src/checkout/checkout.ts', `export const answer = globalThis.fetch('/');`, properties],
  ['src/checkout/checkout.ts', `localStorage.clear();`, globals],
  ['src/checkout/checkout.ts', `globalThis.localStorage.clear();`, properties],
  ['src/checkout/checkout.ts', `export const online = navigator.onLine;`, globals],
  ['src/browser/storage.ts', `export const answer = fetch('/');`, globals],
  ['src/browser/storage.ts', `customElements.get('vitumob-pay');`, globals],
  ['src/element/payment-controller.ts', `navigator.sendBeacon('/');`, properties],
  ['src/element/vitumob-pay-element.ts', `sessionStorage.clear();`, globals],
  [
    'src/element/vitumob-pay-element.ts',
    `customElements.define('vitumob-pay', class extends HTMLElement {});`,
    globals,
  ],
  ['src/element/vitumob-pay-element.ts', `window.customElements.get('vitumob-pay');`, properties],
  ['src/element/vitumob-pay-element.ts', `export const answer = fetch('/');`, globals],
  ['src/element/view.ts', 'export const view = html`<p style="color: red"></p>`;', syntax],
  ['src/element/view.ts', 'export const view = html`<p>${1}<b style=${2}></b></p>`;', syntax],
  ['src/element/view.ts', 'export const view = html`<style>p { color: red }</style>`;', syntax],
  ['src/element/view.ts', `export const later = import('../messages/sw.js');`, syntax],
  ['src/messages/en.ts', `localStorage.clear();`, globals],
  ['src/dev/index.ts', `export const answer = fetch('/');`, globals],
  ['src/define.ts', `localStorage.clear();`, globals],
];

const allowed: [file: string, code: string][] = [
  ['src/client/http.ts', `export const answer = fetch('/');`],
  ['src/browser/storage.ts', `localStorage.clear();`],
  ['src/browser/page-signals.ts', `window.addEventListener('pagehide', () => {});`],
  ['src/element/view.ts', 'export const view = html`<p class="plain" part="hint"></p>`;'],
  ['src/define.ts', `customElements.define('vitumob-pay', VitumobPayElement);`],
];

/** Who imports what, by which words, and the rule of .dependency-cruiser.mjs that it breaks. */
const forbiddenImports: [file: string, code: string, to: string, rule: RegExp][] = [
  ['src/model/phone.ts', `import '../client/http.js';`, 'src/client/http.ts', /right of it/],
  ['src/model/phone.ts', `import type { Messages } from '../messages/en.js';`, 'src/messages/en.ts', /right of it/],
  ['src/model/phone.ts', `import * as z from 'zod/mini';`, 'node_modules/zod/mini/index.js', /packages/],
  ['src/model/phone.ts', `import '../../simulator/clock.js';`, 'simulator/clock.ts', /nothing around it/],
  ['src/model/phone.ts', `import 'node:fs';`, 'fs', /nothing around it/],
  ['src/client/push.ts', `import '../checkout/checkout.js';`, 'src/checkout/checkout.ts', /right of it/],
  ['src/client/push.ts', `import { html } from 'lit';`, 'node_modules/lit/index.js', /packages/],
  ['src/client/push.ts', `import * as z from 'zod';`, 'node_modules/zod/index.js', /packages/],
  ['src/checkout/checkout.ts', `import { html } from 'lit';`, 'node_modules/lit/index.js', /packages/],
  ['src/checkout/checkout.ts', `import * as z from 'zod/mini';`, 'node_modules/zod/mini/index.js', /packages/],
  ['src/checkout/checkout.ts', `import '../element/events.js';`, 'src/element/events.ts', /right of it/],
  ['src/checkout/checkout.ts', `import '../browser/storage.js';`, 'src/browser/storage.ts', /right of it/],
  ['src/checkout/checkout.ts', `import type { A } from '../browser/locks.js';`, 'src/browser/locks.ts', /right of it/],
  ['src/browser/storage.ts', `import '../element/events.js';`, 'src/element/events.ts', /right of it/],
  ['src/browser/storage.ts', `import '../messages/en.js';`, 'src/messages/en.ts', /right of it/],
  ['src/messages/en.ts', `import '../client/index.js';`, 'src/client/index.ts', /right of it/],
  ['src/element/events.ts', `import '../define.js';`, 'src/define.ts', /right of it/],
  ['src/element/events.ts', `import '../index.js';`, 'src/index.ts', /right of it/],
  ['src/element/events.ts', `import '../dev/index.js';`, 'src/dev/index.ts', /right of it/],
  ['src/element/events.ts', `import * as z from 'zod/mini';`, 'node_modules/zod/mini/index.js', /packages/],
  [
    'src/element/view.ts',
    `import 'lit/directives/unsafe-html.js';`,
    'node_modules/lit/directives/unsafe-html.js',
    /packages/,
  ],
  [
    'src/element/view.ts',
    `import 'lit/directives/style-map.js';`,
    'node_modules/lit/directives/style-map.js',
    /packages/,
  ],
  ['src/element/view.ts', `import 'lit/static-html.js';`, 'node_modules/lit/static-html.js', /packages/],
  [
    'src/element/view.ts',
    `import '../../test/support/fake-clock.js';`,
    'test/support/fake-clock.ts',
    /tests, the build/,
  ],
  ['src/registration.ts', `import './version.js';`, 'src/version.ts', /right of it/],
  ['src/define.ts', `import './index.js';`, 'src/index.ts', /right of it/],
  ['src/define.ts', `import './model/phone.js';`, 'src/model/phone.ts', /right of it/],
  ['src/index.ts', `import './dev/index.js';`, 'src/dev/index.ts', /right of it/],
  ['src/index.ts', `export { parse } from './model/amount.js';`, 'src/model/amount.ts', /only types/],
  ['src/index.ts', `import '../demo/shop.js';`, 'demo/shop.ts', /tests, the build or the demo/],
  ['src/react.ts', `import './dev/index.js';`, 'src/dev/index.ts', /right of it/],
  ['src/react.ts', `import 'lit';`, 'node_modules/lit/index.js', /packages/],
  ['src/types/react.ts', `import '../define.js';`, 'src/define.ts', /right of it/],
  [
    'src/types/react.ts',
    `import { VitumobPayElement } from '../element/events.js';`,
    'src/element/events.ts',
    /only types/,
  ],
  ['src/dev/index.ts', `import '../react.js';`, 'src/react.ts', /right of it/],
  ['src/dev/index.ts', `import '../browser/storage.js';`, 'src/browser/storage.ts', /right of it/],
  ['src/testing/index.ts', `import '../client/index.js';`, 'src/client/index.ts', /right of it/],
  ['src/testing/index.ts', `import '../../demo/shop.js';`, 'demo/shop.ts', /test kit/],
  ['src/attic/old.ts', `import '../model/phone.js';`, 'src/model/phone.ts', /declared/],
  ['demo/shop.ts', `import '../src/index.js';`, 'src/index.ts', /public names/],
  ['demo/shop.ts', `import '../src/model/phone.js';`, 'src/model/phone.ts', /public names/],
  ['demo/shop.ts', `import '../test/support/fake-clock.js';`, 'test/support/fake-clock.ts', /no test/],
  ['simulator/clock.ts', `import '../src/element/events.js';`, 'src/element/events.ts', /entries and its model/],
  ['simulator/clock.ts', `import '../demo/shop.js';`, 'demo/shop.ts', /tests, the build or the demo/],
  [
    'server/src/push.ts',
    `import '../../src/checkout/checkout.js';`,
    'src/checkout/checkout.ts',
    /entries and its model/,
  ],
  ['server/src/push.ts', `import '../../simulator/clock.js';`, 'simulator/clock.ts', /simulates/],
  ['server/src/push.ts', `import './gone.js';`, './gone.js', /is there/],
];

const allowedImports: [file: string, code: string, to: string][] = [
  ['src/model/phone.ts', `import type { Attempt } from './amount.js';`, 'src/model/amount.ts'],
  ['src/client/schemas.ts', `import * as z from 'zod/mini';`, 'node_modules/zod/mini/index.js'],
  ['src/client/push.ts', `import { parsePhone } from '../model/phone.js';`, 'src/model/phone.ts'],
  ['src/checkout/checkout.ts', `import { createClient } from '../client/index.js';`, 'src/client/index.ts'],
  ['src/browser/locks.ts', `import type { Locks } from '../checkout/checkout.js';`, 'src/checkout/checkout.ts'],
  ['src/element/view.ts', `import { live } from 'lit/directives/live.js';`, 'node_modules/lit/directives/live.js'],
  ['src/element/view.ts', `import { en } from '../messages/en.js';`, 'src/messages/en.ts'],
  ['src/element/view.ts', `import { locks } from '../browser/locks.js';`, 'src/browser/locks.ts'],
  ['src/types/react.ts', `import type * as React from 'react';`, 'node_modules/react/index.js'],
  ['src/types/react.ts', `import type { Element } from '../element/view.js';`, 'src/element/view.ts'],
  ['src/types/solid.ts', `import type { JSX } from 'solid-js';`, 'solid-js'],
  ['src/define.ts', `import { Element } from './element/view.js';`, 'src/element/view.ts'],
  ['src/index.ts', `import './define.js';`, 'src/define.ts'],
  ['src/index.ts', `export type { StateName } from './model/phone.js';`, 'src/model/phone.ts'],
  ['src/react.ts', `import { createComponent } from '@lit/react';`, 'node_modules/@lit/react/index.js'],
  ['src/dev/index.ts', `import { en } from '../messages/en.js';`, 'src/messages/en.ts'],
  ['src/testing/index.ts', `import { Clock } from '../../simulator/clock.js';`, 'simulator/clock.ts'],
  ['demo/shop.ts', `import 'vitumob-pay/element';`, 'src/element/vitumob-pay-element.ts'],
  ['simulator/clock.ts', `import { parsePhone } from '../src/client/index.js';`, 'src/client/index.ts'],
  ['server/src/push.ts', `import { parsePhone } from '../../src/model/phone.js';`, 'src/model/phone.ts'],
];

/** Two files that import each other, by value and by type. */
const circles: [file: string, code: string, to: string][] = [
  ['src/checkout/a.ts', `import { b } from './b.js'; export const a = b;`, 'src/checkout/b.ts'],
  ['src/checkout/b.ts', `import { a } from './a.js'; export const b = a;`, 'src/checkout/a.ts'],
  ['src/checkout/c.ts', `import { d } from './d.js'; export const c = d;`, 'src/checkout/d.ts'],
  ['src/checkout/d.ts', `import type { c } from './c.js'; export const d = 1;`, 'src/checkout/c.ts'],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** What dependency-cruiser has against the imports above, all of them in one made-up tree with this repository's rules. */
function cruise(): readonly Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  const written = new Map<string, string>();
  const imports = [...forbiddenImports, ...allowedImports, ...circles];
  for (const [file, code] of imports) written.set(file, `${written.get(file) ?? ''}${code}\n`);
  for (const [, , to] of imports) if (/^\w.*\//.test(to) && !written.has(to)) written.set(to, 'export {};\n');
  for (const [path] of [...written].filter(([path]) => path.startsWith('node_modules/'))) {
    const [name] = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)!;
    written.set(`${name}/package.json`, JSON.stringify({ type: 'module', main: 'index.js', exports: exportsOf }));
  }
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json']) {
    written.set(name, readFileSync(join(root, name), 'utf8'));
  }
  try {
    for (const [path, text] of written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/depcruise'),
      ['--output-type', 'json', 'src', 'demo', 'simulator', 'server'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const exportsOf = { '.': './index.js', './mini': './mini/index.js', './*.js': './*.js' };

describe('The graph of the layers', () => {
  let violations: readonly Violation[];
  before(() => {
    violations = cruise();
  });

  const isCircle = ({ rule }: Violation) => rule.name.startsWith('no circles');
  const against = (file: string, to: string) =>
    violations.filter((one) => one.from === file && one.to === to && !isCircle(one)).map(({ rule }) => rule.name);

  for (const [file, code, to, rule] of forbiddenImports) {
    it(`has no arrow for \`${code}\` in ${file}`, () => {
      assert.match(against(file, to).join(), rule);
    });
  }

  for (const [file, code, to] of allowedImports) {
    it(`has one for \`${code}\` in ${file}`, () => {
      assert.deepEqual(against(file, to), []);
    });
  }

  it('is without circles, but for types, which are gone when the code runs', () => {
    const inCircles = violations.filter(isCircle).map(({ from }) => from);
    assert.ok(inCircles.includes('src/checkout/a.ts'));
    assert.ok(!inCircles.includes('src/checkout/c.ts'));
  });

  it('is of this repository, whose rooms are all declared', () => {
    const declared = readFileSync(join(root, '.dependency-cruiser.mjs'), 'utf8');
    for (const room of readdirSync(join(root, 'src'))) {
      assert.match(declared, new RegExp(`^  '?${room.replace('.', '\\.')}'?: \\{`, 'm'), room);
    }
  });
});

describe('What a layer may use of the platform', () => {
  for (const [file, code, rule] of forbidden) {
    it(`keep \`${code}\` out of ${file}`, async () => {
      assert.deepEqual(await brokenLayerRules(file, code), [rule]);
    });
  }

  for (const [file, code] of allowed) {
    it(`let ${file} have \`${code}\``, async () => {
      assert.deepEqual(await brokenLayerRules(file, code), []);
    });
  }
});
