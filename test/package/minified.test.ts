import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import puppeteer, { type Browser } from 'puppeteer-core';
import { type Rolldown, build } from 'vite';
import { chromium } from '../browsers/chromium.mjs';
import { root } from './support/packed.js';
import { servePages } from './support/page-server.js';

const tag = `<vitumob-pay order-id="1" amount="10" business="Duka" phone="0723123123" token-url="/token" push-url="/push"></vitumob-pay>`;
const inPage = (script: string) => ({ html: `<!doctype html><title>Shop</title><body>${tag}${script}` });

describe('Minifying', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof servePages>>;

  before(async () => {
    const [bundle] = (await build({
      root,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, minify: false, lib: { entry: 'dist/index.js', formats: ['es'] } },
    })) as Rolldown.RolldownOutput[];
    server = await servePages({
      '/modules': inPage('<script type="module" src="/modules.js"></script>'),
      '/modules.js': { javascript: bundle!.output[0].code },
      '/minified': inPage('<script src="/vitumob-pay.min.js"></script>'),
    });
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  /** Every element in the shadow root with its text and all that the style sheet made of it, before and after a push. */
  async function looks(path: string): Promise<string[][]> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(server.origin + path);
    await page.waitForFunction(() => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('button'));
    const look = () =>
      page.evaluate(() => {
        const host = document.querySelector('vitumob-pay')!;
        return [host, ...host.shadowRoot!.querySelectorAll('*')].map((element) => {
          const text = [...element.childNodes].map((node) => (node instanceof Text ? node.data.trim() : '')).join('');
          // `background: none` is shortened to `0 0`, which places no image elsewhere.
          const styles = [...element.computedStyleMap()].filter(([name]) => name !== 'background-position');
          const style = styles.map(([name, values]) => `${name}: ${[...values].map(String).join()}`);
          return `<${element.localName} part="${element.part.value}"> ${text} { ${style.join('; ')} }`;
        });
      });
    const idle = await look();
    await page.evaluate(async () => {
      const element = document.querySelector('vitumob-pay')!;
      await element.pay();
      await element.updateComplete;
    });
    const prompted = await look();
    await context.close();
    return [idle, prompted];
  }

  it('changes nothing that a customer sees', async () => {
    const [modules, minified] = [await looks('/modules'), await looks('/minified')];
    assert.ok(modules[0]!.length > 10);
    assert.deepEqual(minified, modules);
  });
});
