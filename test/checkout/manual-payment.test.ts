import { expect } from '@open-wc/testing';
import { Bench, Page, WINDOW_MS } from '../support/checkout-bench.js';
import { FOREIGN_ID, resultOf } from '../support/fake-payments.js';

const byHand = resultOf({ id: FOREIGN_ID, resultCode: 0 }, 'callback');
const unnamed = { result_code: 0, result_desc: 'Paid', mpesa_receipt_number: 'NLJ7RT61SV' };
const TEN_MINUTES_MS = 600_000;

describe('Paying without a prompt', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  const asked = () => bench.payments.to('status');
  const manualLock = ({ checkout }: Page) => checkout.snapshot().manualLockedForMs;

  it('sends no push, and asks for the outcome by the order alone, after one second', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pass(999);
    expect(asked()).to.be.empty;
    await bench.pass(1);
    expect(Object.keys(Object.fromEntries(asked()[0]!.url.searchParams))).to.have.members(['order_id', 'wait']);
    expect([bench.pushes, page.events.length, page.state]).to.deep.equal([0, 0, 'idle']);
    expect(page.checkout.snapshot().isPolling).to.equal(true);
  });

  it('is asked for every two seconds in the first minute, and less often then', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pass(60_000);
    expect(asked().length).to.be.within(29, 30);
    await bench.pass(20_000);
    const times = asked().length;
    await bench.pass(30_000);
    expect(asked().length - times).to.be.within(2, 4);
  });

  it('is not asked for during a push, and the prompt is asked for at its own pace', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pass(90_000);
    const times = asked().length;
    bench.payments.plan('push', { downMs: 25_000 });
    void page.pay();
    await bench.pass(25_000);
    expect([page.state, asked().length]).to.deep.equal(['requesting', times]);
    await bench.pass(20_000);
    expect(asked().length - times).to.be.within(9, 10);
  });

  it('is not asked for once it is paid, and stays what was paid first', async () => {
    const page = bench.page();
    page.checkout.openManual();
    page.checkout.settle(byHand);
    await bench.pass(100);
    const times = asked().length;
    page.checkout.settle(resultOf({ id: 'ws_CO_SECOND', resultCode: 0 }, 'callback'));
    await bench.pass(60_000);
    expect(asked()).to.have.lengthOf(times);
    expect(bench.record?.ids?.checkoutRequestId).to.equal(FOREIGN_ID);
  });

  it('is of one order: a tab that goes over to another has opened nothing for it', async () => {
    const page = bench.page();
    page.checkout.openManual();
    const other = new Page(page.tab.reload(), {}, 'another');
    other.checkout.settle(byHand);
    await bench.pass(2_000);
    expect([other.state, other.checkout.snapshot().isPolling]).to.deep.equal(['idle', false]);
  });

  it('is believed though the configuration is no longer usable', async () => {
    const page = bench.page();
    page.checkout.configure(undefined);
    page.checkout.openManual();
    page.checkout.settle(byHand);
    await bench.pass(0);
    expect(page.state).to.equal('paid');
    expect(page.last('payment-success')).to.include({ amount: '' });
  });

  it('is asked for again after an answer that is a failure', async () => {
    const page = bench.page();
    page.checkout.openManual();
    const prompt = { id: 'ws_CO_BY_HAND', orderId: '1234567891', resultCode: 1032 as 0 | 1032 };
    bench.payments.prompts.push(prompt);
    await bench.pass(3_500);
    expect(page.state).to.equal('idle');
    prompt.resultCode = 0;
    await bench.pass(3_000);
    expect(page.state).to.equal('paid');
  });

  it('is asked for during ten minutes from the last opening', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pass(TEN_MINUTES_MS / 2);
    page.checkout.openManual();
    await bench.pass(TEN_MINUTES_MS - 10_000);
    expect(page.checkout.snapshot().isPolling).to.equal(true);
    await bench.pass(20_000);
    expect(page.checkout.snapshot().isPolling).to.equal(false);
    const times = asked().length;
    await bench.pass(TEN_MINUTES_MS);
    expect(asked()).to.have.lengthOf(times);
    page.checkout.settle(byHand);
    expect(page.state, 'later, it is of no known payment').to.equal('idle');
  });

  it('goes on after a reload: the phone may have dropped the page while the customer was in M-Pesa’s menu', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pass(TEN_MINUTES_MS - 60_000);
    const times = asked().length;
    const again = bench.reload(page);
    await bench.pass(0);
    expect(asked()).to.have.lengthOf(times + 1);
    expect(asked().at(-1)!.url.searchParams.has('payment_id')).to.equal(false);
    expect([bench.pushes, again.state, manualLock(again)]).to.deep.equal([0, 'idle', 0]);
    await bench.pass(59_000);
    again.checkout.settle(byHand);
    await bench.pass(0);
    expect([again.state, again.events]).to.deep.equal(['paid', ['payment-success']]);
  });

  it('is over after a reload too, ten minutes from the last opening, and in no other tab', async () => {
    const page = bench.page();
    page.checkout.openManual();
    const other = bench.page();
    other.checkout.settle(byHand);
    expect(other.state).to.equal('idle');
    await bench.pass(TEN_MINUTES_MS);
    const times = asked().length;
    const again = bench.reload(page);
    await bench.pass(60_000);
    again.checkout.settle(byHand);
    expect([again.state, asked().length]).to.deep.equal(['idle', times]);
  });

  it('lasts ten minutes from a reload if the clock was put back before it', async () => {
    const page = bench.page();
    page.checkout.openManual();
    bench.clock.jump(-3_600_000);
    const again = bench.reload(page);
    await bench.pass(TEN_MINUTES_MS);
    again.checkout.settle(byHand);
    expect(again.state).to.equal('idle');
  });

  for (const [words, result] of Object.entries({ 'an unknown id': byHand, 'no id': unnamed })) {
    it(`is believed with ${words}, though this browser has pushed nothing`, async () => {
      const page = bench.page();
      page.checkout.settle(result);
      expect(page.state, 'before it was opened').to.equal('idle');
      page.checkout.openManual();
      page.checkout.settle(result);
      await bench.pass(0);
      expect(page.state).to.equal('paid');
      expect(page.events).to.deep.equal(['payment-success']);
      expect(page.last('payment-success')).to.deep.include({
        orderId: '1234567891',
        phone: '',
        amount: '12341',
        paymentId: '',
        checkoutRequestId: result === byHand ? FOREIGN_ID : '',
        resultCode: 0,
      });
      expect(bench.reload(page).state, 'after a reload').to.equal('paid');
    });
  }

  it('is believed after a push that failed, and in a prompt past its window', async () => {
    const failed = bench.page();
    bench.payments.plan('push', { fault: 'html-404' });
    await bench.pay(failed);
    failed.checkout.openManual();
    failed.checkout.settle(byHand);
    await bench.pass(1_000);
    expect([failed.state, failed.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);

    bench = new Bench();
    const dead = await bench.prompted({ statusUrl: undefined });
    await bench.pass(WINDOW_MS);
    dead.checkout.settle(byHand);
    expect(dead.state, 'before it was opened').to.equal('prompted');
    dead.checkout.openManual();
    dead.checkout.settle(byHand);
    expect([dead.state, dead.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);
  });

  it('takes no failure for anything', async () => {
    const page = await bench.prompted({ statusUrl: undefined });
    await bench.pass(WINDOW_MS);
    page.checkout.openManual();
    for (const result of [{ result_code: 1032 }, resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback')]) {
      page.checkout.settle(result);
    }
    expect([page.state, page.events.length]).to.deep.equal(['prompted', 2]);
  });

  it('is found by asking', async () => {
    const page = bench.page();
    page.checkout.openManual();
    bench.payments.prompts.push({ id: 'ws_CO_BY_HAND', orderId: '1234567891', resultCode: 0 });
    await bench.pass(1_000);
    expect([page.state, page.events.at(-1)]).to.deep.equal(['paid', 'payment-success']);
  });

  it('leaves the button as it is: it pays by prompt, and the prompt is asked for then', async () => {
    const page = bench.page();
    page.checkout.openManual();
    await bench.pay(page);
    expect(page.state).to.equal('prompted');
    await bench.pass(1_000);
    expect(asked().at(-1)?.url.searchParams.get('payment_id')).to.equal('ws_CO_0');
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
    expect(page.state).to.equal('failed');
  });

  it('is not offered while a prompt may be live, a push is in flight, or the order is paid', async () => {
    const page = bench.page();
    expect(manualLock(page)).to.equal(0);
    bench.payments.plan('push', { downMs: 1_000 });
    void page.pay();
    expect(manualLock(page)).to.equal(Infinity);
    await bench.pass(2_000);
    expect(manualLock(page)).to.be.within(1, WINDOW_MS);
    page.checkout.openManual();
    page.checkout.settle(byHand);
    expect(page.state, 'an opening that was not offered').to.equal('prompted');
    await bench.pass(WINDOW_MS);
    expect(manualLock(page)).to.equal(0);
    page.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback'));
    expect(manualLock(page)).to.equal(Infinity);
  });

  for (const fault of ['conflict', 'daraja-500'] as const) {
    it(`is not offered for the window after a push that was refused by ${fault}`, async () => {
      const page = bench.page({ statusUrl: undefined });
      bench.payments.plan('push', { fault });
      await bench.pay(page);
      expect(page.state).to.equal('failed');
      expect(manualLock(page)).to.be.within(WINDOW_MS - 2_000, WINDOW_MS);
      expect(manualLock(bench.page({}, page.tab)), 'by another element either').to.be.above(0);
      await bench.pass(WINDOW_MS);
      expect(manualLock(page)).to.equal(0);
    });

    it(`is not offered then in another tab, nor after a reload, nor after another refusal (${fault})`, async () => {
      const page = bench.page({ statusUrl: undefined });
      const other = bench.page();
      expect(manualLock(other)).to.equal(0);
      bench.payments.plan('push', { fault });
      await bench.pay(page);
      expect([other.state, manualLock(other) > 0]).to.deep.equal(['failed', true]);
      const reloaded = bench.page();
      expect(reloaded.state).to.equal('idle');
      expect(manualLock(reloaded)).to.be.within(WINDOW_MS - 3_000, WINDOW_MS);
      bench.payments.plan('push', { fault: 'token-missing' });
      await bench.pay(reloaded);
      expect(reloaded.state).to.equal('failed');
      expect(manualLock(bench.page())).to.be.above(0);
      await bench.pass(WINDOW_MS);
      expect([manualLock(other), manualLock(reloaded), manualLock(bench.page())]).to.deep.equal([0, 0, 0]);
    });
  }

  it('goes on when the element is replaced by another of the order', async () => {
    const page = bench.page();
    page.checkout.openManual();
    page.checkout.disconnect();
    const anew = bench.page({}, page.tab);
    await bench.pass(5_000);
    expect(asked()).to.not.be.empty;
    anew.checkout.settle(byHand);
    await bench.pass(0);
    expect([anew.state, anew.events]).to.deep.equal(['paid', ['payment-success']]);
  });
});
