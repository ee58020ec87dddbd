import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { IS_PUBLISHED } from '../../scripts/generate/published.mjs';
import { updateReadme } from '../../scripts/generate/readme.mjs';
import { updateReference } from '../../scripts/generate/reference.mjs';
import { root } from './support/packed.js';

const read = (page: string) => readFileSync(join(root, page), 'utf8');
const pages = [
  ...['README.md', 'CHANGELOG.md', 'server/README.md', 'examples/shop/README.md', 'scripts/generate/llms.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/^(?:decisions|site)\//.test(path))
    .map((path) => `docs/${path}`),
];

const manifest = {
  modules: [
    {
      declarations: [
        {
          customElement: true,
          members: [
            {
              kind: 'field',
              name: 'mode',
              attribute: 'mode',
              type: { text: "'a' | 'b'" },
              description: 'One\nof | two.',
            },
            { kind: 'method', name: 'pay', return: { type: { text: 'Promise<void>' } }, description: 'Pays.' },
          ],
        },
      ],
    },
  ],
};
const names = ['attributes', 'methods', 'events', 'slots', 'parts', 'css-properties', 'states'];
const markers = names.map((name) => `<!-- generated:${name} -->old<!-- /generated -->`);

describe("The reference's generated tables", () => {
  it('replace what stands between their markers, and nothing around it', () => {
    const reference = updateReference(`before\n${markers.join('\n')}\nafter`, manifest);
    assert.ok(reference.startsWith('before\n') && reference.endsWith('\nafter'));
    assert.doesNotMatch(reference, /old/);
    assert.ok(reference.includes("| `mode` | `mode` | `'a' \\| 'b'` |  | One of \\| two. |"), reference);
    assert.ok(reference.includes('| `pay(): Promise<void>` | Pays. |'), reference);
  });

  for (const [index, name] of names.entries()) {
    it(`are refused to a reference without the marker of ${name}`, () => {
      const reference = markers.filter((_, other) => other !== index).join('\n');
      assert.throws(() => updateReference(reference, manifest), new RegExp(`generated:${name}`));
    });
  }
});

describe("The README's script tag", () => {
  const tag = (version: string, hash: string) =>
    `<script\n  src="https://cdn/npm/vitumob-pay@${version}/dist/vitumob-pay.min.js"\n  integrity="${hash}"\n></script>`;
  const ours = (kilobytes: number) => `\`vitumob-pay.min.js\` is ${kilobytes} kB with brotli`;
  const reacts = (kilobytes: number) => `React with React DOM, without any checkout,\n  is ${kilobytes} kB`;
  const size = (kilobytes: number) => `${ours(kilobytes)}. ${reacts(kilobytes)}`;
  const one = { file: 1000, react: 1000 };
  const until = (text: string) => `<!-- until-published -->${text}<!-- /until-published -->`;

  it('names the version and the hash of its file, its size, and React’s beside it, neither to its own advantage', () => {
    const old = `${size(1)}, ${tag('1.2.3', 'sha384-old')} after`;
    const readme = updateReadme(old, '2.0.0', 'sha384-n/e+w=', { file: 19_001, react: 57_999 }, true);
    assert.equal(readme, `${ours(20)}. ${reacts(57)}, ${tag('2.0.0', 'sha384-n/e+w=')} after`);
  });

  it('is missed where there is none', () => {
    const plain = '<script src="vitumob-pay.min.js"></script>';
    assert.throws(() => updateReadme(size(1) + plain, '2.0.0', 'sha384-new', one, true), /script tag/);
    const noSize = tag('1.2.3', 'sha384-old');
    assert.throws(() => updateReadme(noSize, '2.0.0', 'sha384-new', one, true), /how large `vitumob/);
    assert.throws(() => updateReadme(ours(1) + noSize, '2.0.0', 'sha384-new', one, true), /how large React/);
  });

  it('says that the package is not on npm until it is, and then no more', () => {
    const text = (...between: string[]) => `${size(1)}${tag('1.2.3', 'x')}\n\n${between.join('')}## Next\n`;
    const update = (readme: string, isPublished: boolean) => updateReadme(readme, '1.2.3', 'x', one, isPublished);
    const notYet = text(`| ${until('npm')} |\n\n`, until('\n\nNot on npm.\n\n'), '\n\n');
    assert.equal(update(notYet, false), notYet);
    assert.equal(update(notYet, true), text('|  |\n\n'));
    assert.throws(() => update(text(), false), /not on npm/);
  });

  it('has no word on it elsewhere, so that one place is enough on that day', () => {
    const says = /\b(?:not|no longer|yet) (?:published|on npm)|not released|until the release|not .{0,20}\bon npm/i;
    const readme = read('README.md');
    assert.equal(says.test(readme), !IS_PUBLISHED);
    for (const page of pages) {
      const text = read(page).replaceAll(/<!-- until-published -->[^]*?<!-- \/until-published -->/g, '');
      assert.doesNotMatch(text, says, page);
    }
    assert.doesNotMatch(updateReadme(readme, '1.2.3', 'x', one, true), /until-published/);
  });
});
