import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figure, median, ratio, regressions, type Figure } from '../../bench/statistics.js';

const known = (id: string, value: number, noise: number): Figure => ({ id, value, noise, unit: '×' });

describe('The benchmark', () => {
  it('divides what was measured in one round by what was measured beside it', () => {
    // A machine that is ten times slower in the second round changes neither ratio.
    const { value, noise } = ratio('press', [2, 20, 2], [1, 10, 1], { unit: '×' });
    assert.deepEqual({ value, noise }, { value: 2, noise: 0 });
  });

  it('takes the middle, also of an even number', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 9]), 5);
  });

  it('is noisier the further its rounds lie apart', () => {
    const calm = figure('calm', [1, 1.1, 1, 1.1, 1], { unit: '×' });
    const wild = figure('wild', [1, 3, 0.5, 4, 1], { unit: '×' });
    assert.ok(wild.noise > calm.noise && calm.noise > 0);
  });

  it('names what is worse than the baseline by more than the noise of both runs', () => {
    const baseline = [known('a', 1, 0.1), known('b', 1, 0.1), known('c', 0, 0)];
    const now = [known('a', 1.5, 0.1), known('b', 1.2, 0.1), known('c', 0.02, 0), known('new', 9, 0)];
    assert.deepEqual(
      regressions(now, baseline).map((one) => one.now.id),
      ['a', 'c'],
    );
  });

  it('lets what has become better pass', () => {
    assert.deepEqual(regressions([known('a', 0.5, 0)], [known('a', 1, 0)]), []);
  });
});
