/**
 * `vitumob-pay/dev`: while you build a page, the console names the setting that is most likely behind what goes wrong.
 *
 * ```js
 * if (import.meta.env.DEV) await import('vitumob-pay/dev');
 * ```
 *
 * It only listens: it sends nothing, changes nothing, and neither stops nor prevents an event. Each hint is told once a
 * page. It registers no element; `dist/vitumob-pay.dev.js` is this and the element in one file. On a server it does nothing.
 */

import { readConfiguration } from '../checkout/settings.js';
import { DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL, LOOPBACK_HOST, resolveEndpoint } from '../client/endpoints.js';
import type { VitumobPayEventMap } from '../element/events.js';
import { hintsFor, wordHint, type Incident, type Setup } from './hints.js';
import { en } from '../messages/en.js';
import { VitumobPayElement } from '../element/vitumob-pay-element.js';

/** Frameworks put an element into the page before they set its properties. */
const SETTLED_MS = 1000;

const HEARD = ['push-success', 'push-failure', 'token-expired', 'payment-failure', 'payment-unconfirmed'] as const;

const told = new Set<string>();
const connected = new Set<VitumobPayElement>();

function tell(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  console.warn(text);
}

function tellHints(incident: Incident): void {
  for (const hint of hintsFor(incident)) tell(wordHint(hint));
}

/** `order-id`, `order_id` and `orderid` are one. */
function squeezed(name: string): string {
  return name.replace(/[-_]/g, '');
}

/** `undefined` where the endpoint is unusable: paying is refused then, and the refusal names it. */
function endpointOrigin(url: string): string | undefined {
  const endpoint = resolveEndpoint(url, document.baseURI, origin);
  return endpoint && new URL(endpoint).origin;
}

function readSetup(element: VitumobPayElement): Setup {
  const { amount, business, statusUrl, timeout, promptWindow, tokenUrl, pushUrl } = element;
  const names = VitumobPayElement.observedAttributes;
  const misspelled = element
    .getAttributeNames()
    .filter((name) => !names.includes(name) && names.some((known) => squeezed(known) === squeezed(name)));
  return {
    ...{ amount, business, statusUrl, timeout, promptWindow, misspelled },
    byDefault: { token: tokenUrl === DEFAULT_TOKEN_URL, push: pushUrl === DEFAULT_PUSH_URL },
    elsewhere: { token: endpointOrigin(tokenUrl) !== origin, push: endpointOrigin(pushUrl) !== origin },
    unknownMessages: Object.keys(element.messages).filter((key) => !(key in en)),
    local: LOOPBACK_HOST.test(location.hostname),
    secure: isSecureContext,
  };
}

/** Tells on load what would otherwise be told when the first customer presses the button. */
function check(element: VitumobPayElement): void {
  if (!element.isConnected || element.disabled) return;
  const { problem } = readConfiguration(element, document.baseURI, origin);
  if (problem) tell(`<vitumob-pay> hint configuration: paying would be refused. ${problem}`);
  tellHints({ type: 'setup', setup: readSetup(element) });
}

function watch(element: VitumobPayElement): void {
  let settling: ReturnType<typeof setTimeout> | undefined;
  element.addController({
    hostConnected() {
      connected.add(element);
    },
    hostDisconnected() {
      connected.delete(element);
    },
    hostUpdated() {
      settling ??= setTimeout(() => {
        settling = undefined;
        check(element);
      }, SETTLED_MS);
    },
  });
  // Where it has been in the page for long, no update may follow.
  if (element.hasUpdated) element.requestUpdate();
}

/** The element's events cross shadow roots; another copy of the class fires them all the same. */
function listen(): void {
  for (const type of HEARD) {
    const hear = (event: Event) => {
      const element = event.composedPath()[0] as VitumobPayElement;
      if (element.localName !== 'vitumob-pay' && !(element instanceof VitumobPayElement)) return;
      const { detail } = event as VitumobPayEventMap[typeof type];
      tellHints({ ...detail, type, setup: readSetup(element) });
    };
    document.addEventListener(type, hear, { capture: true });
  }
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective !== 'connect-src') return;
    for (const element of connected) {
      const endpoints = [element.tokenUrl, element.pushUrl, element.statusUrl].map(endpointOrigin);
      const isOurs = endpoints.some((endpoint) => endpoint && blockedURI.startsWith(endpoint));
      if (isOurs) tellHints({ type: 'blocked', setup: readSetup(element) });
    }
  });
}

// A server has no document, or one that hears nothing.
if (typeof document !== 'undefined' && 'addEventListener' in document) {
  VitumobPayElement.addInitializer((element) => {
    if (element instanceof VitumobPayElement) watch(element);
  });
  for (const element of document.querySelectorAll('vitumob-pay')) {
    if (element instanceof VitumobPayElement) watch(element);
  }
  listen();
}
