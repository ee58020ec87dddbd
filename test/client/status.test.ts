import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { ClientOptions, StatusQuery } from '../../src/client/index.js';
import callbackCancelled from '../support/fixtures/callback-cancelled.json' with { type: 'json' };
import callbackPaid from '../support/fixtures/callback-paid.json' with { type: 'json' };
import flatPaid from '../support/fixtures/flat-paid.json' with { type: 'json' };
import pushExpired from '../support/fixtures/push-token-expired.json' with { type: 'json' };
import pushSuccess from '../support/fixtures/push-success.json' with { type: 'json' };
import queryBeingProcessed from '../support/fixtures/query-being-processed.json' with { type: 'json' };
import queryEmptyError from '../support/fixtures/query-empty-error.json' with { type: 'json' };
import queryInProgress from '../support/fixtures/query-in-progress.json' with { type: 'json' };
import queryPaid from '../support/fixtures/query-paid.json' with { type: 'json' };
import queryStringCode from '../support/fixtures/query-string-code.json' with { type: 'json' };
import {
  broken,
  cutShort,
  deaf,
  html,
  json,
  opaqueRedirect,
  ORDER,
  silent,
  stalled,
  STATUS_URL,
  text,
  TIMEOUT_MS,
  TOKEN,
  Wire,
  type Answer,
} from './wire.js';

const QUERY = { orderId: '1234567891', paymentId: 'ws_CO_DMZ_215482558_10122018133312795', token: TOKEN };
const NOT_YET = { kind: 'pending', tokenExpired: false, retryAfterMs: 0 };

async function ask(
  answer: Answer,
  { ms = 0, query = {}, ...options }: ClientOptions & { ms?: number; query?: Partial<StatusQuery> } = {},
) {
  const wire = new Wire(answer);
  const asked = wire.client(options).status({ ...QUERY, ...query });
  await wire.clock.advance(ms);
  const result = await asked;
  expect(wire.requests, 'one request').to.have.lengthOf(1);
  expect(wire.clock.pending, 'timers left').to.equal(0);
  const { url, init } = wire.requests[0]!;
  return { result, url: new URL(url), init, wire };
}

describe('The status request', () => {
  it('asks for the payment and the order, with the bare token', async () => {
    const { url, init } = await ask(json(callbackPaid));
    expect(url.origin + url.pathname).to.equal(STATUS_URL);
    expect([...url.searchParams]).to.have.deep.members([
      ['payment_id', QUERY.paymentId],
      ['order_id', QUERY.orderId],
    ]);
    expect(init.method ?? 'GET').to.equal('GET');
    expect([...new Headers(init.headers)]).to.deep.equal([['authorization', TOKEN]]);
    // Or Chromium would ask for permission to send the token before each question.
    expect(init.cache).to.equal('default');
    expect(init.credentials).to.equal('same-origin');
    expect(init.body).to.equal(undefined);
  });

  const headersOfCaches: [title: string, headers: Record<string, string>, then: RequestCache][] = [
    ['asks past caches', { 'Cache-Control': 'private, max-age=60' }, 'no-store'],
    ['asks past caches', { 'Last-Modified': 'Mon, 10 Dec 2018 12:58:32 GMT' }, 'no-store'],
    ['lets the browser keep the permission to ask', { 'Cache-Control': 'no-store' }, 'default'],
    ['lets the browser keep the permission to ask', { 'Cache-Control': 'private, max-age=0' }, 'default'],
    ['lets the browser keep the permission to ask', {}, 'default'],
  ];
  for (const [place, [title, headers, then]] of headersOfCaches.entries()) {
    it(`${title} after an answer with ${JSON.stringify(headers)}`, async () => {
      const pending = json({ status: 'pending' }, 200, headers);
      const wire = new Wire(pending, pending);
      const client = wire.client({ statusUrl: `${STATUS_URL}/${place}` });
      await client.status(QUERY);
      await client.status(QUERY);
      expect(wire.requests.map(({ init }) => init.cache)).to.deep.equal(['default', then]);
    });
  }

  it('leaves payment_id out where there is none', async () => {
    const wire = new Wire(json({ status: 'pending' }));
    await wire.client().status({ orderId: QUERY.orderId });
    expect([...new URL(wire.requests[0]!.url).searchParams]).to.deep.equal([['order_id', QUERY.orderId]]);
  });

  it('adds to the query that status-url has', async () => {
    const { url } = await ask(json(callbackPaid), { statusUrl: `${STATUS_URL}?shop=7&sig=a%2Fb%3D%26&name=A%20B` });
    expect([...url.searchParams]).to.have.deep.members([
      ['shop', '7'],
      ['sig', 'a/b=&'],
      ['name', 'A B'],
      ['payment_id', QUERY.paymentId],
      ['order_id', QUERY.orderId],
    ]);
  });

  it('carries any order verbatim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (orderId) => {
        const { url } = await ask(json({ status: 'pending' }), { query: { orderId } });
        expect(url.searchParams.getAll('order_id')).to.deep.equal([orderId]);
      }),
      { numRuns: 50 },
    );
  });

  it('carries the token to the origin of push-url alone', async () => {
    for (const [statusUrl, own] of [
      ['https://pay.test/elsewhere', true],
      ['https://pay.test:443/status', true],
      ['https://pay.test:8443/status', false],
      ['https://status.pay.test/status', false],
      ['https://pay.test.evil.test/status', false],
      ['https://shop.test/status', false],
      ['http://localhost/status', false],
    ] as const) {
      const { init, url } = await ask(json(callbackPaid), { statusUrl });
      expect(new Headers(init.headers).has('Authorization'), statusUrl).to.equal(own);
      expect(url.href).not.to.contain(TOKEN);
    }
  });

  it('goes without a token where there is none, and takes cookies along all the same', async () => {
    const { init } = await ask(json(callbackPaid), { query: { token: '' }, credentials: 'include' });
    expect([...new Headers(init.headers)]).to.deep.equal([]);
    expect(init.credentials).to.equal('include');
  });

  it('leaves nothing behind on the signal of its caller', async () => {
    const listening = new Set<unknown>();
    const signal = Object.assign(new AbortController().signal, {
      addEventListener: (_: string, listener: unknown) => listening.add(listener),
      removeEventListener: (type: string, listener: unknown) => type === 'abort' && listening.delete(listener),
    });
    await ask(json(callbackPaid), { query: { signal } });
    expect(listening.size).to.equal(0);
  });

  it('takes the token to no place that it is redirected to', async () => {
    const { init, result } = await ask(opaqueRedirect);
    expect(init.redirect).to.equal('manual');
    expect(result).to.deep.include(NOT_YET);
  });

  it('takes cookies along as the page says', async () => {
    for (const credentials of ['omit', 'same-origin', 'include'] as const) {
      const { init } = await ask(json(callbackPaid), { credentials });
      expect(init.credentials).to.equal(credentials);
    }
  });

  it('needs a status-url', () => {
    const { statusUrl: _, ...options } = { statusUrl: '' };
    for (const client of [new Wire().client({ statusUrl: '' }), new Wire().client({ ...options, statusUrl: '' })]) {
      expect(() => client.status(QUERY)).to.throw(TypeError, 'statusUrl');
    }
  });
});

describe('An outcome', () => {
  for (const [shape, body, receipt] of [
    ['the callback as Daraja posted it', callbackPaid, 'NLJ7RT61SV'],
    ['the answer to an STK query', queryPaid, undefined],
    ['a flat result', flatPaid, 'NLJ7RT61SV'],
  ] as const) {
    it(`comes as ${shape}`, async () => {
      const { result } = await ask(json(body));
      if (result.kind !== 'outcome') throw new Error('No outcome');
      expect(result.outcome).to.include({ verdict: 'paid', resultCode: 0, receipt });
      expect(result.outcome.result).to.deep.equal(body);
    });
  }

  it('may be that nothing was paid', async () => {
    const { result } = await ask(json(callbackCancelled));
    expect(result).to.have.nested.property('outcome.verdict', 'cancelled');
  });

  it('comes with any 2xx but 202, 204 and 205', async () => {
    for (const status of [200, 201, 203, 206, 299]) {
      expect((await ask(json(callbackPaid, status))).result.kind, String(status)).to.equal('outcome');
    }
  });

  it('holds no token, however the endpoint echoes it', async () => {
    const { result } = await ask(json({ ...callbackPaid, token: TOKEN, [TOKEN]: [{ auth: `Bearer ${TOKEN}` }] }));
    expect(result.kind).to.equal('outcome');
    expect(JSON.stringify(result)).not.to.contain(TOKEN);
  });

  it('holds no token of the order that the endpoint has no business to know', async () => {
    const wire = new Wire(
      json({}),
      json({ ...callbackPaid, first: 'the-first-token', second: TOKEN, desc: btoa(`x${TOKEN}`) }),
    );
    const client = wire.client({ statusUrl: 'https://elsewhere.test/status' });
    await client.push('the-first-token', ORDER);
    const result = await client.status(QUERY);
    expect(JSON.stringify(result)).not.to.match(new RegExp(`the-first-token|${TOKEN}`));
  });

  it('is read from the answer as it came, whatever the token is', async () => {
    const id = callbackPaid.Body.stkCallback.CheckoutRequestID;
    for (const token of [
      '0',
      'Body',
      'stkCallback',
      'ResultCode',
      'MpesaReceiptNumber',
      'NLJ7RT61SV',
      id,
      '_10122018',
    ]) {
      const { result } = await ask(json(callbackPaid), { query: { token } });
      if (result.kind !== 'outcome') throw new Error(`No outcome with ${token}`);
      expect(result.outcome).to.include({ verdict: 'paid', receipt: 'NLJ7RT61SV', checkoutRequestId: id });
    }
  });

  it('is read where another value is nested deeper than the stack', async () => {
    const deep = `${'{"a":'.repeat(20_000)}0${'}'.repeat(20_000)}`;
    const { result } = await ask(text(`${JSON.stringify(flatPaid).slice(0, -1)},"deep":${deep}}`));
    expect(result).to.have.nested.property('outcome.verdict', 'paid');
  });
});

describe('Nothing is known yet', () => {
  for (const [what, answer] of Object.entries({
    'a 202, whatever its body': json(callbackPaid, 202),
    'a 202 that is pending': json({ status: 'pending' }, 202),
    'a 204': text('', 204),
    'a 205': text('', 205),
    'a 404': json({ error: 'not found' }, 404),
    'a plain 404': html(404),
    'pending, on 200': json({ status: 'pending' }),
    'result code 4999, on 200': json(queryInProgress),
    'result code 4999 as a number': json({ ...queryInProgress, ResultCode: 4999 }),
    'result code 4999 in a callback': json({ Body: { stkCallback: { ResultCode: 4999 } } }),
    'result code 4999 in a flat result': json({ result_code: 4999 }),
    'Daraja’s 500.001.1001, on 200': json(queryBeingProcessed),
    'Daraja’s 500.001.1001, on 500': json(queryBeingProcessed, 500),
    'Daraja’s 500.001.1001 without a message, on 200': json(queryEmptyError),
    'Daraja’s 500.001.1001 without a message, on 500': json(queryEmptyError, 500),
    'Daraja’s 500.001.1001 as the backend words it': json({ daraja_error: queryEmptyError }, 500),
    'a query’s unknown code': json(queryStringCode),
    'the acceptance of the push, which is no payment': json(pushSuccess),
    'an object of none of the shapes': json({ ok: true, paid: true, result: 'success' }),
    null: json(null),
    'a list of outcomes': json([callbackPaid]),
    HTML: html(),
    'an empty body': text(''),
    'a body that is cut short': cutShort(callbackPaid),
    'an outcome with a comma too many': text(`${JSON.stringify(flatPaid)},`),
    'a broken connection': broken,
    'a server error': html(502),
  })) {
    it(`on ${what}`, async () => {
      expect((await ask(answer)).result).to.deep.include(NOT_YET);
    });
  }

  for (const [what, answer] of [
    ['is cut short', cutShort(callbackPaid)],
    ['is cut short, on 404', cutShort({ error: 'not found' }, 404)],
    ['stalls', stalled(callbackPaid)],
  ] as const) {
    it(`and the question counts as not answered where the body ${what}: the outcome may have been in it`, async () => {
      const { result } = await ask(answer, { ms: TIMEOUT_MS });
      expect(result).to.include({ kind: 'pending', answered: false });
    });
  }

  it('on an outcome that does not come with a 2xx', async () => {
    for (const status of [300, 302, 400, 403, 404, 409, 410, 429, 500, 502, 503]) {
      for (const body of [callbackPaid, callbackCancelled, queryPaid, flatPaid]) {
        expect((await ask(json(body, status))).result, String(status)).to.deep.include(NOT_YET);
      }
    }
  });

  it('on anything that does not come with a 2xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 300, max: 599 }), async (status) => {
        const { result } = await ask(json(flatPaid, status));
        expect(result.kind).to.equal('pending');
      }),
      { numRuns: 60 },
    );
  });

  for (const [what, answer] of [
    ['an answer', silent],
    ['an answer to a fetch that ignores its signal', deaf],
    ['the rest of the body', stalled(callbackPaid)],
    ['the rest of the body from a fetch that ignores its signal', stalled(callbackPaid, 200, { deaf: true })],
  ] as const) {
    it(`when the time is up before ${what}`, async () => {
      const { result, init } = await ask(answer, { ms: TIMEOUT_MS });
      expect(result).to.deep.include(NOT_YET);
      expect(init.signal?.aborted).to.equal(true);
    });

    it(`when the caller gives up before ${what}`, async () => {
      const wire = new Wire(answer);
      const aborter = new AbortController();
      const asked = wire.client().status({ ...QUERY, signal: aborter.signal });
      await wire.clock.flush();
      aborter.abort();
      expect(await asked).to.deep.include(NOT_YET);
      expect(wire.requests[0]?.init.signal?.aborted).to.equal(true);
      expect(wire.clock.pending).to.equal(0);
    });
  }

  it('when the caller had given up before', async () => {
    const wire = new Wire(silent);
    expect(await wire.client().status({ ...QUERY, signal: AbortSignal.abort() })).to.deep.include(NOT_YET);
    expect(wire.clock.pending).to.equal(0);
  });
});

describe('An expired token', () => {
  for (const status of [200, 400, 401, 404, 500]) {
    it(`is told where the status endpoint answers ${status} with Daraja’s error`, async () => {
      expect((await ask(json(pushExpired, status))).result).to.deep.include({ ...NOT_YET, tokenExpired: true });
    });
  }

  it('is also what a plain 401 says', async () => {
    for (const answer of [json({ error: 'no' }, 401), html(401), json(callbackPaid, 401)]) {
      expect((await ask(answer)).result).to.deep.include({ ...NOT_YET, tokenExpired: true });
    }
  });

  it('is not what a plain 404, a 403 or another error of Daraja says', async () => {
    const other = { daraja_error: { ...pushExpired.daraja_error, errorCode: '404.001.04' } };
    for (const answer of [html(404), json({ error: 'no such payment' }, 404), json({}, 403), json(other, 404)]) {
      expect((await ask(answer)).result).to.have.property('tokenExpired', false);
    }
  });
});

describe('Retry-After', () => {
  for (const [header, ms] of [
    ['0', 0],
    ['1', 1_000],
    ['30', 30_000],
    ['3600', 3_600_000],
    ['-5', 0],
    ['', 0],
    ['soon', 0],
  ] as const) {
    it(`of ${JSON.stringify(header)} is ${ms} ms`, async () => {
      for (const status of [200, 202, 404, 429, 503]) {
        const { result } = await ask(json({ status: 'pending' }, status, { 'Retry-After': header }));
        expect(result, String(status)).to.deep.include({ ...NOT_YET, retryAfterMs: ms });
      }
    });
  }

  it('may be a date, by the clock that was handed in', async () => {
    for (const [aheadMs, ms] of [
      [45_000, 45_000],
      [0, 0],
      [-45_000, 0],
    ] as const) {
      const wire = new Wire(text('', 503, { 'Retry-After': new Date(new Wire().clock.now() + aheadMs).toUTCString() }));
      expect(await wire.client().status(QUERY)).to.deep.include({ ...NOT_YET, retryAfterMs: ms });
    }
  });

  it('is heard also where the body does not come to its end', async () => {
    const answer: Answer = async (init) => {
      const response = await cutShort(callbackPaid, 503)(init);
      return new Response(response.body, { status: 503, headers: { 'Retry-After': '7' } });
    };
    expect((await ask(answer)).result).to.deep.include({ ...NOT_YET, retryAfterMs: 7_000 });
  });

  it('is a number of milliseconds, not below zero, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.double().map(String), fc.constantFrom('Infinity', 'NaN')),
        async (header) => {
          const { result } = await ask(text('', 503, { 'Retry-After': header }));
          expect(result).to.have.property('retryAfterMs').that.is.at.least(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
