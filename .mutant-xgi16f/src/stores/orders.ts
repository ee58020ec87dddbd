import type { Order } from '../payments/attempt.js';

/** An order of which nothing is known. */
export function blankOrder(id: string): Order {
  return { id, liveAttempt: null, paidAttempt: null, paidReceipt: null, amount: '', referenceKey: '' };
}
