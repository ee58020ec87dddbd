// The shop's orders, in a file. Put your database in its place: the server needs these two functions.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const FILE = 'orders.json';
const read = () => new Map(Object.entries(JSON.parse(readFileSync(FILE, 'utf8'))));

/** `{ amount }`, or nothing for an order that there is not. */
export function findOrder(id) {
  return read().get(id);
}

/** Says whether the order has become paid by this: the same payment may be told twice. */
export function markPaid(id, receipt) {
  const orders = read();
  const order = orders.get(id);
  if (!order || order.paid) return false;
  orders.set(id, { ...order, paid: true, ...(receipt && { receipt }) });
  writeFileSync(`${FILE}.new`, JSON.stringify(Object.fromEntries(orders), null, 2));
  renameSync(`${FILE}.new`, FILE);
  return true;
}
