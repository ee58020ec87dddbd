import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hintsFor, HINTS, wordHint, type Incident, type Setup } from '../../src/dev/hints.js';

const setup: Setup = {
  amount: '12341',
  business: 'Mama Njeri',
  statusUrl: '/status',
  timeout: 30_000,
  promptWindow: 120_000,
  byDefault: { token: false, push: false },
  elsewhere: { token: false, push: false },
  misspelled: [],
  unknownMessages: [],
  local: true,
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

const cases: Case[] = [
  ...['12,341', '12 341', 'KES 100', 'Ksh100', '100/=', '1,234.50'].map((amount) => setUp('amount-format', { amount })),
  setUp('milliseconds', { timeout: 30 }),
  setUp('milliseconds', { promptWindow: 120 }),
  setUp('short-window', { promptWindow: 30_000 }),
  setUp('half-configured', { byDefault: { token: true, push: false } }),
  setUp('half-configured', { byDefault: { token: false, push: true } }),
  setUp('production-endpoints', { byDefault: { token: true, push: true } }),
  setUp('insecure-page', { secure: false }),
  setUp('attribute-name', { misspelled: ['orderid'] }),
  setUp('message-key', { unknownMessages: ['title'] }),
  setUp('no-business', { business: '' }),
  ['no-status-url', { type: 'push-success', setup: { statusUrl: '' } }],
  ['csp', { type: 'blocked' }],
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

const told = ([, { setup: change, ...incident }]: Case) => hintsFor({ ...incident, setup: { ...setup, ...change } });

describe('The hints', () => {
  for (const one of cases) {
    const [name, incident] = one;
    it(`tell ${name} of ${JSON.stringify(incident)}`, () => {
      assert.deepEqual(
        told(one).map(({ hint }) => hint.name),
        [name],
      );
    });
  }

  it('are all told of something, under names of their own', () => {
    const names = HINTS.map(({ name }) => name);
    assert.deepEqual([...new Set(cases.map(([name]) => name))].sort(), [...names].sort());
  });

  it('have nothing to say of a sound set-up', () => {
    assert.deepEqual(told(['', { type: 'setup' }]), []);
    assert.deepEqual(
      told(['', { type: 'setup', setup: { local: false, byDefault: { token: true, push: true } } }]),
      [],
    );
    assert.deepEqual(told(['', { type: 'push-success' }]), []);
  });

  it('have nothing to say of an amount that is missing or negative: paying names it', () => {
    for (const amount of ['', '-5', '0', '1e3', '.5', '007']) assert.deepEqual(told(setUp('', { amount })), []);
  });

  for (const resultCode of [1, 26, 1001, 1019, 1031, 1032, 1036, 1037]) {
    it(`have nothing to say of ${resultCode}, which no setting mends`, () => {
      assert.deepEqual(told(ended('', resultCode)), []);
    });
  }

  for (const reason of ['configuration', 'offline', 'token-expired'] as const) {
    it(`leave a push failure of reason ${reason} to what is told otherwise`, () => {
      assert.deepEqual(told(pushed('', { reason })), []);
    });
  }

  it('tell several things of one set-up, and the most particular one of a failure', () => {
    const setUpBadly = told(setUp('', { timeout: 30, business: '' }));
    assert.deepEqual(
      setUpBadly.map(({ hint }) => hint.name),
      ['milliseconds', 'no-business'],
    );
  });

  it('say "likely" where the cause is not certain, and what exactly they are about', () => {
    const [push] = told(pushed('', { reason: 'rejected', status: 404 }));
    assert.match(wordHint(push!), /^<vitumob-pay> hint push-path \(HTTP 404\): .+ Likely cause: .+ What to do: /);
    const [business] = told(setUp('', { business: '' }));
    assert.match(wordHint(business!), /^<vitumob-pay> hint no-business: .+ Cause: .+ What to do: /);
  });

  it('repeat nothing that a backend wrote into an error: it may be a token or a phone number', () => {
    const secrets = ['254723123123', 'dbeiaDd3YnAA6QdTt29ASkDTLuDq'];
    const errors = secrets.flatMap((secret) => [
      refused('', '400.002.02', `Invalid PhoneNumber ${secret}`),
      refused('', secret, secret),
      ended('', 'X254723123123'),
    ]);
    for (const one of errors) {
      const lines = told(one).map(wordHint);
      assert.equal(lines.length, 1);
      for (const secret of secrets) assert.ok(!lines.join().includes(secret), lines.join());
    }
  });
});
