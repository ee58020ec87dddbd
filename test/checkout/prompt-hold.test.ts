import { expect } from '@open-wc/testing';
import { createPromptHold } from '../../src/checkout/prompt-hold.js';

describe('The end of a prompt’s window', () => {
  it('is a timestamp of its own: if it was used, the next that was not', () => {
    const hold = createPromptHold({ now: () => 1_000, monotonic: () => 0 });
    expect(hold.unused(5_000)).to.equal(5_000);
    hold.leftMs(5_000);
    hold.leftMs(5_001);
    expect(hold.unused(5_000)).to.equal(5_002);
    expect(hold.unused(4_999)).to.equal(4_999);
  });
});
