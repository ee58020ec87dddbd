import { expect } from '@open-wc/testing';
import {
  FAST_ASK_MS,
  FAST_POLLING_MS,
  FIRST_ASK_MS,
  JITTER,
  LONGEST_EXTENSION_MS,
  LONGEST_RETRY_AFTER_MS,
  MIN_GAP_MS,
  pollStatus,
  POLLING_GRACE_MS,
  SLOWEST_ASK_MS,
  type Answer,
  type Poller,
} from '../../src/checkout/status-poller.js';
import { FakeStorage } from '../support/fake-storage.js';
import { QuickClock } from '../support/quick-clock.js';
import { Tab } from '../support/tab.js';

const WINDOW_MS = 120_000;
const END_MS = WINDOW_MS + POLLING_GRACE_MS;
const NOT_YET: Answer = { answered: true };
const FAILED: Answer = {};

/** Polling for a prompt, whose questions are answered by the test. */
class Polled {
  readonly clock = new QuickClock();
  readonly tab: Tab;
  /** When it was asked, in milliseconds from the beginning. */
  readonly asked: number[] = [];
  ended = 0;
  answer: Answer | Promise<Answer> = NOT_YET;
  /** For how long the backend holds its answer. */
  heldForMs = 0;
  signal: AbortSignal | undefined;
  readonly poller: Poller;

  constructor({ random = 0.5, delay = FIRST_ASK_MS, hidden = false } = {}) {
    const { clock } = this;
    this.tab = new Tab({
      clock,
      storage: new FakeStorage(clock),
      locks: undefined,
      random: () => random,
      fetch: () => Promise.reject(new TypeError('The poller itself sends nothing')),
    });
    this.tab.page.hidden = hidden;
    this.poller = pollStatus(this.tab.environment, {
      delayMs: delay,
      fastUntil: FAST_POLLING_MS,
      endsAt: END_MS,
      ask: async (signal) => {
        this.asked.push(clock.monotonic());
        this.signal = signal;
        const { heldForMs } = this;
        if (heldForMs) await new Promise<void>((resolve) => clock.setTimeout(resolve, heldForMs));
        return this.answer;
      },
      ended: () => this.ended++,
    });
  }

  stop(): void {
    this.poller.stop();
  }

  get intervals(): number[] {
    return this.asked.slice(1).map((at, index) => at - this.asked[index]!);
  }

  get left() {
    return { timers: this.clock.pending, listeners: this.tab.page.subscriptions };
  }
}

const NOTHING = { timers: 0, listeners: 0 };

describe('The outcome', () => {
  it('is asked for first after one second', async () => {
    const polled = new Polled();
    await polled.clock.advance(999);
    expect(polled.asked).to.deep.equal([]);
    await polled.clock.advance(1);
    expect(polled.asked).to.deep.equal([1_000]);
  });

  it('is asked for every two seconds in the first minute, whatever chance says', async () => {
    for (const random of [0, 0.5, 0.999_999]) {
      const polled = new Polled({ random });
      await polled.clock.advance(FAST_POLLING_MS);
      expect(polled.asked).to.have.lengthOf(30);
      expect(new Set(polled.intervals)).to.deep.equal(new Set([FAST_ASK_MS]));
    }
  });

  it('is asked for again two seconds after it was asked, not after it was answered', async () => {
    const polled = new Polled();
    polled.heldForMs = 1_500;
    await polled.clock.advance(10_000);
    expect(polled.asked).to.deep.equal([1_000, 3_000, 5_000, 7_000, 9_000]);
  });

  it('is asked for again at once after an answer that was held, but for the shortest gap', async () => {
    const polled = new Polled();
    polled.heldForMs = 20_000;
    await polled.clock.advance(100_000);
    expect(new Set(polled.intervals)).to.deep.equal(new Set([20_000 + MIN_GAP_MS]));
  });

  it('is asked for less often after the first minute, by 1.5 times, and every ten seconds in the end', async () => {
    const polled = new Polled();
    await polled.clock.advance(WINDOW_MS);
    const later = polled.intervals.filter((interval) => interval > FAST_ASK_MS);
    expect(later.slice(0, 5)).to.deep.equal([3_000, 4_500, 6_750, 10_000, 10_000]);
    expect(later.at(-1)).to.equal(SLOWEST_ASK_MS);
  });

  it('is asked for less often from the very end of the first minute', async () => {
    const polled = new Polled({ delay: FAST_ASK_MS });
    await polled.clock.advance(FAST_POLLING_MS + 3_000);
    expect(polled.asked.slice(-2)).to.deep.equal([FAST_POLLING_MS, FAST_POLLING_MS + 3_000]);
  });

  it('is asked for less often while questions fail, and at the first pace again once one is answered', async () => {
    const polled = new Polled();
    polled.answer = FAILED;
    await polled.clock.advance(20_000);
    expect(polled.intervals.slice(0, 3)).to.deep.equal([3_000, 4_500, 6_750]);
    polled.answer = NOT_YET;
    await polled.clock.advance(20_000);
    expect(polled.intervals.at(-1)).to.equal(FAST_ASK_MS);
  });

  for (const [words, random, share] of [
    ['earlier', 0, 1 - JITTER],
    ['later', 0.999_999, 1 + JITTER],
  ] as const) {
    it(`is asked for up to a fifth ${words} by chance after the first minute`, async () => {
      const polled = new Polled({ random });
      await polled.clock.advance(WINDOW_MS + 30_000);
      expect(polled.intervals.at(-1)).to.be.closeTo(SLOWEST_ASK_MS * share, 1);
    });
  }

  it('is not asked for before the backend wants to be asked', async () => {
    const polled = new Polled();
    polled.answer = { retryAfterMs: 30_000 };
    await polled.clock.advance(1_000);
    await polled.clock.advance(29_999);
    expect(polled.asked).to.deep.equal([1_000]);
    await polled.clock.advance(1);
    expect(polled.asked).to.deep.equal([1_000, 31_000]);
  });

  it('is asked for after a minute at the latest, whatever the backend wants', async () => {
    const polled = new Polled();
    polled.answer = { retryAfterMs: 86_400_000 };
    await polled.clock.advance(1_000 + LONGEST_RETRY_AFTER_MS);
    expect(polled.asked).to.deep.equal([1_000, 61_000]);
  });

  it('is not asked for twice at a time', async () => {
    const polled = new Polled();
    polled.answer = new Promise(() => undefined);
    await polled.clock.advance(100_000);
    expect(polled.asked).to.deep.equal([1_000]);
  });

  it('is asked for at once when the page comes back, in place of a question that was on its way', async () => {
    const polled = new Polled();
    polled.answer = new Promise(() => undefined);
    await polled.clock.advance(1_500);
    const { signal } = polled;
    expect(signal?.aborted).to.equal(false);
    polled.tab.page.wake();
    await polled.clock.advance(0);
    expect(signal?.aborted, 'the first question').to.equal(true);
    expect(polled.asked).to.deep.equal([1_000, 1_500]);
  });

  it('is asked for at once when the page is shown or comes online', async () => {
    const polled = new Polled();
    await polled.clock.advance(1_000);
    polled.tab.page.goOffline();
    await polled.clock.advance(300);
    polled.tab.page.goOnline();
    await polled.clock.advance(0);
    polled.tab.page.hide();
    await polled.clock.advance(300);
    polled.tab.page.show();
    await polled.clock.advance(0);
    expect(polled.asked).to.deep.equal([1_000, 1_300, 1_600]);
  });

  it('is asked for at once when the page comes back, whatever was done to the clock', async () => {
    for (const ms of [-86_400_000, -45_000, 300_000]) {
      const polled = new Polled();
      await polled.clock.advance(50_000);
      const before = polled.asked.length;
      polled.clock.jump(ms);
      polled.tab.page.wake();
      await polled.clock.advance(0);
      expect(polled.asked, String(ms)).to.have.lengthOf(before + 1);
      await polled.clock.advance(10_000);
      expect(polled.ended, String(ms)).to.equal(0);
      expect(polled.asked, String(ms)).to.have.lengthOf(before + 6);
    }
  });

  it('waits for the backend also when the page comes back', async () => {
    const polled = new Polled();
    polled.answer = { answered: true, retryAfterMs: 5_000 };
    await polled.clock.advance(2_000);
    polled.tab.page.wake();
    await polled.clock.advance(0);
    expect(polled.asked).to.deep.equal([1_000]);
    await polled.clock.advance(4_000);
    expect(polled.asked).to.deep.equal([1_000, 6_000]);
  });

  it('is not asked for while the page is hidden, and a question that is held is given up', async () => {
    const polled = new Polled();
    polled.answer = new Promise(() => undefined);
    await polled.clock.advance(1_000);
    polled.tab.page.hide();
    expect(polled.signal?.aborted).to.equal(true);
    polled.answer = NOT_YET;
    await polled.clock.advance(60_000);
    expect(polled.asked).to.deep.equal([1_000]);
    expect(polled.clock.pending).to.equal(0);
    polled.tab.page.show();
    await polled.clock.advance(0);
    expect(polled.asked).to.deep.equal([1_000, 61_000]);
  });

  it('is not asked for in a page that opens unseen', async () => {
    const polled = new Polled({ delay: 0, hidden: true });
    expect(polled.clock.pending).to.equal(0);
    await polled.clock.advance(60_000);
    expect(polled.asked).to.deep.equal([]);
  });

  it('is not asked for in a page that was hidden without a sign', async () => {
    const polled = new Polled();
    polled.tab.page.hidden = true;
    await polled.clock.advance(60_000);
    expect(polled.asked).to.deep.equal([]);
  });

  describe('that does not come', () => {
    it('is asked for once more at the very end, a minute after the window, and then only when the customer comes back', async () => {
      const polled = new Polled();
      await polled.clock.advance(END_MS - 1);
      expect(polled.ended).to.equal(0);
      await polled.clock.advance(1);
      expect(polled.asked.at(-1)).to.equal(END_MS);
      expect(polled.ended).to.equal(1);
      const times = polled.asked.length;
      await polled.clock.advance(WINDOW_MS);
      expect(polled.asked).to.have.lengthOf(times);
      for (const returns of [1, 2, 3]) {
        polled.tab.page.hide();
        polled.tab.page.show();
        await polled.clock.advance(60_000);
        expect(polled.asked).to.have.lengthOf(times + returns);
      }
      expect(polled.ended, 'told once').to.equal(1);
      expect(polled.clock.pending).to.equal(0);
    });

    it('is not given up for a question that fails: it is asked for ten minutes more', async () => {
      const polled = new Polled();
      polled.answer = FAILED;
      await polled.clock.advance(END_MS + 60_000);
      expect(polled.ended).to.equal(0);
      polled.answer = NOT_YET;
      await polled.clock.advance(SLOWEST_ASK_MS);
      expect(polled.ended).to.equal(1);
    });

    it('is given up after ten minutes of questions that fail', async () => {
      const polled = new Polled({ random: 0.9 });
      polled.answer = FAILED;
      await polled.clock.advance(END_MS + LONGEST_EXTENSION_MS - 1);
      expect(polled.ended).to.equal(0);
      await polled.clock.advance(1);
      expect(polled.ended).to.equal(1);
      expect(polled.asked.at(-1), 'the last one falls on the end').to.equal(END_MS + LONGEST_EXTENSION_MS);
      expect(polled.clock.pending).to.equal(0);
    });

    it('is asked for when the page comes back after the end, again if that fails, and then found', async () => {
      const polled = new Polled();
      polled.tab.page.hide();
      await polled.clock.advance(END_MS + 30_000);
      polled.answer = FAILED;
      polled.tab.page.show();
      await polled.clock.advance(0);
      expect([polled.asked.length, polled.ended]).to.deep.equal([1, 0]);
      polled.answer = { done: true };
      await polled.clock.advance(SLOWEST_ASK_MS);
      expect([polled.asked.length, polled.ended]).to.deep.equal([2, 0]);
      expect(polled.left).to.deep.equal(NOTHING);
    });

    it('is one question for a page that is shown and comes online in one moment', async () => {
      const polled = new Polled();
      await polled.clock.advance(END_MS);
      const times = polled.asked.length;
      polled.answer = new Promise(() => undefined);
      polled.tab.page.wake();
      await polled.clock.advance(0);
      polled.tab.page.wake();
      polled.tab.page.wake();
      await polled.clock.advance(1_000);
      expect(polled.asked).to.have.lengthOf(times + 1);
    });
  });

  it('is not asked for any more once it is known', async () => {
    const polled = new Polled();
    polled.answer = { done: true };
    await polled.clock.advance(END_MS);
    expect(polled.asked).to.deep.equal([1_000]);
    expect(polled.ended, 'in vain').to.equal(0);
    expect(polled.poller.isOver).to.equal(true);
    expect(polled.left).to.deep.equal(NOTHING);
  });

  it('leaves no timer, no listener and no question behind when polling is stopped', async () => {
    const polled = new Polled();
    expect(polled.left).to.deep.equal({ timers: 1, listeners: 1 });
    polled.answer = new Promise(() => undefined);
    await polled.clock.advance(1_000);
    polled.stop();
    expect(polled.signal?.aborted).to.equal(true);
    expect(polled.left).to.deep.equal(NOTHING);
    await polled.clock.advance(END_MS);
    expect(polled.asked).to.deep.equal([1_000]);
    expect(polled.ended).to.equal(0);
  });

  it('is left alone if the answer comes after that', async () => {
    const polled = new Polled();
    let answer!: (answer: Answer) => void;
    polled.answer = new Promise((resolve) => {
      answer = resolve;
    });
    await polled.clock.advance(1_000);
    polled.stop();
    answer({});
    await polled.clock.advance(WINDOW_MS);
    expect(polled.left).to.deep.equal(NOTHING);
  });
});
