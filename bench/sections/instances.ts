/** What the first checkout of a page costs, and what each further one does. */

import { inFreshPage, interleave, workOf } from '../browser.js';
import { CALLED, type PeerName } from '../peers.js';
import { printTable } from '../report.js';
import { median, ratio, type Figure } from '../statistics.js';
import type { Section } from './section.js';

const MORE = 30;

interface Sample {
  readonly first: number;
  readonly more: number;
  readonly nodes: number;
  readonly heap: number;
}

/** Of one more instance. */
const GOALS: Partial<Record<PeerName, number>> = { lit: 3, adyen: 0.5 };

export const instances: Section = async ({ browser, server, peers, rounds }) => {
  const samples = await interleave(peers, rounds, (peer) =>
    inFreshPage(browser, async (page): Promise<Sample> => {
      const order = server.order({ rttMs: 0, isCross: true });
      await page.goto(server.page('', peer.head), { waitUntil: 'networkidle0' });
      const session = await page.createCDPSession();
      const used = async () => {
        await session.send('HeapProfiler.collectGarbage');
        return (await session.send('Runtime.getHeapUsage')).usedSize;
      };
      const tags = Array.from({ length: MORE + 1 }, (_, count) =>
        order.tag(peer.tag).replaceAll(`"${order.id}"`, `"${order.id}-${count}"`),
      );
      const work = await workOf(page);
      await work();
      await page.evaluate(addAll, tags.slice(0, 1));
      const first = await work();
      // What the first one leaves to be done is not of the others.
      await page.waitForNetworkIdle({ idleTime: 300 });
      const before = await used();
      await work();
      await page.evaluate(addAll, tags.slice(1));
      const more = (await work()) / MORE;
      const heap = ((await used()) - before) / MORE;
      const nodes = (await page.evaluate('probe.nodes(probe.host())')) as number;
      return { first, more, nodes, heap };
    }),
  );
  const of = (name: string, pick: keyof Sample) => (samples[name] ?? []).map((one) => one[pick]);
  printTable(
    'Instances: main thread until laid out, and memory',
    ['', 'first, ms', 'one more, ms', 'DOM nodes', 'heap, kB'],
    peers.map(({ name }) => [
      CALLED[name],
      median(of(name, 'first')),
      median(of(name, 'more')),
      String(median(of(name, 'nodes'))),
      median(of(name, 'heap')) / 1000,
    ]),
  );
  const figures: Figure[] = [];
  for (const { name } of peers.filter((peer) => peer.name !== 'widget')) {
    const unit = `× ${CALLED[name]}`;
    for (const pick of ['first', 'more', 'nodes', 'heap'] as const) {
      const goal = pick === 'more' ? GOALS[name] : undefined;
      figures.push(ratio(`instances/${pick}/${name}`, of('widget', pick), of(name, pick), { unit, goal }));
    }
  }
  return figures;
};

/** Runs in the page: puts each in when the one before has a field that is laid out. */
async function addAll(tags: string[]): Promise<void> {
  const { probe } = window as unknown as { probe: { field(host: Element): HTMLElement | null } };
  for (const tag of tags) {
    const place = document.body.appendChild(document.createElement('div'));
    place.innerHTML = tag;
    const host = place.firstElementChild as Element;
    // Microtasks first: no peer that needs no more is made to wait for a timer.
    for (let turn = 0; !probe.field(host); turn++) {
      await (turn < 50 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve)));
    }
    probe.field(host)?.getBoundingClientRect();
  }
}
