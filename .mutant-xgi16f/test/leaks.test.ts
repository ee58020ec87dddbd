/** P10 and the core's promise: nothing of a secret is kept, and nothing of Node's is needed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase, SQLITE } from './support/databases.js';
import { PASSKEY, PHONE, SECRET, Shop } from './support/shop.js';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));
/** The command, and the entry for Node. */
const OF_NODE = ['cli.ts', 'node.ts', 'orders.ts', 'prometheus.ts', 'webhook.ts'];

it('the database keeps no whole phone, token, passkey, secret or callback address', async () => {
  const database = await openDatabase(SQLITE);
  const shop = await Shop.open(database.option);
  const pageToken = await shop.token();
  await shop.push({}, pageToken);
  const prompt = shop.daraja.lastPrompt;
  shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
  await shop.callback(prompt, 0);
  shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: `Bad ${PHONE}` } });
  await shop.push({ order_id: '48', amount: '48744.15' });
  await shop.payments.stop();

  const folder = dirname(database.url.replace('file:', ''));
  const bytes = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
  assert.ok(bytes.includes(prompt.checkoutRequestId));
  assert.ok(bytes.includes('NLJ7RT61SV'));
  const mac = prompt.callbackUrl.split('/').at(-1) ?? '';
  for (const secret of [PHONE, PHONE.slice(3), PASSKEY, SECRET, 'daraja-token-', pageToken, mac, 'secret-0001']) {
    assert.equal(bytes.includes(secret), false, secret);
  }
  await database.drop();
});

it('the core imports nothing of Node’s', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const core = files.filter((name) => !OF_NODE.includes(name));
  assert.ok(core.length > 20);
  for (const name of core) {
    const source = readFileSync(join(SOURCES, name), 'utf8');
    const imports = [...source.matchAll(/^import (?!type )[^;]*? from '([^']+)'/gms)].map(([, from]) => from);
    const foreign = imports.filter((from) =>
      /^(?:node:|@hono\/node-server|pg$|libsql$|pino$|prom-client$)/.test(from ?? ''),
    );
    assert.deepEqual(foreign, [], name);
  }
});
