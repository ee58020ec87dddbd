/** docs/start.md, walked: its files, its commands and its customer. Only the ports are others. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import puppeteer, { type Browser } from 'puppeteer-core';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { originOf } from '../../simulator/http/node-adapter.js';
import { chromium } from '../browsers/chromium.mjs';
import { root } from '../package/support/packed.js';

const run = promisify(execFile);
const guide = readFileSync(join(root, 'docs/start.md'), 'utf8');

/** The files of the guide, by their names. */
const files = new Map(
  [...guide.matchAll(/^```\w+ start\/(\S+)\n([^]*?)```$/gm)].map(([, name = '', text = '']) => [name, text]),
);

const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

/** A port that was free a moment ago. */
async function freePort(): Promise<string> {
  const server = createServer();
  await listening(server);
  const { port } = new URL(originOf(server));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('docs/start.md', () => {
  const shop = mkdtempSync(join(tmpdir(), 'vitumob-pay-start-'));
  let safaricom: DemoServer;
  let payments: ChildProcess;
  let pages: Server;
  let browser: Browser;

  before(async () => {
    safaricom = await startDemoServer();
    const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' };
    pages = createServer((request, response) => {
      const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
      const isThere = files.has(name) || name === 'vitumob-pay.min.js';
      response.writeHead(isThere ? 200 : 404, { 'content-type': types[name.split('.').at(-1) ?? ''] ?? 'text/plain' });
      response.end(isThere ? readFileSync(join(shop, name)) : '');
    });
    await listening(pages);

    const ports = [
      ['localhost:5173', new URL(safaricom.origin).host],
      ['localhost:8080', `localhost:${await freePort()}`],
      ['localhost:3000', new URL(originOf(pages)).host],
    ] as const;
    const onOurPorts = (text: string) => ports.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
    for (const [name, text] of files) writeFileSync(join(shop, name), onOurPorts(text));
    writeFileSync(join(shop, 'vitumob-pay.min.js'), readFileSync(join(root, 'dist/vitumob-pay.min.js')));

    const port = ports[1][1].split(':')[1];
    payments = spawn(process.execPath, ['--env-file=.env', join(root, 'server/dist/cli.js')], {
      cwd: shop,
      env: { ...process.env, PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface(payments.stdout!))
      if (line.startsWith('vitumob-pay-server listens')) break;

    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });

  after(async () => {
    await browser.close();
    payments.kill('SIGTERM');
    pages.closeAllConnections();
    pages.close();
    await safaricom.close();
    rmSync(shop, { recursive: true, force: true });
  });

  it('has each file that its commands use', () => {
    assert.deepEqual([...files.keys()].sort(), ['.env', 'approve.mjs', 'index.html', 'orders.json']);
    assert.match(guide, /^node --env-file=\.env \.\.\/vitumob-pay\/server\/dist\/cli\.js$/m);
  });

  it('leads to a paid order, which stays paid after a reload', async () => {
    const page = await browser.newPage();
    const reaches = (state: string) =>
      page.waitForFunction((state) => document.querySelector('vitumob-pay')?.state === state, {}, state);
    await page.goto(originOf(pages));
    await page.waitForFunction(() => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('input'));
    await page.evaluate(() => {
      document.querySelector('vitumob-pay')!.focus();
    });
    await page.keyboard.type('0723 123 123');
    await page.keyboard.press('Enter');
    await reaches('prompted');

    const { stdout } = await run(process.execPath, ['approve.mjs'], { cwd: shop });
    assert.equal(stdout, 'The PIN is entered.\n');
    await reaches('paid');
    const news = await page.$eval('#news', ({ textContent }) => textContent);
    assert.match(news, /^Thank you! Receipt [A-Z0-9]{10}$/);

    await page.reload();
    await reaches('paid');
  });
});
