import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from './schema.js';

type Work<Result> = (trx: Transaction<Tables>) => Promise<Result>;

interface Waiting {
  /** What to do where all of the group is kept; it has failed by itself where it throws. */
  readonly run: (trx: Transaction<Tables>) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/**
 * The transactions of requests that came while the disk was busy, as one: they wait for it once. Each is kept or fails by
 * itself, and none is answered before all are on the disk.
 */
export class Group {
  readonly #db: Kysely<Tables>;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  transaction<Result>(work: Work<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = async (trx: Transaction<Tables>): Promise<() => void> => {
        const result = await work(trx);
        return () => {
          resolve(result);
        };
      };
      this.#waiting.push({ run, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length) {
      // Whoever is read in the same turn of the event loop comes along.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#commit(this.#waiting.splice(0));
    }
    this.#running = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const after: (() => void)[] = [];
    try {
      await this.#db.transaction().execute(async (trx) => {
        for (const { run, reject } of group) {
          await sql`savepoint one`.execute(trx);
          try {
            after.push(await run(trx));
          } catch (error) {
            // Fails where SQLite has taken all back by itself, as with a full disk: then all have failed.
            await sql`rollback to one`.execute(trx);
            after.push(() => {
              reject(error);
            });
          }
          await sql`release one`.execute(trx);
        }
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const tell of after) tell();
  }
}
