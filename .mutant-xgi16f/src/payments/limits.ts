/** A limit on one key: `burst` at once, and then one each `intervalMs`. */
export interface Limit {
  readonly key: string;
  readonly burst: number;
  readonly intervalMs: number;
}

/** How much is allowed: `burst` at once, spread over `perSeconds` after that. */
export interface Allowance {
  readonly burst: number;
  readonly perSeconds: number;
}

/** What is limited. Carriers put many customers behind one address: its allowances are wide, the phone's is narrow. */
export interface Limits {
  readonly tokenByAddress: Allowance;
  readonly pushByOrder: Allowance;
  readonly pushBySubject: Allowance;
  readonly pushByAddress: Allowance;
  readonly pushByPhone: Allowance;
  readonly statusBySubject: Allowance;
  readonly statusByAddress: Allowance;
}

export const DEFAULT_LIMITS: Limits = {
  tokenByAddress: { burst: 300, perSeconds: 60 },
  pushByOrder: { burst: 10, perSeconds: 60 },
  pushBySubject: { burst: 20, perSeconds: 60 },
  pushByAddress: { burst: 120, perSeconds: 60 },
  pushByPhone: { burst: 10, perSeconds: 300 },
  statusBySubject: { burst: 600, perSeconds: 60 },
  statusByAddress: { burst: 6000, perSeconds: 60 },
};

/** The limit on `who`, or none where it is not known who asks. */
export function limitOn(limits: Limits, name: keyof Limits, who: string | undefined): Limit[] {
  if (who === undefined) return [];
  const { burst, perSeconds } = limits[name];
  return [{ key: `${name}:${who}`, burst, intervalMs: (perSeconds * 1000) / burst }];
}

/**
 * One count by the generic cell rate algorithm, which needs one number for each key: the time at which the key will
 * have used up nothing. Gives its next value, or how long to wait.
 */
export function countOnce(
  { burst, intervalMs }: Limit,
  freeAt: number | undefined,
  now: number,
): { readonly freeAt: number } | { readonly retryAfterMs: number } {
  // A clock that was set back leaves no key blocked for longer than its own full allowance.
  const from = Math.min(Math.max(freeAt ?? now, now), now + burst * intervalMs);
  const next = from + intervalMs;
  const over = next - (now + burst * intervalMs);
  return over > 0 ? { retryAfterMs: over } : { freeAt: next };
}

/** Limits that one process keeps to itself. */
export class LocalLimits {
  readonly #freeAt = new Map<string, number>();
  #sweepAt = 1024;

  /** Counts one request on all keys, or on none where one of them is used up: then how long to wait. */
  count(limits: readonly Limit[], now: number): number | undefined {
    const next: [string, number][] = [];
    for (const limit of limits) {
      const counted = countOnce(limit, this.#freeAt.get(limit.key), now);
      if ('retryAfterMs' in counted) return counted.retryAfterMs;
      next.push([limit.key, counted.freeAt]);
    }
    for (const [key, freeAt] of next) this.#freeAt.set(key, freeAt);
    if (this.#freeAt.size > this.#sweepAt) this.#sweep(now);
    return undefined;
  }

  #sweep(now: number): void {
    for (const [key, freeAt] of this.#freeAt) if (freeAt <= now) this.#freeAt.delete(key);
    this.#sweepAt = Math.max(1024, this.#freeAt.size * 2);
  }
}
