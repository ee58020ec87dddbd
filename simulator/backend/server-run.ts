import type { Clock } from '../../server/src/clock.js';
import type { DarajaAccount } from '../../server/src/daraja/client.js';
import type { PaymentEvent } from '../../server/src/payments/attempt.js';
import { DEFAULT_LIMITS, type Limits } from '../../server/src/payments/limits.js';
import { createPayments, type Payments } from '../../server/src/payments/payments.js';
import { MemoryStore } from '../../server/src/stores/memory.js';
import type { FetchLike } from '../http/handler.js';
import type { OrderBook } from './order-book.js';

/** One phone pays all day in a demo. */
const NO_LIMITS = Object.fromEntries(
  Object.keys(DEFAULT_LIMITS).map((name) => [name, { burst: 1_000_000, perSeconds: 60 }]),
) as unknown as Limits;

export interface ServerRunOptions {
  readonly daraja: DarajaAccount;
  readonly publicUrl: string;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  readonly orders: OrderBook;
  /** Is told of all work that goes on by itself, so that a test can await it. */
  readonly track: (work: Promise<unknown>) => Promise<unknown>;
  /** Something new is known of an order. */
  readonly onChange: (number: string | undefined) => void;
  readonly onEvent: (event: PaymentEvent) => void;
}

/**
 * The real payments server with a store in memory, from its start to its end.
 *
 * What it does by itself (ask Daraja, release, tell the shop) is done by `reconcile()` as soon as something is due, and not by
 * `start()`, which looks every second: so nothing happens between two ticks of a clock that stands still, and a service worker or a
 * test has no timer running while there is nothing to wait for.
 */
export class ServerRun {
  readonly store = new MemoryStore();
  readonly #payments: Payments;
  readonly #clock: Clock;
  readonly #track: ServerRunOptions['track'];
  #reconciling = false;
  #again = false;
  #over = false;
  #timer: unknown;
  #c2b: Promise<string | undefined> | undefined;

  constructor({ daraja, publicUrl, fetch, clock, orders, track, onChange, onEvent }: ServerRunOptions) {
    this.#clock = clock;
    this.#track = track;
    const secret = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16)).join('-');
    this.#payments = createPayments({
      database: { store: this.store },
      daraja,
      publicUrl,
      secret,
      origins: [],
      limits: NO_LIMITS,
      clock,
      fetch: (input, init) => fetch(input instanceof Request ? input.url : String(input), init),
      findOrder: (number) => orders.find(number),
      // A customer of its own for each token, as the server has it by itself; so no token is like another.
      authorize: () => crypto.randomUUID(),
      onEvent,
    });
    this.store.onChange((number) => {
      if (this.#over) return;
      onChange(number);
      this.#reconcile();
    });
  }

  fetch(request: Request): Promise<Response> {
    return this.#payments.fetch(request);
  }

  /** Registers the address at which payments from the phone's own menu are confirmed, once. */
  async registerC2b(): Promise<void> {
    this.#c2b ??= this.#payments.registerC2b();
    if ((await this.#c2b) !== undefined) this.#c2b = undefined;
  }

  /** Answers what is held and does nothing more. */
  stop(): void {
    this.#over = true;
    this.#clock.clearTimeout(this.#timer);
    void this.#payments.stop();
  }

  #reconcile(): void {
    this.#again = true;
    if (this.#reconciling) return;
    this.#reconciling = true;
    void this.#track(this.#rounds());
  }

  async #rounds(): Promise<void> {
    let due: number | undefined;
    do {
      this.#again = false;
      await this.#payments.reconcile();
      due = await this.store.nextDue();
    } while (this.#mustGoOn(due));
    this.#reconciling = false;
    this.#clock.clearTimeout(this.#timer);
    if (this.#over || due === undefined) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#reconcile();
    }, due - this.#clock.now());
  }

  #mustGoOn(due: number | undefined): boolean {
    return !this.#over && (this.#again || (due !== undefined && due <= this.#clock.now()));
  }
}
