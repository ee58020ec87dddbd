import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeAnswer, findToken, type Answer, type Endpoint } from '../../src/dev/answer.js';
import { isChanging } from '../../src/dev/setup.js';
import { classifyResultCode } from '../../src/model/outcome.js';
import { formatHint, hintsFor, HINTS, type Incident, type Setup } from '../../src/dev/hints/index.js';

const setup: Setup = {
  amount: '12341',
  business: 'Mama Njeri',
  statusUrl: '/status',
  timeout: 30_000,
  promptWindow: 120_000,
  elsewhere: { token: false, push: false },
  misspelled: [],
  quoted: [],
  changing: [],
  unknownMessages: [],
  secure: true,
};

type Case = [name: string, incident: Omit<Incident, 'setup'> & { readonly setup?: Partial<Setup> }];

const setUp = (name: string, change: Partial<Setup>): Case => [name, { type: 'setup', setup: change }];
const pushed = (name: string, incident: Omit<Incident, 'setup' | 'type'>): Case => [
  name,
  { type: 'push-failure', ...incident },
];
const refused = (name: string, errorCode: string, errorMessage = ''): Case =>
  pushed(name, { reason: 'rejected', status: 400, darajaError: { errorCode, errorMessage } });
const ended = (name: string, resultCode: number | string, phone = '254723123123'): Case => [
  name,
  { type: 'payment-failure', reason: 'declined', resultCode, phone },
];

const answer = (endpoint: Endpoint, body: unknown, status = 200): Answer =>
  describeAnswer({ endpoint, status, text: typeof body === 'string' ? body : JSON.stringify(body), tokens: [] });
const answered = (name: string, endpoint: Endpoint, body: unknown, status = 200): Case => [
  name,
  { type: 'answer', answer: answer(endpoint, body, status) },
];
const polled = (name: string, sinceLastMs: number | undefined, body: unknown = { status: 'pending' }): Case => [
  name,
  { type: 'answer', answer: { ...answer('status', body), sinceLastMs } },
];

const accepted = { CheckoutRequestID: 'ws_CO_1', MerchantRequestID: '1-2-3', ResponseCode: '0' };
const warning = '<br />\n<b>Warning</b>:  Undefined array key "x" in <b>/var/www/pay.php</b> on line <b>9</b><br />\n';

const cases: Case[] = [
  ...['12,341', '12 341', 'KES 100', 'Ksh100', '100/=', '1,234.50'].map((amount) => setUp('amount-format', { amount })),
  setUp('milliseconds', { timeout: 30 }),
  setUp('milliseconds', { promptWindow: 120 }),
  setUp('short-window', { promptWindow: 30_000 }),
  setUp('curly-quotes', { quoted: ['order-id'] }),
  setUp('changing-push-url', { changing: ['_wpnonce'] }),
  setUp('insecure-page', { secure: false }),
  setUp('attribute-name', { misspelled: ['orderid'] }),
  setUp('message-key', { unknownMessages: ['title'] }),
  setUp('no-business', { business: '' }),
  ['no-status-url', { type: 'push-success', setup: { statusUrl: '' } }],
  ['csp', { type: 'blocked' }],
  answered('text-around-json', 'token', `${warning}{"access_token":"a"}`),
  answered('text-around-json', 'push', `${warning}${JSON.stringify({ payment_id: '1', daraja_response: accepted })}`),
  answered('text-around-json', 'status', '{"result_code":0}<script>debugbar()</script>'),
  answered('token-bearer', 'token', { access_token: 'Bearer dbeiaDd3YnAA6QdTt29ASkDTLuDq' }),
  answered('token-bearer', 'token', { access_token: ' bearer dbeiaDd3YnAA6QdTt29ASkDTLuDq' }),
  answered('daraja-answer', 'push', accepted),
  answered('daraja-answer', 'push', { payment_id: '1', ...accepted }),
  answered('daraja-answer', 'push', JSON.stringify(JSON.stringify(accepted))),
  answered('daraja-response-text', 'push', { payment_id: '1', daraja_response: JSON.stringify(accepted) }),
  ...[
    { ok: true },
    { data: { result_code: 0 } },
    { ResultCode: 0, ResultDesc: 'Accepted' },
    [],
    [{ result_code: 0 }],
  ].map((body) => answered('status-shape', 'status', body)),
  answered('status-shape', 'status', ''),
  answered('status-shape', 'status', '<!doctype html><title>Shop</title>'),
  answered('status-shape', 'status', null),
  answered('status-path', 'status', '<!doctype html><title>Not Found</title>', 404),
  answered('status-path', 'status', 'Method Not Allowed', 405),
  answered('status-session', 'status', { error: 'Not yours' }, 401),
  answered('status-session', 'status', '', 403),
  answered('status-backend', 'status', 'Bad Gateway', 502),
  answered('status-backend', 'status', { error: 'Something broke' }, 500),
  polled('status-wait', 2000),
  polled('status-wait', 4999, { result_code: null }),
  pushed('token-network', { reason: 'token-unavailable' }),
  pushed('token-shape', { reason: 'token-unavailable', status: 200 }),
  pushed('token-session', { reason: 'token-unavailable', status: 401 }),
  pushed('token-session', { reason: 'token-unavailable', status: 403 }),
  pushed('token-path', { reason: 'token-unavailable', status: 404 }),
  pushed('token-backend', { reason: 'token-unavailable', status: 502 }),
  pushed('token-missing', { reason: 'token-missing', status: 400 }),
  ['token-stale', { type: 'token-expired', willRetry: true }],
  ['product-not-approved', { type: 'token-expired', willRetry: false }],
  refused('shortcode', '400.002.02', 'Bad Request - Invalid BusinessShortCode'),
  refused('timestamp', '400.002.02', 'Bad Request - Invalid Timestamp'),
  refused('callback-url', '400.002.02', 'Bad Request - Invalid CallBackURL'),
  refused('daraja-amount', '400.002.02', 'Bad Request - Invalid Amount'),
  refused('daraja-phone', '400.002.02', 'Bad Request - Invalid PhoneNumber'),
  refused('daraja-field', '400.002.02', 'Bad Request - Invalid Remarks'),
  refused('daraja-field', '400.002.02'),
  refused('daraja-body', '400.002.05'),
  refused('daraja-authorization', '404.001.04'),
  refused('daraja-path', '404.003.01'),
  refused('daraja-path', '405.001'),
  refused('passkey', '500.001.1001', 'Wrong credentials'),
  refused('merchant-unknown', '500.001.1001', 'Merchant does not exist'),
  refused('subscriber-locked', '500.001.1001', 'Unable to lock subscriber, a transaction is already in process'),
  refused('subscriber-locked', '500.001.1001'),
  refused('daraja-busy', '500.003.02', 'System is busy'),
  refused('daraja-busy', '500.003.03'),
  refused('daraja-other', '500.003.1001'),
  pushed('push-redirect', { reason: 'bad-response' }),
  pushed('push-csrf', { reason: 'rejected', status: 419 }),
  pushed('push-session', { reason: 'rejected', status: 403 }),
  pushed('push-path', { reason: 'rejected', status: 404 }),
  pushed('push-path', { reason: 'rejected', status: 405 }),
  pushed('second-push', { reason: 'rejected', status: 409 }),
  pushed('push-body', { reason: 'rejected', status: 422 }),
  pushed('push-limit', { reason: 'rejected', status: 429 }),
  pushed('response-code', { reason: 'rejected', status: 200 }),
  pushed('push-refused', { reason: 'rejected', status: 418 }),
  pushed('push-network', { reason: 'network' }),
  pushed('push-timeout', { reason: 'timeout' }),
  pushed('push-shape', { reason: 'bad-response', status: 200 }),
  pushed('push-backend', { reason: 'server-error', status: 500 }),
  ended('transaction-type', 2028),
  ended('initiator', 2001),
  ended('sandbox-phone', 1037, '254708374149'),
  ended('prompt-text', 1025),
  ended('prompt-text', 9999),
  ended('rule-17', 17),
  ended('amount-limit', 8),
  ended('operator-unknown', 'SFC_IC0003'),
  ended('sandbox-real-phone', 'E3008'),
  ended('result-code', 8006),
  ['no-outcome', { type: 'payment-unconfirmed' }],
];

const chosen = ([, { setup: change, ...incident }]: Case) => hintsFor({ ...incident, setup: { ...setup, ...change } });

describe('The hints', () => {
  for (const one of cases) {
    const [name, incident] = one;
    it(`name ${name} for ${JSON.stringify(incident)}`, () => {
      assert.deepEqual(
        chosen(one).map(({ hint }) => hint.name),
        [name],
      );
    });
  }

  it('are each chosen by a case above, under a name of their own', () => {
    const names = HINTS.map(({ name }) => name);
    assert.deepEqual([...new Set(cases.map(([name]) => name))].sort(), [...names].sort());
  });

  it('are silent about a sound set-up', () => {
    assert.deepEqual(chosen(['', { type: 'setup' }]), []);
    assert.deepEqual(chosen(['', { type: 'push-success' }]), []);
  });

  it('are silent about an amount that is missing or negative: paying names it', () => {
    for (const amount of ['', '-5', '0', '1e3', '.5', '007']) assert.deepEqual(chosen(setUp('', { amount })), []);
  });

  for (const resultCode of [1, 26, 1001, 1019, 1031, 1032, 1036, 1037]) {
    it(`are silent about ${resultCode}, which no setting fixes`, () => {
      assert.deepEqual(chosen(ended('', resultCode)), []);
    });
  }

  it('call no result code undocumented that the widget knows', () => {
    const codes = Array.from({ length: 10_000 }, (_, code) => code);
    const known = codes.filter((code) => !['paid', 'pending'].includes(classifyResultCode(code, 'query')));
    assert.ok(known.includes(1037));
    const denied = known.filter((code) => chosen(ended('', code)).some(({ hint }) => hint.name === 'result-code'));
    assert.deepEqual(denied, [], 'neither a hint nor NOT_A_SETTING in src/dev/hints/outcome.ts has them');
  });

  for (const reason of ['configuration', 'offline', 'token-expired'] as const) {
    it(`are silent about a push failure of reason ${reason}: another line names it`, () => {
      assert.deepEqual(chosen(pushed('', { reason })), []);
    });
  }

  it('name everything in one set-up, and the most particular cause of a failure', () => {
    const setUpBadly = chosen(setUp('', { timeout: 30, business: '' }));
    assert.deepEqual(
      setUpBadly.map(({ hint }) => hint.name),
      ['milliseconds', 'no-business'],
    );
  });

  it('say "likely" if the cause is not certain, and name the value at fault', () => {
    const [push] = chosen(pushed('', { reason: 'rejected', status: 404 }));
    assert.match(formatHint(push!), /^<vitumob-pay> hint push-path \(HTTP 404\): .+ Likely cause: .+ Fix: /);
    const [business] = chosen(setUp('', { business: '' }));
    assert.match(formatHint(business!), /^<vitumob-pay> hint no-business: .+ Cause: .+ Fix: /);
  });

  it('repeat nothing that a backend wrote into an error: it may be a token or a phone number', () => {
    const secrets = ['254723123123', 'dbeiaDd3YnAA6QdTt29ASkDTLuDq'];
    const errors = secrets.flatMap((secret) => [
      refused('', '400.002.02', `Invalid PhoneNumber ${secret}`),
      refused('', secret, secret),
      ended('', 'X254723123123'),
    ]);
    for (const one of errors) {
      const lines = chosen(one).map(formatHint);
      assert.equal(lines.length, 1);
      for (const secret of secrets) assert.ok(!lines.join().includes(secret), lines.join());
    }
  });

  it('are silent about sound answers', () => {
    const sound: Case[] = [
      answered('', 'token', { access_token: 'dbeiaDd3YnAA6QdTt29ASkDTLuDq', expires_in: '3599' }),
      answered('', 'push', { payment_id: '1', daraja_response: accepted }),
      answered('', 'status', { result_code: 0, result_desc: 'Done' }),
      answered('', 'status', { status: 'pending' }),
      answered('', 'status', '', 204),
      answered('', 'status', { error: 'No such payment' }, 404),
      answered('', 'status', '', 404),
      answered('', 'status', { state: 'working' }, 202),
      answered('', 'status', { errorCode: '500.001.1001', errorMessage: 'The transaction is being processed' }, 500),
      polled('', undefined),
      ['', { type: 'answer', answer: { ...answer('status', '', 404), sinceLastMs: 2000 } }],
      polled('', 13_000),
      polled('', 2000, { result_code: 1032 }),
    ];
    for (const one of sound) assert.deepEqual(chosen(one), [], JSON.stringify(one));
  });

  it('name the keys that an answer has, and none of its values', () => {
    const body = {
      ok: true,
      data: { result_code: 0, receipt: 'NLJ7RT61SV' },
      254723123123: 1,
      dbeiaDd3YnAA6QdTt29ASkDTLuDq: 2,
    };
    const [shape] = chosen(answered('', 'status', body));
    assert.match(formatHint(shape!), /status-shape \(keys: ok, data\.result_code, data\.receipt, …, …\)/);
    assert.doesNotMatch(formatHint(shape!), /NLJ7RT61SV|true/);
  });

  it('name what stands in place of an object', () => {
    const contents = ['', '<p>', '[]', '{}', '7', 'null'].map((text) => answer('status', text).contents);
    assert.deepEqual(contents, ['an empty body', 'no JSON', 'a list', 'an empty object', 'a number', 'a null']);
  });

  it('name the keys of a token and of a push that are in no known shape', () => {
    const failed = (endpoint: Endpoint, reason: 'token-unavailable' | 'bad-response') =>
      pushed('', { reason, status: 200, answer: answer(endpoint, { data: { access_token: 'x' } }) });
    const lines = [failed('token', 'token-unavailable'), failed('push', 'bad-response')]
      .flatMap(chosen)
      .map(formatHint);
    assert.match(lines[0]!, /hint token-shape \(HTTP 200, keys: data\.access_token\): /);
    assert.match(lines[1]!, /hint push-shape \(HTTP 200, keys: data\.access_token\): /);
  });

  it('name at most twelve keys', () => {
    const keys = Array.from({ length: 30 }, (_, index) => [`key${index}`, index]);
    assert.match(answer('status', Object.fromEntries(keys)).contents, /^keys: key0, .+ key11, …$/);
  });

  it('explain a push once: an answer that has its own hint brings no second one', () => {
    const [, incident] = answered('', 'push', accepted);
    assert.deepEqual(chosen(['', { ...incident, type: 'push-failure', reason: 'bad-response', status: 200 }]), []);
  });

  it("repeat the backend's own words for an error, on one line and cut", () => {
    const texts: [body: unknown, shown: string][] = [
      [{ error: 'This is not\n what the order costs' }, 'This is not what the order costs'],
      [{ error: { message: 'No such order' } }, 'No such order'],
      [{ message: 'CSRF token mismatch.' }, 'CSRF token mismatch.'],
      [{ detail: 'Method "GET" not allowed.' }, 'Method "GET" not allowed.'],
      [{ error: 'order.user_phone_number is required' }, 'order.user_phone_number is required'],
      [{ error: 'no '.repeat(100) }, `${'no '.repeat(54).slice(0, 160)}…`],
      [{ error: 400 }, ''],
      ['<h1>Bad Request</h1>', ''],
    ];
    for (const [body, shown] of texts) {
      const failed = pushed('', { reason: 'rejected', status: 400, answer: answer('push', body, 400) });
      const [line = ''] = chosen(failed).map(formatHint);
      assert.match(line, /^<vitumob-pay> hint push-body \(HTTP 400\): /);
      assert.equal(/The backend says: "(.*)"\. Likely/.exec(line)?.[1] ?? '', shown);
    }
    assert.equal(answer('push', { error: 'all is well' }, 200).error, '');
  });

  it('hide tokens and phone numbers in the words for an error', () => {
    const secrets = [
      ...['254723123123', '+254 723 123 123', '0723-123-123', '(0723) 123123'],
      ...['dbeiaDd3YnAA6QdTt29ASkDTLuDq', 'eyJhbGciOiJIUzI1NiJ9.eyJvIjoiMSJ9.c2lnbmF0dXJl', 'AbcdefghijklmnopqrstUvwx'],
    ];
    for (const secret of secrets) {
      const { error } = answer('push', { error: `No order for ${secret}, sorry` }, 400);
      assert.equal(error.replace(/…+/g, '…'), error);
      assert.match(error, /^No order for \(?…, sorry$/, secret);
    }
  });

  it('hide the token of this page, whatever it looks like', () => {
    const token = findToken(JSON.stringify({ access_token: 'Bearer my-session-token' }))!;
    assert.equal(token, 'my-session-token');
    const text = JSON.stringify({ error: `Unknown token my-session-token` });
    assert.equal(
      describeAnswer({ endpoint: 'push', status: 400, text, tokens: [token] }).error,
      'Unknown token [token]',
    );
  });

  it('take the names of nonces, signatures and times in push-url for what changes, and no other names', () => {
    const changing = [
      ...[
        '_wpnonce',
        'nonce',
        'security-nonce',
        'csrf',
        'csrf_token',
        'csrfToken',
        '_token',
        'token',
        'X-Amz-Signature',
      ],
      ...[
        'sig',
        'hash',
        'expires',
        'Expires',
        'expiry',
        'ts',
        't',
        '_',
        'time',
        'timestamp',
        'sid',
        'session_id',
        'PHPSESSID',
      ],
    ];
    const staying = [
      'shop',
      'order',
      'lang',
      'design',
      'timezone',
      'key',
      'method',
      'type',
      'route',
      'action',
      'v',
      'side',
    ];
    assert.deepEqual([...changing, ...staying].filter(isChanging), changing);
  });
});
