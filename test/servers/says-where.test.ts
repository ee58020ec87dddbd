/** What whoever starts an example server reads: where it is, also where it chose the port, and how the simulated phone pays. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../e2e/support.js';
import { folder as examples, TOKEN } from './example-server.js';

const DARAJA = 'http://localhost:5173/daraja';

describe('An example server', () => {
  for (const [program, file] of [
    [process.execPath, 'node/server.mjs'],
    ['python3', 'python/server.py'],
  ] as const)
    it(`says where it listens, and how to pay: ${file}`, async (test) => {
      if (spawnSync(program, ['--version']).status !== 0) {
        test.skip(`there is no ${program} here`);
        return;
      }
      const folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-says-'));
      const child = spawn(program, [join(examples, file)], {
        env: {
          ...process.env,
          PORT: '0',
          PAYMENTS_FILE: join(folder, 'payments.db'),
          PUBLIC_URL: 'http://localhost:8080',
          SECRET: 'a secret of 32 characters or more for this test',
          SHOP_ORIGIN: 'https://shop.example',
          DARAJA_BASE_URL: DARAJA,
          DARAJA_CALLBACK_URL: 'http://localhost:8080/callback/0b7c1f6f2b9e4d7a',
          DARAJA_CONSUMER_KEY: 'a-consumer-key',
          DARAJA_CONSUMER_SECRET: 'a-consumer-secret',
          DARAJA_SHORTCODE: '174379',
          DARAJA_PASSKEY: 'a-passkey',
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      try {
        const approve = `curl -d '{"action":"approve"}' ${DARAJA}/handset/0723123123/prompts/latest\n`;
        await until(() => output.includes(approve) || child.exitCode !== null, 'the server to say how to pay');
        const [, origin] = /^The payments: (http:\/\/127\.0\.0\.1:[1-9]\d*)$/m.exec(output) ?? [];
        assert.ok(origin, output);
        assert.equal((await fetch(origin + TOKEN)).status, 200);
      } finally {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        rmSync(folder, { recursive: true });
      }
    });
});
