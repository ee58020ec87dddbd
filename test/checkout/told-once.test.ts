import { expect } from '@open-wc/testing';
import { Bench, WINDOW_MS, type Page } from '../support/checkout-bench.js';
import { resultOf, type FaultName } from '../support/fake-payments.js';

const paid = resultOf({ id: 'ws_CO_0', resultCode: 0 }, 'callback');
const PUSHED = ['push-request', 'push-success'];

describe('What is told of an attempt', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  describe('whose element is replaced by another of the order while the push is in flight', () => {
    const ends: readonly (readonly [fault: FaultName, event: string, state: string])[] = [
      ['ok', 'push-success', 'prompted'],
      ['html-404', 'push-failure', 'failed'],
      ['server-500', 'push-failure', 'unconfirmed'],
    ];

    async function replaced(fault: FaultName): Promise<{ old: Page; anew: Page }> {
      const old = bench.page();
      bench.payments.plan('push', { fault, downMs: 5_000 });
      void old.pay();
      await bench.pass(1_000);
      old.checkout.disconnect();
      return { old, anew: bench.page({}, old.tab) };
    }

    for (const [fault, event, state] of ends) {
      it(`is told on that one, after its state has changed: ${event} in ${state}`, async () => {
        const { old, anew } = await replaced(fault);
        let stateThen = '';
        anew.listener = () => {
          stateThen = anew.state;
          return true;
        };
        await bench.pass(5_000);
        expect(old.events).to.deep.equal(['push-request']);
        expect(anew.events).to.deep.equal([event]);
        expect(stateThen).to.equal(state);
        expect(anew.last(event as 'push-success')).to.include({ phone: '254723123123', orderId: '1234567891' });
      });
    }

    it('has its outcome told there too, once, also after the old element has come back', async () => {
      const { old, anew } = await replaced('ok');
      await bench.pass(5_000);
      anew.checkout.settle(paid);
      await bench.pass(1_000);
      expect(anew.events).to.deep.equal(['push-success', 'payment-success']);
      old.checkout.connect();
      await bench.pass(1_000);
      expect(old.state).to.equal('paid');
      expect(old.events).to.deep.equal(['push-request']);
    });

    it('lets a listener on the new element stop the renewal of a token', async () => {
      const { anew } = await replaced('expired');
      anew.listener = (type) => type !== 'token-expired';
      await bench.pass(5_000);
      expect(anew.events).to.deep.equal(['token-expired', 'push-failure']);
      expect(bench.pushes).to.equal(1);
    });
  });

  it('is told on its own element if no other one is in the document', async () => {
    const page = bench.page();
    bench.payments.plan('push', { downMs: 5_000 });
    void page.pay();
    await bench.pass(1_000);
    page.checkout.disconnect();
    await bench.pass(5_000);
    expect(page.events).to.deep.equal(PUSHED);
  });

  it('is told on no element that has an attempt of its own in flight', async () => {
    const one = bench.page();
    const other = bench.page({}, one.tab);
    bench.payments.plan('push', { downMs: 5_000 });
    void one.pay();
    void other.pay();
    one.checkout.disconnect();
    await bench.pass(10_000);
    expect([one.events, other.events]).to.deep.equal([PUSHED, PUSHED]);
  });

  it('is told once by two reloaded tabs that learn of it in the same moment', async () => {
    bench = new Bench({ storageDelayMs: 18 });
    const first = await bench.prompted();
    const second = bench.page();
    first.tab.crash();
    second.tab.crash();
    const tabs = [bench.page(), bench.page(), bench.page()];
    for (const { checkout } of tabs) checkout.settle(paid);
    await bench.pass(1_000);
    expect(tabs.map(({ state }) => state)).to.deep.equal(['paid', 'paid', 'paid']);
    expect(tabs.flatMap(({ events }) => events)).to.deep.equal(['payment-success']);
  });

  it('is not told again by the page that pushed when it comes back from the back/forward cache', async () => {
    const page = await bench.prompted();
    const other = bench.page();
    page.tab.freeze();
    await bench.pass(0);
    other.checkout.settle(paid);
    await bench.pass(1_000);
    expect(other.events).to.deep.equal(['payment-success']);
    page.tab.thaw();
    await bench.pass(1_000);
    expect(page.state).to.equal('paid');
    expect(page.events).to.deep.equal(PUSHED);
  });

  it('is told again if it is better informed: a success after a failure that another page told', async () => {
    const page = await bench.prompted({ statusUrl: undefined });
    const other = bench.page({ statusUrl: undefined });
    page.tab.freeze();
    await bench.pass(0);
    other.checkout.settle(resultOf({ id: 'ws_CO_0', resultCode: 1032 }, 'callback'));
    await bench.pass(1_000);
    page.tab.thaw();
    await bench.pass(1_000);
    page.checkout.settle(paid);
    await bench.pass(1_000);
    expect(other.events).to.deep.equal(['payment-failure']);
    expect(page.events).to.deep.equal([...PUSHED, 'payment-success']);
  });

  it('is told once in a page whose two elements share a push', async () => {
    const one = bench.page();
    const other = bench.page({}, one.tab);
    await Promise.all([bench.pay(one), bench.pay(other)]);
    one.checkout.settle(paid);
    await bench.pass(1_000);
    expect([...one.events, ...other.events].filter((type) => type === 'payment-success')).to.have.lengthOf(1);
    expect([one.state, other.state]).to.deep.equal(['paid', 'paid']);
  });

  it('ends once though another script steals the order’s lock', async () => {
    const page = bench.page();
    bench.payments.plan('push', { downMs: 5_000 });
    void page.pay();
    await bench.pass(1_000);
    bench.locks!.steal(bench.locks!.held.find((name) => !name.includes('presence'))!);
    await bench.pass(10_000);
    expect(page.events).to.deep.equal(PUSHED);
  });

  it('is not held up by an order whose name continues that of another', async () => {
    const page = await bench.prompted();
    expect(page.state).to.equal('prompted');
    for (const word of ['starter', 'presence']) {
      const other = bench.pageOf(`1234567891 ${word}`);
      await bench.pay(other);
      expect(other.events, word).to.deep.equal(PUSHED);
    }
  });

  it('does not wait for another order: not for its push, and not for its page', async () => {
    const other = bench.pageOf('another');
    bench.payments.plan('push', { downMs: 5_000 });
    void other.pay();
    await bench.pass(1_000);
    const page = await bench.prompted({ statusUrl: undefined });
    expect([page.state, other.state]).to.deep.equal(['prompted', 'requesting']);
    await bench.pass(5_000);
    const again = bench.reload(page);
    again.checkout.settle(resultOf({ id: 'ws_CO_1', resultCode: 0 }, 'callback'));
    await bench.pass(1_000);
    expect(again.events).to.deep.equal(['payment-success']);
  });

  it('is the same after a listener has called reset() or settle() while it decides', async () => {
    const page = bench.page();
    page.listener = (type) => {
      if (type === 'push-request') {
        expect(page.checkout.isBusy).to.equal(true);
        page.checkout.reset();
        page.checkout.settle(paid);
      }
      return true;
    };
    await bench.pay(page);
    expect(page.events).to.deep.equal(PUSHED);
    expect(page.states).to.deep.equal(['requesting', 'prompted']);
    expect(page.checkout.isBusy).to.equal(false);
    await bench.pass(WINDOW_MS);
  });
});
