/**
 * The backend of the built demo: the payments API, Daraja and its phones, in a service worker that all tabs of this browser share.
 * It remembers in memory alone, so it begins anew when no tab has been open for a while.
 */
import { createSimulation } from '../../simulator/simulation.js';
import { CLAIM_MESSAGE } from './messages.js';

// TypeScript knows either a page's globals or a worker's; this is what is needed of the latter.
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'message', listener: (event: ExtendableEvent & MessageEvent<unknown>) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const simulation = createSimulation();

scope.addEventListener('install', (event) => {
  event.waitUntil(scope.skipWaiting());
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});

// A page that was reloaded past the worker asks to be taken up again.
scope.addEventListener('message', (event) => {
  if (event.data === CLAIM_MESSAGE) event.waitUntil(scope.clients.claim());
});

scope.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== scope.location.origin || !simulation.handles(pathname)) return;
  // A scripted reset rejects; the page is to see a broken connection.
  event.respondWith(simulation.fetch(event.request).catch(() => Response.error()));
});
