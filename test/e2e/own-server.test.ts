/**
 * `npm run server`, the command as it is built and set up as its README says, in front of the simulated Daraja: a customer pays in a
 * real browser, on a page of another origin, also where the server is killed in the middle of the push.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { realFetch } from '../../simulator/http/handler.js';
import { originOf, serve } from '../../simulator/http/node-adapter.js';
import { proxyTo } from '../../simulator/http/proxy.js';
import { newOrder, SENT, type Tab, until, World } from './support.js';
import { freePort } from '../support/free-port.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { server: string } };
const PRICE = '48744.15';
const PUSH = '/payments/mpesa/payment/push/request';

describe('The server by itself', () => {
  let world: World;
  /** Between the server and Daraja. */
  let line: Server;
  /** Daraja has the push, and its answer does not come back. */
  let holdAnswer = false;
  let folder: string;
  let origin: string;
  let environment: NodeJS.ProcessEnv;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    // Not by npm itself, which `kill -9` would leave its child behind.
    const [program, ...words] = scripts.server.split(' ');
    assert.equal(program, 'node');
    const started = spawn(process.execPath, words, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    let output = '';
    started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes(`listens on ${origin}`), 'the server to listen');
  };
  const kill = async (): Promise<void> => {
    const ended = child && once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;
    child = undefined;
  };

  before(async () => {
    world = await World.open();
    const daraja = proxyTo(world.backend.origin, realFetch);
    line = createServer((incoming, outgoing) => {
      void serve(
        async (request) => {
          const response = await daraja(request);
          if (!holdAnswer || !response.ok || !request.url.endsWith('/processrequest')) return response;
          return new Promise<never>(() => undefined);
        },
        incoming,
        outgoing,
      );
    }).listen(0, '127.0.0.1');
    await once(line, 'listening');
    folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-own-server-'));
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    environment = {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATABASE_URL: `file:${join(folder, 'payments.db')}`,
      SECRET: 'a secret of 32 characters or more for this test',
      PUBLIC_URL: origin,
      SHOP_ORIGINS: world.shop,
      ORDERS_FILE: join(folder, 'orders.json'),
      DARAJA_BASE_URL: `${originOf(line)}/daraja`,
      DARAJA_CONSUMER_KEY: SIMULATED_ACCOUNT.consumerKey,
      DARAJA_CONSUMER_SECRET: SIMULATED_ACCOUNT.consumerSecret,
      DARAJA_SHORTCODE: SIMULATED_ACCOUNT.shortcode,
      DARAJA_PASSKEY: SIMULATED_ACCOUNT.passkey,
    };
  });
  afterEach(async () => {
    holdAnswer = false;
    await kill();
    await world.reset();
  });
  after(async () => {
    line.closeAllConnections();
    line.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  const sell = (): string => {
    const orderId = newOrder();
    writeFileSync(join(folder, 'orders.json'), JSON.stringify({ [orderId]: PRICE }));
    return orderId;
  };
  const visit = (orderId: string): Promise<Tab> =>
    world.visit({
      ...{ 'order-id': orderId, amount: PRICE, 'token-url': `${origin}/payments/mpesa/token` },
      ...{ 'push-url': origin + PUSH, 'status-url': `${origin}/payments/mpesa/status` },
    });
  const paid = async (tab: Tab): Promise<void> => {
    await until(async () => {
      await tab.nudge();
      return (await tab.story()).includes('payment-success');
    }, 'the payment');
    const [prompt, ...others] = (await world.backend.handset()).prompts;
    assert.ok(prompt);
    assert.deepEqual([others.length, prompt.amount], [0, 48_745]);
    const { receipt, checkoutRequestId } = await tab.sees('payment-success');
    assert.deepEqual([receipt, checkoutRequestId], [prompt.receipt, prompt.id]);
  };

  it('pays a page of another origin', async () => {
    const orderId = sell();
    await start();
    const tab = await visit(orderId);
    await tab.pay();
    await tab.reaches('prompted');
    await world.backend.approve();
    await paid(tab);
  });

  it('is killed in the middle of a push and started again: the order is still locked, and the late callback pays it', async () => {
    const orderId = sell();
    await start();
    const tab = await visit(orderId);
    holdAnswer = true;
    await tab.type(SENT);
    await tab.press();
    await until(async () => (await world.backend.handset()).prompts.length === 1, 'the prompt');
    await kill();
    await tab.reaches('unconfirmed');
    holdAnswer = false;
    await start();

    const { access_token } = (await (await fetch(`${origin}/payments/mpesa/token`)).json()) as { access_token: string };
    const order = { order_id: orderId, user_phone_number: SENT, amount: PRICE };
    const second = await fetch(origin + PUSH, {
      method: 'POST',
      headers: { authorization: access_token },
      body: JSON.stringify({ order }),
    });
    assert.equal(second.status, 409);
    assert.ok('live' in ((await second.json()) as object));

    await world.backend.approve();
    await paid(tab);
  });
});
