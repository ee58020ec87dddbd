import { expect } from '@open-wc/testing';
import { type Fault, FAULT_NAMES } from '../../simulator/faults.js';
import { Bench, type Json, ORDER } from './simulation.js';

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not reject');
}

/** A bench with its faults, and a token. */
async function withPushFaults(...push: Fault[]) {
  const bench = new Bench({ darajaSettings: { lock_subscriber: false } });
  bench.simulation.faults.set({ push });
  const token = await bench.token();
  const send = (init: RequestInit = {}) =>
    bench.fetch('/payments/mpesa/payment/push/request', {
      method: 'POST',
      headers: { authorization: token },
      body: JSON.stringify({ order: ORDER }),
      ...init,
    });
  return { bench, token, send };
}

describe('A fault at the push', () => {
  it('meets one request each, in order, and then all is well', async () => {
    const { bench, send } = await withPushFaults('html-404', 'server-500', 'ok');
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await send()).status);
    expect(statuses).to.deep.equal([404, 500, 200]);
    expect(bench.simulation.faults.queues.push).to.be.empty;
    expect(bench.simulation.record.requests.map(({ endpoint, fault }) => `${endpoint} ${fault}`)).to.deep.equal([
      'token ok',
      'push html-404',
      'push server-500',
      'push ok',
    ]);
  });

  const answers: [Fault, number, RegExp, number][] = [
    ['ok', 200, /"ResponseCode":"0"/, 1],
    ['not-json-200', 200, /^<!doctype html>/, 1],
    ['html-404', 404, /^<!doctype html>/, 0],
    ['server-500', 500, /^\{"error":"Internal Server Error"\}$/, 0],
    [{ fault: 'server-500', reached: true }, 500, /^\{"error":/, 1],
    ['bad-gateway-html', 502, /^<html>/, 0],
    [{ fault: 'bad-gateway-html', reached: true }, 502, /^<html>/, 1],
    ['retry-after', 503, /^\{"error":"Try again later"\}$/, 0],
    ['expired', 404, /"status_code":404,"daraja_error":\{"errorCode":"404.001.03"/, 0],
    ['token-missing', 400, /^\{"error":"Access token not provided"\}$/, 0],
    ['daraja-500', 500, /"errorCode":"500.001.1001"/, 0],
    ['refused-code', 200, /"ResponseCode":"1"/, 0],
    ['missing-ids', 200, /"ResponseCode":"0"/, 1],
    ['not-a-token', 200, /^\{"message":/, 0],
  ];
  for (const [fault, status, body, prompts] of answers)
    it(`${JSON.stringify(fault)} answers ${status} and leaves ${prompts} prompts`, async () => {
      const { bench, send } = await withPushFaults(fault);
      const response = await send();
      expect(response.status).to.equal(status);
      expect(await response.text()).to.match(body);
      expect(bench.daraja.prompts).to.have.length(prompts);
    });

  it('lacks both ids with "missing-ids"', async () => {
    const { send } = await withPushFaults('missing-ids');
    const body = (await (await send()).json()) as Json;
    expect(body).not.to.have.property('payment_id');
    expect(body['daraja_response']).not.to.have.property('CheckoutRequestID');
  });

  it('breaks before or after the push with "reset" and "reset-after"', async () => {
    for (const [fault, prompts] of [
      ['reset', 0],
      ['reset-after', 1],
    ] as const) {
      const { bench, send } = await withPushFaults(fault);
      expect(await rejection(send())).to.be.instanceOf(TypeError);
      expect(bench.daraja.prompts).to.have.length(prompts);
    }
  });

  it('has a good head and half a body with "cut-short"', async () => {
    const { bench, send } = await withPushFaults('cut-short');
    const response = await send();
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^application\/json\b/);
    expect(await rejection(response.json())).to.be.instanceOf(TypeError);
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('never ends with "no-answer" and "stalled", until the page gives up; the prompt is live', async () => {
    for (const fault of ['no-answer', 'stalled'] as const) {
      const { bench, send } = await withPushFaults(fault);
      const abort = new AbortController();
      const answer = send({ signal: abort.signal }).then((response) => response.json());
      await bench.clock.advance(60_000);
      abort.abort();
      expect(await rejection(answer)).to.have.property('name', 'AbortError');
      expect(bench.daraja.prompts).to.have.length(1);
    }
  });

  it('goes on in the backend when the page gives up on "slow"', async () => {
    const { bench, send } = await withPushFaults({ fault: 'slow', ms: 5_000 });
    const abort = new AbortController();
    const answer = rejection(send({ signal: abort.signal }));
    await bench.clock.advance(4_999);
    abort.abort();
    await answer;
    expect(bench.daraja.prompts).to.be.empty;
    await bench.clock.advance(1);
    expect(bench.daraja.prompts).to.have.length(1);
  });

  it('is opaque, unseen or followed with "redirect", as the page asks', async () => {
    const { send } = await withPushFaults('redirect', 'redirect', 'redirect');
    const manual = await send({ redirect: 'manual' });
    expect(manual.type).to.equal('opaqueredirect');
    expect(manual.status).to.equal(0);
    expect(manual.ok).to.equal(false);
    expect(await rejection(send({ redirect: 'error' }))).to.be.instanceOf(TypeError);
    expect((await send()).status, 'the page it leads to').to.equal(404);
  });

  it('echoes the token with "echo-token" and "echo-token-error"', async () => {
    const { bench, token, send } = await withPushFaults('echo-token', 'echo-token-error');
    const echoed = await (await send()).text();
    expect(echoed.split(token)).to.have.length(4);
    const refused = await send();
    expect(refused.status).to.equal(400);
    expect(await refused.text()).to.include(token);
    expect(bench.daraja.prompts).to.have.length(1);
  });
});

describe('Every fault', () => {
  for (const fault of FAULT_NAMES)
    it(`"${fault}" does at each endpoint what it says, and nothing is left of it afterwards`, async () => {
      const bench = new Bench({ darajaSettings: { lock_subscriber: false }, backendSettings: { guard: false } });
      const authorization = await bench.token();
      const requests: [string, RequestInit][] = [
        ['/payments/mpesa/token', {}],
        [
          '/payments/mpesa/payment/push/request',
          { method: 'POST', headers: { authorization }, body: JSON.stringify({ order: ORDER }) },
        ],
        ['/payments/mpesa/status?order_id=1', {}],
      ];
      bench.simulation.faults.set({ token: [fault], push: [fault], status: [fault] });
      for (const [path, init] of requests) {
        const abort = new AbortController();
        // Some of the answers reject, some never come: what matters here is the next one.
        const met = bench
          .fetch(path, { ...init, redirect: 'manual', signal: abort.signal })
          .then((response) => response.text())
          .catch(() => undefined);
        await bench.clock.advance(5_000);
        abort.abort();
        await met;
        const after = await bench.fetch(path, init);
        expect(after.status, path).to.equal(path.includes('status') ? 404 : 200);
      }
      expect(bench.simulation.record.requests.filter((record) => record.fault === fault)).to.have.length.of.at.least(3);
    });
});

describe('A fault at a request that is no push', () => {
  it('is answered all the same', async () => {
    for (const body of ['', 'null', '{}', '{"order":3}']) {
      const { send } = await withPushFaults('expired', 'refused-code');
      expect((await send({ body })).status).to.equal(404);
      expect((await send({ body })).status).to.equal(200);
    }
  });
});

describe('A fault at the token', () => {
  it('can be a stored token with seconds to live, which the server still takes', async () => {
    const bench = new Bench();
    bench.simulation.faults.set({ token: ['expires-soon'] });
    const { body } = await bench.json('/payments/mpesa/token');
    expect(body['expires_in']).to.equal(600);
    const now = bench.clock.now() / 1000;
    expect(body['expiring_time']).to.equal(now + 5);
    expect(Date.parse(body['updated_at'] as string) / 1000 + 600).to.equal(now + 5);
    expect((await bench.push({}, body['access_token'] as string)).status).to.equal(200);
  });

  it('can be no token at all, a 500, or a 404.001.03', async () => {
    const bench = new Bench();
    bench.simulation.faults.set({ token: ['not-a-token', 'server-500', 'expired'] });
    expect((await bench.json('/payments/mpesa/token')).body).not.to.have.property('access_token');
    expect((await bench.json('/payments/mpesa/token')).status).to.equal(500);
    expect((await bench.json('/payments/mpesa/token')).status).to.equal(404);
  });
});

describe('A fault at the status', () => {
  it('can say when to ask again', async () => {
    const bench = new Bench();
    bench.simulation.faults.add('status', { fault: 'retry-after', seconds: 30, status: 429 });
    const response = await bench.fetch('/payments/mpesa/status?order_id=1');
    expect(response.status).to.equal(429);
    expect(response.headers.get('retry-after')).to.equal('30');
  });
});

describe('A fault between the server and Daraja', () => {
  for (const [fault, prompts] of [
    ['reset', 0],
    ['reset-after', 1],
    ['not-json-200', 1],
    ['bad-gateway-html', 0],
    ['cut-short', 1],
    ['missing-ids', 1],
  ] as const)
    it(`leaves it open what became of the push, and the order locked: ${fault}`, async () => {
      const bench = new Bench();
      bench.simulation.darajaFaults.set({ stk: [fault] });
      const answer = await bench.push();
      expect(answer.status).to.equal(502);
      expect(answer.body).not.to.have.property('daraja_error');
      expect(bench.daraja.prompts).to.have.length(prompts);
      expect((await bench.push()).status).to.equal(409);
    });

  it('keeps the server from a token, so that nothing is sent, or from an answer to its query', async () => {
    const bench = new Bench({ darajaSettings: { script: { outcome: 0, callback: 'never' } } });
    bench.simulation.darajaFaults.set({ oauth: ['server-500'], query: ['reset'] });
    const refused = await bench.push();
    expect(refused.status).to.equal(503);
    expect(refused.body).to.have.nested.property('daraja_error.errorCode', 'not-sent');
    expect((await bench.push()).status).to.equal(200);
    await bench.clock.advance(20_000);
    expect((await bench.status()).status, 'the first query broke').to.equal(202);
    await bench.clock.advance(5_000);
    expect((await bench.status()).status).to.equal(200);
  });

  it('is set by the control API, and gone after a reset', async () => {
    const bench = new Bench();
    const { body } = await bench.post('/demo/api/daraja/faults', { stk: ['reset'] });
    expect(body['daraja_faults']).to.deep.equal({ oauth: [], stk: ['reset'], query: [] });
    bench.simulation.reset();
    expect((await bench.push()).status).to.equal(200);
  });
});

describe('The script of faults', () => {
  it('replaces the queues that are named and keeps the others', () => {
    const { faults } = new Bench().simulation;
    faults.set({ push: ['reset'], token: ['server-500'] });
    faults.set({ push: [] });
    expect(faults.queues).to.deep.equal({ token: ['server-500'], push: [], status: [] });
    faults.reset();
    expect(faults.queues).to.deep.equal({ token: [], push: [], status: [] });
  });
});
