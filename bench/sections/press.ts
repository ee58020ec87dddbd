/** From the press to the push at the backend, and to the prompt's confirmation on the screen. */

import { inFreshPage, interleave, isUsable, read, see } from '../browser.js';
import { CALLED, type Peer } from '../peers.js';
import { printTable } from '../report.js';
import { figure, median, ratio, type Figure } from '../statistics.js';
import type { Bench, Section } from './section.js';

const ROUND_TRIPS_MS = [0, 150, 400];

/** How a customer's fingers do it: between two digits, and down on the button. */
const BETWEEN_KEYS_MS = 120;
const FINGER_DOWN_MS = 60;

type Way = 'typed' | 'autofilled';

interface Sample {
  readonly push: number;
  readonly success: number;
}

export const press: Section = async (bench) => {
  const figures: Figure[] = [];
  for (const origin of ['same', 'cross'] as const) {
    for (const rttMs of ROUND_TRIPS_MS) {
      for (const way of ['typed', 'autofilled'] as const) figures.push(...(await condition(bench, origin, rttMs, way)));
    }
  }
  return figures;
};

async function condition(bench: Bench, origin: 'same' | 'cross', rttMs: number, way: Way): Promise<Figure[]> {
  // Adyen's backend is never of the page's origin.
  const peers = bench.peers.filter(({ name }) => name !== 'adyen' || origin === 'cross');
  const samples = await interleave(peers, bench.rounds, (peer) =>
    pressOnce(bench, peer, origin === 'cross', rttMs, way),
  );
  const of = (name: string, pick: keyof Sample) => (samples[name] ?? []).map((one) => one[pick]);
  printTable(
    `Press at a backend of ${origin === 'cross' ? 'another' : 'the same'} origin, ${rttMs} ms round trips, ${way}, ms`,
    ['', 'press → push', 'press → success', ...(rttMs ? ['round trips'] : [])],
    peers.map(({ name }) => [
      CALLED[name],
      median(of(name, 'push')),
      median(of(name, 'success')),
      ...(rttMs ? [median(of(name, 'success')) / rttMs] : []),
    ]),
  );
  const id = `${origin}/${rttMs}/${way}`;
  const figures: Figure[] = [];
  if (rttMs) {
    const inRoundTrips = of('widget', 'success').map((ms) => ms / rttMs);
    figures.push(
      figure(`press/success/${id}`, inRoundTrips, { unit: 'RTT', goal: origin === 'cross' ? 1.1 : undefined }),
    );
  }
  const goal = origin === 'same' && !rttMs ? 2 : undefined;
  const unit = `× ${CALLED.free}`;
  figures.push(ratio(`press/push/${id}/free`, of('widget', 'push'), of('free', 'push'), { unit, goal }));
  return figures;
}

function pressOnce({ browser, server }: Bench, peer: Peer, isCross: boolean, rttMs: number, way: Way): Promise<Sample> {
  return inFreshPage(browser, async (page) => {
    const order = server.order({ rttMs, isCross });
    await page.goto(server.page(order.tag(peer.tag), peer.head));
    await isUsable(page);
    if (way === 'typed') {
      await page.evaluate('probe.field().focus()');
      await page.keyboard.type(peer.phone, { delay: BETWEEN_KEYS_MS });
    } else {
      // The customer has looked at the page for a moment.
      await page.waitForNetworkIdle({ idleTime: 500 });
      await page.evaluate((phone) => {
        (window as unknown as { probe: { fill(text: string): void } }).probe.fill(phone);
      }, peer.phone);
    }
    const button = (await page.evaluateHandle('probe.button()')).asElement() as Awaited<ReturnType<typeof page.$>>;
    await button?.click({ delay: FINGER_DOWN_MS });
    await see(page, 'probe.at["push-success"]');
    const { at } = await read(page);
    const pressed = at['click'] ?? NaN;
    return { push: (order.pushedAt ?? NaN) - pressed, success: (at['push-success'] ?? NaN) - pressed };
  });
}
