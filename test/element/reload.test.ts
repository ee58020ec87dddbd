import { expect } from '@open-wc/testing';
import {
  callback,
  CARELESS,
  Harness,
  newOrder,
  ORIGIN,
  OtherPage,
  PHONE,
  quiet,
  withConsole,
  withSimulation,
} from '../support/harness.js';

const STATUS = { 'status-url': `${ORIGIN}/payments/mpesa/status` };

/** The page anew: another element of the order, the one before being gone. */
async function reload(widget: Harness, attributes: Record<string, string> = {}): Promise<Harness> {
  const { orderId } = widget.element;
  widget.element.remove();
  await quiet();
  return Harness.create({ 'order-id': orderId, ...attributes });
}

const types = (widget: Harness) => widget.heard.map(({ type }) => type);

describe('A reload', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  it('shows the prompt, fires nothing but state-change, and masks the number', async () => {
    const page = await OtherPage.open(network);
    const before = await page.create({});
    await before.pay();
    page.close();
    const widget = await Harness.create({ 'order-id': before.element.orderId });
    expect(widget.element.state).to.equal('prompted');
    expect(widget.blocked).to.equal(true);
    expect(types(widget)).to.deep.equal(['state-change']);
    const { detail } = widget.only('state-change');
    expect(detail).to.include({
      state: 'prompted',
      previous: 'idle',
      orderId: before.element.orderId,
      amount: '12341',
    });
    expect(detail.phone).to.contain('*');
    expect(detail.phone).not.to.contain('23123123');
    expect(widget.text).not.to.contain('723 123 123');
  });

  it('shows an unconfirmed', async () => {
    const before = await Harness.create();
    network.current.faults.set({ push: ['reset-after'] });
    await before.pay();
    const widget = await reload(before);
    expect(widget.element.state).to.equal('unconfirmed');
    expect(widget.blocked).to.equal(true);
    expect(types(widget)).to.deep.equal(['state-change']);
  });

  it('shows that the order is paid, with its receipt', async () => {
    const before = await Harness.create();
    await before.payWell();
    const widget = await reload(before);
    expect(widget.element.state).to.equal('paid');
    expect(types(widget)).to.deep.equal(['state-change']);
    expect(widget.text).to.contain('NLJ7RT61SV');
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
  });

  it('shows that the order is paid, whatever was told after the success', async () => {
    const before = await Harness.create();
    await before.payWell();
    before.settle(1032);
    const widget = await reload(before);
    widget.element.settle(callback(1032, before.only('push-success').detail.checkoutRequestId));
    expect(widget.element.state).to.equal('paid');
    expect((await reload(widget)).element.state).to.equal('paid');
  });

  it('after a failure begins anew', async () => {
    const before = await Harness.create();
    await before.pay();
    before.settle(1032);
    const widget = await reload(before);
    expect(widget.blocked).to.equal(false);
    await widget.pay();
    expect(network.to('push')).to.have.length(2);
  });

  it('makes no second push while the prompt may be live', async () => {
    const before = await Harness.create();
    await before.pay();
    const widget = await reload(before, { phone: '0723123123' });
    widget.press();
    await widget.element.pay();
    await quiet();
    expect(network.to('push')).to.have.length(1);
    expect(types(widget)).to.deep.equal(['state-change']);
  });

  it('makes one as soon as the prompt is dead', async () => {
    const before = await Harness.create();
    await before.pay();
    const widget = await reload(before);
    expect(widget.blocked).to.equal(true);
    await widget.free();
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.only('push-request').state).to.equal('prompted');
    expect(network.to('push')).to.have.length(2);
  });

  it('goes on watching, and tells the outcome now that nobody else does', async () => {
    const page = await OtherPage.open(network);
    const before = await page.create(STATUS);
    await before.pay();
    const { checkoutRequestId, paymentId } = before.only('push-success').detail;
    page.close();
    const widget = await Harness.create({ 'order-id': before.element.orderId, ...STATUS });
    network.answer = ({ endpoint }) =>
      endpoint === 'status' ? new Response(JSON.stringify(callback(0, checkoutRequestId))) : undefined;
    const told = widget.once('payment-success');
    const { url } = await network.poll();
    await told;
    expect(url.searchParams.get('payment_id')).to.equal(paymentId);
    expect(types(widget)).to.deep.equal(['state-change', 'state-change', 'payment-success']);
    const { detail } = widget.only('payment-success');
    expect(detail).to.include({ paymentId, checkoutRequestId, receipt: 'NLJ7RT61SV', resultCode: 0 });
    expect(detail.phone).to.contain('*');
    expect(before.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('takes a failure that the page has learned, and tells it', async () => {
    const before = await Harness.create();
    await before.pay();
    const { checkoutRequestId } = before.only('push-success').detail;
    const widget = await reload(before);
    const told = widget.once('payment-failure');
    widget.element.settle(callback(1032, checkoutRequestId));
    await told;
    expect(widget.only('payment-failure').detail.reason).to.equal('cancelled');
    expect(widget.element.state).to.equal('failed');
  });

  it('of another order, or of the same one elsewhere, knows nothing', async () => {
    const before = await Harness.create();
    await before.pay();
    const other = await Harness.create();
    const elsewhere = await Harness.create({
      'order-id': before.element.orderId,
      'push-url': 'https://other.test/payments/mpesa/payment/push/request',
    });
    expect([other.element.state, elsewhere.element.state]).to.deep.equal(['idle', 'idle']);
    expect([...other.heard, ...elsewhere.heard]).to.be.empty;
  });
});

describe('Two elements of one order', () => {
  const network = withSimulation(() => CARELESS);

  it('show one state; only the one that pays tells of it', async () => {
    const starter = await Harness.create();
    const follower = await Harness.create({ 'order-id': starter.element.orderId });
    await starter.pay();
    await quiet();
    expect(follower.element.state).to.equal('prompted');
    follower.settle(0, starter.only('push-success').detail.checkoutRequestId);
    await quiet();
    expect(starter.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
    expect(follower.types).to.be.empty;
    expect([starter.element.state, follower.element.state]).to.deep.equal(['paid', 'paid']);
    expect(follower.states.at(-1)).to.equal('paid');
    expect(starter.only('payment-success').detail.phone).to.equal(PHONE);
  });

  it('show an unanswered push as unconfirmed, until the one that sent it reports', async () => {
    for (const [answer, state] of [
      [undefined, 'prompted'],
      [new Response('', { status: 404 }), 'failed'],
    ] as const) {
      const starter = await Harness.create();
      const follower = await Harness.create({ 'order-id': starter.element.orderId });
      let release!: () => void;
      const released = new Promise<void>((resolve) => (release = resolve));
      const order = JSON.stringify(starter.element.orderId);
      network.answer = ({ endpoint, body, url, method, headers }) =>
        endpoint === 'push' && body.includes(order)
          ? released.then(() => answer ?? network.current.pageFetch(url, { method, headers, body }))
          : undefined;
      const over = starter.once('push-success', 'push-failure');
      starter.type('0723123123');
      starter.press();
      await network.next('push');
      const late = await Harness.create({ 'order-id': starter.element.orderId });
      expect([follower.element.state, late.element.state]).to.deep.equal(['unconfirmed', 'unconfirmed']);
      expect(late.blocked).to.equal(true);
      release();
      await over;
      await quiet();
      expect([starter.element.state, late.element.state]).to.deep.equal([state, state]);
      expect([...follower.types, ...late.types]).to.be.empty;
      expect(late.states).to.deep.equal(['unconfirmed', state]);
    }
  });

  it('pressed at once make one prompt', async () => {
    const one = await Harness.create();
    const other = await Harness.create({ 'order-id': one.element.orderId });
    one.type('0723123123');
    other.type('0723123123');
    const over = Promise.all([one.element.pay(), other.element.pay()]);
    one.press();
    other.press();
    await over;
    expect(network.to('push')).to.have.length(1);
    for (const widget of [one, other]) {
      const ends = widget.types.filter((type) => type === 'push-success' || type === 'push-failure');
      expect(ends).to.have.length(1);
      expect(widget.element.state).to.equal('prompted');
    }
  });
});

describe('A second page', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  it('shows the prompt of the first, and cannot push', async () => {
    const page = await OtherPage.open(network);
    const here = await Harness.create();
    await here.pay();
    const there = await page.create({ 'order-id': here.element.orderId, phone: '0723123123' });
    expect(there.element.state).to.equal('prompted');
    await there.element.pay();
    there.press();
    await quiet();
    expect(network.to('push')).to.have.length(1);
    expect(there.types).to.be.empty;
  });

  it('follows the first by state-change alone', async () => {
    const page = await OtherPage.open(network);
    const here = await Harness.create();
    const there = await page.create({ 'order-id': here.element.orderId });
    const shown = there.once('state-change');
    await here.pay();
    await shown;
    while (there.element.state !== 'prompted') await there.once('state-change');
    const paid = there.once('state-change');
    here.settle(0);
    await paid;
    expect(there.element.state).to.equal('paid');
    expect(there.types).to.be.empty;
    expect(here.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
  });

  it('tells the first what it has learned', async () => {
    const page = await OtherPage.open(network);
    const here = await Harness.create();
    await here.pay();
    const there = await page.create({ 'order-id': here.element.orderId });
    const told = here.once('payment-failure');
    there.element.settle(callback(1032, here.only('push-success').detail.checkoutRequestId));
    await told;
    await quiet();
    expect(here.only('payment-failure').detail).to.include({ reason: 'cancelled', phone: PHONE });
    expect(there.types).to.be.empty;
  });

  it('that pushed and was closed leaves the telling to the one that is left', async () => {
    const page = await OtherPage.open(network);
    const there = await page.create({});
    await there.pay();
    const { checkoutRequestId } = there.only('push-success').detail;
    const here = await Harness.create({ 'order-id': there.element.orderId });
    expect(here.element.state).to.equal('prompted');
    page.close();
    const told = here.once('payment-success');
    here.element.settle(callback(0, checkoutRequestId));
    await told;
    expect(here.types).to.deep.equal(['payment-success']);
  });

  it('closed in flight leaves an unconfirmed that nobody can push past', async () => {
    const page = await OtherPage.open(network);
    const order = newOrder();
    const there = await page.create({ 'order-id': order });
    network.current.faults.set({ push: ['no-answer'] });
    there.type('0723123123');
    const sent = network.next('push');
    there.press();
    await sent;
    page.close();
    const here = await Harness.create({ 'order-id': order, phone: '0723123123' });
    expect(here.element.state).to.equal('unconfirmed');
    await here.element.pay();
    expect(network.to('push')).to.have.length(1);
    expect(here.types).to.be.empty;
  });

  it('pressing in the same moment makes no second prompt', async () => {
    const page = await OtherPage.open(network);
    for (let round = 0; round < 5; round++) {
      network.requests.length = 0;
      const here = await Harness.create();
      const there = await page.create({ 'order-id': here.element.orderId });
      here.type('0723123123');
      there.type('0723123123');
      await Promise.all([here.element.pay(), there.element.pay()]);
      expect(network.to('push'), 'pushes').to.have.length(1);
      for (const widget of [here, there]) {
        const ends = widget.types.filter((type) => type === 'push-success' || type === 'push-failure');
        expect(ends).to.have.length(1);
      }
    }
  });
});

describe('What is remembered of an order', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  const dump = () => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]);
  /** Elements of tests before may write again what storage has lost. */
  beforeEach(async () => {
    await quiet();
    localStorage.clear();
    sessionStorage.clear();
  });

  it('is written before the push leaves', async () => {
    const widget = await Harness.create();
    let then = '';
    network.answer = ({ endpoint }) => {
      if (endpoint === 'push') then = dump();
      return undefined;
    };
    expect(dump()).to.equal('[[],[]]');
    await widget.pay();
    expect(then).to.contain('2547*****123');
  });

  it('is neither the token nor the whole number', async () => {
    const widget = await Harness.create();
    await widget.pay();
    expect(dump(), 'an order may be named after a phone number').not.to.contain(widget.element.orderId);
    expect(dump()).to.contain(widget.only('push-success').detail.paymentId);
    expect(dump()).not.to.contain(network.tokens[0]);
    expect(dump()).not.to.match(/7\D?2\D?3\D?1\D?2\D?3\D?1\D?2\D?3/);
    widget.settle(0);
    expect(dump()).not.to.match(/7\D?2\D?3\D?1\D?2\D?3\D?1\D?2\D?3/);
  });

  it('is nothing where nothing was sent', async () => {
    const widget = await Harness.create({ amount: '' });
    await widget.pay();
    expect(dump()).to.equal('[[],[]]');
  });

  it('may not be what the page’s other scripts keep: theirs is left alone', async () => {
    localStorage.setItem('theirs', '{');
    const widget = await Harness.create();
    await widget.payWell();
    expect(localStorage.getItem('theirs')).to.equal('{');
  });

  it('survives the page’s clearing of storage while a prompt is live', async () => {
    const widget = await Harness.create();
    await widget.pay();
    localStorage.clear();
    await widget.element.pay();
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    expect(network.to('push')).to.have.length(1);
  });
});

describe('Where storage fails', () => {
  const network = withSimulation(() => CARELESS);
  const own = Object.getOwnPropertyDescriptors(Storage.prototype);
  const area = Object.getOwnPropertyDescriptor(window, 'localStorage');

  afterEach(() => {
    Object.defineProperties(Storage.prototype, { setItem: own['setItem'], getItem: own['getItem'] });
    if (area) Object.defineProperty(window, 'localStorage', area);
    else Reflect.deleteProperty(window, 'localStorage');
  });

  const denied = () => {
    throw new DOMException('No', 'QuotaExceededError');
  };

  const ways: [title: string, fail: () => void][] = [
    [
      'setItem throws',
      () => {
        Storage.prototype.setItem = denied;
      },
    ],
    [
      'getItem and setItem throw',
      () => {
        Object.assign(Storage.prototype, { setItem: denied, getItem: denied });
      },
    ],
    [
      'localStorage itself throws',
      () => {
        Object.defineProperty(window, 'localStorage', { configurable: true, get: denied });
      },
    ],
    [
      'localStorage is null',
      () => {
        Object.defineProperty(window, 'localStorage', { configurable: true, value: null });
      },
    ],
  ];
  for (const [title, fail] of ways) {
    it(`memory has to do: ${title}`, async () => {
      fail();
      const widget = await Harness.create();
      await widget.pay();
      expect(widget.types).to.deep.equal(['push-request', 'push-success']);
      await widget.element.pay();
      const again = await Harness.create({ 'order-id': widget.element.orderId, phone: '0723123123' });
      expect(again.element.state).to.equal('prompted');
      await again.element.pay();
      expect(network.to('push')).to.have.length(1);
      widget.settle(0);
      expect([widget.element.state, again.element.state]).to.deep.equal(['paid', 'paid']);
    });
  }
});

describe('Earlier checkouts of an order', () => {
  const network = withSimulation(() => CARELESS);

  async function twoCheckouts() {
    const widget = await Harness.create();
    await widget.pay();
    await widget.free();
    widget.element.promptWindow = 60_000;
    await widget.pay('0712345678');
    const [first, second] = widget.all('push-success').map(({ detail }) => detail.checkoutRequestId);
    return { widget, first: first!, second: second! };
  }

  it('are remembered: a late success of the first during the second ends paid', async () => {
    const { widget, first } = await twoCheckouts();
    widget.settle(0, first);
    expect(widget.element.state).to.equal('paid');
    expect(widget.only('payment-success').detail).to.include({ checkoutRequestId: first, paymentId: first });
  });

  it('neither end nor unlock the second by a stale failure', async () => {
    const { widget, first, second } = await twoCheckouts();
    widget.settle(1032, first);
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    expect(widget.blocked).to.equal(true);
    widget.settle(1032, second);
    expect(widget.element.state).to.equal('failed');
    expect(widget.all('payment-failure')).to.have.length(1);
  });

  it('are remembered over a reload', async () => {
    const { widget, first } = await twoCheckouts();
    const after = await reload(widget);
    after.element.settle(callback(1032, first));
    expect(after.element.state).to.equal('prompted');
    const told = after.once('payment-success');
    after.element.settle(callback(0, first));
    await told;
    expect(after.element.state).to.equal('paid');
  });

  it('win also while the second is being asked for', async () => {
    const widget = await Harness.create();
    await widget.pay();
    const first = widget.only('push-success').detail.checkoutRequestId;
    await widget.free();
    const release = network.hold('push');
    const over = widget.once('payment-success');
    widget.press();
    await network.next('push');
    widget.settle(0, first);
    release();
    await over;
    expect(widget.element.state).to.equal('paid');
    expect(widget.types).to.deep.equal([
      ...['push-request', 'push-success', 'push-request', 'push-success', 'payment-success'],
    ]);
  });
});
