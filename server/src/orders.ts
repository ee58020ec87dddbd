import { z } from 'zod';
import { readFile } from 'node:fs/promises';
import { isAmount } from '../../src/model/amount.js';
import type { ShopOrder } from './options.js';
import { namesOrder } from './payments/push.js';

/** Where the command learns what an order costs. */
export interface Orders {
  readonly find: (orderId: string) => Promise<ShopOrder | undefined>;
  readonly findByReference?: (reference: string) => Promise<({ readonly orderId: string } & ShopOrder) | undefined>;
}

const ORDERS_TIMEOUT_MS = 10_000;

const fileSchema = z.record(z.string(), z.string());

/** The file's orders. Editors on Windows put a byte order mark before them. */
async function readOrders(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8');
  return fileSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
}

/** Why this file names no order's amount, or `undefined`. */
export async function problemOfOrdersFile(path: string): Promise<string | undefined> {
  try {
    const orders = await readOrders(path);
    const unusable = Object.entries(orders).find(([, amount]) => !isAmount(amount));
    return unusable && `gives order ${unusable[0]} no amount such as "12341"`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return typeof code === 'string'
      ? `has to be a file that can be read, and cannot (${code})`
      : 'has to hold JSON in UTF-8 such as {"1234567891":"12341"}';
  }
}
const orderSchema = z.object({ amount: z.string(), reference: z.string().optional() });

/** A JSON file `{"1234567891":"12341"}`, read each time: it may be changed while the server runs. */
export function ordersInFile(path: string): Orders {
  const read = (): Promise<Record<string, string>> => readOrders(path);
  return {
    async find(orderId) {
      const orders = await read();
      const amount = Object.hasOwn(orders, orderId) ? orders[orderId] : undefined;
      return amount === undefined ? undefined : { amount };
    },
    async findByReference(reference) {
      const found = Object.entries(await read()).filter(([orderId, amount]) =>
        namesOrder(reference, orderId, { amount }),
      );
      // Numbers that are the same once they are cut name no order.
      const [only] = found;
      return only && found.length === 1 ? { orderId: only[0], amount: only[1] } : undefined;
    },
  };
}

/** `GET {base}/{order id}`: 200 with the order, or 404. Anything else throws: nobody knows what the order costs. */
export function ordersAt(base: string): Orders {
  return {
    async find(orderId) {
      // No encoding keeps these two from being steps in a path.
      if (orderId === '.' || orderId === '..') return undefined;
      const response = await fetch(`${base.replace(/\/+$/, '')}/${encodeURIComponent(orderId)}`, {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(ORDERS_TIMEOUT_MS),
      });
      if (response.status === 404) return undefined;
      if (response.status !== 200) throw new Error(`ORDERS_URL answered ${response.status}`);
      return orderSchema.parse(await response.json());
    },
  };
}
