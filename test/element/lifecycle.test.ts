import { expect, fixture, html } from '@open-wc/testing';
import {
  callback,
  CARELESS,
  Harness,
  newOrder,
  ORIGIN,
  PHONE,
  quiet,
  skip,
  withSimulation,
} from '../support/harness.js';

const STATUS = { 'status-url': `${ORIGIN}/payments/mpesa/status` };

const container = () => fixture<HTMLElement>(html`<section></section>`);

describe('A move in the document', () => {
  const network = withSimulation(() => CARELESS);

  it('tells a document each event once, also if a listener removes the element', async () => {
    const heard: string[] = [];
    const types = ['push-success', 'payment-success'] as const;
    const hear = ({ type }: Event) => heard.push(type);
    for (const type of types) document.addEventListener(type, hear);
    const widget = await Harness.create();
    const home = widget.element.parentElement!;
    widget.element.addEventListener('payment-success', () => {
      widget.element.remove();
    });
    await widget.payWell();
    expect(home.childElementCount).to.equal(0);
    for (const type of types) document.removeEventListener(type, hear);
    expect(heard).to.deep.equal(types);
  });

  it('keeps what was typed', async () => {
    const widget = await Harness.create();
    widget.type('0723 1');
    (await container()).append(widget.element);
    await widget.drawn();
    expect(widget.field.value).to.equal('0723 1');
    expect(widget.heard).to.be.empty;
  });

  it('during a request changes nothing about the attempt', async () => {
    const widget = await Harness.create();
    const release = network.hold('push');
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    await network.next('push');
    (await container()).append(widget.element);
    await widget.drawn();
    expect(widget.element.state).to.equal('requesting');
    release();
    await over;
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.states).to.deep.equal(['requesting', 'prompted']);
    expect(network.to('push')).to.have.length(1);
  });

  it('while prompted goes on watching', async () => {
    const widget = await Harness.create(STATUS);
    await widget.pay();
    (await container()).append(widget.element);
    await quiet();
    expect(widget.element.state).to.equal('prompted');
    network.answer = ({ endpoint }) =>
      endpoint === 'status'
        ? new Response(JSON.stringify(callback(0, widget.only('push-success').detail.checkoutRequestId)))
        : undefined;
    await network.poll();
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
    expect(widget.states).to.deep.equal(['requesting', 'prompted', 'paid']);
  });
});

describe('A removal in flight', () => {
  const network = withSimulation(() => CARELESS);

  for (const [fault, last] of [
    ['slow', 'push-success'],
    ['server-500', 'push-failure'],
    ['no-answer', 'push-failure'],
  ] as const) {
    it(`neither aborts the push nor keeps its events: ${fault}`, async () => {
      const isSlow = fault === 'slow';
      const widget = await Harness.create();
      const release = isSlow ? network.hold('push') : undefined;
      if (!isSlow) network.current.faults.set({ push: [fault] });
      widget.type('0723123123');
      const over = widget.once('push-success', 'push-failure');
      widget.press();
      await network.next('push');
      widget.element.remove();
      release?.();
      if (fault === 'no-answer') await skip(30_000);
      await over;
      expect(widget.types).to.deep.equal(['push-request', last]);
      expect(widget.only(last).target).to.equal(widget.element);
      expect(network.to('push')).to.have.length(1);
    });
  }

  it('before the token has come still makes the push', async () => {
    const widget = await Harness.create();
    const release = network.hold('token');
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    widget.element.remove();
    release();
    await over;
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('shows the prompt once it is back', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    const { parentElement } = widget.element;
    widget.element.remove();
    await over;
    parentElement!.append(widget.element);
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    expect(widget.text).to.contain('0723 123 123');
    expect(widget.blocked).to.equal(true);
  });
});

describe('Out of the document', () => {
  const network = withSimulation(() => CARELESS);

  it('nobody watches; back in it, watching goes on', async () => {
    const widget = await Harness.create(STATUS);
    await widget.pay();
    const { parentElement } = widget.element;
    widget.element.remove();
    await quiet();
    window.dispatchEvent(new Event('online'));
    await quiet();
    expect(network.to('status')).to.be.empty;
    const asked = network.next('status');
    parentElement!.append(widget.element);
    await asked;
    network.answer = ({ endpoint }) => (endpoint === 'status' ? new Response(JSON.stringify(callback(0))) : undefined);
    await network.poll();
    expect(widget.element.state).to.equal('paid');
  });

  it('the page may still tell the outcome', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.element.remove();
    await quiet();
    widget.settle(0);
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
  });

  it('an element that was never in it asks for nothing', async () => {
    const element = document.createElement('vitumob-pay');
    element.orderId = newOrder();
    element.amount = '5';
    element.phone = '0723123123';
    await quiet();
    expect(network.requests).to.be.empty;
    expect(element.state).to.equal('idle');
  });
});

describe('What changes in flight', () => {
  const network = withSimulation(() => CARELESS);

  it('never changes the attempt under way', async () => {
    const order = newOrder();
    const widget = await Harness.create({ 'order-id': order });
    network.current.faults.set({ token: [{ fault: 'slow', ms: 400 }], push: ['expired'] });
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    Object.assign(widget.element, {
      amount: '1',
      tokenUrl: 'https://other.test/payments/mpesa/token',
      pushUrl: 'https://other.test/payments/mpesa/payment/push/request',
      phone: '0712345678',
      credentials: 'include',
      maxAmount: '1',
      timeout: 1,
    });
    await over;
    expect(network.to('push')).to.have.length(2);
    for (const { url, body, credentials } of network.requests) {
      expect(url.origin).to.equal(ORIGIN);
      expect(credentials).to.equal('same-origin');
      if (body) {
        expect(JSON.parse(body)).to.deep.equal({
          order: { order_id: order, user_phone_number: PHONE, amount: '12341' },
        });
      }
    }
    for (const { type, detail } of widget.heard.slice(0, -1)) {
      expect(detail, type).to.include({ orderId: order, phone: PHONE, amount: '12341' });
    }
    expect(widget.only('push-success').detail).to.include({ orderId: order, phone: PHONE, amount: '12341' });
  });

  it('does not change the window of a prompt that is live', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.element.promptWindow = 1;
    await widget.drawn();
    await quiet();
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
  });

  it('takes another order up once the attempt is over', async () => {
    const [first, second] = [newOrder(), newOrder()];
    const widget = await Harness.create({ 'order-id': first });
    const release = network.hold('push');
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    await network.next('push');
    widget.element.orderId = second;
    await widget.drawn();
    expect(widget.element.state).to.equal('requesting');
    release();
    await over;
    expect(widget.only('push-success')).to.have.property('state', 'prompted');
    expect(widget.only('push-success').detail.orderId).to.equal(first);
    await widget.drawn();
    expect(widget.element.state).to.equal('idle');
    expect(widget.states).to.deep.equal(['requesting', 'prompted', 'idle']);
    expect(widget.heard.at(-1)!.detail.orderId).to.equal(second);
    await widget.pay();
    expect(widget.all('push-success').map(({ detail }) => detail.orderId)).to.deep.equal([first, second]);
  });
});

describe('Another order', () => {
  const network = withSimulation(() => CARELESS);

  it('is idle, and the first one is found as it was left', async () => {
    const [first, second] = [newOrder(), newOrder()];
    const widget = await Harness.create({ 'order-id': first });
    await widget.pay();
    widget.element.orderId = second;
    await widget.drawn();
    expect(widget.element.state).to.equal('idle');
    expect(widget.blocked).to.equal(false);
    widget.element.orderId = first;
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('is also the same one at another push-url', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.element.pushUrl = 'https://other.test/payments/mpesa/payment/push/request';
    await widget.drawn();
    expect(widget.element.state).to.equal('idle');
  });

  it('on the same page pays by itself', async () => {
    const [one, other] = [await Harness.create(), await Harness.create({ amount: '50' })];
    await one.pay('0723123123');
    await other.pay('0712345678');
    one.settle(1032);
    expect(other.element.state).to.equal('prompted');
    other.settle(0);
    expect([one.element.state, other.element.state]).to.deep.equal(['failed', 'paid']);
    for (const widget of [one, other]) {
      const own = new Set(widget.heard.map(({ detail }) => detail.orderId));
      expect([...own]).to.deep.equal([widget.element.orderId]);
    }
    expect(network.to('push')).to.have.length(2);
  });

  it('follows a paid one, which is never paid again', async () => {
    const first = newOrder();
    const widget = await Harness.create({ 'order-id': first });
    await widget.payWell();
    widget.element.orderId = newOrder();
    await widget.drawn();
    expect(widget.element.state).to.equal('idle');
    await widget.pay();
    widget.element.orderId = first;
    await widget.drawn();
    expect(widget.element.state).to.equal('paid');
    await widget.element.pay();
    expect(network.to('push')).to.have.length(2);
  });
});

describe('Adoption by another document', () => {
  const network = withSimulation(() => CARELESS);

  const frame = () => fixture<HTMLIFrameElement>(html`<iframe title="Another document"></iframe>`);

  it('keeps a live prompt, there and back', async () => {
    const widget = await Harness.create();
    await widget.pay();
    const { parentElement } = widget.element;
    (await frame()).contentDocument!.body.append(widget.element);
    await quiet();
    expect(widget.element.state).to.equal('prompted');
    await widget.element.pay();
    parentElement!.append(widget.element);
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    widget.settle(0);
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
  });

  it('pays there', async () => {
    const widget = await Harness.create();
    (await frame()).contentDocument!.body.append(widget.element);
    await quiet();
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });
});
