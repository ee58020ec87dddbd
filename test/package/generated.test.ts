import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { updateReadme } from '../../scripts/generate/readme.mjs';
import { updateReference } from '../../scripts/generate/reference.mjs';

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
  const size = (kilobytes: number) => `\`vitumob-pay.min.js\` is ${kilobytes} kB with brotli`;

  it('names the version and the hash of its file, and its size', () => {
    const readme = updateReadme(`${size(1)}, ${tag('1.2.3', 'sha384-old')} after`, '2.0.0', 'sha384-n/e+w=', 19_001);
    assert.equal(readme, `${size(20)}, ${tag('2.0.0', 'sha384-n/e+w=')} after`);
  });

  it('is missed where there is none', () => {
    const plain = '<script src="vitumob-pay.min.js"></script>';
    assert.throws(() => updateReadme(size(1) + plain, '2.0.0', 'sha384-new', 1), /script tag/);
    assert.throws(() => updateReadme(tag('1.2.3', 'sha384-old'), '2.0.0', 'sha384-new', 1), /how large/);
  });
});
