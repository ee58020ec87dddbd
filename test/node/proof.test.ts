import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prove } from '../proof/proof.js';

const SEQUENCES = 500;

describe('The promise of one prompt, and of never being left guessing', () => {
  it(`holds in ${SEQUENCES} random sequences`, { timeout: 120_000 }, async (test) => {
    const seed = Date.now() % 2 ** 31;
    test.diagnostic(`seed ${seed}`);
    const { sequences, failure } = await prove({ runs: SEQUENCES, seed });
    assert.equal(failure, undefined, failure);
    assert.equal(sequences, SEQUENCES);
  });
});
