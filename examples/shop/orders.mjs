// The shop's orders, in two files. Put your database in their place: the server needs these two functions.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const PRICES = 'orders.json';
const PAID = 'paid.json';
const read = (file) => new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8'))));

/** `{ amount }`, or nothing for an order that there is not. */
export function findOrder(id) {
  const amount = read(PRICES).get(id);
  return amount && { amount };
}

/** Says whether the order has become paid by this: the same payment may be told twice. */
export function markPaid(id, receipt) {
  const paid = existsSync(PAID) ? read(PAID) : new Map();
  if (paid.has(id)) return false;
  paid.set(id, { receipt });
  writeFileSync(`${PAID}.new`, JSON.stringify(Object.fromEntries(paid), null, 2));
  renameSync(`${PAID}.new`, PAID);
  return true;
}
