import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './support/packed.js';

interface Sample {
  readonly guide: string;
  /** The file that it is from: what stands after the language. */
  readonly path: string;
  readonly code: string;
}

const samplesIn = (guide: string): Sample[] =>
  [
    ...readFileSync(join(root, 'docs/guides', guide), 'utf8').matchAll(
      /^```\w+ (test\/integration\/\S+)\n([^]*?)```$/gm,
    ),
  ].map(([, path = '', code = '']) => ({ guide, path, code }));

describe('The guides show the code of an app that is tested', () => {
  const samples = readdirSync(join(root, 'docs/guides')).flatMap(samplesIn);

  for (const { guide, path, code } of samples) {
    it(`word for word: ${path}, in ${guide}`, () => {
      assert.ok(readFileSync(join(root, path), 'utf8').includes(code), `the file has other code than\n${code}`);
    });
  }

  for (const app of ['angular', 'next', 'react-18', 'react-19', 'solid', 'svelte', 'vue']) {
    it(`and how to use the tag in it: ${app}`, () => {
      const own = samples.filter(({ path }) => path.startsWith(`test/integration/${app}/`));
      assert.ok(own.some(({ code }) => /<(?:vitumob-pay|VitumobPay)/.test(code)));
    });
  }
});
