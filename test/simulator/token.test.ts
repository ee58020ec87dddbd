import { expect } from '@open-wc/testing';
import { Bench } from './simulation.js';

const TOKEN = '/payments/mpesa/token';

describe('The token endpoint', () => {
  it('gives a new token in the fresh form, its life a string', async () => {
    const { status, body } = await new Bench().json(TOKEN);
    expect(status).to.equal(200);
    expect(Object.keys(body)).to.deep.equal(['access_token', 'expires_in']);
    expect(body['access_token']).to.match(/^[A-Za-z0-9]{28}$/);
    expect(body['expires_in']).to.equal('3599');
  });

  it('gives a stored token in the stored form, its life a number that counts from updated_at', async () => {
    const bench = new Bench();
    const token = await bench.token();
    await bench.clock.advance(100_500);
    const { body } = await bench.json(TOKEN);
    expect(body).to.deep.equal({
      access_token: token,
      expiring_time: Date.UTC(2026, 0, 5, 9) / 1000 + 3599,
      expires_in: 3599,
      updated_at: '2026-01-05T09:00:00.000000Z',
    });
  });

  it('renews a token once it has expired, and not a second earlier', async () => {
    const bench = new Bench({ darajaSettings: { token_life_seconds: 30 } });
    const first = await bench.token();
    await bench.clock.advance(29_999);
    expect(await bench.token()).to.equal(first);
    await bench.clock.advance(1);
    const { body } = await bench.json(TOKEN);
    expect(body['access_token']).not.to.equal(first);
    expect(body['expires_in']).to.equal('30');
  });

  it('renews a token that Daraja has refused, whatever its age', async () => {
    const bench = new Bench();
    const first = await bench.token();
    bench.daraja.expireTokens();
    expect((await bench.push({}, first)).status).to.equal(404);
    const second = await bench.token();
    expect(second).not.to.equal(first);
    expect((await bench.push({}, second)).status).to.equal(200);
  });

  it('asks Daraja once for requests that come together', async () => {
    const bench = new Bench();
    const [first, second] = await Promise.all([bench.token(), bench.token()]);
    expect(first).to.equal(second);
    expect(bench.daraja.record.tokens).to.equal(1);
    expect(bench.backend.record.token_requests).to.equal(2);
  });

  it('says so with 502 when Daraja does not answer', async () => {
    const bench = new Bench({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    expect(await bench.json(TOKEN)).to.deep.equal({ status: 502, body: { error: 'Daraja gave no access token' } });
  });

  it('lets no cache keep a token', async () => {
    const response = await new Bench().fetch(TOKEN);
    expect(response.headers.get('cache-control')).to.equal('no-store');
  });
});
