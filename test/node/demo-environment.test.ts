import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { behindFrom, DARAJA_VARIABLES } from '../../demo/server/environment.js';

const ORDER = { order_id: '1234567891', user_phone_number: '254723123123', amount: '12341' };

const COMPLETE = {
  DARAJA_BASE_URL: 'https://sandbox.safaricom.co.ke/',
  DARAJA_CONSUMER_KEY: 'key',
  DARAJA_CONSUMER_SECRET: 'secret',
  DARAJA_SHORTCODE: '174379',
  DARAJA_PASSKEY: 'passkey',
  PUBLIC_URL: 'https://shop.example/pay/',
};

/** The environment that puts one server's Daraja behind another's backend. */
const darajaOf = (simulator: DemoServer, publicUrl: string) => ({
  DARAJA_BASE_URL: `${simulator.origin}/daraja`,
  DARAJA_CONSUMER_KEY: SIMULATED_ACCOUNT.consumerKey,
  DARAJA_CONSUMER_SECRET: SIMULATED_ACCOUNT.consumerSecret,
  DARAJA_SHORTCODE: SIMULATED_ACCOUNT.shortcode,
  DARAJA_PASSKEY: SIMULATED_ACCOUNT.passkey,
  PUBLIC_URL: publicUrl,
});

async function push(origin: string): Promise<Response> {
  const token = (await (await fetch(`${origin}/payments/mpesa/token`)).json()) as { access_token: string };
  return fetch(`${origin}/payments/mpesa/payment/push/request`, {
    method: 'POST',
    headers: { authorization: token.access_token },
    body: JSON.stringify({ order: ORDER }),
  });
}

async function freePort(): Promise<number> {
  const server = await startDemoServer();
  await server.close();
  return Number(new URL(server.origin).port);
}

describe('The environment', () => {
  it('puts the simulator behind the demo where it says nothing', () => {
    assert.deepEqual(behindFrom({}), { kind: 'simulator' });
    assert.deepEqual(behindFrom({ DARAJA_BASE_URL: '', PAYMENTS_API_URL: ' ' }), { kind: 'simulator' });
  });

  it('puts Daraja behind it where all is set', () => {
    assert.deepEqual(behindFrom(COMPLETE), {
      kind: 'daraja',
      publicUrl: 'https://shop.example/pay',
      account: {
        baseUrl: 'https://sandbox.safaricom.co.ke',
        consumerKey: 'key',
        consumerSecret: 'secret',
        shortcode: '174379',
        passkey: 'passkey',
      },
    });
  });

  for (const missing of DARAJA_VARIABLES)
    it(`stops at once where ${missing} alone is missing, and names it`, () => {
      assert.throws(() => behindFrom({ ...COMPLETE, [missing]: undefined }), {
        message: `Daraja is only half configured. Missing: ${missing}.`,
      });
    });

  it('names all that is missing', () => {
    assert.throws(() => behindFrom({ DARAJA_PASSKEY: 'p', DARAJA_SHORTCODE: '1' }), {
      message:
        'Daraja is only half configured. Missing: DARAJA_BASE_URL, DARAJA_CONSUMER_KEY, DARAJA_CONSUMER_SECRET, PUBLIC_URL.',
    });
  });

  it('stops at a URL that is none, without repeating it', () => {
    assert.throws(() => behindFrom({ ...COMPLETE, PUBLIC_URL: 'user:pass@shop' }), {
      message: 'PUBLIC_URL is not an http or https URL.',
    });
    assert.throws(() => behindFrom({ PAYMENTS_API_URL: 'shop' }), /PAYMENTS_API_URL is not/);
  });

  it('stops at an address that Daraja could not be told', () => {
    for (const PUBLIC_URL of ['http://shop.example', 'https://shop.example/mpesa'])
      assert.throws(() => behindFrom({ ...COMPLETE, PUBLIC_URL }), /^Error: PUBLIC_URL (?:has to be|must not)/);
  });

  it('puts a deployed payments API behind the page, but not together with Daraja', () => {
    const PAYMENTS_API_URL = 'https://vitumob-prod.appspot.com/';
    assert.deepEqual(behindFrom({ PAYMENTS_API_URL }), {
      kind: 'payments-api',
      url: 'https://vitumob-prod.appspot.com',
    });
    assert.throws(() => behindFrom({ PAYMENTS_API_URL, DARAJA_PASSKEY: 'p' }), /not both/);
  });
});

describe('A Daraja on another port', () => {
  it('is reached by configuration alone, and calls back', async () => {
    const simulator = await startDemoServer({ darajaSettings: { callback_delay_ms: 0 } });
    const port = await freePort();
    const behind = behindFrom(darajaOf(simulator, `http://127.0.0.1:${port}`));
    const shop = await startDemoServer({ port, behind });
    try {
      assert.equal((await push(shop.origin)).status, 200);
      assert.equal(shop.simulation.daraja, undefined);
      assert.equal((await fetch(`${shop.origin}/daraja/handset`)).status, 404);
      const { backend } = shop.simulation;
      assert.ok(backend);
      const paid = new Promise<void>((resolve) => {
        backend.changes.add(() => {
          if (backend.record.attempts.some(({ state }) => state === 'paid')) resolve();
        });
      });
      simulator.simulation.daraja?.handset('0723123123').approve();
      await paid;
      assert.equal(backend.record.callbacks.length, 1);
      const status = await fetch(`${shop.origin}/payments/mpesa/status?order_id=${ORDER.order_id}`);
      assert.equal(status.status, 200);
    } finally {
      await shop.close();
      await simulator.close();
    }
  });

  it('that takes no credentials gets no push: the page hears that nothing was sent', async () => {
    const simulator = await startDemoServer();
    const variables = { ...darajaOf(simulator, 'http://127.0.0.1:9'), DARAJA_CONSUMER_SECRET: 'wrong' };
    const shop = await startDemoServer({ behind: behindFrom(variables) });
    try {
      const response = await push(shop.origin);
      assert.equal(response.status, 503);
      const text = await response.text();
      assert.match(text, /not-sent/);
      assert.doesNotMatch(text, /wrong/);
      assert.equal(simulator.simulation.daraja?.record.pushes.length, 0);
    } finally {
      await shop.close();
      await simulator.close();
    }
  });
});

describe('A deployed payments API', () => {
  it('is proxied: token, push, status and the stream of outcomes', async () => {
    const deployed = await startDemoServer({ darajaSettings: { callback_delay_ms: 0 } });
    const demo = await startDemoServer({ behind: behindFrom({ PAYMENTS_API_URL: `${deployed.origin}/` }) });
    try {
      assert.equal((await push(demo.origin)).status, 200);
      assert.equal(deployed.simulation.record.backend?.pushes.length, 1);
      assert.equal(demo.simulation.backend, undefined);
      const query = `order_id=${ORDER.order_id}`;
      assert.equal((await fetch(`${demo.origin}/payments/mpesa/status?${query}`)).status, 202);
      const events = await fetch(`${demo.origin}/payments/mpesa/events?${query}`);
      assert.equal(events.headers.get('content-type'), 'text/event-stream');
      await events.body?.cancel();
      const refused = await fetch(`${demo.origin}/payments/mpesa/payment/push/request`, { method: 'POST' });
      assert.equal(refused.status, 400);
      assert.deepEqual(await refused.json(), { error: 'Access token not provided' });
      assert.equal((await fetch(`${demo.origin}/c/callback`, { method: 'POST' })).status, 404);
      const settings = (await (await fetch(`${demo.origin}/demo/api/settings`)).json()) as Record<string, unknown>;
      assert.equal(settings['behind'], 'payments-api');
    } finally {
      await demo.close();
      await deployed.close();
    }
  });

  it('that is down is a 502', async () => {
    const port = await freePort();
    const demo = await startDemoServer({ behind: { kind: 'payments-api', url: `http://127.0.0.1:${port}` } });
    try {
      const response = await fetch(`${demo.origin}/payments/mpesa/token`);
      assert.equal(response.status, 502);
      assert.deepEqual(await response.json(), { error: 'The payments API could not be reached' });
    } finally {
      await demo.close();
    }
  });
});
