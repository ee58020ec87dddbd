/** A shop and a Daraja around instances of the command, and what both have seen. */
import assert from 'node:assert/strict';
import { callBack, environment, listen, push, tokenOf, type Command, type Listening } from './command.js';
import { FakeDaraja, type Prompt } from './fake-daraja.js';

export const ORDERS_PER_LIFE = 8;

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly order: string;
}

export class World {
  readonly daraja = new FakeDaraja();
  readonly heard: Heard[] = [];
  #heard: (() => void) | undefined;
  readonly #servers: Listening[] = [];
  readonly #orders: Record<string, string> = {};

  async open(url: string, lives: number): Promise<Record<string, string>> {
    for (let n = 0; n < lives * ORDERS_PER_LIFE; n++) this.#orders[`order-${n}`] = '10';
    const darajaServer = await listen((request) => this.daraja.answer(request));
    const shop = await listen(async (request) => {
      const event = (await request.json()) as { type: string; data: { order_id: string } };
      this.heard.push({ id: request.headers.get('webhook-id') ?? '', type: event.type, order: event.data.order_id });
      this.#heard?.();
      return new Response(null, { status: 204 });
    });
    this.#servers.push(darajaServer, shop);
    return environment(
      { url },
      darajaServer,
      {
        QUERY_AFTER_S: '1',
        WEBHOOK_URL: shop.base,
        WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        RELEASE_AFTER_S: 'never',
        TRUSTED_PROXIES: '1',
      },
      this.#orders,
    );
  }

  /** Customers push, some twice, and pay as soon as they are prompted; Daraja calls back where it is told to. */
  async pay(base: string, orders: readonly string[], callbackBase = base): Promise<void> {
    await Promise.allSettled(
      orders.map(async (order_id, n) => {
        const order = { order_id, amount: '10', user_phone_number: `2547${String(n).padStart(8, '0')}` };
        const token = await tokenOf(base);
        await Promise.allSettled([push(base, order, token), push(base, order, token)]);
        const prompt = this.promptOf(order_id);
        if (!prompt) return;
        this.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
        await callBack(callbackBase, prompt, 0, { receipt: `R${order_id}` });
      }),
    );
  }

  promptOf(order: string): Prompt | undefined {
    return this.daraja.prompts.find(({ reference }) => reference === order);
  }

  /** Resolves once the shop has heard that these are paid. */
  async paid(orders: readonly string[]): Promise<void> {
    const missing = (): boolean =>
      orders.some((order) => !this.heard.some((event) => event.order === order && event.type === 'payment.paid'));
    while (missing()) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  check(): void {
    const orders = this.daraja.prompts.map(({ reference }) => reference);
    assert.equal(new Set(orders).size, orders.length, 'an order was prompted twice');
    for (const order of new Set(orders)) {
      const ids = this.heard
        .filter((event) => event.order === order && event.type === 'payment.paid')
        .map(({ id }) => id);
      assert.ok(new Set(ids).size <= 1, 'a payment has two event ids');
    }
    assert.ok(!this.heard.some(({ type }) => type === 'payment.paid_again' || type === 'payment.failed'));
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }
}

export const kill = async ({ child, ended }: Command): Promise<void> => {
  child.kill('SIGKILL');
  await ended;
};
