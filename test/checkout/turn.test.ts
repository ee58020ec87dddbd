import { expect } from '@open-wc/testing';
import { STORAGE_SYNC_MS, TURN_AHEAD_MS } from '../../src/checkout/turn.js';
import { Bench, type Page } from '../support/checkout-bench.js';

describe('The turn of an order', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench({ storageDelayMs: 18 });
  });

  /** Milliseconds from a press to its push. Stops at most a step after it. */
  async function waitOf(page: Page, stepMs = 1): Promise<number> {
    const pressedAt = bench.clock.now();
    const before = bench.pushes;
    void page.pay();
    await bench.clock.flush();
    while (bench.pushes === before && bench.clock.now() - pressedAt < 10_000) await bench.pass(stepMs);
    return bench.payments.to('push')[before]!.at - pressedAt;
  }

  async function intends(page: Page, forMs: number): Promise<void> {
    page.checkout.prepare(page.settings);
    await bench.pass(forMs);
  }

  it('costs a press what storage takes to travel, if nothing was known of it before', async () => {
    const page = bench.page();
    page.checkout.prefetch(page.settings);
    await bench.pass(1_000);
    expect(await waitOf(page)).to.equal(STORAGE_SYNC_MS);
  });

  it('costs a press nothing once it was taken at a sign of intent as long ago', async () => {
    const page = bench.page();
    await intends(page, STORAGE_SYNC_MS);
    expect(await waitOf(page)).to.equal(0);
  });

  it('costs a press the rest of the 40 ms, if it was taken a moment ago', async () => {
    const page = bench.page();
    await intends(page, 15);
    expect(await waitOf(page)).to.equal(STORAGE_SYNC_MS - 15);
  });

  it('is kept for two seconds from the last sign of intent, and then let go of', async () => {
    const page = bench.page();
    await intends(page, TURN_AHEAD_MS - 1);
    await intends(page, TURN_AHEAD_MS - 1);
    expect(bench.locks!.held).to.have.lengthOf(1);
    await bench.pass(1);
    expect(bench.locks!.held).to.deep.equal([]);
    expect(page.tab.timers).to.equal(0);
    expect(await waitOf(page)).to.equal(STORAGE_SYNC_MS);
  });

  for (const [words, leave] of Object.entries({
    'the page is hidden': (page: Page) => {
      page.tab.page.hide();
    },
    'the page is left': (page: Page) => {
      page.tab.page.sleep();
    },
    'the element is removed': (page: Page) => {
      page.checkout.disconnect();
    },
  })) {
    it(`is let go of at once when ${words}`, async () => {
      const page = bench.page();
      await intends(page, 100);
      leave(page);
      await bench.pass(0);
      expect(bench.locks!.held).to.deep.equal([]);
      expect(page.tab.timers).to.equal(0);
    });
  }

  const turnsHeld = () => bench.locks!.held.filter((name) => !name.includes('presence'));

  for (const [words, leave] of Object.entries({
    'in a hidden page': (page: Page) => {
      page.tab.page.hide();
    },
    'for an element that was removed': (page: Page) => {
      page.checkout.disconnect();
    },
  })) {
    it(`is not taken ahead ${words}`, async () => {
      const page = bench.page();
      leave(page);
      await intends(page, 0);
      expect(bench.locks!.held).to.deep.equal([]);
    });
  }

  it('is not taken ahead while a press asks for the last prompt’s outcome', async () => {
    const page = await bench.prompted();
    await bench.pass(120_000);
    bench.payments.plan('status', { fault: 'no-answer' });
    void page.pay();
    await intends(page, 0);
    expect(turnsHeld()).to.deep.equal([]);
  });

  it('outlasts the answer by what storage takes to travel, if a prompt may be live, and not otherwise', async () => {
    for (const [fault, ms] of [
      ['ok', STORAGE_SYNC_MS],
      ['html-404', 0],
    ] as const) {
      const page = bench.pageOf(`order ${fault}`);
      bench.payments.plan('push', { fault });
      const wait = await waitOf(page);
      expect([wait, turnsHeld().length]).to.deep.equal([STORAGE_SYNC_MS, ms ? 1 : 0]);
      await bench.pass(Math.max(0, ms - 1));
      expect(turnsHeld(), 'a moment before').to.have.lengthOf(ms ? 1 : 0);
      await bench.pass(1);
      expect(turnsHeld()).to.deep.equal([]);
    }
  });

  it('is not taken while a push would be held back', async () => {
    const page = await bench.prompted({ statusUrl: undefined });
    await bench.pass(1_000);
    const held = bench.locks!.held.length;
    await intends(page, 0);
    expect(bench.locks!.held).to.have.lengthOf(held);
  });

  it('that another page has taken ahead delays a press until that page lets go of it', async () => {
    const [idle, page] = [bench.page(), bench.page()];
    await intends(idle, 100);
    expect(await waitOf(page, 100)).to.be.within(TURN_AHEAD_MS - 100, TURN_AHEAD_MS + STORAGE_SYNC_MS);
    expect(bench.pushes).to.equal(1);
  });

  it('is waited for in line by a page that shows intent while another one pushes: it joins that push', async () => {
    const [page, other] = [bench.page(), bench.page()];
    bench.payments.plan('push', { downMs: 500 });
    await intends(page, 100);
    void page.pay();
    await bench.clock.flush();
    // Storage has not told it yet.
    await intends(other, 1);
    expect(other.state).to.equal('idle');
    void other.pay();
    await bench.pass(2_000);
    expect(bench.pushes).to.equal(1);
    expect([page.state, other.state]).to.deep.equal(['prompted', 'prompted']);
    expect(other.events).to.deep.equal(['push-request', 'push-success']);
  });

  it('goes to the next page when one dies that had taken it ahead, or a moment after its push', async () => {
    for (const pushes of [false, true]) {
      bench = new Bench({ storageDelayMs: 18 });
      const [page, other] = [bench.page(), bench.page()];
      bench.payments.plan('push', { fault: 'no-answer' });
      await intends(page, 100);
      await intends(other, 100);
      if (pushes) void page.pay();
      await bench.clock.flush();
      page.tab.crash();
      void other.pay();
      await bench.pass(2_000);
      expect(bench.pushes, pushes ? 'the dead page’s' : 'the other page’s').to.equal(1);
      expect(other.state).to.equal(pushes ? 'unconfirmed' : 'requesting');
    }
  });
});
