/** The pages that list result codes, held to the one list that decides: src/model/outcome.ts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { classifyResultCode } from '../../src/model/outcome.js';
import { root } from './support/packed.js';

const read = (page: string) => readFileSync(join(root, page), 'utf8');

/** The numbers in the part of a page that the pattern's group finds, sorted. */
function codesIn(page: string, pattern: RegExp): number[] {
  const [, list] = pattern.exec(read(page)) ?? [];
  assert.ok(list, `${page} has no list like ${String(pattern)}`);
  return [...list.matchAll(/\d+/g)].map(([code]) => Number(code)).sort((a, b) => a - b);
}

const ALL = Array.from({ length: 10_000 }, (_, code) => code);
/** What a query may say that ends a payment. */
const FINAL = ALL.filter((code) => classifyResultCode(code, 'query') !== 'pending');

describe('The pages that list result codes', () => {
  it('name the codes that are final in the answer to a query: docs/backend.md', () => {
    assert.deepEqual(codesIn('docs/backend.md', /codes is final:\s+([\d,\sand]+) are\b/), FINAL);
  });

  it('name the codes that say that nothing was paid: docs/outcomes.md', () => {
    assert.deepEqual(
      codesIn('docs/outcomes.md', /a shape with code (\d+, [\d, or]+) +\| not paid/),
      FINAL.filter((code) => code !== 0),
    );
  });

  it('name the reason of each: docs/reference.md', () => {
    const rows = [...read('docs/reference.md').matchAll(/^\| `([\w-]+)` +\| ([\d, ]+?) +\|$/gm)];
    const listed = Object.fromEntries(
      rows.flatMap(([, reason = '', codes = '']) => codes.split(', ').map((code) => [code, reason])),
    );
    const decided = Object.fromEntries(
      FINAL.filter((code) => code !== 0).map((code) => [String(code), classifyResultCode(code, 'query')]),
    );
    assert.deepEqual(listed, decided);
  });

  it('give the test kit’s codes the reason that they have: docs/testing.md', () => {
    const rows = [...read('docs/testing.md').matchAll(/^\| `'[\w-]+'` .*reason `([\w-]+)` +\| (\w+) +\|$/gm)];
    assert.ok(rows.length > 6);
    for (const [row, reason, code = ''] of rows) {
      assert.equal(classifyResultCode(Number.isNaN(Number(code)) ? code : Number(code), 'callback'), reason, row);
    }
  });

  it('would be told of a page without its list', () => {
    assert.throws(() => codesIn('docs/backend.md', /codes are nowhere: (\d+)/), /has no list/);
  });
});
