/** examples/shop, as docs/start.md says: copied, started and paid in a real browser. Only the ports are others. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { problemOfOrdersFile } from '../../server/src/orders.js';
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

/** As the receipt names it. */
const PHONE = '0723 123 123';

/** What the customer reads on the card of a paid order. */
const cardOf = (page: Page) =>
  page
    .waitForSelector('vitumob-pay >>> [part~="receipt"]')
    .then((receipt) => receipt!.evaluate((element) => (element as HTMLElement).innerText.replaceAll('\u00a0', ' ')));

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
    assert.deepEqual(JSON.parse(readFileSync(join(shop, 'paid.json'), 'utf8')), { 'order-7f3a9c': { receipt } });
    assert.equal(readFileSync(join(shop, 'orders.json'), 'utf8'), read('examples/shop/orders.json'));
    assert.match(await cardOf(page), new RegExp(`${receipt}[^]*${PHONE}`));

    await page.reload();
    await reaches('paid');
    assert.match(await cardOf(page), new RegExp(receipt));
  });

  it('sends no second prompt for a paid order, and shows the receipt in another browser, without a phone', async () => {
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
    const paid = JSON.parse(readFileSync(join(shop, 'paid.json'), 'utf8')) as { 'order-7f3a9c': { receipt: string } };
    const card = await cardOf(page);
    assert.match(card, new RegExp(`\\b${paid['order-7f3a9c'].receipt}\\b`));
    assert.doesNotMatch(card, /\b(?:0|\+?254) ?7|Paid from/);
    const handset = (await (await fetch(`${safaricom.origin}/daraja/handset/0723123123`)).json()) as {
      prompts: readonly unknown[];
    };
    assert.equal(handset.prompts.length, 1);
    assert.equal(output.split('Deliver').length - 1, 1);
    await context.close();
  });

  it('says how it is at /health, and counts at /metrics', async () => {
    const health = await fetch(`${origin}/health`);
    assert.equal(health.status, 200);
    assert.deepEqual(await health.json(), { status: 'ok' });
    const metrics = await fetch(`${origin}/metrics`);
    assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain/);
    const counts = await metrics.text();
    assert.match(counts, /^vitumob_pay_transitions_total\{what="prompted"\} 1$/m);
    assert.match(counts, /^vitumob_pay_transitions_total\{what="paid"\} 1$/m);
  });

  it('takes what the command does: prices of the same format, and a person’s decisions without further settings', async () => {
    const cli = join(root, 'server/dist/cli.js');
    const { stdout } = await run(process.execPath, [cli, 'review'], { cwd: shop, env: {} });
    assert.equal(stdout, 'Nothing waits for a person.\n');
    assert.equal(await problemOfOrdersFile(join(example, 'orders.json')), undefined);
  });

  const unusable: Readonly<Record<string, string>> = {
    PUBLIC_URL: 'shop.example',
    SECRET: 'short',
    DARAJA_BASE_URL: 'http://api.safaricom.co.ke',
    DARAJA_CONSUMER_KEY: '…',
    DARAJA_CONSUMER_SECRET: 'two words',
    DARAJA_SHORTCODE: 'mine',
    DARAJA_PASSKEY: '“passkey”',
    DARAJA_TYPE: 'bank',
    DARAJA_PARTY_B: 'mine',
    TRUSTED_PROXIES: 'one',
    PORT: 'http',
    DATABASE_URL: 'payments.db',
    SHOP_ORIGINS: 'shop.example',
  };
  const required = ['PUBLIC_URL', 'SECRET', 'SHORTCODE', 'PASSKEY', 'CONSUMER_KEY', 'CONSUMER_SECRET'].map((name) =>
    name in unusable ? name : `DARAJA_${name}`,
  );
  for (const [name, value] of [...Object.entries(unusable), ...required.map((name) => [name, ''] as const)]) {
    it(`ends with the very words of the command, and nothing else, for ${name}=${value}`, () => {
      const given = readFileSync(join(shop, 'simulated.env'), 'utf8').split('\n');
      const settings = Object.fromEntries(
        given.filter(Boolean).map((line) => line.split(/=(.*)/, 2) as [string, string]),
      );
      const end = (script: string, more: object) => {
        const env = { ...settings, ...more, [name]: value };
        const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: shop, env, encoding: 'utf8' });
        return { status, stdout, stderr };
      };
      const ofShop = end('server.mjs', {});
      assert.match(ofShop.stderr, new RegExp(`^The settings cannot be used:\n  ${name} [^\n]+\n$`));
      assert.equal(ofShop.status, 1);
      const command = { ORDERS_FILE: 'orders.json', SHOP_ORIGINS: origin };
      assert.deepEqual(ofShop, end(join(root, 'server/dist/cli.js'), command));
    });
  }

  for (const [setting, value, problem] of [
    ['PORT', () => new URL(origin).port, /^HOST and PORT cannot be used: [^\n]*EADDRINUSE[^\n]*\n$/],
    ['DATABASE_URL', () => 'file:nowhere/payments.db', /^DATABASE_URL cannot be used: [^\n]+\n$/],
  ] as const) {
    it(`ends in one line where ${setting} cannot be had`, () => {
      const words = ['--env-file=simulated.env', 'server.mjs'];
      const env = { [setting]: value() };
      const { status, stderr } = spawnSync(process.execPath, words, { cwd: shop, env, encoding: 'utf8' });
      assert.match(stderr, problem);
      assert.equal(status, 1);
    });
  }
});
