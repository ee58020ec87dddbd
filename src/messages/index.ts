/** Every text that a customer reads. A third language is one more table here. */

import { en, type Messages } from './en.js';
import { sw } from './sw.js';

export type { Messages } from './en.js';

const TABLES = new Map<string | undefined, Messages>([
  ['en', en],
  ['sw', sw],
]);

/** The table for a BCP 47 tag; English where there is none. */
export function messagesFor(language: string): Messages {
  return TABLES.get(language.split('-', 1)[0]?.toLowerCase()) ?? en;
}

/** Fills `{name}` in. A name without a value leaves nothing behind. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '').trim();
}

/** Shillings as the language writes them, with cents only where there are some: `Ksh 12,341`. */
export function formatAmount(amount: string, language: string): string {
  const digits = /\.\d*[1-9]/.test(amount) ? 2 : 0;
  // Handed over as the string that it is (newer than TypeScript's types), so that no float touches it.
  const exact = amount as unknown as number;
  const options = { style: 'currency', currency: 'KES', minimumFractionDigits: digits } as const;
  return inKenya(language, (tag) =>
    new Intl.NumberFormat(tag, { ...options, maximumFractionDigits: digits }).format(exact),
  );
}

/** Date and time as the language writes them, by the customer's own clock. `ms` since 1970. */
export function formatMoment(ms: number, language: string): string {
  return inKenya(language, (tag) =>
    new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(ms),
  );
}

/** Without a country, the shilling would be a foreign currency, "KES". What is no tag at all is taken for English. */
function inKenya(language: string, write: (tag: string) => string): string {
  try {
    return write(language.includes('-') ? language : `${language}-KE`);
  } catch {
    return write('en-KE');
  }
}

/** `1:05` */
export function formatTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
