/**
 * Starts the page's backend, a service worker. The page is drawn meanwhile, and asks at once: what it asks waits until the worker is there
 * to answer. Without that the host of the site would be asked, which has files alone.
 */

import { CLAIM_MESSAGE } from './messages.js';
import workerUrl from './service-worker.ts?worker&url';

/** A browser stops a worker that has been idle for half a minute, and with it go the orders. */
const PING_MS = 15_000;

export const canStart = 'serviceWorker' in navigator;

const fetchNow = globalThis.fetch.bind(globalThis);

/** Never settles where there is no such worker: nothing can be paid then. */
const started = canStart ? drawn().then(start) : new Promise<void>(() => undefined);

// All that this page fetches is its backend's.
globalThis.fetch = async (...request) => {
  await started;
  return fetchNow(...request);
};

/** A page that has a worker from before is not kept waiting; a new one is drawn first, since the worker is large. */
function drawn(): Promise<void> {
  if (navigator.serviceWorker.controller) return Promise.resolve();
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      setTimeout(resolve);
    });
  });
}

async function start(): Promise<void> {
  const { serviceWorker } = navigator;
  await serviceWorker.register(workerUrl);
  const { active } = await serviceWorker.ready;
  if (!serviceWorker.controller)
    await new Promise((taken) => {
      serviceWorker.addEventListener('controllerchange', taken, { once: true });
      active?.postMessage(CLAIM_MESSAGE);
    });
  setInterval(() => {
    void fetchNow('/demo/api/settings');
  }, PING_MS);
}
