import { expect } from '@open-wc/testing';
import { Bench, type Json, ORDER, PHONE, stkCallback } from './simulation.js';

function callback(id: string, code: number | string, receipt?: string) {
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: '1-2-1',
        CheckoutRequestID: id,
        ResultCode: code,
        ResultDesc: 'As posted',
        ...(receipt && {
          CallbackMetadata: { Item: [{ Name: 'Balance' }, { Name: 'MpesaReceiptNumber', Value: receipt }] },
        }),
      },
    },
  };
}

describe('The status endpoint', () => {
  it('says 202 pending until the outcome is there, then the callback as Daraja posted it', async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    expect(await bench.status({ payment_id })).to.deep.equal({ status: 202, body: { status: 'pending' } });
    bench.daraja.handset('0723 123 123').approve();
    await bench.clock.advance(1_000);
    const { status, body } = await bench.status({ payment_id });
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      Body: {
        stkCallback: {
          MerchantRequestID: bench.daraja.prompts[0]?.merchantRequestId,
          CheckoutRequestID: payment_id,
          ResultCode: 0,
          ResultDesc: 'The service request is processed successfully.',
          CallbackMetadata: {
            Item: [
              { Name: 'Amount', Value: 12341 },
              { Name: 'MpesaReceiptNumber', Value: bench.daraja.prompts[0]?.receipt },
              { Name: 'Balance' },
              { Name: 'TransactionDate', Value: 20260105120000 },
              { Name: 'PhoneNumber', Value: 254723123123 },
            ],
          },
        },
      },
    });
    expect(bench.daraja.prompts[0]?.receipt).to.match(/^[A-Z]{3}[A-Z0-9]{7}$/);
  });

  it('finds the latest checkout by the order alone', async () => {
    const bench = new Bench();
    await bench.push();
    bench.daraja.handset(PHONE).cancel();
    await bench.clock.advance(1_000);
    const second = await bench.checkout();
    bench.daraja.handset(PHONE).approve('0000');
    await bench.clock.advance(1_000);
    const { body } = await bench.status();
    expect(stkCallback(body)).to.include({ CheckoutRequestID: second, ResultCode: 2001 });
  });

  it('answers with the success of any checkout of the order, whichever was asked for', async () => {
    const bench = new Bench();
    const first = await bench.checkout();
    bench.daraja.handset(PHONE).cancel();
    await bench.clock.advance(1_000);
    const second = await bench.checkout();
    await bench.post('/mpesa', callback(first, 0, 'NLJ7RT61SV'));
    for (const query of [{ payment_id: first }, { payment_id: second }, { order_id: ORDER.order_id }])
      expect(stkCallback((await bench.status(query)).body)).to.include({ CheckoutRequestID: first, ResultCode: 0 });
  });

  it('says 404 for a payment or an order that it does not know, and 400 without either', async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    expect((await bench.status({ order_id: 'other' })).status).to.equal(404);
    expect((await bench.status({ payment_id: 'other' })).status).to.equal(404);
    expect((await bench.status({ payment_id, order_id: 'other' })).status).to.equal(404);
    expect((await bench.status({})).status).to.equal(400);
  });

  it('tells the flat shape, with the receipt of a success alone', async () => {
    const bench = new Bench({ backendSettings: { status_shape: 'flat' } });
    const id = await bench.checkout();
    await bench.post('/mpesa', callback(id, 1032));
    expect((await bench.status()).body).to.deep.equal({
      result_code: 1032,
      result_desc: 'As posted',
      checkout_request_id: id,
    });
    await bench.post('/mpesa', callback(id, 0, 'NLJ7RT61SV'));
    expect((await bench.status()).body).to.deep.equal({
      result_code: 0,
      result_desc: 'As posted',
      checkout_request_id: id,
      mpesa_receipt_number: 'NLJ7RT61SV',
    });
  });

  it("tells the query's shape, in flight and after, its code a string", async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    const inFlight = await bench.status({ payment_id, shape: 'query' });
    expect(inFlight.status).to.equal(200);
    expect(inFlight.body['ResultCode']).to.equal('4999');
    bench.daraja.handset(PHONE).cancel();
    const { body } = await bench.status({ payment_id, shape: 'query' });
    expect(body).to.deep.equal({
      ResponseCode: '0',
      ResponseDescription: 'The service request has been accepted successfully',
      MerchantRequestID: bench.daraja.prompts[0]?.merchantRequestId,
      CheckoutRequestID: payment_id,
      ResultCode: '1032',
      ResultDesc: 'Request cancelled by user',
    });
  });

  it("passes on the query's 500.001.1001 with its empty message while in flight", async () => {
    const bench = new Bench({ darajaSettings: { script: { in_flight: '500.001.1001' } } });
    const payment_id = await bench.checkout();
    const { status, body } = await bench.status({ payment_id, shape: 'query' });
    expect(status).to.equal(500);
    expect(body).to.include({ errorCode: '500.001.1001', errorMessage: '' });
  });

  it('asks Daraja itself once the callback is overdue', async () => {
    const bench = new Bench({ backendSettings: { query_after_ms: 20_000 } });
    bench.daraja.script({ outcome: 1032, callback: 'never', after_ms: 5_000 });
    await bench.push();
    await bench.clock.advance(19_999);
    expect((await bench.status()).status).to.equal(202);
    expect(bench.daraja.record.queries).to.equal(0);
    await bench.clock.advance(1);
    expect((await bench.status()).body).to.include({ ResultCode: '1032' });
    expect((await bench.push()).status, 'the prompt is known to be dead').to.equal(200);
  });

  it('never asks Daraja where it is told not to', async () => {
    const bench = new Bench({ backendSettings: { query_after_ms: null } });
    bench.daraja.script({ outcome: 1032, callback: 'never' });
    await bench.push();
    await bench.clock.advance(300_000);
    expect((await bench.status()).status).to.equal(202);
    expect(bench.daraja.record.queries).to.equal(0);
  });

  it('stays pending while Daraja says "still processing", for ever if need be', async () => {
    for (const outcome of [4999, 'silence']) {
      const bench = new Bench({ darajaSettings: { script: { outcome } } });
      await bench.push();
      bench.daraja.handset(PHONE).approve();
      await bench.clock.advance(300_000);
      expect((await bench.status()).status).to.equal(202);
    }
  });

  it('lets no query contradict a success', async () => {
    const bench = new Bench();
    bench.daraja.script({ outcome: 'handset', query: 1037 });
    await bench.push();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(1_000);
    expect((await bench.status({ order_id: ORDER.order_id, shape: 'query' })).body).to.include({ ResultCode: '0' });
  });
});

describe('The callback endpoint', () => {
  it('counts a duplicate once', async () => {
    const bench = new Bench();
    bench.daraja.script({ outcome: 'handset', callback: 'twice' });
    await bench.push();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(10_000);
    expect(bench.backend.record.callbacks.map(({ news }) => news)).to.deep.equal([true, false]);
  });

  it('never lets a failure overwrite a success, and lets a success overwrite a failure', async () => {
    const bench = new Bench();
    const id = await bench.checkout();
    const codeAfter = async (code: number, receipt?: string) => {
      await bench.post('/mpesa', callback(id, code, receipt));
      return stkCallback((await bench.status()).body)['ResultCode'];
    };
    expect(await codeAfter(1037)).to.equal(1037);
    expect(await codeAfter(0, 'NLJ7RT61SV')).to.equal(0);
    expect(await codeAfter(1032)).to.equal(0);
  });

  it('adds the receipt to a success that a query told first', async () => {
    const bench = new Bench();
    bench.daraja.script({ outcome: 'handset', callback: 'late' });
    await bench.push();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(20_000);
    expect((await bench.status()).body).to.include({ ResultCode: '0' });
    await bench.clock.advance(60_000);
    expect(stkCallback((await bench.status()).body)).to.have.property('CallbackMetadata');
  });

  it('keeps a callback that is faster than the answer to its push', async () => {
    const bench = new Bench({ darajaSettings: { callback_delay_ms: 0, outcome_after_ms: 0, script: { outcome: 0 } } });
    bench.simulation.faults.set({ push: [{ fault: 'slow', ms: 10 }] });
    const pushed = bench.push();
    await bench.clock.advance(20);
    expect((await pushed).status).to.equal(200);
    await bench.clock.advance(1);
    expect(stkCallback((await bench.status()).body)['ResultCode']).to.equal(0);
  });

  it('takes codes that are no numbers, and callbacks of checkouts that it does not know', async () => {
    const bench = new Bench();
    const answer = await bench.post('/mpesa', callback('ws_CO_unknown', 'SFC_IC0003'));
    expect(answer).to.deep.equal({ status: 200, body: { ResultCode: 0, ResultDesc: 'Accepted' } });
  });

  it('refuses what is no callback', async () => {
    const bench = new Bench();
    for (const body of [null, [], {}, { Body: {} }, { Body: { stkCallback: { ResultCode: 0 } } }])
      expect((await bench.post('/mpesa', body)).status).to.equal(400);
    expect(bench.backend.record.callbacks).to.be.empty;
  });
});

describe('A held question', () => {
  it('is answered the moment there is an outcome', async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    let answered = false;
    const held = bench.status({ payment_id, wait: '20' }).finally(() => {
      answered = true;
    });
    await bench.clock.advance(15_000);
    expect(answered).to.equal(false);
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(300);
    expect((await held).status).to.equal(200);
    expect(bench.backend.record.polls).to.have.length(1);
  });

  for (const [wait, heldMs] of [
    ['20', 20_000],
    ['25', 25_000],
    ['600', 25_000],
  ] as const)
    it(`is answered 202 after ${heldMs} ms with wait=${wait}`, async () => {
      const bench = new Bench();
      const payment_id = await bench.checkout();
      let status = 0;
      const held = bench.status({ payment_id, wait }).then((answer) => {
        status = answer.status;
      });
      await bench.clock.advance(heldMs - 1);
      expect(status).to.equal(0);
      await bench.clock.advance(1);
      await held;
      expect(status).to.equal(202);
    });

  for (const wait of ['0', '', '-5', '1.5', 'long'])
    it(`is answered at once with wait=${wait || '(empty)'}`, async () => {
      const bench = new Bench();
      const payment_id = await bench.checkout();
      expect((await bench.status({ payment_id, wait })).status).to.equal(202);
    });

  it('is answered at once where there is no such payment', async () => {
    expect((await new Bench().status({ payment_id: 'ws_CO_1', wait: '20' })).status).to.equal(404);
  });

  it('leaves no timer behind, neither once answered nor after a reset', async () => {
    const bench = new Bench();
    const payment_id = await bench.checkout();
    const held = bench.status({ payment_id, wait: '20' });
    await bench.clock.advance(1_000);
    bench.simulation.reset();
    expect((await held).status).to.equal(404);
    expect(bench.clock.pending).to.equal(0);
  });
});

describe('The stream of outcomes', () => {
  it('tells an outcome when it arrives, and one that was there before', async () => {
    const bench = new Bench();
    const id = await bench.checkout();
    const path = `/payments/mpesa/events?order_id=${ORDER.order_id}`;
    const early = await reader(bench, path);
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(1_000);
    const late = await reader(bench, path);
    for (const read of [early, late]) {
      const event = await read();
      expect(event.name).to.equal('outcome');
      expect(stkCallback(event.data)).to.include({ CheckoutRequestID: id, ResultCode: 0 });
    }
  });

  it('asks for an order', async () => {
    expect((await new Bench().json('/payments/mpesa/events')).status).to.equal(400);
  });
});

async function reader(bench: Bench, path: string) {
  const response = await bench.fetch(path);
  expect(response.headers.get('content-type')).to.equal('text/event-stream');
  const stream = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return async (): Promise<{ name: string | undefined; data: Json }> => {
    for (;;) {
      const match = /event: (.*)\ndata: (.*)\n\n/.exec(text);
      if (match) {
        await stream.cancel();
        return { name: match[1], data: JSON.parse(match[2] ?? '') as Json };
      }
      const { value, done } = await stream.read();
      if (done) throw new Error('The stream ended');
      text += decoder.decode(value);
    }
  };
}
