import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { ClientOptions, PushResult } from '../../src/client/index.js';
import { promptPossible } from '../../src/model/failure.js';
import accepted from '../support/fixtures/push-success.json' with { type: 'json' };
import expired from '../support/fixtures/push-token-expired.json' with { type: 'json' };
import tokenMissing from '../support/fixtures/push-token-missing.json' with { type: 'json' };
import sent from '../support/fixtures/push-request.json' with { type: 'json' };
import {
  broken,
  cutShort,
  deaf,
  html,
  json,
  opaqueRedirect,
  ORDER,
  PUSH_URL,
  silent,
  stalled,
  text,
  TIMEOUT_MS,
  TOKEN,
  Wire,
  type Answer,
} from './wire.js';

/** Pushes once, and lets `ms` pass. Whatever came of it, one request was made and no timer is left. */
async function push(
  answer: Answer,
  {
    ms = 0,
    token = TOKEN,
    order = ORDER,
    ...options
  }: ClientOptions & { ms?: number; token?: string; order?: typeof ORDER } = {},
) {
  const wire = new Wire(answer);
  const pushed = wire.client(options).push(token, order);
  await wire.clock.advance(ms);
  const result = await pushed;
  expect(wire.requests, 'one request').to.have.lengthOf(1);
  expect(wire.clock.pending, 'timers left').to.equal(0);
  return { result, wire };
}

/** How a result is named in docs/reference.md (Events), with what a developer is told. */
function failureOf(result: PushResult) {
  if (result.kind === 'accepted') throw new Error('It was accepted');
  return result.failure;
}

const darajaError = (
  errorCode: unknown,
  errorMessage: unknown = 'As Daraja words it',
  requestId: unknown = '1-2-1',
) => ({
  daraja_error: { errorCode, errorMessage, requestId },
});

const withResponse = (response: Record<string, unknown>) => ({
  ...accepted,
  daraja_response: { ...accepted.daraja_response, ...response },
});

function without(key: 'payment_id' | 'CheckoutRequestID' | 'ResponseCode' | 'daraja_response') {
  const { daraja_response, ...body } = accepted as Record<string, unknown>;
  if (key === 'daraja_response') return body;
  const { [key]: _, ...rest } = body;
  const { [key]: __, ...response } = daraja_response as Record<string, unknown>;
  return { ...rest, daraja_response: response };
}

describe('The push request', () => {
  it('is what the API document says, to the letter', async () => {
    const { wire } = await push(json(accepted));
    const { url, init } = wire.requests[0]!;
    expect(url).to.equal(PUSH_URL);
    expect(init.method).to.equal('POST');
    expect(JSON.parse(init.body as string)).to.deep.equal(sent);
    // Plain objects alone: what is neither listed here nor in the document is not sent.
    expect(init.headers).to.deep.equal({ 'Content-Type': 'application/json', Authorization: TOKEN });
    expect(init.redirect).to.equal('manual');
    expect(init.credentials).to.equal('same-origin');
    expect(init.cache).to.equal('default');
  });

  it('takes cookies along as the page says', async () => {
    for (const credentials of ['omit', 'same-origin', 'include'] as const) {
      const { wire } = await push(json(accepted), { credentials });
      expect(wire.requests[0]?.init.credentials).to.equal(credentials);
    }
  });

  it('sends the three strings verbatim', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ orderId: fc.string({ unit: 'grapheme' }), phone: fc.string(), amount: fc.string() }),
        async (order) => {
          const { wire } = await push(json(accepted), { order });
          expect(JSON.parse(wire.requests[0]!.init.body as string)).to.deep.equal({
            order: { order_id: order.orderId, user_phone_number: order.phone, amount: order.amount },
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('sends an amount as the string it is, never through a float', async () => {
    for (const amount of ['48744.15', '20.00', '1.10', '9007199254740993', '100000000000000000000000']) {
      const { wire } = await push(json(accepted), { order: { ...ORDER, amount } });
      expect(wire.requests[0]?.init.body).to.contain(`"amount":"${amount}"`);
    }
  });

  it('sends nothing of an order but those three', async () => {
    const order = { ...ORDER, token: TOKEN, note: 'for the shop alone' };
    const { wire } = await push(json(accepted), { order });
    expect(JSON.parse(wire.requests[0]!.init.body as string)).to.deep.equal(sent);
  });

  it('carries the token in the Authorization header and nowhere else', async () => {
    const { wire } = await push(json(accepted));
    const { url, init } = wire.requests[0]!;
    expect(url + (init.body as string)).not.to.contain(TOKEN);
  });
});

describe('A push is accepted', () => {
  it('on the documented body, and the ids and the body are handed on', async () => {
    const { result } = await push(json(accepted));
    expect(result).to.deep.equal({
      kind: 'accepted',
      checkout: {
        paymentId: 'ws_CO_DMZ_215482558_10122018133312795',
        checkoutRequestId: 'ws_CO_DMZ_215482558_10122018133312795',
        merchantRequestId: '11209-2482748-1',
      },
      response: accepted,
    });
  });

  it('where ResponseCode is the number 0', async () => {
    expect((await push(json(withResponse({ ResponseCode: 0 })))).result.kind).to.equal('accepted');
  });

  it('with any 2xx', async () => {
    for (const status of [200, 201, 202, 299]) {
      expect((await push(json(accepted, status))).result.kind, String(status)).to.equal('accepted');
    }
  });

  it('with no more than its two ids and its ResponseCode', async () => {
    const { payment_id, daraja_response } = accepted;
    const { CheckoutRequestID, ResponseCode } = daraja_response;
    const body = { payment_id, daraja_response: { CheckoutRequestID, ResponseCode } };
    const { result } = await push(json(body));
    expect(result).to.deep.equal({
      kind: 'accepted',
      checkout: { paymentId: payment_id, checkoutRequestId: CheckoutRequestID, merchantRequestId: '' },
      response: body,
    });
  });

  it('with unknown keys, which are kept', async () => {
    const body = { ...withResponse({ CustomerMessage: 'Success', extra: [1, { two: null }] }), session: { a: [true] } };
    const { result } = await push(json(body));
    expect(result).to.have.property('kind', 'accepted');
    expect(result).to.have.deep.property('response', body);
  });

  it('with known keys of unknown types, and an order that is not the one that was sent', async () => {
    const body = { ...accepted, amount: '1', order_id: 7, phone_no: null, user_id: {} };
    const { result } = await push(json(body));
    expect(result).to.have.deep.property('response', body);
  });

  it('with an empty daraja_error beside it', async () => {
    expect((await push(json({ ...accepted, daraja_error: null }))).result.kind).to.equal('accepted');
  });

  it('whatever its Content-Type', async () => {
    for (const type of ['text/html', 'text/plain', '']) {
      const { result } = await push(json(accepted, 200, { 'Content-Type': type }));
      expect(result.kind, type).to.equal('accepted');
    }
  });
});

describe('A push is refused, so that nothing was sent to the phone', () => {
  it('as token-missing on the documented 400', async () => {
    const { result } = await push(json(tokenMissing, 400));
    expect(failureOf(result)).to.deep.include({ reason: 'token-missing', status: 400, darajaError: undefined });
    expect(result.kind).to.equal('failed');
  });

  it('as token-missing where there was no token to send', async () => {
    const { result } = await push(json(tokenMissing, 400), { token: '' });
    expect(failureOf(result)).to.include({ reason: 'token-missing' });
  });

  for (const [what, answer] of [
    ['another status', json(tokenMissing, 401)],
    ['another text', json({ error: 'Access token expired' }, 400)],
    ['no text', json({ error: null }, 400)],
    ['a list', json([tokenMissing], 400)],
    ['Daraja’s error beside it', json({ ...tokenMissing, ...darajaError('400.002.02') }, 400)],
  ] as const) {
    it(`as rejected, not as token-missing, on ${what}`, async () => {
      expect(failureOf((await push(answer)).result)).to.include({ reason: 'rejected' });
    });
  }

  it('as an expired token on the documented 404, with Daraja’s own words', async () => {
    const { result } = await push(json(expired, 404));
    expect(result.kind).to.equal('expired');
    expect(failureOf(result)).to.deep.include({
      reason: 'token-expired',
      status: 404,
      darajaError: { errorCode: '404.001.03', errorMessage: 'Invalid Access Token', requestId: '11209-2554107-1' },
    });
  });

  for (const code of ['404.001.03', '400.003.01', '401.002.01', '401.003.01']) {
    it(`as an expired token on ${code}, whatever the status`, async () => {
      for (const status of [200, 400, 401, 404, 500, 503]) {
        const { result } = await push(json(darajaError(code), status));
        expect(result.kind, String(status)).to.equal('expired');
        expect(failureOf(result)).to.include({ reason: 'token-expired', status });
      }
    });
  }

  for (const code of ['500.001.1001', '400.002.02', '404.001.04', '500.003.02', '500.003.1001', 'unheard of', '0']) {
    it(`as rejected on Daraja’s ${code}, whatever the status and whatever else is in the body`, async () => {
      for (const status of [200, 202, 400, 401, 404, 429, 500, 502, 503]) {
        for (const rest of [{}, accepted, tokenMissing]) {
          const { result } = await push(json({ ...rest, ...darajaError(code) }, status));
          expect(result.kind).to.equal('failed');
          expect(failureOf(result), String(status)).to.deep.include({
            reason: 'rejected',
            status,
            darajaError: { errorCode: code, errorMessage: 'As Daraja words it', requestId: '1-2-1' },
          });
        }
      }
    });
  }

  it('as rejected also where Daraja’s error has a code alone, or odd words', async () => {
    for (const body of [
      { daraja_error: { errorCode: '500.001.1001' } },
      darajaError('500.001.1001', null, null),
      darajaError('500.001.1001', '', ''),
      darajaError('500.001.1001', { text: 'x' }, ['y']),
    ]) {
      expect(failureOf((await push(json(body, 500))).result)).to.deep.include({
        reason: 'rejected',
        darajaError: { errorCode: '500.001.1001', errorMessage: '', requestId: '' },
      });
    }
  });

  for (const code of ['1', 1, '00', '-0', '2001', 'E1', -1, 0.5, '0.0']) {
    it(`as rejected on ResponseCode ${JSON.stringify(code)}`, async () => {
      const { result } = await push(json(withResponse({ ResponseCode: code })));
      expect(failureOf(result)).to.include({ reason: 'rejected', status: 200 });
    });
  }

  it('as rejected on another ResponseCode where the ids are missing too', async () => {
    const { result } = await push(json({ daraja_response: { ResponseCode: '1' } }));
    expect(failureOf(result)).to.include({ reason: 'rejected' });
  });

  for (const status of [400, 401, 403, 404, 405, 409, 413, 422, 429, 451]) {
    it(`as rejected on HTTP ${status}, whatever its body: a plain 404 is no expired token`, async () => {
      const bodies = [json({ status_code: status }, status), json(accepted, status), html(status), text('', status)];
      for (const answer of [...bodies, cutShort(expired, status)]) {
        expect(failureOf((await push(answer)).result)).to.deep.include({ reason: 'rejected', status });
      }
      const { result } = await push(stalled(expired, status), { ms: TIMEOUT_MS });
      expect(failureOf(result)).to.deep.include({ reason: 'rejected', status });
    });
  }
});

describe('A push has no clear answer, so that the customer may have been prompted', () => {
  for (const status of [500, 501, 502, 503, 504, 520, 599]) {
    it(`as server-error on HTTP ${status} without Daraja’s error`, async () => {
      const bodies = [json({ error: 'Internal' }, status), html(status), text('', status), cutShort(expired, status)];
      for (const answer of [...bodies, json(accepted, status), json(tokenMissing, status), json(null, status)]) {
        const { result } = await push(answer);
        expect(failureOf(result)).to.deep.include({ reason: 'server-error', status, darajaError: undefined });
      }
    });
  }

  it('as bad-response on a redirect: a backend may have prompted before it. The attribute to fix is named', async () => {
    const { result } = await push(opaqueRedirect);
    expect(failureOf(result)).to.include({ reason: 'bad-response', status: undefined });
    expect(failureOf(result).message).to.contain('push-url');
  });

  it('as bad-response on a redirect as Node shows it, whatever its body', async () => {
    for (const status of [300, 301, 302, 303, 307, 308]) {
      for (const answer of [text('', status, { Location: 'https://elsewhere.test/' }), json(accepted, status)]) {
        const { result } = await push(answer);
        expect(failureOf(result), String(status)).to.include({ reason: 'bad-response', status });
        expect(failureOf(result).message).to.contain('push-url');
      }
    }
  });

  for (const value of [
    null,
    '',
    ' ',
    'null',
    'None',
    'undefined',
    404,
    true,
    [],
    ['404.001.03'],
    {},
    { errorCode: '' },
  ]) {
    it(`where daraja_error is ${JSON.stringify(value)}, which is none`, async () => {
      const server = await push(json({ daraja_error: value }, 500));
      expect(failureOf(server.result)).to.include({ reason: 'server-error' });
      const success = await push(json({ daraja_error: value }));
      expect(failureOf(success.result)).to.include({ reason: 'bad-response' });
      const client = await push(json({ ...expired, daraja_error: value }, 404));
      expect(failureOf(client.result)).to.include({ reason: 'rejected' });
    });
  }

  for (const key of ['payment_id', 'CheckoutRequestID', 'ResponseCode', 'daraja_response'] as const) {
    it(`as bad-response on a 2xx without ${key}`, async () => {
      const { result } = await push(json(without(key)));
      expect(failureOf(result)).to.deep.include({ reason: 'bad-response', status: 200 });
    });
  }

  it('as bad-response on a 2xx whose ids are empty', async () => {
    for (const body of [{ ...accepted, payment_id: '' }, withResponse({ CheckoutRequestID: '' })]) {
      expect(failureOf((await push(json(body))).result)).to.include({ reason: 'bad-response' });
    }
  });

  for (const [what, answer] of Object.entries({
    'is HTML': html(),
    'is empty': text(''),
    'is not there': text('', 204),
    'is JSON with something before it': text(`)]}'\n${JSON.stringify(accepted)}`),
    'is JSON with something after it': text(`${JSON.stringify(accepted)}\n<br>Notice: undefined index`),
    'is null': json(null),
    'is a string': json('0'),
    'is a number': json(0),
    'is a list': json([accepted]),
    'is an envelope': json({ data: accepted }),
    'is cut short': cutShort(accepted),
  })) {
    it(`as bad-response on a 2xx whose body ${what}`, async () => {
      expect(failureOf((await push(answer)).result)).to.include({ reason: 'bad-response' });
    });
  }

  it('as bad-response on a body that is nested without end', async () => {
    const depth = 100_000;
    const body = `{"payment_id":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(failureOf((await push(text(body))).result)).to.include({ reason: 'bad-response' });
  });

  it('as network where the connection breaks', async () => {
    const { result } = await push(broken);
    expect(failureOf(result)).to.deep.include({ reason: 'network', status: undefined });
  });

  it('as network where fetch itself throws', async () => {
    const { result } = await push(() => {
      throw new TypeError('Failed to execute fetch');
    });
    expect(failureOf(result)).to.include({ reason: 'network' });
  });

  for (const [what, answer] of [
    ['an answer', silent],
    ['an answer to a fetch that ignores its signal', deaf],
    ['the rest of the body', stalled(accepted)],
    ['the rest of the body from a fetch that ignores its signal', stalled(accepted, 200, { deaf: true })],
  ] as const) {
    it(`as timeout where the time is up before ${what}`, async () => {
      const { result, wire } = await push(answer, { ms: TIMEOUT_MS });
      expect(failureOf(result)).to.include({ reason: 'timeout' });
      expect(wire.requests[0]?.init.signal?.aborted).to.equal(true);
    });
  }

  it('after the timeout that was set, and not before', async () => {
    const wire = new Wire(silent);
    let known = false;
    const pushed = wire
      .client({ timeout: 90_000 })
      .push(TOKEN, ORDER)
      .finally(() => {
        known = true;
      });
    await wire.clock.advance(89_999);
    expect(known).to.equal(false);
    await wire.clock.advance(1);
    expect(failureOf(await pushed)).to.include({ reason: 'timeout' });
    expect(wire.clock.pending).to.equal(0);
  });

  it('also where an answer comes when the time is already up', async () => {
    let answerNow!: (response: Response) => void;
    const wire = new Wire(
      () =>
        new Promise((resolve) => {
          answerNow = resolve;
        }),
    );
    const pushed = wire.client().push(TOKEN, ORDER);
    await wire.clock.advance(TIMEOUT_MS);
    const result = await pushed;
    const before = JSON.stringify(result);
    answerNow(new Response(JSON.stringify(accepted)));
    await wire.clock.flush();
    expect(JSON.stringify(result)).to.equal(before);
    expect(failureOf(result)).to.include({ reason: 'timeout' });
  });
});

describe('A push, whatever comes of it,', () => {
  /** Bodies near enough to the documented ones to be mistaken for them. */
  const code = fc.oneof(fc.constantFrom<unknown>('0', 0, '1', 1, null, '', {}), fc.jsonValue());
  const id = fc.oneof(fc.constantFrom<unknown>('ws_CO_1', '', null, 1), fc.jsonValue());
  const plausible = fc.record(
    {
      payment_id: id,
      daraja_response: fc.oneof(
        fc.record({ CheckoutRequestID: id, MerchantRequestID: id, ResponseCode: code }, { requiredKeys: [] }),
        fc.jsonValue(),
      ),
      daraja_error: fc.oneof(
        fc.record(
          { errorCode: fc.constantFrom<unknown>('404.001.03', '500.001.1001', '', null, 7) },
          { requiredKeys: [] },
        ),
        fc.jsonValue(),
      ),
      error: fc.constantFrom<unknown>('Access token not provided', null, 'no'),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof({ weight: 4, arbitrary: plausible }, { weight: 1, arbitrary: fc.jsonValue() });
  const status = fc.oneof(fc.constantFrom(200, 201, 400, 401, 404, 500, 502), fc.integer({ min: 200, max: 599 }));
  const bodied = status.filter((value) => ![204, 205, 304].includes(value));

  type Body = {
    payment_id?: unknown;
    daraja_response?: Record<string, unknown>;
    daraja_error?: Record<string, unknown>;
  };
  const read = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Body;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';

  it('never rejects, is sent once, and is accepted on nothing less than its ids and ResponseCode 0', async () => {
    await fc.assert(
      fc.asyncProperty(body, bodied, async (value, http) => {
        const { result } = await push(json(value, http));
        const { payment_id, daraja_response } = read(value);
        const ids = read(daraja_response) as Record<string, unknown>;
        const clear =
          http < 300 &&
          (isText(payment_id) || typeof payment_id === 'number') &&
          isText(ids['CheckoutRequestID']) &&
          /^0$/.test(String(ids['ResponseCode']));
        if (!clear) expect(result.kind).not.to.equal('accepted');
      }),
      { numRuns: 300 },
    );
  });

  it('is called refused only where the answer proves it', async () => {
    await fc.assert(
      fc.asyncProperty(body, bodied, async (value, http) => {
        const { result } = await push(json(value, http));
        if (result.kind === 'accepted' || promptPossible(result.failure.reason)) return;
        const { daraja_error, daraja_response } = read(value);
        const errorCode = (read(daraja_error) as Record<string, unknown>)['errorCode'];
        const responseCode = (read(daraja_response) as Record<string, unknown>)['ResponseCode'];
        const proof =
          isText(errorCode) ||
          typeof errorCode === 'number' ||
          isText(daraja_error) ||
          (http >= 300 && http < 500) ||
          (http < 300 && responseCode !== undefined && responseCode !== '0' && responseCode !== 0);
        expect(proof, `${http} ${JSON.stringify(value)}`).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('says in its message what a developer needs, and neither token nor phone number', async () => {
    for (const answer of [
      json(expired, 404),
      json(tokenMissing, 400),
      html(502),
      html(),
      broken,
      json(darajaError('400.002.02')),
    ]) {
      const { message, reason } = failureOf((await push(answer)).result);
      expect(message).to.contain(reason);
      expect(message).not.to.contain(TOKEN);
      expect(message).not.to.contain(ORDER.phone);
    }
  });
});

describe('A token that the backend echoes', () => {
  const echo = {
    token: TOKEN,
    [TOKEN]: 'as a key',
    nested: { deep: [{ [`key ${TOKEN}`]: [`a ${TOKEN} and ${TOKEN} again`, { header: `Bearer ${TOKEN}` }] }] },
    untouched: [1, true, null, 'text', { a: {} }],
  };

  it('is blotted out of an accepted body, in values and keys, however deep, and all else is kept', async () => {
    const { result } = await push(json({ ...accepted, ...echo }));
    expect(result.kind).to.equal('accepted');
    expect(JSON.stringify(result)).not.to.contain(TOKEN);
    expect(result).to.have.deep.nested.property('response.untouched', echo.untouched);
    expect(result).to.have.nested.property('response.payment_id', accepted.payment_id);
  });

  it('is blotted out of Daraja’s error', async () => {
    for (const code of ['404.001.03', '400.002.02', `400 ${TOKEN}`]) {
      const { result } = await push(json(darajaError(code, `Invalid Access Token - ${TOKEN}`, TOKEN), 404));
      expect(JSON.stringify(result)).not.to.contain(TOKEN);
      expect(failureOf(result).darajaError?.errorMessage).to.contain('Invalid Access Token - ');
    }
  });

  for (const [what, spell] of [
    ['URL-encoded', encodeURIComponent],
    ['escaped for JSON within JSON', (token: string) => JSON.stringify({ token })],
    ['escaped for JSON as PHP does it', (token: string) => JSON.stringify({ token }).replaceAll('/', '\\/')],
    ['in base64', btoa],
    ['in base64 after one more character', (token: string) => btoa(`:${token}`)],
    ['in base64 between a name and a colon', (token: string) => `Basic ${btoa(`Bearer ${token}:`)}`],
    ['in base64 between two characters and an end', (token: string) => btoa(`id${token}!!`)],
  ] as const) {
    it(`is blotted out where it is ${what}`, async () => {
      for (const token of [TOKEN, 'AAAA/BBB+CCC=="quoted"', 'eyJhbGciOiJIUzI1NiJ9.e30.x-_y~z']) {
        const echoed = spell(token);
        const { result } = await push(json({ ...accepted, echo: `say ${echoed}!` }), { token });
        expect(result.kind).to.equal('accepted');
        expect(result).to.have.nested.property('response.echo').that.contains('[token]');
        // Not enough is left of it to be of use: a letter or two that also belong to a neighbour.
        const left = (result as unknown as { response: { echo: string } }).response.echo.replace('[token]', '');
        expect(left.length, left).to.be.below(`say ${echoed}!`.length - token.length / 2);
      }
    });
  }

  it('is blotted out however deep it stands, and the answer beside it is kept', async () => {
    const depth = 20_000;
    const deep = `${'['.repeat(depth)}"${TOKEN}"${']'.repeat(depth)}`;
    const { result } = await push(text(`${JSON.stringify(accepted).slice(0, -1)},"echo":${deep}}`));
    if (result.kind !== 'accepted') throw new Error('Not accepted');
    let echo = result.response['echo'];
    for (let level = 0; level < depth; level++) echo = (echo as unknown[])[0];
    expect(echo).to.equal('[token]');
  });

  it('is blotted out where it is the token before this one', async () => {
    const first = 'the-first-token-of-the-attempt';
    const wire = new Wire(json({ ...accepted, ...echo }), json({ ...accepted, echo: first }));
    const client = wire.client();
    await client.push(first, ORDER);
    expect(JSON.stringify(await client.push(TOKEN, ORDER))).not.to.contain(first);
  });

  for (const token of ['0', '1', 'ws', 'id', 'payment', 'code']) {
    it(`does not eat an answer where it is as short as ${JSON.stringify(token)}: it is a dummy`, async () => {
      const { result } = await push(json(accepted), { token });
      expect(result).to.deep.include({ kind: 'accepted', response: accepted });
    });
  }

  it('does not garble an id that has it in it', async () => {
    const { payment_id, daraja_response } = accepted;
    for (const token of [payment_id, daraja_response.CheckoutRequestID, 'payment_id', 'ResponseCode', '_10122018']) {
      const { result } = await push(json(accepted), { token });
      expect(result, token).to.have.deep.property('checkout', {
        paymentId: payment_id,
        checkoutRequestId: daraja_response.CheckoutRequestID,
        merchantRequestId: daraja_response.MerchantRequestID,
      });
    }
  });

  it('is blotted out also where it is written in characters that a pattern would read as its own', async () => {
    for (const token of ['a.b+c*d?', '$&$1$2$`', '(x)[y]{z}', '\\d+\\w*\\S', '^a|b$^c|d$']) {
      const body = { ...accepted, echo: `say ${token}!` };
      const { result } = await push(json(body), { token });
      expect(result.kind, token).to.equal('accepted');
      expect(result).to.have.nested.property('response.echo').that.does.not.contain(token);
    }
  });

  it('does not eat an answer where it is empty: what was accepted is not called refused', async () => {
    const { result } = await push(json(accepted), { token: '' });
    expect(result).to.have.property('kind', 'accepted');
    expect(result).to.have.deep.property('response', accepted);
  });

  it('makes no answer an exception, whatever characters it is of and whatever the body holds', async () => {
    const token = fc.oneof(
      fc.stringMatching(/^[!-~]{1,28}$/),
      fc.constantFrom('1544450311', '0', 'null', 'true', '"', ',', ':', '{}', '","', 'n', 'u0041', '":"', '[token]'),
    );
    const odd = { time: 1544450311, none: null, yes: true, lines: 'one\ntwo\u0001\u2028', quote: '"\\', list: [{}] };
    await fc.assert(
      fc.asyncProperty(token, fc.jsonValue(), async (value, rest) => {
        const { result } = await push(json({ ...accepted, ...odd, rest, echo: value }), { token: value });
        expect(result.kind).to.be.oneOf(['accepted', 'failed']);
      }),
      { numRuns: 100, examples: [['1544450311', null]] },
    );
  });

  it('is nowhere in any result', async () => {
    const echoes = [{ ...accepted, ...echo }, { ...expired, ...echo }, echo, [echo], TOKEN, { error: TOKEN }];
    for (const body of echoes) {
      for (const status of [200, 400, 404, 500]) {
        const { result } = await push(json(body, status));
        expect(JSON.stringify(result)).not.to.contain(TOKEN);
      }
    }
  });

  it('does not make a body of keys that mean something to JavaScript more than a body', async () => {
    const body = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(accepted).slice(1)}`;
    const { result } = await push(text(body));
    expect(result.kind).to.equal('accepted');
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect((result as unknown as Record<string, Record<string, unknown>>)['response']!['polluted']).to.equal(undefined);
  });
});

describe('What a developer is told of a failed push', () => {
  for (const [answer, message] of [
    [json({}, 500), 'push: server-error, HTTP 500'],
    [json(darajaError('400.002.02'), 400), 'push: rejected, HTTP 400, Daraja 400.002.02'],
    [json({ daraja_error: 'Wrong credentials' }, 400), 'push: rejected, HTTP 400'],
    [json(darajaError('400.002.02'), 302), 'push: rejected, HTTP 302, Daraja 400.002.02'],
    [json({}), 'push: bad-response, HTTP 200'],
    [json({}, 302), 'push-url redirects: name the final address'],
    [opaqueRedirect, 'push-url redirects: name the final address'],
    [broken, 'push: network'],
  ] as const) {
    it(`is “${message}”`, async () => {
      expect(failureOf((await push(answer)).result).message).to.equal(message);
    });
  }
});

describe('A payment’s id', () => {
  for (const [id, paymentId] of [
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['99999999999999999999', '99999999999999999999'],
  ] as const) {
    it(`may be ${typeof id} ${id}`, async () => {
      const { result } = await push(json({ ...accepted, payment_id: id }));
      expect(result).to.have.nested.property('checkout.paymentId', paymentId);
    });
  }
});
