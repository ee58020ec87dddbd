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

/** `vp_limit.free_at` is in microseconds: in milliseconds, what rounding adds to an interval would be a limit's worth. */
export const PER_MS = 1_000;

/**
 * `countOnce` of limits.ts for several keys as one atomic statement, so that instances share the count. The keys are locked
 * in the order given. Rolls the transaction back if one of them is used up.
 */
export async function countAll(trx: Transaction<Tables>, limits: readonly Limit[], nowMs: number): Promise<void> {
  if (limits.length === 0) return;
  const now = nowMs * PER_MS;
  const steps = limits.map(({ key, burst, intervalMs }) => {
    const step = Math.ceil(intervalMs * PER_MS);
    // Each step was rounded up by less than 1. A whole step more is one request too many.
    return { key, step, most: Math.floor(now + burst * intervalMs * PER_MS), slack: Math.min(burst, step - 1) };
  });
  const at = sql`cast(${now} as bigint)`;
  const ofKey = (value: 'step' | 'most' | 'slack') =>
    sql`(case excluded.key ${sql.join(
      steps.map((one) => sql`when ${one.key} then cast(${one[value]} as bigint)`),
      sql` `,
    )} end)`;
  const next = sql<number>`least(greatest(vp_limit.free_at, ${at}), ${ofKey('most')}) + ${ofKey('step')}`;
  const counted = await trx
    .insertInto('vp_limit')
    .values(steps.map(({ key, step }) => ({ key, free_at: now + step })))
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ free_at: next })
        .where(next, '<=', sql<number>`${ofKey('most')} + ${ofKey('slack')}`),
    )
    .returning('key')
    .execute();
  const over = steps.find(({ key }) => !counted.some((row) => row.key === key));
  if (!over) return;
  const row = await trx.selectFrom('vp_limit').select('free_at').where('key', '=', over.key).executeTakeFirstOrThrow();
  throw new Limited(Math.max(1, (Number(row.free_at) + over.step - over.most) / PER_MS));
}
