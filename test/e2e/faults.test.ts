/** Faults on the way to the prompt, over HTTP and across origins. All of them at every endpoint: fault-matrix.test.ts. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Fault } from '../../simulator/faults.js';
import { type Attributes, SENT, type Tab, until, World } from './support.js';

const CERTAIN = /Nothing was charged/;
const MAY_HAVE_PAID =
  /You may have paid\. Look for an M-Pesa SMS before you pay again\. If you ask the shop, quote order E2E-/;

interface Failure {
  readonly title: string;
  readonly push?: readonly Fault[];
  readonly token?: readonly Fault[];
  readonly attributes?: Attributes;
  readonly reason: string;
  /** HTTP status in the event, where there was an answer. */
  readonly status?: number;
  readonly darajaError?: string;
  readonly promptPossible: boolean;
  readonly reads: RegExp;
  /** Pushes that the backend got to see. */
  readonly reached: number;
}

const failures: readonly Failure[] = [
  {
    title: 'the backend says that there was no token',
    push: ['token-missing'],
    ...{ reason: 'token-missing', status: 400, promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'the push gets a plain 404, which is no expired token',
    push: ['html-404'],
    ...{ reason: 'rejected', status: 404, promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'the push gets a 500',
    push: ['server-500'],
    ...{ reason: 'server-error', status: 500, promptPossible: true, reached: 0 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the push gets a 500 after the backend has done its work',
    push: [{ fault: 'server-500', reached: true }],
    ...{ reason: 'server-error', status: 500, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'a gateway answers with 502 and a page',
    push: [{ fault: 'bad-gateway-html', reached: true }],
    ...{ reason: 'server-error', status: 502, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the connection is reset before the backend is reached',
    push: ['reset'],
    ...{ reason: 'network', promptPossible: true, reached: 0 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the connection is reset after the backend is reached',
    push: ['reset-after'],
    ...{ reason: 'network', promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'no answer comes',
    push: ['no-answer'],
    attributes: { timeout: '3000' },
    ...{ reason: 'timeout', promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the body stops half-way and nothing more comes',
    push: ['stalled'],
    attributes: { timeout: '3000' },
    ...{ reason: 'timeout', status: 200, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the body is cut short',
    push: ['cut-short'],
    ...{ reason: 'bad-response', status: 200, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'a hotel’s sign-in page answers in place of the backend',
    push: ['not-json-200'],
    ...{ reason: 'bad-response', status: 200, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'the body lacks the ids',
    push: ['missing-ids'],
    ...{ reason: 'bad-response', status: 200, promptPossible: true, reached: 1 },
    reads: MAY_HAVE_PAID,
  },
  {
    title: 'ResponseCode is not "0"',
    push: ['refused-code'],
    ...{ reason: 'rejected', status: 200, promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'another prompt is open on the phone',
    push: ['daraja-500'],
    ...{ reason: 'rejected', status: 500, darajaError: '500.001.1001', promptPossible: false, reached: 0 },
    reads: /Another M-Pesa request is open on this number/,
  },
  {
    title: 'the push is redirected',
    push: ['redirect'],
    ...{ reason: 'rejected', promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'the token endpoint breaks off',
    token: ['reset', 'reset', 'reset'],
    ...{ reason: 'token-unavailable', promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'the token endpoint answers with something else',
    token: ['not-a-token', 'not-a-token'],
    ...{ reason: 'token-unavailable', status: 200, promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
  {
    title: 'the token endpoint does not answer',
    token: ['no-answer', 'no-answer'],
    attributes: { timeout: '3000' },
    ...{ reason: 'token-unavailable', promptPossible: false, reached: 0 },
    reads: CERTAIN,
  },
];

describe('A fault', () => {
  let world: World;

  before(async () => {
    // A browser resends a request whose reused connection broke (resend.test.ts); here, each is to arrive once.
    world = await World.open({ keepAlive: false });
  });
  afterEach(() => world.reset());
  after(() => world.close());

  const failed = (state: string, reason: string) => [
    'push-request',
    '→ requesting',
    `→ ${state}`,
    `push-failure ${reason}`,
  ];

  /** What holds for each failed attempt. */
  async function assertFailure(tab: Tab, expected: Omit<Failure, 'title'>): Promise<void> {
    const { reason, status, darajaError, promptPossible, reads, reached } = expected;
    const detail = await tab.sees('push-failure');
    assert.equal(detail['reason'], reason);
    assert.equal(detail['promptPossible'], promptPossible);
    assert.equal(detail['status'], status);
    assert.equal((detail['darajaError'] as { errorCode: string } | undefined)?.errorCode, darajaError);
    assert.deepEqual([detail['phone'], detail['amount']], [SENT, '12341']);
    assert.equal(typeof detail['message'], 'string');
    const state = promptPossible ? 'unconfirmed' : 'failed';
    assert.equal(await tab.state(), state);
    assert.deepEqual(await tab.story(), failed(state, reason));
    assert.equal(await tab.title(), promptPossible ? 'We can’t tell yet' : 'Not paid');
    assert.match(await tab.text(), reads);

    // Where a prompt may ring, the button holds back; where not, a second try goes through.
    await tab.press();
    if (promptPossible) {
      const { enabled, text } = await tab.button();
      assert.equal(enabled, false);
      assert.match(text, /\d:\d\d/);
    } else {
      await tab.reaches('prompted');
    }
    const { backend } = await world.backend.record();
    assert.equal(backend.pushes.length, promptPossible ? reached : reached + 1);
  }

  for (const { title, push = [], token = [], attributes = {}, ...expected } of failures) {
    it(`ends the attempt once, and says so, where ${title}`, async () => {
      await world.backend.faults({ push, token });
      const tab = await world.visit(attributes);
      await tab.pay();
      await assertFailure(tab, expected);
    });
  }

  it('in the address of the push is no expired token, and ends in `rejected`', async () => {
    const tab = await world.visit({ 'push-url': `${world.backend.origin}/payments/mpesa/nowhere` });
    await tab.pay();
    const { reason, status } = await tab.sees('push-failure');
    assert.deepEqual([reason, status], ['rejected', 404]);
    assert.deepEqual(await tab.story(), failed('failed', 'rejected'));
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
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', '→ failed', 'push-failure offline']);
    const { reason, promptPossible } = await tab.sees('push-failure');
    assert.deepEqual([reason, promptPossible], ['offline', false]);
    assert.match(await tab.text(), /You are offline\. Nothing was charged\./);
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
    assert.deepEqual(await tab.story(), [...failed('unconfirmed', 'network'), '→ paid', 'payment-success']);
  });

  const expiredToken = 'token-expired';

  it('of an expired token is mended by a new one, and the customer notices nothing', async () => {
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
    const { backend, daraja } = await world.backend.record();
    assert.equal(backend.token_requests, 2);
    assert.deepEqual(
      backend.pushes.map(({ status }) => status),
      [404, 200],
    );
    assert.equal((await world.backend.handset()).prompts.length, 1);
    assert.equal(tab.tokens.length, 2);
    assert.equal(daraja.tokens, 2);
  });

  it('of a token that expires twice ends the attempt after the second', async () => {
    await world.backend.faults({ push: ['expired', 'expired'] });
    const tab = await world.visit();
    await tab.pay();
    const failure = await tab.sees('push-failure');
    assert.deepEqual([failure['reason'], failure['promptPossible']], [expiredToken, false]);
    assert.deepEqual(await tab.story(), [
      ...['push-request', '→ requesting', expiredToken, `${expiredToken} for good`, '→ failed'],
      `push-failure ${expiredToken}`,
    ]);
    assert.match(await tab.text(), CERTAIN);
    assert.equal(await world.backend.pushRequests(), 2);
    assert.equal((await world.backend.record()).backend.pushes.length, 0);
  });

  it('of an expired token is left alone where the page prevents the renewal', async () => {
    await world.backend.faults({ push: ['expired'] });
    const tab = await world.visit();
    await tab.frame.evaluate(() => {
      document.addEventListener('token-expired', (event) => {
        event.preventDefault();
      });
    });
    await tab.pay();
    const failure = await tab.sees('push-failure');
    assert.deepEqual([failure['reason'], failure['promptPossible']], [expiredToken, false]);
    assert.deepEqual(await tab.story(), [
      ...['push-request', '→ requesting', expiredToken, '→ failed', `push-failure ${expiredToken}`],
    ]);
    assert.equal(await world.backend.pushRequests(), 1);
    assert.equal((await world.backend.record()).backend.token_requests, 1);
  });

  it('comes across origins, with a preflight that the push passes', async () => {
    const tab = await world.visit();
    const cdp = await tab.cdp();
    await cdp.send('Network.enable');
    const seen: string[] = [];
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      const { pathname, origin } = new URL(request.url);
      if (origin === world.backend.origin) seen.push(`${request.method} ${pathname}`);
    });
    await tab.pay();
    await tab.reaches('prompted');
    assert.deepEqual(seen.sort(), [
      'GET /payments/mpesa/token',
      'OPTIONS /payments/mpesa/payment/push/request',
      'POST /payments/mpesa/payment/push/request',
    ]);
  });
});
