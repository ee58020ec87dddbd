import { fail, json } from '../http/answers.js';
import type { OrderView } from '../stores/store.js';
import { isHeld, isPaid, type Attempt } from './attempt.js';
import { asOrder } from './c2b.js';
import type { Context } from './context.js';
import { nameOf } from './push.js';
import type { Waiters } from './waiters.js';

/** Shorter than the timeouts of pages and proxies. */
const MAX_WAIT_S = 25;

/** What can be said of an order. */
type Answer =
  { readonly kind: 'unknown' } | { readonly kind: 'pending' } | { readonly kind: 'known'; readonly body: object };

export interface StatusInput {
  readonly request: Request;
  readonly subject: string;
  readonly orderId: string;
  readonly paymentId: string | undefined;
  readonly wait: string | undefined;
}

/** Tells what became of an order, held until something is known or `wait` seconds are over. */
export async function handleStatus(context: Context, waiters: Waiters, input: StatusInput): Promise<Response> {
  const { store, options, log } = context;
  const { request, subject, orderId, paymentId } = input;
  try {
    const view = await store.view(orderId);
    if ((options.statusNeedsOrder ?? true) || !view.order) {
      const found = await options.findOrder(orderId, { request, subject });
      if (!found) return fail(404, 'There is no such order');
      // The reference is noted: a payment without a prompt finds its order by it.
      if (!view.order) await store.rememberOrder(asOrder(orderId, found));
    }
    let answer = answerFor(view, paymentId);
    const waitMs = waitSeconds(input.wait) * 1000;
    if (answer.kind === 'pending' && waitMs > 0) {
      answer = await waiters.wait(
        { orderId, ms: waitMs, signal: request.signal },
        async () => answerFor(await store.view(orderId), paymentId),
        ({ kind }) => kind !== 'pending',
        answer,
      );
    }
    switch (answer.kind) {
      case 'unknown':
        return fail(404, 'Nothing was paid or asked for by this order number');
      case 'pending':
        return json(202, { status: 'pending' });
      case 'known':
        return json(200, answer.body);
    }
  } catch (error) {
    log.error({ order: orderId, error: nameOf(error) }, 'a status could not be told');
    return fail(503, 'The order could not be looked up; ask again', {}, 2);
  }
}

/** 0 if `wait` is no number of seconds. */
export function waitSeconds(text: string | undefined): number {
  const seconds = text !== undefined && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  return Math.min(seconds, MAX_WAIT_S);
}

/** What a page may know of an order: never a phone. An order that waits for a person is only `pending`. */
export function answerFor({ order, attempts }: OrderView, paymentId: string | undefined): Answer {
  const asked = attempts.find(({ checkoutRequestId }) => checkoutRequestId !== null && checkoutRequestId === paymentId);
  if (asked && isPaid(asked.state)) return known(asked);

  const paid = attempts.find(({ id }) => id === order?.paidAttempt);
  if (paid) return known(paid);
  if (order?.paidReceipt != null) {
    return {
      kind: 'known',
      body: { result_code: 0, result_desc: 'Paid without a prompt.', mpesa_receipt_number: order.paidReceipt },
    };
  }

  const live = attempts.find(({ id }) => id === order?.liveAttempt);
  const attempt = asked ?? live ?? [...attempts].reverse().find(({ state }) => state !== 'refused');
  if (attempt && isHeld(attempt)) return { kind: 'pending' };
  if (!attempt || attempt.state === 'refused') return { kind: 'unknown' };
  return attempt.state === 'failed' ? known(attempt) : { kind: 'pending' };
}

function known(attempt: Attempt): Answer {
  const { resultCode, resultDesc, checkoutRequestId, receipt } = attempt;
  return {
    kind: 'known',
    body: {
      result_code: resultCode,
      result_desc: resultDesc ?? '',
      ...(checkoutRequestId !== null && { checkout_request_id: checkoutRequestId }),
      ...(receipt !== null && { mpesa_receipt_number: receipt }),
    },
  };
}
