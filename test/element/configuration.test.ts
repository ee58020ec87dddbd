import { expect } from '@open-wc/testing';
import {
  Harness,
  newOrder,
  ORIGIN,
  PHONE,
  quiet,
  withBase,
  withConnection,
  withConsole,
  withSimulation,
} from '../support/harness.js';

describe('A configuration error', () => {
  const network = withSimulation();
  const heard = withConsole();
  const setBase = withBase();

  const wrong: [attribute: string, values: string[]][] = [
    [
      'amount',
      [
        ...['', '0', '00', '007', '0.5', '.5', '5.', '-5', '+5', '1e3', '0x10', 'NaN', 'Infinity', 'many'],
        ...['12,341', '12 341', ' 12341', '12341 ', '12.341', '1.234', '1_000', 'KES 5', '٥٠', '250000.01', '250001'],
        ...['9007199254740993', '99999999999999999999999999'],
      ],
    ],
    ['max-amount', ['', 'much', '1e6', '-1', '250,000']],
    ['order-id', ['']],
    ...['token-url', 'push-url', 'status-url'].map((attribute): [string, string[]] => [
      attribute,
      [
        ...[
          'http://pay.test/x',
          'ftp://pay.test/x',
          'javascript:alert(1)',
          'data:application/json,{}',
          'ws://pay.test/x',
        ],
        ...['http://localhost.pay.test/x', 'http://127.0.0.1.pay.test/x', 'http://127.pay.test/', '//[', 'https://'],
        ...['http://0.0.0.0/x', 'http://192.168.1.1/x', 'http://[::2]/x', 'blob:https://pay.test/1', 'file:///x'],
      ],
    ]),
  ];

  for (const [attribute, values] of wrong) {
    for (const value of values) {
      it(`${attribute}="${value}" ends the attempt before it begins`, async () => {
        const widget = await Harness.create({ [attribute]: value });
        await widget.pay();
        expect(widget.heard.map(({ type }) => type)).to.deep.equal(['state-change', 'push-failure']);
        const { detail, state } = widget.only('push-failure');
        expect(state).to.equal('failed');
        expect(detail).to.include({ reason: 'configuration', promptPossible: false, phone: PHONE });
        expect(detail.message).to.contain(attribute);
        expect(Object.keys(detail).sort()).to.deep.equal(
          ['amount', 'message', 'orderId', 'phone', 'promptPossible', 'reason'].sort(),
        );
        expect(heard.errors).to.have.length(1);
        expect(heard.errors[0]).to.contain(attribute);
        await quiet();
        expect(network.requests).to.be.empty;
      });
    }
  }

  it('is a missing order-id, and a missing amount', async () => {
    for (const attribute of ['order-id', 'amount']) {
      const widget = await Harness.create();
      widget.element.removeAttribute(attribute);
      await widget.pay();
      expect(widget.only('push-failure').detail.message).to.contain(attribute);
      expect(heard.errors.at(-1)).to.contain(attribute);
    }
    expect(network.requests).to.be.empty;
  });

  it('is an endpoint that only the base of the document makes look like the page’s own', async () => {
    setBase('http://elsewhere.test/');
    const widget = await Harness.create({ 'push-url': 'payments/mpesa/payment/push/request' });
    await widget.pay();
    expect(widget.only('push-failure').detail.reason).to.equal('configuration');
    expect(network.to('push')).to.be.empty;
  });

  for (const url of [
    `${ORIGIN}/payments/mpesa/payment/push/request`,
    'http://localhost:1234/payments/mpesa/payment/push/request',
    'http://shop.localhost/payments/mpesa/payment/push/request',
    'http://127.0.0.1:99/payments/mpesa/payment/push/request',
    'http://127.8.9.1/payments/mpesa/payment/push/request',
    'http://[::1]:99/payments/mpesa/payment/push/request',
    '/payments/mpesa/payment/push/request',
    'payments/mpesa/payment/push/request',
  ]) {
    it(`is not ${url}`, async () => {
      const widget = await Harness.create({ 'push-url': url });
      await widget.pay();
      expect(widget.types).to.deep.equal(['push-request', 'push-success']);
      expect(network.to('push')[0]!.url.href).to.equal(new URL(url, document.baseURI).href);
      expect(heard.errors).to.be.empty;
    });
  }

  it('shows the customer that nothing was charged, and can be mended', async () => {
    const widget = await Harness.create({ amount: 'much' });
    await widget.pay();
    expect(widget.text).to.contain('Nothing was charged');
    widget.element.amount = '5';
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-failure', 'push-request', 'push-success']);
  });

  it('keeps the token from being asked for', async () => {
    const widget = await Harness.create({ amount: 'much', phone: '0723123123' });
    widget.type('0723123123');
    widget.button.dispatchEvent(new PointerEvent('pointerenter'));
    await widget.drawn();
    await quiet();
    expect(network.requests).to.be.empty;
  });

  it('carries the strings that were given', async () => {
    const order = newOrder();
    const widget = await Harness.create({ 'order-id': order, amount: '12,341' });
    await widget.pay('');
    expect(widget.only('push-failure').detail).to.include({ orderId: order, amount: '12,341', phone: '' });
  });
});

describe('The order of checks', () => {
  const network = withSimulation();
  const connection = withConnection();
  const heard = withConsole();

  const settled = async (widget: Harness): Promise<void> => {
    await widget.element.pay();
    await widget.element.updateComplete;
    await quiet();
  };

  it('puts the configuration before the phone', async () => {
    const widget = await Harness.create({ amount: '' });
    connection.online = false;
    widget.type('junk');
    await settled(widget);
    expect(widget.only('push-failure').detail).to.include({ reason: 'configuration', phone: '' });
    expect(widget.error).to.equal('');
  });

  it('puts the phone before the connection', async () => {
    const widget = await Harness.create();
    connection.online = false;
    widget.type('junk');
    await settled(widget);
    expect(widget.heard).to.be.empty;
    expect(widget.error).not.to.equal('');
    expect(widget.element.state).to.equal('idle');
  });

  it('puts a live prompt before the connection', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.heard.length = 0;
    connection.online = false;
    await settled(widget);
    expect(widget.heard).to.be.empty;
    expect(widget.element.state).to.equal('prompted');
  });

  it('never lets a wrong configuration hide a live prompt', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.heard.length = 0;
    widget.element.amount = 'much';
    await settled(widget);
    expect(widget.element.state).to.equal('prompted');
    expect(widget.blocked).to.equal(true);
  });

  it('puts push-request before the connection, of which the browser’s word alone is not believed', async () => {
    const widget = await Harness.create();
    connection.online = false;
    network.current.faults.set({ token: ['reset'] });
    widget.type('0723123123');
    await settled(widget);
    expect(widget.types).to.deep.equal(['push-request', 'push-failure']);
    expect(widget.states).to.deep.equal(['requesting', 'failed']);
    const { detail, state } = widget.only('push-failure');
    expect(state).to.equal('failed');
    expect(detail).to.include({ reason: 'offline', promptPossible: false, phone: PHONE, amount: '12341' });
    expect(Object.keys(detail).sort()).to.deep.equal(
      ['amount', 'message', 'orderId', 'phone', 'promptPossible', 'reason'].sort(),
    );
    expect(network.to('push')).to.be.empty;
    expect(heard.errors).to.be.empty;
    expect(widget.text).to.match(/offline/i);
  });

  it('asks by push-request in the old state', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    await widget.pay();
    expect(widget.all('push-request').map(({ state }) => state)).to.deep.equal(['idle', 'failed']);
  });

  it('takes the connection as it is at the press', async () => {
    const widget = await Harness.create();
    connection.online = false;
    network.current.faults.set({ token: ['reset'] });
    widget.type('0723123123');
    await settled(widget);
    connection.online = true;
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-failure', 'push-request', 'push-success']);
  });
});
