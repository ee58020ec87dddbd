/** What is chosen on the page. It lives in the URL, so that a reload, a link or a second tab shows the same. */

import { newOrderId } from './order-id.js';

/** How the element learns what became of the payment. */
export const OUTCOME_WAYS = ['status-url', 'settle', 'none'] as const;
export type OutcomeWay = (typeof OUTCOME_WAYS)[number];

export const LANGUAGES = ['en', 'sw'] as const;
export type Language = (typeof LANGUAGES)[number];

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings {
  readonly order: string;
  /** Id of a scenario. */
  readonly scenario: string;
  readonly outcome: OutcomeWay;
  readonly lang: Language;
  readonly theme: Theme;
  /** Kenyan shillings, as typed: usable ones alone. */
  readonly amount: string;
  readonly business: string;
}

export const DEFAULT_SETTINGS: Omit<Settings, 'order'> = {
  scenario: 'handset',
  outcome: 'status-url',
  lang: 'en',
  theme: 'auto',
  amount: '4950',
  business: 'Vitumob',
};

/** What the checkout takes for an amount: a plain decimal from 1 to what M-Pesa takes at once. */
export function isUsableAmount(typed: string): boolean {
  return /^[1-9]\d{0,5}(?:\.\d{1,2})?$/.test(typed) && Number(typed) <= 250_000;
}

/** Reads the settings from the page's address; what is missing there has its default. */
export function readSettings(): Settings {
  const query = new URLSearchParams(location.search);
  return {
    order: query.get('order')?.trim() || newOrderId(),
    scenario: query.get('scenario') ?? DEFAULT_SETTINGS.scenario,
    outcome: oneOf(OUTCOME_WAYS, query.get('outcome')) ?? DEFAULT_SETTINGS.outcome,
    lang: oneOf(LANGUAGES, query.get('lang')) ?? DEFAULT_SETTINGS.lang,
    theme: oneOf(THEMES, query.get('theme')) ?? DEFAULT_SETTINGS.theme,
    amount: [query.get('amount') ?? ''].find(isUsableAmount) ?? DEFAULT_SETTINGS.amount,
    business: query.get('business') ?? DEFAULT_SETTINGS.business,
  };
}

/** Writes the settings into the page's address; defaults are left out. */
export function keepSettings(settings: Settings): void {
  const query = new URLSearchParams({ order: settings.order });
  for (const name of Object.keys(DEFAULT_SETTINGS) as (keyof typeof DEFAULT_SETTINGS)[]) {
    if (settings[name] !== DEFAULT_SETTINGS[name]) query.set(name, settings[name]);
  }
  history.replaceState(null, '', `?${query.toString()}${location.hash}`);
}

function oneOf<Value extends string>(values: readonly Value[], written: string | null): Value | undefined {
  return values.find((value) => value === written);
}
