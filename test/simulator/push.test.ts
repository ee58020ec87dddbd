import { expect } from '@open-wc/testing';
import { inPageFetch } from '../../simulator/http/in-page-fetch.js';
import { Bench, type Json, ORDER, PHONE } from './simulation.js';

const PUSH = '/payments/mpesa/payment/push/request';

describe('The push endpoint', () => {
  it('answers an accepted push with the documented body', async () => {
    const { status, body } = await new Bench().push({ amount: '48744.15' });
    expect(status).to.equal(200);
    const response = body['daraja_response'] as Json;
    expect(Object.keys(body)).to.deep.equal([
      'payment_id',
      'user_id',
      'order_id',
      'phone_no',
      'daraja_response',
      'amount',
    ]);
    expect(body['payment_id']).to.match(/^ws_CO_\d+$/);
    expect(body['user_id']).to.be.a('string');
    expect(body['order_id']).to.equal(ORDER.order_id);
    expect(body['phone_no']).to.equal(PHONE);
    expect(body['amount']).to.equal(48744.15);
    expect(response['CheckoutRequestID']).to.equal(body['payment_id']);
    expect(response['MerchantRequestID']).to.match(/^\d+-\d+-1$/);
    expect(response['ResponseCode']).to.equal('0');
  });

  it('sends the prompt with the amount rounded up to whole shillings', async () => {
    const bench = new Bench();
    await bench.push({ amount: '48744.15' });
    await bench.push({ amount: '20.00', order_id: 'B', user_phone_number: '254112345678' });
    expect(bench.daraja.prompts.map(({ amount }) => amount)).to.deep.equal([48745, 20]);
  });

  it('prints the last twelve characters of the order in the prompt', async () => {
    const bench = new Bench();
    await bench.push({ order_id: '4787246431469568' });
    expect(bench.daraja.handset(PHONE).view().prompts[0]?.reference).to.equal('246431469568');
  });

  it('answers 400 without an access token, before anything else', async () => {
    const answer = await new Bench().json(PUSH, { method: 'POST' });
    expect(answer).to.deep.equal({ status: 400, body: { error: 'Access token not provided' } });
  });

  it('answers an expired token with 404, the order, and 404.001.03', async () => {
    const bench = new Bench({ darajaSettings: { token_life_seconds: 10 } });
    const token = await bench.token();
    await bench.clock.advance(10_000);
    const { status, body } = await bench.push({}, token);
    expect(status).to.equal(404);
    const error = body['daraja_error'] as Json;
    expect(body).to.deep.equal({
      order_meta_data: ORDER,
      status_code: 404,
      daraja_error: { errorCode: '404.001.03', errorMessage: 'Invalid Access Token', requestId: error['requestId'] },
    });
    expect(Object.keys(error)).to.deep.equal(['errorCode', 'errorMessage', 'requestId']);
    expect(bench.daraja.prompts).to.be.empty;
  });

  it('takes the bare token: with "Bearer" before it, it is no token', async () => {
    const bench = new Bench();
    const { body } = await bench.push({}, `Bearer ${await bench.token()}`);
    expect(body['daraja_error']).to.include({ errorCode: '404.001.04' });
  });

  it('passes on what Daraja refuses, with its status', async () => {
    const bench = new Bench();
    const wrongPhone = await bench.push({ user_phone_number: '255723123123' });
    expect(wrongPhone.status).to.equal(400);
    expect(wrongPhone.body['daraja_error']).to.include({
      errorCode: '400.002.02',
      errorMessage: 'Bad Request - Invalid PartyA',
    });
    bench.daraja.script({ refuse: '500.003.02' });
    const busy = await bench.push();
    expect(busy.status).to.equal(500);
    expect(busy.body['status_code']).to.equal(500);
    expect(busy.body['daraja_error']).to.include({ errorCode: '500.003.02' });
  });

  it('says with 502, and without a daraja_error, when Daraja gives no clear answer', async () => {
    for (const answer of [
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => Promise.resolve(new Response('<html>', { status: 502 })),
      () => Promise.resolve(new Response('{}')),
    ]) {
      const bench: Bench = new Bench({
        fetch: (input, init) =>
          input.includes('processrequest')
            ? answer()
            : inPageFetch((request) => bench.simulation.fetch(request))(input, init),
      });
      const { status, body } = await bench.push();
      expect(status).to.equal(502);
      expect(Object.keys(body)).to.deep.equal(['error']);
      expect((await bench.push()).status, 'the prompt may be live').to.equal(409);
    }
  });

  it('gives up on a Daraja that never answers', async () => {
    const bench: Bench = new Bench({
      fetch: (input, init) =>
        inPageFetch((request) =>
          input.includes('processrequest') ? new Promise(() => undefined) : bench.simulation.fetch(request),
        )(input, init),
    });
    const answer = bench.push();
    await bench.clock.advance(25_000);
    expect((await answer).status).to.equal(502);
    expect(bench.clock.pending).to.equal(0);
  });

  it('keeps a record without tokens or whole phone numbers', async () => {
    const bench = new Bench();
    const token = await bench.token();
    const id = (await bench.push({}, token)).body['payment_id'];
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(1_000);
    await bench.status();
    const { record } = bench.simulation;
    expect(record.backend?.pushes).to.deep.equal([
      {
        at: Date.UTC(2026, 0, 5, 9),
        order_id: ORDER.order_id,
        phone: '2547*****123',
        amount: '12341',
        status: 200,
        checkout_request_id: id,
      },
    ]);
    expect(record.backend?.callbacks).to.have.length(1);
    expect(record.backend?.polls).to.have.length(1);
    expect(JSON.stringify(record)).not.to.include(token).and.not.to.include('723123123');
  });
});
