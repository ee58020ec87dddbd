/**
 * The page's time in the hands of a test: it passes as ever, and skips ahead when told to. What only time can bring
 * about then comes at once, and nothing comes early because the machine is slow.
 */
interface Timer {
  readonly due: number;
  readonly run: () => void;
  real: number;
}

type SetTimeout = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => number;

export class PageTime {
  readonly #timers = new Map<number, Timer>();
  readonly #setTimeout = window.setTimeout.bind(window) as SetTimeout;
  readonly #clearTimeout = window.clearTimeout.bind(window);
  readonly #dateNow = Date.now.bind(Date);
  readonly #performanceNow = performance.now.bind(performance);
  #skipped = 0;

  /** Takes the page's clocks and timers; gives back what undoes that. */
  install(): () => void {
    Object.assign(window, {
      setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        const id = this.#setTimeout(() => {
          this.#fire(id);
        }, ms);
        this.#timers.set(id, {
          due: this.#now() + Math.max(0, ms),
          run: () => {
            callback(...args);
          },
          real: id,
        });
        return id;
      },
      clearTimeout: (id: number) => {
        this.#clearTimeout(this.#timers.get(id)?.real ?? id);
        this.#timers.delete(id);
      },
    });
    Date.now = () => this.#dateNow() + this.#skipped;
    performance.now = () => this.#now();
    return () => {
      Object.assign(window, { setTimeout: this.#setTimeout, clearTimeout: this.#clearTimeout });
      Date.now = this.#dateNow;
      Reflect.deleteProperty(performance, 'now');
    };
  }

  /** Lets so many milliseconds pass at once: what falls due in them comes in order, each with what it brings about. */
  async skip(ms: number, settled: () => Promise<void>): Promise<void> {
    const end = this.#now() + ms;
    await settled();
    for (;;) {
      const next = this.#next();
      if (!next || next[1].due > end) break;
      this.#moveTo(next[1].due);
      this.#fire(next[0]);
      await settled();
    }
    this.#moveTo(end);
  }

  /** Skips to the next timer, if there is one. */
  async next(settled: () => Promise<void>): Promise<void> {
    const next = this.#next();
    await this.skip(next ? Math.max(0, next[1].due - this.#now()) : 0, settled);
  }

  #now(): number {
    return this.#performanceNow() + this.#skipped;
  }

  #next(): [number, Timer] | undefined {
    let first: [number, Timer] | undefined;
    for (const one of this.#timers) if (!first || one[1].due < first[1].due) first = one;
    return first;
  }

  #fire(id: number): void {
    const timer = this.#timers.get(id);
    if (!timer) return;
    this.#timers.delete(id);
    this.#clearTimeout(timer.real);
    timer.run();
  }

  /** The rest of what waits, waits as much less. */
  #moveTo(now: number): void {
    const by = now - this.#now();
    if (by <= 0) return;
    this.#skipped += by;
    for (const [id, timer] of this.#timers) {
      this.#clearTimeout(timer.real);
      timer.real = this.#setTimeout(() => {
        this.#fire(id);
      }, timer.due - now);
    }
  }
}
