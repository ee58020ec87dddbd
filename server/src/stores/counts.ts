import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Limit } from '../payments/limits.js';
import type { Tables } from './schema.js';

/** Rolls its transaction back: the request was one too many. */
export class Limited extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('over a limit');
    this.retryAfterMs = retryAfterMs;
  }
}

/** `vp_limit.free_at` is in microseconds: in milliseconds, what rounding adds to an interval would be a limit's worth. */
export const PER_MS = 1_000;

/**
 * `countOnce` of limits.ts for several keys as one atomic statement, so that instances share the count. It gives the keys
 * that had something left, and locks them in the order given. `from`: a part of the statement with one row where it is to
 * count, and with none where not.
 */
export function counting(limits: readonly Limit[], nowMs: number, from?: RawBuilder<unknown>): RawBuilder<Counted> {
  const now = Math.round(nowMs * PER_MS);
  const steps = limits.map((limit) => stepOf(limit, now));
  const at = sql`cast(${now} as bigint)`;
  const rows = steps.map(({ key, step }) => sql`(${key}, ${at} + cast(${step} as bigint))`);
  const since = sql`greatest(vp_limit.free_at, ${at})`;
  const most = steps.map(({ key, step, most, slack }) => sql`when ${key} then cast(${most + slack - step} as bigint)`);
  return sql`insert into vp_limit (key, free_at)
    select asked.key, asked.free_at from (values ${sql.join(rows)}) as asked (key, free_at)${from ? sql`, ${from}` : sql``}
    on conflict (key) do update set free_at = ${since} + excluded.free_at - ${at}
    where ${since} <= case excluded.key ${sql.join(most, sql` `)} end
    returning key`;
}

interface Counted {
  key: string;
}

/** How long to wait for the first of the limits that is used up; at least 1 ms, should it be free again by now. */
export async function waitFor(db: Kysely<Tables>, limits: readonly Limit[], nowMs: number): Promise<number> {
  const keys = limits.map(({ key }) => key);
  const rows = await db.selectFrom('vp_limit').selectAll().where('key', 'in', keys).execute();
  const now = nowMs * PER_MS;
  const waits = limits.map((limit) => {
    const { key, step, most, slack } = stepOf(limit, now);
    const next = Number(rows.find((row) => row.key === key)?.free_at ?? 0) + step;
    return next > most + slack ? (next - most) / PER_MS : 0;
  });
  return Math.max(1, waits.find((wait) => wait > 0) ?? 0);
}

/** Gives back what was counted of a request that was one too many for another of its limits. */
export async function giveBack(
  db: Kysely<Tables>,
  limits: readonly Limit[],
  nowMs: number,
  counted: readonly string[],
): Promise<void> {
  for (const limit of limits.filter(({ key }) => counted.includes(key))) {
    await db
      .updateTable('vp_limit')
      .set((eb) => ({ free_at: eb('free_at', '-', stepOf(limit, nowMs * PER_MS).step) }))
      .where('key', '=', limit.key)
      .execute();
  }
}

function stepOf({ key, burst, intervalMs }: Limit, now: number) {
  const step = Math.ceil(intervalMs * PER_MS);
  // Each step was rounded up by less than 1. A whole step more is one request too many.
  return { key, step, most: Math.floor(now + burst * intervalMs * PER_MS), slack: Math.min(burst, step - 1) };
}
