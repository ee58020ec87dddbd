import { nodeModule } from './node-module.js';

/** All that the server knows of time. Tests and simulations hand in their own; everything is in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970. Moves at the pace of time, whatever the wall clock is set to. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** So much of the time that passes is used to catch up with a wall clock that was set: 0.3 s of a release after 300 s. */
const CATCH_UP = 0.001;

/**
 * The time since 1970 by a wall clock and a clock that is never set. A wall clock that is set moves no deadline: an order
 * whose prompt may be live must not be freed early. A process that is started again takes the wall's time as it is.
 */
export function steadyTime(wall: () => number, elapsed: () => number): () => number {
  let time = wall();
  let last = elapsed();
  return () => {
    const now = elapsed();
    const passed = Math.max(0, now - last);
    last = Math.max(last, now);
    time += passed;
    const most = passed * CATCH_UP;
    time += Math.min(Math.max(wall() - time, -most), most);
    return Math.floor(time);
  };
}

const UPTIME_EVERY_MS = 100;

interface Uptime {
  uptime(): number;
}

/** Milliseconds that have passed, those that the machine slept included where Node can tell. */
function elapsedWithSleep(): () => number {
  const os = nodeModule('node:os') as Uptime | undefined;
  if (!os) return () => performance.now();
  // The uptime is coarse, and counts sleep: it says how far the fine clock is behind.
  const ahead = (): number => os.uptime() * 1000 - performance.now();
  const first = ahead();
  let slept = 0;
  let lookAt = 0;
  return () => {
    const now = performance.now();
    // Reading the uptime takes longer than all else that is done for the time.
    if (now >= lookAt) {
      lookAt = now + UPTIME_EVERY_MS;
      const more = ahead() - first;
      if (more - slept > 1_000) slept = more;
    }
    return now + slept;
  };
}

export const systemClock: Clock = {
  now: steadyTime(() => Date.now(), elapsedWithSleep()),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** What comes of `work`, or `undefined` where that takes longer than `ms`; it goes on all the same. */
export async function within<Value>(clock: Clock, ms: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: unknown;
  const late = new Promise<undefined>((resolve) => {
    timer = clock.setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
