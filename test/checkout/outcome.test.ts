import { expect } from '@open-wc/testing';
import { Bench, WINDOW_MS, type Page } from '../support/checkout-bench.js';
import { resultOf } from '../support/fake-payments.js';

const paid = (id = 'ws_CO_0') => resultOf({ id, resultCode: 0 }, 'callback');
const cancelled = (id = 'ws_CO_0') => resultOf({ id, resultCode: 1032 }, 'callback');

describe('The outcome of a checkout', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  /** The customer answers the prompt on the phone. */
  function answers(resultCode: 0 | 1032, prompt = 0): void {
    bench.payments.prompts[prompt]!.resultCode = resultCode;
  }

  const asked = () => bench.payments.to('status');

  describe('asked for', () => {
    it('is told once, by the page that sent the push', async () => {
      const page = await bench.prompted();
      answers(0);
      await bench.pass(60_000);
      expect(page.events).to.deep.equal(['push-request', 'push-success', 'payment-success']);
      expect(page.states).to.deep.equal(['requesting', 'prompted', 'paid']);
      expect(page.last('payment-success')).to.deep.include({ checkoutRequestId: 'ws_CO_0', resultCode: 0 });
      const times = asked().length;
      await bench.pass(WINDOW_MS);
      expect(asked(), 'questions after the answer').to.have.lengthOf(times);
    });

    it('ends the attempt if it is a failure', async () => {
      const page = await bench.prompted();
      answers(1032);
      await bench.pass(3_000);
      expect(page.events.slice(2)).to.deep.equal(['payment-failure']);
      expect(page.state).to.equal('failed');
    });

    /** How many questions a page asks in a time. */
    async function questions(page: Page, ms: number): Promise<number> {
      const of = () => asked().filter(({ tab }) => tab === page.tab).length;
      const before = of();
      await bench.pass(ms);
      return of() - before;
    }

    it('is asked for every two seconds in the first minute of the prompt, and less often then', async () => {
      const page = await bench.prompted();
      expect(await questions(page, 59_000)).to.be.within(29, 30);
      await bench.pass(20_000);
      expect(await questions(page, 30_000)).to.be.within(2, 4);
    });

    it('is asked for at the pace of the prompt’s own window by a page with another one', async () => {
      await bench.prompted();
      const follower = bench.page({ promptWindowMs: 20_000 });
      await bench.pass(80_000);
      expect(await questions(follower, 30_000)).to.be.within(2, 4);
    });

    it('is asked for at the first pace again if another tab sends a prompt', async () => {
      const page = await bench.prompted();
      const follower = bench.page();
      await bench.pass(WINDOW_MS);
      await bench.pay(page);
      expect(await questions(follower, 20_000)).to.be.within(9, 11);
    });

    it('is asked for at the first pace again in a page that comes back from the back/forward cache to another prompt', async () => {
      const page = await bench.prompted();
      const cached = bench.page();
      await bench.pass(WINDOW_MS);
      cached.tab.freeze();
      await bench.pay(page);
      cached.tab.thaw();
      expect([cached.state, cached.states]).to.deep.equal(['prompted', ['prompted']]);
      expect(await questions(cached, 20_000)).to.be.within(9, 12);
    });

    it('is asked for at the same pace if what is answered is of another order', async () => {
      const page = await bench.prompted();
      bench.payments.plan('status', ...Array.from({ length: 20 }, () => ({ fault: 'foreign' as const })));
      expect(await questions(page, 20_000)).to.be.within(9, 11);
      expect(page.state).to.equal('prompted');
    });

    it('is asked for at once after a failure that M-Pesa has been seen to report of prompts that were paid', async () => {
      const page = await bench.prompted();
      await bench.pass(500);
      page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1037 }, 'callback'));
      expect(page.state).to.equal('failed');
      answers(0);
      expect(await questions(page, 0)).to.equal(1);
      expect([page.state, page.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);
    });

    it('stays that failure if nothing else is learned until the end', async () => {
      const page = await bench.prompted();
      page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1037 }, 'callback'));
      await bench.pass(WINDOW_MS + 70_000);
      expect([page.state, page.events.slice(2)]).to.deep.equal(['failed', ['payment-failure']]);
    });

    it('is asked for at once where status-url has become another, and no more where it is gone', async () => {
      await bench.prompted();
      const follower = bench.page();
      await bench.pass(1_100);
      follower.checkout.configure({ ...follower.settings });
      expect(await questions(follower, 0), 'the same').to.equal(0);
      const statusUrl = 'https://pay.test/v2/status';
      follower.checkout.configure({ ...follower.settings, statusUrl });
      expect(await questions(follower, 0)).to.equal(1);
      expect(asked().at(-1)?.url.pathname).to.equal('/v2/status');
      follower.checkout.configure(undefined);
      expect(await questions(follower, 60_000)).to.equal(0);
      expect(follower.checkout.snapshot().isPolling).to.equal(false);
    });

    it('names order and payment, and carries the attempt’s bare token to the push’s own origin', async () => {
      await bench.prompted();
      await bench.pass(2_000);
      const [{ url, init } = { url: new URL('about:'), init: {} }] = asked();
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({
        payment_id: 'ws_CO_0',
        order_id: '1234567891',
        wait: '20',
      });
      expect(new Headers(init.headers).get('authorization')).to.equal(bench.payments.tokens[0]);
    });

    it('carries no token to another origin', async () => {
      await bench.prompted({ statusUrl: 'https://shop.test/status?shop=7' });
      await bench.pass(2_000);
      const [{ url, init } = { url: new URL('about:'), init: {} }] = asked();
      expect(url.searchParams.get('shop')).to.equal('7');
      expect(new Headers(init.headers).has('authorization')).to.equal(false);
      expect(bench.payments.tokens).to.have.lengthOf(1);
    });

    it('is asked for with a new token where the old one has expired', async () => {
      await bench.prompted();
      bench.payments.plan('status', { fault: 'expired' });
      await bench.pass(2_000);
      const tokens = asked().map(({ init }) => new Headers(init.headers).get('authorization'));
      expect(tokens).to.deep.equal(bench.payments.tokens);
      expect(tokens).to.have.lengthOf(2);
    });

    it('is asked for without a token where there is none to be had', async () => {
      const again = bench.reload(await bench.prompted());
      bench.payments.plan('token', { fault: 'server-500' });
      answers(0);
      await bench.pass(0);
      expect(new Headers(asked().at(-1)?.init.headers).has('authorization')).to.equal(false);
      expect(again.state).to.equal('paid');
    });

    for (const fault of [
      'pending',
      'in-progress',
      'being-processed',
      'html-404',
      'reset',
      'not-json-200',
      'foreign',
    ] as const) {
      it(`is not what ${fault} says: it is asked for again`, async () => {
        const page = await bench.prompted();
        bench.payments.plan('status', { fault });
        await bench.pass(2_000);
        expect(page.state).to.equal('prompted');
        answers(0);
        await bench.pass(5_000);
        expect(page.state).to.equal('paid');
      });
    }

    it('is asked for again where a question is never answered', async () => {
      const page = await bench.prompted();
      bench.payments.plan('status', { fault: 'no-answer' });
      answers(0);
      await bench.pass(2_000 + page.settings.timeoutMs + 10_000);
      expect(page.state).to.equal('paid');
    });

    it('is not asked for without a status-url', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      await bench.pass(2 * WINDOW_MS);
      expect(asked()).to.be.empty;
      expect(page.state).to.equal('prompted');
    });

    it('is unknown a minute after the window, told once, and still lands later', async () => {
      const page = await bench.prompted();
      await bench.pass(WINDOW_MS + 60_000);
      expect(page.state).to.equal('unconfirmed');
      expect(page.events.slice(2)).to.deep.equal(['payment-unconfirmed']);
      const times = asked().length;
      await bench.pass(WINDOW_MS);
      expect(asked(), 'questions after the end').to.have.lengthOf(times);
      page.checkout.settle(paid());
      expect(page.events.slice(2)).to.deep.equal(['payment-unconfirmed', 'payment-success']);
    });

    for (const [timeoutMs, wait] of [
      [30_000, '20'],
      [60_000, '20'],
      [9_000, '6'],
      [1_000, null],
    ] as const) {
      it(`may be held back for ${wait ?? 'no'} seconds with a timeout of ${timeoutMs} ms`, async () => {
        await bench.prompted({ timeoutMs });
        await bench.pass(1_000);
        expect(asked()[0]?.url.searchParams.get('wait')).to.equal(wait);
      });
    }

    it('is asked for after the clock was set forward, for as long as the prompt truly lives', async () => {
      const page = await bench.prompted();
      bench.clock.jump(3_600_000);
      await bench.pass(WINDOW_MS / 2);
      expect(page.state).to.equal('prompted');
      expect(page.checkout.snapshot().isPolling).to.equal(true);
      answers(0);
      await bench.pass(12_000);
      expect(page.state).to.equal('paid');
    });

    it('is said to be asked for as long as it is', async () => {
      const page = await bench.prompted();
      expect(page.checkout.snapshot().isPolling).to.equal(true);
      await bench.pass(WINDOW_MS + 70_000);
      expect(page.checkout.snapshot().isPolling, 'after the end').to.equal(false);
      const silent = await bench.prompted({ statusUrl: undefined });
      expect(silent.checkout.snapshot().isPolling, 'without a status-url').to.equal(false);
    });

    it('of a push without an answer is said to be no longer asked for', async () => {
      const page = bench.page();
      bench.payments.plan('push', { fault: 'reset' });
      await bench.pay(page);
      const before = page.refreshed;
      await bench.pass(WINDOW_MS + 70_000);
      expect(page.checkout.snapshot().isPolling).to.equal(false);
      expect(page.refreshed, 'the element is told to say so').to.be.above(before);
    });

    it('is found when the customer comes back after the end, though the first question fails', async () => {
      const page = await bench.prompted();
      page.tab.page.hide();
      await bench.pass(2 * WINDOW_MS);
      answers(0);
      bench.payments.plan('status', { fault: 'server-500' });
      page.tab.page.show();
      await bench.pass(0);
      expect(page.events.slice(2)).to.deep.equal([]);
      await bench.pass(10_000);
      expect(page.events.slice(2)).to.deep.equal(['payment-success']);
    });

    it('is asked for once each time the customer comes back after the end', async () => {
      const page = await bench.prompted();
      await bench.pass(WINDOW_MS + 70_000);
      expect(page.state).to.equal('unconfirmed');
      for (let times = 0; times < 3; times++) {
        const before = asked().length;
        page.tab.page.hide();
        page.tab.page.show();
        await bench.pass(60_000);
        expect(asked()).to.have.lengthOf(before + 1);
      }
      answers(0);
      page.tab.page.hide();
      page.tab.page.show();
      await bench.pass(0);
      expect(page.events.slice(2)).to.deep.equal(['payment-unconfirmed', 'payment-success']);
    });

    it('is given up while it is held, when the element leaves the document', async () => {
      const page = await bench.prompted();
      bench.payments.plan('status', { fault: 'no-answer' });
      await bench.pass(1_000);
      page.checkout.disconnect();
      expect(asked()[0]?.init.signal?.aborted).to.equal(true);
    });

    it('of a push without an answer is sought by the order alone, and lands', async () => {
      const page = bench.page();
      bench.payments.plan('push', { fault: 'reset-after' });
      await bench.pay(page);
      answers(0);
      await bench.pass(2_000);
      expect(asked()[0]?.url.searchParams.has('payment_id')).to.equal(false);
      expect(page.events).to.deep.equal(['push-request', 'push-failure', 'payment-success']);
      expect(page.last('payment-success')).to.include({ checkoutRequestId: 'ws_CO_0' });
    });

    it('of a push without an answer that stays unknown is told no second time', async () => {
      const page = bench.page();
      bench.payments.plan('push', { fault: 'reset' });
      await bench.pay(page);
      await bench.pass(2 * WINDOW_MS);
      expect(page.events).to.deep.equal(['push-request', 'push-failure']);
      expect(page.state).to.equal('unconfirmed');
    });
  });

  describe('asked for once more by a press past the window', () => {
    /** A page whose prompt is dead, and whose polling goes on. */
    async function dead(): Promise<Page> {
      const page = await bench.prompted();
      await bench.pass(WINDOW_MS);
      expect(page.checkout.snapshot().canPay).to.equal(true);
      return page;
    }

    it('makes a paid order paid, in place of another push', async () => {
      const page = await dead();
      answers(0);
      await bench.pay(page);
      expect(page.events.slice(2)).to.deep.equal(['payment-success']);
      expect([page.state, bench.pushes]).to.deep.equal(['paid', 1]);
    });

    it('is answered at once: nothing is held back', async () => {
      const page = await dead();
      const before = asked().length;
      await bench.pay(page);
      expect(asked()[before]?.url.searchParams.has('wait')).to.equal(false);
      expect(bench.pushes).to.equal(2);
    });

    for (const fault of ['no-answer', 'server-500', 'pending', 'html-404'] as const) {
      it(`is followed by the push after five seconds at most, if it meets ${fault}`, async () => {
        const page = await dead();
        bench.payments.plan('status', { fault });
        const over = page.pay();
        expect(page.checkout.snapshot().isPolling).to.equal(true);
        await bench.pass(5_100);
        await over;
        expect(page.events.slice(2)).to.deep.equal(['push-request', 'push-success']);
      });
    }

    it('comes before push-request, and once for two presses', async () => {
      const page = await dead();
      bench.payments.plan('status', { downMs: 1_000 });
      const before = asked().length;
      void page.pay();
      void page.pay();
      await bench.pass(999);
      expect(page.events.slice(2)).to.deep.equal([]);
      await bench.pass(1_000);
      expect(page.events.slice(2)).to.deep.equal(['push-request', 'push-success']);
      expect(asked()).to.have.lengthOf(before + 1);
    });

    for (const [words, leave] of Object.entries({
      'the page is hidden': (page: Page) => {
        page.tab.page.hide();
      },
      'the element is removed': (page: Page) => {
        page.checkout.disconnect();
      },
    })) {
      it(`is given up when ${words}, and nothing is pushed then`, async () => {
        const page = await dead();
        bench.payments.plan('status', { fault: 'no-answer' });
        void page.pay();
        leave(page);
        await bench.pass(10_000);
        expect([page.events.length, bench.pushes]).to.deep.equal([2, 1]);
        expect(asked().at(-1)?.init.signal?.aborted).to.equal(true);
      });
    }

    it('is given up when the page takes the press back by reset(), and nothing is pushed then', async () => {
      const page = await dead();
      await bench.pass(70_000);
      expect(page.state).to.equal('unconfirmed');
      bench.payments.plan('status', { fault: 'no-answer' });
      void page.pay();
      page.checkout.reset();
      await bench.pass(10_000);
      expect([page.state, bench.pushes]).to.deep.equal(['idle', 1]);
      await bench.pay(page);
      expect([page.state, bench.pushes], 'another press').to.deep.equal(['prompted', 2]);
    });

    it('keeps the element at its order from the press to the end of the push, for which no moment is too short', async () => {
      const page = await dead();
      const busy: boolean[] = [];
      page.refresh = () => {
        if (page.state !== 'prompted' || bench.pushes === 1) busy.push(page.checkout.isBusy);
      };
      const over = page.pay();
      await bench.pass(1_000);
      await over;
      expect(busy).to.deep.equal([true, true]);
      expect([page.checkout.isBusy, page.state]).to.deep.equal([false, 'prompted']);
    });

    it('is asked for no second time meanwhile, whatever else the customer opens', async () => {
      const page = await dead();
      bench.payments.plan('status', { fault: 'no-answer' });
      const before = asked().length;
      void page.pay();
      page.checkout.openManual();
      await bench.pass(4_000);
      expect(asked()).to.have.lengthOf(before + 1);
    });

    it('goes on being asked for if the press comes to nothing', async () => {
      const page = await dead();
      page.listener = (type) => type !== 'push-request';
      await bench.pay(page);
      answers(0);
      await bench.pass(12_000);
      expect(page.state).to.equal('paid');
    });

    it('is not asked for without a status-url: the push leaves at once', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      await bench.pass(WINDOW_MS);
      void page.pay();
      expect(page.events.at(-1)).to.equal('push-request');
    });
  });

  describe('handed in', () => {
    it('ends the attempt', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      page.checkout.settle(cancelled());
      expect(page.state).to.equal('failed');
      expect(page.last('payment-failure')).to.deep.include({ reason: 'cancelled', resultCode: 1032 });
      expect(page.last('payment-failure')?.result).to.deep.equal(cancelled());
    });

    it('in requesting is held until the push has ended', async () => {
      const page = bench.page();
      bench.payments.plan('push', { downMs: 5_000 });
      void page.pay();
      await bench.pass(1_000);
      page.checkout.settle(paid());
      expect(page.state).to.equal('requesting');
      await bench.pass(5_000);
      expect(page.states).to.deep.equal(['requesting', 'prompted', 'paid']);
      expect(page.events).to.deep.equal(['push-request', 'push-success', 'payment-success']);
    });

    it('in requesting does not end an attempt that a listener begins at its end', async () => {
      const page = bench.page({ statusUrl: undefined });
      bench.payments.plan('push', { fault: 'refused-code', downMs: 1_000 });
      page.listener = (type) => {
        if (type === 'push-failure') void page.pay();
        return true;
      };
      void page.pay();
      await bench.pass(500);
      page.checkout.settle({ result_code: 1032 });
      await bench.pass(5_000);
      expect(page.state).to.equal('prompted');
    });

    it('in requesting is held until the push has ended, if it is a failure too', async () => {
      const page = bench.page();
      bench.payments.plan('push', { downMs: 1_000 });
      void page.pay();
      await bench.pass(500);
      page.checkout.settle(cancelled());
      await bench.pass(1_000);
      expect(page.events).to.deep.equal(['push-request', 'push-success', 'payment-failure']);
    });

    it('in requesting is not lost, if it is a success, where a listener begins another attempt at the end', async () => {
      const page = bench.page({ statusUrl: undefined });
      bench.payments.plan('push', { fault: 'refused-code', downMs: 1_000 });
      page.listener = (type) => {
        if (type === 'push-failure') void page.pay();
        return true;
      };
      void page.pay();
      await bench.pass(500);
      page.checkout.settle({ result_code: 0 });
      await bench.pass(5_000);
      expect([page.state, page.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);
    });

    it('is told at once, though the page has been left for the back/forward cache', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      page.tab.page.sleep();
      page.checkout.settle(paid());
      await bench.pass(0);
      expect([page.state, page.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);
    });

    for (const key of ['payment_id', 'checkoutRequestId'] as const) {
      it(`is taken for that of the push that it names by ${key}`, async () => {
        const page = await bench.prompted({ statusUrl: undefined });
        const first = bench.record!.ids!;
        page.checkout.settle(cancelled());
        await bench.pay(page);
        expect([page.state, bench.pushes]).to.deep.equal(['prompted', 2]);
        const second = bench.record!.ids!;
        const named = (ids: typeof first) => (key === 'payment_id' ? ids.paymentId : ids.checkoutRequestId);
        page.checkout.settle({ result_code: 1032, [key]: named(first) });
        expect(page.state, 'a failure of the first').to.equal('prompted');
        page.checkout.settle({ result_code: 1032, [key]: named(second) });
        expect(page.state, 'a failure of the second').to.equal('failed');
        page.checkout.settle({ result_code: 0, [key]: named(first) });
        expect(page.last('payment-success')).to.include({ checkoutRequestId: first.checkoutRequestId });
      });
    }

    it('is ignored where nothing is stored', () => {
      const page = bench.page();
      page.checkout.settle(paid());
      expect([page.state, page.events]).to.deep.equal(['idle', []]);
    });

    it('throws a TypeError where it is none, and changes nothing', async () => {
      const page = await bench.prompted();
      for (const value of [undefined, null, 'paid', 0, [], {}, { result_code: 'soon' }, { Body: {} }]) {
        expect(() => {
          page.checkout.settle(value);
        }, JSON.stringify(value)).to.throw(TypeError, 'settle() takes');
      }
      expect(page.state).to.equal('prompted');
    });

    it('changes nothing where it says “not yet”', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      page.checkout.settle({ status: 'pending' });
      page.checkout.settle({ ...resultOf({ id: 'ws_CO_0', resultCode: 4999 }, 'query') });
      expect(page.state).to.equal('prompted');
    });

    it('twice, is told once', async () => {
      const page = await bench.prompted();
      page.checkout.settle(paid());
      page.checkout.settle(paid());
      expect(page.events.filter((type) => type === 'payment-success')).to.have.lengthOf(1);
    });
  });

  describe('that is a success', () => {
    it('beats the failure that was told before it', async () => {
      const page = await bench.prompted();
      page.checkout.settle(cancelled());
      page.checkout.settle(paid());
      expect(page.events.slice(2)).to.deep.equal(['payment-failure', 'payment-success']);
      expect(page.state).to.equal('paid');
    });

    it('is final', async () => {
      const page = await bench.prompted();
      page.checkout.settle(paid());
      page.checkout.settle(cancelled());
      await bench.pass(WINDOW_MS);
      expect(page.state).to.equal('paid');
      expect(page.events.slice(2)).to.deep.equal(['payment-success']);
    });

    it('of an earlier checkout pays the order, whatever the later one does', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      page.checkout.settle(cancelled());
      await bench.pay(page);
      page.checkout.settle(paid('ws_CO_0'));
      expect(page.state).to.equal('paid');
      expect(page.last('payment-success')).to.include({ checkoutRequestId: 'ws_CO_0' });
    });

    it('cannot be written over by a tab that has not heard of it', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      const other = bench.page({ statusUrl: undefined });
      page.checkout.settle(paid());
      other.checkout.settle(cancelled());
      await bench.pass(1_000);
      expect([page.state, other.state]).to.deep.equal(['paid', 'paid']);
      expect(bench.record).to.include({ phase: 'paid' });
    });

    it('learned of a day later is remembered from then on', async () => {
      const page = await bench.prompted();
      bench.clock.jump(24 * 60 * 60 * 1000);
      page.checkout.settle(paid());
      expect(bench.reload(page).state).to.equal('paid');
    });

    it('is followed by whoever pressed while another tab had just heard of it', async () => {
      const page = await bench.prompted({ statusUrl: undefined });
      const other = bench.page({ statusUrl: undefined });
      page.checkout.settle(cancelled());
      other.checkout.settle(paid());
      await bench.pay(page);
      expect(bench.pushes).to.equal(1);
      expect(page.state).to.equal('paid');
    });
  });

  describe('in several pages', () => {
    const SILENT = ['push-request', 'push-success'];

    async function two(): Promise<{ sender: Page; follower: Page }> {
      const sender = await bench.prompted({ statusUrl: undefined });
      const follower = bench.page({ statusUrl: undefined });
      expect(follower.state).to.equal('prompted');
      return { sender, follower };
    }

    it('is told by the page that sent the push, and shown by all', async () => {
      const { sender, follower } = await two();
      sender.checkout.settle(paid());
      await bench.pass(1_000);
      expect(sender.events.slice(2)).to.deep.equal(['payment-success']);
      expect([follower.state, follower.events]).to.deep.equal(['paid', []]);
    });

    it('is told by the page that sent the push also where another has heard of it', async () => {
      const { sender, follower } = await two();
      follower.checkout.settle(cancelled());
      await bench.pass(1_000);
      expect(sender.events).to.deep.equal([...SILENT, 'payment-failure']);
      expect(sender.last('payment-failure')?.result, 'rebuilt').to.deep.include({
        result_code: 1032,
        checkout_request_id: 'ws_CO_0',
      });
      expect([follower.state, follower.events]).to.deep.equal(['failed', []]);
    });

    it('is told by whoever hears of it where that page is gone', async () => {
      const { sender, follower } = await two();
      sender.tab.close();
      follower.checkout.settle(paid());
      await bench.pass(1_000);
      expect(follower.events).to.deep.equal(['payment-success']);
    });

    it('is told by whoever polls to the end in vain, where that page is gone', async () => {
      const sender = await bench.prompted();
      const follower = bench.page();
      sender.tab.close();
      await bench.pass(WINDOW_MS + 70_000);
      expect([follower.state, follower.events]).to.deep.equal(['unconfirmed', ['payment-unconfirmed']]);
    });

    it('is told by a page that shared the push, where the sender is gone and who learned of it crashes at once', async () => {
      const [sender, sharer] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
      await Promise.all([bench.pay(sender), bench.pay(sharer)]);
      const [learner, follower] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
      sender.tab.crash();
      learner.checkout.settle(paid());
      learner.tab.crash();
      await bench.pass(2_000);
      expect([sharer.state, sharer.events.slice(2)]).to.deep.equal(['paid', ['payment-success']]);
      expect([follower.state, follower.events], 'one that only follows').to.deep.equal(['paid', []]);
    });

    it('is told by the page that sent the push, though one that shared it learns of it and has been woken', async () => {
      const [sender, sharer] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
      await Promise.all([bench.pay(sender), bench.pay(sharer)]);
      sharer.tab.page.wake();
      sharer.checkout.settle(paid());
      await bench.pass(2_000);
      expect([sender.events.slice(2), sharer.events.slice(2)]).to.deep.equal([['payment-success'], []]);
    });

    it('is told once where a removed element that shared the push learns of it', async () => {
      const [sender, sharer] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
      await Promise.all([bench.pay(sender), bench.pay(sharer)]);
      sharer.checkout.disconnect();
      sharer.checkout.settle(paid());
      await bench.pass(2_000);
      expect([sender.state, sharer.state]).to.deep.equal(['paid', 'paid']);
      expect([sender.events.slice(2), sharer.events.slice(2)]).to.deep.equal([[], ['payment-success']]);
    });

    it('is left to the page that sent the push by a removed element that only follows', async () => {
      const { sender, follower } = await two();
      follower.checkout.disconnect();
      follower.checkout.settle(paid());
      await bench.pass(2_000);
      expect([sender.events.slice(2), follower.events]).to.deep.equal([['payment-success'], []]);
    });

    it('is told by the page that sent the push, though it has waited a moment ago to tell of an earlier one', async () => {
      const { follower: page } = await two();
      page.checkout.settle(cancelled());
      await bench.pass(100);
      void page.pay();
      await bench.pass(3_000);
      expect(page.state).to.equal('prompted');
      const other = bench.page({ statusUrl: undefined });
      other.checkout.settle(paid('ws_CO_1'));
      await bench.pass(2_000);
      expect([page.events.at(-1), other.events]).to.deep.equal(['payment-success', []]);
    });

    it('is told by a sender from its push on, while that is in flight', async () => {
      const gone = await bench.prompted({ statusUrl: undefined });
      gone.tab.close();
      const [sender, follower] = [bench.page({ statusUrl: undefined }), bench.page({ statusUrl: undefined })];
      await bench.pass(WINDOW_MS);
      bench.payments.plan('push', { downMs: 5_000 });
      void sender.pay();
      await bench.pass(1_000);
      follower.checkout.settle(paid());
      await bench.pass(10_000);
      expect(follower.events).to.deep.equal([]);
      expect(sender.events.filter((type) => type === 'payment-success')).to.have.lengthOf(1);
    });

    it('is told by the reloaded page, which itself told nothing of the reload', async () => {
      const again = bench.reload(await bench.prompted());
      answers(0);
      await bench.pass(1_000);
      expect(again.events).to.deep.equal(['payment-success']);
    });

    it('is left to a tab whose next push is in flight', async () => {
      const { sender, follower } = await two();
      await bench.pass(WINDOW_MS);
      bench.payments.plan('push', { downMs: 5_000 });
      void sender.pay();
      await bench.pass(1_000);
      follower.checkout.settle(paid());
      await bench.pass(10_000);
      expect(follower.events).to.deep.equal([]);
      expect(sender.events.filter((type) => type === 'payment-success')).to.have.lengthOf(1);
    });
  });
});
