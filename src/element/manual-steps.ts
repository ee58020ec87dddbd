/** Paying without a prompt: what a customer chooses and types in M-Pesa's own menu. Pure. */

import { isAmount, wholeShillings } from '../model/amount.js';
import type { CheckoutState } from '../model/state.js';
import type { TextKey } from './screen.js';
import { shownAmount } from './words.js';

interface ManualHost {
  readonly orderId: string;
  readonly amount: string;
  readonly paybill: string;
  readonly till: string;
  readonly account: string;
}

export interface ManualSteps {
  /** What is chosen in the menu, a line each. */
  readonly menu: TextKey;
  /** What is then typed, in the order in which the menu asks for it, exactly as it is typed. */
  readonly values: readonly (readonly [name: TextKey, value: string])[];
}

/** `undefined` if the shop has no number, or if what is to be paid is not known. */
export function manualStepsOf(host: ManualHost, state: CheckoutState): ManualSteps | undefined {
  const amount = shownAmount(host, state);
  if (!isAmount(amount)) return undefined;
  const last = ['paidAmount', wholeShillings(amount)] as const;
  const paybill = digitsOf(host.paybill);
  const account = (host.account || host.orderId).trim();
  if (paybill && account) {
    return { menu: 'payBillMenu', values: [['businessNumber', paybill], ['accountNumber', account], last] };
  }
  const till = digitsOf(host.till);
  return till ? { menu: 'buyGoodsMenu', values: [['tillNumber', till], last] } : undefined;
}

/** The digits alone: a shop may write `174 379`. */
function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}
