/** From nothing to a field that takes a number: the script's first run, the time until then, and what jumps and blocks. */

import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { inFreshPage, interleave, isUsable, read, workOf } from '../browser.js';
import { CALLED, type Peer } from '../peers.js';
import { printTable } from '../report.js';
import { figure, median, ratio, type Figure } from '../statistics.js';
import type { Bench, Section } from './section.js';

/** Chromium's own presets. Bytes a second and milliseconds. */
const NETWORKS = {
  '4G': { latency: 20, downloadThroughput: (4e6 / 8) * 0.9, uploadThroughput: (3e6 / 8) * 0.9 },
  'Slow 3G': { latency: 2000, downloadThroughput: (500e3 / 8) * 0.8, uploadThroughput: (500e3 / 8) * 0.8 },
} as const;

type Network = keyof typeof NETWORKS;

/** What docs/reference.md has a page write whose script is on its way. */
const RULE = documentedRule();

/** A shop's page: what stands below the checkout moves if that grows. */
const around = (checkout: string): string =>
  `<h1>Order 1234567891</h1>${checkout}<h2>Your parcel</h2>${'<p>One pair of sandals, size 43, brown leather, from Kariokor.</p>'.repeat(8)}`;

function documentedRule(): string {
  const page = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8');
  const [rule] = /vitumob-pay:not\(:defined\) \{[^}]+\}/.exec(page) ?? [];
  if (!rule) throw new Error('docs/reference.md has no rule for vitumob-pay:not(:defined) any more');
  return rule;
}

export const startUp: Section = async (bench) => {
  const figures = await firstRun(bench);
  for (const [network, cpu] of [
    ['4G', 1],
    ['4G', 4],
    ['Slow 3G', 1],
    ['Slow 3G', 6],
  ] as const) {
    figures.push(...(await usable(bench, network, cpu)));
  }
  figures.push(...(await shifts(bench)));
  return figures;
};

/** The script alone, in an empty page that has never seen it. */
async function firstRun(bench: Bench): Promise<Figure[]> {
  const { browser, server, peers, rounds } = bench;
  const empty = server.page('');
  const samples = await interleave(peers, rounds * 2, (peer) =>
    inFreshPage(browser, async (page) => {
      await page.goto(empty);
      await page.evaluate((code) => void Object.assign(window, { code }), peer.code);
      const work = await workOf(page);
      await work();
      await page.evaluate(RUN);
      return work();
    }),
  );
  return report(bench, samples, "The script's first run, empty page, ms of the main thread", 'start-up/run', {
    lit: 1.1,
  });
}

const RUN = `
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
`;

async function usable(bench: Bench, network: Network, cpu: number): Promise<Figure[]> {
  const { browser, server, peers, rounds } = bench;
  const times = Math.max(3, network === '4G' ? rounds : Math.ceil(rounds / 2));
  const samples = await interleave(
    peers,
    times,
    (peer) =>
      inFreshPage(browser, async (page) => {
        const order = server.order({ rttMs: 0, isCross: true });
        await slowDown(page, network, cpu);
        await page.goto(server.page(around(order.tag(peer.tag)), peer.head), { waitUntil: 'domcontentloaded' });
        const at = await isUsable(page);
        const start = (await page.evaluate('performance.timeOrigin')) as number;
        const { blockedMs } = await read(page);
        return { usable: at - start, blockedMs };
      }),
    network === '4G' ? 1 : 0,
  );
  const of = (pick: 'usable' | 'blockedMs') =>
    Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, list.map((one) => one[pick])]));
  printTable(
    `Blocking time until the field is usable, ${network}, CPU ${cpu}×, ms`,
    peers.map(({ name }) => CALLED[name]),
    [peers.map(({ name }) => median(of('blockedMs')[name] ?? []))],
  );
  const id = `start-up/usable/${network.toLowerCase().replace(' ', '-')}/cpu-${cpu}`;
  return report(bench, of('usable'), `Navigation to a usable field, ${network}, CPU ${cpu}×, ms`, id, {});
}

async function slowDown(page: Page, network: Network, cpu: number): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...NETWORKS[network] });
  await page.emulateCPUThrottling(cpu);
}

interface Case {
  readonly name: string;
  readonly width: number;
  readonly lang: string;
  readonly attributes: string;
}

const BUSINESS = 'business="MAMA NJERI STORES"';

const CASES: readonly Case[] = [
  { name: '412 px', width: 412, lang: 'en', attributes: '' },
  { name: '412 px, business', width: 412, lang: 'en', attributes: BUSINESS },
  { name: '412 px, business, Swahili', width: 412, lang: 'sw', attributes: BUSINESS },
  { name: '412 px, paybill', width: 412, lang: 'en', attributes: 'paybill="174379"' },
  { name: '320 px', width: 320, lang: 'en', attributes: '' },
  { name: '320 px, business', width: 320, lang: 'en', attributes: BUSINESS },
  { name: '320 px, business, Swahili', width: 320, lang: 'sw', attributes: BUSINESS },
  { name: '320 px, business, Swahili, paybill', width: 320, lang: 'sw', attributes: `${BUSINESS} paybill="174379"` },
];

/** Layout shift while the page loads on 4G. */
async function shifts(bench: Bench): Promise<Figure[]> {
  const { peers } = bench;
  const figures: Figure[] = [];
  const rows: (string | number)[][] = [];
  for (const one of CASES) {
    const without = await shiftOf(bench, peers[0] as Peer, one, '');
    const ruled = await shiftOf(bench, peers[0] as Peer, one, `<style>${RULE}</style>`);
    rows.push([`vitumob-pay, ${one.name}`, without, ruled]);
    figures.push(figure(`start-up/shift/${one.name}`, [ruled], { unit: 'CLS', goal: 0 }));
  }
  for (const peer of peers.slice(1)) {
    rows.push([`${CALLED[peer.name]}, 412 px`, await shiftOf(bench, peer, CASES[0] as Case, ''), '']);
  }
  printTable('Layout shift on 4G (CLS)', ['', 'bare tag', 'documented rule'], rows);
  return figures;
}

function shiftOf({ browser, server }: Bench, peer: Peer, one: Case, style: string): Promise<number> {
  return inFreshPage(
    browser,
    async (page) => {
      const order = server.order({ rttMs: 0, isCross: true });
      await slowDown(page, '4G', 1);
      const tag = order.tag(peer.tag, `lang="${one.lang}" ${one.attributes}`);
      await page.goto(server.page(around(tag), style + peer.head));
      await isUsable(page);
      // What comes after the first paint of it moves things too.
      await page.waitForNetworkIdle({ idleTime: 300 });
      return (await read(page)).cls;
    },
    { width: one.width },
  );
}

function report(
  { peers }: Bench,
  samples: Record<string, number[]>,
  title: string,
  id: string,
  goals: Partial<Record<string, number>>,
): Figure[] {
  printTable(
    title,
    peers.map(({ name }) => CALLED[name]),
    [peers.map(({ name }) => median(samples[name] ?? []))],
  );
  return peers
    .filter(({ name }) => name !== 'widget')
    .map(({ name }) =>
      ratio(`${id}/${name}`, samples['widget'] ?? [], samples[name] ?? [], {
        unit: `× ${CALLED[name]}`,
        goal: goals[name],
      }),
    );
}
