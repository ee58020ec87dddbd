import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { build } from 'vite';
import { originOf } from '../../simulator/http/node-adapter.js';
import { chromium } from '../browsers/chromium.mjs';

const CONFIG = fileURLToPath(new URL('../../build/vite.demo.ts', import.meta.url));
/** Many static hosts serve a project below a path of its own. */
const BASE = '/vitumob-pay/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

describe('The demo as a static site', { timeout: 180_000 }, () => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let site: string;
  /** What the host waits for before it sends the worker. */
  let workerMay: Promise<void> = Promise.resolve();
  /** What the host was asked for and does not have. */
  const missing: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-site-'));
    await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: folder } });
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      const file = pathname.slice(BASE.length).replace(/(^|\/)$/, '$1index.html');
      const wait = file === 'demo-backend.js' ? workerMay : Promise.resolve();
      wait
        .then(() => readFile(join(folder, file)))
        .then(
          (content) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'font/woff2' }).end(content),
          () => {
            missing.push(`${request.method ?? ''} ${pathname}`);
            response.writeHead(404).end();
          },
        );
    });
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    site = originOf(server) + BASE;
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });
  after(async () => {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const inState = (page: Page, state: string) =>
    page.waitForFunction((name) => document.querySelector('vitumob-pay')?.state === name, { polling: 100 }, state);

  async function pay(page: Page): Promise<void> {
    await page.waitForSelector('[aria-busy="false"] > #scenario');
    await page.locator('vitumob-pay >>> input').fill('0723 123 123');
    await page.locator('vitumob-pay >>> button').click();
    await page.waitForSelector('.stk');
  }

  it('pays, keeps the order over a reload, and shares its backend with a second tab', async () => {
    const complaints: string[] = [];
    const context = await browser.createBrowserContext();
    const open = async (query = '') => {
      const page = await context.newPage();
      await page.setViewport({ width: 1280, height: 900 });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
      });
      await page.goto(site + query);
      return page;
    };

    const page = await open();
    await pay(page);
    await page.locator('#pin').fill('1234');
    await page.locator('.stk button[type="submit"]').click();
    await inState(page, 'paid');
    await page.waitForSelector('#pitch ::-p-text(runs in your browser)');

    await page.locator('::-p-aria([name="New order"][role="button"])').click();
    await inState(page, 'idle');
    await pay(page);
    // The phone may ring before the page has its answer: a reload then would leave the push unconfirmed.
    await inState(page, 'prompted');
    await page.reload();
    await inState(page, 'prompted');
    await page.waitForSelector('.stk');

    const second = await open(new URL(page.url()).search);
    await inState(second, 'prompted');
    await second.locator('.stk button[type="button"]').click();
    await inState(second, 'failed');
    await page.bringToFront();
    await inState(page, 'failed');
    assert.equal(await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent.trim()), '1');
    await context.close();
    assert.deepEqual(complaints, []);
    assert.deepEqual(missing, [], 'The backend is in the browser: the host is asked for files alone');
  });

  for (const [width, query] of [
    [360, ''],
    [1280, '?lang=sw&theme=dark'],
  ] as const)
    it(`shows the card before its backend is there, moves nothing, and pays once it is, at ${width} pixels`, async () => {
      let send = (): void => undefined;
      workerMay = new Promise((resolve) => (send = resolve));
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height: 900 });
      await page.goto(site + query, { waitUntil: 'domcontentloaded' });
      await page.waitForSelector('#scenario');
      // Measured from the first paint on: buffered.
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
            }).observe({ type: 'layout-shift', buffered: true });
            requestAnimationFrame(() => {
              setTimeout(() => {
                resolve(sum);
              });
            });
          }),
      );
      assert.equal(shift, 0);
      await page.locator('vitumob-pay >>> input').fill('0723 123 123');
      await page.locator('vitumob-pay >>> button').click();
      await inState(page, 'requesting');
      send();
      await inState(page, 'prompted');
      await page.waitForSelector('.stk');
      await context.close();
      assert.deepEqual(missing, []);
    });

  for (const lang of ['en', 'sw'])
    it(`has the card, the phone and the tag to copy above the fold at 1280 × 900 (${lang})`, async () => {
      const page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(`${site}?lang=${lang}`);
      for (const part of ['#shop', '.phone', '#snippet .copy']) {
        const shown = await page.waitForSelector(part);
        const bottom = await shown?.evaluate((element) => element.getBoundingClientRect().bottom);
        assert.ok(bottom !== undefined && bottom <= 900, `${part} ends at ${bottom ?? 'nothing'}`);
      }
      await page.close();
    });

  it('has what is read first in its HTML, and loads no more for the card than that takes', async () => {
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const [, pitch = ''] = /<demo-pitch[^>]*>(.*?)<\/demo-pitch>/s.exec(html) ?? [];
    assert.match(pitch.replaceAll(/<[^>]*>/g, ''), /M-Pesa checkout in one tag.*Your customer types a phone number/s);
    assert.match(html, /<demo-masthead[^>]*>.*Kiswahili.*<\/demo-masthead>/s);
    assert.doesNotMatch(html, /<link[^>]*stylesheet|<main[^>]*hidden/);
    const first = [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="\.\/(assets\/[^"]+\.js)"/g)];
    const sizes = await Promise.all(first.map(async ([, path = '']) => (await readFile(join(folder, path))).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < 135_000, `${bytes} bytes of code before the card is there`);
  });

  it('shows the broken connection of a scripted fault', async () => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(`${site}?scenario=push-reset-after`);
    await pay(page);
    await inState(page, 'unconfirmed');
    await context.close();
  });

  it('says that it has no backend where there are no service workers', async () => {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    });
    await page.goto(site);
    await page.waitForSelector('p[lang="en"] ::-p-text(needs a service worker)', { visible: true });
    await page.waitForSelector('p[lang="sw"] ::-p-text(unahitaji)', { visible: true });
    await page.waitForSelector('vitumob-pay', { hidden: true });
    await page.close();
  });

  it('has the gallery beside it', async () => {
    const page = await browser.newPage();
    await page.goto(`${site}demo/gallery/?theme=light&lang=en&scene=paid`);
    await page.waitForSelector('[data-ready]');
    await page.close();
  });
});
