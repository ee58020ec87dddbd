import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createClient } from '../../src/client/index.js';
import { answerObserver } from '../../src/client/http.js';

const TOKEN = 'dbeiaDd3YnAA6QdTt29ASkDTLuDq';
const ORDER = { orderId: '7', phone: '254723123123', amount: '10' };

/** A client whose backend answers every request with this text. */
function createWith(text: string, status = 200) {
  return createClient({
    tokenUrl: 'https://pay.test/token',
    pushUrl: 'https://pay.test/push',
    statusUrl: 'https://pay.test/status',
    environment: { fetch: () => Promise.resolve(new Response(text, { status })) },
  });
}

describe('The observer of answers', () => {
  afterEach(() => {
    delete answerObserver.heard;
  });

  it('hears each answer as it came, and nothing of what was sent', async () => {
    const heard: unknown[][] = [];
    answerObserver.heard = (...answer) => heard.push(answer);
    const client = createWith(' not {"json": true}', 418);
    await client.requestToken();
    await client.push(TOKEN, ORDER);
    await client.status({ orderId: '7', token: TOKEN });
    const text = ' not {"json": true}';
    assert.deepEqual(
      heard.map(([method, url, ...rest]) => [method, String(url).replace(/\?.*/, ''), ...rest]),
      [
        [undefined, 'https://pay.test/token', 418, text],
        ['POST', 'https://pay.test/push', 418, text],
        [undefined, 'https://pay.test/status', 418, text],
      ],
    );
    for (const secret of [TOKEN, ORDER.phone]) assert.ok(!JSON.stringify(heard).includes(secret));
  });

  it('changes nothing of what the client makes of an answer', async () => {
    const text = JSON.stringify({ access_token: TOKEN, expires_in: '3599' });
    const alone = await createWith(text).requestToken();
    answerObserver.heard = () => undefined;
    const observed = await createWith(text).requestToken();
    assert.ok(alone.kind === 'token' && observed.kind === 'token');
    assert.equal(observed.token.value, alone.token.value);
  });
});
