import { elsewhere } from './elsewhere.js';
import { nextTurn } from './next-turn.js';

/** The time that the code under test is given: all in milliseconds. */
export interface Clock {
  /** Wall-clock time since the Unix epoch; it may jump. */
  readonly now: () => number;
  /** Time since some fixed moment; it never jumps. */
  readonly monotonic: () => number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
}

export interface FakeClockOptions {
  /** Where the wall clock starts, in epoch milliseconds. */
  now?: number;
  /** Event-loop turns given to pending promises around every timer. Reading a body takes a browser more than microtasks. */
  turns?: number;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** 5 January 2026, 12:00 in Nairobi. */
const DEFAULT_NOW_MS = Date.UTC(2026, 0, 5, 9);
const DEFAULT_TURNS = 12;
/** More timers than this in one `advance` is a loop that would never end. */
const MAX_TIMERS_PER_ADVANCE = 100_000;

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #lastId = 0;
  readonly #turns: number;
  readonly #timers = new Map<number, Timer>();

  constructor({ now = DEFAULT_NOW_MS, turns = DEFAULT_TURNS }: FakeClockOptions = {}) {
    this.#now = now;
    this.#turns = turns;
  }

  // Arrow functions, so that they work when handed on without their object, as the real ones do.
  readonly now = (): number => this.#now;

  readonly monotonic = (): number => this.#monotonic;

  readonly setTimeout = (callback: () => void, ms: number): number => {
    const id = ++this.#lastId;
    this.#timers.set(id, { due: this.#monotonic + (ms > 0 ? ms : 0), callback });
    return id;
  };

  readonly clearTimeout = (id: number): void => {
    this.#timers.delete(id);
  };

  /** How many timers are set and have neither fired nor been cleared. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves both clocks on by `ms`, firing what falls due in order, each with the promises it settles. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.flush();
    for (let fired = 0; ; fired++) {
      if (fired > MAX_TIMERS_PER_ADVANCE) throw new Error('Timers keep setting timers without time passing');
      const next = this.#next();
      if (!next || next.timer.due > end) break;
      this.#timers.delete(next.id);
      this.#moveTo(next.timer.due);
      next.timer.callback();
      await this.flush();
    }
    this.#moveTo(end);
  }

  /** Moves the wall clock alone, as a corrected or a badly set phone does. Nothing fires. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets settled promises, and bodies being read, run their course. No time passes. */
  async flush(): Promise<void> {
    let { started } = elsewhere;
    for (let turn = 0; turn < this.#turns; turn++) {
      // Browsers read bodies on other threads: only a read of one's own waits as long as the reads to be waited for.
      await new Response('x').arrayBuffer();
      await nextTurn();
      // What other threads do is waited for, and then what comes of it.
      if (elsewhere.pending > 0 || elsewhere.started !== started) {
        ({ started } = elsewhere);
        turn = -1;
      }
    }
  }

  #next(): { id: number; timer: Timer } | undefined {
    let next: { id: number; timer: Timer } | undefined;
    // Insertion order decides between timers that fall due together.
    for (const [id, timer] of this.#timers) if (!next || timer.due < next.timer.due) next = { id, timer };
    return next;
  }

  #moveTo(monotonic: number): void {
    if (monotonic <= this.#monotonic) return;
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
