/** P12: the wall clock is set while the server runs. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { steadyTime } from '../src/clock.js';

const HOUR_MS = 3600_000;

function clocks() {
  const at = { wall: 1_000_000, elapsed: 7 };
  const now = steadyTime(
    () => at.wall,
    () => at.elapsed,
  );
  const pass = (ms: number): void => {
    at.wall += ms;
    at.elapsed += ms;
  };
  return { at, now, pass };
}

for (const jump of [HOUR_MS, -HOUR_MS]) {
  it(`a wall clock that is set by ${jump / HOUR_MS} h moves a deadline of 5 min by less than a second`, () => {
    const { at, now, pass } = clocks();
    const start = now();
    at.wall += jump;
    pass(300_000);
    assert.ok(Math.abs(now() - start - 300_000) < 1_000);
  });
}

it('a wall clock that is kept right by and by is followed', () => {
  const { at, now, pass } = clocks();
  for (let second = 0; second < 100_000; second++) {
    pass(1_000);
    at.wall += 0.2;
    now();
  }
  assert.ok(Math.abs(now() - at.wall) < 2);
});

it('time never goes back, and never runs faster than it passes, whatever the wall says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: HOUR_MS }), fc.integer({ min: -HOUR_MS, max: HOUR_MS }))),
      (moves) => {
        const { at, now, pass } = clocks();
        for (const [ms, jump] of moves) {
          const before = now();
          at.wall += jump;
          pass(ms);
          const passed = now() - before;
          assert.ok(passed >= 0 && passed <= ms * 1.001 + 1, `${passed} of ${ms}`);
        }
      },
    ),
  );
});
