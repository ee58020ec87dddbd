/**
 * `vitumob-pay/dev`: while you build a page, the console names the setting that is most likely behind a problem.
 *
 * ```js
 * if (import.meta.env.DEV) await import('vitumob-pay/dev');
 * ```
 *
 * It only listens: it sends nothing, changes nothing, and stops no event. It warns of each thing once per page. Element
 * and hints have to come from one copy of the package: hints that came with another copy hear the element's events, but
 * not what its backend answers. It registers no element; `dist/vitumob-pay.dev.js` is the element with its hints in one
 * file. On a server it does nothing.
 */

import { readConfiguration } from '../checkout/settings.js';
import { answerObserver } from '../client/http.js';
import type { VitumobPayEventMap } from '../element/events.js';
import { VitumobPayElement } from '../element/vitumob-pay-element.js';
import { describeAnswer, findToken, type Answer, type Endpoint } from './answer.js';
import { formatHint, hintsFor, type Incident } from './hints/index.js';
import { readSetup, resolveInPage } from './setup.js';

/** Frameworks put an element into the page before they set its properties. */
const SETTLED_MS = 1000;

/** A backend that holds its answers is asked to do so for at least this long. */
const SHORTEST_WAIT_S = 5;

/** Tokens that are remembered, so that no hint repeats one. */
const MAX_TOKENS = 8;

const HEARD = ['push-success', 'push-failure', 'token-expired', 'payment-failure', 'payment-unconfirmed'] as const;

const warned = new Set<string>();
const connected = new Set<VitumobPayElement>();
const tokens: string[] = [];
/** The last answer of the token endpoint and of the push endpoint. */
const lastAnswers = new Map<Endpoint, Answer>();
/** When each status question was last answered "not yet", on the clock of `performance.now()`. */
const lastPending = new Map<string, number>();

function warn(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(text);
}

function warnOf(incident: Incident): void {
  for (const hint of hintsFor(incident)) warn(formatHint(hint));
}

/** Warns on load of what would otherwise come up when the first customer presses the button. */
function check(element: VitumobPayElement): void {
  if (!element.isConnected || element.disabled) return;
  const { problem } = readConfiguration(element, document.baseURI, origin);
  if (problem) warn(`<vitumob-pay> hint configuration: The widget would refuse to pay. ${problem}`);
  warnOf({ type: 'setup', setup: readSetup(element) });
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
  // An element that has long been in the page may not update again.
  if (element.hasUpdated) element.requestUpdate();
}

/** The answer behind a failed push. A failure without an answer has no status. */
function answerBehind({ type, reason, status }: Incident): Answer | undefined {
  if (type !== 'push-failure') return undefined;
  const answer = lastAnswers.get(reason === 'token-unavailable' ? 'token' : 'push');
  return answer?.status === status ? answer : undefined;
}

/** The element's events cross shadow roots, and another copy of the class fires them too. */
function hearEvents(): void {
  for (const type of HEARD) {
    const hear = (event: Event) => {
      const element = event.composedPath()[0] as VitumobPayElement;
      if (element.localName !== 'vitumob-pay' && !(element instanceof VitumobPayElement)) return;
      const { detail } = event as VitumobPayEventMap[typeof type];
      const incident: Incident = { ...detail, type, setup: readSetup(element) };
      warnOf({ ...incident, answer: answerBehind(incident) });
    };
    document.addEventListener(type, hear, { capture: true });
  }
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective !== 'connect-src') return;
    for (const element of connected) {
      const endpoints = [element.tokenUrl, element.pushUrl, element.statusUrl].map(resolveInPage);
      const isOurs = endpoints.some((endpoint) => endpoint && blockedURI.startsWith(endpoint.origin));
      if (isOurs) warnOf({ type: 'blocked', setup: readSetup(element) });
    }
  });
}

/** Which endpoint of the element this request went to, if any. */
function findEndpoint(element: VitumobPayElement, method: string | undefined, url: string): Endpoint | undefined {
  const { origin, pathname, searchParams, href } = new URL(url);
  if (method === 'POST') return resolveInPage(element.pushUrl)?.href === href ? 'push' : undefined;
  if (method !== undefined && method !== 'GET') return undefined;
  const status = element.statusUrl ? resolveInPage(element.statusUrl) : undefined;
  if (searchParams.has('order_id') && status?.origin === origin && status.pathname === pathname) return 'status';
  return resolveInPage(element.tokenUrl)?.href === href ? 'token' : undefined;
}

/** Milliseconds since the last "not yet" to this question, if the backend was asked to hold its answer. */
function sinceLastPending({ outcome }: Answer, url: string): number | undefined {
  const question = new URL(url);
  const waitS = Number(question.searchParams.get('wait') ?? SHORTEST_WAIT_S);
  const now = performance.now();
  const last = lastPending.get(url);
  if (outcome === 'pending') lastPending.set(url, now);
  return last !== undefined && waitS >= SHORTEST_WAIT_S ? now - last : undefined;
}

function hearAnswer(method: string | undefined, url: string, status: number, text: string): void {
  for (const element of connected) {
    const endpoint = findEndpoint(element, method, url);
    if (!endpoint) continue;
    const token = endpoint === 'token' ? findToken(text) : undefined;
    if (token && !tokens.includes(token)) tokens.splice(0, tokens.length, ...tokens.slice(1 - MAX_TOKENS), token);
    const described = describeAnswer({ endpoint, status, text, tokens });
    const answer = endpoint === 'status' ? { ...described, sinceLastMs: sinceLastPending(described, url) } : described;
    lastAnswers.set(endpoint, answer);
    warnOf({ type: 'answer', answer, setup: readSetup(element) });
    return;
  }
}

// A server has no document, or one that hears nothing.
if (typeof document !== 'undefined' && 'addEventListener' in document) {
  VitumobPayElement.addInitializer((element) => {
    if (element instanceof VitumobPayElement) watch(element);
  });
  for (const element of document.querySelectorAll('vitumob-pay')) {
    if (element instanceof VitumobPayElement) watch(element);
  }
  hearEvents();
  answerObserver.heard = (...answer) => {
    // A mistake in a hint must not cost the element its answer.
    try {
      hearAnswer(...answer);
    } catch (error) {
      reportError(error);
    }
  };
}
