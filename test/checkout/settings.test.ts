import { expect } from '@open-wc/testing';
import { DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from '../../src/client/endpoints.js';
import { readConfiguration, type ElementConfiguration } from '../../src/checkout/settings.js';

const BASE = 'https://shop.test/checkout/';

const CONFIGURATION: ElementConfiguration = {
  orderId: '1234567891',
  amount: '48744.15',
  maxAmount: '250000',
  tokenUrl: 'https://pay.test/token',
  pushUrl: 'https://pay.test/push',
  statusUrl: '',
  credentials: 'same-origin',
  timeout: 30_000,
  promptWindow: 120_000,
};

const read = (changes: Partial<ElementConfiguration> = {}, base = BASE, pageOrigin = new URL(base).origin) =>
  readConfiguration({ ...CONFIGURATION, ...changes }, base, pageOrigin);

describe('A configuration', () => {
  it('becomes the settings of an attempt, its strings untouched', () => {
    expect(read()).to.deep.equal({
      orderId: '1234567891',
      amount: '48744.15',
      key: 'https://pay.test/push 1234567891',
      settings: {
        orderId: '1234567891',
        amount: '48744.15',
        tokenUrl: 'https://pay.test/token',
        pushUrl: 'https://pay.test/push',
        statusUrl: undefined,
        credentials: 'same-origin',
        needsPermission: true,
        timeoutMs: 30_000,
        promptWindowMs: 120_000,
      },
      problem: undefined,
    });
  });

  it('has its endpoints resolved against the document', () => {
    const { settings, key } = read({ tokenUrl: 'token', pushUrl: '/push', statusUrl: '../status?shop=1' });
    expect(settings).to.include({
      tokenUrl: 'https://shop.test/checkout/token',
      pushUrl: 'https://shop.test/push',
      statusUrl: 'https://shop.test/status?shop=1',
    });
    expect(key).to.equal('https://shop.test/push 1234567891');
  });

  it('names an order by its push endpoint too', () => {
    expect(read({ pushUrl: 'https://elsewhere.test/push' }).key).to.not.equal(read().key);
    expect(read({ orderId: 'another' }).key).to.not.equal(read().key);
    expect(read({ amount: '1', tokenUrl: 'https://elsewhere.test/token' }).key).to.equal(read().key);
  });

  for (const amount of ['1', '12341', '48744.15', '0.5', '250000', '250000.00', '1.5', '9.99']) {
    const fits = amount !== '0.5';
    it(`${fits ? 'takes' : 'does not take'} an amount of ${amount}`, () => {
      expect(read({ amount }).problem === undefined).to.equal(fits);
    });
  }

  const wrong: readonly (readonly [attribute: string, changes: Partial<ElementConfiguration>])[] = [
    ['order-id', { orderId: '' }],
    ...['12,341', '1e3', '-5', '0', '007', '.5', 'NaN', '', '1.234', ' 5', '250000.01', '250001'].map(
      (amount) => ['amount', { amount }] as const,
    ),
    ['max-amount', { maxAmount: 'much' }],
    ['token-url', { tokenUrl: 'http://pay.test/token' }],
    ['token-url', { tokenUrl: '' }],
    ['push-url', { pushUrl: 'http://pay.test/push' }],
    ['push-url', { pushUrl: 'https://user:secret@pay.test/push' }],
    ['push-url', { pushUrl: 'javascript:alert(1)' }],
    ['status-url', { statusUrl: 'ftp://pay.test/status' }],
    ['status-url', { statusUrl: 'ftp://localhost/status' }],
    ['push-url', { pushUrl: 'https://' }],
  ];
  for (const [url, quoted] of [
    ['https://user:S3CRET@pay.test/token', 'https://pay.test/token'],
    ['https://S3CRET@pay.test/token', 'https://pay.test/token'],
    ['http://pay.test/token?api_key=S3CRET', 'http://pay.test/token'],
    ['http://pay.test/token#S3CRET', 'http://pay.test/token'],
    ['http://pay.test:8080/token?a@b=S3CRET', 'http://pay.test:8080/token'],
    ['blob:https://user:S3CRET@pay.test/1', 'blob:…'],
    ['data:text/plain,S3CRET', 'data:…'],
    ['javascript:alert("S3CRET")', 'javascript:…'],
    ['https://user:S3CR?ET@pay.test/token', '…'],
    ['https://user:S3CRET@', '…'],
    ['http://pay.test:S3CRET/', '…'],
    ['', ''],
  ] as const) {
    it(`is quoted without its secrets: ${url || 'an empty URL'} as ${quoted || 'nothing'}`, () => {
      for (const [attribute, changes] of [
        ['token-url', { tokenUrl: url }],
        ['push-url', { pushUrl: url }],
        ...(url ? ([['status-url', { statusUrl: url }]] as const) : []),
      ] as const) {
        const { problem } = read(changes);
        expect(problem)
          .to.match(new RegExp(`^${attribute}: "`))
          .and.contain(`"${quoted}"`);
        expect(problem).not.to.match(/S3CR/);
      }
    });
  }

  for (const [attribute, changes] of wrong) {
    it(`with ${JSON.stringify(changes)} is told to be wrong by the name of ${attribute}`, () => {
      expect(read(changes).problem).to.match(new RegExp(`^${attribute}: "`));
    });
  }

  for (const url of [
    'http://localhost:8080/push',
    'http://127.0.0.1/push',
    'http://[::1]/push',
    'http://a.localhost/push',
  ]) {
    it(`takes ${url}, which does not leave the machine`, () => {
      expect(read({ pushUrl: url }).problem).to.equal(undefined);
    });
  }

  it('takes the page’s own origin without https', () => {
    expect(read({ pushUrl: '/push', tokenUrl: '/token' }, 'http://shop.test/').problem).to.equal(undefined);
  });

  it('takes no other origin for the page’s because the document’s base says so', () => {
    expect(read({ pushUrl: '/push' }, 'http://elsewhere.test/', 'https://shop.test').problem).to.match(/^push-url/);
  });

  it('names the one of token-url and push-url that is missing, so that no token goes to another backend', () => {
    for (const [missing, changes] of [
      ['push-url', { pushUrl: DEFAULT_PUSH_URL }],
      ['token-url', { tokenUrl: DEFAULT_TOKEN_URL }],
    ] as const) {
      const { problem, settings, key } = read(changes);
      expect(problem).to.match(new RegExp(`^${missing} is missing`));
      expect(settings).to.equal(undefined);
      expect(key, 'what is known of the order is shown all the same').to.not.equal('');
    }
    expect(read({ tokenUrl: DEFAULT_TOKEN_URL, pushUrl: DEFAULT_PUSH_URL }).problem).to.equal(undefined);
  });

  it('knows whether browsers will ask for a permission to push', () => {
    expect(read({ pushUrl: '/push' }).settings?.needsPermission).to.equal(false);
    expect(read().settings?.needsPermission).to.equal(true);
    expect(read({ pushUrl: 'https://shop.test:8443/push' }).settings?.needsPermission).to.equal(true);
  });

  it('names one order whatever the fragment of its push endpoint is, and without a query by either spelling', () => {
    const { key } = read({ pushUrl: '/push' });
    for (const pushUrl of ['/push#', '/push#x', '/push?', '/push?#x', 'https://shop.test:443/push', './../push']) {
      expect(read({ pushUrl }).key, pushUrl).to.equal(key);
    }
    for (const pushUrl of ['/push?shop=1', '/push/', '/Push']) {
      expect(read({ pushUrl }).key, pushUrl).to.not.equal(key);
    }
  });

  for (const [url, quoted] of [
    ['https://user:S3CRET@pay.test/push', 'https://pay.test/push'],
    ['http://pay.test/push?api_key=S3CRET', 'http://pay.test/push'],
    ['http://pay.test/push#S3CRET', 'http://pay.test/push'],
    ['https://user:S3CRET@', '…'],
    ['https://user:S3CRET@pay test/push', ''],
    ['user:S3CRET@pay.test', 'user:…'],
    ['javascript:go()', 'javascript:…'],
  ] as const) {
    it(`with ${url} is quoted without what may be secret`, () => {
      const { problem } = read({ pushUrl: url });
      expect(problem).to.not.contain('S3CRET');
      // What becomes of a space in a host's name differs from browser to browser.
      if (quoted) expect(problem).to.contain(`"${quoted}"`);
    });
  }

  it('says what each has to be', () => {
    const decimal = 'a plain decimal from 1, such as 12341 or 48744.15';
    expect(read({ orderId: '' }).problem).to.equal('order-id: "" is not the name of an order');
    expect(read({ amount: 'x' }).problem).to.equal(`amount: "x" is not ${decimal}`);
    expect(read({ amount: '250001' }).problem).to.equal('amount: "250001" is not at most max-amount, 250000');
    expect(read({ pushUrl: '' }).problem).to.equal(
      'push-url: "" is not a safe URL: https:, a loopback host or the page’s own origin, and no password in it',
    );
  });

  it('says what is wrong first where several things are', () => {
    expect(read({ orderId: '', amount: 'x', pushUrl: '' }).problem).to.match(/^order-id/);
  });

  it('has no settings where there is no order or no place to send it', () => {
    expect(read({ orderId: '' })).to.include({ key: '', settings: undefined });
    expect(read({ pushUrl: 'http://pay.test/' })).to.include({ key: '', settings: undefined });
    expect(read({ tokenUrl: 'http://pay.test/' })).to.include({ settings: undefined });
  });

  it('is watched by all the same where only its amount is wrong', () => {
    expect(read({ amount: 'x' }).settings).to.include({ orderId: '1234567891' });
  });
});
