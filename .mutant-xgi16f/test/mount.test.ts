/** A mount in Node's own server, as Express has it: with a body that was read before. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { it } from 'node:test';
import { toNodeHandler } from '../src/node.js';
import { PHONE, Shop } from './support/shop.js';

const BODY = JSON.stringify({ order: { order_id: '1234567891', user_phone_number: PHONE, amount: '12341' } });

for (const parsed of [false, true]) {
  it(`pushes in Node’s server${parsed ? ', behind a parser of JSON' : ''}`, async () => {
    const shop = await Shop.open({ memory: true });
    const handle = toNodeHandler(shop.payments);
    const server = createServer((request: IncomingMessage & { body?: unknown }, response) => {
      if (!parsed) {
        void handle(request, response);
        return;
      }
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        if (text) request.body = JSON.parse(text) as unknown;
        void handle(request, response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/payments/mpesa/payment/push/request`, {
      method: 'POST',
      headers: { authorization: await shop.token(), 'content-type': 'application/json' },
      body: BODY,
    });
    assert.equal(response.status, 200);
    assert.equal(shop.daraja.prompts.length, 1);
    server.closeAllConnections();
    server.close();
    await shop.payments.stop();
  });
}

for (const target of ['//', '//[', '/\\', 'http://[', '//:x', '*']) {
  it(`outlives a request for ${target}`, async () => {
    const shop = await Shop.open({ memory: true });
    const handle = toNodeHandler(shop.payments);
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 4\d\d /);
    assert.equal((await fetch(`http://127.0.0.1:${port}/payments/mpesa/token`)).status, 200);
    server.closeAllConnections();
    server.close();
    await shop.payments.stop();
  });
}
