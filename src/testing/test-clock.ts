import type { SimulationClock } from '../../simulator/clock.js';

interface Timer {
  /** Epoch milliseconds. */
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved; what is due at once happens at once, without a real timer. */
export class TestClock implements SimulationClock {
  #now = Date.now();
  #lastId = 0;
  readonly #timers = new Map<number, Timer>();
  readonly #busy = new Set<Promise<unknown>>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): number {
    const id = ++this.#lastId;
    this.#timers.set(id, { due: this.#now + ms, callback });
    // Not by queueMicrotask, which a test may have faked.
    if (ms <= 0)
      void this.track(
        Promise.resolve().then(() => {
          this.#fire(id);
        }),
      );
    return id;
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id);
  }

  /** What has to be over before time moves on. Passes the promise on. */
  track<T>(work: Promise<T>): Promise<T> {
    const over: Promise<boolean> = work.then(
      () => this.#busy.delete(over),
      () => this.#busy.delete(over),
    );
    this.#busy.add(over);
    return work;
  }

  /** Resolves once nothing is under way. */
  async quiet(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  /** Moves on by `ms`. All that falls due happens in its order, each thing to its end before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.quiet();
    for (let id = this.#next(end); id !== undefined; id = this.#next(end)) {
      this.#now = Math.max(this.#now, this.#timers.get(id)?.due ?? 0);
      this.#fire(id);
      await this.quiet();
    }
    // Another call may have moved further meanwhile.
    this.#now = Math.max(this.#now, end);
  }

  /** The first timer that is due by then. */
  #next(end: number): number | undefined {
    const due = [...this.#timers].filter(([, timer]) => timer.due <= end);
    return due.sort(([, a], [, b]) => a.due - b.due)[0]?.[0];
  }

  #fire(id: number): void {
    const timer = this.#timers.get(id);
    this.#timers.delete(id);
    timer?.callback();
  }
}
