import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { MPESA_WORDS } from '../../demo/mpesa-messages.js';
import { FEATURED_TEXTS, GROUP_TEXTS, SCENARIO_TEXTS } from '../../demo/scenario-texts.js';
import { FEATURED, SCENARIO_GROUPS } from '../../demo/scenarios.js';
import { LANGUAGES } from '../../demo/settings.js';
import { TEXTS } from '../../demo/texts.js';
import { TIMELINE_TEXTS } from '../../demo/timeline-texts.js';
import { en } from '../../src/messages/en.js';
import { sw } from '../../src/messages/sw.js';

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url));

/** Names, and what is the code's own. */
const SAME_IN_BOTH = [
  'shop.name',
  'phone.menu',
  ...['push-request', 'push-success', 'state-change'].map((event) => `events.${event}`),
];

/** What a function of any texts is given. */
const SAMPLE = Object.assign(() => undefined, {
  toString: () => '7',
  phone: '7',
  checkoutRequestId: '7',
  promptPossible: true,
});

/** Every text by its path; what is told by a function as it is told of something. */
function textsIn(part: unknown, path: string[] = []): Map<string, string> {
  if (typeof part === 'string') return new Map([[path.join('.'), part]]);
  if (typeof part === 'function')
    return new Map([[path.join('.'), String((part as (...of: unknown[]) => unknown)(SAMPLE, SAMPLE, SAMPLE))]]);
  return new Map(Object.entries(part as object).flatMap(([key, value]) => [...textsIn(value, [...path, key])]));
}

/** What a customer would not say. */
const ENGINEERS =
  /\d{3}|\b(?:JSON|HTML|HTTP|URL|API|Daraja|SIM toolkit|tokens?|push(?:es)?|prompts?|callbacks?|query|status|redirects?|servers?|backend|proxy|gateway|payload|ids?|tokeni|seva|hali)\b/i;

describe('The demo’s texts', () => {
  for (const [name, texts] of Object.entries({ TEXTS, TIMELINE_TEXTS, MPESA_WORDS })) {
    it(`are there in both languages: ${name}`, () => {
      const [en, sw] = [textsIn(texts.en), textsIn(texts.sw)];
      assert.deepEqual([...sw.keys()], [...en.keys()]);
      for (const [path, text] of en) {
        assert.ok(text.trim(), path);
        assert.ok(sw.get(path)?.trim(), path);
        if (!SAME_IN_BOTH.includes(path)) assert.notEqual(sw.get(path), text, path);
      }
    });
  }

  const scenarios = SCENARIO_GROUPS.flatMap(({ scenarios }) => scenarios.map(({ id }) => id));

  it('are there in both languages: scenarios', () => {
    assert.deepEqual(Object.keys(SCENARIO_TEXTS).sort(), [...scenarios].sort());
    assert.deepEqual(Object.keys(GROUP_TEXTS).sort(), SCENARIO_GROUPS.map(({ id }) => id as string).sort());
    assert.deepEqual(Object.keys(FEATURED_TEXTS).sort(), [...FEATURED].sort());
    for (const [id, { en, sw }] of [...Object.entries(SCENARIO_TEXTS), ...Object.entries(FEATURED_TEXTS)])
      for (const part of ['title', 'story'] as const) {
        assert.ok(en[part].trim(), id);
        assert.ok(sw[part].trim(), id);
        assert.notEqual(sw[part], en[part], id);
      }
    for (const [id, { en, sw }] of Object.entries(GROUP_TEXTS)) assert.ok(en && sw && en !== sw, id);
  });

  for (const lang of LANGUAGES)
    it(`name a scenario as a customer would, each otherwise than its neighbours (${lang})`, () => {
      for (const { id, scenarios } of SCENARIO_GROUPS) {
        const titles = scenarios.map(({ id }) => SCENARIO_TEXTS[id][lang].title);
        assert.equal(new Set(titles).size, titles.length, id);
        for (const title of [GROUP_TEXTS[id][lang], ...titles]) assert.doesNotMatch(title, ENGINEERS);
      }
      for (const {
        [lang]: { title, story },
      } of Object.values(FEATURED_TEXTS))
        assert.doesNotMatch(`${title} ${story}`.replace('1234', ''), ENGINEERS);
    });

  it('call saying no to a request what the checkout calls it', () => {
    for (const [lang, { previewCheck, wrongNumberCancel }] of Object.entries({ en, sw }))
      for (const text of [previewCheck, wrongNumberCancel])
        assert.ok(text.toLowerCase().includes(MPESA_WORDS[lang as 'en' | 'sw'].cancel.toLowerCase()), text);
  });

  it('are written with a plain hyphen, and amounts with "Ksh"', () => {
    const files = readdirSync(DEMO, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(?:ts|css|html)$/.test(file),
    );
    assert.ok(files.length > 30);
    for (const file of files) {
      const code = readFileSync(join(DEMO, file), 'utf8');
      assert.doesNotMatch(code, /\u2011/, file);
      assert.doesNotMatch(code.replaceAll("currency: 'KES'", ''), /\bKES\b/, file);
    }
  });
});
