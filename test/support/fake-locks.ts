/** Web Locks of one browser, whose tabs may crash: what a tab held is free again then, and what it waited for, gone. */

interface Waiting {
  readonly tab: object;
  readonly grant: () => void;
}

type Task = (lock: Lock | null) => unknown;

export class FakeLocks {
  readonly #held = new Map<string, object>();
  readonly #queues = new Map<string, Waiting[]>();
  readonly #gone = new Set<object>();
  readonly #stolen = new Map<string, (reason: Error) => void>();

  /** The names of the locks that somebody holds. */
  get held(): string[] {
    return [...this.#held.keys()];
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** `navigator.locks` of a tab. */
  of(tab: object): LockManager {
    const request = (name: string, ...rest: [Task] | [LockOptions, Task]): Promise<unknown> => {
      const [options, task] = rest.length === 1 ? [{}, rest[0]] : rest;
      return this.#request(tab, name, options, task);
    };
    return { request, query: () => Promise.resolve({}) } as LockManager;
  }

  /** Another script of the origin takes a lock away from its holder, whose request rejects while its task runs on. */
  steal(name: string): void {
    this.#stolen.get(name)?.(new DOMException('Stolen', 'AbortError'));
    this.#release(name);
  }

  /** The tab has crashed, was closed or has been reloaded. */
  crash(tab: object): void {
    this.#gone.add(tab);
    for (const [name, queue] of this.#queues) {
      this.#queues.set(
        name,
        queue.filter((waiting) => waiting.tab !== tab),
      );
    }
    for (const [name, holder] of this.#held) if (holder === tab) this.#release(name);
  }

  #request(tab: object, name: string, { ifAvailable, signal }: LockOptions, task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new DOMException('Given up', 'AbortError'));
        return;
      }
      const run = async (lock: Lock | null): Promise<void> => {
        await Promise.resolve();
        // What has crashed neither runs nor settles.
        if (this.#gone.has(tab)) return;
        let end: () => void;
        try {
          const result = await task(lock);
          end = () => {
            resolve(result);
          };
        } catch (error) {
          end = () => {
            reject(error instanceof Error ? error : new Error('The task failed'));
          };
        }
        if (this.#gone.has(tab)) return;
        if (lock) this.#release(name);
        end();
      };
      const grant = (): void => {
        this.#held.set(name, tab);
        this.#stolen.set(name, reject);
        signal?.removeEventListener('abort', giveUp);
        void run({ name, mode: 'exclusive' });
      };
      const waiting: Waiting = { tab, grant };
      const giveUp = (): void => {
        const queue = this.#queues.get(name) ?? [];
        if (!queue.includes(waiting)) return;
        this.#queues.set(
          name,
          queue.filter((other) => other !== waiting),
        );
        reject(signal?.reason as Error);
      };
      if (!this.#held.has(name)) grant();
      else if (ifAvailable) void run(null);
      else {
        this.#queues.set(name, [...(this.#queues.get(name) ?? []), waiting]);
        signal?.addEventListener('abort', giveUp);
      }
    });
  }

  #release(name: string): void {
    this.#held.delete(name);
    const [next, ...rest] = this.#queues.get(name) ?? [];
    this.#queues.set(name, rest);
    next?.grant();
  }
}
