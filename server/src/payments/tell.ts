import { within } from '../clock.js';
import type { PaymentsOptions } from '../options.js';
import type { OutboxEntry } from '../stores/store.js';
import type { Context } from './context.js';
import { nameOf } from './push.js';

/** Attempts and events that a dead instance held are free again after this. */
export const LEASE_MS = 55_000;

/** A delivery that takes longer has failed. Shorter than the lease: until it is over, no other instance takes the event up. */
const TELL_WITHIN_MS = 30_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Waits after failed deliveries; the last one repeats. */
const TELL_AGAIN_MS = [
  ...[SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS],
  ...[2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS],
];
const GIVE_UP_TELLING_MS = 72 * HOUR_MS;

/** What it takes to tell the shop of an event. */
type Teller = Pick<Context, 'store' | 'clock' | 'log' | 'metrics' | 'step'> & {
  readonly options: Pick<PaymentsOptions, 'onEvent'>;
};

/** Tells the shop of an event. True if the shop took it. */
export async function tell(context: Teller, { event, tries, createdAt }: OutboxEntry): Promise<boolean> {
  const { options, store, clock, log, metrics } = context;
  await context.step('before-tell');
  try {
    const taken = Promise.resolve(options.onEvent?.(event)).then(() => true);
    if (!(await within(clock, TELL_WITHIN_MS, taken))) throw new Error('The shop took too long');
  } catch (error) {
    const now = clock.now();
    const wait = TELL_AGAIN_MS[tries] ?? TELL_AGAIN_MS.at(-1) ?? HOUR_MS;
    const giveUp = now + wait - createdAt > GIVE_UP_TELLING_MS;
    await store.eventFailed(event.id, giveUp ? null : now + wait);
    metrics.count('events', giveUp ? 'given_up' : 'failed');
    log.warn(
      { event: event.id, tries: tries + 1, error: nameOf(error) },
      giveUp ? 'the shop was not told: tell it by `replay`' : 'the shop did not take an event; it is told again',
    );
    return false;
  }
  await context.step('told');
  await store.eventTold(event.id, clock.now());
  metrics.count('events', 'told');
  return true;
}

/** Tells an event again; whether there is one with this id, and whether the shop took it. */
export async function replay(context: Teller, eventId: string): Promise<'unknown' | 'told' | 'failed'> {
  // Held while it is told: otherwise the server that runs tells it too.
  const now = context.clock.now();
  const entry = await context.store.replayEvent(eventId, now, now + LEASE_MS);
  if (!entry) return 'unknown';
  return (await tell(context, entry)) ? 'told' : 'failed';
}
