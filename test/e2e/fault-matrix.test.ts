import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { measureMatrix, renderMatrix, type Row, writtenMatrix } from './fault-matrix.js';
import { World } from './support.js';

const CERTAIN = /Nothing was charged/;
const MAY_HAVE_PAID =
  /If your phone asks for Ksh\s[\d,]+, enter your PIN\. You may have paid already: look for an M-Pesa SMS\./;

/** Daraja's answer if another prompt is open on the phone. */
const BUSY_FAULT = '500 with `daraja_error` 500.001.1001';
const BUSY = /Finish or close the other M-Pesa request on this number/;

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

  it('says in every failure whether the customer may have paid', () => {
    for (const { text, promptPossible, fault } of rows.filter(({ promptPossible }) => promptPossible !== '–')) {
      const says = promptPossible === 'true' ? MAY_HAVE_PAID : BUSY_FAULT === fault ? BUSY : CERTAIN;
      assert.match(text, says, fault);
    }
  });

  it('lets the customer try again at once in the failures in which no prompt is possible, and in no other', () => {
    for (const { again, promptPossible, fault } of rows) {
      assert.equal(again, { true: 'no', false: 'yes', '–': '–' }[promptPossible], fault);
    }
  });

  it('offers to pay without a prompt if no prompt can be live, and not otherwise', () => {
    for (const { fault, where, byHand, promptPossible } of rows) {
      const isElsewhere = fault === BUSY_FAULT && where === 'push';
      assert.equal(byHand, promptPossible === 'false' && !isElsewhere ? 'yes' : 'no', `${fault} at ${where}`);
    }
  });

  it('never lets a phone ring behind a failure', () => {
    for (const row of rows.filter(({ prompts }) => prompts > 0)) {
      assert.ok(!row.states.includes('failed'), row.fault);
      assert.equal(row.afterwards, 'Paid. Thank you!', row.fault);
    }
  });
});
