/** examples/shop, as docs/start.md says: copied, started and paid in a real browser. Only the ports are others. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import puppeteer, { type Browser } from 'puppeteer-core';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { chromium } from '../browsers/chromium.mjs';
import { root } from '../package/support/packed.js';
import { until } from './support.js';
import { freePort } from '../support/free-port.js';

const run = promisify(execFile);
const example = join(root, 'examples/shop');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('examples/shop/package.json')) as { scripts: Record<string, string> };

/** What is typed into a terminal. */
const commandsOf = (markdown: string) =>
  [...markdown.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)].flatMap(([, , code = '']) =>
    code
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  );

describe('examples/shop', () => {
  const shop = mkdtempSync(join(tmpdir(), 'vitumob-pay-start-'));
  let safaricom: DemoServer;
  let origin: string;
  let server: ChildProcess;
  let output = '';
  let browser: Browser;

  before(async () => {
    safaricom = await startDemoServer();
    const port = await freePort();
    origin = `http://localhost:${port}`;
    cpSync(example, shop, { recursive: true });
    for (const name of ['simulated.env', 'approve.mjs']) {
      const text = readFileSync(join(shop, name), 'utf8');
      const onOurPorts = text
        .replaceAll('localhost:5173', new URL(safaricom.origin).host)
        .replaceAll('localhost:3000', `localhost:${port}`)
        .replace('PORT=3000', `PORT=${port}`);
      writeFileSync(join(shop, name), onOurPorts);
    }
    // As npm installs folders.
    mkdirSync(join(shop, 'node_modules'));
    symlinkSync(root, join(shop, 'node_modules/vitumob-pay'), 'junction');
    symlinkSync(join(root, 'server'), join(shop, 'node_modules/vitumob-pay-server'), 'junction');

    const [program, ...words] = (scripts['simulated'] ?? '').split(' ');
    assert.equal(program, 'node');
    server = spawn(process.execPath, words, { cwd: shop, stdio: ['ignore', 'pipe', 'inherit'] });
    server.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes(`The shop: ${origin}\n`), 'the shop to listen');

    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });

  after(async () => {
    await browser.close();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    await safaricom.close();
    rmSync(shop, { recursive: true, force: true });
  });

  it('is started by the same commands in its README and in docs/start.md', () => {
    const commands = commandsOf(read('docs/start.md'));
    assert.deepEqual(commandsOf(read('examples/shop/README.md')), commands);
    const names = commands.flatMap((command) => /^npm run (\w+)$/.exec(command)?.[1] ?? []);
    assert.ok(names.includes('simulated'));
    for (const command of commands.filter((text) => text.startsWith('node ') && text.endsWith('.mjs')))
      assert.ok(readdirSync(example).includes(command.split(' ')[1] ?? ''), command);
  });

  it('is paid once, stays paid after a reload, and tells the shop', async () => {
    const page = await browser.newPage();
    const reaches = (state: string) =>
      page.waitForFunction((state) => document.querySelector('vitumob-pay')?.state === state, {}, state);
    await page.goto(origin);
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
    const [, receipt] = /^Thank you! Receipt: ([A-Z0-9]{10})$/.exec(news) ?? [];
    assert.ok(receipt, news);
    await until(() => output.includes(`Deliver order-7f3a9c. Receipt: ${receipt}\n`), 'the delivery');
    assert.deepEqual(JSON.parse(readFileSync(join(shop, 'orders.json'), 'utf8')), {
      'order-7f3a9c': { amount: '1250', paid: true, receipt },
    });

    await page.reload();
    await reaches('paid');
  });

  it('sends no second prompt for a paid order, and shows the receipt in another browser', async () => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(origin);
    await page.waitForFunction(() => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('input'));
    await page.evaluate(() => {
      document.querySelector('vitumob-pay')!.focus();
    });
    await page.keyboard.type('0723 123 123');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('vitumob-pay')?.state === 'paid');
    const handset = (await (await fetch(`${safaricom.origin}/daraja/handset/0723123123`)).json()) as {
      prompts: readonly unknown[];
    };
    assert.equal(handset.prompts.length, 1);
    assert.equal(output.split('Deliver').length - 1, 1);
    await context.close();
  });
});
