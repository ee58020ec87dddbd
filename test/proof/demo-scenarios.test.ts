/**
 * Every scenario of the demo ends as its story says: chosen on the page, and by its link too if a request or a token of the page has
 * anything to do with it. What M-Pesa alone does differently does not depend on when the page asks.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { SCENARIO_TEXTS } from '../../demo/scenario-texts.js';
import { FEATURED, type Scenario, SCENARIO_GROUPS, type ScenarioId } from '../../demo/scenarios.js';
import { chromium } from '../browsers/chromium.mjs';
import { startVite, type ViteServer } from '../support/vite-server.js';

const PHONE = '0723 123 123';

/**
 * The last that the page is told, by the names of the event and of its reason. Where that is `push-success` or an uncertain push, what
 * comes of it takes longer than a test should.
 */
const ENDS: Readonly<Record<ScenarioId, string>> = {
  handset: 'payment-success',
  paid: 'payment-success',
  'paid-slowly': 'push-success',
  'paid-by-query': 'payment-success',
  'paid-by-query-error': 'payment-success',
  'paid-flat': 'payment-success',
  1032: 'payment-failure cancelled',
  1031: 'payment-failure cancelled',
  2001: 'payment-failure wrong-pin',
  1019: 'payment-failure expired',
  1037: 'payment-failure unreachable',
  1: 'payment-failure insufficient-funds',
  2: 'payment-failure limit',
  3: 'payment-failure limit',
  4: 'payment-failure limit',
  8: 'payment-failure limit',
  1001: 'payment-failure busy',
  26: 'payment-failure busy',
  17: 'payment-failure busy',
  1025: 'payment-failure unreachable',
  1036: 'payment-failure unreachable',
  9999: 'payment-failure unreachable',
  SFC_IC0003: 'payment-failure declined',
  '400.002.02': 'push-failure rejected',
  '500.001.1001': 'push-failure rejected',
  '500.003.02': 'push-failure rejected',
  '500.003.03': 'push-failure rejected',
  '500.003.1001': 'push-failure rejected',
  'push-slow': 'payment-success',
  'push-reset': 'push-failure network, prompt possible',
  'push-reset-after': 'payment-success',
  'push-no-answer': 'push-failure timeout, prompt possible',
  'push-cut-short': 'push-failure bad-response, prompt possible',
  'push-stalled': 'push-failure timeout, prompt possible',
  'push-not-json': 'push-failure bad-response, prompt possible',
  'push-missing-ids': 'push-failure bad-response, prompt possible',
  'push-server-500': 'push-failure server-error, prompt possible',
  'push-server-500-reached': 'payment-success',
  'push-bad-gateway': 'push-failure server-error, prompt possible',
  'push-bad-gateway-reached': 'payment-success',
  'push-retry-after': 'push-failure server-error, prompt possible',
  'push-too-many': 'push-failure rejected',
  'push-html-404': 'push-failure rejected',
  'push-redirect': 'push-failure bad-response, prompt possible',
  'push-token-missing': 'push-failure token-missing',
  'push-daraja-500': 'push-failure rejected',
  'push-refused-code': 'push-failure rejected',
  'push-echo-token': 'payment-success',
  'push-echo-token-error': 'push-failure rejected',
  'daraja-reset': 'push-failure server-error, prompt possible',
  'daraja-reset-after': 'payment-success',
  'daraja-html': 'push-failure server-error, prompt possible',
  'daraja-no-token': 'push-failure rejected',
  'token-slow': 'payment-success',
  'token-reset': 'push-failure token-unavailable',
  'token-no-answer': 'push-failure token-unavailable',
  'token-cut-short': 'push-failure token-unavailable',
  'token-stalled': 'push-failure token-unavailable',
  'token-not-json': 'push-failure token-unavailable',
  'token-not-a-token': 'push-failure token-unavailable',
  'token-html-404': 'push-failure token-unavailable',
  'token-server-500': 'push-failure token-unavailable',
  'token-bad-gateway': 'push-failure token-unavailable',
  'token-retry-after': 'push-failure token-unavailable',
  'token-daraja-500': 'push-failure token-unavailable',
  'token-redirect': 'push-failure token-unavailable',
  'status-server-500': 'payment-success',
  'status-bad-gateway': 'payment-success',
  'status-reset': 'payment-success',
  'status-retry-after': 'payment-success',
  'status-slow': 'payment-success',
  'status-no-answer': 'payment-success',
  'status-stalled': 'payment-success',
  'status-cut-short': 'payment-success',
  'status-not-json': 'payment-success',
  'status-html-404': 'payment-success',
  'status-daraja-500': 'payment-success',
  'status-expired': 'payment-success',
  expired: 'payment-success',
  'expired-twice': 'push-failure token-expired',
  'expired-prevented': 'push-failure token-expired',
  'expired-at-daraja': 'payment-success',
  'expired-at-server': 'payment-success',
  'expired-400.003.01': 'payment-success',
  'expired-401.002.01': 'payment-success',
  'expired-401.003.01': 'payment-success',
  'expired-always': 'push-failure rejected',
  'expires-soon': 'payment-success',
  'callback-late': 'push-success',
  'callback-twice': 'payment-success',
  'callback-never': 'push-success',
  'query-contradicts': 'push-success',
  silence: 'push-success',
  4999: 'push-success',
  'push-stopped': 'push-request',
};

/** What a story says, and what is then to be seen: the checkout's state, and how many phones rang. */
const CLAIMS: readonly (readonly [story: RegExp, states: readonly string[], prompts: readonly number[]])[] = [
  [/Nothing was charged/, ['failed'], [0]],
  [/the shop cannot say that nothing was charged/, ['unconfirmed'], [0, 1]],
  [/[Tt]he phone rings/, ['unconfirmed', 'paid'], [1]],
  [/Nothing (?:is sent|reaches a phone)/, ['idle', 'failed'], [0]],
];

function dependsOnThePage({ id, faults, darajaFaults, expiresAtDaraja, cancels, backend }: Scenario): boolean {
  const isFirst = FEATURED.some((featured) => featured === id);
  return isFirst || Boolean(faults ?? darajaFaults ?? expiresAtDaraja ?? cancels ?? backend?.worthless_tokens);
}

/** In a page: what takes half a minute takes a second and a half. A string, since what builds the test would name its functions. */
const HURRY = `{
  const set = globalThis.setTimeout.bind(globalThis);
  globalThis.setTimeout = (run, ms = 0) => set(run, ms >= 25_000 && ms <= 35_000 ? ms / 20 : ms);
}`;

describe('The demo’s scenarios', { timeout: 880_000 }, () => {
  let server: ViteServer;
  let browser: Browser;
  /** The page on which they are chosen, one after the other. */
  let chosen: Page;

  const post = async (path: string, body: unknown) => {
    const answer = await fetch(server.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
  };
  const isSet = (page: Page) => page.waitForSelector('[aria-busy="false"] > #scenario');
  const asksForToken = (page: Page) => page.waitForSelector('[data-record="token"]');

  async function open(query: string, isHurried: boolean): Promise<Page> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    if (isHurried) await page.evaluateOnNewDocument(HURRY);
    await page.goto(server.origin + query);
    await isSet(page);
    await asksForToken(page);
    return page;
  }

  async function choose(id: ScenarioId, isHurried: boolean): Promise<Page> {
    const page = isHurried ? await open('/', true) : chosen;
    // It has a token by then, from a scenario in which nothing goes wrong.
    for (const before of ['handset', 'paid'] as const) {
      await page.select('#scenario', before);
      await isSet(page);
    }
    await asksForToken(page);
    await page.select('#scenario', id);
    await isSet(page);
    return page;
  }

  before(async () => {
    server = await startVite();
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
    chosen = await open('/', false);
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    await post('/demo/api/reset', {});
    await post('/demo/api/daraja', { outcome_after_ms: 200, callback_delay_ms: 0 });
  });

  for (const { scenarios } of SCENARIO_GROUPS)
    for (const scenario of scenarios as readonly (Scenario & { readonly id: ScenarioId })[])
      for (const [way, openIt] of [
        ['by its link', (isHurried: boolean) => open(`/?scenario=${scenario.id}`, isHurried)],
        ['chosen on the page', (isHurried: boolean) => choose(scenario.id, isHurried)],
      ] as const) {
        if (way === 'by its link' && !dependsOnThePage(scenario)) continue;
        it(`${scenario.id}, ${way}`, async () => {
          const page = await openIt(/no-answer|stalled/.test(JSON.stringify(scenario.faults ?? {})));
          const { en } = SCENARIO_TEXTS[scenario.id];
          await page.locator('vitumob-pay >>> input').fill(PHONE);
          await page.locator('vitumob-pay >>> button').click();
          const [name = '', ...reason] = ENDS[scenario.id].split(' ');
          if (name === 'payment-success' && (scenario.script?.outcome ?? 'handset') === 'handset') {
            await page.waitForSelector('.stk');
            await post(`/daraja/handset/${PHONE.replaceAll(' ', '')}/prompts/latest`, { action: 'approve' });
          }
          const row = await page.waitForSelector(`[data-event="${name}"]`);
          const told = await row?.$eval('.summary', (summary) => summary.textContent);
          if (reason.length > 0) assert.equal(told?.replace(/, result .*/, ''), reason.join(' '));

          const prompts = Number(await page.$eval('[data-count="prompts"]', ({ textContent }) => textContent));
          const state = await page.$eval('vitumob-pay', (element) => element.state);
          for (const [story, states, rings] of CLAIMS) {
            if (!story.test(en.story)) continue;
            assert.ok(states.includes(state), `${state}: ${en.story}`);
            assert.ok(rings.includes(prompts), `${prompts} prompts: ${en.story}`);
          }
          const read = await page.$eval(
            'vitumob-pay',
            ({ shadowRoot }) => shadowRoot?.querySelector('form')?.innerText,
          );
          if (en.story.includes('Nothing was charged.')) assert.match(read ?? '', /Nothing was charged/);
          if (state === 'unconfirmed') assert.doesNotMatch(read ?? '', /Nothing was charged/);
          if (page !== chosen) await page.browserContext().close();
        });
      }
});
