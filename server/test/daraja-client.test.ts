/** What goes over the wire to Daraja, by Node's own `fetch`. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../src/clock.js';
import { DarajaClient } from '../src/daraja/client.js';

const REFUSAL = { errorCode: '404.001.03', errorMessage: 'Invalid Access Token', requestId: 'r' };
/** The statuses on which HTTP or the standard of `fetch` knows a repetition; 421 is repeated by Node where it can be. */
const STATUSES = [400, 401, 404, 408, 421, 425, 429, 500, 502, 503, 504];

describe('a push', () => {
  const came: { readonly headers: IncomingHttpHeaders; readonly text: string }[] = [];
  let answer: { readonly status: number; readonly body: unknown };
  let client: DarajaClient;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      came.push({ headers: request.headers, text });
      response.writeHead(answer.status, { 'www-authenticate': 'Bearer' }).end(JSON.stringify(answer.body));
    });
  });

  beforeEach(async () => {
    came.length = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const account = {
      consumerKey: 'key-0001',
      consumerSecret: 'secret-0001',
      shortcode: '174379',
      passkey: 'pass-0001',
    };
    client = new DarajaClient({ ...account, baseUrl: `http://127.0.0.1:${port}` }, fetch, systemClock);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const push = () =>
    client.push('daraja-token-1', {
      msisdn: '254723123123',
      shillings: 10,
      reference: 'Asha’s 48',
      callbackUrl: 'https://pay.shop.example/c/1/2',
    });

  for (const status of STATUSES) {
    it(`is sent once where Daraja, or what stands before it, answers ${status}`, async () => {
      answer = { status, body: REFUSAL };
      assert.deepEqual(await push(), { kind: 'refused', status, error: REFUSAL });
      assert.equal(came.length, 1);
    });
  }

  it('comes whole, with its length', async () => {
    answer = { status: 200, body: { ResponseCode: '0', CheckoutRequestID: 'ws_CO_1', MerchantRequestID: 'm' } };
    assert.deepEqual(await push(), { kind: 'accepted', checkoutRequestId: 'ws_CO_1', merchantRequestId: 'm' });
    const [{ headers, text }] = came as [(typeof came)[number]];
    assert.equal((JSON.parse(text) as { AccountReference: string }).AccountReference, 'Asha’s 48');
    assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
    assert.equal(headers['transfer-encoding'], undefined);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.authorization, 'Bearer daraja-token-1');
  });
});
