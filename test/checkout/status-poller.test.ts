import { expect } from '@open-wc/testing';
import {
  FIRST_ASK_MS,
  JITTER,
  LONGEST_RETRY_AFTER_MS,
  SLOWEST_ASK_MS,
  pollStatus,
  POLLING_GRACE_MS,
  type Answer,
} from '../../src/checkout/status-poller.js';
import { FakeStorage } from '../support/fake-storage.js';
import { QuickClock } from '../support/quick-clock.js';
import { Tab } from '../support/tab.js';

const WINDOW_MS = 120_000;

/** A watch over a prompt, whose questions are answered by the test. */
class Watched {
  readonly clock = new QuickClock();
  readonly tab: Tab;
  /** When it was asked. */
  readonly asked: number[] = [];
  ended = 0;
  answer: Answer | Promise<Answer> = {};
  readonly stop: () => void;
  readonly #began: number;

  constructor({ random = 0.5, delay = FIRST_ASK_MS, hidden = false } = {}) {
    const { clock } = this;
    this.tab = new Tab({
      clock,
      storage: new FakeStorage(clock),
      locks: undefined,
      random: () => random,
      fetch: () => Promise.reject(new TypeError('The watcher itself sends nothing')),
    });
    this.tab.page.hidden = hidden;
    this.#began = clock.now();
    this.stop = pollStatus(this.tab.environment, {
      delayMs: delay,
      endsAt: clock.now() + WINDOW_MS + POLLING_GRACE_MS,
      ask: (signal) => {
        this.asked.push(clock.now() - this.#began);
        this.signal = signal;
        return Promise.resolve(this.answer);
      },
      ended: () => this.ended++,
    });
  }

  signal: AbortSignal | undefined;

  get pauses(): number[] {
    return this.asked.slice(1).map((at, index) => at - this.asked[index]!);
  }

  get left() {
    return { timers: this.clock.pending, listeners: this.tab.page.subscriptions };
  }
}

const NOTHING = { timers: 0, listeners: 0 };

describe('The outcome', () => {
  it('is asked for first after two seconds', async () => {
    const watched = new Watched();
    await watched.clock.advance(1_999);
    expect(watched.asked).to.deep.equal([]);
    await watched.clock.advance(1);
    expect(watched.asked).to.deep.equal([2_000]);
  });

  it('is asked for ever less often, by 1.5 to 2 times, and every ten seconds in the end', async () => {
    const watched = new Watched();
    await watched.clock.advance(60_000);
    const { pauses } = watched;
    let expected = FIRST_ASK_MS;
    for (const pause of pauses) {
      const growth = pause / expected;
      if (pause < SLOWEST_ASK_MS) expect(growth).to.be.within(1.5, 2);
      else expect(pause).to.equal(SLOWEST_ASK_MS);
      expected = pause;
    }
    expect(pauses.at(-1)).to.equal(SLOWEST_ASK_MS);
  });

  for (const [words, random, share] of [
    ['earlier', 0, 1 - JITTER],
    ['later', 0.999_999, 1 + JITTER],
  ] as const) {
    it(`is asked for up to a fifth ${words} by chance`, async () => {
      const watched = new Watched({ random });
      await watched.clock.advance(100_000);
      expect(watched.pauses.at(-1)).to.be.closeTo(SLOWEST_ASK_MS * share, 1);
    });
  }

  it('is not asked for before the backend wants to be asked', async () => {
    const watched = new Watched();
    watched.answer = { retryAfterMs: 30_000 };
    await watched.clock.advance(2_000);
    await watched.clock.advance(29_999);
    expect(watched.asked).to.deep.equal([2_000]);
    await watched.clock.advance(1);
    expect(watched.asked).to.deep.equal([2_000, 32_000]);
  });

  it('is asked for after a minute at the latest, whatever the backend wants', async () => {
    const watched = new Watched();
    watched.answer = { retryAfterMs: 86_400_000 };
    await watched.clock.advance(2_000 + LONGEST_RETRY_AFTER_MS);
    expect(watched.asked).to.deep.equal([2_000, 62_000]);
  });

  it('is not asked for twice at a time', async () => {
    const watched = new Watched();
    watched.answer = new Promise(() => undefined);
    await watched.clock.advance(100_000);
    expect(watched.asked).to.deep.equal([2_000]);
  });

  it('is asked for at once when the page comes back, in place of a question that was on its way', async () => {
    const watched = new Watched();
    watched.answer = new Promise(() => undefined);
    await watched.clock.advance(2_500);
    const { signal } = watched;
    expect(signal?.aborted).to.equal(false);
    watched.tab.page.wake();
    await watched.clock.advance(0);
    expect(signal?.aborted, 'the first question').to.equal(true);
    expect(watched.asked).to.deep.equal([2_000, 2_500]);
  });

  it('is asked for at once when the page is shown or comes online', async () => {
    const watched = new Watched();
    await watched.clock.advance(2_000);
    watched.tab.page.goOffline();
    await watched.clock.advance(300);
    watched.tab.page.goOnline();
    await watched.clock.advance(0);
    watched.tab.page.hide();
    await watched.clock.advance(300);
    watched.tab.page.show();
    await watched.clock.advance(0);
    expect(watched.asked).to.deep.equal([2_000, 2_300, 2_600]);
  });

  it('waits for the backend also when the page comes back', async () => {
    const watched = new Watched();
    watched.answer = { retryAfterMs: 5_000 };
    await watched.clock.advance(3_000);
    watched.tab.page.wake();
    await watched.clock.advance(0);
    expect(watched.asked).to.deep.equal([2_000]);
    await watched.clock.advance(4_000);
    expect(watched.asked).to.deep.equal([2_000, 7_000]);
  });

  it('is not asked for while nobody looks', async () => {
    const watched = new Watched();
    watched.tab.page.hide();
    await watched.clock.advance(60_000);
    expect(watched.asked).to.deep.equal([]);
    expect(watched.clock.pending).to.equal(0);
    watched.tab.page.show();
    await watched.clock.advance(0);
    expect(watched.asked).to.deep.equal([60_000]);
  });

  it('is not asked for in a page that opens unseen', async () => {
    const watched = new Watched({ delay: 0, hidden: true });
    await watched.clock.advance(60_000);
    expect(watched.asked).to.deep.equal([]);
  });

  it('is asked for once more at the very end, a minute after the window, and then no more', async () => {
    const watched = new Watched();
    await watched.clock.advance(WINDOW_MS + POLLING_GRACE_MS - 1);
    expect(watched.ended).to.equal(0);
    await watched.clock.advance(1);
    expect(watched.asked.at(-1)).to.equal(WINDOW_MS + POLLING_GRACE_MS);
    expect(watched.ended).to.equal(1);
    expect(watched.left).to.deep.equal(NOTHING);
    await watched.clock.advance(WINDOW_MS);
    watched.tab.page.wake();
    await watched.clock.advance(0);
    expect(watched.ended).to.equal(1);
  });

  it('is asked for once more when the phone wakes after the end', async () => {
    const watched = new Watched();
    await watched.clock.advance(5_000);
    const before = watched.asked.length;
    watched.clock.jump(86_400_000);
    watched.tab.page.wake();
    await watched.clock.advance(0);
    expect(watched.asked).to.have.lengthOf(before + 1);
    expect(watched.ended).to.equal(1);
    expect(watched.left).to.deep.equal(NOTHING);
  });

  it('is asked for no more once it is known', async () => {
    const watched = new Watched();
    watched.answer = { done: true };
    await watched.clock.advance(WINDOW_MS + POLLING_GRACE_MS);
    expect(watched.asked).to.deep.equal([2_000]);
    expect(watched.ended, 'in vain').to.equal(0);
    expect(watched.left).to.deep.equal(NOTHING);
  });

  it('leaves no timer, no listener and no question behind when it is let be', async () => {
    const watched = new Watched();
    expect(watched.left).to.deep.equal({ timers: 1, listeners: 1 });
    watched.answer = new Promise(() => undefined);
    await watched.clock.advance(2_000);
    watched.stop();
    expect(watched.signal?.aborted).to.equal(true);
    expect(watched.left).to.deep.equal(NOTHING);
    await watched.clock.advance(WINDOW_MS + POLLING_GRACE_MS);
    expect(watched.asked).to.deep.equal([2_000]);
    expect(watched.ended).to.equal(0);
  });

  it('is left alone where the answer comes after that', async () => {
    const watched = new Watched();
    let answer!: (answer: Answer) => void;
    watched.answer = new Promise((resolve) => {
      answer = resolve;
    });
    await watched.clock.advance(2_000);
    watched.stop();
    answer({});
    await watched.clock.advance(WINDOW_MS);
    expect(watched.left).to.deep.equal(NOTHING);
  });
});
