import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './support/packed.js';

const guides = readdirSync(join(root, 'docs/guides')).filter((name) => name.endsWith('.md'));

describe('The guides', () => {
  for (const guide of guides) {
    it(`show code of an app that is tested, word for word: ${guide}`, () => {
      const markdown = readFileSync(join(root, 'docs/guides', guide), 'utf8');
      // After the language stands the file that the code is from.
      const samples = [...markdown.matchAll(/^```\w+ (test\/integration\/\S+)\n([^]*?)```$/gm)];
      assert.ok(samples.length > 0, 'there is such code');
      for (const [, path = '', code = ''] of samples) {
        assert.ok(readFileSync(join(root, path), 'utf8').includes(code), `${path} has other code`);
      }
    });
  }
});
