/** What the main thread does for a key that the customer presses, above what it does for one in an empty page's field. */

import type { Page } from 'puppeteer-core';
import { inFreshPage, isUsable, workOf } from '../browser.js';
import { CALLED, type PeerName } from '../peers.js';
import { printTable } from '../report.js';
import { figure, median, ratio } from '../statistics.js';
import type { Bench, Section } from './section.js';

/** A cheap phone's processor is so much slower. */
const CPU = 6;
/** One after the other in one field, before the next field has its turn. */
const KEYS = 20;
const TURNS_PER_ROUND = 3;

const EMPTY = '<p data-pay><input name="phone" type="tel"></p>';

interface Field {
  readonly name: PeerName | 'empty';
  readonly body: string;
  readonly head: string;
}

/** Presses keys, and gives the milliseconds of the main thread for each. */
type Press = () => Promise<number>;

export const keys: Section = async (bench) => {
  const { server, peers, rounds } = bench;
  const fields: Field[] = [
    { name: 'empty', body: EMPTY, head: '' },
    ...peers.map(({ name, tag, head }) => ({ name, body: server.order({ rttMs: 0, isCross: true }).tag(tag), head })),
  ];
  const perKey: Partial<Record<PeerName | 'empty', number[]>> = {};
  await withAll(bench, fields, [], async (presses) => {
    for (let turn = -2; turn < rounds * TURNS_PER_ROUND; turn++) {
      for (const [place, { name }] of fields.entries()) {
        const ms = (await presses[place]?.()) ?? NaN;
        if (turn >= 0) (perKey[name] ??= []).push(ms);
      }
    }
  });
  const empty = perKey.empty ?? [];
  const over = (name: PeerName) => (perKey[name] ?? []).map((ms, turn) => ms - (empty[turn] ?? NaN));
  printTable(
    `Main thread for each key × ${CPU}, ms above an empty field's ${median(empty).toFixed(2)}`,
    peers.map(({ name }) => CALLED[name]),
    [peers.map(({ name }) => median(over(name)))],
  );
  return [
    figure('keys/over-empty', over('widget'), { unit: 'ms × 6', goal: 1.5 }),
    ...peers
      .filter(({ name }) => name !== 'widget')
      .map(({ name }) => ratio(`keys/${name}`, perKey.widget ?? [], perKey[name] ?? [], { unit: `× ${CALLED[name]}` })),
  ];
};

/** Opens a page for each field, and has them all open at once. */
async function withAll(
  bench: Bench,
  [field, ...rest]: readonly Field[],
  open: readonly Press[],
  measure: (presses: readonly Press[]) => Promise<void>,
): Promise<void> {
  if (!field) return measure(open);
  await inFreshPage(bench.browser, async (page) => {
    await withAll(bench, rest, [...open, await opened(bench, page, field)], measure);
  });
}

async function opened({ server }: Bench, page: Page, { body, head }: Field): Promise<Press> {
  await page.goto(server.page(body, head), { waitUntil: 'networkidle0' });
  await isUsable(page);
  const work = await workOf(page);
  return async () => {
    await page.bringToFront();
    await page.evaluate('probe.field().focus()');
    await page.evaluate(FRAME);
    await work();
    // Digits, and away again: a field that grows would cost more by itself.
    for (let key = 0; key < KEYS; key++) {
      await page.keyboard.press(key % 10 < 5 ? '7' : 'Backspace');
      await page.evaluate(FRAME);
    }
    return ((await work()) * CPU) / KEYS;
  };
}

/** What has changed is on the screen. */
const FRAME = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';
