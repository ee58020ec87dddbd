/** What the main thread does for a key that the customer presses, above what it does for one in an empty page's field. */

import type { CDPSession, Page } from 'puppeteer-core';
import { inFreshPage, isUsable } from '../browser.js';
import { CALLED, type PeerName } from '../peers.js';
import { printTable } from '../report.js';
import { figure, median, ratio } from '../statistics.js';
import type { Section } from './section.js';

const CPU = 6;
const KEYS = 40;

const EMPTY = '<p id="empty" data-pay><input name="phone" type="tel"></p>';

export const keys: Section = async ({ browser, server, peers, rounds }) => {
  const fields = [
    { name: 'empty' as const, body: EMPTY, head: '' },
    ...peers.map(({ name, tag, head }) => ({
      name,
      body: server.order({ rttMs: 0, isCross: true }).tag(tag),
      head,
    })),
  ];
  const perKey: Partial<Record<PeerName | 'empty', number[]>> = {};
  for (let round = -1; round < rounds; round++) {
    for (const { name, body, head } of fields) {
      const ms = await inFreshPage(browser, async (page) => {
        await page.goto(server.page(body, head), { waitUntil: 'networkidle0' });
        await isUsable(page);
        await page.evaluate('probe.field().focus()');
        const session = await page.createCDPSession();
        await session.send('Performance.enable');
        // The first ones compile what the others run.
        await type(page, KEYS / 2);
        await page.emulateCPUThrottling(CPU);
        await page.waitForNetworkIdle({ idleTime: 300 });
        const before = await busyMs(session);
        await type(page, KEYS);
        return ((await busyMs(session)) - before) / KEYS;
      });
      if (round >= 0) (perKey[name] ??= []).push(ms);
    }
  }
  const empty = perKey.empty ?? [];
  const over = (name: PeerName) => (perKey[name] ?? []).map((ms, round) => ms - (empty[round] ?? NaN));
  printTable(
    `Main thread for each key, CPU ${CPU}×, ms above an empty field's ${median(empty).toFixed(2)}`,
    peers.map(({ name }) => CALLED[name]),
    [peers.map(({ name }) => median(over(name)))],
  );
  return [
    figure('keys/over-empty', over('widget'), { unit: 'ms at 6×', goal: 1.5 }),
    ...peers
      .filter(({ name }) => name !== 'widget')
      .map(({ name }) => ratio(`keys/${name}`, perKey.widget ?? [], perKey[name] ?? [], { unit: `× ${CALLED[name]}` })),
  ];
};

/** Digits, and away again: a field that grows would cost more by itself. Each is on the screen before the next. */
async function type(page: Page, count: number): Promise<void> {
  for (let key = 0; key < count; key++) {
    await page.keyboard.press(key % 10 < 5 ? '7' : 'Backspace');
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  }
}

/** Of all tasks of the main thread. */
async function busyMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
}
