/** Reads how an element and its page are set up. */

import { resolveEndpoint } from '../client/endpoints.js';
import { VitumobPayElement } from '../element/vitumob-pay-element.js';
import { en } from '../messages/en.js';
import type { Setup } from './hints/index.js';

/** `order-id`, `order_id` and `orderid` are one. */
function squeeze(name: string): string {
  return name.replace(/[-_]/g, '');
}

/** Quotes that an editor puts in place of `"` and `'`. HTML takes them for letters. */
const TYPOGRAPHIC_QUOTES = '“”„‟″‘’‚′«»';
const IN_QUOTES = new RegExp(`^[${TYPOGRAPHIC_QUOTES}]`);
const QUOTE = new RegExp(`[${TYPOGRAPHIC_QUOTES}]`);

/** Names under which WordPress, frameworks and signed URLs put what is new on each page. */
const CHANGING =
  /(?:nonce|token|signature)$|(?:^|[^a-z])(?:csrf|xsrf|sig|hash|expir(?:es?|y)|time(?:stamp)?|ts|rand(?:om)?|(?:php)?sess(?:ion)?(?:_?id)?|sid)(?:$|[^a-z])|^_?t?$/i;

/** Whether a part of a query looks as if its value is new on each page. */
export function isChanging(name: string): boolean {
  return CHANGING.test(name);
}

/** The endpoint's address, or `undefined` for one that the widget refuses: its error names the attribute. */
export function resolveInPage(endpoint: string): URL | undefined {
  const resolved = resolveEndpoint(endpoint, document.baseURI, origin);
  return resolved === undefined ? undefined : new URL(resolved);
}

export function readSetup(element: VitumobPayElement): Setup {
  const { amount, business, statusUrl, timeout, promptWindow, tokenUrl, pushUrl } = element;
  const known = VitumobPayElement.observedAttributes;
  const names = element.getAttributeNames();
  const query = [...(resolveInPage(pushUrl)?.searchParams.keys() ?? [])];
  return {
    ...{ amount, business, statusUrl, timeout, promptWindow },
    misspelled: names.filter((name) => !known.includes(name) && known.some((one) => squeeze(one) === squeeze(name))),
    quoted: names.filter((name) =>
      known.includes(name) ? IN_QUOTES.test(element.getAttribute(name) ?? '') : QUOTE.test(name),
    ),
    changing: query.filter(isChanging),
    elsewhere: {
      token: resolveInPage(tokenUrl)?.origin !== origin,
      push: resolveInPage(pushUrl)?.origin !== origin,
    },
    unknownMessages: Object.keys(element.messages).filter((key) => !(key in en)),
    secure: isSecureContext,
  };
}
