import { referenceKey, type Attempt, type Order, type PaymentEvent, type Transition } from '../payments/attempt.js';
import { LocalLimits } from '../payments/limits.js';
import type { Limit } from '../payments/limits.js';
import { blankOrder } from './orders.js';
import type {
  ChangeListener,
  Claim,
  OrderTransaction,
  OrderView,
  OutboxEntry,
  SharedToken,
  Store,
  StoredC2b,
  StoredCallback,
} from './store.js';

interface Outgoing extends OutboxEntry {
  readonly dueAt: number | null;
  readonly leaseUntil: number;
}

/** Keeps payments for as long as the page or process lives: for tests, demos and simulations. Needs nothing of Node's. */
export class MemoryStore implements Store {
  readonly pollMs = null;
  readonly #orders = new Map<string, Order>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #leases = new Map<string, number>();
  readonly #transitions: Transition[] = [];
  readonly #callbacks = new Map<string, StoredCallback>();
  readonly #c2b = new Map<string, StoredC2b>();
  readonly #eventKeys = new Set<string>();
  readonly #outbox = new Map<string, Outgoing>();
  readonly #limits = new LocalLimits();
  readonly #listeners: ChangeListener[] = [];
  #token: SharedToken | undefined;
  #tokenLease = 0;
  /** Transactions run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  migrate(): Promise<void> {
    return Promise.resolve();
  }

  takeOver(): Promise<void> {
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  claim(order: Order, attempt: Attempt, limits: readonly Limit[], now: number): Promise<Claim> {
    return this.#alone<Claim>(() => {
      const known = this.#orders.get(order.id);
      if (known && (known.paidAttempt !== null || known.paidReceipt !== null)) {
        return { kind: 'paid', attempt: this.#attempts.get(known.paidAttempt ?? '') };
      }
      const live = this.#attempts.get(known?.liveAttempt ?? '');
      if (live) return { kind: 'live', attempt: live };
      const retryAfterMs = this.#limits.count(limits, now);
      if (retryAfterMs !== undefined) return { kind: 'limited', retryAfterMs };
      this.#orders.set(order.id, { ...order, liveAttempt: attempt.id });
      this.#attempts.set(attempt.id, attempt);
      this.#transitions.push({
        attemptId: attempt.id,
        from: null,
        to: attempt.state,
        cause: 'push',
        code: null,
        at: now,
      });
      return { kind: 'won' };
    });
  }

  advance(before: Attempt, after: Attempt, transition: Transition): Promise<boolean> {
    return this.#alone(() => {
      const { id, checkoutRequestId } = after;
      if (this.#attempts.get(id)?.version !== before.version) return false;
      if (checkoutRequestId !== null && (this.#attemptWith(checkoutRequestId)?.id ?? id) !== id) {
        throw new Error('The id is another attempt’s');
      }
      this.#attempts.set(id, { ...after, version: before.version + 1 });
      this.#transitions.push(transition);
      this.#changed(after.orderId);
      return true;
    });
  }

  withOrder<Result>(orderId: string, work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> {
    return this.#alone(async () => {
      const writes: (() => void)[] = [];
      const later = (write: () => void): Promise<void> => {
        writes.push(write);
        return Promise.resolve();
      };
      const result = await work({
        order: this.#orders.get(orderId) ?? blankOrder(orderId),
        attempt: (id) => Promise.resolve(this.#attempts.get(id)),
        attempts: () => Promise.resolve(this.#attemptsOf(orderId)),
        attemptWith: (checkoutRequestId) => Promise.resolve(this.#attemptWith(checkoutRequestId)?.id),
        hasReceipt: (receipt) =>
          Promise.resolve(this.#attemptsOf(orderId).some((attempt) => attempt.receipt === receipt)),
        addAttempt: (attempt) => later(() => this.#attempts.set(attempt.id, attempt)),
        saveAttempt: (attempt, lease) => {
          const { id, checkoutRequestId } = attempt;
          const isNew = checkoutRequestId !== null && checkoutRequestId !== this.#attempts.get(id)?.checkoutRequestId;
          if (isNew && this.#attemptWith(checkoutRequestId)) throw new Error('The id is another attempt’s');
          return later(() => {
            this.#attempts.set(id, { ...attempt, version: attempt.version + 1 });
            if (this.#leases.get(id) === lease) this.#leases.delete(id);
          });
        },
        saveOrder: (order) => later(() => this.#orders.set(order.id, order)),
        addTransition: (transition) => later(() => this.#transitions.push(transition)),
        addEvent: (key, event, now) =>
          later(() => {
            this.#addEvent(key, event, now);
          }),
        addCallback: (callback) =>
          later(() => this.#callbacks.set(`${callback.attemptId} ${callback.digest}`, callback)),
        addC2b: async (payment) => {
          if (this.#c2b.has(payment.transId)) return false;
          await later(() => this.#c2b.set(payment.transId, payment));
          return true;
        },
      });
      for (const write of writes) write();
      this.#changed(orderId);
      return result;
    });
  }

  rememberOrder(order: Order): Promise<void> {
    if (!this.#orders.has(order.id)) this.#orders.set(order.id, order);
    return Promise.resolve();
  }

  ordersWithReference(key: string, idKey?: string): Promise<readonly Order[]> {
    const found = [...this.#orders.values()].filter(
      ({ id, referenceKey: known }) => known === key && (idKey === undefined || referenceKey(id) === idKey),
    );
    return Promise.resolve(found);
  }

  attempt(id: string): Promise<Attempt | undefined> {
    return Promise.resolve(this.#attempts.get(id));
  }

  #attemptWith(checkoutRequestId: string): Attempt | undefined {
    return [...this.#attempts.values()].find((attempt) => attempt.checkoutRequestId === checkoutRequestId);
  }

  /** All attempts, oldest first. */
  attempts(): Promise<readonly Attempt[]> {
    return Promise.resolve([...this.#attempts.values()]);
  }

  view(orderId: string): Promise<OrderView> {
    return Promise.resolve({ order: this.#orders.get(orderId), attempts: this.#attemptsOf(orderId) });
  }

  settledAmong(orderIds: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(orderIds);
  }

  keepSending(attemptId: string, dueAt: number): Promise<boolean> {
    const attempt = this.#attempts.get(attemptId);
    if (attempt?.state !== 'sending') return Promise.resolve(false);
    if (attempt.checkoutRequestId === null) this.#attempts.set(attemptId, { ...attempt, dueAt });
    return Promise.resolve(true);
  }

  leaseAttempts(now: number, until: number, count: number): Promise<readonly Attempt[]> {
    const due = [...this.#attempts.values()]
      .filter(({ id, dueAt }) => dueAt !== null && dueAt <= now && (this.#leases.get(id) ?? 0) <= now)
      .slice(0, count);
    for (const { id } of due) this.#leases.set(id, until);
    return Promise.resolve(due);
  }

  keepAttempt(id: string, until: number, longer: number): Promise<boolean> {
    if (this.#leases.get(id) !== until) return Promise.resolve(false);
    this.#leases.set(id, longer);
    return Promise.resolve(true);
  }

  leaseEvents(now: number, until: number, count: number): Promise<readonly OutboxEntry[]> {
    const due = [...this.#outbox.values()]
      .filter(({ dueAt, leaseUntil }) => dueAt !== null && dueAt <= now && leaseUntil <= now)
      .slice(0, count);
    for (const entry of due) this.#outbox.set(entry.event.id, { ...entry, leaseUntil: until });
    return Promise.resolve(due);
  }

  nextDue(): Promise<number | undefined> {
    const times = [
      ...[...this.#attempts.values()].map(({ id, dueAt }) => dueAt && Math.max(dueAt, this.#leases.get(id) ?? 0)),
      ...[...this.#outbox.values()].map(({ dueAt, leaseUntil }) => dueAt && Math.max(dueAt, leaseUntil)),
    ].filter((at) => at !== null);
    return Promise.resolve(times.length ? Math.min(...times) : undefined);
  }

  eventTold(id: string): Promise<void> {
    return this.#changeEvent(id, (entry) => ({ ...entry, dueAt: null, leaseUntil: 0 }));
  }

  eventFailed(id: string, dueAt: number | null): Promise<void> {
    return this.#changeEvent(id, (entry) => ({ ...entry, tries: entry.tries + 1, dueAt, leaseUntil: 0 }));
  }

  async replayEvent(id: string, now: number, until: number): Promise<OutboxEntry | undefined> {
    await this.#changeEvent(id, (entry) => ({ ...entry, tries: 0, createdAt: now, dueAt: now, leaseUntil: until }));
    return this.#outbox.get(id);
  }

  attemptsIn(states: readonly Attempt['state'][]): Promise<readonly Attempt[]> {
    return Promise.resolve([...this.#attempts.values()].filter(({ state }) => states.includes(state)));
  }

  count(limits: readonly Limit[], now: number): Promise<number | undefined> {
    return Promise.resolve(this.#limits.count(limits, now));
  }

  darajaToken(): Promise<SharedToken | undefined> {
    return Promise.resolve(this.#token);
  }

  leaseDarajaToken(now: number, until: number): Promise<boolean> {
    if (this.#tokenLease > now) return Promise.resolve(false);
    this.#tokenLease = until;
    return Promise.resolve(true);
  }

  saveDarajaToken(token: SharedToken): Promise<void> {
    this.#token = token;
    this.#tokenLease = 0;
    return Promise.resolve();
  }

  sweep(): Promise<void> {
    return Promise.resolve();
  }

  #changed(orderId: string): void {
    for (const listener of this.#listeners) listener(orderId, true);
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #attemptsOf(orderId: string): Attempt[] {
    return [...this.#attempts.values()].filter((attempt) => attempt.orderId === orderId);
  }

  #addEvent(key: string, event: PaymentEvent, now: number): void {
    if (this.#eventKeys.has(key)) return;
    this.#eventKeys.add(key);
    this.#outbox.set(event.id, { event, tries: 0, createdAt: now, dueAt: now, leaseUntil: 0 });
  }

  #changeEvent(id: string, change: (entry: Outgoing) => Outgoing): Promise<void> {
    const entry = this.#outbox.get(id);
    if (entry) this.#outbox.set(id, change(entry));
    return Promise.resolve();
  }

  #alone<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
