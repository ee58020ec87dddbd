/** A mount in Node's own server, as Express has it: with a body that was read before. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { it } from 'node:test';
import { toNodeHandler } from '../src/node.js';
import { prometheus } from '../src/prometheus.js';
import { MemoryStore } from '../src/stores/memory.js';
import { failing } from './support/failing-store.js';
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
    assert.match(answer.toString(), /\r\n\r\n\{"error":"/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/payments/mpesa/token`)).status, 200);
    server.closeAllConnections();
    server.close();
    await shop.payments.stop();
  });
}

for (const host of ['', 'Host:', 'Host: a b', 'Host: [']) {
  it(`answers in JSON that ${host ? `“${host}”` : 'no Host'} cannot be read`, async () => {
    const shop = await Shop.open({ memory: true });
    const handle = toNodeHandler(shop.payments);
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(`GET /payments/mpesa/token HTTP/1.0\r\n${host && `${host}\r\n`}Connection: close\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 400 [^]*\r\n\r\n\{"error":"[^]*Host/);
    server.closeAllConnections();
    server.close();
    await shop.payments.stop();
  });
}

/** A shop in Node's server, and a connection to it. */
async function connected(test: (socket: Socket, received: () => string) => Promise<void>): Promise<void> {
  const shop = await Shop.open({ memory: true });
  const handle = toNodeHandler(shop.payments);
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  try {
    await test(socket, () => text);
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
    await shop.payments.stop();
  }
}

const MEGABYTE = 'x'.repeat(1_000_000);
const FRAMINGS = {
  'of a known length': { head: ['Content-Length: 20000000'], piece: MEGABYTE, end: '' },
  'in chunks': {
    head: ['Transfer-Encoding: chunked'],
    piece: `${MEGABYTE.length.toString(16)}\r\n${MEGABYTE}\r\n`,
    end: '0\r\n\r\n',
  },
};

for (const [framing, { head, piece, end }] of Object.entries(FRAMINGS)) {
  for (const connection of ['close', 'keep-alive']) {
    it(`answers 20 MB ${framing} with 413 before they have come, and takes the rest (${connection})`, async () => {
      await connected(async (socket, received) => {
        const broken: Error[] = [];
        socket.on('error', (error) => broken.push(error));
        const write = async (text: string): Promise<void> => {
          if (!socket.write(text)) await once(socket, 'drain');
        };
        await write(
          ['POST /payments/mpesa/payment/push/request HTTP/1.1', 'Host: x', `Connection: ${connection}`, ...head]
            .concat('', '')
            .join('\r\n'),
        );
        await write(piece);
        if (!received()) await once(socket, 'data');
        assert.match(received(), /^HTTP\/1\.1 413 .*"error":/s);
        for (let sent = 1; sent < 20; sent++) await write(piece);
        await write(end);
        if (connection === 'close') {
          await once(socket, 'end');
        } else {
          await write('GET /payments/mpesa/token HTTP/1.1\r\nHost: x\r\n\r\n');
          while (!received().includes('access_token')) await once(socket, 'data');
        }
        assert.deepEqual(broken, []);
      });
    });
  }
}

it('answers a preflight that brings a body, as without one', async () => {
  await connected(async (socket, received) => {
    socket.write('OPTIONS /payments/mpesa/token HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Length: 9\r\n\r\n');
    await once(socket, 'data');
    assert.match(received(), /^HTTP\/1\.1 204 /);
  });
});

it('does not take a body without an end', async () => {
  await connected(async (socket, received) => {
    // To be closed upon is an error to whoever writes.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /payments/mpesa/payment/push/request HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(MEGABYTE));
    };
    socket.on('drain', more);
    more();
    await closed;
    assert.match(received(), /^HTTP\/1\.1 413 /);
  });
});

it('says by ping() whether the database is in reach', async () => {
  const down = new Set<string>();
  const shop = await Shop.open({ store: failing(new MemoryStore(), down) });
  await shop.payments.ping();
  down.add('ping');
  await assert.rejects(shop.payments.ping());
  down.clear();
  await shop.payments.ping();
  await shop.payments.stop();
});

it('counts for Prometheus, by the names of the command', async () => {
  const { metrics, text, contentType } = prometheus();
  const shop = await Shop.open({ memory: true }, { metrics });
  await shop.push();
  const counts = await text();
  assert.match(counts, /^vitumob_pay_pushes_total\{what="accepted"\} 1$/m);
  assert.match(counts, /^vitumob_pay_transitions_total\{what="prompted"\} 1$/m);
  assert.match(contentType, /^text\/plain/);
  await shop.payments.stop();
});
