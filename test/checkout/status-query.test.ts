import { expect } from '@open-wc/testing';
import type { AttemptSettings } from '../../src/checkout/settings.js';
import { createStatusQuery } from '../../src/checkout/status-query.js';
import type { HttpEnvironment } from '../../src/client/http.js';
import { Bench } from '../support/checkout-bench.js';

describe('A question for the outcome', () => {
  let settings: AttemptSettings;
  let sent: { url: string; authorization: string | null }[];
  let status: { status: number; body: unknown };

  beforeEach(() => {
    ({ settings } = new Bench().page());
    sent = [];
    status = { status: 200, body: { status: 'pending' } };
  });

  const environment: HttpEnvironment = {
    fetch: (url, { headers }) => {
      sent.push({ url, authorization: new Headers(headers).get('authorization') });
      const token = { access_token: `new-token-${sent.length}`, expires_in: '3599' };
      const answer = url.includes('/token') ? { status: 200, body: token } : status;
      const text = () => Promise.resolve(JSON.stringify(answer.body));
      return Promise.resolve({ status: answer.status, headers: new Headers(), text } as Response);
    },
    setTimeout: () => 0,
    clearTimeout: () => undefined,
    now: () => 0,
  };
  const token = (value: string) => ({ value, expiresAt: NaN });
  const ask = (query: ReturnType<typeof createStatusQuery>, statusUrl = settings.statusUrl) =>
    query.ask({ ...settings, statusUrl }, 'p1', 0, new AbortController().signal);

  it('knows the last eight tokens of the order, newest first, and lets no answer bring one of them back', async () => {
    const query = createStatusQuery(environment);
    const names = Array.from({ length: 9 }, (_, index) => `token-number-${index}`);
    for (const name of names) query.use(token(name));
    expect(query.secrets).to.deep.equal(names.reverse().slice(0, 8));
    status.body = { result_code: 0, result_desc: 'Paid, as token-number-1 says' };
    expect(await ask(query)).to.have.nested.property('outcome.resultDesc', 'Paid, as [token] says');
  });

  it('is repeated once with a fresh token, and not again if that is refused too', async () => {
    const query = createStatusQuery(environment);
    query.use(token('old-token'));
    status = { status: 401, body: {} };
    expect(await ask(query)).to.include({ kind: 'pending', tokenExpired: true });
    expect(sent.map(({ authorization }) => authorization)).to.deep.equal(['old-token', null, 'new-token-2']);
  });

  it('is asked once where no token may be sent, whatever the answer says of one', async () => {
    status = { status: 401, body: {} };
    expect(await ask(createStatusQuery(environment), 'https://elsewhere.test/status')).to.include({ kind: 'pending' });
    expect(sent).to.have.lengthOf(1);
  });
});
