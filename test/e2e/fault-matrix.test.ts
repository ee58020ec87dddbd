import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { measureMatrix, renderMatrix, type Row, writtenMatrix } from './fault-matrix.js';
import { World } from './support.js';

describe('The fault matrix', () => {
  let world: World;
  let rows: readonly Row[];

  before(async () => {
    world = await World.open();
    rows = await measureMatrix(world);
  });
  after(() => world.close());

  it('is what docs/fault-matrix.md says, to the letter', async () => {
    assert.equal(await renderMatrix(rows), writtenMatrix());
  });

  it('rings once at most, whatever goes wrong', () => {
    assert.deepEqual(
      rows.filter(({ prompts }) => prompts > 1),
      [],
    );
  });

  it('sends a second push for an expired token alone', () => {
    assert.deepEqual(
      rows.filter(({ pushes, events }) => pushes > 1 && !events.startsWith('`token-expired`')),
      [],
    );
  });

  it('never calls a customer charged or not where a prompt may have rung unheard', () => {
    for (const row of rows) assert.equal(row.promptPossible === 'true', row.states === 'unconfirmed', row.fault);
  });

  it('never lets a phone ring behind a failure', () => {
    for (const row of rows.filter(({ prompts }) => prompts > 0)) {
      assert.ok(!row.states.includes('failed'), row.fault);
      assert.equal(row.afterwards, 'Paid. Thank you!', row.fault);
    }
  });
});
