import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import puppeteer, { type Browser } from 'puppeteer-core';
import { chromium } from '../browsers/chromium.mjs';
import { updateTroubleshooting } from '../../scripts/generate/troubleshooting.mjs';
import { createClient, DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from '../../src/client/index.js';
import { HINTS } from '../../src/dev/hints/index.js';
import { root } from './support/packed.js';
import { servePages } from './support/page-server.js';

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');

const section = (title: string): string =>
  page
    .split(/^## /m)
    .find((text) => text.startsWith(title))!
    .replace(/^.*\n/, '');

/** What is quoted: `…` stands for anything. */
const quotes = [...section('What the widget says').matchAll(/^> `(.+)`$/gm)].map(([, quote = '']) => quote);

const matches = (quote: string, text: string): boolean => {
  const parts = quote.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
};

/** Sets an element up, lets the customer press, and answers what `push-failure` says of it. */
async function provoke(attributes: Record<string, string>, answers = 'refused') {
  const said: string[] = [];
  const token = { access_token: 'dbeiaDd3YnAA6QdTt29ASkDTLuDq', expires_in: '3599' };
  globalThis.fetch = (url) => {
    if (answers === 'none') return Promise.reject(new TypeError('Failed to fetch'));
    if (new Request(url).url.endsWith('/token')) return Promise.resolve(Response.json(token));
    // What a redirect that is not followed comes as.
    return Promise.resolve(answers === 'redirect' ? Response.error() : new Response('', { status: 404 }));
  };
  const element = document.createElement('vitumob-pay');
  const given = { 'order-id': crypto.randomUUID(), amount: '10', phone: '0723123123', 'token-url': '/token' };
  for (const [name, value] of Object.entries({ ...given, 'push-url': '/push', ...attributes })) {
    element.setAttribute(name, value);
  }
  element.addEventListener('push-failure', ({ detail }) => {
    if (detail.reason !== 'configuration') said.push(detail.message);
  });
  document.body.append(element);
  await element.updateComplete;
  await element.pay();
  element.remove();
  return said;
}

describe('The page on troubleshooting', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof servePages>>;
  const said: string[] = [];

  before(async () => {
    server = await servePages({
      '/dev.js': { javascript: readFileSync(join(root, 'dist/vitumob-pay.dev.js'), 'utf8') },
      '/nothing': { html: '<!doctype html><title>Nothing</title>' },
      '/': { html: '<!doctype html><title>Shop</title><script src="/vitumob-pay.min.js"></script>' },
    });
    const { executablePath, args, env } = await chromium();
    // The widget connects to an endpoint ahead of time. No test may reach the one in production.
    const elsewhere = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
    browser = await puppeteer.launch({ executablePath, args: [...args, elsewhere], ...(env && { env }) });
    const listen = async () => {
      const tab = await browser.newPage();
      tab.on('console', (message) => {
        if (message.text().startsWith('<vitumob-pay>')) said.push(message.text());
      });
      return tab;
    };
    const tab = await listen();
    await tab.goto(server.origin);

    const unsafe = 'http://shop.example/';
    for (const attributes of [
      { 'order-id': '' },
      { amount: '12,341' },
      { 'max-amount': '1e6' },
      { amount: '250001' },
      { 'token-url': unsafe },
      { 'push-url': unsafe },
      { 'status-url': unsafe },
      { 'token-url': DEFAULT_TOKEN_URL },
      { 'push-url': DEFAULT_PUSH_URL },
      { 'token-url': DEFAULT_TOKEN_URL, 'push-url': DEFAULT_PUSH_URL },
      { amount: '48744.15' },
      { timeout: '30s' },
      { 'prompt-window': '0' },
      { credentials: 'yes' },
    ]) {
      said.push(...(await tab.evaluate(provoke, attributes)));
    }
    said.push(...(await tab.evaluate(provoke, {}, 'none')), ...(await tab.evaluate(provoke, {}, 'redirect')));

    await tab.setOfflineMode(true);
    said.push(...(await tab.evaluate(provoke, {}, 'none')));
    await tab.setOfflineMode(false);

    // Another page was first: it has written its push down, or holds the order's turn.
    await tab.evaluate(() => {
      const since = Date.now();
      const record = { version: 1, revision: 1, id: '1', phase: 'sent', phone: '2547*****123', amount: '10', since };
      const written = JSON.stringify({ ...record, liveUntil: since + 60_000, earlier: [], blind: false });
      addEventListener('push-request', () => {
        localStorage.setItem(`vitumob-pay:${location.origin}/push written`, written);
      });
      void navigator.locks.request(`vitumob-pay:${location.origin}/push held`, () => new Promise(() => undefined));
    });
    said.push(...(await tab.evaluate(provoke, { 'order-id': 'written' })));
    said.push(...(await tab.evaluate(provoke, { 'order-id': 'held', timeout: '10' })));

    said.push(
      await tab.evaluate(() => {
        try {
          document.createElement('vitumob-pay').settle({});
        } catch (error) {
          return (error as Error).message;
        }
        return 'settle() threw nothing';
      }),
    );
    // To a page where something else has the name, to one without elements, and to one whose class has another name.
    const arrivals: [script: string, before: () => void][] = [
      [
        '/vitumob-pay.min.js',
        () => {
          customElements.define('vitumob-pay', class extends HTMLElement {});
        },
      ],
      ['/vitumob-pay.min.js', () => Object.defineProperty(window, 'customElements', { value: null })],
      [
        '/dev.js',
        () => {
          const define = customElements.define.bind(customElements);
          customElements.define = (name, element) => {
            define('my-pay', element);
            define(name, element);
          };
        },
      ],
    ];
    for (const [url, before] of arrivals) {
      const other = await listen();
      await other.goto(`${server.origin}/nothing`);
      await other.evaluate(before);
      await other.addScriptTag({ url });
    }

    for (const mistake of [() => createClient({ tokenUrl: unsafe }), () => createClient().status({ orderId: '1' })]) {
      assert.throws(mistake, (error: Error) => said.push(error.message) > 0);
    }
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  it('quotes what the widget says, and nothing that it does not say', () => {
    assert.deepEqual(
      quotes.filter((quote) => !said.some((text) => matches(quote, text))),
      [],
    );
  });

  it('leaves out nothing that the widget says', () => {
    assert.ok(said.length >= 18, said.join('\n'));
    assert.deepEqual(
      said.filter((text) => !quotes.some((quote) => matches(quote, text))),
      [],
    );
  });

  it('lists every hint', () => {
    const listed = [...section('All hints').matchAll(/^- \*\*([\w-]+)\*\* \(/gm)].map(([, name]) => name);
    assert.deepEqual(listed.sort(), HINTS.map(({ name }) => name).sort());
  });

  it("shows how to silence the remark of Lit's development build", async () => {
    const [, silence = ''] = /Lit is in dev mode[^]*?```js\n([^]*?)```/.exec(page) ?? [];
    const importLit = async (before: string) => {
      const script = `${before}; await import('lit');`;
      const options = ['--conditions=development', '--input-type=module', '--eval', script];
      return (await promisify(execFile)(process.execPath, options, { cwd: root })).stderr;
    };
    assert.match(await importLit(''), /^Lit is in dev mode/);
    assert.equal(await importLit(silence), '');
  });

  it('is refused without the place for the hints', () => {
    assert.throws(() => updateTroubleshooting('# Troubleshooting', HINTS), /generated:hints/);
  });
});
