import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { chromium } from '../browsers/chromium.mjs';
import { integrityOf } from '../../build/integrity.mjs';
import { root } from './support/packed.js';
import { servePages } from './support/page-server.js';

const tag = `<vitumob-pay order-id="1" amount="10" phone="0723123123" token-url="/token" push-url="/push"></vitumob-pay>`;
const inPage = (head: string, body = tag) => ({ html: `<!doctype html><title>Shop</title>${head}<body>${body}` });

const scriptTags = {
  plain: '<script src="/vitumob-pay.min.js"></script>',
  defer: '<script src="/vitumob-pay.min.js" defer></script>',
  async: '<script src="/vitumob-pay.min.js" async></script>',
  module: '<script src="/vitumob-pay.min.js" type="module"></script>',
};

const policy = (trustedTypes: string) =>
  `default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types ${trustedTypes}`;
const twoCopies = '<script src="/vitumob-pay.min.js"></script><script src="/vitumob-pay-too.min.js"></script>';

/** The tag that the README gives for a CDN, as it stands there. */
const readmeTag = /<script\s+src="(https:[^"]+)"\s+integrity="([^"]+)"[^>]*><\/script>/.exec(
  readFileSync(join(root, 'README.md'), 'utf8'),
)!;

const file = readFileSync(join(root, 'dist/vitumob-pay.min.js'), 'utf8');

const pages = {
  '/joined': inPage('<script src="/joined.js"></script>'),
  // Without a sign at its end, what comes next would be called.
  '/joined.js': { javascript: `console.log('before')${file}(() => { console.log('after'); })()` },
  '/nothing': inPage('', ''),
  ...Object.fromEntries(
    Object.entries(scriptTags).flatMap(([kind, script]) => [
      [`/${kind}-before`, inPage(script)],
      [`/${kind}-after`, inPage('', tag + script)],
    ]),
  ),
  '/readme': inPage(readmeTag[0]),
  '/two-copies': inPage(twoCopies),
  '/policy': { ...inPage(scriptTags.plain), policy: policy('lit-html') },
  '/policy-module': { ...inPage(scriptTags.module), policy: policy('lit-html') },
  '/policy-two-copies': { ...inPage(twoCopies), policy: policy('lit-html') },
};

describe('The script-tag file', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof servePages>>;

  before(async () => {
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
    server = await servePages(pages);
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  /** Opens a page, pays in it by the element's first button, and answers what was seen and what went wrong. */
  async function pay(path: string) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const complaints = await listen(page);
    await page.goto(server.origin + path);
    await page.waitForFunction(() => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('button'));
    const seen = await page.evaluate(async () => {
      const element = document.querySelector('vitumob-pay')!;
      const ends = ['push-success', 'push-failure'].map(
        (type) =>
          new Promise<string>((resolve) => {
            element.addEventListener(type, () => {
              resolve(type);
            });
          }),
      );
      element.shadowRoot!.querySelector('button')!.click();
      return {
        end: await Promise.race(ends),
        state: element.state,
        display: getComputedStyle(element).display,
      };
    });
    await context.close();
    return { ...seen, complaints };
  }

  /** Everything that a page complains of: errors, the console, and violations of its policy. */
  async function listen(page: Page): Promise<string[]> {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // The browser's own wish for an icon.
      if (!message.location().url?.endsWith('/favicon.ico')) complaints.push(message.text());
    });
    await page.exposeFunction('complain', (text: string) => complaints.push(text));
    await page.evaluateOnNewDocument(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
        const page = globalThis as unknown as { complain(text: string): void };
        if (!blockedURI.endsWith('/favicon.ico')) page.complain(`${violatedDirective}: ${blockedURI} ${sample}`);
      });
    });
    return complaints;
  }

  const paid = { end: 'push-success', state: 'prompted', display: 'block', complaints: [] };

  for (const kind of Object.keys(scriptTags)) {
    it(`runs from a ${kind} script tag before the element`, async () => {
      assert.deepEqual(await pay(`/${kind}-before`), paid);
    });

    it(`runs from a ${kind} script tag after the element`, async () => {
      assert.deepEqual(await pay(`/${kind}-after`), paid);
    });
  }

  it('begins with a function that V8 sees to be called at once: it would parse it twice', () => {
    assert.match(file, /^;\n[!(]function\(\)\{/);
  });

  it('has the hash that the README gives', () => {
    const built = integrityOf(file);
    assert.equal(readmeTag[2], built, 'README.md is out of date: run `npm run generate` and commit what it writes');
  });

  /** Opens the page with the README's tag, with a CDN that has `file`. */
  async function openReadmePage(served: string) {
    const page = await browser.newPage();
    const complaints = await listen(page);
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const headers = { 'access-control-allow-origin': '*' };
      if (request.url() !== readmeTag[1]) void request.continue();
      else void request.respond({ contentType: 'text/javascript', headers, body: served });
    });
    await page.goto(`${server.origin}/readme`);
    const isDefined = await page.evaluate(() => customElements.get('vitumob-pay') !== undefined);
    await page.close();
    return { isDefined, complaints };
  }

  it('runs from a CDN by the README’s tag, and not once a byte of it has changed', async () => {
    assert.deepEqual(await openReadmePage(file), { isDefined: true, complaints: [] });
    const { isDefined, complaints } = await openReadmePage(`${file} `);
    assert.equal(isDefined, false);
    assert.match(complaints.join(), /integrity/);
  });

  it('may be in the page twice', async () => {
    assert.deepEqual(await pay('/two-copies'), paid);
  });

  it('runs, styled and without a violation, under the strict content security policy', async () => {
    assert.deepEqual(await pay('/policy'), paid);
  });

  it('runs as a module under the strict content security policy', async () => {
    assert.deepEqual(await pay('/policy-module'), paid);
  });

  it('may be in the page twice under that policy, which allows one Lit: the second copy steps back before its own', async () => {
    assert.deepEqual(await pay('/policy-two-copies'), paid);
  });

  it('is told on by this test where a policy forbids what it does', async () => {
    const page = await browser.newPage();
    const complaints = await listen(page);
    await page.goto(`${server.origin}/policy`);
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }));
    });
    await page.waitForFunction(() => true);
    assert.ok(
      complaints.some((complaint) => complaint.startsWith('style-src-elem')),
      complaints.join('\n'),
    );
  });

  it('adds no global name to the page but those in which each Lit signs in', async () => {
    const page = await browser.newPage();
    const names = () => page.evaluate(() => Object.keys(globalThis));
    await page.goto(`${server.origin}/nothing`);
    const before = await names();
    await page.goto(`${server.origin}/plain-before`);
    const added = (await names()).filter((name) => !before.includes(name));
    assert.deepEqual(added.sort(), [
      'litElementVersions',
      'litHtmlVersions',
      'litPropertyMetadata',
      'reactiveElementVersions',
    ]);
  });

  it('survives being put between other scripts', async () => {
    assert.match(file, /^;[^]*\n$/);
    assert.deepEqual(await pay('/joined'), { ...paid, complaints: ['before', 'after'] });
  });
});
