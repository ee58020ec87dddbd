import { expect } from '@open-wc/testing';
import { createDaraja, SIMULATED_ACCOUNT, type DarajaOptions } from '../../simulator/daraja/daraja.js';
import { FakeClock } from '../support/fake-clock.js';
import { type Json, PHONE, stkCallback } from './simulation.js';

const ORIGIN = 'https://daraja.test';
const TIMESTAMP = '20260105120000';
const { consumerKey, consumerSecret, shortcode, passkey } = SIMULATED_ACCOUNT;
const BASIC = `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}`;
const PASSWORD = btoa(shortcode + passkey + TIMESTAMP);

const PUSH = {
  BusinessShortCode: shortcode,
  Password: PASSWORD,
  Timestamp: TIMESTAMP,
  TransactionType: 'CustomerPayBillOnline',
  Amount: 1,
  PartyA: PHONE,
  PartyB: shortcode,
  PhoneNumber: PHONE,
  CallBackURL: 'https://shop.test/mpesa',
  AccountReference: 'order 1',
  TransactionDesc: 'An order',
};

function setUp(options: Omit<DarajaOptions, 'clock' | 'fetch'> = {}) {
  const clock = new FakeClock();
  const callbacks: { at: number; url: string; body: Json }[] = [];
  const daraja = createDaraja({
    ...options,
    clock,
    fetch: (url, init) => {
      callbacks.push({ at: clock.monotonic(), url, body: JSON.parse(init?.body as string) as Json });
      return Promise.resolve(new Response(null, { status: 204 }));
    },
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: Json }> => {
    const response = await daraja.fetch(new Request(ORIGIN + path, init));
    return { status: response.status, body: (await response.json()) as Json };
  };
  const token = async (): Promise<string> => {
    const { body } = await ask('/oauth/v1/generate?grant_type=client_credentials', {
      headers: { authorization: BASIC },
    });
    return body['access_token'] as string;
  };
  const post = async (path: string, body: unknown, authorization?: string) =>
    ask(path, {
      method: 'POST',
      headers: { authorization: authorization ?? `Bearer ${await token()}` },
      body: JSON.stringify(body),
    });
  const push = (changes: Json = {}, authorization?: string) =>
    post('/mpesa/stkpush/v1/processrequest', { ...PUSH, ...changes }, authorization);
  const query = (id: unknown) =>
    post('/mpesa/stkpushquery/v1/query', {
      BusinessShortCode: shortcode,
      Password: PASSWORD,
      Timestamp: TIMESTAMP,
      CheckoutRequestID: id,
    });
  return { clock, callbacks, daraja, ask, token, post, push, query };
}

describe("The simulated Daraja's OAuth", () => {
  it('gives a token for the right credentials', async () => {
    const { ask } = setUp();
    const { body } = await ask('/oauth/v1/generate?grant_type=client_credentials', {
      headers: { authorization: BASIC },
    });
    expect(body['access_token']).to.match(/^[A-Za-z0-9]{28}$/);
    expect(body['expires_in']).to.equal('3599');
  });

  it('refuses wrong credentials, none, and another grant type', async () => {
    const { ask } = setUp();
    const path = '/oauth/v1/generate?grant_type=client_credentials';
    const wrong = { headers: { authorization: `Basic ${btoa('a:b')}` } };
    expect((await ask(path, wrong)).body).to.include({ errorCode: '400.008.01' });
    expect((await ask(path)).status).to.equal(400);
    const grant = await ask('/oauth/v1/generate?grant_type=password', { headers: { authorization: BASIC } });
    expect(grant.body).to.include({ errorCode: '400.008.02' });
  });
});

describe("The simulated Daraja's push", () => {
  it('accepts a good request and says so in its own words', async () => {
    const { push } = setUp();
    const { status, body } = await push();
    expect(status).to.equal(200);
    expect(Object.keys(body)).to.deep.equal([
      'MerchantRequestID',
      'CheckoutRequestID',
      'ResponseCode',
      'ResponseDescription',
      'CustomerMessage',
    ]);
    expect(body['ResponseCode']).to.equal('0');
    expect(body['CheckoutRequestID'], 'embeds Nairobi time').to.match(/^ws_CO_05012026120000\d+$/);
  });

  it('takes numbers for strings, as Daraja does', async () => {
    const { push } = setUp();
    const changes = { Amount: '1', PartyA: Number(PHONE), PhoneNumber: Number(PHONE), PartyB: Number(shortcode) };
    expect((await push(changes)).status).to.equal(200);
  });

  it('refuses a missing, a malformed and an expired token', async () => {
    const { push, token, clock } = setUp({ settings: { token_life_seconds: 60 } });
    const good = `Bearer ${await token()}`;
    expect((await push({}, 'good')).body).to.include({ errorCode: '404.001.04' });
    expect((await push({}, 'Bearer unknown')).body).to.include({ errorCode: '404.001.03' });
    await clock.advance(60_000);
    const expired = await push({}, good);
    expect(expired.status).to.equal(404);
    expect(expired.body).to.include({ errorCode: '404.001.03', errorMessage: 'Invalid Access Token' });
    expect(expired.body['requestId']).to.match(/^\d+-\d+-1$/);
  });

  const bad: [keyof typeof PUSH, unknown][] = [
    ['BusinessShortCode', 'abc'],
    ['Password', ''],
    ['Timestamp', '2026-01-05'],
    ['Timestamp', '20261305120000'],
    ['TransactionType', 'PayBill'],
    ['Amount', 0],
    ['Amount', 1.5],
    ['Amount', '250001'],
    ['PartyA', '0723123123'],
    ['PartyB', null],
    ['PhoneNumber', '254823123123'],
    ['CallBackURL', 'shop.test/mpesa'],
    ['AccountReference', 'thirteen char'],
    ['TransactionDesc', 'fourteen chars'],
    ['TransactionDesc', ''],
  ];
  for (const [field, value] of bad)
    it(`refuses ${JSON.stringify(value)} for ${field}, naming the field`, async () => {
      const { status, body } = await setUp().push({ [field]: value });
      expect(status).to.equal(400);
      expect(body).to.include({ errorCode: '400.002.02', errorMessage: `Bad Request - Invalid ${field}` });
    });

  it('refuses another shortcode, a wrong password, and a password of another moment', async () => {
    const { push } = setUp();
    expect((await push({ BusinessShortCode: '600000' })).body).to.include({ errorMessage: 'Merchant does not exist' });
    expect((await push({ Password: btoa('wrong') })).body).to.include({ errorMessage: 'Wrong credentials' });
    const moment = await push({ Timestamp: '20260105120001' });
    expect(moment.status).to.equal(500);
    expect(moment.body).to.include({ errorCode: '500.001.1001', errorMessage: 'Wrong credentials' });
  });

  it('refuses bodies that are no JSON, wrong methods and unknown paths in its own form', async () => {
    const { ask, token } = setUp();
    const authorization = `Bearer ${await token()}`;
    const path = '/mpesa/stkpush/v1/processrequest';
    const malformed = await ask(path, { method: 'POST', headers: { authorization }, body: '{' });
    expect(malformed.body).to.include({ errorCode: '400.002.05' });
    expect((await ask(path, { headers: { authorization } })).body).to.include({ errorCode: '405.001' });
    expect((await ask('/mpesa/nothing')).body).to.include({ errorCode: '404.003.01' });
  });

  it('refuses a phone with an open prompt, and prompts it again once that is closed', async () => {
    const { push, daraja } = setUp();
    await push();
    const locked = await push();
    expect(locked.status).to.equal(500);
    expect(locked.body['errorCode']).to.equal('500.001.1001');
    expect(locked.body['errorMessage']).to.match(/^Unable to lock subscriber/);
    daraja.handset(PHONE).cancel();
    expect((await push()).status).to.equal(200);
  });

  it('deduplicates nothing: two pushes with one reference are two prompts', async () => {
    const { push, daraja } = setUp({ settings: { lock_subscriber: false } });
    await push();
    await push();
    expect(
      daraja
        .handset(PHONE)
        .view()
        .prompts.filter(({ open }) => open),
    ).to.have.length(2);
  });

  it('refuses as scripted', async () => {
    const { push, daraja } = setUp();
    daraja.script({ refuse: '404.001.03' }, { refuse: '500.003.02' });
    expect((await push()).status).to.equal(404);
    expect((await push()).body).to.include({ errorCode: '500.003.02' });
    expect((await push()).status).to.equal(200);
    expect(daraja.record.pushes.map(({ status }) => status)).to.deep.equal([404, 500, 200]);
  });
});

describe('An access token that is not valid', () => {
  for (const [code, status] of [
    ['404.001.03', 404],
    ['400.003.01', 400],
    ['401.002.01', 401],
    ['401.003.01', 401],
  ] as const)
    it(`may be answered with ${code}`, async () => {
      const { push, token, daraja } = setUp({ settings: { expired_code: code } });
      const dead = `Bearer ${await token()}`;
      daraja.expireTokens();
      const answer = await push({}, dead);
      expect(answer.status).to.equal(status);
      expect(answer.body).to.include({ errorCode: code });
      expect((await push()).status, 'a new one is good').to.equal(200);
    });
});

describe('A payment from the phone’s own menu', () => {
  const CONFIRMATION_URL = 'https://shop.test/c2b/confirmation';
  const order = { shortcode, account: 'VM-1', amount: 4950 };

  async function registered(options: Parameters<typeof setUp>[0] = {}) {
    const bench = setUp(options);
    const body = { ShortCode: shortcode, ResponseType: 'Completed', ConfirmationURL: CONFIRMATION_URL };
    const answer = await bench.post('/mpesa/c2b/v2/registerurl', body);
    expect(answer.status).to.equal(200);
    expect(answer.body).to.include({ ResponseCode: '0', ResponseDescription: 'Success' });
    return bench;
  }

  it('is confirmed at the registered address, in Daraja’s words', async () => {
    const { daraja, clock, callbacks } = await registered();
    const { receipt } = daraja.handset(PHONE).payFromMenu(order);
    await clock.advance(300);
    expect(callbacks).to.have.length(1);
    expect(callbacks[0]?.url).to.equal(CONFIRMATION_URL);
    expect(callbacks[0]?.body).to.include({
      TransactionType: 'Pay Bill',
      TransID: receipt,
      TransTime: '20260105120000',
      TransAmount: '4950.00',
      BusinessShortCode: shortcode,
      BillRefNumber: 'VM-1',
      MSISDN: '25472****123',
    });
    expect(daraja.handset(PHONE).view().balance).to.equal(1_000_000 - 4950);
    expect(daraja.handset(PHONE).view().payments[0]).to.include({ receipt, amount: 4950, account: 'VM-1' });
  });

  it('to a till has no account', async () => {
    const { daraja, clock, callbacks } = await registered();
    daraja.handset(PHONE).payFromMenu({ shortcode, amount: 10 });
    await clock.advance(300);
    expect(callbacks[0]?.body).to.include({ TransactionType: 'Buy Goods', BillRefNumber: '' });
  });

  it('is confirmed late, twice, or never', async () => {
    const { daraja, clock, callbacks } = await registered();
    for (const confirmation of ['late', 'twice', 'never'] as const)
      daraja.handset(PHONE).payFromMenu(order, { confirmation });
    await clock.advance(100_000);
    expect(callbacks.map(({ at }) => at)).to.deep.equal([300, 1_300, 45_000]);
    expect(callbacks[0]?.body['TransID'], 'one payment, told twice').to.equal(callbacks[1]?.body['TransID']);
  });

  it('moves money where nobody has registered, and tells nobody', async () => {
    const { daraja, clock, callbacks } = setUp();
    daraja.handset(PHONE).payFromMenu(order);
    await clock.advance(100_000);
    expect(callbacks).to.be.empty;
    expect(daraja.handset(PHONE).view().payments).to.have.length(1);
  });

  it('wants the right PIN and enough money', async () => {
    const { daraja, ask } = await registered();
    const pay = (body: Json) =>
      ask(`/handset/${PHONE}/payments`, { method: 'POST', body: JSON.stringify({ ...order, ...body }) });
    expect((await pay({ pin: '0000' })).body).to.deep.equal({ error: 'Not paid: wrong-pin' });
    expect((await pay({ amount: 2_000_000 })).body).to.deep.equal({ error: 'Not paid: insufficient-funds' });
    expect((await pay({ amount: 0.5 })).status).to.equal(400);
    expect(daraja.handset(PHONE).view()).to.deep.include({ balance: 1_000_000, payments: [] });
    expect((await pay({})).status).to.equal(200);
  });

  it('is forgotten with the address in a reset', async () => {
    const { daraja, clock, callbacks } = await registered();
    daraja.handset(PHONE).payFromMenu(order);
    daraja.reset();
    expect(clock.pending).to.equal(0);
    daraja.handset(PHONE).payFromMenu(order);
    await clock.advance(1_000);
    expect(callbacks).to.be.empty;
  });

  it('cannot be registered for without a token, or at an address that is none', async () => {
    const { post } = setUp();
    const path = '/mpesa/c2b/v2/registerurl';
    expect((await post(path, {}, 'Bearer none')).body).to.include({ errorCode: '404.001.03' });
    const wrong = { ShortCode: shortcode, ResponseType: 'Completed', ConfirmationURL: 'shop' };
    expect((await post(path, wrong)).body).to.include({ errorMessage: 'Bad Request - Invalid ConfirmationURL' });
  });
});

describe('A scripted outcome', () => {
  for (const code of [0, 1, 17, 26, 1001, 1019, 1032, 1037, 2001, 'SFC_IC0003'])
    it(`ends with ${code} in the callback, and with "${code}" in the query`, async () => {
      const { push, daraja, clock, callbacks, query } = setUp();
      daraja.script({ outcome: code, after_ms: 7_000 });
      const { body } = await push();
      expect((await query(body['CheckoutRequestID'])).body).to.include({ ResultCode: '4999' });
      await clock.advance(7_299);
      expect(callbacks).to.be.empty;
      await clock.advance(1);
      expect(callbacks.map(({ url }) => url)).to.deep.equal([PUSH.CallBackURL]);
      const result = stkCallback(callbacks[0]!.body);
      expect(result['ResultCode']).to.equal(code);
      expect(result['CheckoutRequestID']).to.equal(body['CheckoutRequestID']);
      expect(result['MerchantRequestID']).to.equal(body['MerchantRequestID']);
      expect('CallbackMetadata' in result).to.equal(code === 0);
      expect((await query(body['CheckoutRequestID'])).body).to.include({ ResponseCode: '0', ResultCode: String(code) });
      expect(clock.pending).to.equal(0);
    });

  it('words 1037 differently in the callback and in the query', async () => {
    const { push, daraja, clock, callbacks, query } = setUp();
    daraja.script({ outcome: 1037 });
    const { body } = await push();
    await clock.advance(10_000);
    expect(stkCallback(callbacks[0]!.body)['ResultDesc']).to.equal('No response from user.');
    const answer = await query(body['CheckoutRequestID']);
    expect(answer.body['ResultDesc']).to.equal('DS timeout user cannot be reached');
  });

  it('shows no prompt for the codes where none is seen', async () => {
    const { push, daraja } = setUp();
    daraja.script({ outcome: 1037 }, { outcome: 2001 });
    await push();
    expect(daraja.prompts[0]?.open).to.equal(false);
    await push();
    expect(daraja.prompts[1]?.open).to.equal(true);
  });

  it('calls back late, twice, or never', async () => {
    const { push, daraja, clock, callbacks } = setUp({ settings: { outcome_after_ms: 0, lock_subscriber: false } });
    daraja.script(
      { outcome: 0, callback: 'late' },
      { outcome: 1032, callback: 'twice' },
      { outcome: 2001, callback: 'never' },
    );
    for (let index = 0; index < 3; index++) await push();
    await clock.advance(100_000);
    expect(callbacks.map(({ at, body }) => [at, stkCallback(body)['ResultCode']])).to.deep.equal([
      [300, 1032],
      [1_300, 1032],
      [45_000, 0],
    ]);
  });

  it('lets the query contradict the callback, once there is one', async () => {
    const { push, daraja, clock, callbacks, query } = setUp();
    daraja.script({ outcome: 0, query: 1037 });
    const { body } = await push();
    expect((await query(body['CheckoutRequestID'])).body).to.include({ ResultCode: '4999' });
    await clock.advance(10_000);
    expect(stkCallback(callbacks[0]!.body)['ResultCode']).to.equal(0);
    expect((await query(body['CheckoutRequestID'])).body).to.include({ ResultCode: '1037' });
  });

  it('may word a prompt that is open as a transaction that is being processed', async () => {
    const { push, daraja, query } = setUp();
    daraja.script({ in_flight: 'being-processed' });
    const { body } = await push();
    expect(await query(body['CheckoutRequestID'])).to.deep.include({ status: 500 });
    expect((await query(body['CheckoutRequestID'])).body).to.include({
      errorCode: '500.001.1001',
      errorMessage: 'The transaction is being processed',
    });
  });

  it('lets the query lag behind the outcome', async () => {
    const { push, daraja, clock, query } = setUp();
    daraja.script({ outcome: 0, query_lags: 2, in_flight: '500.001.1001' });
    const { body } = await push();
    await clock.advance(10_000);
    for (const told of [undefined, undefined, '0', '0'])
      expect((await query(body['CheckoutRequestID'])).body['ResultCode']).to.equal(told);
  });

  it('says nothing at all in silence, though the money may move', async () => {
    for (const [script, inFlight] of [
      [{ outcome: 4999 }, { ResultCode: '4999' }],
      [
        { outcome: 'silence', in_flight: '500.001.1001' },
        { errorCode: '500.001.1001', errorMessage: '' },
      ],
    ] as const) {
      const { push, daraja, clock, callbacks, query } = setUp();
      daraja.script(script);
      const { body } = await push();
      daraja.handset(PHONE).approve();
      await clock.advance(300_000);
      expect(daraja.prompts[0]?.receipt).to.have.length(10);
      expect(callbacks).to.be.empty;
      expect((await query(body['CheckoutRequestID'])).body).to.include(inFlight);
    }
  });

  it('knows no transaction that it has not started', async () => {
    const { query } = setUp();
    expect((await query('ws_CO_1')).body).to.include({ errorCode: '500.001.1001' });
  });

  it('is not stopped by a receiver that is down', async () => {
    const clock = new FakeClock();
    const daraja = createDaraja({ clock, fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    const generated = await daraja.fetch(
      new Request(`${ORIGIN}/oauth/v1/generate?grant_type=client_credentials`, { headers: { authorization: BASIC } }),
    );
    const { access_token } = (await generated.json()) as { access_token: string };
    await daraja.fetch(
      new Request(`${ORIGIN}/mpesa/stkpush/v1/processrequest`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access_token}` },
        body: JSON.stringify(PUSH),
      }),
    );
    daraja.handset(PHONE).approve();
    await clock.advance(1_000);
    expect(daraja.prompts[0]?.resultCode).to.equal(0);
  });

  it('leaves no timer behind after a reset', async () => {
    const { push, daraja, clock } = setUp();
    await push();
    daraja.reset();
    expect(clock.pending).to.equal(0);
    expect(daraja.prompts).to.be.empty;
    expect(daraja.record).to.deep.equal({ tokens: 0, pushes: [], queries: 0 });
  });
});

describe('A person with a handset', () => {
  it('reads who asks, how much, and for what', async () => {
    const { push, daraja } = setUp({ business: 'Duka' });
    await push({ Amount: 12341 });
    expect(daraja.handset(PHONE).view().prompts[0]).to.include({
      business: 'Duka',
      amount: 12341,
      reference: 'order 1',
      open: true,
      result_code: null,
    });
  });

  const ends: [string, (handset: ReturnType<ReturnType<typeof createDaraja>['handset']>) => void, number][] = [
    [
      'approves with the right PIN',
      (handset) => {
        handset.approve('1234');
      },
      0,
    ],
    [
      'types a wrong PIN',
      (handset) => {
        handset.approve('4321');
      },
      2001,
    ],
    [
      'cancels',
      (handset) => {
        handset.cancel();
      },
      1032,
    ],
    [
      'ends in any other way',
      (handset) => {
        handset.answer(26);
      },
      26,
    ],
  ];
  for (const [what, act, code] of ends)
    it(`${what}: ${code}`, async () => {
      const { push, daraja, clock, callbacks } = setUp();
      await push();
      act(daraja.handset(PHONE));
      await clock.advance(300);
      expect(stkCallback(callbacks[0]!.body)['ResultCode']).to.equal(code);
      expect(daraja.handset(PHONE).view().prompts[0]).to.include({ open: false, result_code: code });
    });

  it('has a balance: the payment leaves it, or it does not suffice and ends with 1', async () => {
    const { push, daraja } = setUp();
    const handset = daraja.handset(PHONE);
    handset.change({ balance: 150 });
    await push({ Amount: 100 });
    handset.approve();
    expect(handset.view().balance).to.equal(50);
    await push({ Amount: 100 });
    handset.approve();
    expect(handset.view().balance).to.equal(50);
    expect(handset.view().prompts.map(({ result_code }) => result_code)).to.deep.equal([1, 0]);
  });

  it('ignores it: 1037 after the settable time, the prompt on the screen until then', async () => {
    const { push, daraja, clock } = setUp();
    await push();
    daraja.handset(PHONE).ignore(10_000);
    await clock.advance(9_999);
    expect(daraja.prompts[0]?.open).to.equal(true);
    await clock.advance(1);
    expect(daraja.prompts[0]).to.include({ open: false, resultCode: 1037 });
  });

  it('does nothing: the prompt lapses with 1037', async () => {
    const { push, daraja, clock } = setUp({ settings: { prompt_life_ms: 60_000 } });
    await push();
    await clock.advance(60_000);
    expect(daraja.prompts[0]).to.include({ open: false, resultCode: 1037 });
  });

  it('has it switched off: no prompt, and 1037', async () => {
    const { push, daraja, clock } = setUp();
    daraja.handset(PHONE).change({ reachable: false });
    await push();
    expect(daraja.prompts[0]?.open).to.equal(false);
    await clock.advance(4_000);
    expect(daraja.prompts[0]?.resultCode).to.equal(1037);
  });

  it('cannot act where no prompt is', () => {
    const { daraja } = setUp();
    expect(() => {
      daraja.handset(PHONE).approve();
    }).to.throw('No prompt is open');
    expect(() => daraja.handset('12345')).to.throw(TypeError);
  });
});

describe('The handset over HTTP', () => {
  const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });

  it('shows a phone by any way of writing its number', async () => {
    const { push, ask } = setUp();
    await push();
    for (const phone of ['0723123123', '254723123123', '%2B254723123123', '0723 123 123', '723123123']) {
      const { status, body } = await ask(`/handset/${phone}`);
      expect(status).to.equal(200);
      expect(body).to.include({ phone: PHONE, pin: '1234', reachable: true });
      expect(body['prompts']).to.have.length(1);
    }
    expect((await ask('/handset')).body['handsets']).to.have.length(1);
  });

  it('lets a person act on a prompt, by its id or on the latest', async () => {
    const { push, ask, daraja } = setUp();
    const { body } = await push();
    const path = `/handset/${PHONE}/prompts/${String(body['CheckoutRequestID'])}`;
    const approved = await ask(path, post({ action: 'approve' }));
    expect(approved.status).to.equal(200);
    expect(daraja.prompts[0]?.resultCode).to.equal(0);
    expect((await ask(path, post({ action: 'cancel' }))).status, 'no longer on the screen').to.equal(409);
    await push();
    await ask(`/handset/${PHONE}/prompts/latest`, post({ action: 'approve', pin: '0000' }));
    expect(daraja.prompts[1]?.resultCode).to.equal(2001);
  });

  it('changes a phone', async () => {
    const { ask } = setUp();
    const { body } = await ask(`/handset/${PHONE}`, post({ pin: '9999', balance: 5 }));
    expect(body).to.include({ pin: '9999', balance: 5, reachable: true });
  });

  it('says clearly what it cannot use', async () => {
    const { push, ask } = setUp();
    await push();
    const prompt = `/handset/${PHONE}/prompts/latest`;
    expect((await ask('/handset/12')).status).to.equal(400);
    expect((await ask(prompt, post({ action: 'approve', pin: 1234 }))).status).to.equal(400);
    expect((await ask(prompt, post({ action: 'dance' }))).status).to.equal(400);
    expect((await ask(prompt, { method: 'POST', body: '{' })).status).to.equal(400);
    expect((await ask(prompt)).status).to.equal(405);
    expect((await ask('/handset/0112345678/prompts/latest', post({ action: 'cancel' }))).status).to.equal(404);
    expect((await ask(`/handset/${PHONE}`, post({ pin: 'abcd' }))).status).to.equal(400);
  });

  it('streams every change of every phone, or of one', async () => {
    const { push, daraja } = setUp();
    const all = (await daraja.fetch(new Request(`${ORIGIN}/handset/events`))).body!.getReader();
    const other = (await daraja.fetch(new Request(`${ORIGIN}/handset/0112345678/events`))).body!.getReader();
    const decoder = new TextDecoder();
    const next = async (from: typeof all) => decoder.decode((await from.read()).value);
    expect(await next(all)).to.equal(': open\n\n');
    await push();
    expect(await next(all), 'of the other phone, new')
      .to.include('"phone":"254723123123"')
      .and.include('"open":true');
    daraja.handset(PHONE).cancel();
    expect(await next(all)).to.include('"result_code":1032');
    expect(await next(other)).to.equal(': open\n\n');
    expect(await next(other)).to.include('"phone":"254112345678"');
    await all.cancel();
    await other.cancel();
  });
});
