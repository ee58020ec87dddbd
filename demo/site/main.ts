/** The demo as a static site: its backend is a service worker. */

import { CLAIM_MESSAGE } from './messages.js';
import workerUrl from './service-worker.ts?worker&url';

/** A browser stops a worker that has been idle for half a minute, and with it go the orders. */
const PING_MS = 15_000;

async function startBackend(): Promise<void> {
  const { serviceWorker } = navigator;
  await serviceWorker.register(workerUrl);
  const { active } = await serviceWorker.ready;
  if (!serviceWorker.controller)
    await new Promise((taken) => {
      serviceWorker.addEventListener('controllerchange', taken, { once: true });
      active?.postMessage(CLAIM_MESSAGE);
    });
  setInterval(() => {
    void fetch('/demo/api/settings');
  }, PING_MS);
}

if ('serviceWorker' in navigator) {
  await startBackend();
  await import('../main.js');
} else {
  const missing = document.createElement('p');
  missing.textContent =
    'This page needs a service worker for its backend: open it over https, outside of a private window.';
  document.body.prepend(missing);
}
