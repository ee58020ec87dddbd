import { expect } from '@open-wc/testing';
import { Bench, KEY, TIMEOUT_MS, WINDOW_MS, type Page } from '../support/checkout-bench.js';
import { resultOf, STATUS_URL } from '../support/fake-payments.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Less than what a page waits for before it believes its storage. */
const STORAGE_DELAY_MS = 30;

describe('One order has one prompt', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench({ storageDelayMs: STORAGE_DELAY_MS });
  });

  /** Lets a page press, and says whether it could. */
  async function presses(page: Page): Promise<boolean> {
    const before = bench.pushes;
    await bench.pay(page);
    return bench.pushes > before;
  }

  it('when two tabs press at once: the second shares the first one’s push', async () => {
    const [one, other] = [bench.page(), bench.page()];
    await Promise.all([bench.pay(one), bench.pay(other)]);
    expect(bench.pushes).to.equal(1);
    for (const page of [one, other]) {
      expect(page.events).to.deep.equal(['push-request', 'push-success']);
      expect(page.last('push-success')).to.include({ checkoutRequestId: 'ws_CO_0' });
    }
    expect(other.last('push-success')?.phone, 'of another tab').to.equal('2547*****123');
    expect(other.last('push-success')?.response, 'rebuilt').to.deep.equal({
      payment_id: 'ws_CO_0',
      daraja_response: { CheckoutRequestID: 'ws_CO_0', ResponseCode: '0' },
    });
    expect(one.last('push-success')?.response, 'as received').to.include.keys('order_id', 'payment_id');
    expect(bench.payments.to('token'), 'the second needs none').to.have.lengthOf(1);
  });

  it('when two tabs press at once and the first push is certainly refused: then the second pushes', async () => {
    const [one, other] = [bench.page(), bench.page()];
    bench.payments.plan('push', { fault: 'refused-code' });
    await Promise.all([bench.pay(one), bench.pay(other)]);
    expect(one.events).to.deep.equal(['push-request', 'push-failure']);
    expect(other.events).to.deep.equal(['push-request', 'push-success']);
    expect(bench.payments.prompts).to.have.lengthOf(1);
  });

  it('when two tabs press at once and the first push gets no answer', async () => {
    const [one, other] = [bench.page(), bench.page()];
    bench.payments.plan('push', { fault: 'reset-after' });
    await Promise.all([bench.pay(one), bench.pay(other)]);
    expect(bench.pushes).to.equal(1);
    for (const page of [one, other]) {
      expect(page.last('push-failure')).to.include({ reason: 'network', promptPossible: true });
      expect(page.state).to.equal('unconfirmed');
    }
  });

  it('when two elements of a page press at once, without Web Locks', async () => {
    bench = new Bench({ locks: false });
    const one = bench.page();
    const other = bench.page({}, one.tab);
    await Promise.all([bench.pay(one), bench.pay(other)]);
    expect(bench.pushes).to.equal(1);
    expect(other.events).to.deep.equal(['push-request', 'push-success']);
  });

  it('when the page is reloaded before the push was answered', async () => {
    const page = bench.page();
    bench.payments.plan('push', { downMs: 20_000 });
    void page.pay();
    await bench.pass(1_000);
    const again = bench.reload(page);
    expect(again.state).to.equal('unconfirmed');
    expect(again.events, 'a reload tells nothing').to.deep.equal([]);
    expect(await presses(again)).to.equal(false);
    await bench.pass(WINDOW_MS);
    expect(again.checkout.snapshot().canPay, 'the request may have lasted its timeout').to.equal(false);
    await bench.pass(TIMEOUT_MS);
    expect(again.checkout.snapshot().canPay).to.equal(true);
  });

  it('when the page is reloaded after the push was answered', async () => {
    const again = bench.reload(await bench.prompted());
    expect(again.state).to.equal('prompted');
    expect(again.checkout.state).to.have.nested.property('attempt.phone', '2547*****123');
    expect(await presses(again)).to.equal(false);
  });

  it('when the tab crashes between sending and answering', async () => {
    const page = bench.page();
    bench.payments.plan('push', { fault: 'no-answer' });
    void page.pay();
    await bench.pass(1_000);
    page.tab.crash();
    const other = bench.page();
    expect(other.state).to.equal('unconfirmed');
    expect(await presses(other)).to.equal(false);
  });

  it('when the tab crashes a moment ago, and another has not yet heard of its push', async () => {
    const [page, other] = [bench.page(), bench.page()];
    bench.payments.plan('push', { fault: 'no-answer' });
    void page.pay();
    // Until the push has left, and not longer than its record takes to the other tab.
    while (bench.pushes === 0) await bench.pass(1);
    page.tab.crash();
    expect(other.state, 'nothing is known here').to.equal('idle');
    expect(await presses(other)).to.equal(false);
    expect(other.events, 'it shares that push').to.deep.equal(['push-request', 'push-failure']);
  });

  it('when a tab waits for one that crashes', async () => {
    const [page, other] = [bench.page(), bench.page()];
    bench.payments.plan('push', { fault: 'no-answer' });
    void page.pay();
    await bench.pass(1);
    const over = other.pay();
    while (bench.pushes === 0) await bench.pass(1);
    page.tab.crash();
    await bench.pass(1_000);
    await over;
    expect(bench.pushes).to.equal(1);
    expect(other.state).to.equal('unconfirmed');
    expect(bench.payments.to('token'), 'the second needs none').to.have.lengthOf(1);
  });

  it('when a page holds the lock for longer than any attempt lasts: it may have pushed', async () => {
    const frozen = bench.page();
    bench.payments.plan('push', { downMs: 5_000 });
    void frozen.pay();
    await bench.pass(1_000);
    frozen.tab.freeze();
    bench.storage.clear();
    const other = bench.page();
    void other.pay();
    await bench.pass(4 * TIMEOUT_MS);
    expect(other.events).to.deep.equal(['push-request', 'push-failure']);
    expect(other.last('push-failure')).to.include({ reason: 'timeout', promptPossible: true });
    expect(bench.pushes).to.equal(1);
    const before = other.refreshed;
    await bench.pass(WINDOW_MS + 70_000);
    expect([other.checkout.snapshot().isPolling, other.refreshed > before], 'asking has ended').to.deep.equal([
      false,
      true,
    ]);
    other.checkout.reset();
    expect(other.state).to.equal('idle');
  });

  it('when a page comes back from the back/forward cache', async () => {
    const [cached, other] = [bench.page(), bench.page()];
    cached.tab.freeze();
    await bench.pay(other);
    cached.tab.thaw();
    expect(cached.state).to.equal('prompted');
    expect(await presses(cached)).to.equal(false);
  });

  it('when the clock is set forward', async () => {
    const page = await bench.prompted();
    bench.clock.jump(DAY_MS);
    expect(page.checkout.snapshot().canPay).to.equal(false);
    expect(await presses(page)).to.equal(false);
    await bench.pass(WINDOW_MS);
    expect(page.checkout.snapshot().canPay).to.equal(true);
  });

  for (const fault of ['ok', 'reset-after'] as const) {
    it(`when the clock is set forward, and a push of a page that goes by it is refused: ${fault}`, async () => {
      const page = bench.page({ statusUrl: undefined });
      bench.payments.plan('push', { fault });
      await bench.pay(page);
      const { name } = page.checkout.state;
      bench.clock.jump(DAY_MS / 2);
      const other = bench.page({ statusUrl: undefined });
      bench.payments.plan('push', { fault: 'html-404' });
      await bench.pay(other);
      expect(bench.pushes, 'that page cannot know').to.equal(2);
      expect(page.state).to.equal(name);
      expect(page.checkout.snapshot()).to.include({ canPay: false }).and.to.have.property('manualLockedForMs').above(0);
      expect(await presses(page)).to.equal(false);
      await bench.pass(WINDOW_MS);
      expect(page.checkout.snapshot()).to.include({ canPay: true, manualLockedForMs: 0 });
    });
  }

  it('when the clock is put back, another page dates the prompt anew, and the clock is set right again', async () => {
    const page = await bench.prompted({ statusUrl: undefined });
    bench.clock.jump(-DAY_MS / 2);
    bench.page({ statusUrl: undefined });
    bench.clock.jump(DAY_MS / 2);
    await bench.pass(1_000);
    expect(page.checkout.snapshot()).to.include({ canPay: false }).and.to.have.property('manualLockedForMs').above(0);
    expect(await presses(page)).to.equal(false);
    await bench.pass(WINDOW_MS);
    expect(page.checkout.snapshot().canPay).to.equal(true);
  });

  it('when the clock is put back, and for no longer than the window', async () => {
    const page = await bench.prompted();
    bench.clock.jump(-DAY_MS);
    const again = bench.reload(page);
    expect(await presses(again)).to.equal(false);
    await bench.pass(WINDOW_MS);
    expect(again.checkout.snapshot().canPay).to.equal(true);
  });

  for (const trouble of ['denied', 'full'] as const) {
    it(`when storage is ${trouble}: two elements of a page share its memory`, async () => {
      bench.storage.trouble = trouble;
      const page = bench.page();
      const other = bench.page({}, page.tab);
      await bench.pay(page);
      expect(other.state).to.equal('prompted');
      expect(await presses(other)).to.equal(false);
    });
  }

  it('when the site’s data is cleared in mid-payment', async () => {
    const page = await bench.prompted();
    bench.storage.clear();
    expect(await presses(page)).to.equal(false);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
    expect(page.state).to.equal('paid');
  });

  describe('when the page’s own code clears storage, as a log-out does, and', () => {
    it('the element is rendered anew', async () => {
      const page = await bench.prompted();
      page.tab.process.clearLocal();
      page.checkout.disconnect();
      const anew = bench.page({}, page.tab);
      expect(anew.state).to.equal('prompted');
      expect(await presses(anew)).to.equal(false);
    });

    it('the page is reloaded', async () => {
      const page = await bench.prompted();
      page.tab.process.clearLocal();
      expect(await presses(bench.reload(page))).to.equal(false);
    });

    it('another tab is opened once the outcome has been asked for again', async () => {
      const page = await bench.prompted();
      page.tab.process.clearLocal();
      await bench.pass(2_500);
      expect(await presses(bench.page())).to.equal(false);
    });

    it('another tab is opened once the countdown has gone on', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      page.tab.process.clearLocal();
      // The element does so with each second that it shows.
      page.checkout.snapshot();
      await bench.pass(STORAGE_DELAY_MS);
      expect(await presses(bench.page({ statusUrl: undefined }))).to.equal(false);
    });

    it('another tab does it, whereupon this one is reloaded', async () => {
      const page = await bench.prompted();
      bench.storage.clear();
      await bench.pass(1_000);
      expect(await presses(bench.reload(page))).to.equal(false);
      expect(await presses(bench.page())).to.equal(false);
    });

    it('a new element is there while the push is in flight', async () => {
      const page = bench.page();
      bench.payments.plan('push', { downMs: 5_000 });
      void page.pay();
      await bench.pass(1_000);
      bench.storage.clear();
      page.checkout.disconnect();
      expect(await presses(bench.page({}, page.tab))).to.equal(false);
    });
  });

  it('when storage is full, and the page is reloaded', async () => {
    bench.storage.trouble = 'full';
    const page = await bench.prompted();
    expect(await presses(bench.reload(page))).to.equal(false);
  });

  it('when the clock is set forward, and the element is rendered anew', async () => {
    for (const ms of [300_000, DAY_MS, 400 * DAY_MS]) {
      bench = new Bench();
      const page = await bench.prompted();
      bench.clock.jump(ms);
      page.checkout.disconnect();
      const anew = bench.page({}, page.tab);
      expect(anew.checkout.snapshot().canPay, String(ms)).to.equal(false);
      expect(await presses(anew)).to.equal(false);
    }
  });

  it('when the clock is put back while another tab waits for its turn: it is not locked out for longer', async () => {
    const [page, other] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
    void page.pay();
    void other.pay();
    await bench.pass(41);
    bench.clock.jump(-DAY_MS);
    await bench.pass(WINDOW_MS + TIMEOUT_MS + 1_000);
    expect(bench.pushes).to.equal(1);
    expect(other.checkout.snapshot().canPay).to.equal(true);
  });

  it('when an element is rendered anew late in the window: it is not locked for longer', async () => {
    const page = await bench.prompted();
    bench.clock.jump(-DAY_MS);
    await bench.pass(WINDOW_MS / 2);
    page.checkout.disconnect();
    const anew = bench.page({}, page.tab);
    expect(anew.checkout.snapshot().lockedForMs).to.be.at.most(WINDOW_MS / 2);
  });

  it('when what is stored of the push is damaged', async () => {
    const page = await bench.prompted();
    const [[name] = ['']] = Object.entries(bench.storage.entries);
    page.tab.crash();
    bench.storage.seed(name, '2\n1768');
    const other = bench.page();
    expect(other.state).to.equal('unconfirmed');
    expect(await presses(other)).to.equal(false);
  });

  it('when version 0.1 has sent the push, and this one is loaded', async () => {
    const now = bench.clock.now();
    const stored = { version: 1, revision: 1, id: '1', phase: 'sent', phone: '2547*****123', amount: '10', since: now };
    const text = JSON.stringify({ ...stored, liveUntil: now + WINDOW_MS, earlier: [], blind: false });
    bench.storage.seed(`vitumob-pay:${KEY}`, text);
    const page = bench.page();
    expect(page.state).to.equal('unconfirmed');
    expect(await presses(page)).to.equal(false);
    await bench.pass(WINDOW_MS);
    expect(await presses(page)).to.equal(true);
  });

  it('when a stale failure of an earlier checkout comes in', async () => {
    const page = await bench.prompted();
    await bench.pass(WINDOW_MS);
    await bench.pay(page);
    expect(bench.pushes).to.equal(2);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
    expect(page.state).to.equal('prompted');
    expect(await presses(page)).to.equal(false);
  });

  it('when the question for the last prompt’s outcome is answered without an id during the next push', async () => {
    const page = await bench.prompted();
    await bench.pass(WINDOW_MS + 61_000);
    expect(page.state, 'polling has ended').to.equal('unconfirmed');
    const asked = bench.payments.to('status').length;
    bench.payments.plan('push', { downMs: 5_000 });
    void page.pay();
    await bench.pass(5_000);
    expect(bench.payments.to('status'), 'but for the one before it').to.have.lengthOf(asked + 1);
  });

  it('when a tab that has not heard of a push writes an older attempt’s failure over it', async () => {
    const [page, other] = [await bench.prompted({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
    await bench.pass(WINDOW_MS);
    await bench.pay(page);
    // The other tab is told an outcome within the storage's delay of the push.
    await bench.pass(WINDOW_MS);
    const over = page.pay();
    while (bench.pushes < 3) await bench.pass(1);
    other.checkout.settle(resultOf({ id: 'ws_CO_1', resultCode: 1032 }, 'callback'));
    await bench.pass(1_000);
    await over;
    expect(page.state).to.equal('prompted');
    expect(other.state).to.equal('prompted');
    expect(bench.record).to.deep.include({ phase: 'prompted' });
  });

  it('when a tab has yet to tell of the prompt before, and the one that pushes again goes, whenever it does', async () => {
    for (let at = 0; at <= 120; at += 2) {
      bench = new Bench({ storageDelayMs: STORAGE_DELAY_MS });
      const page = await bench.prompted();
      await bench.pass(WINDOW_MS + 80_000);
      const other = bench.page();
      const failure = resultOf({ id: 'ws_CO_0', resultCode: 1 }, 'callback');
      page.checkout.settle(failure);
      void page.pay();
      other.checkout.settle(failure);
      await bench.pass(at);
      page.checkout.disconnect();
      for (let ms = 0; ms < 200 && !other.events.includes('payment-failure'); ms++) await bench.pass(1);
      await bench.pay(other);
      expect(bench.pushes, `pushes, if it goes after ${at} ms`).to.equal(2);
    }
  });

  describe('while one page writes over what it has not heard of yet, and the page that wrote it goes:', () => {
    const failure = resultOf({ id: 'ws_CO_0', resultCode: 1 }, 'callback');
    const GOES: Readonly<Record<string, (page: Page) => void>> = {
      crashes: ({ tab }) => {
        tab.crash();
      },
      'takes its element away': ({ checkout }) => {
        checkout.disconnect();
      },
    };
    const WRITES: Readonly<Record<string, (page: Page) => void>> = {
      'learns that the prompt before has failed': ({ checkout }) => {
        checkout.settle(failure);
      },
      'dismisses the prompt before': ({ checkout }) => {
        checkout.reset();
      },
    };

    for (const [how, goes] of Object.entries(GOES)) {
      for (const [what, writes] of Object.entries(WRITES)) {
        it(`a tab ${what}, another pushes and ${how}, at any moment of both`, async () => {
          for (let writesAt = 0; writesAt <= STORAGE_DELAY_MS; writesAt += 6) {
            for (let goesAt = 0; goesAt <= 120; goesAt += 8) {
              bench = new Bench({ storageDelayMs: STORAGE_DELAY_MS });
              const page = await bench.prompted();
              await bench.pass(WINDOW_MS + 80_000);
              const other = bench.page();
              void page.pay();
              while (bench.pushes < 2) await bench.pass(1);
              for (let ms = 0; ms <= Math.max(writesAt, goesAt); ms++) {
                if (ms === writesAt) writes(other);
                if (ms === goesAt) goes(page);
                await bench.pass(1);
              }
              await bench.pass(1_000);
              await bench.pay(other);
              expect(bench.pushes, `pushes, writing at ${writesAt} ms, the other gone at ${goesAt} ms`).to.equal(2);
            }
          }
        });
      }

      it(`a tab learns of a failure, another that the order is paid and ${how}, at any moment of both`, async () => {
        for (let writesAt = 0; writesAt <= 40; writesAt += 4) {
          for (let goesAt = 0; goesAt <= 80; goesAt += 8) {
            bench = new Bench({ storageDelayMs: STORAGE_DELAY_MS });
            const page = await bench.prompted();
            const other = bench.page();
            await bench.pass(1_000);
            page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
            for (let ms = 0; ms <= Math.max(writesAt, goesAt); ms++) {
              if (ms === writesAt) other.checkout.settle(failure);
              if (ms === goesAt) goes(page);
              await bench.pass(1);
            }
            await bench.pass(100);
            expect(other.state, `failure at ${writesAt} ms, the other gone at ${goesAt} ms`).to.equal('paid');
            expect(bench.record).to.include({ phase: 'paid' });
          }
        }
      });
    }
  });

  it('until the outcome is known: then another push is free', async () => {
    const page = await bench.prompted();
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'flat'));
    expect(page.state).to.equal('failed');
    expect(await presses(page)).to.equal(true);
  });

  it('and none once it is paid', async () => {
    const page = await bench.prompted();
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'flat'));
    await bench.pass(2 * WINDOW_MS);
    expect(await presses(page)).to.equal(false);
    expect(await presses(bench.reload(page))).to.equal(false);
    expect(await presses(bench.page())).to.equal(false);
  });

  it('keeps its window if the clock was put back to where an earlier prompt had the very same times', async () => {
    const page = await bench.prompted();
    await bench.pass(200_000 - 1_000);
    bench.clock.jump(-200_000);
    bench.payments.plan('push', { fault: 'no-answer' });
    void page.pay();
    await bench.pass(TIMEOUT_MS + 10_000);
    expect(page.state).to.equal('unconfirmed');
    expect(page.checkout.snapshot()).to.include({ canPay: false }).and.to.have.property('lockedForMs').above(0);
  });

  it('is not ended by the failure of an older one that a page which slept for a day takes for live', async () => {
    bench = new Bench({ storageDelayMs: 0 });
    const asking = await bench.prompted();
    await bench.pass(10_000);
    bench.clock.jump(DAY_MS + 1);
    const other = bench.page();
    void other.pay();
    bench.payments.prompts[0]!.resultCode = 1;
    bench.payments.plan('status', { downMs: 40 });
    void asking.pay();
    await bench.pass(1_000);
    expect([other.state, other.events]).to.deep.equal(['prompted', ['push-request', 'push-success']]);
  });

  it('is not taken back for an unanswered push of which a page has learned that it failed', async () => {
    const page = bench.page({ statusUrl: undefined });
    bench.payments.plan('push', { fault: 'reset-after' });
    await bench.pay(page);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
    expect(page.state).to.equal('failed');
    await bench.pass(1_000);
    const other = await bench.prompted({ statusUrl: undefined });
    await bench.pass(1_000);
    expect([page.state, other.state, bench.record?.ids?.checkoutRequestId]).to.deep.equal([
      'prompted',
      'prompted',
      'ws_CO_1',
    ]);
    expect(bench.record, 'no push without an answer is left').to.include({ mayHaveUnknownPrompt: false });
  });

  for (const [code, ends] of [
    [1032, ['prompted', 'prompted', 'prompted']],
    [0, ['paid', 'paid', 'paid']],
  ] as const) {
    it(`is ${code ? 'not ended by a failure' : 'paid by a success'} that answers a question about the prompt before, asked by a page that has not heard of the push`, async () => {
      const tab = bench.tab();
      let answer: ((response: Response) => void) | undefined;
      const send = tab.environment.fetch.bind(tab.environment);
      Object.assign(tab.environment, {
        fetch: (url: string, init: RequestInit) =>
          url.startsWith(STATUS_URL) && bench.clock.monotonic() > WINDOW_MS
            ? new Promise((resolve) => (answer = resolve))
            : send(url, init),
      });
      // Its storage events are long in coming.
      Object.assign(tab.environment.store, { subscribe: () => () => undefined });
      const asking = bench.page({}, tab);
      await bench.pay(asking);
      await bench.pass(WINDOW_MS + 8_000);
      const other = await bench.prompted({ statusUrl: undefined });
      const text = () => Promise.resolve(`{"result_code":${code},"result_desc":"Told late"}`);
      answer!({ status: 200, headers: new Headers(), text } as Response);
      await bench.pass(1_000);
      expect([other.state, bench.record?.phase, asking.state]).to.deep.equal(ends);
    });
  }
});
