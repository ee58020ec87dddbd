import { expect } from '@open-wc/testing';
import { requestStatus } from '../../src/client/status.js';
import { broken, json, opaqueRedirect, silent, STATUS_URL, text, TIMEOUT_MS, Wire, type Answer } from './wire.js';

async function ask(answer: Answer, { url = STATUS_URL, waitS }: { url?: string; waitS?: number } = {}) {
  const wire = new Wire(answer);
  const { setTimeout, clearTimeout, now } = wire.clock;
  const environment = { fetch: wire.fetch, setTimeout, clearTimeout, now };
  const asked = requestStatus(
    { url, orderId: '1', waitS, credentials: 'same-origin', timeoutMs: TIMEOUT_MS },
    environment,
  );
  await wire.clock.advance(TIMEOUT_MS);
  return { result: await asked, query: new URL(wire.requests[0]!.url).searchParams };
}

describe('A question for the outcome', () => {
  it('says for how long the answer may be held', async () => {
    expect((await ask(json({}), { waitS: 20 })).query.get('wait')).to.equal('20');
  });

  it('says nothing of it if it has no time to wait', async () => {
    for (const waitS of [0, undefined]) {
      expect((await ask(json({}), waitS === undefined ? {} : { waitS })).query.has('wait')).to.equal(false);
    }
  });

  it('leaves a wait of the URL’s own as it is', async () => {
    const { query } = await ask(json({}), { url: `${STATUS_URL}?wait=5`, waitS: 20 });
    expect(query.getAll('wait')).to.deep.equal(['5']);
  });

  for (const [words, answer] of Object.entries({
    'a 200 that says “not yet”': json({ status: 'pending' }),
    'a 200 of no known shape': text('<p>Hello</p>'),
    'a 202': json({}, 202),
    'a 204': text('', 204),
    'a 404': json({}, 404),
  })) {
    it(`is answered by ${words}`, async () => {
      expect((await ask(answer)).result).to.include({ kind: 'pending', answered: true });
    });
  }

  for (const [words, answer] of Object.entries({
    'a broken line': broken,
    silence: silent,
    'a 401': json({}, 401),
    'a 429': json({}, 429),
    'a 500': json({}, 500),
    'a 503': json({}, 503),
    'a redirect': opaqueRedirect,
  })) {
    it(`is not answered by ${words}`, async () => {
      expect((await ask(answer)).result).to.include({ kind: 'pending', answered: false });
    });
  }
});
