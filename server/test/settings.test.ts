/** The settings of the command (section 2 of the contract). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HELP, readSettings } from '../src/settings.js';

const GOOD = {
  SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://pay.shop.example',
  SHOP_ORIGINS: 'https://shop.example, http://localhost:3000',
  ORDERS_FILE: 'orders.json',
  DARAJA_CONSUMER_KEY: 'k',
  DARAJA_CONSUMER_SECRET: 's',
  DARAJA_SHORTCODE: '174379',
  DARAJA_PASSKEY: 'p',
};

function problems(change: Record<string, string | undefined>): readonly string[] {
  const read = readSettings({ ...GOOD, ...change });
  return 'problems' in read ? read.problems : [];
}

describe('settings', () => {
  it('have the defaults of the contract', () => {
    const read = readSettings(GOOD);
    assert.ok('settings' in read);
    assert.deepEqual(read.settings, {
      ...GOOD,
      SHOP_ORIGINS: ['https://shop.example', 'http://localhost:3000'],
      HOST: '127.0.0.1',
      PORT: 8080,
      DATABASE_URL: 'file:payments.db',
      DARAJA_BASE_URL: 'https://sandbox.safaricom.co.ke',
      DARAJA_TYPE: 'paybill',
      DARAJA_TIMEOUT_S: 25,
      TRUSTED_PROXIES: 0,
      PROMPT_WINDOW_S: 120,
      QUERY_AFTER_S: 20,
      RELEASE_AFTER_S: 300,
    });
  });

  for (const name of Object.keys(GOOD)) {
    for (const missing of [undefined, '', '  ']) {
      it(`names ${name} where it is ${JSON.stringify(missing)}`, () => {
        assert.match(problems({ [name]: missing }).join('\n'), new RegExp(`^${name} .*is missing`, 'm'));
      });
    }
  }

  const unusable: readonly [string, string][] = [
    ['SECRET', 'x'.repeat(31)],
    ['PUBLIC_URL', 'pay.shop.example'],
    ['PUBLIC_URL', 'http://pay.shop.example'],
    ['PUBLIC_URL', 'https://pay.shop.example/?a=b'],
    ...['mpesa', 'safaricom', 'exe', 'exec', 'cmd', 'sql', 'query', 'MPESA'].map((word): [string, string] => [
      'PUBLIC_URL',
      `https://pay.shop.example/${word}`,
    ]),
    ['SHOP_ORIGINS', '*'],
    ['SHOP_ORIGINS', 'https://shop.example/'],
    ['SHOP_ORIGINS', 'https://shop.example,shop.example'],
    ['SHOP_ORIGINS', ','],
    ['DATABASE_URL', 'mysql://x'],
    ['DATABASE_URL', 'payments.db'],
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['ORDERS_URL', 'https://shop.example/orders'],
    ['DARAJA_BASE_URL', 'http://api.safaricom.co.ke'],
    ['DARAJA_SHORTCODE', 'mine'],
    ['DARAJA_CONSUMER_KEY', '…'],
    ['DARAJA_CONSUMER_SECRET', 'two words'],
    ['DARAJA_PASSKEY', '“passkey”'],
    ['DARAJA_TYPE', 'bank'],
    ['DARAJA_PARTY_B', 'x'],
    ...['0', '-1', '1.5', 'soon', '1e3'].flatMap((value) =>
      ['DARAJA_TIMEOUT_S', 'PROMPT_WINDOW_S', 'QUERY_AFTER_S', 'RELEASE_AFTER_S'].map((name): [string, string] => [
        name,
        value,
      ]),
    ),
    ['RELEASE_AFTER_S', '119'],
    ['RELEASE_AFTER_S', 'Never'],
    ['TRUSTED_PROXIES', '-1'],
    ['WEBHOOK_URL', 'http://shop.example'],
    ['WEBHOOK_SECRET', 'secret'],
  ];
  for (const [name, value] of unusable) {
    it(`say what would be right in place of ${name}=${value}`, () => {
      const text = problems({ [name]: value }).join('\n');
      assert.match(text, new RegExp(`${name}\\b.* (?:has to|must)`));
    });
  }

  it('take what the contract allows besides', () => {
    for (const change of [
      { PUBLIC_URL: 'http://127.0.0.1:8080' },
      { PUBLIC_URL: 'http://localhost:8080/pay' },
      { DATABASE_URL: 'postgres://u:p@h/d' },
      { DATABASE_URL: 'postgresql://u:p@h/d' },
      { RELEASE_AFTER_S: 'never' },
      { RELEASE_AFTER_S: '1', PROMPT_WINDOW_S: '1', QUERY_AFTER_S: '1' },
      { ORDERS_FILE: undefined, ORDERS_URL: 'http://127.0.0.1:1/orders' },
      { WEBHOOK_URL: 'http://127.0.0.1:1/', WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    ]) {
      assert.deepEqual(problems(change), []);
    }
  });

  it('are taken without the white space around them', () => {
    const read = readSettings({ ...GOOD, DARAJA_PASSKEY: ' a-passkey\n', PORT: ' 8081 ' });
    assert.ok('settings' in read);
    assert.deepEqual([read.settings.DARAJA_PASSKEY, read.settings.PORT], ['a-passkey', 8081]);
  });

  it('need a secret with the webhook’s address', () => {
    assert.match(problems({ WEBHOOK_URL: 'https://shop.example' }).join(), /WEBHOOK_SECRET is missing/);
  });

  it('are never quoted', () => {
    assert.doesNotMatch(problems({ SECRET: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h' }).join(), /hunter2/);
  });

  it('are all listed by --help', () => {
    const read = readSettings(GOOD);
    assert.ok('settings' in read);
    for (const name of [
      ...Object.keys(read.settings),
      'ORDERS_URL',
      'DARAJA_PARTY_B',
      'WEBHOOK_URL',
      'WEBHOOK_SECRET',
    ]) {
      assert.match(HELP, new RegExp(`\\b${name}\\b`));
    }
  });
});
