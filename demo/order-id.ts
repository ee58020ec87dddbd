/** The shop's order numbers: short enough for M-Pesa's account reference, and telling when the order began. */

const PREFIX = 'VM-';

/** @param began epoch milliseconds */
export function newOrderId(began = Date.now()): string {
  return PREFIX + began.toString(36).toUpperCase();
}

/** Epoch milliseconds at which the order was numbered; undefined for a number that is not of this shop's making. */
export function orderBegan(orderId: string): number | undefined {
  if (!/^VM-[0-9A-Z]{8,9}$/.test(orderId)) return undefined;
  return Number.parseInt(orderId.slice(PREFIX.length), 36);
}

/** What the customer reads in the prompt: M-Pesa takes twelve characters. */
export function accountReference(orderId: string): string {
  return Array.from(orderId).slice(0, 12).join('');
}
