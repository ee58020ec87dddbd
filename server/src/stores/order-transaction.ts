import { sql, type Transaction } from 'kysely';
import type { Order } from '../payments/attempt.js';
import { attemptRow, orderRow, toAttempt } from './rows.js';
import type { Tables } from './schema.js';
import type { OrderTransaction } from './store.js';

/** What may be done to an order whose row this transaction has locked. */
export function orderTransaction(trx: Transaction<Tables>, order: Order): OrderTransaction {
  return {
    order,
    async attempt(id) {
      const row = await trx.selectFrom('vp_attempt').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toAttempt(row);
    },
    async attempts() {
      const rows = await trx
        .selectFrom('vp_attempt')
        .selectAll()
        .where('order_id', '=', order.id)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toAttempt);
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
    async addAttempt(attempt) {
      await trx
        .insertInto('vp_attempt')
        .values({ ...attemptRow(attempt), lease_until: 0 })
        .execute();
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
