/** The mounts of examples/servers/node, each as it is written: a payment from the token to the receipt, and no second prompt. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../e2e/support.js';
import { ACCOUNT, folder as examples, PRICE, PUSH, STATUS, TOKEN } from './example-server.js';
import { FakeDaraja } from './fake-daraja.js';
import { freePort } from '../support/free-port.js';

/**
 * Calls a Next.js route's handlers as Next.js does: by method, with a web-standard request, once what `register` does is done.
 * test/integration has it in Next.js itself.
 */
const NEXT = `
  import { createServer } from 'node:http';
  import { getRequestListener } from '@hono/node-server';
  import * as route from ${JSON.stringify(join(examples, 'node/next-route.mjs'))};
  import { register } from ${JSON.stringify(join(examples, 'node/next-instrumentation.mjs'))};
  process.env.NEXT_RUNTIME = 'nodejs';
  await register();
  createServer(getRequestListener((request) => route[request.method](request))).listen(Number(process.env.PORT), '127.0.0.1');
`;

const mounts: Readonly<Record<string, readonly string[]>> = {
  'plain Node': [join(examples, 'node/server.mjs')],
  Express: [join(examples, 'node/express.mjs')],
  Hono: [join(examples, 'node/hono.mjs')],
  'a Next.js route handler': ['--input-type=module', '--eval', NEXT],
};

describe('The mounts of examples/servers/node', () => {
  let daraja: FakeDaraja;
  before(async () => {
    daraja = await FakeDaraja.start();
  });
  after(() => daraja.stop());

  for (const [name, words] of Object.entries(mounts))
    it(`pay in ${name}, and send one prompt`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-mount-'));
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      writeFileSync(join(folder, 'orders.json'), JSON.stringify({ [name]: PRICE }));
      const child: ChildProcess = spawn(process.execPath, words, {
        env: {
          PATH: process.env['PATH'],
          PORT: String(port),
          PAYMENTS_FILE: join(folder, 'payments.db'),
          ORDERS_FILE: join(folder, 'orders.json'),
          PUBLIC_URL: origin,
          SECRET: 'a secret of 32 characters or more for this test',
          SHOP_ORIGIN: 'https://shop.example',
          DARAJA_BASE_URL: daraja.origin,
          ...ACCOUNT,
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      try {
        const ready = () =>
          fetch(origin + TOKEN).then(
            ({ ok }) => ok,
            () => false,
          );
        await until(() => ready().then((ok) => ok || child.exitCode !== null), 'the server to listen');
        assert.equal(child.exitCode, null, output);
        const { access_token } = (await (await fetch(origin + TOKEN)).json()) as { access_token: string };
        const headers = { authorization: access_token, 'content-type': 'application/json' };
        const order = { order_id: name, user_phone_number: '254723123123', amount: PRICE };
        const push = () => fetch(origin + PUSH, { method: 'POST', headers, body: JSON.stringify({ order }) });
        assert.equal((await fetch(origin + PUSH, { method: 'HEAD', headers })).status, 204);
        assert.equal((await push()).status, 200);
        assert.equal((await push()).status, 409);
        const [prompt, ...others] = daraja.promptsOf(name.slice(0, 12));
        assert.ok(prompt);
        assert.equal(others.length, 0);
        daraja.knows(prompt.id, 0);
        assert.equal(await daraja.callback(prompt, 0), 200);
        const status = await fetch(`${origin}${STATUS}?order_id=${encodeURIComponent(name)}&wait=20`, { headers });
        assert.equal(status.status, 200);
        const { result_code, mpesa_receipt_number } = (await status.json()) as Record<string, unknown>;
        assert.deepEqual([result_code, mpesa_receipt_number], [0, `R${prompt.id}`]);
        await until(() => output.includes(`payment.paid ${name}`), 'the shop to be told');
      } finally {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
        rmSync(folder, { recursive: true });
      }
    });
});
