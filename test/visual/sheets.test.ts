/**
 * The gallery's sheets against their pictures in `baseline/`. `npm run test:visual -- --update` takes new ones.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { packaged } from '../browsers/chromium.mjs';
import { DOCUMENTED, Gallery, photograph, photographCards, photographShop, sheetsOn, SHOPS } from './gallery.js';
import { encode } from './palette-png.js';
import { compare, decode } from './picture.js';

const BASELINE = fileURLToPath(new URL('baseline', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
const DIFFERENCES = fileURLToPath(new URL('differences', import.meta.url));
const THEMING = fileURLToPath(new URL('../../docs/theming.md', import.meta.url));
const OF_THE_SYSTEM = ', of the system';
const UPDATE = process.argv.includes('--update');

/** Where a colour that is taken away could take something with it. No focused field: its caret is forced too, and blinks. */
const IN_FORCED_COLOURS = [
  'idle',
  'requesting',
  'disabled',
  'prompted-help',
  'unconfirmed',
  'paid',
  'failed-cancelled',
];

describe('The gallery', { timeout: 900_000 }, () => {
  let gallery: Gallery;

  before(async () => {
    gallery = await Gallery.open(await packaged());
    rmSync(DIFFERENCES, { recursive: true, force: true });
    if (UPDATE) rmSync(BASELINE, { recursive: true, force: true });
    mkdirSync(BASELINE, { recursive: true });
  });
  after(() => gallery.close());

  const photographed = new Set<string>();

  /** What differs on the page from the pictures whose names begin so; empty where nothing does. */
  async function problemsOn(page: Page, prefix = ''): Promise<string> {
    const problems: string[] = [];
    for (const sheet of await sheetsOn(page)) {
      const name = `${prefix}${sheet}`;
      photographed.add(`${name}.png`);
      const file = `${BASELINE}/${name}.png`;
      const { picture, places } = await photograph(page, sheet);
      if (UPDATE) writeFileSync(file, encode(picture));
      assert.ok(existsSync(file), `${file} is missing: npm run test:visual -- --update`);
      const comparison = compare(decode(readFileSync(file)), picture, places);
      if (comparison.problems.length === 0) continue;
      mkdirSync(DIFFERENCES, { recursive: true });
      writeFileSync(`${DIFFERENCES}/${name}.png`, comparison.sideBySide());
      problems.push(`${DIFFERENCES}/${name}.png (expected, actual, difference): ${comparison.problems.join(', ')}`);
    }
    return problems.join('\n');
  }

  for (const theme of ['light', 'dark'] as const) {
    for (const lang of ['en', 'sw']) {
      it(`looks as it did (${theme}, ${lang})`, async () => {
        const page = await gallery.visit(`theme=${theme}&lang=${lang}`);
        const problems = await problemsOn(page);
        await page.close();
        assert.equal(problems, '');
      });
    }

    it(`looks as it did in forced colours (${theme})`, async () => {
      const scenes = IN_FORCED_COLOURS.map((scene) => `scene=${scene}`).join('&');
      const page = await gallery.visit(`theme=${theme}&lang=en&${scenes}`, { forcedColours: theme });
      const problems = await problemsOn(page, 'forced-');
      await page.close();
      assert.equal(problems, '');
    });
  }

  it('has a sheet for every picture', () => {
    assert.deepEqual(readdirSync(BASELINE).sort(), [...photographed].sort());
  });

  for (const lang of ['en', 'sw']) {
    it(`is written in its own fonts alone, which are the same on every machine (${lang})`, async () => {
      const page = await gallery.visit(`theme=light&lang=${lang}`);
      const fonts = await fontsOf(page);
      await page.close();
      assert.ok(fonts.length > 0);
      assert.deepEqual(
        fonts.filter((font) => font.endsWith(OF_THE_SYSTEM)),
        [],
      );
    });
  }
});

describe('The documentation', { timeout: 300_000 }, () => {
  let gallery: Gallery;

  before(async () => {
    gallery = await Gallery.open(await packaged());
  });
  after(() => gallery.close());

  for (const name of Object.keys(DOCUMENTED) as (keyof typeof DOCUMENTED)[]) {
    it(`shows the card as it is: ${name}`, async () => {
      const file = `${IMAGES}/${name}.png`;
      const picture = await photographCards(gallery, name);
      if (UPDATE) writeFileSync(file, encode(picture));
      assert.deepEqual(compare(decode(readFileSync(file)), picture, []).problems, []);
    });
  }
});

describe('The five shops', { timeout: 300_000 }, () => {
  let gallery: Gallery;

  before(async () => {
    gallery = await Gallery.open(await packaged());
  });
  after(() => gallery.close());

  /** What the shop's picture is followed by in docs/theming.md. */
  const cssOf = (name: string): string => {
    const [, css] =
      new RegExp(`/${name}\\.png".*?\`\`\`css\n(.*?)\`\`\``, 's').exec(readFileSync(THEMING, 'utf8')) ?? [];
    assert.ok(css, `docs/theming.md has the CSS of ${name}`);
    return css;
  };

  for (const name of Object.keys(SHOPS) as (keyof typeof SHOPS)[]) {
    it(`look as documented, with the CSS that is documented: ${name}`, async () => {
      const file = `${IMAGES}/${name}.png`;
      const picture = await photographShop(gallery, name, cssOf(name));
      if (UPDATE) writeFileSync(file, encode(picture));
      const expected = decode(readFileSync(file));
      // The magazine's serif is the system's, and not the same everywhere.
      const isHeld = name !== 'theme-press';
      assert.deepEqual(isHeld ? compare(expected, picture, []).problems : [], []);
      assert.equal(picture.width, expected.width);
    });
  }
});

describe('The comparison', { timeout: 600_000 }, () => {
  let gallery: Gallery;

  before(async () => {
    gallery = await Gallery.open(await packaged());
  });
  after(() => gallery.close());

  const NAME = 'start-light-en';

  /** What is told once these rules hold in one of the elements. */
  async function problemsAfter(css: string): Promise<readonly string[]> {
    const page = await gallery.visit('theme=light&lang=en&group=start');
    const { picture } = await photograph(page, NAME);
    await page.$eval(
      '#idle-business-light-en vitumob-pay',
      ({ shadowRoot }, rules) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        shadowRoot?.adoptedStyleSheets.push(sheet);
      },
      css,
    );
    const changed = await photograph(page, NAME);
    await page.close();
    return compare(picture, changed.picture, changed.places).problems;
  }

  it('finds nothing where nothing has changed', async () => {
    assert.deepEqual(await problemsAfter(''), []);
  });

  for (const [what, css] of [
    ['a missing line of text', '[part~="hint"] { visibility: hidden }'],
    ['a missing border', '[part~="input"] { border-color: transparent }'],
    ['another green', '[part~="button"] { background: #0b8a47 !important }'],
    ['a gap that is 1 px larger', 'form { row-gap: calc(1rem + 1px) !important }'],
    ['text of another weight', '[part~="label"] { font-weight: 400 }'],
  ] as const) {
    it(`finds ${what}, and says where`, async () => {
      const problems = await problemsAfter(css);
      assert.match(problems.join(), /idle-business-light-en: \d+ pixels/);
    });
  }
});

/** The families of all fonts that draw text on the page. */
async function fontsOf(page: Page): Promise<string[]> {
  const cdp = await page.createCDPSession();
  await cdp.send('DOM.enable');
  await cdp.send('CSS.enable');
  const { nodes } = await cdp.send('DOM.getFlattenedDocument', { depth: -1, pierce: true });
  const parents = new Set(nodes.filter(({ nodeType }) => nodeType === 3).map(({ parentId }) => parentId));
  const families = new Set<string>();
  for (const nodeId of parents) {
    if (nodeId === undefined) continue;
    const { fonts } = await cdp.send('CSS.getPlatformFontsForNode', { nodeId });
    for (const { familyName, isCustomFont } of fonts)
      families.add(isCustomFont ? familyName : familyName + OF_THE_SYSTEM);
  }
  return [...families].sort();
}
