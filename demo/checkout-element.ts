/** The element in the shop: the attributes that the page's settings come to, for the element itself and for the code that is shown. */

import type { VitumobPayElement } from 'vitumob-pay';
import type { Settings } from './settings.js';

export const TOKEN_URL = '/payments/mpesa/token';
export const PUSH_URL = '/payments/mpesa/payment/push/request';
export const STATUS_URL = '/payments/mpesa/status';

/** Where the backend tells outcomes as server-sent events "outcome". */
export function outcomesUrl(order: string): string {
  return `/payments/mpesa/events?order_id=${encodeURIComponent(order)}`;
}

export type Attribute = readonly [name: string, value: string];

/** In the order in which they are written. */
export function attributesOf({ order, amount, business, lang, outcome }: Settings): readonly Attribute[] {
  return [
    ['order-id', order],
    ['amount', amount],
    ...(business ? [['business', business] as const] : []),
    ['token-url', TOKEN_URL],
    ['push-url', PUSH_URL],
    ...(outcome === 'status-url' ? [['status-url', STATUS_URL] as const] : []),
    ...(lang === 'en' ? [] : [['lang', lang] as const]),
  ];
}

/** Gives an element these attributes and no others. */
export function setAttributes(element: VitumobPayElement, attributes: readonly Attribute[]): void {
  const names = new Set(attributes.map(([name]) => name));
  for (const name of element.getAttributeNames()) if (!names.has(name)) element.removeAttribute(name);
  for (const [name, value] of attributes) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
