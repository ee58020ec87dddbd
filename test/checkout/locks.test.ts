import { expect } from '@open-wc/testing';
import { createOrderLock } from '../../src/browser/locks.js';
import type { OrderLock } from '../../src/checkout/environment.js';
import { FakeLocks } from '../support/fake-locks.js';
import { QuickClock } from '../support/quick-clock.js';

const NAME = 'vitumob-pay:order';

/** Something that lasts until it is told to end. */
function task<T>(result: T) {
  const calls: boolean[] = [];
  let end!: () => void;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async (contended: boolean): Promise<T> => {
    calls.push(contended);
    await ended;
    return result;
  };
  return { run, calls, end };
}

const settle = () => new QuickClock().flush();

/** The ways to have a lock, and how many pages it holds between. */
const KINDS: Readonly<Record<string, () => { one: OrderLock; other: OrderLock }>> = {
  'Web Locks': () => {
    const locks = new FakeLocks();
    return { one: createOrderLock(locks.of({})), other: createOrderLock(locks.of({})) };
  },
  'no Web Locks': () => {
    const one = createOrderLock(undefined);
    return { one, other: one };
  },
  'Web Locks that are denied': () => {
    const denied = {
      request: () => Promise.reject(new DOMException('Denied', 'SecurityError')),
      query: () => Promise.resolve({}),
    };
    const one = createOrderLock(denied);
    return { one, other: one };
  },
};

describe('The lock of an order', () => {
  for (const [kind, create] of Object.entries(KINDS)) {
    describe(`with ${kind}`, () => {
      it('runs one after the other, and tells who had to wait', async () => {
        const { one, other } = create();
        const first = task('first');
        const second = task('second');
        const results = Promise.all([one.exclusive(NAME, first.run), other.exclusive(NAME, second.run)]);
        await settle();
        expect(first.calls).to.deep.equal([false]);
        expect(second.calls).to.deep.equal([]);
        first.end();
        await settle();
        expect(second.calls).to.deep.equal([true]);
        second.end();
        expect(await results).to.deep.equal(['first', 'second']);
      });

      it('keeps orders apart', async () => {
        const { one, other } = create();
        const first = task(1);
        const second = task(2);
        const results = Promise.all([one.exclusive(NAME, first.run), other.exclusive('another', second.run)]);
        await settle();
        expect([first.calls, second.calls]).to.deep.equal([[false], [false]]);
        first.end();
        second.end();
        await results;
      });

      it('is let go of by a task that fails, whose error it hands on', async () => {
        const { one, other } = create();
        const error = new Error('of the task');
        const failed = await one.exclusive(NAME, () => Promise.reject(error)).catch((reason: unknown) => reason);
        expect(failed).to.equal(error);
        expect(await other.exclusive(NAME, (contended) => Promise.resolve(contended))).to.equal(false);
      });

      it('can be claimed by one at a time, and by nobody while it is held', async () => {
        const { one, other } = create();
        const release = await one.claim(NAME);
        expect(release).to.be.a('function');
        expect(await other.claim(NAME)).to.equal(undefined);
        const waiting = task('after it');
        const over = other.exclusive(NAME, waiting.run);
        await settle();
        expect(waiting.calls).to.deep.equal([]);
        release?.();
        await settle();
        expect(waiting.calls).to.deep.equal([true]);
        waiting.end();
        expect(await over).to.equal('after it');
        await settle();
        (await other.claim(NAME))?.();
      });
    });
  }

  it('gives up waiting when told to, and does not run its task later', async () => {
    const { one, other } = KINDS['Web Locks']!();
    const first = task(undefined);
    const second = task(undefined);
    const giveUp = new AbortController();
    const over = one.exclusive(NAME, first.run);
    const waiting = other.exclusive(NAME, second.run, giveUp.signal).catch((reason: unknown) => reason);
    await settle();
    giveUp.abort();
    expect(await waiting).to.be.instanceOf(Error);
    first.end();
    await over;
    await settle();
    expect(second.calls).to.deep.equal([]);
  });

  it('lets a task run to its end that is told to give up after its turn has begun', async () => {
    const { one } = KINDS['Web Locks']!();
    const first = task('result');
    const giveUp = new AbortController();
    const over = one.exclusive(NAME, first.run, giveUp.signal);
    await settle();
    giveUp.abort();
    first.end();
    expect(await over).to.equal('result');
  });

  it('goes to the next when a tab crashes that holds it', async () => {
    const locks = new FakeLocks();
    const tab = {};
    const first = task(undefined);
    const second = task('second');
    void createOrderLock(locks.of(tab)).exclusive(NAME, first.run);
    const over = createOrderLock(locks.of({})).exclusive(NAME, second.run);
    await settle();
    locks.crash(tab);
    await settle();
    expect(second.calls).to.deep.equal([true]);
    second.end();
    expect(await over).to.equal('second');
    expect(locks.held).to.deep.equal([]);
  });
});
