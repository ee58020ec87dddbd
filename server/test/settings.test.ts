/** The settings of the command (server/README.md, Settings). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { createPayments } from '../src/index.js';
import { ALL, HELP, readMountSettings, readSettings, type SettingName, type Settings } from '../src/settings.js';

const README = new URL('../README.md', import.meta.url);

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

const DEFAULTS = {
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
} as const satisfies Partial<Settings>;

function problems(change: Record<string, string | undefined>): readonly string[] {
  const read = readSettings({ ...GOOD, ...change }, ALL);
  return 'problems' in read ? read.problems : [];
}

describe('settings', () => {
  it('have the defaults of the README', () => {
    const read = readSettings(GOOD, ALL);
    assert.ok('settings' in read);
    assert.deepEqual(read.settings, {
      ...GOOD,
      SHOP_ORIGINS: ['https://shop.example', 'http://localhost:3000'],
      ...DEFAULTS,
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
    ...['https://pay.shop.example/?', 'https://pay.shop.example/#', 'https://pay.shop.example/a b'].map(
      (url): [string, string] => ['PUBLIC_URL', url],
    ),
    // Browsers spell these with plain letters.
    ...['https://ｍpesa.example', 'https://m%70esa.example', 'https://pay.shop.example/%6dpesa'].map(
      (url): [string, string] => ['PUBLIC_URL', url],
    ),
    ...['ORDERS_URL', 'DARAJA_BASE_URL'].flatMap((name) =>
      ['#a', '#', '?key=1', '?', '/o.php?id=', '/a b'].map((end): [string, string] => [
        name,
        `https://shop.example${end}`,
      ]),
    ),
    ...['ORDERS_URL', 'DARAJA_BASE_URL', 'PUBLIC_URL', 'WEBHOOK_URL'].map((name): [string, string] => [
      name,
      'https://user:password@shop.example',
    ]),
    ['ORDERS_URL', 'file:orders.json'],
    ['DATABASE_URL', 'file://payments.db'],
    ['DATABASE_URL', 'file::memory:'],
    ['DATABASE_URL', 'file:payments.db?mode=ro'],
    ['WEBHOOK_SECRET', 'whsec_QQ=='],
    ['WEBHOOK_SECRET', `whsec_${btoa('x'.repeat(23))}`],
    ['SHOP_ORIGINS', 'ftp://shop.example'],
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
      const orders = name === 'ORDERS_URL' && value !== 'https://shop.example/orders' ? { ORDERS_FILE: undefined } : {};
      const text = problems({ [name]: value, ...orders }).join('\n');
      assert.match(text, new RegExp(`${name}\\b.* (?:has to|must)`));
    });
  }

  it('take these too', () => {
    for (const change of [
      { PUBLIC_URL: 'http://127.0.0.1:8080' },
      { PUBLIC_URL: 'http://localhost:8080/pay' },
      { DATABASE_URL: 'postgres://u:p@h/d' },
      { DATABASE_URL: 'postgres://u:p@h/d?sslmode=require' },
      { DATABASE_URL: 'file:///var/lib/payments.db' },
      { WEBHOOK_URL: 'https://shop.example/hook?key=1', WEBHOOK_SECRET: `whsec_${btoa('x'.repeat(24))}` },
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
    const read = readSettings({ ...GOOD, DARAJA_PASSKEY: ' a-passkey\n', PORT: ' 8081 ' }, ALL);
    assert.ok('settings' in read);
    assert.deepEqual([read.settings.DARAJA_PASSKEY, read.settings.PORT], ['a-passkey', 8081]);
  });

  it('need a secret with the webhook’s address', () => {
    assert.match(problems({ WEBHOOK_URL: 'https://shop.example' }).join(), /WEBHOOK_SECRET is missing/);
  });

  it('are never quoted', () => {
    assert.doesNotMatch(problems({ SECRET: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h' }).join(), /hunter2/);
  });

  it('are not looked at where nobody has asked for them', () => {
    const bad = Object.fromEntries(ALL.map((name) => [name, '\u0007']));
    const names: SettingName[] = ['DATABASE_URL', 'RELEASE_AFTER_S'];
    const read = readSettings({ ...bad, DATABASE_URL: 'file:a.db', RELEASE_AFTER_S: '60' }, names);
    assert.deepEqual(read, { settings: { DATABASE_URL: 'file:a.db', RELEASE_AFTER_S: 60 } });
    assert.deepEqual(readSettings({}, names), { settings: { DATABASE_URL: 'file:payments.db', RELEASE_AFTER_S: 300 } });
  });

  for (const [place, list] of [
    ['--help', HELP.split('\n').filter((line) => /^ {2}[A-Z_, ]+ {2}/.test(line))],
    [
      'the README',
      readFileSync(README, 'utf8')
        .split('\n')
        .filter((line) => /^\| `[A-Z_]+`/.test(line)),
    ],
  ] as const) {
    it(`are all listed by ${place}, with their defaults`, () => {
      for (const name of ALL) {
        const line = list.find((each) => new RegExp(`\\b${name}\\b`).test(each));
        assert.ok(line, `${name} is not listed`);
        if (name in DEFAULTS) assert.ok(line.includes(String(DEFAULTS[name as keyof typeof DEFAULTS])), line);
      }
    });
  }
});

/** A usable value of each setting that is neither its default nor in `GOOD`. */
const OTHER: Record<SettingName, string> = {
  HOST: '0.0.0.0',
  PORT: '3000',
  DATABASE_URL: 'file:other.db',
  SECRET: 'y'.repeat(32),
  PUBLIC_URL: 'https://other.example',
  SHOP_ORIGINS: 'https://other.example',
  ORDERS_FILE: 'other.json',
  ORDERS_URL: 'https://other.example/orders',
  DARAJA_BASE_URL: 'https://api.safaricom.co.ke',
  DARAJA_CONSUMER_KEY: 'other',
  DARAJA_CONSUMER_SECRET: 'other',
  DARAJA_SHORTCODE: '600000',
  DARAJA_PASSKEY: 'other',
  DARAJA_TYPE: 'till',
  DARAJA_PARTY_B: '832909',
  DARAJA_TIMEOUT_S: '24',
  TRUSTED_PROXIES: '1',
  PROMPT_WINDOW_S: '121',
  QUERY_AFTER_S: '21',
  RELEASE_AFTER_S: '301',
  WEBHOOK_URL: 'https://other.example/hook',
  WEBHOOK_SECRET: `whsec_${btoa('x'.repeat(24))}`,
};

/** What an order costs, and who is told: functions of the program that mounts the server. */
const OF_COMMAND: readonly SettingName[] = ['ORDERS_FILE', 'ORDERS_URL', 'WEBHOOK_URL', 'WEBHOOK_SECRET'];

describe('the settings of a mount', () => {
  const { ORDERS_FILE: _, SHOP_ORIGINS: __, ...own } = GOOD;

  it('are options of createPayments, without orders and webhook', () => {
    const read = readMountSettings({
      ...own,
      PORT: '3000',
      DARAJA_TYPE: 'till',
      WEBHOOK_URL: 'nowhere',
      ORDERS_URL: '?',
    });
    assert.ok('options' in read);
    assert.deepEqual([read.host, read.port], ['127.0.0.1', 3000]);
    assert.equal(
      typeof createPayments({ ...read.options, findOrder: () => null, authorize: () => null }).fetch,
      'function',
    );
    assert.deepEqual(read.options, {
      database: { sqlite: 'payments.db' },
      daraja: {
        baseUrl: 'https://sandbox.safaricom.co.ke',
        consumerKey: 'k',
        consumerSecret: 's',
        shortcode: '174379',
        passkey: 'p',
        type: 'till',
        partyB: undefined,
      },
      publicUrl: 'https://pay.shop.example',
      secret: 'x'.repeat(32),
      origins: [],
      trustedProxies: 0,
      darajaTimeout: 25,
      promptWindow: 120,
      queryAfter: 20,
      releaseAfter: 300,
    });
  });

  for (const name of ALL) {
    const isOfCommand = OF_COMMAND.includes(name);
    it(`${isOfCommand ? 'do not heed' : 'heed'} ${name}`, () => {
      const [before, after] = [own, { ...own, [name]: OTHER[name] }].map((environment) =>
        readMountSettings(environment),
      );
      assert.ok('options' in after!, JSON.stringify(after));
      assert.equal(isDeepStrictEqual(after, before), isOfCommand);
    });
  }

  it('name the origins where there are others than the public address', () => {
    const read = readMountSettings({ ...own, SHOP_ORIGINS: GOOD.SHOP_ORIGINS });
    assert.ok('options' in read);
    assert.deepEqual(read.options.origins, ['https://shop.example', 'http://localhost:3000']);
  });

  it('say all that is wrong in the words of the command', () => {
    const bad = { ...own, PUBLIC_URL: 'nowhere', PORT: 'http', SHOP_ORIGINS: '*', RELEASE_AFTER_S: '60' };
    const read = readMountSettings(bad);
    const ofCommand = readSettings({ ...GOOD, ...bad }, ALL);
    assert.ok('problem' in read && 'problems' in ofCommand);
    const [title, ...lines] = read.problem.split('\n');
    assert.equal(title, 'The settings cannot be used:');
    assert.deepEqual(new Set(lines), new Set(ofCommand.problems.map((problem) => `  ${problem}`)));
    assert.equal(lines.length, 4);
  });
});
