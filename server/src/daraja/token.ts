import { sleep, type Clock } from '../clock.js';
import type { Keys } from '../keys.js';
import type { Store } from '../stores/store.js';
import type { DarajaClient } from './client.js';

/** A token that ends sooner than this is not used any more: a push takes its time. */
const MARGIN_MS = 60_000;
/** An instance has the right to fetch a token for so long after it has to be there. */
const LEASE_BEYOND_MS = 5_000;
const LOOK_AGAIN_MS = 200;

interface Known {
  readonly value: string;
  readonly usableUntil: number;
}

/**
 * Daraja's token, shared by all instances: Daraja may end a token when another is fetched, so that instances with a
 * token each would end each other's. It is kept sealed in the database.
 */
export class DarajaTokens {
  readonly #client: DarajaClient;
  readonly #store: Store;
  readonly #keys: Keys;
  readonly #clock: Clock;
  #known: Known | undefined;
  #refused = '';
  #fetching: Promise<string | undefined> | undefined;

  constructor(client: DarajaClient, store: Store, keys: Keys, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** `undefined` where Daraja gives none. */
  async get(): Promise<string | undefined> {
    if (this.#known && this.#usable(this.#known)) return this.#known.value;
    this.#fetching ??= this.#obtain().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  /** Daraja takes this token no more. */
  refuse(token: string): void {
    this.#refused = token;
    if (this.#known?.value === token) this.#known = undefined;
  }

  async #obtain(): Promise<string | undefined> {
    const leaseMs = this.#client.tokenWithinMs + LEASE_BEYOND_MS;
    const giveUpAt = this.#clock.now() + leaseMs;
    for (;;) {
      // Another instance may have a newer one already.
      const shared = await this.#shared();
      if (shared) return this.#keep(shared);
      const now = this.#clock.now();
      if (await this.#store.leaseDarajaToken(now, now + leaseMs)) {
        // One that another has fetched, and let go of the lease, between the look and this.
        const newer = await this.#shared();
        return newer ? this.#share(newer) : this.#fetch();
      }
      if (now >= giveUpAt) return undefined;
      await sleep(this.#clock, LOOK_AGAIN_MS);
    }
  }

  async #shared(): Promise<Known | undefined> {
    const row = await this.#store.darajaToken();
    if (!row) return undefined;
    const value = await this.#keys.open(row.sealed);
    if (value === undefined) return undefined;
    const known = { value, usableUntil: row.expiresAt };
    return this.#usable(known) ? known : undefined;
  }

  async #fetch(): Promise<string | undefined> {
    const token = await this.#client.token();
    const now = this.#clock.now();
    if (!token) {
      await this.#store.saveDarajaToken({ sealed: '', expiresAt: 0 });
      return undefined;
    }
    // A short life is used for half of it.
    const usableUntil = now + Math.max(token.lifeMs - MARGIN_MS, token.lifeMs / 2);
    return this.#share({ value: token.value, usableUntil });
  }

  /** Writes it for the other instances, and lets go of the lease. */
  async #share({ value, usableUntil }: Known): Promise<string> {
    await this.#store.saveDarajaToken({ sealed: await this.#keys.seal(value), expiresAt: Math.floor(usableUntil) });
    return this.#keep({ value, usableUntil });
  }

  #usable({ value, usableUntil }: Known): boolean {
    return value !== this.#refused && this.#clock.now() < usableUntil;
  }

  #keep(known: Known): string {
    this.#known = known;
    return known.value;
  }
}
