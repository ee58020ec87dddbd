import { expect } from '@open-wc/testing';
import { createTokenSource, TOKEN_MIN_LIFE_MS } from '../../src/checkout/token-source.js';
import type { TokenResult } from '../../src/client/token.js';

const AUDIENCE = 'https://pay.test/token same-origin';

describe('The token of an attempt', () => {
  let now: number;
  let asked: string[];

  beforeEach(() => {
    now = 1_000_000;
    asked = [];
  });

  const source = () => createTokenSource(() => now);

  /** A request that is answered at once, by a token that lives for `lifeMs`. */
  const request =
    (value: string, lifeMs = 3_599_000) =>
    (): Promise<TokenResult> => {
      asked.push(value);
      return Promise.resolve({ kind: 'token', token: { value, expiresAt: now + lifeMs } });
    };

  const failing = (): Promise<TokenResult> => {
    asked.push('in vain');
    return Promise.resolve({ kind: 'unavailable', status: 503 });
  };

  const valueOf = (result: TokenResult) => (result.kind === 'token' ? result.token.value : result.kind);

  it('is asked for when it is needed', async () => {
    expect(valueOf(await source().take(AUDIENCE, request('fresh')))).to.equal('fresh');
    expect(asked).to.deep.equal(['fresh']);
  });

  it('is the one that was asked for ahead of time, once', async () => {
    const tokens = source();
    void tokens.prefetch(AUDIENCE, request('early'));
    void tokens.prefetch(AUDIENCE, request('again'));
    expect(valueOf(await tokens.take(AUDIENCE, request('fresh')))).to.equal('early');
    expect(asked).to.deep.equal(['early']);
  });

  it('serves one attempt', async () => {
    const tokens = source();
    void tokens.prefetch(AUDIENCE, request('early'));
    await tokens.take(AUDIENCE, request('unused'));
    expect(valueOf(await tokens.take(AUDIENCE, request('fresh')))).to.equal('fresh');
    void tokens.prefetch(AUDIENCE, request('next'));
    expect(valueOf(await tokens.take(AUDIENCE, request('unused')))).to.equal('next');
  });

  it('is waited for where it is still on its way', async () => {
    const tokens = source();
    let answer!: (result: TokenResult) => void;
    void tokens.prefetch(AUDIENCE, () => new Promise((resolve) => (answer = resolve)));
    const taken = tokens.take(AUDIENCE, request('fresh'));
    answer({ kind: 'token', token: { value: 'early', expiresAt: now + TOKEN_MIN_LIFE_MS } });
    expect(valueOf(await taken)).to.equal('early');
    expect(asked).to.deep.equal([]);
  });

  for (const [life, used] of [
    [TOKEN_MIN_LIFE_MS, 'early'],
    [TOKEN_MIN_LIFE_MS - 1, 'fresh'],
    [-1, 'fresh'],
  ] as const) {
    it(`is the ${used} one where that which was asked for early has ${life} ms left`, async () => {
      const tokens = source();
      void tokens.prefetch(AUDIENCE, request('early', life + 5_000));
      now += 5_000;
      expect(valueOf(await tokens.take(AUDIENCE, request('fresh')))).to.equal(used);
    });
  }

  it('is used where nobody said how long it lives', async () => {
    const tokens = source();
    void tokens.prefetch(AUDIENCE, request('early', NaN));
    expect(valueOf(await tokens.take(AUDIENCE, request('fresh')))).to.equal('early');
  });

  it('is used as it is where it has just been asked for, by whatever clock', async () => {
    expect(valueOf(await source().take(AUDIENCE, request('fresh', -3_600_000)))).to.equal('fresh');
    expect(asked).to.deep.equal(['fresh']);
  });

  it('is asked for again where the early one was not to be had, in silence', async () => {
    const tokens = source();
    void tokens.prefetch(AUDIENCE, failing);
    expect(valueOf(await tokens.take(AUDIENCE, request('fresh')))).to.equal('fresh');
    expect(asked).to.deep.equal(['in vain', 'fresh']);
  });

  it('is not to be had where both fail', async () => {
    const tokens = source();
    void tokens.prefetch(AUDIENCE, failing);
    expect(await tokens.take(AUDIENCE, failing)).to.deep.equal({ kind: 'unavailable', status: 503 });
  });

  it('is not used for another endpoint than it was asked for', async () => {
    const tokens = source();
    void tokens.prefetch('https://elsewhere.test/token omit', request('foreign'));
    expect(valueOf(await tokens.take(AUDIENCE, request('own')))).to.equal('own');
  });

  it('is asked for ahead anew when the endpoint changes', async () => {
    const tokens = source();
    void tokens.prefetch('https://elsewhere.test/token omit', request('foreign'));
    void tokens.prefetch(AUDIENCE, request('own'));
    expect(valueOf(await tokens.take(AUDIENCE, request('late')))).to.equal('own');
  });
});
