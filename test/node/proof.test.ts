import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prove } from '../proof/proof.js';

const SEQUENCES = 500;
const SEED = 1;

describe('The promise of one prompt, and of never being left guessing', () => {
  // Always the same ones, so that a change is not held up by what it has not done. New ones are nightly.ts's business.
  it(`holds in ${SEQUENCES} sequences`, { timeout: 300_000 }, async () => {
    const { sequences, failure } = await prove({ runs: SEQUENCES, seed: SEED });
    assert.equal(failure, undefined, failure);
    assert.equal(sequences, SEQUENCES);
  });
});
