/** Faults that no table holds, over HTTP and across origins. Every fault at every endpoint: fault-matrix.test.ts. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { until, World } from './support.js';

describe('A fault', () => {
  let world: World;

  before(async () => {
    // A browser resends a request whose reused connection broke (resend.test.ts); here, each is to arrive once.
    world = await World.open({ keepAlive: false });
  });
  afterEach(() => world.reset());
  after(() => world.close());

  it('in the address of the push is no expired token, and ends in `rejected`', async () => {
    const tab = await world.visit({ 'push-url': `${world.backend.origin}/payments/mpesa/nowhere` });
    // By the keyboard: a button that comes to lie under the mouse asks ahead for the next attempt's token.
    await tab.type();
    await tab.page.keyboard.press('Enter');
    const { reason, status } = await tab.sees('push-failure');
    assert.deepEqual([reason, status], ['rejected', 404]);
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', '→ failed', 'push-failure rejected']);
    assert.equal((await world.backend.record()).backend.token_requests, 1);
  });

  it('in the address of the token sends nothing', async () => {
    const tab = await world.visit({ 'token-url': `${world.backend.origin}/payments/mpesa/nowhere` });
    await tab.pay();
    const { reason, status } = await tab.sees('push-failure');
    assert.deepEqual([reason, status], ['token-unavailable', 404]);
    assert.equal((await world.backend.record()).requests.length, 0);
  });

  it('of a backend that does not let the shop’s origin in is `network`, for nobody can tell what it did', async () => {
    const stranger = await World.open();
    try {
      const tab = await world.visit({ 'push-url': stranger.backend.endpoints['push-url']! });
      await tab.pay();
      const { reason, promptPossible } = await tab.sees('push-failure');
      assert.deepEqual([reason, promptPossible], ['network', true]);
      assert.equal((await stranger.backend.record()).backend.pushes.length, 0);
    } finally {
      await stranger.close();
    }
  });

  it('of being offline sends nothing, and online again the customer pays', async () => {
    const tab = await world.visit();
    await tab.type();
    await until(async () => (await world.backend.record()).backend.token_requests === 1, 'the token');
    await tab.page.setOfflineMode(true);
    await tab.press();
    const { reason, promptPossible } = await tab.sees('push-failure');
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', '→ failed', 'push-failure offline']);
    assert.deepEqual([reason, promptPossible], ['offline', false]);
    assert.match(await tab.text(), /Connect and try again\. You were offline\. Nothing was charged\./);
    assert.equal(await world.backend.pushRequests(), 0);
    await tab.page.setOfflineMode(false);
    await tab.press();
    await tab.reaches('prompted');
    assert.equal(await world.backend.pushRequests(), 1);
  });

  it('of the line breaking while the push is on its way leaves the order open, and the outcome lands all the same', async () => {
    await world.backend.faults({ push: [{ fault: 'reset-after' }] });
    const tab = await world.visit();
    await tab.pay();
    await tab.reaches('unconfirmed');
    await world.backend.approve();
    await tab.reaches('paid');
    const [prompt] = (await world.backend.handset()).prompts;
    const { paymentId, checkoutRequestId, receipt } = await tab.sees('payment-success');
    assert.deepEqual([paymentId, checkoutRequestId, receipt], ['', prompt?.id, prompt?.receipt]);
    assert.deepEqual(await tab.story(), [
      ...['push-request', '→ requesting', '→ unconfirmed', 'push-failure network'],
      ...['→ paid', 'payment-success'],
    ]);
  });

  const expiredToken = 'token-expired';

  it('of an expired token is fixed by a new one, and the customer notices nothing', async () => {
    const tab = await world.visit();
    await tab.type();
    await until(async () => (await world.backend.record()).backend.token_requests === 1, 'the token');
    await world.backend.expireTokens();
    await tab.press();
    await tab.reaches('prompted');
    const expired = await tab.sees(expiredToken);
    assert.equal(expired['willRetry'], true);
    const { errorCode, errorMessage, requestId } = expired['darajaError'] as Record<string, unknown>;
    assert.deepEqual([errorCode, errorMessage, typeof requestId], ['404.001.03', 'Invalid Access Token', 'string']);
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', expiredToken, '→ prompted', 'push-success']);
    const { backend } = await world.backend.record();
    assert.equal(backend.token_requests, 2);
    assert.deepEqual(
      backend.pushes.map(({ status }) => status),
      [404, 200],
    );
    assert.equal((await world.backend.handset()).prompts.length, 1);
    assert.equal(tab.tokens.length, 2);
  });

  it('comes across origins, with a preflight that the push passes', async () => {
    const tab = await (await world.customer()).blank();
    const cdp = await tab.cdp();
    await cdp.send('Network.enable');
    const seen: string[] = [];
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      const { pathname, origin } = new URL(request.url);
      if (origin === world.backend.origin) seen.push(`${request.method} ${pathname}`);
    });
    await tab.goto(world.page(world.tag()));
    await tab.pay();
    await tab.reaches('prompted');
    assert.deepEqual(seen.sort(), [
      'GET /payments/mpesa/token',
      'HEAD /payments/mpesa/payment/push/request',
      'OPTIONS /payments/mpesa/payment/push/request',
      'POST /payments/mpesa/payment/push/request',
    ]);
  });
});
