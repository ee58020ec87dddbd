/** Which event says what became of a prompt. */

import type { OrderRecord } from '../model/attempt.js';
import type { Outcome, PaymentFailureReason } from '../model/outcome.js';
import type { CheckoutState, StateName } from '../model/state.js';
import type { CheckoutObserver } from './checkout-events.js';

/** @param learned the outcome as this page received it; otherwise the result is rebuilt from the record */
export function emitOutcome(
  emit: CheckoutObserver['emit'],
  previous: StateName,
  state: CheckoutState,
  { ids, outcome }: OrderRecord,
  learned: Outcome | undefined,
): void {
  if (!('attempt' in state)) return;
  const { paymentId = '', checkoutRequestId = '' } = ids ?? {};
  const detail = { ...state.attempt, paymentId, checkoutRequestId };
  if (state.name === 'unconfirmed' && previous === 'prompted') emit('payment-unconfirmed', detail);
  if (!outcome) return;
  const { resultCode, resultDesc, receipt } = outcome;
  const rebuilt = {
    result_code: resultCode,
    result_desc: resultDesc,
    mpesa_receipt_number: receipt,
    checkout_request_id: checkoutRequestId,
  };
  const details = { ...detail, resultCode, resultDesc, result: learned ? learned.result : rebuilt };
  if (state.name === 'paid') emit('payment-success', { ...details, receipt });
  if (state.name === 'failed') {
    emit('payment-failure', { ...details, reason: state.reason as PaymentFailureReason });
  }
}
