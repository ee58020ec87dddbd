import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { updateReadme } from '../../scripts/update-readme.mjs';

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

describe("The README's generated tables", () => {
  it('replace what stands between their markers, and nothing around it', () => {
    const readme = updateReadme(`before\n${markers.join('\n')}\nafter`, manifest);
    assert.ok(readme.startsWith('before\n') && readme.endsWith('\nafter'));
    assert.doesNotMatch(readme, /old/);
    assert.ok(readme.includes("| `mode` | `mode` | `'a' \\| 'b'` |  | One of \\| two. |"), readme);
    assert.ok(readme.includes('| `pay(): Promise<void>` | Pays. |'), readme);
  });

  for (const [index, name] of names.entries()) {
    it(`are refused to a README without the marker of ${name}`, () => {
      const readme = markers.filter((_, other) => other !== index).join('\n');
      assert.throws(() => updateReadme(readme, manifest), new RegExp(`generated:${name}`));
    });
  }
});
