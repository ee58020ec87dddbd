import type { ShopOrder } from '../../server/src/options.js';

/**
 * The shop's orders. It believes the page what an order costs, unless it was told before; and it may give an order another number at
 * the server, where the first one is locked and the shop wants a push all the same.
 */
export class OrderBook {
  /** By the shop's number. */
  readonly #amounts = new Map<string, { readonly amount: string; readonly fixed: boolean }>();
  /** The numbers that an order has had at the server, oldest first. */
  readonly #numbers = new Map<string, string[]>();
  readonly #owners = new Map<string, string>();

  /** Says what an order costs, whatever a page says later. */
  open(orderId: string, amount: string): void {
    this.#amounts.set(orderId, { amount, fixed: true });
  }

  /** What a page says that an order costs. */
  believe(orderId: string, amount: string): void {
    if (!this.#amounts.get(orderId)?.fixed) this.#amounts.set(orderId, { amount, fixed: false });
  }

  /** An order's numbers at the server, oldest first. */
  numbersOf(orderId: string): readonly [string, ...string[]] {
    return (this.#numbers.get(orderId) as [string, ...string[]] | undefined) ?? [orderId];
  }

  /** Gives an order one more number. */
  renumber(orderId: string): string {
    const numbers = [...this.numbersOf(orderId)];
    const number = `${orderId}#${numbers.length + 1}`;
    this.#numbers.set(orderId, [...numbers, number]);
    this.#owners.set(number, orderId);
    return number;
  }

  /** The shop's number of an order that the server knows by this one. */
  ownerOf(number: string): string {
    return this.#owners.get(number) ?? number;
  }

  /** The order, as the server asks for it. */
  find(number: string): ShopOrder | undefined {
    const orderId = this.ownerOf(number);
    const amount = this.#amounts.get(orderId)?.amount;
    return amount === undefined ? undefined : { amount, reference: orderId };
  }

  clear(): void {
    this.#amounts.clear();
    this.#numbers.clear();
    this.#owners.clear();
  }
}
