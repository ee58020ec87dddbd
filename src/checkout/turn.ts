/** Only one page at a time may push an order: this is the queue. */

import { sleep, type CheckoutEnvironment } from './environment.js';

/**
 * Browsers carry web storage from one process to the next with a delay of some milliseconds. So a page keeps the lock
 * this long after its last write, and pushes nothing until it has held the lock this long: the page before may have
 * crashed just after it wrote.
 */
export const STORAGE_SYNC_MS = 40;

/**
 * How long a turn that was taken ahead is kept for a press. It is taken at a sign of intent, so that the customer does
 * not wait for {@link STORAGE_SYNC_MS}; the press of another page waits for it.
 */
export const TURN_AHEAD_MS = 2_000;

/**
 * What is done in a turn. It gets a promise that resolves once what other pages have written can be read, and returns
 * true if the lock must be kept until its own writes have reached other pages.
 */
export type TurnTask = (synced: Promise<void>) => Promise<boolean>;

export interface Turns {
  /** Takes the turn for an attempt that may come soon, or keeps the one that was taken. */
  takeAhead(): void;
  /** No attempt will come: the page or the element is left. */
  release(): void;
  /**
   * Runs `task` in its turn. Resolves when it has ended; `false` if the turn never came, because another page holds it
   * for longer than `patienceMs`.
   */
  run(patienceMs: number, task: TurnTask): Promise<boolean>;
}

interface Turn {
  /** Resolves when the task that was given to `decide` has ended. */
  readonly over: Promise<boolean>;
  /** What to do in the turn; `undefined`: nothing. */
  decide(task: TurnTask | undefined): void;
  /** Ends the waiting for it, if it has not begun. */
  giveUp(): void;
}

export function createTurns(environment: CheckoutEnvironment, lockName: string): Turns {
  let ahead: Turn | undefined;
  let timer: number | undefined;

  function begin(): Turn {
    const waiting = new AbortController();
    let decide!: Turn['decide'];
    const decision = new Promise<TurnTask | undefined>((resolve) => {
      decide = resolve;
    });
    const task: TurnTask = async (synced) => (await decision)?.(synced) ?? false;
    return {
      over: takeTurn(environment, lockName, task, waiting.signal),
      decide,
      giveUp() {
        waiting.abort();
      },
    };
  }

  /** The turn that was taken ahead, if it is still kept. */
  function claim(): Turn | undefined {
    const turn = ahead;
    if (timer !== undefined) environment.clearTimeout(timer);
    ahead = timer = undefined;
    return turn;
  }

  function release(): void {
    const turn = claim();
    turn?.decide(undefined);
    turn?.giveUp();
  }

  return {
    takeAhead() {
      ahead = claim() ?? begin();
      timer = environment.setTimeout(release, TURN_AHEAD_MS);
    },
    release,
    run(patienceMs, task) {
      const turn = claim() ?? begin();
      const patience = environment.setTimeout(() => {
        turn.giveUp();
      }, patienceMs);
      turn.decide((synced) => {
        environment.clearTimeout(patience);
        return task(synced);
      });
      return turn.over;
    },
  };
}

/** Runs `task` in a turn. Resolves when it has ended; `false` if `signal` ended the waiting, or another script stole the lock. */
export function takeTurn(
  environment: CheckoutEnvironment,
  lockName: string,
  task: TurnTask,
  signal?: AbortSignal,
): Promise<boolean> {
  let begun = false;
  return new Promise((resolve) => {
    const turn = async (contended: boolean) => {
      begun = true;
      const synced = sleep(environment, STORAGE_SYNC_MS);
      // It had to wait, so another page has probably pushed: its record is read before a token is asked for.
      if (contended) await synced;
      const outlasts = await task(synced).finally(() => {
        resolve(true);
      });
      if (outlasts) await sleep(environment, STORAGE_SYNC_MS);
    };
    environment.lock.exclusive(lockName, turn, signal).catch(() => {
      // A script that steals the lock does not end an attempt that has begun.
      if (!begun) resolve(false);
    });
  });
}
