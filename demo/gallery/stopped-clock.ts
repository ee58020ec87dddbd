/**
 * The page's clock, stopped. What is under way for half a minute or two is shown by setting it ahead, and a countdown looks the
 * same whenever it is looked at. Timers run on: they only ask what time it is.
 */
export class StoppedClock {
  #now: number;

  /** @param start epoch milliseconds */
  constructor(start: number) {
    this.#now = start;
    Date.now = () => this.#now;
    performance.now = () => this.#now - start;
  }

  get now(): number {
    return this.#now;
  }

  /** Sets it ahead, in milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}
