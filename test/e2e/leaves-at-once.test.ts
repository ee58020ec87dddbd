import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Tab, until, World } from './support.js';

const TOKEN_MS = 600;

describe('The push', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  /** What the browser says it sent to the backend, on its own clock. */
  async function listen(tab: Tab) {
    const cdp = await tab.cdp();
    await cdp.send('Network.enable');
    const sent = new Map<string, number>();
    const answered = new Map<string, number>();
    const names = new Map<string, string>();
    cdp.on('Network.requestWillBeSent', ({ request, requestId, wallTime }) => {
      const name = `${request.method} ${new URL(request.url).pathname}`;
      names.set(requestId, name);
      sent.set(name, wallTime * 1000);
    });
    cdp.on('Network.responseReceived', ({ requestId }) => {
      answered.set(names.get(requestId) ?? '', Date.now());
    });
    return { sent, answered };
  }

  const TOKEN = 'GET /payments/mpesa/token';
  const PUSH = 'POST /payments/mpesa/payment/push/request';

  it(`leaves with the click, from a cold start, where the token takes ${TOKEN_MS} ms and typing longer`, async () => {
    await world.backend.faults({ token: [{ fault: 'slow', ms: TOKEN_MS }] });
    const tab = await (await world.customer()).blank();
    const { sent, answered } = await listen(tab);
    await tab.goto(world.page(world.tag()));
    // The customer types while the token is on its way, and a little longer.
    await tab.type();
    await until(() => answered.has(TOKEN), 'the token');
    await tab.frame.evaluate(() => {
      document
        .querySelector('vitumob-pay')!
        .shadowRoot!.querySelector('button')!
        .addEventListener(
          'click',
          () => {
            Object.assign(window, { clicked: performance.timeOrigin + performance.now() });
          },
          true,
        );
    });
    await tab.press();
    await tab.reaches('prompted');
    const clicked = await tab.frame.evaluate(() => (window as unknown as { clicked: number }).clicked);
    const arrived = (await world.backend.record()).requests.find(({ endpoint }) => endpoint === 'push')!.at;
    const left = sent.get(PUSH)! - clicked;
    console.log(
      `From the click: the push left after ${left.toFixed(1)} ms and arrived, past its preflight, after ${(arrived - clicked).toFixed(0)} ms`,
    );
    assert.ok(answered.get(TOKEN)! < clicked, 'the token was there before the click');
    assert.equal((await world.backend.record()).backend.token_requests, 1);
  });

  it('leaves as soon as the token is there, where the customer was faster', async () => {
    await world.backend.faults({ token: [{ fault: 'slow', ms: TOKEN_MS }] });
    const tab = await (await world.customer()).blank();
    const { sent, answered } = await listen(tab);
    await tab.goto(world.page(world.tag({ phone: '0723123123' })));
    await tab.press();
    await tab.reaches('prompted');
    const waited = sent.get(PUSH)! - answered.get(TOKEN)!;
    console.log(`From the token: the push left after ${waited.toFixed(1)} ms`);
    assert.equal((await world.backend.record()).backend.token_requests, 1);
  });

  for (const [field, attributes] of [
    ['filled in', { phone: '0723123123' }],
    ['empty', {}],
  ] as const) {
    it(`has its token on the way before the customer touches anything, with the field ${field}`, async () => {
      await world.visit(attributes);
      await until(async () => (await world.backend.record()).backend.token_requests === 1, 'the token request');
    });
  }
});
