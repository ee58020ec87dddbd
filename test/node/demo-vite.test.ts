import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLogger, createServer, preview, type PreviewServer, type ViteDevServer } from 'vite';
import { demoBackend } from '../../demo/server/vite-plugin.js';
import { originOf } from '../../simulator/http/node-adapter.js';

type Json = Record<string, unknown>;

const ORDER = { order_id: '1234567891', user_phone_number: '254723123123', amount: '12341' };

describe("The demo backend in Vite's server", () => {
  let root: string;
  const quiet = { configFile: false, logLevel: 'silent', clearScreen: false } as const;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'demo-vite-'));
    await writeFile(join(root, 'index.html'), '<!doctype html><title>A shop</title>');
    await mkdir(join(root, 'demo', 'daraja'), { recursive: true });
    await writeFile(join(root, 'demo', 'daraja', 'module.ts'), 'export const answer: number = 42;');
    await mkdir(join(root, 'dist'));
    await writeFile(join(root, 'dist', 'index.html'), '<!doctype html><title>A built shop</title>');
  });
  after(() => rm(root, { recursive: true }));

  const pay = async (origin: string): Promise<Json> => {
    const token = (await (await fetch(`${origin}/payments/mpesa/token`)).json()) as { access_token: string };
    const pushed = await fetch(`${origin}/payments/mpesa/payment/push/request`, {
      method: 'POST',
      headers: { authorization: token.access_token, 'content-type': 'application/json' },
      body: JSON.stringify({ order: ORDER }),
    });
    assert.equal(pushed.status, 200);
    const events = await fetch(`${origin}/payments/mpesa/events?order_id=${ORDER.order_id}`);
    await fetch(`${origin}/daraja/handset/${ORDER.user_phone_number}/prompts/latest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'approve' }),
    });
    assert.ok(events.body);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of events.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const data = /data: (.*)\n\n/.exec(text)?.[1];
      if (data) return JSON.parse(data) as Json;
    }
    throw new Error('The stream ended');
  };

  const addressOf = (server: ViteDevServer | PreviewServer): string => {
    assert.ok(server.httpServer);
    return originOf(server.httpServer);
  };

  it('pays on the dev server, beside its pages and modules', async () => {
    const server = await createServer({ ...quiet, root, server: { port: 0 }, plugins: [demoBackend()] });
    await server.listen();
    const origin = addressOf(server);
    try {
      assert.ok('Body' in (await pay(origin)));
      assert.match(await (await fetch(origin)).text(), /A shop/);
      assert.match(await (await fetch(origin)).text(), /@vite\/client/, 'hot module replacement');
      assert.match(await (await fetch(`${origin}/demo/daraja/module.ts`)).text(), /const answer = 42/);
    } finally {
      await server.close();
    }
  });

  it('prints where the simulation is, with the port that is its own', async () => {
    const first = await createServer({ ...quiet, root, server: { port: 0 }, plugins: [demoBackend()] });
    await first.listen();
    const taken = Number(new URL(addressOf(first)).port);
    const printed: string[] = [];
    const customLogger = { ...createLogger('info'), info: (line: string) => printed.push(line) };
    const server = await createServer({
      ...quiet,
      root,
      customLogger,
      server: { port: taken },
      plugins: [demoBackend()],
    });
    try {
      await server.listen();
      server.printUrls();
      const { port } = new URL(addressOf(server));
      assert.notEqual(Number(port), taken);
      const lines = printed.join('\n');
      assert.match(lines, new RegExp(`Simulated Daraja: http://[^:]+:${port}/daraja$`, 'm'));
      const command = new RegExp(`curl -d '(.+)' (http://[^:]+:${port}/\\S+)$`, 'm').exec(lines);
      assert.ok(command?.[1] && command[2]);
      const nothingToApprove = await fetch(command[2], { method: 'POST', body: command[1] });
      assert.deepEqual(await nothingToApprove.json(), { error: 'This phone has no such prompt' });
    } finally {
      await server.close();
      await first.close();
    }
  });

  it('pays on the preview server', async () => {
    const server = await preview({ ...quiet, root, preview: { port: 0 }, plugins: [demoBackend()] });
    const origin = addressOf(server);
    try {
      assert.ok('Body' in (await pay(origin)));
      assert.match(await (await fetch(origin)).text(), /A built shop/);
    } finally {
      await server.close();
    }
  });

  it("reads Vite's .env files, and does not start half configured", async () => {
    await writeFile(join(root, '.env'), 'DARAJA_SHORTCODE=174379\n');
    try {
      await assert.rejects(
        createServer({ ...quiet, root, server: { port: 0 }, plugins: [demoBackend()] }),
        /half configured\. Missing: DARAJA_BASE_URL, /,
      );
    } finally {
      await rm(join(root, '.env'));
    }
  });
});
