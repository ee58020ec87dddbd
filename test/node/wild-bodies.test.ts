import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseResult } from '../../src/client/result.js';
import { WILD_RESULTS, wildText } from '../support/fixtures/wild/index.js';
import { claimOf, damagedBody } from '../proof/wild.js';

const kindOf = (value: unknown) => {
  const parsed = parseResult(value);
  if (parsed.kind !== 'outcome') return 'none';
  return parsed.outcome.verdict === 'paid' ? 'paid' : 'failed';
};

describe('A body of the real world', () => {
  it('is taken for no more than docs/outcomes.md lets it mean, whatever has happened to it on its way', () => {
    fc.assert(
      fc.property(damagedBody, ({ text }) => {
        const kind = kindOf(text);
        const claim = claimOf(text);
        assert.ok(kind === 'none' || claim[kind], `${kind}, of ${text}`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is not doubted by the second reading if it is certain', () => {
    for (const wild of WILD_RESULTS) {
      const kind = kindOf(wildText(wild));
      if (kind !== 'none') assert.ok(claimOf(wildText(wild))[kind], wild.name);
    }
  });
});
