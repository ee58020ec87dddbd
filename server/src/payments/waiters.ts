import { sleep } from '../clock.js';
import type { Context } from './context.js';

/** More are not held but answered at once: each holds a connection. */
const MAX_HELD = 10_000;
const CHUNK = 500;

interface WaitRequest {
  readonly orderId: string;
  readonly ms: number;
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** Requests that wait for something to become known of an order. */
export class Waiters {
  readonly #context: Context;
  readonly #waiting = new Map<string, Set<() => void>>();
  #held = 0;
  #stopped = false;
  #poll: unknown;

  constructor(context: Context) {
    this.#context = context;
    context.store.onChange((orderId) => {
      if (orderId === undefined) this.#wakeAll();
      else this.#wake(orderId);
    });
  }

  /** Asks `read` again at each change, until it is `done`, the time is over, or nobody waits any more. */
  async wait<Value>(
    { orderId, ms, signal }: WaitRequest,
    read: () => Promise<Value>,
    done: (value: Value) => boolean,
    first: Value,
  ): Promise<Value> {
    if (this.#stopped || this.#held >= MAX_HELD) return first;
    const { clock, metrics } = this.#context;
    const until = clock.now() + ms;
    metrics.gauge('held', ++this.#held);
    this.#pollLater();
    try {
      for (;;) {
        const change = new AbortController();
        const leave = this.#join(orderId, () => {
          change.abort();
        });
        const gone = (): void => {
          change.abort();
        };
        signal.addEventListener('abort', gone);
        try {
          // Read after joining: what changes from now on wakes us.
          const value = await read();
          const left = until - clock.now();
          if (done(value) || left <= 0 || this.#isOver(signal)) return value;
          await sleep(clock, left, change.signal);
        } finally {
          leave();
          signal.removeEventListener('abort', gone);
        }
      }
    } finally {
      metrics.gauge('held', --this.#held);
    }
  }

  /** Answers all that wait with what is known. */
  stop(): void {
    this.#stopped = true;
    this.#context.clock.clearTimeout(this.#poll);
    this.#wakeAll();
  }

  #isOver(signal: AbortSignal): boolean {
    return this.#stopped || signal.aborted;
  }

  #join(orderId: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(orderId) ?? new Set();
    this.#waiting.set(orderId, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (!waiting.size && this.#waiting.get(orderId) === waiting) this.#waiting.delete(orderId);
    };
  }

  #wake(orderId: string): void {
    for (const wake of this.#waiting.get(orderId) ?? []) wake();
  }

  #wakeAll(): void {
    for (const orderId of this.#waiting.keys()) this.#wake(orderId);
  }

  /** Finds what another instance has learned, if its notification was lost. */
  #pollLater(): void {
    const { store, clock } = this.#context;
    if (store.pollMs === null || this.#poll !== undefined) return;
    this.#poll = clock.setTimeout(() => {
      void this.#look().finally(() => {
        this.#poll = undefined;
        if (this.#held && !this.#stopped) this.#pollLater();
      });
    }, store.pollMs);
  }

  async #look(): Promise<void> {
    const awaited = [...this.#waiting.keys()];
    try {
      for (let i = 0; i < awaited.length; i += CHUNK) {
        const settled = await this.#context.store.settledAmong(awaited.slice(i, i + CHUNK));
        for (const orderId of settled) this.#wake(orderId);
      }
    } catch {
      // Out of reach: the next look is later. A request whose time is over reads by itself.
    }
  }
}
