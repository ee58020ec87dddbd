import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { ClientOptions } from '../../src/client/index.js';
import fresh from '../support/fixtures/token-fresh.json' with { type: 'json' };
import stored from '../support/fixtures/token-stored.json' with { type: 'json' };
import {
  broken,
  cutShort,
  deaf,
  html,
  json,
  silent,
  stalled,
  text,
  TIMEOUT_MS,
  TOKEN,
  TOKEN_URL,
  Wire,
  type Answer,
} from './wire.js';

const SECOND_MS = 1_000;

/** Asks for a token, and lets `ms` pass. */
async function ask(answer: Answer, { ms = 0, ...options }: ClientOptions & { ms?: number } = {}) {
  const wire = new Wire(answer);
  const asked = wire.client(options).requestToken();
  await wire.clock.advance(ms);
  const result = await asked;
  expect(wire.requests, 'one request').to.have.lengthOf(1);
  expect(wire.clock.pending, 'timers left').to.equal(0);
  return { result, wire };
}

/** The moment at which a token's life ends, from the body that brought it. */
async function expiresAt(body: unknown): Promise<{ expiresAt: number; now: number }> {
  const { result, wire } = await ask(json(body));
  if (result.kind !== 'token') throw new Error('No token');
  return { expiresAt: result.token.expiresAt, now: wire.clock.now() };
}

describe('The token request', () => {
  it('is a plain GET of token-url, kept by no cache', async () => {
    const { wire } = await ask(json(fresh));
    const { url, init } = wire.requests[0]!;
    expect(url).to.equal(TOKEN_URL);
    expect(init.method ?? 'GET').to.equal('GET');
    expect(init.body).to.equal(undefined);
    expect([...new Headers(init.headers)]).to.deep.equal([]);
    expect(init.cache).to.equal('no-store');
    expect(init.credentials).to.equal('same-origin');
  });

  it('takes cookies along as the page says', async () => {
    for (const credentials of ['omit', 'same-origin', 'include'] as const) {
      const { wire } = await ask(json(fresh), { credentials });
      expect(wire.requests[0]?.init.credentials).to.equal(credentials);
    }
  });

  it('is never sent again, whatever came of it', async () => {
    for (const answer of [broken, html(500), html(), text('', 204), json({}, 401), json({ error: 'no' }, 503)]) {
      await ask(answer); // which counts the requests
    }
  });
});

describe('A token', () => {
  it('is read from the fresh form, and lives for expires_in from now', async () => {
    const { result, wire } = await ask(json(fresh));
    expect(result).to.deep.equal({
      kind: 'token',
      token: { value: TOKEN, expiresAt: wire.clock.now() + 3599 * SECOND_MS },
    });
  });

  it('is read from the stored form, and lives until expiring_time, not for expires_in from now', async () => {
    const { result } = await ask(json(stored));
    expect(result).to.deep.equal({ kind: 'token', token: { value: TOKEN, expiresAt: 1544450311 * SECOND_MS } });
  });

  it('without expiring_time lives for expires_in from updated_at', async () => {
    const { expiring_time: _, ...rest } = stored;
    const end = await expiresAt(rest);
    expect(Math.floor(end.expiresAt / SECOND_MS)).to.equal(1544450311);
  });

  for (const [what, body] of Object.entries({
    'numbers as strings': { access_token: TOKEN, expiring_time: '1544450311', expires_in: '3599' },
    'expiring_time alone': { access_token: TOKEN, expiring_time: 1544450311 },
    'a junk expires_in beside it': { access_token: TOKEN, expiring_time: 1544450311, expires_in: 'soon' },
    'a junk updated_at beside it': { access_token: TOKEN, expiring_time: 1544450311, updated_at: 'yesterday' },
    'unknown keys beside it': { ...stored, token_type: 'Bearer', scope: '' },
  })) {
    it(`lives until expiring_time, with ${what}`, async () => {
      expect((await expiresAt(body)).expiresAt).to.equal(1544450311 * SECOND_MS);
    });
  }

  for (const [what, body] of Object.entries({
    'a number': { access_token: TOKEN, expires_in: 3599 },
    'a string': { access_token: TOKEN, expires_in: '3599' },
    'a junk updated_at': { access_token: TOKEN, expires_in: 3599, updated_at: 'yesterday' },
    'a null updated_at and expiring_time': {
      access_token: TOKEN,
      expires_in: 3599,
      updated_at: null,
      expiring_time: null,
    },
    'a junk expiring_time': { access_token: TOKEN, expires_in: 3599, expiring_time: 'later' },
  })) {
    it(`lives for expires_in from now, with ${what}`, async () => {
      const { expiresAt: end, now } = await expiresAt(body);
      expect(end).to.equal(now + 3599 * SECOND_MS);
    });
  }

  it('is read after byte order marks', async () => {
    const { result } = await ask(text(`\uFEFF\uFEFF${JSON.stringify(fresh)}`));
    expect(result).to.have.nested.property('token.value', TOKEN);
  });

  it('is trimmed of the white space around it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t', '\u00A0', '\uFEFF') }),
        fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t', '\u00A0', '\uFEFF') }),
        async (before, after) => {
          const { result } = await ask(json({ ...fresh, access_token: before + TOKEN + after }));
          expect(result).to.have.nested.property('token.value', TOKEN);
        },
      ),
      { numRuns: 50 },
    );
  });

  for (const life of [undefined, null, 'soon', '', {}, [], true, [3599], { seconds: 3599 }]) {
    it(`is a token also where its life is ${JSON.stringify(life)}: nobody knows when it ends`, async () => {
      const { expiresAt: end } = await expiresAt({ access_token: TOKEN, expires_in: life });
      expect(end).to.be.NaN;
    });
  }

  it('is a token whatever the answer says of its life', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          { expires_in: fc.jsonValue(), expiring_time: fc.jsonValue(), updated_at: fc.jsonValue() },
          { requiredKeys: [] },
        ),
        async (rest) => {
          const { result } = await ask(json({ ...rest, access_token: TOKEN }));
          expect(result.kind).to.equal('token');
          if (result.kind === 'token') expect(result.token.expiresAt).to.be.a('number');
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('No token', () => {
  for (const [what, body] of Object.entries({
    'an object without one': { message: 'Welcome' },
    'an empty token': { access_token: '', expires_in: '3599' },
    'a number': { access_token: 42 },
    null: { access_token: null },
    'a list': { access_token: [TOKEN] },
    'an object': { access_token: { value: TOKEN } },
    'another key': { accessToken: TOKEN, token: TOKEN },
    'a bare string': TOKEN,
    'a list of tokens': [fresh],
    'a token in an envelope': { data: fresh },
  })) {
    it(`is ${what}`, async () => {
      const { result } = await ask(json(body));
      expect(result).to.deep.equal({ kind: 'unavailable', status: 200 });
    });
  }

  for (const bad of [
    ...['with space', 'tab\there', 'line\nbreak', 'cr\rhere', 'header\r\nX-Injected: 1', 'Bearer x', ' \n'],
    ...['nul\u0000', 'del\u007F', 'not-latin-\u20AC', 'caf\u00E9', 'smart\u201Cquotes\u201D', 'b\uFEFFom', '😀'],
  ]) {
    it(`is what no header can carry: ${JSON.stringify(bad)}`, async () => {
      const { result } = await ask(json({ access_token: bad, expires_in: '3599' }));
      expect(result).to.deep.equal({ kind: 'unavailable', status: 200 });
    });
  }

  for (const good of [
    'a',
    'a.b-c_d~e+f/g=',
    'eyJhbGciOiJIUzI1NiJ9.e30.x',
    '!#$%&\'*^`|"(),:;<>?@[\\]{}',
    '~'.repeat(4096),
  ]) {
    it(`is not what a header can carry: ${good.slice(0, 30)}`, async () => {
      const { result } = await ask(json({ access_token: good, expires_in: '3599' }));
      expect(result).to.have.nested.property('token.value', good);
      expect(new Headers({ Authorization: good }).get('Authorization')).to.equal(good);
    });
  }

  for (const status of [400, 401, 403, 404, 429, 500, 502, 503]) {
    it(`is a token that comes with HTTP ${status}`, async () => {
      const { result } = await ask(json(fresh, status));
      expect(result).to.deep.equal({ kind: 'unavailable', status });
    });
  }

  for (const [what, answer, status] of [
    ['HTML', html(), 200],
    ['HTML with HTTP 502', html(502), 502],
    ['an empty body', text(''), 200],
    ['no content', text('', 204), 204],
    ['JSON with something after it', text(`${JSON.stringify(fresh)}<!-- served in 3 ms -->`), 200],
    ['a body that is cut short', cutShort(fresh), 200],
    ['a broken connection', broken, undefined],
  ] as const) {
    it(`is ${what}`, async () => {
      expect((await ask(answer)).result).to.deep.equal({ kind: 'unavailable', status });
    });
  }

  it('is there when fetch itself throws', async () => {
    const { result } = await ask(() => {
      throw new TypeError('Failed to execute fetch');
    });
    expect(result).to.deep.equal({ kind: 'unavailable', status: undefined });
  });

  for (const [what, answer, status] of [
    ['an answer', silent, undefined],
    ['an answer to a fetch that ignores its signal', deaf, undefined],
    ['the rest of the body', stalled(fresh), 200],
    ['the rest of the body from a fetch that ignores its signal', stalled(fresh, 200, { deaf: true }), 200],
  ] as const) {
    it(`is there when the time is up before ${what}`, async () => {
      const { result } = await ask(answer, { ms: TIMEOUT_MS });
      expect(result).to.deep.equal({ kind: 'unavailable', status });
    });
  }

  it('is known after the timeout that was set, and not before', async () => {
    const wire = new Wire(silent);
    let known = false;
    const asked = wire
      .client({ timeout: 5_000 })
      .requestToken()
      .then((result) => {
        known = true;
        return result;
      });
    await wire.clock.advance(4_999);
    expect(known).to.equal(false);
    await wire.clock.advance(1);
    expect(known).to.equal(true);
    expect(await asked).to.deep.equal({ kind: 'unavailable', status: undefined });
    expect(wire.requests[0]?.init.signal?.aborted).to.equal(true);
    expect(wire.clock.pending).to.equal(0);
  });

  it('is there when the caller gives the request up', async () => {
    for (const answer of [silent, deaf, stalled(fresh)]) {
      const wire = new Wire(answer);
      const aborter = new AbortController();
      const asked = wire.client().requestToken(aborter.signal);
      await wire.clock.flush();
      aborter.abort();
      expect(await asked).to.have.property('kind', 'unavailable');
      expect(wire.requests[0]?.init.signal?.aborted).to.equal(true);
      expect(wire.clock.pending).to.equal(0);
    }
  });

  it('is there when the caller had given the request up before', async () => {
    const wire = new Wire(silent);
    const result = await wire.client().requestToken(AbortSignal.abort());
    expect(result).to.deep.equal({ kind: 'unavailable', status: undefined });
    expect(wire.clock.pending).to.equal(0);
  });

  it('comes of an answer, however strange: the promise never rejects', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 200, max: 599 }), async (body, status) => {
        const { result } = await ask(json(body, status));
        expect(result).to.deep.equal({ kind: 'unavailable', status });
      }),
      { numRuns: 50 },
    );
  });
});
