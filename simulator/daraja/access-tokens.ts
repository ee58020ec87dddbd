import type { SimulationClock } from '../clock.js';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 28;

/** The bearer tokens that Daraja has given out. A new one leaves the earlier ones valid until they expire. */
export class AccessTokens {
  readonly #expiry = new Map<string, number>();
  readonly #clock: SimulationClock;
  readonly #random: () => number;
  #issued = 0;

  constructor(clock: SimulationClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many were given out. */
  get issued(): number {
    return this.#issued;
  }

  issue(lifeSeconds: number): string {
    this.#issued += 1;
    const sequence = this.#issued.toString(36).padStart(4, '0');
    const head = Array.from({ length: LENGTH - sequence.length }, () =>
      CHARACTERS.charAt(Math.floor(this.#random() * CHARACTERS.length)),
    ).join('');
    const token = head + sequence;
    this.#expiry.set(token, this.#clock.now() + lifeSeconds * 1000);
    return token;
  }

  isValid(token: string): boolean {
    const expiry = this.#expiry.get(token);
    return expiry !== undefined && this.#clock.now() < expiry;
  }

  /** Ends the life of every token now. */
  expireAll(): void {
    this.#expiry.clear();
  }

  reset(): void {
    this.#expiry.clear();
    this.#issued = 0;
  }
}
