import type { Attempt, Order, PaymentEvent, Transition } from '../payments/attempt.js';
import type { Limit } from '../payments/limits.js';

/** Whether this order may be pushed. */
export type Claim =
  | { readonly kind: 'won' }
  /** Another attempt locks it. */
  | { readonly kind: 'live'; readonly attempt: Attempt }
  /** `attempt` is missing where the order was paid without a prompt. */
  | { readonly kind: 'paid'; readonly attempt: Attempt | undefined }
  /** Too many pushes; nothing was kept. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number };

/** A callback, as it is kept: the phone is masked in `body`. */
export interface StoredCallback {
  readonly attemptId: string;
  /** SHA-256 of the body as it came: a repetition is counted, not kept again. */
  readonly digest: string;
  readonly body: string;
  readonly receivedAt: number;
}

/** A confirmation of a payment without a prompt. */
export interface StoredC2b {
  /** M-Pesa's `TransID`: the same one twice is one payment. */
  readonly transId: string;
  readonly orderId: string | null;
  readonly amount: string;
  readonly reference: string;
  /** Whether it paid the order, or waits for a person. */
  readonly outcome: 'paid' | 'same' | 'review';
  readonly receivedAt: number;
}

/** An event on its way to the shop. */
export interface OutboxEntry {
  readonly event: PaymentEvent;
  /** Failed deliveries. */
  readonly tries: number;
  readonly createdAt: number;
}

/**
 * All that may be done to one order while its lock is held. The writes are kept together or not at all; they are
 * seen by `order` and `attempt` only after the transaction.
 */
export interface OrderTransaction {
  /** As it is under the lock. */
  readonly order: Order;
  attempt(id: string): Promise<Attempt | undefined>;
  /** The order's attempts, oldest first. */
  attempts(): Promise<readonly Attempt[]>;
  /** The attempt that has this `CheckoutRequestID`, of whatever order. */
  attemptWith(checkoutRequestId: string): Promise<string | undefined>;
  /** Whether an attempt of this order has this receipt. */
  hasReceipt(receipt: string): Promise<boolean>;
  addAttempt(attempt: Attempt): Promise<void>;
  /** `lease`: until when the caller held it. The hold ends, unless another has taken it since. */
  saveAttempt(attempt: Attempt, lease: number | null): Promise<void>;
  saveOrder(order: Order): Promise<void>;
  addTransition(transition: Transition): Promise<void>;
  /** Keeps an event unless one with this key was kept before. */
  addEvent(key: string, event: PaymentEvent, now: number): Promise<void>;
  addCallback(callback: StoredCallback): Promise<void>;
  /** False where this payment is known already. */
  addC2b(payment: StoredC2b): Promise<boolean>;
}

/** `undefined`: any order may have changed. `here`: this instance wrote it. */
export type ChangeListener = (orderId: string | undefined, here: boolean) => void;

/** An order and its attempts, oldest first, as they are now. */
export interface OrderView {
  readonly order: Order | undefined;
  readonly attempts: readonly Attempt[];
}

/**
 * Where payments are kept. When a method returns, its writes are durable. If it throws, the database is out of reach, and
 * nobody knows whether it wrote.
 */
export interface Store {
  /** Makes the schema or brings it up to date; safe when several instances start together. */
  migrate(): Promise<void>;
  /** On a database that only one process can have: what the last process held is due at once. */
  takeOver(now: number): Promise<void>;
  /** Throws while the database is out of reach. */
  ping(): Promise<void>;
  /**
   * Locks the order for this attempt if it is neither locked nor paid: one atomic statement. Only a claim that wins
   * counts towards the limits, and one that is over a limit keeps nothing.
   */
  claim(order: Order, attempt: Attempt, limits: readonly Limit[], now: number): Promise<Claim>;
  /**
   * Writes what became of an attempt, if nobody has written it since `before` and its order stays as it is; false where
   * somebody has: then nothing is written. Listeners need not be called: what is due soon and what pages wait for go by `withOrder`.
   * A store in memory calls them all the same, because that costs it nothing.
   */
  advance(before: Attempt, after: Attempt, transition: Transition): Promise<boolean>;
  withOrder<Result>(orderId: string, work: (tx: OrderTransaction) => Promise<Result>): Promise<Result>;
  /** Notes an order's reference and amount, by which a payment without a prompt finds it. */
  rememberOrder(order: Order): Promise<void>;
  /** At most two. With `idKey`, only orders with this number, whatever their letter case and white space. */
  ordersWithReference(key: string, idKey?: string): Promise<readonly Order[]>;
  attempt(id: string): Promise<Attempt | undefined>;
  view(orderId: string): Promise<OrderView>;
  /** Which of these orders have an outcome. */
  settledAmong(orderIds: readonly string[]): Promise<readonly string[]>;
  /** Says that the push is still in flight; false where the attempt has moved on. */
  keepSending(attemptId: string, dueAt: number): Promise<boolean>;
  /** Attempts that are due and held by nobody; they are held until `until`. */
  leaseAttempts(now: number, until: number, count: number): Promise<readonly Attempt[]>;
  /** Holds an attempt for longer; false where it is not, or no more, held until `until`. */
  keepAttempt(id: string, until: number, longer: number): Promise<boolean>;
  /** Events that are due and held by nobody; they are held until `until`. */
  leaseEvents(now: number, until: number, count: number): Promise<readonly OutboxEntry[]>;
  /** When the next attempt or event is due; those that are held now need not count. */
  nextDue(now: number): Promise<number | undefined>;
  eventTold(id: string, now: number): Promise<void>;
  /** The delivery failed; `null` gives it up. */
  eventFailed(id: string, dueAt: number | null): Promise<void>;
  /** Makes an event due again, and holds it until `until`; `undefined` where there is none with this id. */
  replayEvent(id: string, now: number, until: number): Promise<OutboxEntry | undefined>;
  /** Attempts in these states. */
  attemptsIn(states: readonly Attempt['state'][]): Promise<readonly Attempt[]>;
  /** Counts a request. Milliseconds to wait if it is over a limit. */
  count(limits: readonly Limit[], now: number): Promise<number | undefined>;
  /** The sealed Daraja token that all instances share. */
  darajaToken(): Promise<SharedToken | undefined>;
  /** Takes the right to fetch a new one; false while another instance has it. */
  leaseDarajaToken(now: number, until: number): Promise<boolean>;
  saveDarajaToken(token: SharedToken): Promise<void>;
  /** Deletes what has expired. */
  sweep(now: number): Promise<void>;
  /** Calls back for each order of which something new is known. */
  onChange(listener: ChangeListener): void;
  /** How often awaited orders are read again, in case a change was not heard of; `null`: never, since every change is heard of. */
  readonly pollMs: number | null;
  close(): Promise<void>;
}

/** Daraja's token as the database keeps it. */
export interface SharedToken {
  /** Encrypted under the server's secret. */
  readonly sealed: string;
  readonly expiresAt: number;
}
