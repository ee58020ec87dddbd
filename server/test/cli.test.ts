/** The command by itself (server/README.md, Commands), as a process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  environment as settingsOf,
  launch,
  listen,
  listenAsDaraja,
  push,
  run,
  tokenOf,
  type Listening,
} from './support/command.js';
import { DURABLE, openDatabase, POSTGRES, SQLITE, type TestDatabase } from './support/databases.js';
import { callbackBody, FakeDaraja } from './support/fake-daraja.js';
import { gate } from './support/quiet.js';
import { PHONE } from './support/shop.js';

let daraja: FakeDaraja;
let darajaServer: Listening;

before(async () => {
  daraja = new FakeDaraja();
  darajaServer = await listenAsDaraja(daraja);
});

after(() => darajaServer.close());

const environment = (database: TestDatabase): Record<string, string> => settingsOf(database, darajaServer);

describe('the command', () => {
  it('prints its settings with --help, and stops where they are missing', async () => {
    const help = await run(['--help'], {});
    assert.equal(help.code, 0);
    assert.match(help.out, /SHOP_ORIGINS/);
    const started = await run([], {});
    assert.equal(started.code, 1);
    assert.match(started.out, /SECRET is missing/);
    assert.equal((await run(['nonsense'], {})).code, 1);
  });

  it('ends where it cannot listen, and says by which settings', async () => {
    const database = await openDatabase(SQLITE);
    const taken = await listen(() => new Response());
    const port = new URL(taken.base).port;
    for (const more of [{ PORT: port }, { HOST: '203.0.113.1' }]) {
      const { code, out } = await run([], settingsOf(database, darajaServer, more));
      assert.equal(code, 1);
      assert.match(out, /HOST and PORT cannot be used/);
    }
    await taken.close();
    await database.drop();
  });

  it('answers in JSON what cannot be read as a request', async () => {
    const database = await openDatabase(SQLITE);
    const { child, ended, base: listening } = launch([], environment(database));
    const { hostname, port } = new URL(await listening);
    for (const [text, status] of [
      ['GET /payments/mpesa/token HTTP/1.1\r\n\r\n', 400],
      ['OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['nonsense\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(text);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\n\r\n\\{"error":"`), text.slice(0, 40));
      socket.destroy();
    }
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
    await database.drop();
  });

  it('takes a payment, lets a person decide, and leaks nothing', async () => {
    const database = await openDatabase(SQLITE);
    const env = environment(database);
    const { child, ended, base: listening } = launch([], env);
    const base = await listening;
    const health = await fetch(`${base}/health`);
    assert.equal(health.status, 200);
    assert.deepEqual(await health.json(), { status: 'ok' });
    assert.equal(health.headers.get('cache-control'), 'no-store');
    assert.equal((await fetch(`${base}/health`, { method: 'HEAD' })).status, 200);

    assert.equal((await push(base)).status, 200);
    const prompt = daraja.lastPrompt;
    // Another amount: for a person to judge.
    const callback = await fetch(base + new URL(prompt.callbackUrl).pathname, {
      method: 'POST',
      body: JSON.stringify(callbackBody(prompt, 0, { amount: 5 })),
    });
    assert.equal(callback.status, 200);
    const headers = { authorization: await tokenOf(base) };
    const ask = async (): Promise<{ result_code: number }> => {
      const answer = await fetch(`${base}/payments/mpesa/status?order_id=1234567891&wait=25`, { headers });
      if (answer.status === 200) return (await answer.json()) as { result_code: number };
      // Four processes of Node may take longer than a question is held.
      assert.equal(answer.status, 202);
      return ask();
    };
    const held = ask();

    const list = await run(['review'], env);
    assert.equal(list.code, 0);
    const attempt = /[0-9a-f-]{36}/.exec(list.out)?.[0] ?? '';
    assert.equal((await run(['review', attempt, '--paid'], env)).code, 1);
    assert.equal((await run(['review', 'unknown', '--paid', '--by', 'Asha', '--reason', 'statement'], env)).code, 1);
    assert.equal((await run(['review', attempt, '--paid', '--by', 'Asha', '--reason', 'statement'], env)).code, 0);
    assert.equal((await held).result_code, 0);
    assert.match(await (await fetch(`${base}/metrics`)).text(), /vitumob_pay_pushes_total\{what="accepted"\} 1/);

    child.kill('SIGTERM');
    const { code, out } = await ended;
    assert.equal(code, 0);
    for (const secret of [PHONE, 'daraja-token', 'eyJ', '/c/'])
      assert.equal((out + list.out).includes(secret), false, secret);
    await database.drop();
  });

  it('waits at SIGTERM for a push that is at Daraja, answers it and what is held, and exits 0', async () => {
    const database = await openDatabase(SQLITE);
    const { child, ended, base: listening } = launch([], environment(database));
    const base = await listening;
    const reached = gate();
    const answer = gate();
    daraja.beforeAnswer = () => {
      reached.resolve();
      return answer.promise;
    };
    const pushed = push(base);
    await reached.promise;
    const token = await tokenOf(base);
    const held = fetch(`${base}/payments/mpesa/status?order_id=1234567891&wait=25`, {
      headers: { authorization: token },
    });
    // The held one has arrived once one that was sent after it is answered.
    await fetch(`${base}/payments/mpesa/status?order_id=1234567891`, { headers: { authorization: token } });
    child.kill('SIGTERM');
    assert.equal((await held).status, 202);
    answer.resolve();
    assert.equal((await pushed).status, 200);
    assert.equal((await ended).code, 0);
    daraja.beforeAnswer = undefined;
    await database.drop();
  });
});

it(
  'is not healthy while PostgreSQL keeps silent, and is again after that',
  { skip: !DURABLE.includes(POSTGRES) },
  async () => {
    const database = await openDatabase(POSTGRES);
    const real = new URL(database.url);
    // What comes through is held back while it is silent: the connections stay, as where a network breaks.
    const sides: [Socket, Socket][] = [];
    const between = createServer((near) => {
      const far = connect(Number(real.port), real.hostname);
      sides.push([near, far]);
      for (const side of [near, far]) side.on('error', () => undefined);
      near.pipe(far).pipe(near);
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const url = new URL(real);
    url.port = String((between.address() as AddressInfo).port);
    const command = launch([], settingsOf({ url: url.href }, darajaServer));
    const base = await command.base;
    const health = async (): Promise<number> => (await fetch(`${base}/health`)).status;
    assert.equal(await health(), 200);
    for (const [, far] of sides) far.unpipe().pause();
    const began = performance.now();
    assert.equal(await health(), 503);
    const took = performance.now() - began;
    assert.ok(took < 5_000, `${took} ms`);
    for (const [near, far] of sides) far.pipe(near);
    while ((await health()) !== 200);
    command.child.kill('SIGTERM');
    assert.equal((await command.ended).code, 0);
    for (const side of sides.flat()) side.destroy();
    between.close();
    await database.drop();
  },
);

for (const name of DURABLE) {
  it(`makes the schema where instances start together (${name})`, async () => {
    const database = await openDatabase(name);
    const instances = [1, 2, 3].map(() => launch([], environment(database)));
    await Promise.all(instances.map(({ base }) => base));
    for (const { child } of instances) child.kill('SIGTERM');
    for (const { ended } of instances) assert.equal((await ended).code, 0);
    await database.drop();
  });
}
