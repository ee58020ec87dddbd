import { sql, type Insertable, type Kysely, type Migration, type Selectable } from 'kysely';

/** A time in milliseconds since 1970, or a count. PostgreSQL gives 64-bit integers as strings. */
type Integer = number | string;

export interface OrderTable {
  id: string;
  live_attempt: string | null;
  paid_attempt: string | null;
  paid_receipt: string | null;
  amount: string;
  reference_key: string;
}

export interface AttemptTable {
  id: string;
  order_id: string;
  state: string;
  amount: string;
  shillings: Integer;
  phone_masked: string;
  phone_hash: string;
  checkout_request_id: string | null;
  merchant_request_id: string | null;
  result_code: string | null;
  result_desc: string | null;
  receipt: string | null;
  callback: string | null;
  created_at: Integer;
  sent_at: Integer | null;
  expires_at: Integer;
  settled_at: Integer | null;
  due_at: Integer | null;
  lease_until: Integer;
  queries: Integer;
  silences: Integer;
  contradictions: Integer;
  version: Integer;
}

interface TransitionTable {
  attempt_id: string;
  seq: Integer;
  from_state: string | null;
  to_state: string;
  cause: string;
  code: string | null;
  at: Integer;
}

interface CallbackTable {
  attempt_id: string;
  digest: string;
  body: string | null;
  received_at: Integer;
  times: Integer;
}

interface C2bTable {
  trans_id: string;
  order_id: string | null;
  amount: string;
  reference: string;
  outcome: string;
  received_at: Integer;
}

export interface EventTable {
  id: string;
  key: string;
  payload: string;
  created_at: Integer;
  tries: Integer;
  due_at: Integer | null;
  lease_until: Integer;
  told_at: Integer | null;
}

interface LimitTable {
  key: string;
  free_at: Integer;
}

interface DarajaTokenTable {
  account: string;
  sealed: string | null;
  expires_at: Integer;
  lease_until: Integer;
}

/** The tables, on both databases. All begin with `vp_`, so that they can live beside the shop's own. */
export interface Tables {
  vp_order: OrderTable;
  vp_attempt: AttemptTable;
  vp_transition: TransitionTable;
  vp_callback: CallbackTable;
  vp_c2b: C2bTable;
  vp_event: EventTable;
  vp_limit: LimitTable;
  vp_daraja_token: DarajaTokenTable;
}

export type AttemptRow = Selectable<AttemptTable>;
export type NewAttemptRow = Insertable<AttemptTable>;
export type OrderRow = Selectable<OrderTable>;
export type EventRow = Selectable<EventTable>;

/**
 * The first schema. No key forbids two open attempts of one order: an attempt that was given up and is paid late beside
 * a newer one has to be recorded. `vp_order.live_attempt` is the lock.
 */
const first: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('vp_order')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('live_attempt', 'text')
      .addColumn('paid_attempt', 'text')
      .addColumn('paid_receipt', 'text')
      .addColumn('amount', 'text', (column) => column.notNull())
      .addColumn('reference_key', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('vp_order_reference').on('vp_order').column('reference_key').execute();

    await db.schema
      .createTable('vp_attempt')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('order_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('amount', 'text', (column) => column.notNull())
      .addColumn('shillings', 'bigint', (column) => column.notNull())
      .addColumn('phone_masked', 'text', (column) => column.notNull())
      .addColumn('phone_hash', 'text', (column) => column.notNull())
      .addColumn('checkout_request_id', 'text', (column) => column.unique())
      .addColumn('merchant_request_id', 'text')
      .addColumn('result_code', 'text')
      .addColumn('result_desc', 'text')
      .addColumn('receipt', 'text')
      .addColumn('callback', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('settled_at', 'bigint')
      .addColumn('due_at', 'bigint')
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .addColumn('queries', 'integer', (column) => column.notNull())
      .addColumn('silences', 'integer', (column) => column.notNull())
      .addColumn('contradictions', 'integer', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('vp_attempt_order').on('vp_attempt').columns(['order_id', 'created_at']).execute();
    await sql`create index vp_attempt_due on vp_attempt (due_at) where due_at is not null`.execute(db);

    await db.schema
      .createTable('vp_transition')
      .addColumn('attempt_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('from_state', 'text')
      .addColumn('to_state', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('code', 'text')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('vp_transition_key', ['attempt_id', 'seq'])
      .execute();

    await db.schema
      .createTable('vp_callback')
      .addColumn('attempt_id', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('body', 'text')
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addColumn('times', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('vp_callback_key', ['attempt_id', 'digest'])
      .execute();

    await db.schema
      .createTable('vp_c2b')
      .addColumn('trans_id', 'text', (column) => column.primaryKey())
      .addColumn('order_id', 'text')
      .addColumn('amount', 'text', (column) => column.notNull())
      .addColumn('reference', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('vp_event')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('due_at', 'bigint')
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .addColumn('told_at', 'bigint')
      .execute();
    await sql`create index vp_event_due on vp_event (due_at) where due_at is not null`.execute(db);

    await db.schema
      .createTable('vp_limit')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('free_at', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('vp_daraja_token')
      .addColumn('account', 'text', (column) => column.primaryKey())
      .addColumn('sealed', 'text')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .execute();
  },
};

/** Each schema that was ever published, in order; an entry never changes. */
export const MIGRATIONS: Record<string, Migration> = { '0001-first': first };
