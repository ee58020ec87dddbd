import { expect } from '@open-wc/testing';
import { Bench, type Json, ORDER, PHONE } from './simulation.js';

const WINDOW_MS = 120_000;

describe("The backend's half of one order, one prompt", () => {
  it('refuses a second push while a prompt may be live, and names the live checkout', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 'silence' } } });
    const id = await bench.checkout();
    await bench.clock.advance(WINDOW_MS - 500);
    const { status, body } = await bench.push({ user_phone_number: '254112345678' });
    expect(status).to.equal(409);
    expect(body).to.deep.equal({
      error: 'A prompt for this order may still be live on a phone',
      live: { payment_id: id, order_id: ORDER.order_id, phone_no: '2547*****123', expires_in: 1 },
    });
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('says in Retry-After how long to wait', async () => {
    const bench = new Bench();
    const token = await bench.token();
    await bench.push({}, token);
    const response = await bench.fetch('/payments/mpesa/payment/push/request', {
      method: 'POST',
      headers: { authorization: token },
      body: JSON.stringify({ order: ORDER }),
    });
    expect(response.headers.get('retry-after')).to.equal('120');
  });

  it('passes one of two pushes in the same moment', async () => {
    const bench = new Bench();
    const token = await bench.token();
    const answers = await Promise.all([bench.push({}, token), bench.push({}, token)]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    const refused = answers.find(({ status }) => status === 409)?.body['live'] as Json;
    expect(refused['payment_id'], 'not known yet').to.equal(null);
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('lets the next push pass once the window is over', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 'silence' } } });
    await bench.push();
    await bench.clock.advance(WINDOW_MS);
    expect((await bench.push()).status).to.equal(200);
  });

  it('lets the next push pass as soon as the prompt is known to be dead', async () => {
    const bench = new Bench();
    await bench.push();
    bench.daraja.handset(PHONE).cancel();
    await bench.clock.advance(1_000);
    expect((await bench.push()).status).to.equal(200);
  });

  it('does not count a push that Daraja refused', async () => {
    const bench = new Bench();
    bench.daraja.script({ refuse: '500.003.02' });
    await bench.push();
    expect((await bench.push()).status).to.equal(200);
  });

  it('refuses a push for a paid order for ever', async () => {
    const bench = new Bench();
    const id = await bench.checkout();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(10 * WINDOW_MS);
    const { status, body } = await bench.push();
    expect(status).to.equal(409);
    const receipt = bench.daraja.prompts[0]?.receipt;
    expect(body).to.deep.equal({
      error: 'This order is already paid',
      paid: { payment_id: id, order_id: ORDER.order_id, receipt },
    });
  });

  it('keeps orders apart', async () => {
    const bench = new Bench();
    await bench.push();
    expect((await bench.push({ order_id: 'B', user_phone_number: '254112345678' })).status).to.equal(200);
  });

  it('passes every push with the guard off, as Daraja would', async () => {
    const bench = new Bench({ backendSettings: { guard: false }, darajaSettings: { lock_subscriber: false } });
    await bench.push();
    await bench.push();
    expect(bench.daraja.prompts).to.have.length(2);
    expect(new Set(bench.daraja.prompts.map(({ id }) => id))).to.have.property('size', 2);
  });
});
