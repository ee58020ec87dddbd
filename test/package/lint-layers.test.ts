import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// None of these rules needs types, and the snippets are in no project.
const eslint = new ESLint({
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

const imports = '@typescript-eslint/no-restricted-imports';
const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';
const layerRules = [imports, globals, properties, syntax];

async function brokenLayerRules(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const fatal = result?.messages.find((message) => message.fatal);
  assert.equal(fatal, undefined, fatal?.message);
  return layerRules.filter((rule) => result?.messages.some(({ ruleId }) => ruleId === rule));
}

const forbidden: [file: string, code: string, rule: string][] = [
  ['src/model/phone.ts', `import '../client/http.js';`, imports],
  ['src/model/phone.ts', `import type { Messages } from '../messages/index.js';`, imports],
  ['src/model/phone.ts', `import * as z from 'zod/mini';`, imports],
  ['src/model/state.ts', `export const now = Date.now();`, globals],
  ['src/model/state.ts', `export const chance = Math.random();`, properties],
  ['src/model/state.ts', `export const title = document.title;`, globals],
  ['src/model/state.ts', `setTimeout(() => {}, 1);`, globals],
  ['src/client/push.ts', `import '../checkout/checkout.js';`, imports],
  ['src/client/push.ts', `import { html } from 'lit';`, imports],
  ['src/client/push.ts', `import * as z from 'zod';`, imports],
  ['src/client/push.ts', `export const base = document.baseURI;`, globals],
  ['src/client/push.ts', `export const online = navigator.onLine;`, globals],
  ['src/client/push.ts', `export const answer = fetch('/');`, globals],
  ['src/client/http.ts', `sessionStorage.clear();`, globals],
  ['src/client/http.ts', `export const request = new XMLHttpRequest();`, globals],
  ['src/checkout/checkout.ts', `import { html } from 'lit';`, imports],
  ['src/checkout/checkout.ts', `import '../vitumob-pay-element.js';`, imports],
  ['src/checkout/checkout.ts', `import '../payment-controller.js';`, imports],
  ['src/checkout/checkout.ts', `import '../events.js';`, imports],
  ['src/checkout/checkout.ts', `export const answer = globalThis.fetch('/');`, properties],
  ['src/checkout/checkout.ts', `localStorage.clear();`, globals],
  ['src/checkout/checkout.ts', `window.localStorage.clear();`, properties],
  ['src/checkout/attempt-store.ts', `export const answer = fetch('/');`, globals],
  ['src/messages/en.ts', `import '../client/index.js';`, imports],
  ['src/element/events.ts', `import { createClient } from './client/index.js';`, imports],
  ['src/element/events.ts', `import type { VitumobPayElement } from './vitumob-pay-element.js';`, imports],
  ['src/element/payment-controller.ts', `import './vitumob-pay-element.js';`, imports],
  ['src/element/payment-controller.ts', `import './define.js';`, imports],
  ['src/element/payment-controller.ts', `navigator.sendBeacon('/');`, properties],
  ['src/element/vitumob-pay-element.ts', `import './define.js';`, imports],
  ['src/element/vitumob-pay-element.ts', `import './index.js';`, imports],
  ['src/element/vitumob-pay-element.ts', `import * as z from 'zod/mini';`, imports],
  ['src/element/vitumob-pay-element.ts', `import { unsafeHTML } from 'lit/directives/unsafe-html.js';`, imports],
  ['src/element/vitumob-pay-element.ts', `import { styleMap } from 'lit/directives/style-map.js';`, imports],
  [
    'src/element/vitumob-pay-element.ts',
    `customElements.define('vitumob-pay', class extends HTMLElement {});`,
    globals,
  ],
  ['src/element/vitumob-pay-element.ts', `window.customElements.get('vitumob-pay');`, properties],
  ['src/element/vitumob-pay-element.ts', `export const answer = fetch('/');`, globals],
  ['src/element/vitumob-pay-element.ts', 'export const view = html`<p style="color: red"></p>`;', syntax],
  ['src/element/vitumob-pay-element.ts', 'export const view = html`<p>${1}<b style=${2}></b></p>`;', syntax],
  ['src/element/vitumob-pay-element.ts', 'export const view = html`<style>p { color: red }</style>`;', syntax],
  ['src/element/vitumob-pay-element.ts', `export const later = import('./messages/sw.js');`, syntax],
  ['src/element/vitumob-pay-element.ts', `import './dev.js';`, imports],
  ['src/dev/index.ts', `import './payment-controller.js';`, imports],
  ['src/dev/index.ts', `import './index.js';`, imports],
  ['src/define.ts', `import './index.js';`, imports],
  ['src/define.ts', `import './payment-controller.js';`, imports],
  ['src/types/react.ts', `import '../define.js';`, imports],
  ['src/types/react.ts', `import { VitumobPayElement } from '../vitumob-pay-element.js';`, imports],
  ['src/types/react.ts', `import type { Attempt } from '../model/attempt.js';`, imports],
  ['src/index.ts', `import '../demo/backend/backend.js';`, imports],
  ['src/element/vitumob-pay-element.ts', `import '../test/support/fake-clock.js';`, imports],
  ['src/model/phone.ts', `import '../../simulator/payments-api/backend.js';`, imports],
  ['demo/shop.ts', `import '../src/index.js';`, imports],
  ['simulator/payments-api/backend.ts', `import '../../src/model/phone.js';`, imports],
  ['simulator/payments-api/backend.ts', `import '../../test/support/fake-clock.js';`, imports],
  ['demo/shop.ts', `import '/src/index.ts';`, imports],
];

const allowed: [file: string, code: string][] = [
  ['src/model/state.ts', `import type { Attempt } from './attempt.js';`],
  ['src/client/schemas.ts', `import * as z from 'zod/mini';`],
  ['src/client/push.ts', `import { parsePhone } from '../model/phone.js';`],
  ['src/client/http.ts', `export const answer = fetch('/');`],
  ['src/checkout/checkout.ts', `import { createClient } from '../client/index.js';`],
  ['src/checkout/attempt-store.ts', `localStorage.clear();`],
  ['src/element/events.ts', `import type { PushResponse } from './client/push.js';`],
  ['src/types/react.ts', `import type * as React from 'react';`],
  ['src/types/react.ts', `import type { VitumobPayElement } from '../vitumob-pay-element.js';`],
  ['src/element/payment-controller.ts', `import { Checkout } from './checkout/checkout.js';`],
  ['src/element/payment-controller.ts', `import type { ReactiveController } from 'lit';`],
  ['src/element/vitumob-pay-element.ts', `import { live } from 'lit/directives/live.js';`],
  ['src/element/vitumob-pay-element.ts', `import { PaymentController } from './payment-controller.js';`],
  ['src/element/vitumob-pay-element.ts', 'export const view = html`<p class="plain" part="hint"></p>`;'],
  ['src/define.ts', `customElements.define('vitumob-pay', VitumobPayElement);`],
  ['src/index.ts', `import './define.js';`],
  ['src/dev/index.ts', `import { hintsFor } from './hints.js';`],
  ['src/react.ts', `import { createComponent } from '@lit/react';`],
  ['demo/shop.ts', `import 'vitumob-pay';`],
  ['demo/shop.ts', `import { parse } from './backend/read-json.js';`],
];

describe('The layers of src', () => {
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
