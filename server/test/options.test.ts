/** What a mount is made with (server/README.md, Mount it), where nobody checks types. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPayments, type PaymentsOptions } from '../src/index.js';

const GOOD: PaymentsOptions = {
  database: { memory: true },
  daraja: { consumerKey: 'k', consumerSecret: 's', shortcode: '174379', passkey: 'p' },
  publicUrl: 'https://pay.shop.example',
  secret: 'x'.repeat(32),
  origins: ['https://shop.example'],
  findOrder: () => null,
  authorize: () => null,
};

const refusal = (change: object): RegExp => {
  const [name] = Object.keys(change);
  return new RegExp(`^TypeError: createPayments: \`${name}\\b`);
};

describe('a mount', () => {
  it('is made of usable options', () => {
    for (const more of [
      {},
      { secret: ['y'.repeat(40), 'x'.repeat(32)] },
      { origins: [] },
      { releaseAfter: 'never' as const },
    ]) {
      assert.equal(typeof createPayments({ ...GOOD, ...more }).fetch, 'function');
    }
  });

  const unusable: readonly object[] = [
    ...Object.keys(GOOD).map((name) => ({ [name]: undefined })),
    { publicUrl: 'http://pay.shop.example' },
    { publicUrl: 'https://shop.example/mpesa' },
    { secret: 'short' },
    { secret: [] },
    { secret: 1e32 },
    { secret: ['x'.repeat(32), null] },
    { database: {} },
    { database: { sqlite: '' } },
    { database: 'file:payments.db' },
    { secret: ['x'.repeat(32), 'short'] },
    { origins: 'https://shop.example' },
    { origins: ['https://shop.example/'] },
    { findOrder: { amount: '1' } },
    { authorize: 'anybody' },
    { onEvent: 'https://shop.example' },
    { daraja: { ...GOOD.daraja, passkey: '' } },
    { daraja: { ...GOOD.daraja, passkey: '…' } },
    { daraja: { ...GOOD.daraja, type: 'Till' } },
    ...[
      'https://a.example/?',
      'https://a.example/#',
      'https://a.example?b=1',
      'https://u:p@a.example',
      'https://a.example ',
    ].map((baseUrl) => ({ daraja: { ...GOOD.daraja, baseUrl } })),
    { daraja: { ...GOOD.daraja, baseUrl: 'http://a.example' } },
    { daraja: { ...GOOD.daraja, shortcode: 'mine' } },
    { daraja: { ...GOOD.daraja, shortcode: 174379 } },
    { daraja: { ...GOOD.daraja, partyB: 123456 } },
    { publicUrl: 'https://pay.shop.example/?' },
    { publicUrl: 'https://ｍpesa.example' },
    { database: { sqlite: 'file:payments.db' } },
    { origins: ['ftp://shop.example'] },
    { trustedProxies: '1' },
    { trustedProxies: -1 },
    { darajaTimeout: 0 },
    { promptWindow: -1 },
    { queryAfter: Number.NaN },
    { releaseAfter: 'Never' },
    { releaseAfter: 119 },
  ];
  for (const change of unusable) {
    it(`is not made with ${JSON.stringify(change)}, and says which option it is`, () => {
      assert.throws(() => createPayments({ ...GOOD, ...change }), refusal(change));
    });
  }
});
