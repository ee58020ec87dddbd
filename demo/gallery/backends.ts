/** The demo's backend, once for each tile of the gallery and all in the page: nothing goes over a network. */

import type { FaultQueues } from '../../simulator/faults.js';
import { createSimulation } from '../../simulator/simulation.js';

const PATH = /^\/gallery\/([^/]+)(\/.*)$/;

/** The attributes that lead an element to its tile's own backend. */
export function endpointsOf(tile: string): Readonly<Record<string, string>> {
  const base = `/gallery/${tile}/payments/mpesa`;
  return {
    'token-url': `${base}/token`,
    'push-url': `${base}/payment/push/request`,
    'status-url': `${base}/status`,
  };
}

export class Backends {
  readonly #fetches = new Map<string, typeof fetch>();
  readonly #now: () => number;

  /** Takes the place of the page's `fetch`. */
  constructor(now: () => number) {
    this.#now = now;
    const network = window.fetch.bind(window);
    window.fetch = (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input, location.href);
      const [, tile = '', path = ''] = PATH.exec(pathname) ?? [];
      const backend = this.#fetches.get(tile);
      return backend ? backend(path + search, init) : network(input, init);
    };
  }

  /** Opens the backend of a tile. Nothing happens there by itself: the scenes tell what does. */
  open(tile: string, faults: FaultQueues = {}): void {
    const clock = { now: this.#now, setTimeout: () => 0, clearTimeout: () => undefined };
    const simulation = createSimulation({ clock });
    simulation.faults.set(faults);
    this.#fetches.set(tile, simulation.pageFetch);
  }
}
