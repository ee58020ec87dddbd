/** The texts of the built-in languages. Any other language is a module of its own, such as `fr.ts`. */

import { wholeShillings } from '../model/amount.js';
import { en, type Messages } from './en.js';
import { sw } from './sw.js';

export type { Messages } from './en.js';

const TABLES = new Map<string | undefined, Messages>([
  ['en', en],
  ['sw', sw],
]);

/** The table for a BCP 47 tag; English if there is none. */
export function messagesFor(language: string): Messages {
  return TABLES.get(language.split('-', 1)[0]?.toLowerCase()) ?? en;
}

/** Fills `{name}` in. A name without a value leaves nothing behind. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(values, name) && values[name]) || '').trim();
}

/** An amount as the phone will name it, in whole shillings, and as the language writes it: `Ksh 12,341`. */
export function formatAmount(amount: string, language: string): string {
  // Handed over as the string that it is (newer than TypeScript's types), so that no float touches it.
  return amountFormat(language).format(wholeShillings(amount) as unknown as number);
}

/** Date and time as the language writes them, by the customer's own clock. `ms` since 1970. */
export function formatMoment(ms: number, language: string): string {
  return momentFormat(language).format(ms);
}

const amountFormat = cached(
  (tag) => new Intl.NumberFormat(tag, { style: 'currency', currency: 'KES', maximumFractionDigits: 0 }),
);

const momentFormat = cached((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }));

/** A formatter takes longer to make than all that it ever writes, so each is made once. */
function cached<Format>(make: (tag: string) => Format): (language: string) => Format {
  const made = new Map<string, Format>();
  return (language) => {
    const format = made.get(language) ?? inKenya(language, make);
    made.set(language, format);
    return format;
  };
}

/** Without a country, the shilling would be a foreign currency, "KES". What is no tag at all is taken for English. */
function inKenya<Format>(language: string, make: (tag: string) => Format): Format {
  try {
    return make(language.includes('-') ? language : `${language}-KE`);
  } catch {
    return make('en-KE');
  }
}

/** `1:05` */
export function formatTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
