import { expect } from '@open-wc/testing';
import type { Fault } from '../../simulator/faults.js';
import { en } from '../../src/messages/en.js';
import type { PushFailureDetail } from '../../src/element/events.js';
import {
  CARELESS,
  Harness,
  newOrder,
  PHONE,
  quiet,
  withConnection,
  withConsole,
  withSimulation,
} from '../support/harness.js';

type Reason = PushFailureDetail['reason'];

interface Row {
  readonly reason: Reason;
  /** What the token and the push meet. */
  readonly token?: Fault[];
  readonly push?: Fault[];
  /** Answers the push in place of the backend. */
  readonly answer?: () => Response;
  readonly status?: number;
  readonly errorCode?: string;
  /** How many pushes leave. */
  readonly pushes?: number;
  readonly says?: string;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

const accepted = (changes: object, response: object = {}) =>
  json({
    payment_id: 'ws_CO_1',
    order_id: '1',
    daraja_response: { CheckoutRequestID: 'ws_CO_1', MerchantRequestID: '1-1-1', ResponseCode: '0', ...response },
    ...changes,
  });

const darajaError = (errorCode: string) => ({ daraja_error: { errorCode, errorMessage: 'No', requestId: '1-1-1' } });

const rejected = (title: string, row: Omit<Row, 'reason'>): [string, Row] => [title, { reason: 'rejected', ...row }];
const bad = (title: string, row: Omit<Row, 'reason'>): [string, Row] => [title, { reason: 'bad-response', ...row }];
const noToken = (title: string, row: Omit<Row, 'reason'>): [string, Row] => [
  title,
  { reason: 'token-unavailable', pushes: 0, ...row },
];

/** The token is asked for ahead of the press, and again at it where that failed. */
const twice = (fault: Fault): Fault[] => [fault, fault];

const TABLE: [title: string, row: Row][] = [
  noToken('a token request that breaks off', { token: twice('reset') }),
  noToken('a token request that is never answered', { token: twice('no-answer') }),
  noToken('a token that is cut short', { token: twice('cut-short'), status: 200 }),
  noToken('a token that is never complete', { token: twice('stalled'), status: 200 }),
  noToken('a token request refused with a 404', { token: twice('html-404'), status: 404 }),
  noToken('a token request that fails with a 500', { token: twice('server-500'), status: 500 }),
  noToken('a token request answered by a gateway', { token: twice('bad-gateway-html'), status: 502 }),
  noToken('a token endpoint that asks to be left alone', { token: twice('retry-after'), status: 503 }),
  noToken('JSON that is not a token', { token: twice('not-a-token'), status: 200 }),
  noToken('a page in place of a token', { token: twice('not-json-200'), status: 200 }),
  ['a push that arrives without its token', { reason: 'token-missing', push: ['token-missing'], status: 400 }],
  [
    'a token that is refused twice',
    { reason: 'token-expired', push: ['expired', 'expired'], status: 404, errorCode: '404.001.03', pushes: 2 },
  ],
  rejected('a plain 404', { push: ['html-404'], status: 404, says: en.rejected }),
  rejected('a 429', { push: [{ fault: 'retry-after', status: 429 }], status: 429 }),
  rejected('another 400', { answer: () => json({ error: 'order.amount must be a string' }, 400), status: 400 }),
  rejected('a 401', { answer: () => json({ error: 'Sign in' }, 401), status: 401 }),
  rejected('a refusal by Daraja', { push: ['echo-token-error'], status: 400, errorCode: '400.002.02' }),
  rejected('a locked subscriber', { push: ['daraja-500'], status: 500, errorCode: '500.001.1001', says: en.busy }),
  rejected('Daraja’s refusal on a 200', {
    answer: () => json(darajaError('500.003.02')),
    status: 200,
    errorCode: '500.003.02',
  }),
  rejected('Daraja’s refusal on a 502', {
    answer: () => json(darajaError('500.003.1001'), 502),
    status: 502,
    errorCode: '500.003.1001',
  }),
  rejected('a ResponseCode other than 0', { push: ['refused-code'], status: 200 }),
  rejected('a ResponseCode that is another number', { answer: () => accepted({}, { ResponseCode: 1 }), status: 200 }),
  bad('a redirect', { push: ['redirect'] }),
  ['a 500', { reason: 'server-error', push: ['server-500'], status: 500 }],
  [
    'a 500 after the work was done',
    { reason: 'server-error', push: [{ fault: 'server-500', reached: true }], status: 500 },
  ],
  ['a gateway’s 502', { reason: 'server-error', push: ['bad-gateway-html'], status: 502 }],
  ['a 503 that asks for patience', { reason: 'server-error', push: ['retry-after'], status: 503 }],
  bad('a page in place of an answer', { push: ['not-json-200'], status: 200 }),
  bad('an answer that is cut short', { push: ['cut-short'], status: 200 }),
  bad('an answer without its ids', { push: ['missing-ids'], status: 200 }),
  bad('an answer without payment_id', { answer: () => accepted({ payment_id: undefined }), status: 200 }),
  bad('an answer without CheckoutRequestID', {
    answer: () => accepted({}, { CheckoutRequestID: undefined }),
    status: 200,
  }),
  bad('an answer without ResponseCode', { answer: () => accepted({}, { ResponseCode: undefined }), status: 200 }),
  bad('an empty 204', { answer: () => new Response(null, { status: 204 }), status: 204 }),
  bad('a JSON null', { answer: () => json(null), status: 200 }),
  bad('a JSON list', { answer: () => json([]), status: 200 }),
  ['a push that breaks off', { reason: 'network', push: ['reset'] }],
  ['a push that breaks off after it arrived', { reason: 'network', push: ['reset-after'] }],
  ['a push that is never answered', { reason: 'timeout', push: ['no-answer'] }],
];

const PROMPT_POSSIBLE: readonly Reason[] = ['server-error', 'bad-response', 'network', 'timeout'];

describe('A push fails by', () => {
  const network = withSimulation(() => CARELESS);
  const heard = withConsole();

  for (const [title, row] of TABLE) {
    it(`${title}: ${row.reason}`, async () => {
      const { reason, token = [], push = [], status, errorCode, pushes = 1 } = row;
      const order = newOrder();
      const widget = await Harness.create({ 'order-id': order });
      network.current.faults.set({ token, push });
      network.answer = ({ endpoint }) => (endpoint === 'push' ? row.answer?.() : undefined);
      await widget.payInTime();

      const { detail, state } = widget.only('push-failure');
      const possible = PROMPT_POSSIBLE.includes(reason);
      const resting = possible ? 'unconfirmed' : 'failed';
      expect(detail).to.include({ orderId: order, phone: PHONE, amount: '12341', reason, promptPossible: possible });
      expect(detail.status).to.equal(status);
      expect(detail.darajaError?.errorCode).to.equal(errorCode);
      expect(Object.keys(detail).sort()).to.deep.equal(
        [
          ...['amount', 'message', 'orderId', 'phone', 'promptPossible', 'reason'],
          ...(status === undefined ? [] : ['status']),
          ...(errorCode === undefined ? [] : ['darajaError']),
        ].sort(),
      );
      if (detail.darajaError) {
        expect(Object.keys(detail.darajaError).sort()).to.deep.equal(['errorCode', 'errorMessage', 'requestId']);
      }

      expect(state).to.equal(resting);
      expect(widget.heard.map(({ type }) => type).filter((type) => type !== 'token-expired')).to.deep.equal([
        ...['push-request', 'state-change', 'state-change', 'push-failure'],
      ]);
      expect(widget.states).to.deep.equal(['requesting', resting]);
      expect(widget.blocked).to.equal(possible);

      expect(detail.message).to.be.a('string').and.not.equal('');
      expect(detail.message).not.to.match(/723\D?123\D?123/);
      for (const sent of network.tokens) expect(JSON.stringify(detail)).not.to.contain(sent);

      if (row.says) expect(widget.text).to.contain(row.says);
      if (possible) expect(widget.text).not.to.contain('Nothing was charged');
      await quiet();
      expect(network.to('push'), 'pushes').to.have.length(pushes);
      expect(heard.all).to.be.empty;
    });
  }

  it('a body that stalls half-way: the time is up', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['stalled'] });
    await widget.payInTime();
    expect(widget.only('push-failure').detail).to.include({ reason: 'timeout', promptPossible: true });
    expect(widget.element.state).to.equal('unconfirmed');
  });

  it('a redirect: the request is not sent on, and the message names the attribute to mend', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['redirect'] });
    await widget.pay();
    expect(network.to('push')[0]!.redirect).to.equal('manual');
    expect(widget.only('push-failure').detail.message).to.contain('push-url');
  });

  it('none of it where ResponseCode is the number 0, and all else that is optional is left out', async () => {
    const widget = await Harness.create();
    network.answer = ({ endpoint }) =>
      endpoint === 'push'
        ? json({ payment_id: 'p1', daraja_response: { CheckoutRequestID: 'ws_CO_2', ResponseCode: 0 }, extra: [1] })
        : undefined;
    await widget.pay();
    const { detail } = widget.only('push-success');
    expect(detail).to.include({ paymentId: 'p1', checkoutRequestId: 'ws_CO_2' });
    expect(detail.response).to.deep.equal({
      payment_id: 'p1',
      daraja_response: { CheckoutRequestID: 'ws_CO_2', ResponseCode: 0 },
      extra: [1],
    });
  });

  it('none of it where all is well: the detail has exactly what is documented', async () => {
    const order = newOrder();
    const widget = await Harness.create({ 'order-id': order });
    await widget.pay();
    const { detail, state } = widget.only('push-success');
    const [prompt] = network.current.daraja.prompts;
    expect(state).to.equal('prompted');
    expect(Object.keys(detail).sort()).to.deep.equal(
      ['orderId', 'phone', 'amount', 'paymentId', 'checkoutRequestId', 'merchantRequestId', 'response'].sort(),
    );
    expect(detail).to.include({
      orderId: order,
      phone: PHONE,
      amount: '12341',
      paymentId: prompt!.id,
      checkoutRequestId: prompt!.id,
      merchantRequestId: prompt!.merchantRequestId,
    });
    expect(detail.response).to.have.all.keys(
      ...['payment_id', 'user_id', 'order_id', 'phone_no', 'daraja_response', 'amount'],
    );
    expect(widget.heard.map(({ type }) => type)).to.deep.equal([
      ...['push-request', 'state-change', 'state-change', 'push-success'],
    ]);
  });
});

describe('After a push that failed', () => {
  const network = withSimulation(() => CARELESS);
  const connection = withConnection();

  it('for certain, the customer may try again at once', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    expect(widget.text).to.contain(en.tryAgain);
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-failure', 'push-request', 'push-success']);
    expect(network.to('push')).to.have.length(2);
  });

  it('perhaps, the customer may try again only once its prompt is dead', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    widget.press();
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    await widget.free();
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-failure', 'push-request', 'push-success']);
    expect(widget.all('push-request').map(({ state }) => state)).to.deep.equal(['idle', 'unconfirmed']);
  });

  it('without a connection, nothing was sent', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    connection.online = false;
    network.current.faults.set({ token: ['reset', 'reset'] });
    const over = widget.once('push-failure');
    widget.press();
    await over;
    expect(widget.only('push-failure').detail).to.include({ reason: 'offline', promptPossible: false });
    expect(widget.text.length).to.be.greaterThan(0);
    expect(network.to('push')).to.be.empty;
  });

  it('every event bubbles, is composed, and only push-request can be canceled', async () => {
    const widget = await Harness.create();
    const seen: Record<string, [boolean, boolean, boolean]> = {};
    const listen = (event: Event) => {
      expect(event).to.be.instanceOf(CustomEvent);
      seen[event.type] = [event.bubbles, event.composed, event.cancelable];
    };
    const types = ['push-request', 'push-success', 'push-failure', 'state-change', 'payment-success'];
    for (const type of types) document.addEventListener(type, listen);
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    await widget.payWell();
    for (const type of types) document.removeEventListener(type, listen);
    expect(seen).to.deep.equal({
      'push-request': [true, true, true],
      'push-success': [true, true, false],
      'push-failure': [true, true, false],
      'state-change': [true, true, false],
      'payment-success': [true, true, false],
    });
  });
});
