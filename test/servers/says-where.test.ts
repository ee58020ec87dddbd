/** What whoever starts an example server reads: where it is, also where it chose the port, and how the simulated phone pays. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../e2e/support.js';
import { ACCOUNT, folder as examples, runtimesHere, TOKEN } from './example-server.js';

const DARAJA = 'http://localhost:5173/daraja';

/** PHP's own server says where it is. */
const FILES: Partial<Record<string, string>> = { node: 'node/server.mjs', python: 'python/server.py' };

describe('An example server', () => {
  for (const { name, program } of runtimesHere()) {
    const file = FILES[name];
    if (!file) continue;
    it(`says where it listens, and how to pay: ${file}`, async () => {
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
          ...ACCOUNT,
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
  }
});
