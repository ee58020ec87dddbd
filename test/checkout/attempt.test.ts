import { expect } from '@open-wc/testing';
import { resultOf, type Shape } from '../support/fake-payments.js';
import { Bench, PHONE, TIMEOUT_MS, WINDOW_MS, type Page } from '../support/checkout-bench.js';

describe('An attempt', () => {
  let bench: Bench;
  let page: Page;

  beforeEach(() => {
    bench = new Bench();
    page = bench.page();
  });

  it('asks for a token, pushes, and tells that the prompt is on its way', async () => {
    await bench.pay(page);
    expect(page.states).to.deep.equal(['requesting', 'prompted']);
    expect(page.events).to.deep.equal(['push-request', 'push-success']);
    expect(page.last('push-success')).to.deep.include({
      orderId: '1234567891',
      phone: PHONE,
      amount: '12341',
      paymentId: 'ws_CO_0',
      checkoutRequestId: 'ws_CO_0',
    });
    expect(bench.payments.sent.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push']);
  });

  it('is written down before its push leaves, with neither token nor whole phone number', async () => {
    bench.payments.plan('push', { upMs: 5_000 });
    const over = page.pay();
    await bench.pass(1_000);
    expect(bench.pushes).to.equal(1);
    expect(bench.record).to.deep.include({ phase: 'sent', phone: '2547*****123', amount: '12341' });
    const sentAt = bench.record!.since;
    expect(bench.record?.liveUntil).to.equal(sentAt + TIMEOUT_MS + WINDOW_MS);
    await bench.pass(5_000);
    await over;
    expect(bench.storage.written).to.not.be.empty;
    for (const text of bench.storage.written) {
      expect(text).to.not.contain(PHONE);
      for (const token of bench.payments.tokens) expect(text).to.not.contain(token);
    }
  });

  it('cannot begin while another is in flight, or its prompt may be live', async () => {
    void page.pay();
    void page.pay();
    await bench.pass(1_000);
    await bench.pay(page);
    expect(bench.pushes).to.equal(1);
    expect(page.events).to.deep.equal(['push-request', 'push-success']);
    // Counted from the push's answer.
    const held = page.checkout.snapshot().lockedForMs;
    expect(held).to.be.within(WINDOW_MS - 2_000, WINDOW_MS);
    await bench.pass(held - 1_000);
    expect(page.checkout.snapshot().canPay).to.equal(false);
    await bench.pass(1_000);
    expect(page.checkout.snapshot().canPay).to.equal(true);
  });

  it('is not begun by a listener that pays while push-request is being told', async () => {
    page.listener = () => {
      void page.pay();
      return true;
    };
    await bench.pay(page);
    expect(page.events).to.deep.equal(['push-request', 'push-success']);
    expect(bench.pushes).to.equal(1);
  });

  it('is stopped silently by a listener, and may be made later', async () => {
    page.listener = () => false;
    await bench.pay(page);
    expect(page.events).to.deep.equal(['push-request']);
    expect(page.states).to.deep.equal([]);
    expect(bench.payments.sent).to.be.empty;
    page.listener = undefined;
    await bench.pay(page);
    expect(page.state).to.equal('prompted');
  });

  it('can be stopped by push-request and by the first token-expired, and by nothing else', async () => {
    bench.payments.plan('push', { fault: 'expired' }, { fault: 'expired' });
    await bench.pay(page);
    await bench.pay(page);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
    expect(page.heard.map(({ type, cancelable }) => [type, !!cancelable])).to.deep.equal([
      ['push-request', true],
      ['token-expired', true],
      ['token-expired', false],
      ['push-failure', false],
      ['push-request', true],
      ['push-success', false],
      ['payment-success', false],
    ]);
  });

  it('asks for its token at once, without waiting for its turn to be sure', async () => {
    void page.pay();
    await bench.pass(0);
    expect(bench.payments.to('token')).to.have.lengthOf(1);
  });

  it('does not emit push-request while a prompt may be live, without a status-url either', async () => {
    const silent = bench.page({ statusUrl: undefined });
    await bench.pay(silent);
    await bench.pay(silent);
    expect(silent.events).to.deep.equal(['push-request', 'push-success']);
  });

  describe('in a browser that says it is offline', () => {
    beforeEach(() => {
      page.checkout.prefetch(page.settings);
      page.tab.page.goOffline();
    });

    it('sends no push if no token is to be had now either', async () => {
      bench.payments.plan('token', { fault: 'reset' });
      await bench.pay(page);
      expect(page.events).to.deep.equal(['push-request', 'push-failure']);
      expect(page.last('push-failure')).to.include({
        reason: 'offline',
        promptPossible: false,
        message: 'the browser is offline and token-url gave no token, HTTP -',
      });
      expect(page.state).to.equal('failed');
      expect(bench.pushes).to.equal(0);
      page.tab.page.goOnline();
      await bench.pay(page);
      expect(page.state).to.equal('prompted');
    });

    it('is made all the same if a token is to be had: web views say so on a working line', async () => {
      await bench.pay(page);
      expect(page.events).to.deep.equal(['push-request', 'push-success']);
      expect(bench.payments.to('token'), 'one that came earlier proves nothing').to.have.lengthOf(2);
    });
  });

  it('that is refused for want of a token is not said to be offline when the browser is online', async () => {
    bench.payments.plan('token', { fault: 'reset' });
    await bench.pay(page);
    expect(page.last('push-failure')).to.include({ reason: 'token-unavailable' });
  });

  describe('checks, in this order,', () => {
    it('the configuration, whatever the number is', async () => {
      page.problem = 'amount: "x" is not a plain decimal';
      await page.pay('nonsense');
      expect(page.events).to.deep.equal(['push-failure']);
      expect(page.last('push-failure')).to.include({ reason: 'configuration', message: page.problem, phone: '' });
      expect(page.phoneProblems).to.deep.equal([]);
    });

    it('the number, at once and without an event', () => {
      void page.pay('nonsense');
      expect(page.phoneProblems).to.deep.equal(['invalid']);
      void page.pay('');
      expect(page.phoneProblems).to.deep.equal(['invalid', 'missing']);
      expect([page.events, page.states]).to.deep.equal([[], []]);
    });

    it('the number also while a prompt may be live, which is checked after it', async () => {
      await bench.pay(page);
      void page.pay('nonsense');
      expect(page.phoneProblems).to.deep.equal(['invalid']);
      await bench.pay(page);
      expect(page.events).to.deep.equal(['push-request', 'push-success']);
    });

    it('a wrong configuration without effect while a prompt may be live', async () => {
      await bench.pay(page);
      page.problem = 'amount: "x" is not a plain decimal';
      await bench.pay(page);
      expect([page.events.length, page.state]).to.deep.equal([2, 'prompted']);
    });

    it('nothing once it is paid, or while a push is in flight', async () => {
      bench.payments.plan('push', { downMs: 1_000 });
      void page.pay();
      void page.pay('nonsense');
      await bench.pass(2_000);
      page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
      void page.pay('nonsense');
      expect(page.phoneProblems).to.deep.equal([]);
    });
  });

  it('fails without a token, of which nobody is prompted', async () => {
    bench.payments.plan('token', { fault: 'server-500' });
    await bench.pay(page);
    const message = 'token-url gave no token, HTTP 500';
    expect(page.last('push-failure')).to.include({
      reason: 'token-unavailable',
      promptPossible: false,
      status: 500,
      message,
    });
    expect(page.checkout.snapshot().canPay).to.equal(true);
    expect(bench.record).to.equal(undefined);
  });

  it('uses the token that was asked for at the first sign of intent', async () => {
    page.checkout.prefetch(page.settings);
    page.checkout.prefetch(page.settings);
    await bench.pass(0);
    await bench.pay(page);
    expect(bench.payments.to('token')).to.have.lengthOf(1);
    const { headers } = bench.payments.to('push')[0]!.init;
    expect(new Headers(headers).get('authorization')).to.equal(bench.payments.tokens[0]);
  });

  it('renews an expired token once, and pushes once more', async () => {
    bench.payments.plan('push', { fault: 'expired' });
    await bench.pay(page);
    expect(page.events).to.deep.equal(['push-request', 'token-expired', 'push-success']);
    expect(page.last('token-expired')).to.deep.include({ willRetry: true });
    expect([bench.payments.to('token').length, bench.pushes]).to.deep.equal([2, 2]);
    expect(bench.record, 'the first one has prompted nobody').to.include({ mayHaveUnknownPrompt: false });
  });

  it('is told with the number in full, which is stored only masked', async () => {
    await bench.pay(page);
    bench.payments.prompts[0]!.resultCode = 0;
    await bench.pass(3_000);
    expect(page.last('payment-success')).to.include({ phone: PHONE });
  });

  it('has its element look again if a refusal tells more than that it failed', async () => {
    const silent = bench.page({ statusUrl: undefined });
    bench.payments.plan('push', { fault: 'conflict' });
    const before = silent.refreshed;
    await bench.pay(silent);
    expect(silent.state).to.equal('failed');
    expect(silent.refreshed, 'another prompt may be open').to.be.above(before);
  });

  it('that failed is not shown again as what is stored of the prompt before, when the page comes back', async () => {
    await bench.pay(page);
    await bench.pass(WINDOW_MS);
    page.problem = 'amount: "x" is not a plain decimal';
    await page.pay();
    expect(page.state).to.equal('failed');
    page.tab.page.wake();
    expect(page.state).to.equal('failed');
  });

  it('does not push once more if an earlier prompt is found to be paid while the new token is on its way', async () => {
    await bench.pay(page);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
    const other = bench.page({ statusUrl: undefined }, page.tab);
    bench.payments.plan('push', { fault: 'expired' });
    bench.payments.plan('token', {}, { downMs: 4_000 });
    void page.pay();
    await bench.pass(1_000);
    other.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
    await bench.pass(10_000);
    expect(bench.pushes, 'but for the first, and the one that was refused').to.equal(2);
    expect([page.state, other.state]).to.deep.equal(['paid', 'paid']);
    expect([...page.events, ...other.events].filter((type) => type === 'payment-success')).to.have.lengthOf(1);
  });

  describe('sends no push once this page has been handed the payment of an earlier prompt,', () => {
    const paid = (shape: Shape) => resultOf({ id: 'ws_CO_0', resultCode: 0 }, shape);
    const EARLIER: Readonly<Record<string, () => void>> = {
      'which ran out': () => undefined,
      'which had failed': () => {
        page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1037 }, 'callback'));
      },
    };

    /** The prompt of the first push is dead; nothing is pushed again but what was refused by then. */
    async function pressed(earlier: string, plan: () => void): Promise<void> {
      bench = new Bench();
      plan();
      page = bench.page({ statusUrl: undefined });
      await bench.pay(page);
      await bench.pass(WINDOW_MS);
      EARLIER[earlier]?.();
      page.heard.length = 0;
      void page.pay();
    }

    function isPaid(pushes: number, result: unknown): void {
      expect([page.state, bench.pushes]).to.deep.equal(['paid', pushes]);
      expect(page.events.filter((type) => type === 'payment-success')).to.have.lengthOf(1);
      expect(page.last('payment-success')?.result).to.deep.equal(result);
      expect(
        page.events.filter((type) => /^push-(?:success|failure)$/.test(type)),
        'one end',
      ).to.have.lengthOf(1);
    }

    for (const earlier of Object.keys(EARLIER)) {
      for (const shape of ['callback', 'flat', 'flat-without-id'] as const) {
        it(`${earlier}: while the token is on its way (${shape})`, async () => {
          await pressed(earlier, () => {
            bench.payments.plan('token', {}, { downMs: 900 });
          });
          await bench.pass(300);
          page.checkout.settle(paid(shape));
          expect(page.state, 'held').to.equal('requesting');
          await bench.pass(10_000);
          isPaid(1, paid(shape));
        });

        it(`${earlier}: while the token that was refused is told of (${shape})`, async () => {
          await pressed(earlier, () => {
            bench.payments.plan('push', {}, { fault: 'expired' });
          });
          page.listener = (type) => {
            if (type === 'token-expired') page.checkout.settle(paid(shape));
            return true;
          };
          await bench.pass(10_000);
          isPaid(2, paid(shape));
        });

        it(`${earlier}: while the new token is on its way (${shape})`, async () => {
          await pressed(earlier, () => {
            bench.payments.plan('push', {}, { fault: 'expired' });
            bench.payments.plan('token', {}, {}, { downMs: 900 });
          });
          await bench.pass(600);
          expect(page.events.at(-1)).to.equal('token-expired');
          page.checkout.settle(paid(shape));
          await bench.pass(10_000);
          isPaid(2, paid(shape));
        });
      }
    }

    it('but one for which nothing but a failure was handed in', async () => {
      await pressed('which ran out', () => {
        bench.payments.plan('token', {}, { downMs: 900 });
      });
      await bench.pass(300);
      page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
      await bench.pass(10_000);
      expect([page.state, bench.pushes]).to.deep.equal(['prompted', 2]);
    });
  });

  it('fails where the new token has expired too', async () => {
    bench.payments.plan('push', { fault: 'expired' }, { fault: 'expired' });
    await bench.pay(page);
    expect(page.events).to.deep.equal(['push-request', 'token-expired', 'token-expired', 'push-failure']);
    expect(page.last('token-expired')).to.deep.include({ willRetry: false });
    expect(page.last('push-failure')).to.include({ reason: 'token-expired', promptPossible: false });
    expect(bench.pushes).to.equal(2);
    expect(bench.record).to.include({ phase: 'failed' });
  });

  it('fails where a listener stops the renewal', async () => {
    bench.payments.plan('push', { fault: 'expired' });
    page.listener = (type) => type !== 'token-expired';
    await bench.pay(page);
    expect(page.last('push-failure')).to.include({ reason: 'token-expired' });
    expect(bench.pushes).to.equal(1);
  });

  for (const [fault, reason] of [
    ['reset', 'network'],
    ['reset-after', 'network'],
    ['server-500', 'server-error'],
    ['cut-short', 'bad-response'],
    ['missing-ids', 'bad-response'],
  ] as const) {
    it(`that meets ${fault} may have prompted: it holds the order for the window`, async () => {
      bench.payments.plan('push', { fault });
      await bench.pay(page);
      expect(page.state).to.equal('unconfirmed');
      expect(page.last('push-failure')).to.include({ reason, promptPossible: true });
      expect(bench.record).to.include({ phase: 'unconfirmed', reason });
      expect(page.checkout.snapshot().canPay).to.equal(false);
      await bench.pass(WINDOW_MS);
      expect(page.checkout.snapshot().canPay).to.equal(true);
    });
  }

  it('that gets no answer ends at its timeout, and holds the order from then on', async () => {
    bench.payments.plan('push', { fault: 'no-answer' });
    void page.pay();
    await bench.pass(TIMEOUT_MS + 1_000);
    expect(page.last('push-failure')).to.include({ reason: 'timeout', promptPossible: true });
    expect(page.checkout.snapshot().lockedForMs).to.be.within(WINDOW_MS - 1_000, WINDOW_MS);
  });

  for (const fault of ['token-missing', 'html-404', 'refused-code', 'daraja-500'] as const) {
    it(`that is refused by ${fault} has prompted nobody: another may follow at once`, async () => {
      bench.payments.plan('push', { fault });
      await bench.pay(page);
      expect(page.state).to.equal('failed');
      expect(page.last('push-failure')).to.include({ promptPossible: false });
      await bench.pay(page);
      expect(page.state).to.equal('prompted');
    });
  }

  it('survives the element: it is not given up, and is told', async () => {
    bench.payments.plan('push', { downMs: 5_000 });
    void page.pay();
    await bench.pass(1_000);
    page.checkout.disconnect();
    await bench.pass(6_000);
    expect(page.events).to.deep.equal(['push-request', 'push-success']);
    expect(bench.payments.to('status'), 'watching pauses').to.be.empty;
    page.checkout.connect();
    await bench.pass(0);
    expect(bench.payments.to('status')).to.have.lengthOf(1);
  });

  it('leaves no lock behind if its element goes while the token is on its way', async () => {
    bench.payments.plan('token', { downMs: 1_000 });
    void page.pay();
    await bench.pass(500);
    page.checkout.disconnect();
    await bench.pass(5_000);
    expect(page.events).to.deep.equal(['push-request', 'push-success']);
    expect(bench.locks?.held).to.deep.equal([]);
  });

  it('leaves nothing behind once its element is gone', async () => {
    await bench.pay(page);
    page.checkout.disconnect();
    await bench.pass(1_000);
    expect(page.tab.timers).to.equal(0);
    expect(page.tab.page.subscriptions).to.equal(0);
    expect(page.tab.process.listeners).to.equal(0);
    expect(bench.locks?.held).to.deep.equal([]);
  });

  it('can be put away by the customer once it has failed, or is dead', async () => {
    bench.payments.plan('push', { fault: 'reset' });
    await bench.pay(page);
    page.checkout.reset();
    expect(page.state, 'while it may be live').to.equal('unconfirmed');
    await bench.pass(WINDOW_MS);
    page.checkout.reset();
    expect(page.state).to.equal('idle');
    await bench.pass(1_000);
    expect(bench.record).to.include({ phase: 'closed', mayHaveUnknownPrompt: true });
    expect(bench.reload(page).state).to.equal('idle');
  });

  for (const endpoint of ['token', 'push'] as const) {
    it(`goes by what it began with, whatever is configured while the ${endpoint} is on its way`, async () => {
      bench.payments.plan(endpoint, { upMs: 1_000 });
      void page.pay();
      await bench.pass(500);
      page.checkout.configure({ ...page.settings, statusUrl: undefined, promptWindowMs: 1 });
      await bench.pass(5_000);
      expect(page.checkout.snapshot().lockedForMs).to.be.above(WINDOW_MS - 5_500);
      expect(bench.payments.to('status')).to.not.be.empty;
    });
  }

  it('that has failed is put away without a word to other pages', async () => {
    bench.payments.plan('push', { fault: 'html-404' });
    await bench.pay(page);
    await bench.pass(1_000);
    const times = bench.storage.written.length;
    page.checkout.reset();
    await bench.pass(1_000);
    expect([page.state, bench.storage.written.length]).to.deep.equal(['idle', times]);
  });
});
