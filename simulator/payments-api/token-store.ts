import type { SimulationClock } from '../clock.js';
import type { DarajaClient, DarajaError } from './daraja-client.js';

/** The body of `GET /payments/mpesa/token`: as Daraja gave it, or as stored. */
type TokenBody =
  | { readonly access_token: string; readonly expires_in: string }
  | {
      readonly access_token: string;
      /** Epoch seconds. */
      readonly expiring_time: number;
      /** Seconds, counted from `updated_at` and not from now. */
      readonly expires_in: number;
      /** UTC, with microseconds. */
      readonly updated_at: string;
    };

export type TokenAnswer =
  { readonly ok: true; readonly body: TokenBody } | { readonly ok: false; readonly error: DarajaError | undefined };

interface StoredToken {
  readonly accessToken: string;
  readonly lifeSeconds: number;
  readonly updatedAtMs: number;
}

/** Keeps the most recent access token and renews it once expired. */
export class TokenStore {
  readonly #daraja: DarajaClient;
  readonly #clock: SimulationClock;
  #stored: StoredToken | undefined;
  #renewal: Promise<TokenAnswer> | undefined;

  constructor(daraja: DarajaClient, clock: SimulationClock) {
    this.#daraja = daraja;
    this.#clock = clock;
  }

  /** The stored form while the token lives, else the fresh form of a new one. Requests at one time share one renewal. */
  async get(): Promise<TokenAnswer> {
    const stored = this.#stored;
    if (stored && this.#clock.now() < expiringTime(stored) * 1000) return { ok: true, body: storedForm(stored) };
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** Forgets this token if it is the stored one: Daraja has refused it. */
  forget(accessToken: string): void {
    if (this.#stored?.accessToken === accessToken) this.#stored = undefined;
  }

  reset(): void {
    this.#stored = undefined;
  }

  async #renew(): Promise<TokenAnswer> {
    const answer = await this.#daraja.token();
    if (answer.kind !== 'accepted') return { ok: false, error: answer.kind === 'refused' ? answer.error : undefined };
    const { access_token, expires_in } = answer.body;
    this.#stored = { accessToken: access_token, lifeSeconds: expires_in, updatedAtMs: this.#clock.now() };
    return { ok: true, body: { access_token, expires_in: String(expires_in) } };
  }
}

/** Epoch seconds: `updated_at` plus the life, as in the API's document. */
function expiringTime({ updatedAtMs, lifeSeconds }: StoredToken): number {
  return Math.floor(updatedAtMs / 1000) + lifeSeconds;
}

function storedForm(stored: StoredToken): TokenBody {
  return {
    access_token: stored.accessToken,
    expiring_time: expiringTime(stored),
    expires_in: stored.lifeSeconds,
    updated_at: new Date(stored.updatedAtMs).toISOString().replace('Z', '000Z'),
  };
}
