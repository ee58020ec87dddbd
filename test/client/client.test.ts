import { expect } from '@open-wc/testing';
import { createClient, DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from '../../src/client/index.js';
import { platform } from '../../src/client/http.js';
import tokenFresh from '../support/fixtures/token-fresh.json' with { type: 'json' };
import { json, ORDER, silent, TOKEN, Wire } from './wire.js';

const ENDPOINTS = ['tokenUrl', 'pushUrl', 'statusUrl'] as const;
const BASE = 'https://shop.test/checkout/';

/** Where a client asks for its token. */
async function tokenUrlOf(tokenUrl: string, base = BASE): Promise<string> {
  const wire = new Wire(json(tokenFresh));
  await wire.client({ tokenUrl, base }).requestToken();
  return wire.requests[0]!.url;
}

describe('A client', () => {
  it('talks to production unless told otherwise', async () => {
    expect(DEFAULT_TOKEN_URL).to.equal('https://vitumob-prod.appspot.com/payments/mpesa/token');
    expect(DEFAULT_PUSH_URL).to.equal('https://vitumob-prod.appspot.com/payments/mpesa/payment/push/request');
    const wire = new Wire(json(tokenFresh), json({}));
    const client = createClient({ environment: { fetch: wire.fetch } });
    await client.requestToken();
    await client.push(TOKEN, ORDER);
    expect(wire.requests.map(({ url }) => url)).to.deep.equal([DEFAULT_TOKEN_URL, DEFAULT_PUSH_URL]);
  });

  it('asks for nothing until it is told to', async () => {
    const wire = new Wire();
    wire.client();
    await wire.clock.flush();
    expect(wire.requests).to.be.empty;
    expect(wire.clock.pending).to.equal(0);
  });

  for (const [endpoint, url] of [
    ['https://pay.test/token', 'https://pay.test/token'],
    ['https://pay.test:8443/token', 'https://pay.test:8443/token'],
    ['HTTPS://PAY.test/token', 'https://pay.test/token'],
    ['http://localhost/token', 'http://localhost/token'],
    ['http://localhost:3000/token', 'http://localhost:3000/token'],
    ['http://pay.localhost/token', 'http://pay.localhost/token'],
    ['http://127.0.0.1:8080/token', 'http://127.0.0.1:8080/token'],
    ['http://127.1/token', 'http://127.0.0.1/token'],
    ['http://127.255.255.254/token', 'http://127.255.255.254/token'],
    ['http://[::1]:8080/token', 'http://[::1]:8080/token'],
    ['/token', 'https://shop.test/token'],
    ['token', 'https://shop.test/checkout/token'],
    ['../token?shop=1', 'https://shop.test/token?shop=1'],
    ['//pay.test/token', 'https://pay.test/token'],
    ['?token', 'https://shop.test/checkout/?token'],
  ] as const) {
    it(`takes ${endpoint} as ${url}`, async () => {
      expect(await tokenUrlOf(endpoint)).to.equal(url);
    });
  }

  it('takes http: of the page’s own origin', async () => {
    expect(await tokenUrlOf('/token', 'http://shop.test/checkout')).to.equal('http://shop.test/token');
    expect(await tokenUrlOf('http://shop.test/token', 'http://shop.test/')).to.equal('http://shop.test/token');
  });

  it('resolves against the page’s address where no base is given', async () => {
    const wire = new Wire(json(tokenFresh));
    await wire.client({ tokenUrl: '/token' }).requestToken();
    expect(wire.requests[0]?.url).to.equal(new URL('/token', location.href).href);
  });

  for (const name of ENDPOINTS) {
    for (const endpoint of [
      'http://pay.test/token',
      'http://192.168.0.1/token',
      'http://10.0.0.1/token',
      'http://128.0.0.1/token',
      'http://localhost.evil.test/token',
      'http://notlocalhost/token',
      'http://127.0.0.1.evil.test/token',
      'http://localhost@evil.test/token',
      'http://[::2]/token',
      'http://shop.test:8080/token',
      '//',
      'https://',
      'https://user:password@pay.test/token',
      'https://user@pay.test/token',
      'ftp://pay.test/token',
      'ws://pay.test/token',
      'wss://pay.test/token',
      'file:///token',
      'javascript:alert(1)',
      'data:application/json,{}',
      'blob:https://pay.test/1',
      'about:blank',
    ]) {
      it(`throws a TypeError that names ${name} for ${endpoint}`, () => {
        expect(() => createClient({ [name]: endpoint, base: BASE })).to.throw(TypeError, name);
      });
    }
  }

  it('quotes no password and no query of an endpoint that it cannot use', () => {
    for (const name of ENDPOINTS) {
      for (const endpoint of [
        'https://user:S3CRET@pay.test/token',
        'http://pay.test/token?key=S3CRET',
        'https://S3CRET@',
      ]) {
        expect(() => createClient({ [name]: endpoint, base: BASE }))
          .to.throw(TypeError)
          .that.has.property('message')
          .that.contains(name)
          .and.does.not.contain('S3CRET');
      }
    }
  });

  it('throws a TypeError for http: of the page’s host where the page is https:', () => {
    expect(() => createClient({ tokenUrl: 'http://shop.test/token', base: BASE })).to.throw(TypeError, 'tokenUrl');
  });

  it('throws a TypeError for an endpoint that is empty, but for status-url, which may be', () => {
    for (const name of ['tokenUrl', 'pushUrl']) {
      expect(() => createClient({ [name]: '', base: BASE })).to.throw(TypeError, name);
    }
    expect(() => createClient({ statusUrl: '', base: BASE })).not.to.throw();
  });

  it('throws a TypeError for a relative endpoint where there is nothing to resolve it against', () => {
    for (const base of ['', 'about:blank', 'data:text/html,']) {
      expect(() => createClient({ tokenUrl: '/token', base }), base).to.throw(TypeError, 'tokenUrl');
    }
    expect(() => createClient({ tokenUrl: '/token', base: 'no address' })).to.throw(TypeError);
  });

  it('waits for half a minute unless told otherwise, and for each request alone', async () => {
    const wire = new Wire(silent, silent);
    const client = wire.client();
    const first = client.requestToken();
    await wire.clock.advance(20_000);
    const second = client.push(TOKEN, ORDER);
    await wire.clock.advance(10_000);
    expect(await first).to.have.property('kind', 'unavailable');
    expect(wire.clock.pending).to.equal(1);
    await wire.clock.advance(20_000);
    expect(await second).to.have.nested.property('failure.reason', 'timeout');
    expect(wire.clock.pending).to.equal(0);
  });

  it('uses the platform’s fetch, timers and clock where none are handed in, as they are at that moment', async () => {
    const original = globalThis.fetch;
    const asked: string[] = [];
    const client = createClient({ tokenUrl: '/token' });
    globalThis.fetch = (url) => {
      asked.push(url as string);
      return Promise.resolve(new Response(JSON.stringify(tokenFresh)));
    };
    try {
      const before = Date.now();
      const result = await client.requestToken();
      expect(result)
        .to.have.nested.property('token.expiresAt')
        .that.is.within(before + 3_599_000, Date.now() + 3_599_000);
      expect(asked).to.deep.equal([new URL('/token', location.href).href]);
    } finally {
      globalThis.fetch = original;
    }
  });

  it('lets no answer bring back a token that it has given out, whichever it is used with', async () => {
    const wire = new Wire(
      json(tokenFresh),
      json({ result_code: 0, result_desc: `Paid by ${tokenFresh.access_token}` }),
    );
    const client = wire.client();
    await client.requestToken();
    const answer = await client.status({ orderId: '1', token: 'another-token' });
    expect(answer).to.have.nested.property('outcome.resultDesc', 'Paid by [token]');
  });

  it('ends its timers as the platform does', () => {
    const original = globalThis.clearTimeout;
    const ended: unknown[] = [];
    globalThis.clearTimeout = (id) => void ended.push(id);
    try {
      platform.clearTimeout(7);
    } finally {
      globalThis.clearTimeout = original;
    }
    expect(ended).to.deep.equal([7]);
  });

  it('lets a timeout that is longer than a timer can count end no request early', async () => {
    const original = globalThis.setTimeout;
    const delays: (number | undefined)[] = [];
    globalThis.setTimeout = ((_: unknown, ms?: number) => {
      delays.push(ms);
      return 0;
    }) as typeof globalThis.setTimeout;
    try {
      const { fetch } = new Wire(json(tokenFresh));
      await createClient({
        tokenUrl: '/token',
        timeout: Number.MAX_SAFE_INTEGER,
        environment: { fetch },
      }).requestToken();
    } finally {
      globalThis.setTimeout = original;
    }
    expect(delays).to.deep.equal([2 ** 31 - 1]);
  });
});
