/** Times as the page shows them. */

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
const NAIROBI_DAY = new Intl.DateTimeFormat('en-GB', {
  timeZone: NAIROBI,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
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

/** `Wednesday 14 October` */
export function phoneDay(at: number): string {
  return NAIROBI_DAY.format(at);
}

/** `14/10/26 at 2:05 PM`, as in M-Pesa's messages. */
export function smsTime(at: number): string {
  return `${SMS_DATE.format(at)} at ${SMS_TIME.format(at).replace('\u202f', ' ')}`;
}
