/** axe over every tile of the gallery: every state, in light, dark and forced colours, in every language. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import axe from 'axe-core';
import { GROUPS } from '../../demo/gallery/scenes.js';
import { chromium } from '../browsers/chromium.mjs';
import { Gallery } from '../visual/gallery.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const APPEARANCES = [
  { name: 'light', theme: 'light', forcedColours: undefined },
  { name: 'dark', theme: 'dark', forcedColours: undefined },
  { name: 'forced colours, light', theme: 'light', forcedColours: 'light' },
  { name: 'forced colours, dark', theme: 'dark', forcedColours: 'dark' },
] as const;

/** In the page: runs axe over the page and each tile. */
async function examine(tags: string[], colours: boolean): Promise<Findings> {
  const tiles = [...document.querySelectorAll('.tile')];
  const violations: string[] = [];
  for (const where of [document, ...tiles]) {
    const results = await window.axe.run(where, {
      runOnly: tags,
      resultTypes: ['violations'],
      // Of text it reads `-webkit-text-fill-color`, which goes on naming the page's colour where another is forced.
      rules: { 'color-contrast': { enabled: colours } },
    });
    for (const { id, nodes } of results.violations) {
      for (const { html, failureSummary } of nodes) {
        violations.push(`${where instanceof Element ? where.id : 'page'}: ${id}: ${html} ${failureSummary}`);
      }
    }
  }
  const forced = matchMedia('(forced-colors: active)').matches;
  return { forced, runs: tiles.length + 1, violations };
}

interface Findings {
  readonly forced: boolean;
  readonly runs: number;
  readonly violations: readonly string[];
}

describe('axe finds nothing', { timeout: 1_200_000 }, () => {
  let gallery: Gallery;
  let runs = 0;

  before(async () => {
    gallery = await Gallery.open(await chromium());
  });
  after(async () => {
    await gallery.close();
    console.log(`axe ran ${runs} times`);
  });

  for (const { name, theme, forcedColours } of APPEARANCES) {
    for (const lang of ['en', 'sw']) {
      it(`in any state (${name}, ${lang})`, async () => {
        // Group by group: each run begins by reading the whole page.
        for (const group of Object.keys(GROUPS)) {
          const page = await gallery.visit(`theme=${theme}&lang=${lang}&group=${group}`, { forcedColours });
          await page.evaluate(axe.source);
          const found = await page.evaluate(examine, RULES, !forcedColours);
          await page.close();
          assert.deepEqual(found.violations, []);
          assert.equal(found.forced, forcedColours !== undefined);
          assert.ok(found.runs > 1 || (group === 'looks' && theme === 'dark'), `Nothing to see in ${group}`);
          runs += found.runs;
        }
      });
    }
  }

  it('but would, were a field without its label', async () => {
    const page = await gallery.visit('theme=light&lang=en&scene=idle');
    await page.evaluate(axe.source);
    await page.$eval('vitumob-pay', ({ shadowRoot }) => {
      shadowRoot?.querySelector('label')?.remove();
    });
    const { violations } = await page.evaluate(examine, RULES, true);
    await page.close();
    assert.match(violations.join('\n'), /idle-light-en: label: <input/);
  });
});

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
