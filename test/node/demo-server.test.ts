import assert from 'node:assert/strict';
import { type ClientRequest, createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { originOf, serve } from '../../simulator/http/node-adapter.js';

const ORDER = { order_id: '1234567891', user_phone_number: '254723123123', amount: '12341' };
const SHOP = 'https://shop.test';
const PUSH = '/payments/mpesa/payment/push/request';

type Json = Record<string, unknown>;

describe('The demo server, over real HTTP', () => {
  let server: DemoServer;

  before(async () => {
    server = await startDemoServer({
      allowedOrigins: [SHOP],
      darajaSettings: { callback_delay_ms: 0, lock_subscriber: false },
      backendSettings: { guard: false },
    });
  });
  after(() => server.close());
  beforeEach(() => {
    server.simulation.reset();
  });

  const get = (path: string, init?: RequestInit) => fetch(server.origin + path, init);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const read = async (response: Response) => (await response.json()) as Json;
  const token = async () => (await read(await get('/payments/mpesa/token')))['access_token'] as string;
  const push = async (headers: Record<string, string> = {}) =>
    post(PUSH, { order: ORDER }, { authorization: await token(), ...headers });
  const prompts = () => server.simulation.daraja?.prompts.length;

  it('takes a payment from the token to the callback, each side reaching the other over HTTP', async () => {
    const pushed = await read(await push());
    const outcome = await get(`/payments/mpesa/events?order_id=${ORDER.order_id}`);
    const approved = await post('/daraja/handset/0723123123/prompts/latest', { action: 'approve', pin: '1234' });
    assert.equal(approved.status, 200);
    const event = await firstEvent(outcome);
    assert.match(event, /"ResultCode":0/);
    const status = await get(`/payments/mpesa/status?payment_id=${String(pushed['payment_id'])}`);
    assert.equal(status.status, 200);
    assert.match(await status.text(), /"MpesaReceiptNumber","Value":"[A-Z]{3}[A-Z0-9]{7}"/);
    const record = await (await get('/demo/api/record')).text();
    assert.match(record, /"news":true/);
    assert.doesNotMatch(record, /723123123/);
  });

  it('lets the pages of allowed origins call, preflight included, and no others', async () => {
    const preflight = await get(PUSH, {
      method: 'OPTIONS',
      headers: {
        origin: SHOP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), SHOP);
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization/);
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /HEAD,POST/);
    assert.equal(preflight.headers.get('access-control-max-age'), '7200');

    const answer = await push({ origin: SHOP });
    assert.equal(answer.headers.get('access-control-allow-origin'), SHOP);
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
    assert.equal(answer.headers.get('access-control-expose-headers'), 'Retry-After');

    const stranger = await get('/payments/mpesa/token', { headers: { origin: 'https://evil.test' } });
    assert.equal(stranger.headers.get('access-control-allow-origin'), null);
    assert.equal(stranger.headers.get('vary'), 'Origin');
  });

  it('gives permission ahead to a request that cannot push', async () => {
    const headers = { origin: SHOP, authorization: await token(), 'content-type': 'application/json' };
    const answer = await get(PUSH, { method: 'HEAD', headers });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get('access-control-allow-origin'), SHOP);
    assert.equal(prompts(), 0);
  });

  it('answers a held question the moment it knows', async () => {
    await push();
    const held = get(`/payments/mpesa/status?order_id=${ORDER.order_id}&wait=20`);
    await until(() => server.simulation.faults.log.some(({ endpoint }) => endpoint === 'status'));
    assert.equal(server.simulation.backend?.record.polls.length, 0, 'not answered yet');
    server.simulation.daraja?.handset('0723123123').approve();
    assert.equal((await held).status, 200);
  });

  it('lets pages read its faults too, and uses none up for a preflight', async () => {
    await post('/demo/api/faults', { push: ['bad-gateway-html'] });
    await get(PUSH, { method: 'OPTIONS', headers: { origin: SHOP, 'access-control-request-method': 'POST' } });
    const answer = await push({ origin: SHOP });
    assert.equal(answer.status, 502);
    assert.equal(answer.headers.get('access-control-allow-origin'), SHOP);
  });

  it('lets any page call where it is told so, without credentials', async () => {
    const open = await startDemoServer({ allowedOrigins: '*' });
    const answer = await fetch(`${open.origin}/payments/mpesa/token`, { headers: { origin: SHOP } });
    await open.close();
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.headers.get('access-control-allow-credentials'), null);
  });

  it('breaks the connection before the push with "reset", and after it with "reset-after"', async () => {
    for (const [fault, expected] of [
      ['reset', 0],
      ['reset-after', 1],
    ] as const) {
      server.simulation.reset();
      const authorization = await token();
      server.simulation.faults.set({ push: [fault] });
      // An agent of its own: a pooled connection might be used again by the client itself.
      assert.equal(await errorOf(rawPush(authorization)), 'ECONNRESET');
      assert.equal(prompts(), expected);
    }
  });

  it('sends a whole head and half a body with "cut-short"', async () => {
    const authorization = await token();
    server.simulation.faults.set({ push: ['cut-short'] });
    const response = await post(PUSH, { order: ORDER }, { authorization });
    assert.equal(response.status, 200);
    assert.ok(Number(response.headers.get('content-length')) > 0);
    await assert.rejects(response.json());
    assert.equal(prompts(), 1);
  });

  it('keeps the page waiting with "no-answer", and survives that it leaves', async () => {
    const authorization = await token();
    server.simulation.faults.set({ push: ['no-answer'] });
    const abort = new AbortController();
    const answer = get(PUSH, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ order: ORDER }),
      signal: abort.signal,
    });
    const pushed = server.simulation.daraja;
    assert.ok(pushed);
    await until(() => pushed.prompts.length === 1);
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    assert.equal((await get('/demo/api/record')).status, 200);
  });

  it('ends a subscription when the page leaves', async () => {
    const { backend } = server.simulation;
    assert.ok(backend);
    const abort = new AbortController();
    const stream = await get('/demo/api/events', { signal: abort.signal });
    await stream.body?.getReader().read();
    assert.equal(backend.changes.size, 1);
    abort.abort();
    await until(() => backend.changes.size === 0);
  });

  it('leaves no listener behind however often the connection is full', async () => {
    const listeners: Record<'close' | 'drain', number>[] = [];
    // More than a socket takes at once, and oftener than Node lets pass without a warning.
    const chunks = 30;
    const chunk = new Uint8Array(256 * 1024);
    const full = createServer((incoming, outgoing) => {
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            listeners.push({ close: outgoing.listenerCount('close'), drain: outgoing.listenerCount('drain') });
            if (listeners.length > chunks) controller.close();
            else controller.enqueue(chunk);
          },
        },
        { highWaterMark: 0 },
      );
      void serve(async () => Promise.resolve(new Response(body)), incoming, outgoing);
    });
    await new Promise<void>((listening) => {
      full.listen(0, '127.0.0.1', listening);
    });
    const answer = await fetch(originOf(full), { headers: { connection: 'close' } });
    assert.equal((await answer.arrayBuffer()).byteLength, chunks * chunk.length);
    full.close();
    assert.equal(listeners.length, chunks + 1);
    for (const count of listeners) assert.deepEqual(count, listeners[0]);
  });

  it('answers 413 to a body that is too large, however it is sent', async () => {
    for (const size of [20_000, 2 * 1024 * 1024]) {
      const response = await post(PUSH, { padding: 'x'.repeat(size) }, { authorization: 'none' });
      assert.equal(response.status, 413);
      assert.match(await response.text(), /too large|larger than/);
    }
  });

  it('survives what is no HTTP', async () => {
    const { port } = new URL(server.origin);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('nonsense\r\n\r\n'));
      socket.on('error', () => undefined);
      socket.resume().on('close', () => {
        resolve();
      });
    });
    const odd = await fetch(`${server.origin}//payments/../%00`);
    assert.equal(odd.status, 404);
    assert.equal((await get('/payments/mpesa/token')).status, 200);
  });

  it('closes each connection where it is told not to keep them', async () => {
    const closing = await startDemoServer({ keepAlive: false });
    const response = await fetch(`${closing.origin}/payments/mpesa/token`);
    await response.text();
    await closing.close();
    assert.equal(response.headers.get('connection'), 'close');
  });

  it('says why where its port is taken', async () => {
    await assert.rejects(startDemoServer({ port: Number(new URL(server.origin).port) }), { code: 'EADDRINUSE' });
  });

  function rawPush(authorization: string): ClientRequest {
    const request = httpRequest(server.origin + PUSH, { method: 'POST', agent: false, headers: { authorization } });
    request.end(JSON.stringify({ order: ORDER }));
    return request;
  }
});

function errorOf(request: ClientRequest): Promise<string | undefined> {
  return new Promise((resolve) => {
    request.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
    request.once('response', (response) => {
      response.resume();
      resolve(`an answer: ${response.statusCode ?? 0}`);
    });
  });
}

async function firstEvent(response: Response): Promise<string> {
  assert.ok(response.body);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes('data: ')) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
