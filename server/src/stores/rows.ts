/** Converts rows to the server's types, and back. */
import { parseResultCode } from '../../../src/model/outcome.js';
import type { Attempt, AttemptState, CallbackHint, Order, PaymentEvent } from '../payments/attempt.js';
import type { AttemptRow, EventRow, NewAttemptRow, OrderRow } from './schema.js';
import type { OutboxEntry } from './store.js';

export function orderRow(order: Order): OrderRow {
  return {
    id: order.id,
    live_attempt: order.liveAttempt,
    paid_attempt: order.paidAttempt,
    paid_receipt: order.paidReceipt,
    amount: order.amount,
    reference_key: order.referenceKey,
  };
}

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    liveAttempt: row.live_attempt,
    paidAttempt: row.paid_attempt,
    paidReceipt: row.paid_receipt,
    amount: row.amount,
    referenceKey: row.reference_key,
  };
}

export function attemptRow(attempt: Attempt): Omit<NewAttemptRow, 'lease_until'> {
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

export function toAttempt(row: AttemptRow): Attempt {
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

export function toOutboxEntry(row: EventRow): OutboxEntry {
  return {
    event: JSON.parse(row.payload) as PaymentEvent,
    tries: Number(row.tries),
    createdAt: Number(row.created_at),
  };
}

function toNumber(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
