/** The servers of examples/servers, as a merchant starts them: the widget before them, the simulated Daraja behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { realFetch } from '../../simulator/http/handler.js';
import { proxyTo } from '../../simulator/http/proxy.js';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { originOf, serve } from '../../simulator/http/node-adapter.js';
import { newOrder, SENT, type Tab, until, World } from './support.js';

const folder = fileURLToPath(new URL('../../examples/servers', import.meta.url));
const PUSH = '/payments/mpesa/payment/push/request';
const CALLBACK = '/callback/0b7c1f6f2b9e4d7a';
const PRICE = '12341';

type Json = Record<string, unknown>;

interface Runtime {
  readonly name: string;
  readonly program: string;
  readonly arguments: (port: number) => readonly string[];
}

const runtimes: readonly Runtime[] = [
  { name: 'node', program: process.execPath, arguments: () => [join(folder, 'node/server.mjs')] },
  { name: 'python', program: 'python3', arguments: () => [join(folder, 'python/server.py')] },
  {
    name: 'php',
    program: 'php',
    arguments: (port) => ['-q', '-S', `127.0.0.1:${port}`, join(folder, 'php/server.php')],
  },
];

/** The first line of what a program says of itself; undefined where there is none. */
function versionOf({ program }: Runtime): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}

const found = runtimes.filter((runtime) => {
  const version = versionOf(runtime);
  console.log(
    `examples/servers/${runtime.name}: ${version ? `run with ${version}` : `not run, there is no ${runtime.program} here`}`,
  );
  return version !== undefined;
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One of the servers, running. */
class ExampleServer {
  readonly origin: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  /** All that it has written. */
  output = '';

  private constructor(runtime: Runtime, port: number, environment: Readonly<Record<string, string>>) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-server-'));
    this.#process = spawn(runtime.program, runtime.arguments(port), {
      // A group of its own, as PHP's workers outlive their parent.
      detached: true,
      env: {
        ...process.env,
        PORT: String(port),
        DARAJA_CALLBACK_URL: this.origin + CALLBACK,
        ORDERS_FILE: join(this.#folder, 'orders.json'),
        PAYMENTS_FILE: join(this.#folder, 'payments.json'),
        // Side by side, as behind a web server.
        PHP_CLI_SERVER_WORKERS: '4',
        ...environment,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    process.once('exit', this.#kill);
    this.#write({});
  }

  readonly #kill = (): void => {
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid);
  };

  static async start(runtime: Runtime, environment: Readonly<Record<string, string>>): Promise<ExampleServer> {
    const server = new ExampleServer(runtime, await freePort(), environment);
    await until(
      () =>
        fetch(server.origin).then(
          () => true,
          () => false,
        ),
      `the server to listen; it says: ${server.output}`,
    );
    return server;
  }

  #write(orders: Readonly<Record<string, string>>): void {
    writeFileSync(join(this.#folder, 'orders.json'), JSON.stringify(orders));
  }

  /** An order in the merchant's records, and no other. */
  sell(amount = PRICE): string {
    const orderId = newOrder();
    this.#write({ [orderId]: amount });
    return orderId;
  }

  get endpoints() {
    return {
      'token-url': `${this.origin}/payments/mpesa/token`,
      'push-url': this.origin + PUSH,
      'status-url': `${this.origin}/payments/mpesa/status`,
    };
  }

  async ask(path: string, init: RequestInit = {}): Promise<{ status: number; headers: Headers; body: Json }> {
    const response = await fetch(this.origin + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Json };
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  }

  async token(): Promise<string> {
    return (await this.ask('/payments/mpesa/token')).body['access_token'] as string;
  }

  async push(orderId: string, changes: Json = {}, token?: string) {
    const order = { order_id: orderId, user_phone_number: SENT, amount: PRICE, ...changes };
    return this.post(PUSH, { order }, { authorization: token ?? (await this.token()) });
  }

  status(orderId: string) {
    return this.ask(`/payments/mpesa/status?order_id=${orderId}`);
  }

  callback(id: string, code: number) {
    const stkCallback = { MerchantRequestID: '1', CheckoutRequestID: id, ResultCode: code, ResultDesc: 'forged' };
    return this.post(CALLBACK, { Body: { stkCallback } });
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#kill();
    await stopped;
    process.off('exit', this.#kill);
    rmSync(this.#folder, { recursive: true });
  }
}

describe('The servers of examples/servers', () => {
  let world: World;
  /** Between the servers and Daraja: it can break. */
  let line: Server;
  let breakAfterPush = false;

  before(async () => {
    world = await World.open();
    const daraja = proxyTo(world.backend.origin, realFetch);
    line = createServer((incoming, outgoing) => {
      void serve(
        async (request) => {
          const response = await daraja(request);
          if (!breakAfterPush || !response.ok || !request.url.endsWith('/processrequest')) return response;
          breakAfterPush = false;
          throw new TypeError('The line is cut');
        },
        incoming,
        outgoing,
      );
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    line.closeAllConnections();
    line.close();
    await world.close();
  });

  for (const runtime of found)
    describe(runtime.name, () => {
      let server: ExampleServer;

      const start = (environment: Readonly<Record<string, string>> = {}) =>
        ExampleServer.start(runtime, {
          DARAJA_BASE_URL: `${originOf(line)}/daraja`,
          DARAJA_CONSUMER_KEY: SIMULATED_ACCOUNT.consumerKey,
          DARAJA_CONSUMER_SECRET: SIMULATED_ACCOUNT.consumerSecret,
          DARAJA_SHORTCODE: SIMULATED_ACCOUNT.shortcode,
          DARAJA_PASSKEY: SIMULATED_ACCOUNT.passkey,
          SHOP_ORIGIN: world.shop,
          ...environment,
        });

      before(async () => {
        server = await start();
      });
      afterEach(() => world.reset());
      after(() => server.stop());

      const visit = (orderId: string, attributes = {}): Promise<Tab> =>
        world.visit({ 'order-id': orderId, amount: PRICE, ...server.endpoints, ...attributes });
      /** Waits for the server to know the outcome, and has the page ask for it. */
      const hears = async (tab: Tab, orderId: string, state: string, from = server): Promise<void> => {
        await until(async () => (await from.status(orderId)).status === 200, 'the outcome');
        await tab.nudge();
        await tab.reaches(state);
      };
      const prompts = async () => (await world.backend.handset()).prompts;

      it('takes a payment from the page on another origin to the receipt', async () => {
        const orderId = server.sell('48744.15');
        const tab = await visit(orderId, { amount: '48744.15' });
        await tab.pay();
        await tab.reaches('prompted');
        await world.backend.approve();
        await hears(tab, orderId, 'paid');
        const [prompt] = await prompts();
        assert.equal(prompt?.amount, 48_745);
        const { receipt, checkoutRequestId } = await tab.sees('payment-success');
        assert.deepEqual([receipt, checkoutRequestId], [prompt.receipt, prompt.id]);
        assert.deepEqual(await tab.story(), [
          ...['push-request', '→ requesting', '→ prompted', 'push-success'],
          ...['→ paid', 'payment-success'],
        ]);
      });

      it('tells the page who has cancelled, and takes another attempt', async () => {
        const orderId = server.sell();
        const tab = await visit(orderId);
        await tab.pay();
        await tab.reaches('prompted');
        await world.backend.answer({ action: 'cancel' });
        await hears(tab, orderId, 'failed');
        assert.equal((await tab.sees('payment-failure'))['reason'], 'cancelled');
        await tab.press();
        await tab.reaches('prompted');
        await world.backend.approve();
        await until(
          async () => /"ResultCode":0\b/.test(JSON.stringify((await server.status(orderId)).body)),
          'the success',
        );
        await hears(tab, orderId, 'paid');
      });

      it('refuses an amount that is not the order’s, and an order that there is not', async () => {
        const tab = await visit(server.sell(), { amount: '1' });
        await tab.pay();
        await tab.reaches('failed');
        assert.equal((await tab.sees('push-failure'))['reason'], 'rejected');
        assert.equal((await server.push('another')).status, 404);
        assert.equal((await server.push(server.sell(), { amount: '12341.50' })).status, 400);
        assert.equal((await prompts()).length, 0);
      });

      it('takes the same amount written otherwise', async () => {
        assert.equal((await server.push(server.sell(), { amount: '12341.00' })).status, 200);
      });

      it('refuses a second push while the prompt may be live, also in the same moment, and once the order is paid', async () => {
        await world.backend.daraja({ lock_subscriber: false });
        const orderId = server.sell();
        const answers = await Promise.all([server.push(orderId), server.push(orderId), server.push(orderId)]);
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
        const late = await server.push(orderId);
        assert.equal(late.status, 409);
        const [prompt] = await prompts();
        const { payment_id, expires_in } = late.body['live'] as { payment_id: string; expires_in: number };
        assert.equal(payment_id, prompt?.id);
        assert.ok(expires_in > 0 && expires_in <= 120);
        await world.backend.approve();
        await until(async () => (await server.status(orderId)).status === 200, 'the outcome');
        assert.match(JSON.stringify((await server.push(orderId)).body), /already paid/);
        assert.equal((await prompts()).length, 1);
      });

      it('keeps the order locked where Daraja gave no clear answer, and the page unconfirmed', async () => {
        breakAfterPush = true;
        const orderId = server.sell();
        const tab = await visit(orderId);
        await tab.pay();
        await tab.reaches('unconfirmed');
        assert.equal((await tab.sees('push-failure'))['reason'], 'server-error');
        assert.equal((await server.push(orderId)).status, 409);
        assert.equal((await server.status(orderId)).status, 202);
        assert.equal((await prompts()).length, 1);
      });

      it('frees the order where Daraja has refused the push, and passes Daraja’s word on', async () => {
        await world.backend.script({ refuse: '500.001.1001' });
        const orderId = server.sell();
        const { status, body } = await server.push(orderId);
        assert.equal(status, 500);
        assert.equal((body['daraja_error'] as Json)['errorCode'], '500.001.1001');
        assert.equal((await server.push(orderId)).status, 200);
      });

      it('renews Daraja’s token by itself, without a second prompt', async () => {
        assert.equal((await server.push(server.sell())).status, 200);
        await world.backend.answer({ action: 'cancel' });
        await world.backend.expireTokens();
        assert.equal((await server.push(server.sell())).status, 200);
        assert.equal((await prompts()).length, 2);
      });

      it('answers a push without a token, and with one that is none, as the widget expects', async () => {
        const orderId = server.sell();
        const without = await server.push(orderId, {}, '');
        assert.deepEqual([without.status, without.body], [400, { error: 'Access token not provided' }]);
        const right = await server.token();
        for (const wrong of ['nonsense', right.replace(/^\d+/, '99999999999'), `${right}0`]) {
          const { status, body } = await server.push(orderId, {}, wrong);
          assert.deepEqual([status, (body['daraja_error'] as Json)['errorCode']], [404, '404.001.03']);
        }
        assert.equal((await prompts()).length, 0);
      });

      it('keeps Daraja’s token to itself', async () => {
        const [own, again] = [await server.token(), await server.token()];
        assert.equal((await server.push(server.sell(), {}, own)).status, 200);
        assert.ok(again);
        assert.equal((await world.backend.record()).daraja.tokens, 1);
        const asked = await fetch(`${world.backend.origin}/daraja/mpesa/stkpushquery/v1/query`, {
          method: 'POST',
          headers: { authorization: `Bearer ${own}` },
          body: '{}',
        });
        assert.match(await asked.text(), /Invalid Access Token/);
      });

      it('believes no callback that Daraja’s query does not confirm, and takes the outcome that comes then', async () => {
        const orderId = server.sell();
        const { body } = await server.push(orderId);
        const id = body['payment_id'] as string;
        assert.equal((await server.callback(id, 0)).status, 200);
        assert.equal((await server.status(orderId)).status, 202);
        assert.equal((await server.push(orderId)).status, 409);
        await world.backend.answer({ action: 'cancel' });
        const outcome = await until(async () => {
          const answer = await server.status(orderId);
          return answer.status === 200 && answer.body;
        }, 'the outcome');
        assert.match(JSON.stringify(outcome), /"ResultCode":"1032"/);
      });

      it('keeps a success, whatever is called back after it', async () => {
        const orderId = server.sell();
        const { body } = await server.push(orderId);
        await world.backend.approve();
        await until(async () => (await server.status(orderId)).status === 200, 'the outcome');
        const { queries } = (await world.backend.record()).daraja;
        await server.callback(body['payment_id'] as string, 1032);
        assert.match(JSON.stringify((await server.status(orderId)).body), /"ResultCode":0\b.*MpesaReceiptNumber/);
        // What is settled is not asked for again.
        assert.equal((await world.backend.record()).daraja.queries, queries);
      });

      it('asks Daraja where no callback comes', async () => {
        await world.backend.script({ callback: 'never' });
        const orderId = server.sell();
        await server.push(orderId);
        await world.backend.approve();
        assert.equal((await server.status(orderId)).status, 202);
        assert.equal((await world.backend.record()).daraja.queries, 0);

        const hasty = await start({ CALLBACK_OVERDUE_S: '0.001' });
        try {
          await world.backend.script({ callback: 'never' });
          const paidFor = hasty.sell();
          const tab = await visit(paidFor, hasty.endpoints);
          await tab.pay();
          await tab.reaches('prompted');
          await world.backend.approve();
          await hears(tab, paidFor, 'paid', hasty);
          const { resultCode, receipt } = await tab.sees('payment-success');
          assert.deepEqual([resultCode, receipt], [0, undefined]);
        } finally {
          await hasty.stop();
        }
      });

      it('lets an order be pushed again once the prompt’s window has passed', async () => {
        const hasty = await start({ PROMPT_WINDOW_S: '0.001' });
        try {
          await world.backend.daraja({ lock_subscriber: false });
          const orderId = hasty.sell();
          assert.equal((await hasty.push(orderId)).status, 200);
          assert.equal((await hasty.push(orderId)).status, 200);
          assert.equal((await prompts()).length, 2);
        } finally {
          await hasty.stop();
        }
      });

      it('lets the shop’s pages call, preflight included, and no others', async () => {
        const preflight = (origin: string) =>
          server.ask(PUSH, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
        const shop = await preflight(world.shop);
        assert.equal(shop.status, 204);
        assert.equal(shop.headers.get('access-control-allow-origin'), world.shop);
        assert.equal(shop.headers.get('access-control-allow-headers'), 'Authorization, Content-Type');
        assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null);
        const { headers } = await server.ask('/payments/mpesa/token', { headers: { origin: world.shop } });
        assert.equal(headers.get('access-control-allow-origin'), world.shop);
        assert.equal(headers.get('cache-control'), 'no-store');
      });

      it('refuses what it cannot use, and stays there', async () => {
        const authorization = await server.token();
        for (const [path, body, status] of [
          [PUSH, 'not JSON', 400],
          [PUSH, '[]', 400],
          [PUSH, { order: { order_id: 1, user_phone_number: SENT, amount: PRICE } }, 400],
          [PUSH, { order: { order_id: server.sell(), user_phone_number: '0723123123', amount: PRICE } }, 400],
          [CALLBACK, { Body: 'none' }, 400],
          ['/callback/guessed', {}, 404],
          ['/payments/mpesa/token', {}, 404],
        ] as const)
          assert.equal((await server.post(path, body, { authorization })).status, status, JSON.stringify([path, body]));
        assert.notEqual((await server.post(PUSH, 'x'.repeat(20_000), { authorization })).status, 200);
        assert.equal((await server.ask('/payments/mpesa/status?order_id=__proto__')).status, 404);
        assert.equal((await server.push('__proto__')).status, 404);
        assert.ok(await server.token());
      });

      it('writes down neither tokens nor whole numbers, nor where callbacks are taken', async () => {
        const token = await server.token();
        const orderId = server.sell();
        await server.push(orderId, {}, token);
        await server.push(orderId, { amount: 'x' }, token);
        await world.backend.approve();
        await until(async () => (await server.status(orderId)).status === 200, 'the outcome');
        await until(() => server.output.includes(`push for order ${orderId} to 2547*****123: 0`), server.output);
        for (const secret of [
          token,
          '723123123',
          CALLBACK,
          SIMULATED_ACCOUNT.passkey,
          SIMULATED_ACCOUNT.consumerSecret,
        ])
          assert.ok(!server.output.includes(secret), server.output);
      });
    });
});
