import { expect } from '@open-wc/testing';
import { Bench, type Json, ORDER, PHONE } from './simulation.js';

describe('The control API', () => {
  it('sets the faults to come', async () => {
    const bench = new Bench();
    const faults = { push: ['reset-after', { fault: 'slow', ms: 10 }] };
    expect((await bench.post('/demo/api/faults', faults)).status).to.equal(200);
    expect(bench.simulation.faults.queues.push).to.deep.equal(faults.push);
  });

  it("sets the backend's and Daraja's settings and leaves the rest as it was", async () => {
    const bench = new Bench();
    await bench.post('/demo/api/backend', { guard: false, status_shape: 'flat' });
    await bench.post('/demo/api/daraja', { script: { outcome: 1032 }, token_life_seconds: 60 });
    expect(bench.backend.settings).to.deep.include({ guard: false, status_shape: 'flat', release_ms: null });
    expect(bench.daraja.settings).to.deep.include({ token_life_seconds: 60, prompt_life_ms: 60_000 });
    expect(bench.daraja.settings.script).to.include({ outcome: 1032 });
    const { body } = await bench.json('/demo/api/settings');
    expect(body).to.deep.include({ behind: 'simulator', backend: bench.backend.settings });
  });

  it('queues a script per push', async () => {
    const bench = new Bench();
    await bench.post('/demo/api/daraja/scripts', [{ outcome: 2001 }, { refuse: '500.003.02' }]);
    await bench.push();
    expect((await bench.push({ order_id: 'B', user_phone_number: '254112345678' })).status).to.equal(500);
    await bench.clock.advance(10_000);
    expect(bench.daraja.prompts[0]?.resultCode).to.equal(2001);
  });

  it('expires the pages’ tokens, which the server then refuses in its own words', async () => {
    const bench = new Bench();
    const token = await bench.token();
    await bench.post('/demo/api/backend/expire-tokens', {});
    const refused = await bench.push({}, token);
    expect(refused.status).to.equal(404);
    expect(refused.body).to.have.nested.property('daraja_error.errorCode', '404.001.03');
    expect((await bench.push()).status).to.equal(200);
  });

  it('gives out as many tokens that the server has forgotten as it is told to', async () => {
    const bench = new Bench();
    await bench.post('/demo/api/backend', { worthless_tokens: 1 });
    const [first, second] = [await bench.token(), await bench.token()];
    const refused = await bench.push({}, first);
    expect(refused.body).to.have.nested.property('daraja_error.errorCode', '404.001.03');
    expect((await bench.push({}, second)).status).to.equal(200);
    await bench.post('/demo/api/backend', { worthless_tokens: 1 });
    await bench.post('/demo/api/backend', { worthless_tokens: 0 });
    expect((await bench.push({ order_id: 'A', user_phone_number: '254112345678' })).status).to.equal(200);
    expect((await bench.post('/demo/api/backend', { worthless_tokens: -1 })).status).to.equal(400);
  });

  it('expires Daraja’s tokens, of which the page learns nothing', async () => {
    const bench = new Bench();
    await bench.push({ order_id: 'A', user_phone_number: '254112345678' });
    await bench.post('/demo/api/daraja/expire-tokens', {});
    expect((await bench.push()).status).to.equal(200);
    expect(bench.daraja.record.tokens).to.equal(2);
  });

  it('opens orders at their price, so that a page cannot name another', async () => {
    const bench = new Bench();
    await bench.post('/demo/api/orders', { [ORDER.order_id]: '5' });
    expect((await bench.push()).status).to.equal(400);
    expect((await bench.push({ amount: '5' })).status).to.equal(200);
  });

  it('shows what happened', async () => {
    const bench = new Bench();
    await bench.push();
    const { body } = await bench.json('/demo/api/record');
    expect(Object.keys(body)).to.deep.equal(['requests', 'backend', 'daraja']);
    expect((body['backend'] as Json)['pushes']).to.have.length(1);
    expect((body['daraja'] as Json)['pushes']).to.have.length(1);
  });

  it('streams what happens', async () => {
    const bench = new Bench();
    const stream = (await bench.fetch('/demo/api/events')).body!.getReader();
    const decoder = new TextDecoder();
    let text = '';
    const until = async (part: string) => {
      while (!text.includes(part)) text += decoder.decode((await stream.read()).value);
    };
    await until('event: record');
    await bench.push();
    bench.daraja.handset(PHONE).approve();
    await bench.clock.advance(1_000);
    await until('MpesaReceiptNumber');
    await stream.cancel();
  });

  it('puts everything back to the start', async () => {
    const bench = new Bench({ backendSettings: { guard: false } });
    await bench.push();
    await bench.post('/demo/api/backend', { guard: true });
    await bench.post('/demo/api/faults', { token: ['reset'] });
    await bench.post('/demo/api/reset', {});
    expect(bench.simulation.record).to.deep.equal({
      requests: [],
      backend: {
        token_requests: 0,
        pushes: [],
        callbacks: [],
        confirmations: [],
        polls: [],
        attempts: [],
        events: [],
      },
      daraja: { tokens: 0, pushes: [], queries: 0 },
    });
    expect(bench.backend.settings.guard, 'as it was built').to.equal(false);
    expect(bench.clock.pending).to.equal(0);
    expect((await bench.push()).status).to.equal(200);
  });

  it('refuses what it does not understand, and says where', async () => {
    const bench = new Bench();
    for (const [path, body, where] of [
      ['/demo/api/faults', { push: ['dance'] }, 'push.0'],
      ['/demo/api/faults', { pull: [] }, ''],
      ['/demo/api/backend', { guard: 'no' }, 'guard'],
      ['/demo/api/orders', { 1: '12,341' }, '1'],
      ['/demo/api/daraja', { token_life_seconds: 0 }, 'token_life_seconds'],
      ['/demo/api/daraja', { script: { outcome: 'dance' } }, 'script.outcome'],
      ['/demo/api/daraja/scripts', {}, ''],
    ] as const) {
      const answer = await bench.post(path, body);
      expect(answer.status, path).to.equal(400);
      expect(answer.body['error']).to.include(where ? `: ${where};` : 'Not understood');
    }
    expect((await bench.json('/demo/api/nothing')).status).to.equal(404);
    expect((await bench.json('/demo/api/reset')).status).to.equal(405);
    expect((await bench.json('/demo/api/record', { method: 'POST' })).status).to.equal(405);
  });

  it('takes no orders from forms of other sites', async () => {
    const answer = await new Bench().json('/demo/api/reset', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(answer.status).to.equal(415);
  });
});
