/** Times as the page shows them. */

import type { Language } from './settings.js';

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** `14:05:09.250`, in the reader's own time. */
export function clockTime(at: number): string {
  const ms = Math.floor(at % 1000)
    .toString()
    .padStart(3, '0');
  return `${CLOCK.format(at)}.${ms}`;
}

const NAIROBI = 'Africa/Nairobi';
const NAIROBI_CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: NAIROBI, hour: '2-digit', minute: '2-digit' });
const SMS_DATE = new Intl.DateTimeFormat('en-GB', {
  timeZone: NAIROBI,
  day: 'numeric',
  month: 'numeric',
  year: '2-digit',
});
const SMS_TIME = new Intl.DateTimeFormat('en-US', { timeZone: NAIROBI, hour: 'numeric', minute: '2-digit' });

/** `14:05` */
export function phoneClock(at: number): string {
  return NAIROBI_CLOCK.format(at);
}

/** `Wednesday 14 October`, `Jumatano 14 Oktoba` */
export function phoneDay(at: number, lang: Language): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { timeZone: NAIROBI, ...options }).format(at);
  return `${part({ weekday: 'long' })} ${part({ day: 'numeric' })} ${part({ month: 'long' })}`;
}

/** `14/10/26` and `2:05 PM`, as in M-Pesa's messages. */
export function smsTime(at: number): readonly [day: string, time: string] {
  return [SMS_DATE.format(at), SMS_TIME.format(at).replace('\u202f', ' ')];
}
