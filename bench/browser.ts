/** One Chromium, and a fresh profile for each measured page: nothing is warm but what a measurement warms itself. */

import { readFileSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { chromium } from '../test/browsers/chromium.mjs';
import type { Peer } from './peers.js';

const probe = readFileSync(new URL('probe.js', import.meta.url), 'utf8');

const PATIENCE_MS = 60_000;

/** What `probe.js` leaves in a page. */
export interface Probe {
  readonly at: Record<string, number>;
  readonly cls: number;
  readonly blockedMs: number;
}

export async function launch(): Promise<Browser> {
  const { executablePath, args, env } = await chromium();
  return puppeteer.launch({
    executablePath,
    ...(env && { env }),
    args: [
      ...args,
      // Many pages are open at once, and each is one that somebody looks at.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    protocolTimeout: 180_000,
  });
}

export interface PageOptions {
  readonly width?: number;
}

/** Runs `measure` in a page of its own profile. */
export async function inFreshPage<T>(
  browser: Browser,
  measure: (page: Page) => Promise<T>,
  { width = 800 }: PageOptions = {},
): Promise<T> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport({ width, height: 900 });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.evaluateOnNewDocument(probe);
    return await measure(page);
  } finally {
    await context.close();
  }
}

export const read = (page: Page): Promise<Probe> => page.evaluate('({ ...probe })') as Promise<Probe>;

/** Waits for an expression in the page, looked at in each frame, and gives its value. */
export async function see(page: Page, expression: string): Promise<number> {
  const seen = await page.waitForFunction(expression);
  return (await seen.jsonValue()) as number;
}

/**
 * Gives a function that tells for how many milliseconds the page's main thread has worked since it was called last. What
 * else the machine does is not in it, so a busy one can be measured on.
 */
export async function workOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  let before = 0;
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const total = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
    const since = total - before;
    before = total;
    return since;
  };
}

export const isUsable = (page: Page): Promise<number> => see(page, 'probe.at.usable');

/** The order in which a round goes: another one begins each time, so that no peer always follows the same one. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  return items.map((_, place) => items[(place + round) % items.length] as T);
}

/** Calls `measure` for each peer in turn, `rounds` times; one more round before that warms up and is thrown away. */
export async function interleave<Sample>(
  peers: readonly Peer[],
  rounds: number,
  measure: (peer: Peer) => Promise<Sample>,
  warmUps = 1,
): Promise<Record<string, Sample[]>> {
  const samples: Record<string, Sample[]> = {};
  for (let round = -warmUps; round < rounds; round++) {
    for (const peer of rotated(peers, Math.abs(round))) {
      const sample = await measure(peer);
      if (round >= 0) (samples[peer.name] ??= []).push(sample);
    }
  }
  return samples;
}
