/**
 * From the PIN to the screen: how long after the backend knows of a payment the customer reads of it, if the backend holds
 * its answers and if it does not; and what a minute of asking costs. Each order has a host of its own, so that a browser's
 * limit of connections to one host plays no part.
 */

import type { Page } from 'puppeteer-core';
import { inFreshPage, see } from '../browser.js';
import { CALLED, type Peer } from '../peers.js';
import { printTable } from '../report.js';
import { now, type Order } from '../server.js';
import { figure, mean, median, percentile95, ratio, type Figure } from '../statistics.js';
import type { Bench, Section } from './section.js';

const RTT_MS = 150;

/** How old, after the push, prompts are when they are approved. */
const EARLIEST_MS = 8_000;
const LATEST_MS = 47_000;
const MINUTE_MS = 60_000;

interface Watched {
  readonly peer: Peer;
  readonly mode: 'held' | 'polled';
  /** Milliseconds from the outcome to the screen, for each order. */
  readonly late: number[];
  /** In the first minute of a prompt that nobody answers. */
  readonly requests: number;
  readonly bytes: number;
}

export const outcome: Section = async (bench) => {
  const { peers, rounds } = bench;
  const orders = rounds * 3;
  const widget = peers[0] as Peer;
  const watched = await Promise.all([
    watch(bench, widget, 'held', orders),
    watch(bench, widget, 'polled', orders),
    ...peers.slice(1).map((peer) => watch(bench, peer, 'polled', orders)),
  ]);
  printTable(
    `Outcome → screen, ${RTT_MS} ms round trips, prompts ${EARLIEST_MS / 1000} to ${LATEST_MS / 1000} s old`,
    ['', 'mean, ms', 'median', 'p95', 'requests/min', 'bytes/min'],
    watched.map(({ peer, mode, late, requests, bytes }) => [
      `${CALLED[peer.name]}, ${mode}`,
      mean(late),
      median(late),
      percentile95(late),
      String(requests),
      String(bytes),
    ]),
  );
  const [held, polled, ...others] = watched;
  const overHalf = held.late.map((ms) => ms / RTT_MS);
  const seconds = polled.late.map((ms) => ms / 1000);
  const figures: Figure[] = [
    figure('outcome/held/p95', overHalf, { unit: 'RTT', statistic: percentile95, goal: 1 + 100 / RTT_MS }),
    figure('outcome/polled/mean', seconds, { unit: 's', statistic: mean, goal: 1.1 }),
    figure('outcome/held/bytes-per-polled', [held.bytes / polled.bytes], { unit: '× polled' }),
  ];
  for (const other of others) {
    const unit = `× ${CALLED[other.peer.name]}`;
    figures.push(
      ratio(`outcome/polled/requests/${other.peer.name}`, [polled.requests], [other.requests], { unit }),
      ratio(`outcome/polled/bytes/${other.peer.name}`, [polled.bytes], [other.bytes], { unit }),
    );
  }
  return figures;
};

function watch({ browser, server }: Bench, peer: Peer, mode: Watched['mode'], count: number): Promise<Watched> {
  return inFreshPage(browser, async (page) => {
    const options = { rttMs: RTT_MS, isCross: true, holds: mode === 'held' };
    const orders = Array.from({ length: count }, () => server.order(options));
    const silent = server.order(options);
    const all = [...orders, silent];
    await page.goto(server.page(all.map((order) => order.tag(peer.tag)).join(''), peer.head));
    for (const { id } of all) {
      await see(page, `!!probe.field(document.getElementById("${id}"))`);
      await page.evaluate(`probe.pay(document.getElementById("${id}"), "${peer.phone}")`);
    }
    await Promise.all(all.map((order) => pushed(page, order)));
    // By chance, or the outcomes would be in step with the questions.
    const late = orders.map((order, place) =>
      settleAfter(order, EARLIEST_MS + ((LATEST_MS - EARLIEST_MS) * (place + Math.random())) / count).then(
        async (at) => {
          const seen = await see(page, `probe.at["paid ${order.id}"]`);
          return seen - at;
        },
      ),
    );
    const before = { requests: silent.requests, bytes: silent.bytes };
    await pause(MINUTE_MS);
    const requests = silent.requests - before.requests;
    const bytes = silent.bytes - before.bytes;
    return { peer, mode, late: await Promise.all(late), requests, bytes };
  });
}

const POLL_MS = 20;
const LOOKS_PER_PRESS = 100;
const PATIENCE_MS = 60_000;

/** A busy page may lose a press: the customer presses again. */
async function pushed(page: Page, order: Order): Promise<void> {
  const end = now() + PATIENCE_MS;
  for (let looks = 1; order.pushedAt === undefined; looks++) {
    if (now() > end) throw new Error(`${order.id} was pressed, and nothing came to its backend`);
    await pause(POLL_MS);
    if (looks % LOOKS_PER_PRESS === 0)
      await page.evaluate(`probe.button(document.getElementById("${order.id}"))?.click()`);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function settleAfter(order: Order, ms: number): Promise<number> {
  await pause((order.pushedAt ?? NaN) + ms - now());
  order.settle();
  return now();
}
