import {
  Migrator,
  sql,
  type Insertable,
  type Kysely,
  type OperationNodeSource,
  type RawBuilder,
  type Transaction,
} from 'kysely';
import { referenceKey, type Attempt, type AttemptState, type Order, type Transition } from '../payments/attempt.js';
import { LocalLimits, type Limit } from '../payments/limits.js';
import { counting, giveBack, Limited, PER_MS, waitFor } from './counts.js';
import { orderTransaction } from './order-transaction.js';
import { blankOrder } from './orders.js';
import { attemptRow, orderRow, toAttempt, toOrder, toOutboxEntry } from './rows.js';
import { MIGRATIONS, type AttemptRow, type Tables } from './schema.js';
import type { ChangeListener, Claim, OrderTransaction, OrderView, OutboxEntry, SharedToken, Store } from './store.js';

/** Callback bodies are kept for so long; what became of an attempt is kept for good. */
const KEEP_CALLBACKS_MS = 90 * 24 * 3600_000;
const TOKEN_ROW = 'daraja';
/** So often an order is claimed that is freed in the moment in which another is seen to hold it. */
const MAX_CLAIMS = 3;
/** What PostgreSQL's log says of a push that is one too many. */
const OVER = 'a limit of vitumob-pay is used up';

/** What a write counts towards. */
interface Count {
  readonly limits: readonly Limit[];
  readonly now: number;
}

/** What the two databases do not have in common. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly pollMs: number;
  /** All that `work` writes is kept or nothing, and on the disk when this resolves. */
  transaction<Result>(work: (trx: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  /** The same for a single statement, which PostgreSQL keeps whole by itself. */
  statement<Result>(work: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /** The same database without limits of time; where it has none anyhow, nothing. */
  readonly migrating?: Kysely<Tables>;
  /** Hears of changes that other instances made. */
  listen?(onChange: (orderId: string | undefined) => void): void;
  close(): Promise<void>;
}

/** Payments in SQLite or PostgreSQL: one schema and one code path. */
export class SqlStore implements Store {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #localLimits = new LocalLimits();
  readonly #listeners: ChangeListener[] = [];

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
    dialect.listen?.((orderId) => {
      this.#changed(orderId, false);
    });
  }

  get pollMs(): number {
    return this.#dialect.pollMs;
  }

  async migrate(): Promise<void> {
    const migrator = new Migrator({
      db: this.#dialect.migrating ?? this.#db,
      provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
      migrationTableName: 'vp_migration',
      migrationLockTableName: 'vp_migration_lock',
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error('The migration failed');
  }

  async takeOver(now: number): Promise<void> {
    if (this.#dialect.name !== 'sqlite') return;
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .updateTable('vp_attempt')
        .set({ due_at: now })
        .where('state', '=', 'sending')
        .where('checkout_request_id', 'is', null)
        .execute();
      await trx.updateTable('vp_attempt').set({ lease_until: 0 }).where('lease_until', '>', 0).execute();
      await trx.updateTable('vp_event').set({ lease_until: 0 }).where('lease_until', '>', 0).execute();
      await trx.updateTable('vp_daraja_token').set({ lease_until: 0 }).execute();
    });
  }

  async ping(): Promise<void> {
    const look = (db: Kysely<Tables>) => db.selectFrom('vp_order').select('id').limit(1);
    // What can be read and not written is out of reach: nothing could be taken there.
    if (this.#dialect.name === 'postgres') await look(this.#db).forUpdate().skipLocked().execute();
    else await this.#dialect.transaction((trx) => look(trx).execute());
  }

  async claim(order: Order, attempt: Attempt, limits: readonly Limit[], now: number): Promise<Claim> {
    const won = this.#db
      .insertInto('vp_order')
      .values({ ...orderRow(order), live_attempt: attempt.id })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ live_attempt: attempt.id, amount: order.amount, reference_key: order.referenceKey })
          .where('vp_order.live_attempt', 'is', null)
          .where('vp_order.paid_attempt', 'is', null)
          .where('vp_order.paid_receipt', 'is', null),
      )
      .returning('id');
    const kept = insert('vp_attempt', { ...attemptRow(attempt), lease_until: 0 });
    const moved = insert('vp_transition', {
      attempt_id: attempt.id,
      seq: 0,
      from_state: null,
      to_state: attempt.state,
      cause: 'push',
      code: null,
      at: now,
    });
    for (let tries = 1; tries <= MAX_CLAIMS; tries++) {
      // Most who lose can be told so by a look: where a crowd pushes one order, the winner must not wait for it.
      const taken = await this.#takenBy(order.id);
      if (taken) return taken;
      try {
        if (await this.#writeIf(won, [kept, moved], { limits, now })) return { kind: 'won' };
      } catch (error) {
        if (error instanceof Limited) return { kind: 'limited', retryAfterMs: error.retryAfterMs };
        throw error;
      }
    }
    throw new Error('The order is free whenever somebody looks, and taken whenever it is claimed');
  }

  /** Who holds or has paid an order; `undefined` where nobody does. */
  async #takenBy(orderId: string): Promise<Claim | undefined> {
    const row = await this.#db
      .selectFrom('vp_order')
      .leftJoin('vp_attempt', (join) =>
        join.on('vp_attempt.id', '=', (eb) => eb.fn.coalesce('paid_attempt', 'live_attempt')),
      )
      .selectAll('vp_attempt')
      .select(['paid_attempt', 'paid_receipt'])
      .where('vp_order.id', '=', orderId)
      .executeTakeFirst();
    if (!row) return undefined;
    const attempt = row.id === null ? undefined : toAttempt(row as AttemptRow);
    if (row.paid_attempt !== null || row.paid_receipt !== null) {
      return { kind: 'paid', attempt: row.paid_attempt === null ? undefined : attempt };
    }
    return attempt && { kind: 'live', attempt };
  }

  /**
   * Writes a row and, only where there was one to write, others beside it, and counts it: all of it or nothing. Throws
   * `Limited` where it is one too many.
   */
  #writeIf(
    first: OperationNodeSource,
    others: readonly RawBuilder<unknown>[],
    count: Count = { limits: [], now: 0 },
  ): Promise<boolean> {
    return this.#dialect.name === 'postgres'
      ? this.#writeInOne(first, others, count)
      : this.#dialect.transaction((trx) => this.#writeInTurn(trx, first, others, count));
  }

  async #writeInTurn(
    trx: Kysely<Tables>,
    first: OperationNodeSource,
    others: readonly RawBuilder<unknown>[],
    { limits, now }: Count,
  ): Promise<boolean> {
    const { rows } = await sql`${first}`.execute(trx);
    if (!rows.length) return false;
    for (const other of others) await other.execute(trx);
    // One process holds the file: what it counts need not be on the disk, where each count costs as much as a claim.
    const retryAfterMs = this.#localLimits.count(limits, now);
    if (retryAfterMs !== undefined) throw new Limited(retryAfterMs);
    return true;
  }

  /** In one statement, which PostgreSQL is asked once for; it takes itself back by an error of its own making. */
  async #writeInOne(
    first: OperationNodeSource,
    others: readonly RawBuilder<unknown>[],
    { limits, now }: Count,
  ): Promise<boolean> {
    const beside = others.map((other, n) => sql`, ${sql.raw(`beside_${n}`)} as (${other} from first)`);
    const counted = limits.length ? sql`, counted as (${counting(limits, now, sql`first`)})` : sql``;
    const isCounted = limits.length
      ? sql`cast(case (select count(*) from counted) when ${sql.lit(limits.length)} then '1' else ${sql.lit(OVER)} end as integer)`
      : sql``;
    try {
      const statement = sql`with first as (${first})${sql.join(beside, sql``)}${counted} select ${isCounted} from first`;
      const { rows } = await this.#dialect.statement((db) => statement.execute(db));
      return rows.length > 0;
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(OVER))) throw error;
      throw new Limited(await waitFor(this.#db, limits, now));
    }
  }

  async #attempt(db: Kysely<Tables>, id: string): Promise<Attempt | undefined> {
    const row = await db.selectFrom('vp_attempt').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAttempt(row);
  }

  async advance(before: Attempt, after: Attempt, { attemptId, ...moved }: Transition): Promise<boolean> {
    const advanced = this.#db
      .updateTable('vp_attempt')
      .set({ ...changes(attemptRow(before), attemptRow(after)), version: before.version + 1 })
      .where('id', '=', before.id)
      .where('version', '=', before.version)
      // Whoever works on the order has read the attempt: it is written after that, and so not at all.
      .$if(this.#dialect.name === 'postgres', (query) =>
        query.where(sql<boolean>`exists (select from vp_order where id = ${before.orderId} for update)`),
      )
      .returning('id');
    const kept = insert('vp_transition', {
      attempt_id: attemptId,
      // Each write adds one at most.
      seq: before.version + 1,
      from_state: moved.from,
      to_state: moved.to,
      cause: moved.cause,
      code: moved.code,
      at: moved.at,
    });
    return this.#writeIf(advanced, [kept]);
  }

  async withOrder<Result>(orderId: string, work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> {
    const result = await this.#dialect.transaction(async (trx) => {
      await trx
        .insertInto('vp_order')
        .values(orderRow(blankOrder(orderId)))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const order = await trx
        .selectFrom('vp_order')
        .selectAll()
        .where('id', '=', orderId)
        .$if(this.#dialect.name === 'postgres', (query) => query.forUpdate())
        .executeTakeFirstOrThrow();
      const done = await work(orderTransaction(trx, toOrder(order)));
      if (this.#dialect.name === 'postgres') await sql`select pg_notify('vitumob_pay', ${orderId})`.execute(trx);
      return done;
    });
    this.#changed(orderId, true);
    return result;
  }

  async rememberOrder(order: Order): Promise<void> {
    await this.#db
      .insertInto('vp_order')
      .values(orderRow(order))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async ordersWithReference(key: string, idKey?: string): Promise<readonly Order[]> {
    const named = this.#db.selectFrom('vp_order').where('reference_key', '=', key);
    if (idKey === undefined) return (await named.selectAll().limit(2).execute()).map(toOrder);
    // Databases know the lower case of other letters than JavaScript, and other white space.
    const ids = (await named.select('id').execute()).map(({ id }) => id).filter((id) => referenceKey(id) === idKey);
    if (!ids.length) return [];
    return (await named.selectAll().where('id', 'in', ids.slice(0, 2)).execute()).map(toOrder);
  }

  async attempt(id: string): Promise<Attempt | undefined> {
    return this.#attempt(this.#db, id);
  }

  async view(orderId: string): Promise<OrderView> {
    // One statement, so one moment: between two, a payment may settle, and the order name it before it is paid itself.
    const rows = await this.#db
      .selectFrom('vp_order')
      .leftJoin('vp_attempt', 'vp_attempt.order_id', 'vp_order.id')
      .selectAll('vp_attempt')
      .select(['live_attempt', 'paid_attempt', 'paid_receipt', 'reference_key', 'vp_order.amount as order_amount'])
      .where('vp_order.id', '=', orderId)
      .orderBy('created_at')
      .orderBy('vp_attempt.id')
      .execute();
    const [first] = rows;
    const order = first && toOrder({ ...first, id: orderId, amount: first.order_amount });
    const attempts = rows.filter((row): row is typeof row & AttemptRow => row.id !== null);
    return { order, attempts: attempts.map(toAttempt) };
  }

  async settledAmong(orderIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('vp_attempt')
      .select('order_id as id')
      .where('order_id', 'in', orderIds)
      .where('state', 'in', ['paid', 'paid_again', 'failed'] satisfies AttemptState[])
      .union(
        this.#db.selectFrom('vp_order').select('id').where('id', 'in', orderIds).where('paid_receipt', 'is not', null),
      )
      .execute();
    return rows.map(({ id }) => id);
  }

  async keepSending(attemptId: string, dueAt: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('vp_attempt')
      .set((eb) => ({
        due_at: eb.case().when('checkout_request_id', 'is', null).then(dueAt).else(eb.ref('due_at')).end(),
      }))
      .where('id', '=', attemptId)
      .where('state', '=', 'sending')
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async leaseAttempts(now: number, until: number, limit: number): Promise<readonly Attempt[]> {
    const rows = await this.#db
      .updateTable('vp_attempt')
      .set({ lease_until: until })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('vp_attempt')
          .select('id')
          .where('due_at', '<=', now)
          .where('lease_until', '<=', now)
          .orderBy('due_at')
          .limit(limit)
          .$if(this.#dialect.name === 'postgres', (query) => query.forUpdate().skipLocked()),
      )
      .returningAll()
      .execute();
    return rows.map(toAttempt);
  }

  async keepAttempt(id: string, until: number, longer: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('vp_attempt')
      .set({ lease_until: longer })
      .where('id', '=', id)
      .where('lease_until', '=', until)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async leaseEvents(now: number, until: number, limit: number): Promise<readonly OutboxEntry[]> {
    const rows = await this.#db
      .updateTable('vp_event')
      .set({ lease_until: until })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('vp_event')
          .select('id')
          .where('due_at', '<=', now)
          .where('lease_until', '<=', now)
          .orderBy('due_at')
          .limit(limit)
          .$if(this.#dialect.name === 'postgres', (query) => query.forUpdate().skipLocked()),
      )
      .returningAll()
      .execute();
    return rows.map(toOutboxEntry);
  }

  async nextDue(now: number): Promise<number | undefined> {
    // By the index alone: what waits may be thousands of prompts, and this is asked after each change.
    const first = (table: 'vp_attempt' | 'vp_event') =>
      this.#db
        .selectFrom(table)
        .select('due_at')
        .where('due_at', 'is not', null)
        .where('lease_until', '<=', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
    const rows = [await first('vp_attempt'), await first('vp_event')];
    const times = rows.flatMap((row) => (row?.due_at == null ? [] : [Number(row.due_at)]));
    return times.length ? Math.min(...times) : undefined;
  }

  async eventTold(id: string, now: number): Promise<void> {
    await this.#db
      .updateTable('vp_event')
      .set({ told_at: now, due_at: null, lease_until: 0 })
      .where('id', '=', id)
      .execute();
  }

  async eventFailed(id: string, dueAt: number | null): Promise<void> {
    await this.#db
      .updateTable('vp_event')
      .set((eb) => ({ tries: eb('tries', '+', 1), due_at: dueAt, lease_until: 0 }))
      .where('id', '=', id)
      .execute();
  }

  async replayEvent(id: string, now: number, until: number): Promise<OutboxEntry | undefined> {
    const row = await this.#db
      .updateTable('vp_event')
      .set({ tries: 0, created_at: now, due_at: now, lease_until: until, told_at: null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return row && toOutboxEntry(row);
  }

  async attemptsIn(states: readonly AttemptState[]): Promise<readonly Attempt[]> {
    const rows = await this.#db
      .selectFrom('vp_attempt')
      .selectAll()
      .where('state', 'in', states)
      .orderBy('created_at')
      .execute();
    return rows.map(toAttempt);
  }

  async count(limits: readonly Limit[], now: number): Promise<number | undefined> {
    if (!limits.length) return undefined;
    if (this.#dialect.name === 'sqlite') return this.#localLimits.count(limits, now);
    // A count that a power cut takes back does no harm, and whoever waits for the disk keeps the key from others.
    const { rows } = await sql<{ key: string }>`with counted as (${counting(limits, now)})
      select key, set_config('synchronous_commit', 'off', true) from counted`.execute(this.#db);
    const counted = rows.map(({ key }) => key);
    if (counted.length === limits.length) return undefined;
    await giveBack(this.#db, limits, now, counted);
    return waitFor(this.#db, limits, now);
  }

  async darajaToken(): Promise<SharedToken | undefined> {
    const row = await this.#db
      .selectFrom('vp_daraja_token')
      .selectAll()
      .where('account', '=', TOKEN_ROW)
      .executeTakeFirst();
    return row?.sealed ? { sealed: row.sealed, expiresAt: Number(row.expires_at) } : undefined;
  }

  async leaseDarajaToken(now: number, until: number): Promise<boolean> {
    const row = await this.#db
      .insertInto('vp_daraja_token')
      .values({ account: TOKEN_ROW, sealed: null, expires_at: 0, lease_until: until })
      .onConflict((conflict) =>
        conflict.column('account').doUpdateSet({ lease_until: until }).where('vp_daraja_token.lease_until', '<=', now),
      )
      .returning('account')
      .executeTakeFirst();
    return row !== undefined;
  }

  async saveDarajaToken({ sealed, expiresAt }: SharedToken): Promise<void> {
    const values = { sealed, expires_at: expiresAt, lease_until: 0 };
    await this.#db
      .insertInto('vp_daraja_token')
      .values({ account: TOKEN_ROW, ...values })
      .onConflict((conflict) => conflict.column('account').doUpdateSet(values))
      .execute();
  }

  async sweep(now: number): Promise<void> {
    await this.#db
      .deleteFrom('vp_limit')
      .where('free_at', '<', now * PER_MS)
      .execute();
    await this.#db
      .updateTable('vp_callback')
      .set({ body: null })
      .where('received_at', '<', now - KEEP_CALLBACKS_MS)
      .where('body', 'is not', null)
      .execute();
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    await this.#dialect.close();
  }

  #changed(orderId: string | undefined, here: boolean): void {
    for (const listener of this.#listeners) listener(orderId, here);
  }
}

/** A row that is written beside another: `from` that other may follow. */
function insert<Table extends keyof Tables>(table: Table, row: Insertable<Tables[Table]>): RawBuilder<unknown> {
  const columns = Object.keys(row).join(', ');
  return sql`insert into ${sql.raw(`${table} (${columns})`)} select ${sql.join(Object.values(row))}`;
}

function changes<Row extends object>(before: Row, after: Row): Partial<Row> {
  const changed = Object.entries(after).filter(([name, value]) => value !== before[name as keyof Row]);
  return Object.fromEntries(changed) as Partial<Row>;
}
