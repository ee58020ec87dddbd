import { Migrator, sql, type Kysely, type Transaction } from 'kysely';
import { parseResultCode } from '../../../src/model/outcome.js';
import {
  referenceKey,
  type Attempt,
  type AttemptState,
  type CallbackHint,
  type Order,
  type PaymentEvent,
} from '../payments/attempt.js';
import { LocalLimits, type Limit } from '../payments/limits.js';
import { blankOrder } from './orders.js';
import {
  MIGRATIONS,
  type AttemptRow,
  type EventRow,
  type NewAttemptRow,
  type OrderRow,
  type Tables,
} from './schema.js';
import type { ChangeListener, Claim, OrderTransaction, OrderView, OutboxEntry, SharedToken, Store } from './store.js';

/** Callback bodies are kept for so long; what became of an attempt is kept for good. */
const KEEP_CALLBACKS_MS = 90 * 24 * 3600_000;
const TOKEN_ROW = 'daraja';

/** What the two databases do not have in common. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly pollMs: number;
  /** The same database without limits of time; where it has none anyhow, nothing. */
  readonly migrating?: Kysely<Tables>;
  /** Hears of changes that other instances made. */
  listen?(onChange: (orderId: string | undefined) => void): void;
  close(): Promise<void>;
}

/** Rolls the claim back: the request was one too many. */
class Limited extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('over a limit');
    this.retryAfterMs = retryAfterMs;
  }
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
    await this.#db.selectFrom('vp_order').select('id').limit(1).execute();
  }

  async claim(order: Order, attempt: Attempt, limits: readonly Limit[], now: number): Promise<Claim> {
    // Most who lose can be told so without a transaction: where a crowd pushes one order, the winner must not wait for it.
    const taken = await this.#takenBy(this.#db, order.id);
    if (taken) return taken;
    try {
      return await this.#db.transaction().execute(async (trx): Promise<Claim> => {
        const won = await trx
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
          .returning('id')
          .executeTakeFirst();
        if (!won) {
          // The row is locked since the claim was tried, so it says why that failed.
          const winner = await this.#takenBy(trx, order.id);
          if (!winner) throw new Error('The attempt that locks the order is missing');
          return winner;
        }
        for (const limit of limits) await count(trx, limit, now);
        await trx
          .insertInto('vp_attempt')
          .values({ ...attemptRow(attempt), lease_until: 0 })
          .execute();
        await trx
          .insertInto('vp_transition')
          .values({
            attempt_id: attempt.id,
            seq: 0,
            from_state: null,
            to_state: attempt.state,
            cause: 'push',
            code: null,
            at: now,
          })
          .execute();
        return { kind: 'won' };
      });
    } catch (error) {
      if (error instanceof Limited) return { kind: 'limited', retryAfterMs: error.retryAfterMs };
      throw error;
    }
  }

  /** Who holds or has paid an order; `undefined` where nobody does. */
  async #takenBy(db: Kysely<Tables>, orderId: string): Promise<Claim | undefined> {
    const order = await db.selectFrom('vp_order').selectAll().where('id', '=', orderId).executeTakeFirst();
    if (!order) return undefined;
    const id = order.paid_attempt ?? order.live_attempt;
    const attempt = id === null ? undefined : await this.#attempt(db, id);
    if (order.paid_attempt !== null || order.paid_receipt !== null) {
      return { kind: 'paid', attempt: order.paid_attempt === null ? undefined : attempt };
    }
    return attempt && { kind: 'live', attempt };
  }

  async #attempt(db: Kysely<Tables>, id: string): Promise<Attempt | undefined> {
    const row = await db.selectFrom('vp_attempt').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAttempt(row);
  }

  async withOrder<Result>(orderId: string, work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> {
    const result = await this.#db.transaction().execute(async (trx) => {
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
    // Attempts first: an order that was paid in between is then seen as paid, never an attempt without its order.
    const attempts = await this.#db
      .selectFrom('vp_attempt')
      .selectAll()
      .where('order_id', '=', orderId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const order = await this.#db.selectFrom('vp_order').selectAll().where('id', '=', orderId).executeTakeFirst();
    return { order: order && toOrder(order), attempts: attempts.map(toAttempt) };
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
    const [attempt, event] = [
      await this.#db
        .selectFrom('vp_attempt')
        .select('due_at')
        .where('due_at', 'is not', null)
        .where('lease_until', '<=', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst(),
      await this.#db
        .selectFrom('vp_event')
        .select('due_at')
        .where('due_at', 'is not', null)
        .where('lease_until', '<=', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst(),
    ];
    const times = [attempt?.due_at, event?.due_at].flatMap((at) => (at == null ? [] : [Number(at)]));
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

  async replayEvent(id: string, now: number): Promise<OutboxEntry | undefined> {
    const row = await this.#db
      .updateTable('vp_event')
      .set({ tries: 0, created_at: now, due_at: now, lease_until: 0, told_at: null })
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
    // One process holds the file, and a durable write for each question would cost more than the question.
    if (this.#dialect.name === 'sqlite') return this.#localLimits.count(limits, now);
    try {
      await this.#db.transaction().execute(async (trx) => {
        // A count that a power cut takes back does no harm, and whoever waits for the disk keeps the key from others.
        await sql`set local synchronous_commit = off`.execute(trx);
        for (const limit of limits) await count(trx, limit, now);
      });
      return undefined;
    } catch (error) {
      if (error instanceof Limited) return error.retryAfterMs;
      throw error;
    }
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
    await this.#db.deleteFrom('vp_limit').where('free_at', '<', now).execute();
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

function orderTransaction(trx: Transaction<Tables>, order: Order): OrderTransaction {
  return {
    order,
    async attempt(id) {
      const row = await trx.selectFrom('vp_attempt').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toAttempt(row);
    },
    async attemptWith(checkoutRequestId) {
      const row = await trx
        .selectFrom('vp_attempt')
        .select('id')
        .where('checkout_request_id', '=', checkoutRequestId)
        .executeTakeFirst();
      return row?.id;
    },
    async hasReceipt(receipt) {
      const row = await trx
        .selectFrom('vp_attempt')
        .select('id')
        .where('order_id', '=', order.id)
        .where('receipt', '=', receipt)
        .executeTakeFirst();
      return row !== undefined;
    },
    async saveAttempt(attempt, lease) {
      const row = await trx
        .updateTable('vp_attempt')
        .set((eb) => ({
          ...attemptRow(attempt),
          version: attempt.version + 1,
          ...(lease !== null && {
            lease_until: eb.case().when('lease_until', '=', lease).then(0).else(eb.ref('lease_until')).end(),
          }),
        }))
        .where('id', '=', attempt.id)
        .where('version', '=', attempt.version)
        .returning('id')
        .executeTakeFirst();
      if (!row) throw new Error('The attempt was changed outside its order’s lock');
    },
    async saveOrder(changed) {
      await trx.updateTable('vp_order').set(orderRow(changed)).where('id', '=', changed.id).execute();
    },
    async addTransition({ attemptId, from, to, cause, code, at }) {
      await trx
        .insertInto('vp_transition')
        .columns(['attempt_id', 'seq', 'from_state', 'to_state', 'cause', 'code', 'at'])
        .expression((eb) =>
          eb
            .selectFrom('vp_transition')
            .select((select) => [
              select.val(attemptId).as('attempt_id'),
              select(select.fn.coalesce(select.fn.max('seq'), sql<number>`-1`), '+', 1).as('seq'),
              select.val(from).as('from_state'),
              select.val(to).as('to_state'),
              select.val(cause).as('cause'),
              select.val(code).as('code'),
              sql<number>`cast(${at} as bigint)`.as('at'),
            ])
            .where('attempt_id', '=', attemptId),
        )
        .execute();
    },
    async addEvent(key, event, now) {
      await trx
        .insertInto('vp_event')
        .values({
          id: event.id,
          key,
          payload: JSON.stringify(event),
          created_at: now,
          tries: 0,
          due_at: now,
          lease_until: 0,
          told_at: null,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },
    async addCallback({ attemptId, digest, body, receivedAt }) {
      await trx
        .insertInto('vp_callback')
        .values({ attempt_id: attemptId, digest, body, received_at: receivedAt, times: 1 })
        .onConflict((conflict) =>
          conflict.columns(['attempt_id', 'digest']).doUpdateSet((eb) => ({ times: eb('vp_callback.times', '+', 1) })),
        )
        .execute();
    },
    async addC2b({ transId, orderId, amount, reference, outcome, receivedAt }) {
      const row = await trx
        .insertInto('vp_c2b')
        .values({ trans_id: transId, order_id: orderId, amount, reference, outcome, received_at: receivedAt })
        .onConflict((conflict) => conflict.column('trans_id').doNothing())
        .returning('trans_id')
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

/** `countOnce` of limits.ts as one atomic statement, so that instances share the count. */
async function count(trx: Transaction<Tables>, { key, burst, intervalMs }: Limit, now: number): Promise<void> {
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

function orderRow(order: Order): OrderRow {
  return {
    id: order.id,
    live_attempt: order.liveAttempt,
    paid_attempt: order.paidAttempt,
    paid_receipt: order.paidReceipt,
    amount: order.amount,
    reference_key: order.referenceKey,
  };
}

function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    liveAttempt: row.live_attempt,
    paidAttempt: row.paid_attempt,
    paidReceipt: row.paid_receipt,
    amount: row.amount,
    referenceKey: row.reference_key,
  };
}

function attemptRow(attempt: Attempt): Omit<NewAttemptRow, 'lease_until'> {
  return {
    id: attempt.id,
    order_id: attempt.orderId,
    state: attempt.state,
    amount: attempt.amount,
    shillings: attempt.shillings,
    phone_masked: attempt.phoneMasked,
    phone_hash: attempt.phoneHash,
    checkout_request_id: attempt.checkoutRequestId,
    merchant_request_id: attempt.merchantRequestId,
    result_code: attempt.resultCode === null ? null : String(attempt.resultCode),
    result_desc: attempt.resultDesc,
    receipt: attempt.receipt,
    callback: attempt.callback && JSON.stringify(attempt.callback),
    created_at: attempt.createdAt,
    sent_at: attempt.sentAt,
    expires_at: attempt.expiresAt,
    settled_at: attempt.settledAt,
    due_at: attempt.dueAt === null ? null : Math.ceil(attempt.dueAt),
    queries: attempt.queries,
    silences: attempt.silences,
    contradictions: attempt.contradictions,
    version: attempt.version,
  };
}

function toAttempt(row: AttemptRow): Attempt {
  return {
    id: row.id,
    orderId: row.order_id,
    state: row.state as AttemptState,
    amount: row.amount,
    shillings: Number(row.shillings),
    phoneMasked: row.phone_masked,
    phoneHash: row.phone_hash,
    checkoutRequestId: row.checkout_request_id,
    merchantRequestId: row.merchant_request_id,
    resultCode: parseResultCode(row.result_code) ?? null,
    resultDesc: row.result_desc,
    receipt: row.receipt,
    callback: row.callback === null ? null : (JSON.parse(row.callback) as CallbackHint),
    createdAt: Number(row.created_at),
    sentAt: toNumber(row.sent_at),
    expiresAt: Number(row.expires_at),
    settledAt: toNumber(row.settled_at),
    dueAt: toNumber(row.due_at),
    queries: Number(row.queries),
    silences: Number(row.silences),
    contradictions: Number(row.contradictions),
    version: Number(row.version),
  };
}

function toOutboxEntry(row: EventRow): OutboxEntry {
  return {
    event: JSON.parse(row.payload) as PaymentEvent,
    tries: Number(row.tries),
    createdAt: Number(row.created_at),
  };
}

function toNumber(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
