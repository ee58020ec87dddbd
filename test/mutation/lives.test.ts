/** Random lives of an order, which `npm test` plays too: what breaks a promise in one of them is found here, if nothing nearer has found it. */
import { expect } from '@open-wc/testing';
import { prove } from '../proof/proof.js';

const LIVES = 400;

describe('The promises', () => {
  it(`hold in ${LIVES} random lives of an order`, async () => {
    const { failure } = await prove({ runs: LIVES, seed: 20260105 });
    expect(failure).to.equal(undefined);
  }).timeout(60_000);
});
