import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import axe from 'axe-core';
import puppeteer, { type Browser, type BrowserContext, type Page } from 'puppeteer-core';
import { chromium } from '../browsers/chromium.mjs';
import { startVite, type ViteServer } from '../support/vite-server.js';

const PHONE = '0723 123 123';

/** What the shop reads once the order is paid and where the customer has said no, and what the phone and the timeline say of it. */
const TEXTS = {
  en: {
    checkout: 'In the basket',
    receipt: /Receipt/,
    cancelled: /Nothing was charged/,
    prompt: /pay Ksh4,950\.00 to Vitumob Account no\. VM-/,
    answered: /answered 200/,
    result: /cancelled, result 1032/,
  },
  sw: {
    checkout: 'Kwenye kikapu',
    receipt: /Risiti/,
    cancelled: /Hujatozwa/,
    prompt: /kulipa Ksh4,950\.00 kwa Vitumob Akaunti nambari VM-/,
    answered: /jibu 200/,
    result: /cancelled, matokeo 1032/,
  },
} as const;

/** Words that no Swahili sentence has. */
const ENGLISH =
  /\b(?:the|of|and|is|are|was|with|your|to|from|for|by|in|on|not|it|an|no|or|this|that|what|how|which|answered|asked|result|query|phone|payment|page|shop|copy|more|paid)\b/i;

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  /** Somebody has just pressed or typed something, and so expects a change. */
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
  var shift: number;
}

describe('The demo page', { timeout: 600_000 }, () => {
  let server: ViteServer;
  let browser: Browser;
  let origin: string;

  before(async () => {
    server = await startVite();
    ({ origin } = server);
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    const reset = await fetch(`${origin}/demo/api/reset`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(reset.status, 200);
  });

  /**
   * Runs with a browser profile of its own, and sees to it that the console stays clean.
   *
   * @param expected what the browser itself says of the faults that the test has asked for
   */
  async function visit(
    use: (
      open: (query?: string, width?: number, height?: number) => Promise<Page>,
      context: BrowserContext,
    ) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> {
    const context = await browser.createBrowserContext();
    const complaints: string[] = [];
    try {
      await use(async (query = '', width = 1280, height = 900) => {
        const page = await context.newPage();
        await page.setViewport({ width, height });
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
        await page.goto(origin + query);
        await scenarioIsSet(page);
        await page.waitForSelector('vitumob-pay >>> input');
        return page;
      }, context);
      assert.deepEqual(
        complaints.filter((complaint) => !expected?.test(complaint)),
        [],
      );
    } finally {
      await context.close();
    }
  }

  /** As a browser does with the tab before; one without a window shows all of its tabs at once. */
  const putBehind = (page: Page) =>
    page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });

  const scenarioIsSet = (page: Page) => page.waitForSelector('[aria-busy="false"] > #scenario');

  // Polled by time: a tab in the background draws no frames.
  const inState = (page: Page, state: string) =>
    page.waitForFunction((name) => document.querySelector('vitumob-pay')?.state === name, { polling: 100 }, state);

  async function pay(page: Page, phone = PHONE): Promise<void> {
    await page.locator('vitumob-pay >>> input').fill(phone);
    await page.locator('vitumob-pay >>> button').click();
  }

  async function answer(page: Page, pin: string): Promise<void> {
    await page.locator('#pin').fill(pin);
    await page.locator('.stk button[type="submit"]').click();
  }

  const press = (page: Page, name: string) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();

  const shownByElement = (page: Page) =>
    page.$eval('vitumob-pay', (element) => element.shadowRoot?.querySelector('form')?.textContent ?? '');

  /** The names in the log, oldest first, without the changes of state. */
  const logged = (page: Page) =>
    page.$$eval('#timeline [data-event]', (rows) =>
      rows
        .map((row) => row.getAttribute('data-event'))
        .filter((name) => name !== 'state-change')
        .reverse(),
    );

  // The room that is kept for a scrollbar is none of the page's.
  const overflow = (page: Page) =>
    page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

  for (const lang of ['en', 'sw'] as const) {
    const text = TEXTS[lang];

    it(`takes a payment from the number to the receipt (${lang})`, () =>
      visit(async (open) => {
        const page = await open(`/?lang=${lang}`);
        await page.waitForSelector(`#shop[lang="${lang}"] ::-p-text(${text.checkout})`);
        await pay(page);
        await page.waitForSelector('.stk');
        const prompt = await page.$eval('.stk', (form) => form.textContent);
        const order = new URL(page.url()).searchParams.get('order') ?? '';
        assert.match(prompt, text.prompt);
        assert.ok(prompt.includes(order));

        await answer(page, '1234');
        await inState(page, 'paid');
        assert.match(await shownByElement(page), text.receipt);
        assert.deepEqual(await logged(page), ['push-request', 'push-success', 'payment-success']);

        await page.waitForSelector('[data-record="callback"]');
        const receipt = await page.$eval('.thread .sms', (sms) => /^[A-Z0-9]{10}/.exec(sms.textContent.trim())?.[0]);
        assert.ok(receipt);
        assert.ok((await shownByElement(page)).includes(receipt), 'The SMS and the element name one receipt');
        const record = await page.$eval('#timeline', ({ textContent }) => textContent);
        assert.match(record, text.answered);
        assert.ok(record.includes(receipt), 'The callback tells the receipt');
      }));

    it(`shows that the customer has cancelled, and pays at the second try (${lang})`, () =>
      visit(async (open) => {
        const page = await open(`/?lang=${lang}`);
        await pay(page);
        await page.locator('.stk button[type="button"]').click();
        await inState(page, 'failed');
        assert.match(await shownByElement(page), text.cancelled);
        assert.match(await page.$eval('#timeline', ({ textContent }) => textContent), text.result);

        await page.locator('vitumob-pay >>> button').click();
        await answer(page, '1234');
        await inState(page, 'paid');
        await page.waitForFunction(() => document.querySelector('[data-count="callbacks"]')?.textContent === '2');
      }));

    it(`fits into 360 and 320 pixels from the first sight to the receipt (${lang})`, () =>
      visit(async (open) => {
        for (const width of [360, 320]) {
          const page = await open(`/?lang=${lang}`, width);
          assert.equal(await overflow(page), 0);
          const tops = await page.$$eval('main [role="region"]', (parts) =>
            parts.map((part) => part.getBoundingClientRect().top),
          );
          assert.deepEqual(
            [...tops].sort((one, other) => one - other),
            tops,
            'The parts are stacked in their order',
          );
          await pay(page);
          await page.waitForSelector('.stk');
          assert.equal(await overflow(page), 0);
          await answer(page, '1234');
          await inState(page, 'paid');
          await page.locator('#timeline summary').click();
          await page.locator('[data-record="callback"] summary').click();
          assert.equal(await overflow(page), 0);
        }
      }));
  }

  it('is paid with the keyboard alone, and so are a scenario and a theme chosen', () =>
    visit(async (open) => {
      const page = await open();
      const { keyboard } = page;
      /** Where the focus is: a selector's element, or the element in the checkout that has it. */
      const isFocused = (selector: string) =>
        page.evaluate((wanted) => {
          let active = document.activeElement;
          while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
          return active?.matches(wanted) ?? false;
        }, selector);
      /** What a sighted person goes by. */
      const isMarked = () =>
        page.evaluate(() => {
          let active = document.activeElement;
          while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
          const drawn = active?.matches('[type="radio"]') ? active.nextElementSibling : active;
          return drawn ? getComputedStyle(drawn).outlineStyle !== 'none' : false;
        });
      async function tabTo(selector: string, back = false): Promise<void> {
        for (let stops = 0; stops < 40; stops += 1) {
          if (back) await keyboard.down('Shift');
          await keyboard.press('Tab');
          if (back) await keyboard.up('Shift');
          assert.ok(await isMarked(), 'One sees where the focus is');
          if (await isFocused(selector)) return;
        }
        assert.fail(`Tab does not come to ${selector}`);
      }

      await tabTo('input[type="tel"]:not(#pin)');
      await keyboard.type(PHONE);
      await keyboard.press('Enter');
      await page.waitForSelector('.stk');
      await tabTo('#pin');
      await keyboard.type('1234');
      await keyboard.press('Enter');
      await inState(page, 'paid');
      assert.deepEqual(await logged(page), ['push-request', 'push-success', 'payment-success']);

      await tabTo('[name="scenario"]');
      await keyboard.press('ArrowRight');
      await keyboard.press('ArrowRight');
      assert.ok(await isFocused('[name="scenario"][value="1032"]:checked'));
      await scenarioIsSet(page);
      await inState(page, 'idle');
      assert.equal(new URL(page.url()).searchParams.get('scenario'), '1032');

      await tabTo('.more summary');
      await keyboard.press('Enter');
      await tabTo('#scenario');
      await keyboard.type('Pays after');
      await page.waitForFunction(() => new URLSearchParams(location.search).get('scenario') === 'paid-slowly');
      await scenarioIsSet(page);

      await tabTo('[name="theme"]', true);
      assert.ok(await isFocused('[value="auto"]'));
      const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await ground();
      await keyboard.press('ArrowRight');
      await keyboard.press('ArrowRight');
      assert.ok(await isFocused('[name="theme"][value="dark"]:checked'));
      assert.notEqual(await ground(), light);
    }));

  it('has nothing in English on the Swahili page, from the first sight to the receipt', () =>
    visit(async (open) => {
      const page = await open('/?lang=sw&scenario=paid-flat');
      await page.$eval('#looks', (looks) => {
        looks.scrollIntoView();
      });
      await page.waitForSelector('#looks vitumob-pay');
      /** All that is read or read out, but for code, which is in no language, and the checkout, which has tests of its own. */
      const words = () =>
        page.evaluate(() => {
          const found = [document.title];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode())
            if (!node.parentElement?.closest('pre, code, script, noscript')) found.push(node.textContent ?? '');
          for (const element of document.querySelectorAll('*'))
            for (const name of ['aria-label', 'label', 'title', 'placeholder', 'alt']) {
              const value = element.getAttribute(name);
              if (value !== null) found.push(value);
            }
          return found.map((text) => text.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
        });
      const seen = new Set<string>();
      const look = async () => {
        for (const text of await words()) seen.add(text);
        const elsewhere = await page.$$eval('body [lang]', (parts) =>
          parts.flatMap((part) => (part.matches('[lang="sw"], pre') ? [] : part.outerHTML.slice(0, 80))),
        );
        assert.deepEqual(elsewhere, []);
      };
      await look();
      await page.locator('#lipa').click();
      await page.waitForSelector('.menu');
      await look();
      await page.locator('.menu button[type="button"]').click();
      await pay(page);
      await inState(page, 'paid');
      await page.waitForSelector('[data-record="event"]');
      await look();

      await page.select('#scenario', 'push-stopped');
      await scenarioIsSet(page);
      await pay(page);
      await page.waitForSelector('[data-event="push-request"] .badge');
      await look();

      await page.select('#scenario', 'expired-twice');
      await scenarioIsSet(page);
      await pay(page);
      await page.waitForSelector('[data-event="push-failure"]');
      await page.waitForSelector('[data-record="fault"]');
      await look();

      for (const scenario of ['handset', '1', '2001', '1032', '1037']) {
        await page.select('#scenario', scenario);
        await scenarioIsSet(page);
        await pay(page);
        if (scenario === 'handset') {
          await page.waitForSelector('.stk');
          await look();
          await page.locator('.phone-help button').click();
          await look();
          await page.locator('.stk button[type="button"]').click();
        }
        await inState(page, 'failed');
        await page.waitForSelector('.thread li');
        await look();
      }
      assert.ok(seen.size > 250, String(seen.size));
      assert.deepEqual(
        // The names of events are the code's.
        [...seen].filter((text) => ENGLISH.test(text.replaceAll(/\b[a-z]+(?:[-.][a-z]+)+\b/g, ''))),
        [],
      );
    }, /status of 40[04]/));

  for (const lang of ['en', 'sw'] as const)
    it(`tears no word, number or name apart at 320, 360 and 1280 pixels (${lang})`, () =>
      visit(async (open) => {
        for (const width of [320, 360, 1280]) {
          const page = await open(`/?lang=${lang}&outcome=none`, width);
          assert.equal(await overflow(page), 0);
          /** The words that begin on one line and end on another. Code and the ids of the timeline may. */
          const torn = () =>
            page.evaluate(() => {
              const found: string[] = [];
              const range = document.createRange();
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (node.parentElement?.closest('pre, .said, .entries .summary, .attempts, select')) continue;
                for (const { 0: word, index } of (node.textContent ?? '').matchAll(/[^\s,.:;?“”]+/g)) {
                  range.setStart(node, index);
                  range.setEnd(node, index + word.length);
                  const [first, ...others] = range.getClientRects();
                  // A line that begins below the end of the one before.
                  if (others.some(({ top }) => first && top >= first.bottom - 1)) found.push(word);
                }
              }
              for (const piece of document.querySelectorAll(
                '.unbroken, .order-id, .tabs button, .segmented span, .copy',
              )) {
                range.selectNodeContents(piece);
                const [first, ...others] = range.getClientRects();
                if (others.some(({ top }) => first && top >= first.bottom - 1)) found.push(piece.textContent.trim());
              }
              return found;
            });
          assert.deepEqual(await torn(), [], `${width} px`);
          const bare = await page.evaluate(() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found: string[] = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode())
              if (
                /M-Pesa/i.test(node.textContent ?? '') &&
                !node.parentElement?.closest('.unbroken, pre, .said, option, vitumob-pay')
              )
                found.push(node.textContent ?? '');
            return found;
          });
          assert.deepEqual(bare, [], 'M-Pesa is in one piece wherever it stands');
          await page.locator('.basket summary').click();
          await page.locator('.more summary').click();
          await pay(page);
          await page.waitForSelector('.stk');
          assert.deepEqual(await torn(), [], `${width} px, while the phone rings`);
          await answer(page, '1234');
          await page.waitForSelector('.thread .sms');
          assert.deepEqual(await torn(), [], `${width} px, paid`);
          assert.equal(await overflow(page), 0);
        }
      }));

  it('ends with a wrong PIN where one is typed, and wants all four digits', () =>
    visit(async (open) => {
      const page = await open();
      await pay(page);
      await answer(page, '12');
      await page.waitForSelector('#pin[aria-invalid="true"]');
      await answer(page, '9999');
      await inState(page, 'failed');
      assert.match(await shownByElement(page), /PIN was not accepted/);
      assert.match(await page.$eval('#timeline', ({ textContent }) => textContent), /wrong-pin, result 2001/);
    }));

  it('tells of the ringing phone where it is out of sight', () =>
    visit(async (open) => {
      for (const lang of ['en', 'sw']) {
        const page = await open(`/?lang=${lang}`, 320, 640);
        const end = () => page.$eval('body', (body) => parseFloat(getComputedStyle(body).paddingBlockEnd));
        const before = await end();
        await pay(page);
        const link = await page.waitForSelector('.phone-rings');
        const height = await link?.evaluate((bar) => bar.getBoundingClientRect().height);
        assert.ok(height && height < 56, `It is one line: ${height ?? 0} px`);
        assert.ok((await end()) >= before + height, 'The end of the page can be scrolled out from under it');
        await link?.click();
        await page.waitForSelector('.phone-rings', { hidden: true });
        await page.waitForSelector('.stk', { visible: true });
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'pin');
        await page.keyboard.type('1234');
        await page.keyboard.press('Enter');
        await inState(page, 'paid');
      }
    }));

  it('lays nothing over the checkout while the phone rings for an order from before', () =>
    visit(async (open) => {
      await pay(await open('/?order=A1', 320, 640));
      const page = await open('/?order=A2', 320, 640);
      await page.waitForSelector('.stk');
      assert.equal(await page.$('.phone-rings'), null);
    }));

  it('names the three themes, in words where there is room and on the tip of the pointer everywhere', () =>
    visit(async (open) => {
      for (const [lang, width, names] of [
        ['en', 1280, ['Auto', 'Light', 'Dark']],
        ['sw', 320, ['Otomatiki', 'Angavu', 'Giza']],
      ] as const) {
        const page = await open(`/?lang=${lang}`, width);
        const labels = await page.$$eval('label:has([name="theme"])', (all) =>
          all.map((label) => [label.title, label.textContent.trim(), label.querySelector('.icon-name')?.clientWidth]),
        );
        assert.deepEqual(
          labels.map(([title, text]) => [title, text]),
          names.map((name) => [name, name]),
        );
        assert.equal(await overflow(page), 0);
      }
    }));

  it('takes the outcome from the backend’s events by settle()', () =>
    visit(async (open) => {
      const page = await open('/?outcome=settle');
      await pay(page);
      await answer(page, '1234');
      await inState(page, 'paid');
      assert.deepEqual(await logged(page), ['push-request', 'push-success', 'payment-success']);
      assert.equal(await page.$('[data-record="status"]'), null);
    }));

  it('renews an expired token, and stops where the page says so', () =>
    visit(async (open) => {
      const page = await open();
      await page.select('#scenario', 'expired-at-server');
      await scenarioIsSet(page);
      await pay(page);
      await answer(page, '1234');
      await inState(page, 'paid');
      assert.deepEqual(await logged(page), ['push-request', 'token-expired', 'push-success', 'payment-success']);

      await page.select('#scenario', 'push-stopped');
      await scenarioIsSet(page);
      await pay(page);
      await page.waitForSelector('[data-event="push-request"] .badge');
      assert.deepEqual(await logged(page), ['push-request']);
      assert.equal(await page.$eval('vitumob-pay', ({ state }) => state), 'idle');
    }, /status of 404/));

  it('is paid from the phone’s own menu, without a prompt, and shows what the server’s database holds', () =>
    visit(async (open) => {
      const page = await open('?scenario=1032');
      await pay(page);
      await page.waitForSelector('[data-attempt="failed"]');
      await page.locator('#lipa').click();
      await page.locator('.menu [name="pin"]').fill('0000');
      await page.locator('.menu button[type="submit"]').click();
      await page.waitForSelector('.menu [aria-invalid="true"]');
      await page.locator('.menu [name="pin"]').fill('1234');
      await page.locator('.menu button[type="submit"]').click();
      const confirmation = await page.waitForSelector('[data-record="confirmation"]');
      const told = await confirmation?.evaluate((row) => row.textContent);
      assert.match(told ?? '', /Ksh\s4,950 without a prompt/, 'An amount is written as everywhere else');
      await page.waitForSelector('[data-record="event"] ::-p-text(payment.paid)');
      await page.waitForSelector('.thread li.sms ::-p-text(Confirmed)');
      assert.equal(await page.$('.menu'), null);

      // The order is paid: another request for it is refused, and nothing rings.
      const prompts = await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent.trim());
      await page.locator('vitumob-pay >>> button').click();
      await page.waitForSelector('[data-record="push"] ::-p-text(answered 409)');
      assert.equal(await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent.trim()), prompts);
    }, /status of 409/));

  it('says in the card that it is paid once the phone’s own menu has paid what the card’s steps say, without a prompt', () =>
    visit(async (open) => {
      const page = await open();
      await page.locator('vitumob-pay >>> [part~="manual"] summary').click();
      await page.waitForSelector('vitumob-pay >>> [part~="manual"][open]');
      const values = await page.$eval('vitumob-pay', ({ shadowRoot }) =>
        [...(shadowRoot?.querySelectorAll('[part~="manual"] .value > span') ?? [])].map(({ textContent }) =>
          textContent.trim(),
        ),
      );
      await page.locator('#lipa').click();
      for (const [index, name] of ['shortcode', 'account', 'amount'].entries()) {
        await page.locator(`.menu [name="${name}"]`).fill('');
        await page.locator(`.menu [name="${name}"]`).fill(values[index] ?? '');
      }
      await page.locator('.menu [name="pin"]').fill('1234');
      await page.locator('.menu button[type="submit"]').click();
      await inState(page, 'paid');

      const sms = await page.waitForSelector('.thread li.sms ::-p-text(Confirmed)');
      const receipt = /^[A-Z0-9]{10}/.exec((await sms?.evaluate(({ textContent }) => textContent.trim())) ?? '')?.[0];
      assert.ok(receipt, 'M-Pesa’s own message names the receipt');
      assert.match(await shownByElement(page), new RegExp(`Paid\\. Thank you!.*${receipt}`, 's'));
      await page.waitForSelector('[data-record="confirmation"]');
      assert.deepEqual(await logged(page), ['payment-success']);
      assert.equal(await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent.trim()), '0');
      // The server's answer as long as it knows nothing of the order: not yet.
    }, /status of 404/));

  it('shows the code of the very element, in step with the controls', () =>
    visit(async (open) => {
      const page = await open();
      await page.locator('#business').fill('Duka "Mali" & <Co>');
      await page.locator('#amount').fill('1250');
      await page.locator('[name="outcome"][value="none"]').click();
      await page.locator('[name="lang"][value="sw"]').click();
      const [written, real] = await page.evaluate(() => {
        const code = document.querySelector('#snippet code')?.textContent ?? '';
        const parsed = new DOMParser().parseFromString(code, 'text/html').querySelector('vitumob-pay');
        return [parsed, document.querySelector('vitumob-pay')].map((element) => [
          ...[...(element?.attributes ?? [])].map(({ name, value }) => `${name}=${value}`).sort(),
          element?.textContent.trim() ?? '',
        ]);
      });
      assert.deepEqual(written, real);
      assert.ok(real);
      assert.match(real.at(-1) ?? '', /^Lipa na M-Pesa: Pay Bill 174379, akaunti \S+, Ksh 1250$/);
      assert.ok(real.includes('amount=1250'));
      assert.ok(real.includes('lang=sw'));
      assert.ok(!real.some((attribute) => attribute.startsWith('status-url')));
    }));

  for (const [framework, tab] of [
    ['react', 'React'],
    ['vue', 'Vue'],
    ['angular', 'Angular'],
    ['svelte', 'Svelte'],
    ['solid', 'Solid'],
  ] as const) {
    it(`shows the same element in ${tab}’s words`, () =>
      visit(async (open) => {
        const business = 'Duka "Mali" & <Co> {{1}} `${2}`';
        const page = await open(`/?lang=sw&business=${encodeURIComponent(business)}`);
        await page.locator(`#code-${framework}`).click();
        const [written, real] = await page.evaluate((hasExpressions) => {
          const code = document.querySelector('#snippet code')?.textContent ?? '';
          const tag = /<vitumob-pay[^]*<\/vitumob-pay>|<vitumob-?pay[^]*\/>/i.exec(code)?.[0] ?? '';
          // HTML knows no capitals in names, and no expressions.
          const asHtml = hasExpressions
            ? tag
                .replace(/^ +[\w:-]+=\{.*\}$/gm, '')
                .replace(/^ +\w+=/gm, (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
            : tag;
          const parsed = new DOMParser().parseFromString(asHtml, 'text/html').body.firstElementChild;
          return [parsed, document.querySelector('vitumob-pay')].map((element) =>
            [...(element?.attributes ?? [])]
              .filter(({ name }) => !/^(?:on-|@|\()/.test(name))
              .map(({ name, value }) => `${name}=${value}`)
              .sort(),
          );
        }, ['react', 'svelte', 'solid'].includes(framework));
        assert.deepEqual(written, real);
        assert.ok(real?.includes(`business=${business}`));
        if (framework === 'angular') {
          const template = await page.$eval(
            '#snippet code',
            ({ textContent }) => /template: `([^]*?)`,/.exec(textContent)?.[1],
          );
          assert.doesNotMatch(template ?? '`', /[`{]|\$(?!event)/);
        }
        if (framework === 'svelte') {
          const written = await page.$eval('#snippet code', ({ textContent }) => textContent);
          assert.match(written, /business="[^"{}]*"/, 'Svelte reads braces in an attribute');
        }
      }));
  }

  it('lets the keyboard choose among the frameworks', () =>
    visit(async (open) => {
      const page = await open();
      const chosen = () => page.$eval('[role="tab"][aria-selected="true"]', ({ id }) => id);
      const focused = () => page.evaluate(() => document.activeElement?.id);
      await page.focus('#code-html');
      for (const [key, tab] of [
        ['ArrowRight', 'code-react'],
        ['End', 'code-solid'],
        ['ArrowRight', 'code-html'],
        ['ArrowLeft', 'code-solid'],
        ['Home', 'code-html'],
      ] as const) {
        await page.keyboard.press(key);
        assert.equal(await chosen(), tab);
        assert.equal(await focused(), tab);
      }
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'PRE');
    }));

  it('takes a payment in each of the three looks', () =>
    visit(async (open) => {
      const page = await open();
      assert.equal(await page.$('#looks vitumob-pay'), null, 'They are made once somebody comes near');
      await page.$eval('#looks', (looks) => {
        looks.scrollIntoView();
      });
      for (const look of ['bare', 'brand', 'dark']) {
        const element = `.theme-${look} vitumob-pay`;
        await page.locator(`${element} >>> input`).fill(PHONE);
        await page.locator(`${element} >>> button`).click();
        await answer(page, '1234');
        await page.waitForFunction(
          (selector) => document.querySelector<HTMLElementTagNameMap['vitumob-pay']>(selector)?.state === 'paid',
          { polling: 100 },
          element,
        );
      }
      assert.equal(await page.$eval('vitumob-pay', ({ state }) => state), 'idle', 'The shop’s own order is another');
      const { bottom } = await page.$eval('#looks', (looks) => looks.getBoundingClientRect().toJSON() as DOMRect);
      const { top } = await page.$eval('.foot a', (link) => link.getBoundingClientRect().toJSON() as DOMRect);
      const room = top - bottom;
      assert.ok(room >= 24, `The link to the gallery keeps ${room} px from what is above it`);
    }));

  for (const width of [360, 1280]) {
    it(`has not jumped at all when the prompt is there, at ${width} pixels`, () =>
      visit(async (open) => {
        const page = await open('', width);
        // The timeline is a list that grows, and pushes down what is below it.
        await page.evaluate(() => {
          globalThis.shift = 0;
          new PerformanceObserver((list) => {
            for (const { sources, value, hadRecentInput } of list.getEntries() as LayoutShift[])
              if (
                !hadRecentInput &&
                !sources.every(({ node }) =>
                  (node instanceof Element ? node : node?.parentElement)?.closest('#timeline, #looks, .foot'),
                )
              )
                globalThis.shift += value;
          }).observe({ type: 'layout-shift', buffered: true });
        });
        await pay(page);
        await inState(page, 'prompted');
        await page.waitForSelector('.stk');
        assert.equal(await page.evaluate(() => globalThis.shift), 0);
      }));
  }

  it('shows the checkout, the phone and the tag to copy without scrolling, at 1280 × 900', () =>
    visit(async (open, context) => {
      await context.setPermission(
        origin,
        ...['clipboard-read', 'clipboard-write'].map((name) => ({ permission: { name }, state: 'granted' as const })),
      );
      for (const lang of ['sw', 'en']) {
        const shown = await open(`/?lang=${lang}`);
        for (const part of ['#shop', '#shop vitumob-pay', '.phone', '#snippet .copy']) {
          const bottom = await shown.$eval(part, (element) => element.getBoundingClientRect().bottom);
          assert.ok(bottom <= 900, `${part} ends at ${bottom} (${lang})`);
        }
      }
      const page = await open();
      await page.locator('#snippet .copy').click();
      await page.waitForSelector('#snippet [role="status"] ::-p-text(Copied)');
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(copied, await page.$eval('#snippet code', ({ textContent }) => textContent));
      assert.match(copied, /^<script src="vitumob-pay\.min\.js"><\/script>\n<vitumob-pay\n {2}order-id="VM-/);
    }));

  it('offers eight scenarios in the visitor’s language, and the rest behind "More"', () =>
    visit(async (open) => {
      for (const [lang, first] of [
        ['en', 'Pays at once'],
        ['sw', 'Analipa mara moja'],
      ] as const) {
        const page = await open(`/?lang=${lang}`);
        const titles = await page.$$eval('.featured strong', (all) => all.map(({ textContent }) => textContent));
        assert.equal(titles.length, 8);
        assert.ok(titles.includes(first));
        assert.equal(await page.$eval('.more', (more) => (more as HTMLDetailsElement).open), false);
        const words = await page.$$eval('main', ([main]) => (main as HTMLElement).innerText);
        assert.doesNotMatch(words, /KES/, 'Amounts are written as the checkout writes them');
      }
    }));

  for (const [what, choose] of [
    ['another scenario is chosen', (page: Page) => page.locator('.featured label:has([value="paid"])').click()],
    ['a new order is begun', (page: Page) => press(page, 'New order')],
  ] as const) {
    it(`clears the phone where ${what} in the middle of a payment`, () =>
      visit(async (open) => {
        const page = await open();
        const order = () => new URL(page.url()).searchParams.get('order');
        const first = order();
        await pay(page);
        await page.waitForSelector('.stk');
        await choose(page);
        await page.waitForSelector('.stk', { hidden: true });
        await scenarioIsSet(page);
        await inState(page, 'idle');
        assert.notEqual(order(), first);
        assert.equal(await page.$('.thread'), null, 'Nothing of the last order is on the phone');
        await pay(page);
        await page.waitForSelector('.stk');
        await answer(page, '1234');
        await inState(page, 'paid');
        assert.deepEqual(await logged(page), ['push-request', 'push-success', 'payment-success']);
      }));
  }

  it('gives axe nothing to find, with and without a prompt, in either theme and language', () =>
    visit(async (open) => {
      for (const [query, width] of [
        ['/', 1280],
        ['/?lang=sw&theme=dark', 360],
      ] as const) {
        const page = await open(query, width);
        // A veil that is still fading in has other contrasts.
        await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
        await page.evaluate(axe.source);
        const violations = () =>
          page.evaluate(async () => {
            const results = await window.axe.run(document, { resultTypes: ['violations'] });
            return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
          });
        assert.deepEqual(await violations(), []);
        await pay(page);
        await page.waitForSelector('.stk');
        assert.deepEqual(await violations(), []);
        await page.locator('.stk button[type="button"]').click();
        await inState(page, 'failed');
      }
    }));

  it('begins a new order with each scenario, whose token meets what the scenario has in store, and keeps the typed number', () =>
    visit(async (open) => {
      const page = await open();
      const order = () => new URL(page.url()).searchParams.get('order');
      const first = order();
      await page.waitForSelector('[data-record="token"]');
      await page.locator('vitumob-pay >>> input').fill(PHONE);
      await page.locator('.more summary').click();
      await page.select('#scenario', 'token-server-500');
      await scenarioIsSet(page);
      assert.notEqual(order(), first);
      // It is asked for once the checkout is in sight again.
      await page.$eval('#shop', (shop) => {
        shop.scrollIntoView();
      });
      await page.waitForSelector('[data-record="token"] ::-p-text(fault: server-500)');
      await page.locator('vitumob-pay >>> button').click();
      await inState(page, 'failed');
      assert.equal(await page.$('.stk'), null);
    }, /status of 500/));

  it('lets no token be asked for before the scenario is set up, and counts it for an order of any name', () =>
    visit(async (open) => {
      const page = await open('/?scenario=expires-soon&order=A1');
      await page.waitForSelector('[data-record="token"] ::-p-text(fault: expires-soon)');
      await pay(page);
      await answer(page, '1234');
      await inState(page, 'paid');
      assert.equal(await page.$eval('[data-count="tokens"]', ({ textContent }) => textContent.trim()), '2');
    }));

  it('keeps an opened entry of the timeline within its row', () =>
    visit(async (open) => {
      const page = await open('/?scenario=paid');
      await pay(page);
      await inState(page, 'paid');
      await page.locator('[data-event="payment-success"] summary').click();
      const { inner, outer, overflow } = await page.$eval('[data-event="payment-success"] pre', (pre) => ({
        inner: pre.scrollHeight,
        outer: pre.clientHeight,
        overflow: getComputedStyle(pre).overflowY,
      }));
      assert.ok(inner > outer, 'It is longer than its row');
      assert.equal(overflow, 'auto');
    }));

  for (const [lang, problem] of [
    ['en', /Write digits alone.*12341 or 12341\.50.*still says Ksh\s4,950/],
    ['sw', /Andika tarakimu tu.*12341 au 12341\.50.*bado yanasema Ksh\s4,950/],
  ] as const)
    it(`says at the field what an amount is, and keeps the last one that is usable (${lang})`, () =>
      visit(async (open) => {
        const page = await open(`/?lang=${lang}`);
        const amount = () => page.$eval('vitumob-pay', (element) => element.amount);
        for (const typed of ['12,341', 'abc', '0', '250001', '12.345']) {
          await page.locator('#amount').fill(typed);
          await page.waitForSelector('#amount[aria-invalid="true"][aria-describedby="amount-problem"]');
          assert.match(await page.$eval('#amount-problem', ({ textContent }) => textContent.trim()), problem);
          assert.equal(await page.$eval('#amount', (field) => (field as HTMLInputElement).value), typed);
          assert.equal(await amount(), '4950');
        }
        await page.locator('#amount').fill('12341.50');
        await page.waitForSelector('#amount-problem', { hidden: true });
        assert.equal(await amount(), '12341.50');
        const link = await open('/?amount=12,341');
        assert.equal(await link.$eval('vitumob-pay', (element) => element.amount), '4950');
      }, /moves whole shillings only/));

  it('keeps its order over a reload and in a second tab, until there is a new one', () =>
    visit(async (open) => {
      const page = await open();
      const order = new URL(page.url()).searchParams.get('order');
      assert.ok(order);
      await pay(page);
      await inState(page, 'prompted');
      await page.reload();
      await inState(page, 'prompted');
      assert.equal(new URL(page.url()).searchParams.get('order'), order);

      const second = await open(`/?order=${order}`);
      await inState(second, 'prompted');
      await answer(second, '1234');
      await Promise.all([inState(page, 'paid'), inState(second, 'paid')]);
      await second.waitForSelector('[data-record="callback"]');
      // A page in the background follows the record no longer, and catches up.
      await page.bringToFront();
      await page.waitForSelector('[data-record="callback"]');
      assert.equal(await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent.trim()), '1');

      await second.bringToFront();
      await press(second, 'New order');
      await inState(second, 'idle');
      assert.notEqual(new URL(second.url()).searchParams.get('order'), order);
      await inState(page, 'paid');
    }));

  it('leaves connections for the payment in many tabs', () =>
    visit(async (open) => {
      for (let tab = 0; tab < 5; tab += 1) await putBehind(await open());
      const page = await open();
      await pay(page);
      await answer(page, '1234');
      await inState(page, 'paid');
      await page.waitForSelector('[data-record="callback"]');
    }));

  it('never shows the access token', () =>
    visit(async (open) => {
      const page = await open('/?scenario=push-echo-token');
      const tokens: string[] = [];
      page.on('request', (request) => {
        const token = request.headers()['authorization'];
        if (token) tokens.push(token);
      });
      await pay(page);
      await answer(page, '1234');
      await inState(page, 'paid');
      const seen = await page.content();
      assert.ok(seen.includes('payment-success'));
      const [token] = tokens;
      assert.ok(token);
      assert.ok(!seen.includes(token));
    }));

  it('can set up every scenario that it offers', () =>
    visit(async (open) => {
      const page = await open();
      const ids = await page.$$eval('#scenario option', (options) => options.map(({ value }) => value));
      assert.ok(ids.length > 50);
      assert.equal(new Set(ids).size, ids.length);
      for (const id of ids) {
        await page.select('#scenario', id);
        await scenarioIsSet(page);
        assert.doesNotMatch(await page.$eval('#story', ({ textContent }) => textContent), /did not take/, id);
      }
      // The token that the checkout asks for meets what the scenario has in store.
    }, /Failed to load resource/));
});
