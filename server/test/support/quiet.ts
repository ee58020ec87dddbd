import type { Pool, PoolClient } from 'pg';
import { elsewhere } from '../../../test/support/elsewhere.js';

/** Turns of the event loop after which nothing is under way that only waits for its turn. */
const QUIET_TURNS = 25;

let pending = 0;

/** Notes work that is done outside the event loop. */
function track<Value>(work: Promise<Value>): Promise<Value> {
  pending++;
  const done = (): void => {
    pending--;
  };
  work.then(done, done);
  return work;
}

/** Wraps a method that answers with a promise. */
function trackMethod(owner: object, name: string): void {
  const methods = owner as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[name]?.bind(owner);
  if (!original) throw new Error(`There is no method ${name}`);
  methods[name] = (...args) => {
    const result = original(...args);
    return result instanceof Promise ? track(result) : result;
  };
}

/** Notes what a pool of PostgreSQL's is asked. */
export function trackPool(pool: Pool): Pool {
  trackMethod(pool, 'connect');
  pool.on('connect', (client: PoolClient) => {
    trackMethod(client, 'query');
  });
  return pool;
}

/** Resolves when nothing is under way any more but what waits for a clock or another process. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (pending > 0 || elsewhere.pending > 0) quiet = 0;
  }
}

/** Something that waits until the test lets it go on. */
export function gate(): { readonly promise: Promise<void>; resolve(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    promise,
    resolve: () => {
      open();
    },
  };
}
