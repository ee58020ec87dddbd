/**
 * A customer in a real browser pays through each of examples/servers, with the simulated Daraja behind. What the servers have to see to
 * besides is in test/servers.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { realFetch } from '../../simulator/http/handler.js';
import { proxyTo } from '../../simulator/http/proxy.js';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { originOf, serve } from '../../simulator/http/node-adapter.js';
import { ExampleServer, PRICE, runtimesHere } from '../servers/example-server.js';
import { type Tab, until, World } from './support.js';

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

  for (const runtime of runtimesHere())
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
        await from.outcome({ orderId });
        await tab.nudge();
        await tab.reaches(state);
      };

      it('takes a payment from the page on another origin to the receipt', async () => {
        const { orderId } = server.sell('48744.15');
        const tab = await visit(orderId, { amount: '48744.15' });
        await tab.pay();
        await tab.reaches('prompted');
        await world.backend.approve();
        await hears(tab, orderId, 'paid');
        const [prompt] = (await world.backend.handset()).prompts;
        assert.equal(prompt?.amount, 48_745);
        const { receipt, checkoutRequestId } = await tab.sees('payment-success');
        assert.deepEqual([receipt, checkoutRequestId], [prompt.receipt, prompt.id]);
        assert.deepEqual(await tab.story(), [
          ...['push-request', '→ requesting', '→ prompted', 'push-success'],
          ...['→ paid', 'payment-success'],
        ]);
      });

      it('tells the page who has cancelled, and takes another attempt', async () => {
        const { orderId } = server.sell();
        const tab = await visit(orderId);
        await tab.pay();
        await tab.reaches('prompted');
        await world.backend.answer({ action: 'cancel' });
        await hears(tab, orderId, 'failed');
        assert.equal((await tab.sees('payment-failure'))['reason'], 'cancelled');
        await tab.press();
        await tab.reaches('prompted');
        await world.backend.approve();
        await until(async () => (await server.outcome({ orderId }))['result_code'] === 0, 'the success');
        await hears(tab, orderId, 'paid');
      });

      it('refuses the page an amount that is not the order’s', async () => {
        const tab = await visit(server.sell().orderId, { amount: '1' });
        await tab.pay();
        await tab.reaches('failed');
        assert.equal((await tab.sees('push-failure'))['reason'], 'rejected');
        assert.equal((await world.backend.handset()).prompts.length, 0);
      });

      it('leaves the page unconfirmed where Daraja gave no clear answer, until the callback pays the order', async () => {
        breakAfterPush = true;
        const { orderId } = server.sell();
        const tab = await visit(orderId);
        const phone = '254711000222';
        await tab.type(phone);
        await tab.press();
        await tab.reaches('unconfirmed');
        assert.equal((await tab.sees('push-failure'))['reason'], 'server-error');
        assert.equal((await server.status({ orderId })).status, 202);
        await world.backend.approve(phone);
        await hears(tab, orderId, 'paid');
        assert.equal((await world.backend.handset(phone)).prompts.length, 1);
      });

      it('pays the page where no callback comes', async () => {
        const hasty = await start({ CALLBACK_OVERDUE_S: '0.001', QUERY_EVERY_S: '0.05' });
        try {
          await world.backend.script({ callback: 'never' });
          const { orderId } = hasty.sell();
          const tab = await visit(orderId, hasty.endpoints);
          await tab.pay();
          await tab.reaches('prompted');
          await world.backend.approve();
          await hears(tab, orderId, 'paid', hasty);
          const { resultCode, receipt } = await tab.sees('payment-success');
          assert.deepEqual([resultCode, receipt], [0, undefined]);
        } finally {
          await hasty.stop();
        }
      });
    });
});
