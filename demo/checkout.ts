/** The checkout itself, as the page's settings make it: the tag that is on the page, and the attributes that the code shows. */

import { html, nothing, type TemplateResult } from 'lit';
import { PUSH_URL, STATUS_URL, TOKEN_URL } from './backend.js';
import type { Language, Settings } from './settings.js';

/** The shop's Pay Bill number: that of Safaricom's sandbox, which the simulated Daraja has too. */
export const PAYBILL = '174379';

const ACCOUNT: Readonly<Record<Language, string>> = { en: 'account', sw: 'akaunti' };

/** What stands in the tag: a page without the script shows it. */
export function withoutScript({ order, amount, lang }: Settings): string {
  return `Lipa na M-Pesa: Pay Bill ${PAYBILL}, ${ACCOUNT[lang]} ${order}, Ksh ${amount}`;
}

/** `<vitumob-pay>` with these settings. */
export function renderCheckout(settings: Settings): TemplateResult {
  const { order, amount, business, lang, outcome } = settings;
  return html`
    <vitumob-pay
      order-id=${order}
      amount=${amount}
      business=${business || nothing}
      token-url=${TOKEN_URL}
      push-url=${PUSH_URL}
      status-url=${outcome === 'status-url' ? STATUS_URL : nothing}
      paybill=${PAYBILL}
      lang=${lang === 'en' ? nothing : lang}
      ><p>${withoutScript(settings)}</p></vitumob-pay
    >
  `;
}

export type Attribute = readonly [name: string, value: string];

/** The same attributes, in the order in which they are written. */
export function attributesOf({ order, amount, business, lang, outcome }: Settings): readonly Attribute[] {
  const all: readonly Attribute[] = [
    ['order-id', order],
    ['amount', amount],
    ['business', business],
    ['token-url', TOKEN_URL],
    ['push-url', PUSH_URL],
    ['status-url', outcome === 'status-url' ? STATUS_URL : ''],
    ['paybill', PAYBILL],
    ['lang', lang === 'en' ? '' : lang],
  ];
  return all.filter(([, value]) => value !== '');
}
