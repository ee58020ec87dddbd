import { sql, type Transaction } from 'kysely';
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

/** `countOnce` of limits.ts as one atomic statement, so that instances share the count. */
export async function count(trx: Transaction<Tables>, { key, burst, intervalMs }: Limit, now: number): Promise<void> {
  const most = Math.floor(now + burst * intervalMs);
  const step = Math.ceil(intervalMs);
  const next = sql<number>`
    (case when vp_limit.free_at < cast(${now} as bigint) then cast(${now} as bigint)
          when vp_limit.free_at > cast(${most} as bigint) then cast(${most} as bigint)
          else vp_limit.free_at end) + cast(${step} as bigint)`;
  const counted = await trx
    .insertInto('vp_limit')
    .values({ key, free_at: now + step })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ free_at: next })
        .where(next, '<=', most + burst),
    )
    .returning('free_at')
    .executeTakeFirst();
  if (counted) return;
  const row = await trx.selectFrom('vp_limit').select('free_at').where('key', '=', key).executeTakeFirstOrThrow();
  throw new Limited(Math.max(1, Number(row.free_at) + step - most));
}
