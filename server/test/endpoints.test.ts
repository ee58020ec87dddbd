/** The endpoints (docs/backend.md), as a page and Daraja see them. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PushScript } from './support/fake-daraja.js';
import { gate, settled } from './support/quiet.js';
import { PHONE, Shop } from './support/shop.js';

const TOKEN = '/payments/mpesa/token';
const PUSH = '/payments/mpesa/payment/push/request';
const STATUS = '/payments/mpesa/status';

let shop: Shop;

beforeEach(async () => {
  shop = await Shop.open({ memory: true });
});

afterEach(async () => {
  await shop.payments.stop();
});

const says = (code: number | string): void => {
  shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code });
};

describe('token', () => {
  it('is the server’s own, short-lived, and in the shape of the API', async () => {
    const { status, headers, body } = await shop.request(TOKEN);
    assert.equal(status, 200);
    assert.equal(body.expires_in, '600');
    assert.match(body.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(shop.daraja.tokens, 0);
  });

  it('is for those alone whom the shop names', async () => {
    const closed = await Shop.open({ memory: true }, { authorize: () => null });
    const { status, body } = await closed.request(TOKEN);
    assert.equal(status, 401);
    assert.equal(typeof body.error, 'string');
    await closed.payments.stop();
  });

  it('is taken for ten minutes, and signed by any of the secrets', async () => {
    const token = await shop.token();
    await shop.clock.advance(599_000);
    assert.equal((await shop.status('order_id=1234567891', token)).status, 404);
    await shop.clock.advance(2_000);
    assert.equal((await shop.status('order_id=1234567891', token)).status, 401);

    const [old, next] = ['x'.repeat(32), 'y'.repeat(32)];
    const before = await Shop.open({ memory: true }, { secret: old });
    const after = await Shop.open({ memory: true }, { secret: [next, old] });
    assert.equal((await after.push({}, await before.token())).status, 200);
    assert.equal((await before.push({}, await after.token())).status, 404);
    await Promise.all([before.payments.stop(), after.payments.stop()]);
  });
});

describe('push', () => {
  it('answers a prompt in the shape of the API, the phone masked', async () => {
    const { status, headers, body } = await shop.push({ order_id: '48', amount: '48744.15' });
    const { checkoutRequestId, merchantRequestId } = shop.daraja.lastPrompt;
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.deepEqual(body, {
      payment_id: checkoutRequestId,
      user_id: 'customer-1',
      order_id: '48',
      phone_no: '2547*****123',
      daraja_response: {
        CheckoutRequestID: checkoutRequestId,
        MerchantRequestID: merchantRequestId,
        ResponseCode: '0',
      },
      amount: 48744.15,
    });
  });

  it('asks Daraja for whole shillings, cents rounded up', async () => {
    await shop.push({ order_id: '48', amount: '48744.15' });
    assert.equal(shop.daraja.lastPrompt.shillings, 48745);
    await shop.push();
    assert.equal(shop.daraja.lastPrompt.shillings, 12341);
  });

  it('names the order’s reference to Daraja, else its number, cut to 12 characters', async () => {
    shop.orders.set('a-very-long-order-number', { amount: '10' });
    shop.orders.set('r', { amount: '10', reference: 'Invoice 2026-00012' });
    await shop.push({ order_id: 'a-very-long-order-number', amount: '10' });
    assert.equal(shop.daraja.lastPrompt.reference, 'a-very-long-');
    await shop.push({ order_id: 'r', amount: '10' });
    assert.equal(shop.daraja.lastPrompt.reference, 'Invoice 2026');
  });

  it('pushes for a paybill or a till', async () => {
    await shop.push();
    assert.equal(shop.daraja.lastPrompt.body['TransactionType'], 'CustomerPayBillOnline');
    assert.equal(shop.daraja.lastPrompt.body['PartyB'], '174379');
    const account = { consumerKey: 'k', consumerSecret: 's', shortcode: '174379', passkey: 'p' };
    const till = await Shop.open({ memory: true }, { daraja: { ...account, type: 'till', partyB: '5551234' } });
    await till.push();
    assert.equal(till.daraja.lastPrompt.body['TransactionType'], 'CustomerBuyGoodsOnline');
    assert.equal(till.daraja.lastPrompt.body['PartyB'], '5551234');
    assert.equal(till.daraja.lastPrompt.body['BusinessShortCode'], '174379');
    await till.payments.stop();
  });

  it('says that the token is missing in the words of the API', async () => {
    const { status, body } = await shop.request(PUSH, { method: 'POST', body: '{}' });
    assert.equal(status, 400);
    assert.deepEqual(body, { error: 'Access token not provided' });
  });

  for (const token of ['no token of ours', 'a.b.c', 'Bearer x']) {
    it(`says that a token is not taken in the words of the API: ${token}`, async () => {
      const { status, body } = await shop.push({}, token);
      assert.equal(status, 404);
      assert.deepEqual(body.order_meta_data, {
        order_id: '1234567891',
        user_phone_number: '2547*****123',
        amount: '12341',
      });
      assert.equal(body.status_code, 404);
      assert.equal(body.daraja_error?.errorCode, '404.001.03');
      assert.equal(shop.daraja.pushes, 0);
    });
  }

  const refused: readonly [string, object, number][] = [
    ['an unknown order', { order_id: 'nothing' }, 404],
    ['an order that is a property of every object', { order_id: '__proto__' }, 404],
    ['another amount', { amount: '12340' }, 400],
    ['an amount that is none', { amount: '12341e0' }, 400],
    ['an amount as a number', { amount: 12341 }, 400],
    ['a foreign number', { user_phone_number: '+255712345678' }, 400],
    ['a number that is none', { user_phone_number: 'pay me' }, 400],
    ['an order number with a NUL', { order_id: '12\u0000' }, 400],
    ['no order number', { order_id: undefined }, 400],
  ];
  for (const [what, order, status] of refused) {
    it(`refuses ${what}, and nothing is sent`, async () => {
      const answer = await shop.push(order);
      assert.equal(answer.status, status);
      assert.equal(typeof answer.body.error, 'string');
      assert.equal(shop.daraja.pushes, 0);
      assert.equal((await shop.push()).status, 200);
    });
  }

  it('takes the order’s amount however it is written', async () => {
    assert.equal((await shop.push({ amount: '12341.00' })).status, 200);
  });

  it('refuses what is larger than 16 kB', async () => {
    const { status, body } = await shop.push({ user_phone_number: '7'.repeat(17_000) });
    assert.equal(status, 413);
    assert.equal(typeof body.error, 'string');
  });

  it('tells a second push of the live prompt and how long it may live', async () => {
    await shop.push();
    const payment_id = shop.daraja.lastPrompt.checkoutRequestId;
    await shop.clock.advance(10_000);
    const { status, headers, body } = await shop.push();
    assert.equal(status, 409);
    assert.deepEqual(body.live, { payment_id, expires_in: 110 });
    assert.equal(headers.get('retry-after'), '110');
    await shop.later(600_000);
    assert.equal((await shop.push()).body.live.expires_in, 1);
  });

  it('knows no id of a prompt whose answer was lost', async () => {
    shop.daraja.nextPushes.push('break');
    await shop.push();
    assert.equal((await shop.push()).body.live.payment_id, null);
  });

  it('tells a push of the payment that there is', async () => {
    await shop.push();
    says(0);
    await shop.callback(shop.daraja.lastPrompt, 0);
    const { status, body } = await shop.push();
    assert.equal(status, 409);
    assert.deepEqual(body.paid, { payment_id: shop.daraja.lastPrompt.checkoutRequestId });
  });

  const refusal = { requestId: '1', errorCode: '400.002.02', errorMessage: `Invalid PhoneNumber ${PHONE}` };
  const refusals: readonly [string, PushScript, number, string][] = [
    ['400', { status: 400, body: refusal }, 400, '400.002.02'],
    ['500', { status: 500, body: { ...refusal, errorCode: '500.001.1001' } }, 500, '500.001.1001'],
    ['200 with an error', { status: 200, body: refusal }, 502, '400.002.02'],
    [
      '200 with another ResponseCode',
      { status: 200, body: { ResponseCode: '1', ResponseDescription: 'No' } },
      502,
      '1',
    ],
  ];
  for (const [what, script, status, errorCode] of refusals) {
    it(`passes Daraja’s refusal on and frees the order: ${what}`, async () => {
      shop.daraja.nextPushes.push(script);
      const answer = await shop.push();
      assert.equal(answer.status, status);
      assert.equal(answer.body.status_code, status);
      assert.equal(answer.body.daraja_error?.errorCode, errorCode);
      assert.equal(answer.body.order_meta_data.user_phone_number, '2547*****123');
      assert.equal((await shop.status()).status, 404);
      assert.equal((await shop.push()).status, 200);
    });
  }

  const accepted = { MerchantRequestID: 'm', CheckoutRequestID: 'ws_1', ResponseCode: '0' };
  const unclear: readonly [string, PushScript][] = [
    ['no answer', 'break'],
    ['an answer that was lost', 'accept-and-break'],
    ['a 500 without an errorCode', { status: 500, body: { message: 'oops' } }],
    ['a 503 page', { status: 503, text: '<h1>Service Unavailable</h1>' }],
    ['a 404 page', { status: 404, text: '<h1>Not found</h1>' }],
    ['a 200 page', { status: 200, text: '<h1>Welcome</h1>' }],
    ['a redirect', { status: 302, text: '' }],
    ['a blank CheckoutRequestID', { status: 200, body: { ...accepted, CheckoutRequestID: ' ' } }],
    ['no CheckoutRequestID', { status: 200, body: { ResponseCode: '0' } }],
    ['zero in other words', { status: 200, body: { ResponseCode: '00', ResponseDescription: 'Success' } }],
    ['no ResponseCode', { status: 200, body: { CheckoutRequestID: 'ws_1', MerchantRequestID: 'm' } }],
    ['a success with 500', { status: 500, body: accepted }],
    [
      'a success and an error at once',
      { status: 200, body: { ...accepted, errorCode: '400.002.02', errorMessage: '' } },
    ],
    ['a gateway’s spike arrest', { status: 429, body: { fault: { faultstring: 'Spike arrest violation' } } }],
    ['a blank errorCode', { status: 400, body: { errorCode: '', errorMessage: '' } }],
    ['null', { status: 200, body: null }],
  ];
  for (const [what, script] of unclear) {
    it(`takes ${what} for unclear: the order stays locked and nothing is sent again`, async () => {
      shop.daraja.nextPushes.push(script);
      const { status, body } = await shop.push();
      assert.equal(status, 502);
      assert.equal(typeof body.error, 'string');
      assert.equal(body.daraja_error, undefined);
      assert.equal((await shop.push()).status, 409);
      assert.equal((await shop.status()).status, 202);
      await shop.clock.advance(200_000);
      assert.equal(shop.daraja.pushes, 1);
    });
  }

  it('sends a push once more where Daraja takes the token no more', async () => {
    await shop.push();
    shop.daraja.endTokens();
    assert.equal((await shop.push({ order_id: '48', amount: '48744.15' })).status, 200);
    assert.equal(shop.daraja.pushes, 3);
    assert.equal(shop.daraja.prompts.length, 2);
  });

  it('says that nothing was sent where Daraja refuses the token twice, and never that the page’s token is at fault', async () => {
    const expired = { status: 404, body: { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' } };
    shop.daraja.nextPushes.push(expired, expired);
    const { status, body } = await shop.push();
    assert.equal(status, 503);
    assert.equal(body.daraja_error?.errorCode, 'not-sent');
    assert.equal(shop.daraja.pushes, 2);
    assert.equal((await shop.push()).status, 200);
  });

  it('says that nothing was sent where Daraja gives no token, and frees the order', async () => {
    shop.daraja.tokenFails = true;
    const { status, body } = await shop.push();
    assert.equal(status, 503);
    assert.equal(body.daraja_error?.errorCode, 'not-sent');
    assert.equal(shop.daraja.pushes, 0);
    shop.daraja.tokenFails = false;
    assert.equal((await shop.push()).status, 200);
  });

  it('says that nothing was sent where the shop cannot say what the order costs', async () => {
    for (const findOrder of [
      () => Promise.reject(new Error('down')),
      () => ({ amount: 'free' }),
      () => ({ amount: 5 as unknown as string }),
    ]) {
      const broken = await Shop.open({ memory: true }, { findOrder });
      const { status, body } = await broken.push();
      assert.equal(status, 503);
      assert.equal(body.daraja_error?.errorCode, 'not-sent');
      await broken.payments.stop();
    }
  });

  it('goes on when the customer’s connection is gone', async () => {
    const answer = gate();
    shop.daraja.beforeAnswer = () => answer.promise;
    const gone = new AbortController();
    const pushed = shop.payments.fetch(
      new Request(`https://pay.shop.example${PUSH}`, {
        method: 'POST',
        signal: gone.signal,
        headers: { authorization: await shop.token() },
        body: JSON.stringify({ order: { order_id: '1234567891', user_phone_number: PHONE, amount: '12341' } }),
      }),
    );
    await settled();
    gone.abort();
    answer.resolve();
    await pushed;
    assert.equal((await shop.push()).body.live.payment_id, shop.daraja.lastPrompt.checkoutRequestId);
  });
});

describe('origins', () => {
  const origin = 'https://shop.example';

  it('lets the shop’s pages ask ahead, with OPTIONS and with HEAD, and pushes nothing', async () => {
    const ask = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const preflight = await shop.request(PUSH, { method: 'OPTIONS', headers: ask });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/i);
    const head = await shop.request(PUSH, { method: 'HEAD', headers: { origin, authorization: 'x' } });
    assert.equal(head.status, 204);
    assert.equal(head.headers.get('access-control-allow-origin'), origin);
    assert.equal(shop.daraja.pushes, 0);
  });

  it('lets them read errors too, and Retry-After', async () => {
    const { headers } = await shop.request(PUSH, { method: 'POST', headers: { origin }, body: '' });
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.equal(headers.get('access-control-expose-headers'), 'Retry-After');
  });

  it('lets them read what is too long or too large, at no address of ours, and what failed or stops', async () => {
    const broken = await Shop.open(
      { memory: true },
      {
        authorize: () => {
          throw new Error('The shop’s sessions are down');
        },
      },
    );
    const seen: number[] = [];
    const reads = async (of: Shop, path: string, init: RequestInit = {}): Promise<void> => {
      const { status, headers, body } = await of.request(path, { ...init, headers: { origin } });
      seen.push(status);
      assert.equal(headers.get('access-control-allow-origin'), origin, String(status));
      assert.equal(typeof body.error, 'string', String(status));
    };
    await reads(shop, `${STATUS}?order_id=${'1'.repeat(4096)}`);
    await reads(shop, PUSH, { method: 'POST', body: 'x'.repeat(20_000) });
    await reads(shop, PUSH, { method: 'PUT' });
    await reads(shop, '/payments/mpesa/nowhere');
    await reads(broken, TOKEN);
    await broken.payments.stop();
    await reads(broken, TOKEN);
    assert.deepEqual(seen, [414, 413, 405, 404, 500, 503]);
  });

  it('keeps no answer in a cache, whatever it is', async () => {
    for (const method of ['OPTIONS', 'HEAD', 'GET', 'POST', 'PUT']) {
      for (const path of [TOKEN, PUSH, STATUS, '/payments/mpesa/nowhere', '/nowhere']) {
        if (method === 'OPTIONS' && path === '/nowhere') continue;
        const { headers, status } = await shop.request(path, { method, headers: { origin } });
        assert.equal(headers.get('cache-control'), 'no-store', `${method} ${path}: ${status}`);
      }
    }
  });

  it('lets no other page call', async () => {
    for (const stranger of [
      'https://evil.example',
      'https://shop.example.evil.example',
      'http://shop.example',
      'null',
    ]) {
      const { status, headers } = await shop.request(TOKEN, { headers: { origin: stranger } });
      assert.equal(status, 403);
      assert.equal(headers.get('access-control-allow-origin'), null);
      assert.equal(headers.get('vary'), 'Origin');
    }
  });
});

describe('status', () => {
  it('is for those who have a token', async () => {
    assert.equal((await shop.request(`${STATUS}?order_id=1`)).status, 401);
    assert.equal((await shop.status('order_id=1234567891', 'nonsense')).status, 401);
  });

  it('knows nothing of an order that was never pushed, or only refused', async () => {
    assert.equal((await shop.status()).status, 404);
    assert.equal((await shop.status('order_id=unknown')).status, 404);
    shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } });
    await shop.push();
    assert.equal((await shop.status()).status, 404);
  });

  it('tells only a subject that has the order', async () => {
    const own = await Shop.open(
      { memory: true },
      { findOrder: (_, { subject }) => (subject === 'owner' ? { amount: '12341' } : null) },
    );
    assert.equal((await own.push({}, await own.token('owner'))).status, 200);
    assert.equal((await own.status('order_id=1234567891', await own.token('owner'))).status, 202);
    assert.equal((await own.status('order_id=1234567891', await own.token('stranger'))).status, 404);
    await own.payments.stop();
  });

  it('ignores a payment_id of another order', async () => {
    await shop.push();
    says(0);
    await shop.callback(shop.daraja.lastPrompt, 0);
    const other = shop.daraja.lastPrompt.checkoutRequestId;
    assert.equal((await shop.status(`order_id=48&payment_id=${other}`)).status, 404);
    assert.equal((await shop.status('order_id=1234567891&payment_id=unknown')).body.result_code, 0);
  });

  it('answers a held request as soon as the outcome is known', async () => {
    await shop.push();
    let answered = false;
    const held = shop.status('order_id=1234567891&wait=25').finally(() => (answered = true));
    await shop.clock.advance(10_000);
    assert.equal(answered, false);
    says(1032);
    await shop.callback(shop.daraja.lastPrompt, 1032);
    assert.equal(answered, true);
    assert.equal((await held).body.result_code, 1032);
  });

  for (const [wait, seconds] of [
    ['10', 10],
    ['25', 25],
    ['26', 25],
    ['1000000', 25],
    ['', 0],
    ['-1', 0],
    ['soon', 0],
    ['NaN', 0],
    ['Infinity', 0],
    ['0', 0],
  ] as const) {
    it(`holds a request with wait=${wait} for ${seconds} s`, async () => {
      await shop.push();
      let answered = false;
      const held = shop.status(`order_id=1234567891&wait=${wait}`).finally(() => (answered = true));
      await settled();
      if (seconds > 0) {
        await shop.clock.advance(seconds * 1000 - 1);
        assert.equal(answered, false);
        await shop.clock.advance(1);
      }
      assert.equal(answered, true);
      assert.equal((await held).status, 202);
    });
  }

  it('stops after 30 s, though a push is at Daraja still, and nothing is sent meanwhile', async () => {
    const never = gate();
    const [token, other] = [await shop.token(), await shop.token()];
    shop.daraja.beforeAnswer = () => never.promise;
    const pushed = shop.push({}, token);
    await settled();
    let stopped = false;
    const stop = shop.payments.stop().then(() => (stopped = true));
    await settled();
    const { status, body, headers } = await shop.push({ order_id: '48', amount: '48744.15' }, other);
    assert.deepEqual([status, body.daraja_error?.errorCode, headers.get('retry-after')], [503, 'not-sent', '1']);
    assert.equal((await shop.status('order_id=48', other)).status, 503);
    await shop.clock.advance(24_000);
    assert.equal(stopped, false);
    await shop.clock.advance(6_000);
    await stop;
    assert.equal(shop.daraja.pushes, 1);
    never.resolve();
    await pushed;
  });

  it('answers what is held when the server stops', async () => {
    await shop.push();
    const held = shop.status('order_id=1234567891&wait=25');
    await settled();
    await shop.payments.stop();
    assert.equal((await held).status, 202);
  });
});

describe('callback address', () => {
  it('is made for each attempt, in lower case, without a word that Safaricom filters', async () => {
    await shop.push();
    await shop.push({ order_id: '48', amount: '48744.15' });
    const [one, two] = shop.daraja.prompts.map(({ callbackUrl }) => callbackUrl);
    assert.notEqual(one, two);
    for (const url of [one!, two!]) {
      assert.match(url, /^https:\/\/pay\.shop\.example\/c\/[0-9a-f-]{36}\/[0-9a-f]{32}$/);
      assert.doesNotMatch(url, /mpesa|safaricom|exe|exec|cmd|sql|query/);
    }
  });

  it('is reached below the path of the public address, whether or not a proxy takes the path off', async () => {
    const below = await Shop.open({ memory: true }, { publicUrl: 'https://PAY.shop.example/pay/' });
    await below.push();
    const { callbackUrl } = below.daraja.lastPrompt;
    assert.match(callbackUrl, /^https:\/\/pay\.shop\.example\/pay\/c\//);
    assert.equal((await below.callback(below.daraja.lastPrompt, 1032)).status, 200);
    const taken = { ...below.daraja.lastPrompt, callbackUrl: callbackUrl.replace('/pay/c/', '/c/') };
    assert.equal((await below.callback(taken, 1032)).status, 200);
    assert.equal((await below.request('/pay/payments/mpesa/token')).status, 200);
    await below.payments.stop();
  });

  it('is 404 like any unknown path where it is wrong', async () => {
    await shop.push();
    const { callbackUrl } = shop.daraja.lastPrompt;
    const unknown = await shop.request('/nothing/here', { method: 'POST', body: '{}' });
    for (const url of [
      callbackUrl.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
      callbackUrl.slice(0, -1),
      `${callbackUrl}0`,
    ]) {
      const answer = await shop.request(url, { method: 'POST', body: '{}' });
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.body, unknown.body);
    }
  });

  it('answers a callback and its repetition in Daraja’s words', async () => {
    await shop.push();
    for (let n = 0; n < 3; n++) {
      const { status, body } = await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal(status, 200);
      assert.deepEqual(body, { ResultCode: 0, ResultDesc: 'Accepted' });
    }
  });

  for (const junk of [
    '',
    'x',
    '{}',
    '[]',
    'null',
    '{"Body":{}}',
    '{"Body":{"stkCallback":{"CheckoutRequestID":"x"}}}',
    '{"Body":{"stkCallback":{"CheckoutRequestID":"x","ResultCode":"none"}}}',
    '['.repeat(8000),
  ]) {
    it(`answers 400 to junk: ${junk.slice(0, 60)}`, async () => {
      await shop.push();
      const { status } = await shop.request(shop.daraja.lastPrompt.callbackUrl, { method: 'POST', body: junk });
      assert.equal(status, 400);
      assert.equal((await shop.status()).status, 202);
    });
  }
});

describe('secrets', () => {
  it('are in no log and in no answer', async () => {
    await shop.push();
    says(0);
    await shop.callback(shop.daraja.lastPrompt, 0);
    // No time passes: Daraja repeats what it will be sent.
    const password = String(shop.daraja.lastPrompt.body['Password']);
    shop.daraja.nextPushes.push({
      status: 400,
      body: {
        errorCode: '400.002.02',
        errorMessage: `Invalid ${shop.daraja.lastPrompt.callbackUrl} of ${PHONE} by daraja-token-1-abcdefgh ${password}`,
      },
    });
    await shop.push({ order_id: '48', amount: '48744.15' });
    await shop.push({ order_id: 'nothing' });
    await shop.push({}, 'nonsense');
    const everything = [...shop.logged, ...shop.answered, JSON.stringify(shop.events)].join('\n');
    assert.ok(everything.includes('2547*****123'));
    for (const secret of [PHONE, '0723123123', 'passkey-', password, 'secret-0001', 'daraja-token-', '/c/']) {
      assert.equal(everything.includes(secret), false, secret);
    }
    assert.doesNotMatch(shop.logged.join('\n'), /eyJ/);
  });
});
