import { expect } from '@open-wc/testing';
import { Bench, ORDER } from './simulation.js';

const PUSH = '/payments/mpesa/payment/push/request';
const authorization = 'some-token';

describe('Bad input at the payments API', () => {
  const bodies: [string, string | undefined, string][] = [
    ['no body', undefined, 'A JSON body is required'],
    ['no JSON', 'order_id=1', 'The body is not valid JSON'],
    ['broken UTF-16', '"\\ud800', 'The body is not valid JSON'],
    ['null', 'null', 'Expected {"order": {"order_id", "user_phone_number", "amount"}}'],
    ['a list', '[]', 'Expected {"order": {"order_id", "user_phone_number", "amount"}}'],
    ['no order', '{}', 'Expected {"order": {"order_id", "user_phone_number", "amount"}}'],
    ['no order id', JSON.stringify({ order: { ...ORDER, order_id: undefined } }), 'order.order_id must be'],
    ['an empty order id', JSON.stringify({ order: { ...ORDER, order_id: '' } }), 'order.order_id must be'],
    ['a number for an order id', JSON.stringify({ order: { ...ORDER, order_id: 1 } }), 'order.order_id must be'],
    [
      'a number for a phone',
      JSON.stringify({ order: { ...ORDER, user_phone_number: 254723123123 } }),
      'order.user_phone_number',
    ],
    [
      'a formatted phone',
      JSON.stringify({ order: { ...ORDER, user_phone_number: '+254 723' } }),
      'order.user_phone_number',
    ],
    ...['0', '-5', '1e3', '12,341', '007', '.5', '1.234', '', 'NaN', 12341, null].map(
      (amount): [string, string, string] => [
        `${JSON.stringify(amount)} for an amount`,
        JSON.stringify({ order: { ...ORDER, amount } }),
        'order.amount must be a string such as',
      ],
    ),
  ];
  for (const [what, body, error] of bodies)
    it(`gets a clear 400 for ${what}`, async () => {
      const bench = new Bench();
      const answer = await bench.json(PUSH, { method: 'POST', headers: { authorization }, ...(body && { body }) });
      expect(answer.status).to.equal(400);
      expect(answer.body['error']).to.include(error);
      expect(bench.daraja.record.pushes).to.be.empty;
    });

  it('gets 413 for a body that is too large', async () => {
    const body = JSON.stringify({ order: ORDER, padding: 'x'.repeat(20_000) });
    for (const path of [PUSH, '/mpesa']) {
      const answer = await new Bench().json(path, { method: 'POST', headers: { authorization }, body });
      expect(answer).to.deep.equal({ status: 413, body: { error: 'The body is larger than 16384 bytes' } });
    }
  });

  it('gets 404 as JSON for an unknown path', async () => {
    for (const path of ['/', '/payments', '/payments/mpesa', '/payments/mpesa/tokens', '/mpesa/', '/daraja2'])
      expect(await new Bench().json(path)).to.deep.equal({ status: 404, body: { error: 'Not found' } });
  });

  const methods: [string, string, string][] = [
    ['POST', '/payments/mpesa/token', 'GET, HEAD'],
    ['GET', PUSH, 'POST'],
    ['PUT', PUSH, 'POST'],
    ['DELETE', '/payments/mpesa/status', 'GET, HEAD'],
    ['POST', '/payments/mpesa/events', 'GET, HEAD'],
    ['GET', '/mpesa', 'POST'],
  ];
  for (const [method, path, allow] of methods)
    it(`gets 405 and the right method for ${method} ${path}`, async () => {
      const response = await new Bench().fetch(path, { method });
      expect(response.status).to.equal(405);
      expect(response.headers.get('allow')).to.equal(allow);
      expect(await response.json()).to.deep.equal({ error: `Method not allowed; use ${allow}` });
    });

  it('keeps unknown keys from doing harm', async () => {
    const bench = new Bench();
    const answer = await bench.post(
      PUSH,
      { order: { ...ORDER, __proto__: { a: 1 }, extra: true }, other: [] },
      { authorization: await bench.token() },
    );
    expect(answer.status).to.equal(200);
  });
});
