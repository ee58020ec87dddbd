import { expect } from '@open-wc/testing';
import type { Fault } from '../../simulator/faults.js';
import { STATUS_SHAPES } from '../../simulator/backend/status-shapes.js';
import {
  callback,
  CARELESS,
  Harness,
  newOrder,
  ORIGIN,
  PHONE,
  quiet,
  withConsole,
  withSimulation,
} from '../support/harness.js';

const STATUS = { 'status-url': `${ORIGIN}/payments/mpesa/status` };

const query = (code: string, id: string) => ({
  ResponseCode: '0',
  ResponseDescription: 'The service request has been accepted successfully',
  MerchantRequestID: '29115-34620561-1',
  CheckoutRequestID: id,
  ResultCode: code,
  ResultDesc: 'Request cancelled by user',
});

const busy = (errorMessage?: string) => ({
  requestId: '1-1-1',
  errorCode: '500.001.1001',
  ...(errorMessage !== undefined && { errorMessage }),
});

const CODES: [code: number, reason: string][] = [
  [1031, 'cancelled'],
  [1032, 'cancelled'],
  [1, 'insufficient-funds'],
  [2001, 'wrong-pin'],
  [1036, 'unreachable'],
  [1037, 'unreachable'],
  [1025, 'unreachable'],
  [9999, 'unreachable'],
  [1019, 'expired'],
  [17, 'busy'],
  [26, 'busy'],
  [1001, 'busy'],
  [2, 'limit'],
  [3, 'limit'],
  [4, 'limit'],
  [8, 'limit'],
];

const UNKNOWN_CODES = [5, 11, 1002, 2006, 4242, 'SFC_IC0003', 'E3008'];

async function prompted(attributes: Record<string, string> = {}): Promise<Harness & { id: string }> {
  const widget = await Harness.create(attributes);
  await widget.pay();
  return Object.assign(widget, { id: widget.only('push-success').detail.checkoutRequestId });
}

describe('Watching at status-url', () => {
  const network = withSimulation(() => CARELESS);
  const heard = withConsole();

  const answerStatus = (make: () => Response | Promise<Response>) => {
    network.answer = ({ endpoint }) => (endpoint === 'status' ? make() : undefined);
  };
  const answerJson = (body: unknown, status = 200) => {
    answerStatus(() => new Response(JSON.stringify(body), { status }));
  };

  for (const shape of STATUS_SHAPES) {
    it(`learns in the ${shape} shape that the order is paid`, async () => {
      const widget = await prompted(STATUS);
      network.current.backend.configure({ status_shape: shape });
      network.current.daraja.configure({ callback_delay_ms: 0 });
      const told = new Promise<void>((resolve) => {
        network.current.backend.changes.add(() => {
          if (network.current.backend.record.callbacks.length) resolve();
        });
      });
      network.current.daraja.handset(PHONE).approve();
      await told;
      await network.poll();
      const { detail } = widget.only('payment-success');
      expect(detail).to.include({ paymentId: widget.id, checkoutRequestId: widget.id, resultCode: 0, phone: PHONE });
      expect(detail.receipt).to.equal(shape === 'query' ? undefined : network.current.daraja.prompts[0]!.receipt);
      expect(widget.element.state).to.equal('paid');
    });

    it(`learns in the ${shape} shape that the customer cancelled`, async () => {
      const widget = await prompted(STATUS);
      network.current.backend.configure({ status_shape: shape });
      network.current.daraja.configure({ callback_delay_ms: 0 });
      const told = new Promise<void>((resolve) => {
        network.current.backend.changes.add(() => {
          if (network.current.backend.record.callbacks.length) resolve();
        });
      });
      network.current.daraja.handset(PHONE).cancel();
      await told;
      await network.poll();
      expect(widget.only('payment-failure').detail).to.include({ reason: 'cancelled', resultCode: 1032 });
      expect(widget.element.state).to.equal('failed');
      expect(widget.blocked).to.equal(false);
    });
  }

  const notYet: [title: string, answer: (id: string) => Response][] = [
    ['202 with {"status":"pending"}', () => new Response('{"status":"pending"}', { status: 202 })],
    ['202 without a body', () => new Response('', { status: 202 })],
    ['202, though its body tells a success', (id) => new Response(JSON.stringify(callback(0, id)), { status: 202 })],
    ['204', () => new Response(null, { status: 204 })],
    ['404 with a page', () => new Response('<h1>Not Found</h1>', { status: 404 })],
    ['404, though its body tells a success', (id) => new Response(JSON.stringify(callback(0, id)), { status: 404 })],
    ['500, though its body tells a failure', (id) => new Response(JSON.stringify(callback(1032, id)), { status: 500 })],
    ['200 with {"status":"pending"}', () => new Response('{"status":"pending"}')],
    ['ResultCode 4999 as a number', (id) => new Response(JSON.stringify({ ...query('', id), ResultCode: 4999 }))],
    ['ResultCode 4999 as a string', (id) => new Response(JSON.stringify(query('4999', id)))],
    ['ResultCode 4999 in a callback', (id) => new Response(JSON.stringify(callback(4999, id)))],
    ['result_code 4999', () => new Response('{"result_code":4999}')],
    ...[200, 500].flatMap((status): [string, (id: string) => Response][] => [
      [
        `500.001.1001 on ${status}`,
        () => new Response(JSON.stringify(busy('The transaction is being processed')), { status }),
      ],
      [`500.001.1001 with an empty message on ${status}`, () => new Response(JSON.stringify(busy('')), { status })],
      [`500.001.1001 without a message on ${status}`, () => new Response(JSON.stringify(busy()), { status })],
      [
        `500.001.1001 as daraja_error on ${status}`,
        () => new Response(JSON.stringify({ daraja_error: busy('') }), { status }),
      ],
    ]),
    ['an unknown code in a query’s answer', (id) => new Response(JSON.stringify(query('4242', id)))],
    ['a code of letters in a query’s answer', (id) => new Response(JSON.stringify(query('SFC_IC0003', id)))],
    ['200 with a page', () => new Response('<!doctype html><p>Sign in')],
    ['200 with {}', () => new Response('{}')],
    ['200 with null', () => new Response('null')],
    ['200 with []', () => new Response('[]')],
    ['200 with a code that is none', () => new Response('{"result_code":"paid"}')],
  ];
  for (const [title, answer] of notYet) {
    it(`takes ${title} for "not yet", and goes on`, async () => {
      const widget = await prompted(STATUS);
      answerStatus(() => answer(widget.id));
      await network.poll();
      expect(widget.types).to.deep.equal(['push-request', 'push-success']);
      expect(widget.element.state).to.equal('prompted');
      answerJson(callback(0, widget.id));
      await network.poll();
      expect(widget.element.state).to.equal('paid');
    });
  }

  const failing: Fault[] = [
    ...(['reset', 'cut-short', 'not-json-200', 'html-404', 'server-500', 'bad-gateway-html', 'redirect'] as const),
    ...(['token-missing', 'daraja-500', 'not-a-token'] as const),
  ];
  it('is silent where it fails, however often', async () => {
    const widget = await prompted(STATUS);
    network.current.faults.set({ status: failing });
    for (let asked = 0; asked < failing.length; asked++) await network.poll();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.element.state).to.equal('prompted');
    expect(heard.all).to.be.empty;
    answerJson(callback(0, widget.id));
    await network.poll();
    expect(widget.element.state).to.equal('paid');
  });

  it('asks no more once it knows', async () => {
    const widget = await prompted(STATUS);
    answerJson(callback(1032, widget.id));
    await network.poll();
    network.requests.length = 0;
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    await quiet();
    expect(network.requests).to.be.empty;
  });

  it('asks at once when the page becomes visible, comes online or is restored', async () => {
    await prompted(STATUS);
    for (const wake of [
      () => document.dispatchEvent(new Event('visibilitychange')),
      () => window.dispatchEvent(new Event('online')),
      () => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    ]) {
      const asked = network.next('status');
      wake();
      await asked;
      await quiet();
    }
    expect(network.to('status')).to.have.length(3);
  });

  it('asks by payment_id and order_id, added to the query that is there', async () => {
    const order = newOrder();
    const widget = await prompted({ 'status-url': `${STATUS['status-url']}?shop=7&note=a%20b`, 'order-id': order });
    const { url, method } = await network.poll();
    expect(method).to.equal('GET');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      shop: '7',
      note: 'a b',
      payment_id: widget.id,
      order_id: order,
      wait: '20',
    });
  });

  it('leaves payment_id out while it is not known', async () => {
    const order = newOrder();
    const widget = await Harness.create({ ...STATUS, 'order-id': order });
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    const { url } = await network.poll();
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({ order_id: order, wait: '20' });
    const [prompt] = network.current.daraja.prompts;
    answerJson(callback(0, prompt!.id));
    await network.poll();
    expect(widget.only('payment-success').detail).to.include({ checkoutRequestId: prompt!.id, orderId: order });
  });

  it('carries the bare token where status-url has the origin of push-url', async () => {
    await prompted(STATUS);
    const { headers } = await network.poll();
    expect(headers.get('authorization')).to.equal(network.to('push')[0]!.headers.get('authorization'));
  });

  for (const elsewhere of ['https://other.test/payments/mpesa/status', 'https://pay.test:444/payments/mpesa/status']) {
    it(`carries no token to ${elsewhere}`, async () => {
      await prompted({ 'status-url': elsewhere });
      const { headers } = await network.poll();
      expect(headers.has('authorization')).to.equal(false);
      expect(network.to('token')).to.have.length(1);
    });
  }

  it('asks for a fresh token where the old one has expired, and asks on', async () => {
    const widget = await prompted(STATUS);
    network.current.faults.set({ status: ['expired'] });
    const tokens = network.to('token').length;
    await network.poll();
    expect(network.to('token')).to.have.length(tokens + 1);
    expect(network.to('status').length).to.be.at.most(2);
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('asks on without a token where there is none to be had', async () => {
    const widget = await prompted(STATUS);
    network.current.faults.set({ status: ['expired'], token: ['reset', 'reset', 'reset'] });
    await network.poll();
    answerJson(callback(0, widget.id));
    const { headers } = await network.poll();
    expect(headers.has('authorization')).to.equal(false);
    expect(widget.element.state).to.equal('paid');
  });

  it('does not ask at all without a status-url, nor before a push', async () => {
    await Harness.create(STATUS);
    await prompted();
    window.dispatchEvent(new Event('online'));
    await quiet();
    expect(network.to('status')).to.be.empty;
  });

  it('asks where the attempt said, whatever the attributes say since', async () => {
    const widget = await prompted(STATUS);
    widget.element.statusUrl = 'https://other.test/payments/mpesa/status';
    await widget.drawn();
    const { url } = await network.poll();
    expect(url.origin).to.equal(ORIGIN);
  });

  it('goes on after a result that is another checkout’s', async () => {
    const widget = await prompted(STATUS);
    for (const code of [0, 1032]) {
      answerJson(callback(code, 'ws_CO_of_somebody_else'));
      await network.poll();
      expect(widget.element.state).to.equal('prompted');
    }
    answerJson(callback(0, widget.id));
    await network.poll();
    expect(widget.element.state).to.equal('paid');
  });
});

describe('A result', () => {
  withSimulation(() => CARELESS);

  for (const [code, reason] of CODES) {
    it(`${code} is "${reason}", in every shape, as a number and as a string`, async () => {
      for (const shape of [
        (id: string) => callback(code, id),
        (id: string) => callback(String(code), id),
        (id: string) => query(String(code), id),
        () => ({ result_code: code }),
        () => ({ result_code: String(code) }),
      ]) {
        const widget = await prompted();
        widget.element.settle(shape(widget.id));
        const { detail, state } = widget.only('payment-failure');
        expect(detail).to.include({ reason, resultCode: code });
        expect(state).to.equal('failed');
      }
    });
  }

  for (const code of UNKNOWN_CODES) {
    it(`${code} is "declined" in a callback and a flat result, and nothing yet in a query’s answer`, async () => {
      for (const shape of [(id: string) => callback(code, id), () => ({ result_code: code })]) {
        const widget = await prompted();
        widget.element.settle(query(String(code), widget.id));
        expect(widget.element.state).to.equal('prompted');
        widget.element.settle(shape(widget.id));
        expect(widget.only('payment-failure').detail).to.include({ reason: 'declined', resultCode: code });
      }
    });
  }

  it('0 is paid, in every shape, as a number and as a string', async () => {
    for (const shape of [
      (id: string) => callback(0, id),
      (id: string) => callback('0', id),
      (id: string) => query('0', id),
      () => ({ result_code: 0 }),
      () => ({ result_code: '0' }),
    ]) {
      const widget = await prompted();
      widget.element.settle(shape(widget.id));
      const { detail, state } = widget.only('payment-success');
      expect(detail.resultCode).to.equal(0);
      expect(state).to.equal('paid');
    }
  });

  it('of a success tells exactly what is documented', async () => {
    const order = newOrder();
    const widget = await prompted({ 'order-id': order });
    const result = callback(0, widget.id);
    widget.element.settle(result);
    const { paymentId } = widget.only('push-success').detail;
    expect(widget.only('payment-success').detail).to.deep.equal({
      orderId: order,
      phone: PHONE,
      amount: '12341',
      paymentId,
      checkoutRequestId: widget.id,
      resultCode: 0,
      resultDesc: 'The service request is processed successfully.',
      receipt: 'NLJ7RT61SV',
      result,
    });
    expect(widget.heard.slice(-2).map(({ type }) => type)).to.deep.equal(['state-change', 'payment-success']);
  });

  it('of a failure tells exactly what is documented', async () => {
    const order = newOrder();
    const widget = await prompted({ 'order-id': order });
    const result = query('1032', widget.id);
    widget.element.settle(result);
    const { paymentId } = widget.only('push-success').detail;
    expect(widget.only('payment-failure').detail).to.deep.equal({
      orderId: order,
      phone: PHONE,
      amount: '12341',
      paymentId,
      checkoutRequestId: widget.id,
      reason: 'cancelled',
      resultCode: 1032,
      resultDesc: 'Request cancelled by user',
      result,
    });
    expect(widget.heard.slice(-2).map(({ type }) => type)).to.deep.equal(['state-change', 'payment-failure']);
  });

  it('has its receipt by name: in any place, among items without a value', async () => {
    const receipts: [object[] | undefined, string | undefined][] = [
      [[{ Name: 'Balance' }, { Name: 'MpesaReceiptNumber', Value: 'AAA1' }, { Name: 'Amount', Value: 1 }], 'AAA1'],
      [[{ Name: 'Amount', Value: 'NOT' }, { Value: 'NOT' }, { Name: 'MpesaReceiptNumber', Value: 'BBB2' }], 'BBB2'],
      [[{ Name: 'Amount', Value: 1 }, { Name: 'MpesaReceiptNumber' }], undefined],
      [[], undefined],
      [undefined, undefined],
    ];
    for (const [Item, receipt] of receipts) {
      const widget = await prompted();
      widget.element.settle({
        Body: {
          stkCallback: {
            CheckoutRequestID: widget.id,
            ResultCode: 0,
            ResultDesc: '',
            CallbackMetadata: Item && { Item },
          },
        },
      });
      const { detail } = widget.only('payment-success');
      expect(detail.receipt).to.equal(receipt);
      expect('receipt' in detail).to.equal(receipt !== undefined);
    }
  });

  it('has its receipt in the flat shape', async () => {
    const widget = await prompted();
    widget.element.settle({ result_code: 0, result_desc: 'Done', mpesa_receipt_number: 'CCC3' });
    expect(widget.only('payment-success').detail).to.include({ receipt: 'CCC3', resultDesc: 'Done' });
    await widget.drawn();
    expect(widget.text).to.contain('CCC3');
  });

  it('of another checkout is ignored, by whatever shape', async () => {
    const widget = await prompted();
    for (const result of [
      callback(0, 'ws_CO_other'),
      callback(1032, 'ws_CO_other'),
      query('0', 'ws_CO_other'),
      query('1032', 'ws_CO_other'),
      { result_code: 0, checkout_request_id: 'ws_CO_other' },
      { result_code: 1032, checkout_request_id: 'ws_CO_other' },
    ]) {
      widget.element.settle(result);
    }
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.element.state).to.equal('prompted');
  });
});

describe('settle()', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  const JUNK: unknown[] = [
    ...[undefined, null, 0, 1, '', '0', 'paid', true, NaN, [], [0], {}, () => 0, Symbol('0')],
    ...[{ status: 'paid' }, { Body: {} }, { Body: { stkCallback: {} } }, { Body: null }, { ResultCode: 'abc' }],
    ...[{ ResultCode: null }, { ResultCode: true }, { ResultCode: {} }, { result_code: 1.5 }, { result_code: '' }],
    ...[
      { result_code: NaN },
      { result_desc: 'paid' },
      { ResultCode: 0, ResultDesc: 'Accepted' },
      { ResponseCode: '0' },
    ],
  ];

  it('throws a TypeError for what is no result, and changes nothing', async () => {
    const idle = await Harness.create();
    const widget = await prompted();
    for (const junk of JUNK) {
      for (const { element } of [idle, widget]) {
        expect(() => {
          element.settle(junk);
        }, String(junk)).to.throw(TypeError);
      }
    }
    expect(idle.heard).to.be.empty;
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect([idle.element.state, widget.element.state]).to.deep.equal(['idle', 'prompted']);
  });

  it('takes a "not yet" for what it is', async () => {
    const widget = await prompted();
    const { id } = widget;
    for (const pending of [
      ...[{ status: 'pending' }, query('4999', id), callback(4999, id), { result_code: 4999 }, query('4242', id)],
      ...[busy(), busy(''), { daraja_error: busy() }, { errorCode: '500.003.02' }],
    ]) {
      widget.element.settle(pending);
    }
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.element.state).to.equal('prompted');
  });

  it('is ignored in idle with nothing stored, and in a failure before which nothing was sent', async () => {
    const widget = await Harness.create({ amount: '' });
    for (const code of [0, 1032]) widget.element.settle(callback(code, 'ws_CO_1'));
    expect(widget.element.state).to.equal('idle');
    await widget.pay();
    for (const code of [0, 1032]) widget.element.settle(callback(code, 'ws_CO_1'));
    expect(widget.element.state).to.equal('failed');
    expect(widget.types).to.deep.equal(['push-failure']);
  });

  for (const [code, last] of [
    [0, 'payment-success'],
    [1032, 'payment-failure'],
  ] as const) {
    it(`holds a ${code} back until the push has ended`, async () => {
      const widget = await Harness.create();
      const release = network.hold('push');
      widget.type('0723123123');
      widget.press();
      await network.next('push');
      widget.element.settle({ result_code: code });
      expect(widget.element.state).to.equal('requesting');
      release();
      await widget.once(last);
      expect(widget.types).to.deep.equal(['push-request', 'push-success', last]);
      expect(widget.states).to.deep.equal(['requesting', 'prompted', code === 0 ? 'paid' : 'failed']);
    });
  }

  it('holds one of another checkout back, and then ignores it', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    widget.element.settle(callback(0, 'ws_CO_other'));
    await over;
    await quiet();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.element.state).to.equal('prompted');
  });

  it('ends an unconfirmed by a success, with or without an id', async () => {
    for (const result of [callback(0), callback(0, 'ws_CO_new'), query('0', 'ws_CO_new'), { result_code: 0 }]) {
      const widget = await Harness.create();
      network.current.faults.set({ push: ['reset'] });
      await widget.pay();
      widget.element.settle(result);
      expect(widget.types).to.deep.equal(['push-request', 'push-failure', 'payment-success']);
    }
  });

  it('ends an unconfirmed by a failure only with an id that was not seen before', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['reset'] });
    await widget.pay();
    widget.element.settle(callback(1032));
    widget.element.settle({ result_code: 1032 });
    expect(widget.element.state).to.equal('unconfirmed');
    widget.element.settle({ result_code: 1032, checkout_request_id: 'ws_CO_new' });
    expect(widget.element.state).to.equal('failed');
    expect(widget.only('payment-failure').detail).to.include({ checkoutRequestId: 'ws_CO_new', reason: 'cancelled' });
  });

  it('does not end an unconfirmed by the failure of an earlier checkout', async () => {
    const widget = await Harness.create({ 'prompt-window': '20000' });
    await widget.pay();
    await widget.free();
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    widget.settle(1032);
    expect(widget.element.state).to.equal('unconfirmed');
    widget.element.settle(callback(1032, network.current.daraja.prompts[1]!.id));
    expect(widget.element.state).to.equal('failed');
  });

  it('takes a success in every state but paid: also once the customer has put the failure away', async () => {
    const widget = await prompted();
    widget.settle(1037);
    widget.element.reset();
    expect(widget.element.state).to.equal('idle');
    widget.settle(0);
    expect(widget.element.state).to.equal('paid');
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-failure', 'payment-success']);
  });

  it('ends a live prompt: another number may be tried at once after a failure', async () => {
    const widget = await prompted();
    widget.settle(1032);
    await widget.pay('0712345678');
    expect(widget.types.slice(-2)).to.deep.equal(['push-request', 'push-success']);
    expect(widget.all('push-success').at(-1)!.detail.phone).to.equal('254712345678');
  });
});
