/** The gallery in a browser that is the same everywhere: the one that npm brings along, and no font but the gallery's own. */

import assert from 'node:assert/strict';
import type { PNG } from 'pngjs';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { startVite, type ViteServer } from '../support/vite-server.js';
import { decode, type Place, sideBySide } from './picture.js';

/** Four tiles of the breadth of a phone, side by side. */
const WIDTH = 1488;

/** Drawn by the processor alone, in the same way by every one of them. */
const DRAWING = [
  '--disable-lcd-text',
  '--disable-skia-runtime-opts',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  // Nothing is shown before all of it is drawn: on a busy machine a picture had holes.
  '--run-all-compositor-stages-before-draw',
  '--disable-new-content-rendering-timeout',
  '--disable-checker-imaging',
];

export interface Sheet {
  readonly picture: PNG;
  readonly places: readonly Place[];
}

export class Gallery {
  readonly #server: ViteServer;
  readonly #browser: Browser;

  private constructor(server: ViteServer, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  static async open({ args = [], ...options }: LaunchOptions): Promise<Gallery> {
    const server = await startVite();
    const browser = await puppeteer.launch({ ...options, args: [...args, ...DRAWING] });
    return new Gallery(server, browser);
  }

  /** Opens the part of the gallery that the query names, played to its end. */
  async visit(
    query: string,
    { forcedColours, scale = 1 }: { forcedColours?: 'light' | 'dark' | undefined; scale?: number } = {},
  ): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.setViewport({ width: WIDTH, height: 900, deviceScaleFactor: scale });
    await page.emulateTimezone('Africa/Nairobi');
    // Before there is anything to see: not all of it would change its colours later.
    const cdp = await page.createCDPSession();
    await cdp.send('Emulation.setEmulatedMedia', {
      features: [
        { name: 'forced-colors', value: forcedColours ? 'active' : 'none' },
        { name: 'prefers-color-scheme', value: forcedColours ?? '' },
      ],
    });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${this.#server.origin}/demo/gallery/?${query}`);
    // An error in the page's own module would leave it waiting for ever.
    await page
      .waitForFunction(() => document.documentElement.dataset['ready'] === 'yes')
      .catch((error: unknown) => {
        throw new Error(`The gallery is not ready: ${errors.join('; ')}`, { cause: error });
      });
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** The names of the sheets on a page, from top to bottom. */
export function sheetsOn(page: Page): Promise<string[]> {
  return page.$$eval('[data-sheet]', (sheets) => sheets.map((sheet) => (sheet as HTMLElement).dataset['sheet'] ?? ''));
}

/** Takes the picture of a sheet. */
export async function photograph(page: Page, name: string): Promise<Sheet> {
  const sheet = await page.waitForSelector(`[data-sheet="${name}"]`);
  assert.ok(sheet);
  const places = await sheet.$$eval('.tile', (tiles) =>
    tiles.map((tile) => {
      const around = tile.closest('.sheet')?.getBoundingClientRect() ?? new DOMRect();
      const { left, top, right, bottom } = tile.getBoundingClientRect();
      return {
        id: tile.id,
        left: left - around.left,
        top: top - around.top,
        right: right - around.left,
        bottom: bottom - around.top,
      };
    }),
  );
  return { picture: decode(await sheet.screenshot()), places };
}

/** Where the documentation shows the card: its picture in docs/images, and the scenes that it is of, side by side. */
export const DOCUMENTED = {
  checkout: { scenes: ['idle-business', 'prompted', 'paid'], scale: 2 },
  'not-paid': { scenes: ['failed-cancelled'], scale: 1.5 },
  'cannot-tell': { scenes: ['unconfirmed'], scale: 1.5 },
  'not-reached': { scenes: ['failed-unreachable'], scale: 1.5 },
} as const;

/** Between cards side by side, in pixels of the page. */
const GAP = 12;

/** Takes a picture for the documentation, which shows it smaller. */
export async function photographCards(gallery: Gallery, name: keyof typeof DOCUMENTED): Promise<PNG> {
  const { scenes, scale } = DOCUMENTED[name];
  const page = await gallery.visit(`theme=light&lang=en&${scenes.map((scene) => `scene=${scene}`).join('&')}`, {
    scale,
  });
  const cards: PNG[] = [];
  for (const scene of scenes) {
    const card = await page.waitForSelector(`#${scene}-light-en vitumob-pay`);
    assert.ok(card);
    cards.push(decode(await card.screenshot()));
  }
  await page.close();
  return sideBySide(cards, GAP * scale);
}

/** The shops of docs/theming.md: what is around the card on a page of theirs. The rest is the CSS that stands there. */
export const SHOPS = {
  'theme-press': { business: 'Nairobi Review', page: 'background: #fff; color: #111' },
  'theme-market': { business: 'Soko Zuri', page: 'background: #f3ecff; color: #24123f' },
  'theme-night': { business: 'Blankets & Wine', page: 'color-scheme: dark; background: #0e1116; color: #e9e6df' },
  'theme-bakery': { business: 'Mkate Bakery', page: 'background: #fdf5ea; color: #3b2314' },
  'theme-clinic': { business: 'Afya Clinic', page: 'background: #eef4fa; color: #0d2238' },
} as const;

/** Takes the picture of a shop's card on its page, with the shop's own CSS. */
export async function photographShop(gallery: Gallery, name: keyof typeof SHOPS, css: string): Promise<PNG> {
  const shop = SHOPS[name];
  const page = await gallery.visit('theme=light&lang=en&scene=idle-business');
  const ground = `.ground { box-sizing: border-box; inline-size: 380px; padding: 20px; ${shop.page} }`;
  await page.$eval(
    '#idle-business-light-en vitumob-pay',
    async (element, business, rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      document.adoptedStyleSheets.push(sheet);
      element.business = business;
      await element.updateComplete;
    },
    shop.business,
    `${ground}\n${css}`,
  );
  const card = await page.waitForSelector('#idle-business-light-en .ground');
  assert.ok(card);
  const picture = decode(await card.screenshot());
  await page.close();
  return picture;
}
