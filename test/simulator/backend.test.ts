import { expect } from '@open-wc/testing';
import { Bench, type Json, ORDER, ORIGIN, PHONE, stkCallback } from './simulation.js';

const WINDOW_MS = 120_000;

/** Long enough for a callback, and for the query that confirms it. */
const TOLD_MS = 1_000;

async function firstEvent(response: Response): Promise<Json> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes('data: ')) text += decoder.decode((await reader.read()).value);
  await reader.cancel();
  return JSON.parse(/data: (.*)/.exec(text)![1]!) as Json;
}

describe('The real server in front of the simulated Daraja', () => {
  it('pays: the prompt, the callback, the query that confirms it, and the shop that is told', async () => {
    const bench = new Bench();
    const id = await bench.checkout();
    expect((await bench.status()).status).to.equal(202);
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(TOLD_MS);
    expect((await bench.status()).status).to.equal(200);
    const { backend, daraja } = bench.simulation.record;
    const receipt = bench.daraja.prompts[0]!.receipt!;
    expect(daraja!.queries).to.equal(1);
    expect(backend!.attempts).to.deep.equal([
      {
        ...{ at: backend!.attempts[0]!.at, order_id: ORDER.order_id, phone: '2547*****123', state: 'paid' },
        ...{ checkout_request_id: id, result_code: 0, receipt, queries: 1 },
      },
    ]);
    expect(backend!.events).to.deep.equal([
      { at: backend!.events[0]!.at, type: 'payment.paid', order_id: ORDER.order_id, receipt },
    ]);
  });

  it('asks the query by itself where no callback comes, and leaves no timer once all is known', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 1032, callback: 'never' } } });
    await bench.push();
    await bench.clock.advance(19_999);
    expect((await bench.status()).status).to.equal(202);
    await bench.clock.advance(1);
    expect((await bench.status()).status).to.equal(200);
    expect(bench.clock.pending).to.equal(0);
  });

  it('believes no callback that the query contradicts, and keeps the order locked for a person', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 0, query: 1032 } } });
    await bench.push();
    await bench.clock.advance(WINDOW_MS);
    expect((await bench.status()).status).to.equal(202);
    expect((await bench.push()).status).to.equal(409);
    expect(bench.simulation.record.backend!.events.map(({ type }) => type)).to.deep.equal(['payment.review']);
  });

  it('takes a late success after a failure, and tells the shop of both', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 1032 } } });
    await bench.push();
    await bench.clock.advance(10_000);
    const url = bench.daraja.prompts[0]!.callbackUrl;
    const { body } = await bench.json(url.replace(ORIGIN, '').replace(/\w{4}$/, '0000'), {
      method: 'POST',
      body: '{}',
    });
    expect(body, 'an address that Daraja was never given').to.have.property('error');
    expect(bench.simulation.record.backend!.events.map(({ type }) => type)).to.deep.equal(['payment.failed']);
  });

  it('keeps an order of which M-Pesa says nothing locked for as long as the server does', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 'silence' } } });
    await bench.push();
    await bench.clock.advance(10 * WINDOW_MS);
    expect((await bench.push()).status).to.equal(409);
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('lets it be pushed again after `release_ms`, and counts a success of either prompt', async () => {
    const bench = new Bench({
      backendSettings: { release_ms: WINDOW_MS },
      darajaSettings: { script: { outcome: 'silence' }, lock_subscriber: false, prompt_life_ms: 10 * WINDOW_MS },
    });
    bench.daraja.script({ outcome: 'handset' });
    const first = await bench.checkout();
    await bench.clock.advance(WINDOW_MS - 1_000);
    expect((await bench.push()).status).to.equal(409);
    await bench.clock.advance(1_000);
    const second = await bench.push();
    expect(second.status).to.equal(200);
    expect(second.body['order_id']).to.equal(ORDER.order_id);
    expect(bench.daraja.prompts.map(({ reference }) => reference)).to.deep.equal([ORDER.order_id, ORDER.order_id]);
    await bench.post(`/daraja/handset/${PHONE}/prompts/${first}`, { action: 'approve' });
    await bench.clock.advance(TOLD_MS);
    const { body } = await bench.status({ order_id: ORDER.order_id, payment_id: second.body['payment_id'] as string });
    expect(stkCallback(body)['CheckoutRequestID']).to.equal(first);
  });

  it('passes one of two pushes in the same moment', async () => {
    const bench = new Bench();
    const token = await bench.token();
    const answers = await Promise.all([bench.push({}, token), bench.push({}, token)]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('passes every push with the guard off, as Daraja would, and also after a payment', async () => {
    const bench = new Bench({ backendSettings: { guard: false }, darajaSettings: { lock_subscriber: false } });
    const token = await bench.token();
    const answers = await Promise.all([bench.push({}, token), bench.push({}, token)]);
    expect(answers.map(({ status, body }) => [status, body['order_id']])).to.deep.equal([
      [200, ORDER.order_id],
      [200, ORDER.order_id],
    ]);
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(TOLD_MS);
    expect((await bench.status()).status).to.equal(200);
    expect((await bench.push()).status).to.equal(200);
    expect(new Set(bench.daraja.prompts.map(({ id }) => id))).to.have.property('size', 3);
    expect((await bench.status()).status, 'a success of any of them is final').to.equal(200);
  });

  it('lets a payment from the phone’s own menu pay an order that the shop has opened', async () => {
    const bench = new Bench();
    await bench.post('/demo/api/orders', { 'VM-1': '12341' });
    const { receipt } = bench.daraja
      .handset(PHONE)
      .payFromMenu({ shortcode: '174379', account: 'vm-1', amount: 12341 });
    await bench.clock.advance(TOLD_MS);
    const { status, body } = await bench.status({ order_id: 'VM-1' });
    expect(status).to.equal(200);
    expect(body).to.include({ result_code: 0, mpesa_receipt_number: receipt });
    expect((await bench.push({ order_id: 'VM-1' })).status).to.equal(409);
    const { confirmations, events } = bench.simulation.record.backend!;
    expect(JSON.stringify(confirmations)).to.include(receipt).and.not.to.include(PHONE);
    expect(events.map(({ type, order_id }) => [type, order_id])).to.deep.equal([['payment.paid', 'VM-1']]);
  });

  it('keeps a record without tokens or whole phone numbers', async () => {
    const bench = new Bench();
    const token = await bench.token();
    await bench.push({}, token);
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(TOLD_MS);
    const text = JSON.stringify(bench.simulation.record);
    expect(text).not.to.include(PHONE).and.not.to.include(token);
    expect(text).to.include('2547*****123');
  });

  it('begins anew after a reset: nothing of before is known, and nothing goes on', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 'silence' } } });
    const token = await bench.token();
    await bench.push({}, token);
    const held = bench.fetch(`/payments/mpesa/status?order_id=${ORDER.order_id}&wait=20`);
    await bench.clock.flush();
    bench.simulation.reset();
    expect((await held).status, 'what was held is answered').to.equal(202);
    await bench.clock.flush();
    expect(bench.clock.pending).to.equal(0);
    expect((await bench.status()).status).to.equal(404);
    expect((await bench.push({}, token)).status, 'a token of the server before').to.equal(404);
  });
});

describe('An outcome, in the shape that the page wants', () => {
  const paid = async (query: Record<string, string> = {}) => {
    const bench = new Bench();
    const id = await bench.checkout();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(TOLD_MS);
    const { body } = await bench.status({ order_id: ORDER.order_id, ...query });
    return { id, body, receipt: bench.daraja.prompts[0]!.receipt };
  };

  it('is the callback as Daraja posted it', async () => {
    const { id, body, receipt } = await paid();
    expect(stkCallback(body)).to.deep.include({ CheckoutRequestID: id, ResultCode: 0 });
    expect(JSON.stringify(body)).to.include(receipt).and.not.to.include(PHONE);
  });

  it('is what the query says, its code a string and without a receipt', async () => {
    const { id, body, receipt } = await paid({ shape: 'query' });
    expect(body).to.include({ CheckoutRequestID: id, ResultCode: '0', ResponseCode: '0' });
    expect(body['MerchantRequestID']).to.match(/^\d+-\d+-\d+$/);
    expect(JSON.stringify(body)).not.to.include(receipt);
  });

  it('is the server’s own, flat', async () => {
    const { id, body, receipt } = await paid({ shape: 'flat' });
    expect(body).to.deep.include({ result_code: 0, checkout_request_id: id, mpesa_receipt_number: receipt });
  });

  it('is the query’s word while there is none: 4999, or an error with an empty message', async () => {
    const bench = new Bench();
    await bench.push();
    const query = { order_id: ORDER.order_id, shape: 'query', wait: '20' };
    expect((await bench.status(query)).body).to.include({ ResultCode: '4999' });
    const other = new Bench({ darajaSettings: { script: { in_flight: '500.001.1001' } } });
    await other.push();
    const { status, body } = await other.status(query);
    expect(status).to.equal(500);
    expect(body).to.include({ errorCode: '500.001.1001', errorMessage: '' });
  });

  it('is a callback in letters, which a shop that passes callbacks on takes for final; also where it is waited for', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 'SFC_IC0003', after_ms: 5_000 } } });
    await bench.push();
    const held = bench.status({ order_id: ORDER.order_id, wait: '20' });
    await bench.clock.advance(6_000);
    expect(stkCallback((await held).body)['ResultCode']).to.equal('SFC_IC0003');
    expect((await bench.push()).status).to.equal(200);
  });

  it('is streamed when it arrives, and where it was there before', async () => {
    const bench = new Bench();
    const early = await bench.fetch(`/payments/mpesa/events?order_id=${ORDER.order_id}`);
    const id = await bench.checkout();
    bench.daraja.handset(PHONE).cancel();
    await bench.clock.advance(TOLD_MS);
    const late = await bench.fetch(`/payments/mpesa/events?order_id=${ORDER.order_id}`);
    for (const stream of [early, late])
      expect(stkCallback(await firstEvent(stream))).to.deep.include({ CheckoutRequestID: id, ResultCode: 1032 });
    expect((await bench.json('/payments/mpesa/events')).status).to.equal(400);
  });

  it('is found by the payment alone, and is a 404 for one that nobody knows', async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    expect((await bench.status({ payment_id })).status).to.equal(202);
    expect((await bench.status({ payment_id: 'ws_CO_0' })).status).to.equal(404);
    expect((await bench.status({})).status).to.equal(400);
  });
});
