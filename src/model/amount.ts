/** Amounts in Kenyan shillings, kept as the decimal strings they came as: no float ever touches them. */

/** M-Pesa's ceiling for one payment, in shillings. It has moved three times, hence an attribute. */
export const DEFAULT_MAX_AMOUNT = '250000';

const PLAIN_DECIMAL = /^[1-9]\d*(?:\.\d{1,2})?$/;

/** True for a plain decimal from 1 with at most two decimals: `12341`, `48744.15`. */
export function isAmount(text: string): boolean {
  return PLAIN_DECIMAL.test(text);
}

/** Cents of an amount that {@link isAmount} has accepted. */
function toCents(amount: string): bigint {
  const [shillings = '', cents = ''] = amount.split('.');
  return BigInt(shillings + cents.padEnd(2, '0'));
}

/** Whether `amount` is above `maximum`; both accepted by {@link isAmount}. */
export function isAbove(amount: string, maximum: string): boolean {
  return toCents(amount) > toCents(maximum);
}

/** Whether an accepted amount has cents, which M-Pesa itself cannot move. */
export function hasCents(amount: string): boolean {
  return toCents(amount) % 100n !== 0n;
}

/**
 * What the phone will name: M-Pesa moves whole shillings, and the backend rounds up. `48744.15` → `48745`. What is no
 * amount is handed back as it is.
 */
export function wholeShillings(amount: string): string {
  return isAmount(amount) ? String((toCents(amount) + 99n) / 100n) : amount;
}
