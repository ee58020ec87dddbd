import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './support/packed.js';

interface Sample {
  readonly page: string;
  /** The file that it is from: what stands after the language. */
  readonly path: string;
  readonly code: string;
}

const pages = [
  'docs/start.md',
  'server/README.md',
  ...readdirSync(join(root, 'docs/guides')).map((guide) => `docs/guides/${guide}`),
];

const samplesIn = (page: string): Sample[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(/^```\w+ ((?:test\/integration|examples)\/\S+)\n([^]*?)```$/gm),
  ].map(([, path = '', code = '']) => ({ page, path, code }));

/** Whether a file has this code in it, as deep as it stands there. */
const has = (file: string, code: string) =>
  [0, 2, 4, 6, 8, 10, 12].some((depth) => file.includes(code.replaceAll(/^(?=.)/gm, ' '.repeat(depth))));

describe('The guides show the code of an app that is tested', () => {
  const samples = pages.flatMap(samplesIn);

  for (const { page, path, code } of samples) {
    it(`word for word: ${path}, in ${page}`, () => {
      assert.ok(has(readFileSync(join(root, path), 'utf8'), code), `the file has other code than\n${code}`);
    });
  }

  for (const app of ['angular', 'next', 'react-18', 'react-19', 'solid', 'svelte', 'vue']) {
    it(`and how to use the tag in it: ${app}`, () => {
      const own = samples.filter(({ path }) => path.startsWith(`test/integration/${app}/`));
      const tags = own.filter(({ code }) => /<(?:vitumob-pay|VitumobPay)/.test(code));
      assert.ok(tags.length);
      // What a page has to know: that the prompt is out, that it is not, that the order is paid, that it is not.
      for (const { code } of tags)
        for (const event of [/push-?success/i, /push-?failure/i, /payment-?success/i, /payment-?failure/i])
          assert.match(code, event);
    });
  }
});

it('The guides are for who builds a shop, not for who works on this repository', () => {
  for (const guide of readdirSync(join(root, 'docs/guides')))
    assert.doesNotMatch(
      readFileSync(join(root, 'docs/guides', guide), 'utf8').replace(/^```[^]*?^```$/gm, ''),
      /test\/integration|npm run test/,
      guide,
    );
});

describe('What pages and plugins do to the widget has its answer', () => {
  for (const [trouble, page, words] of [
    ['jQuery’s serialize() leaves it out', 'docs/guides/script-tag.md', ['.serialize()', 'new FormData(form)']],
    ['WooCommerce serialises its form', 'docs/guides/wordpress.md', ['.serialize()', 'new FormData(form)']],
    ['an editor of WordPress changes the tag', 'docs/guides/wordpress.md', ['editor']],
    ['WP Rocket delays it', 'docs/guides/wordpress.md', ['nowprocket']],
    ['Cloudflare rewrites it', 'docs/guides/wordpress.md', ['data-cfasync="false"']],
    ['Autoptimize merges it', 'docs/guides/wordpress.md', ['data-noptimize="1"']],
    ['LiteSpeed merges or defers it', 'docs/guides/wordpress.md', ['data-no-optimize="1"', 'data-no-defer="1"']],
    ['a service worker looks into its cache first', 'docs/troubleshooting.md', ['looks into its cache first']],
    ['nobody runs the script', 'docs/guides/script-tag.md', ['What stands in the tag']],
    ['a phone’s clock is years off', 'docs/troubleshooting.md', ['years off']],
  ] as const) {
    it(`if ${trouble}: ${page}`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      for (const word of words) assert.ok(text.includes(word), word);
    });
  }
});
