/**
 * The page's time in the hands of a test: it passes as ever, and skips ahead when told to. What only time can bring
 * about then comes at once, and nothing comes early because the machine is slow.
 */
interface Timer {
  due: number;
  readonly run: () => void;
  /** An interval’s. */
  readonly every: number | undefined;
  real: number;
}

type SetTimer = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => number;

export class PageTime {
  readonly #timers = new Map<number, Timer>();
  readonly #setTimeout = window.setTimeout.bind(window) as SetTimer;
  readonly #setInterval = window.setInterval.bind(window);
  readonly #clearTimeout = window.clearTimeout.bind(window);
  readonly #dateNow = Date.now.bind(Date);
  readonly #performanceNow = performance.now.bind(performance);
  #skipped = 0;

  /** Takes the page's clocks and timers; gives back what undoes that. */
  install(): () => void {
    const clear = (id: number): void => {
      this.#clearTimeout(this.#timers.get(id)?.real ?? id);
      this.#timers.delete(id);
    };
    // For good: what was set during a test may be cleared after it.
    Object.assign(window, { clearTimeout: clear, clearInterval: clear });
    Object.assign(window, { setTimeout: this.#set(false), setInterval: this.#set(true) });
    Date.now = () => this.#dateNow() + this.#skipped;
    performance.now = () => this.#now();
    return () => {
      Object.assign(window, { setTimeout: this.#setTimeout, setInterval: this.#setInterval });
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

  #set(repeats: boolean): SetTimer {
    return (callback, ms = 0, ...args) => {
      const wait = Math.max(0, ms);
      const id = this.#setTimeout(() => {
        this.#fire(id);
      }, wait);
      const run = (): void => {
        callback(...args);
      };
      this.#timers.set(id, { due: this.#now() + wait, run, every: repeats ? wait : undefined, real: id });
      return id;
    };
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
    this.#clearTimeout(timer.real);
    if (timer.every === undefined) this.#timers.delete(id);
    else this.#wait(id, timer, this.#now() + timer.every);
    timer.run();
  }

  /** The rest of what waits, waits as much less. */
  #moveTo(now: number): void {
    const by = now - this.#now();
    if (by <= 0) return;
    this.#skipped += by;
    for (const [id, timer] of this.#timers) this.#wait(id, timer, timer.due);
  }

  #wait(id: number, timer: Timer, due: number): void {
    this.#clearTimeout(timer.real);
    timer.due = due;
    timer.real = this.#setTimeout(() => {
      this.#fire(id);
    }, due - this.#now());
  }
}
