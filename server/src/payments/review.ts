import type { Attempt } from './attempt.js';
import { record, type Ledger } from './context.js';

/** An attempt that waits for a person. */
export interface WaitingAttempt {
  readonly attempt: string;
  readonly order: string;
  readonly state: string;
  /** In shillings, as the order words it. */
  readonly amount: string;
  /** Masked. */
  readonly phone: string;
  /** ISO 8601, when it was sent. */
  readonly since: string;
  /** What Daraja has said of it, if anything. */
  readonly said: string;
}

export interface Decision {
  readonly paid: boolean;
  readonly by: string;
  readonly reason: string;
}

/** `review`, `released`, and where nothing is released by time, what is unclear past its window. */
export async function listWaiting(ledger: Ledger): Promise<readonly WaitingAttempt[]> {
  const attempts = await ledger.store.attemptsIn(['review', 'released', 'unclear']);
  return attempts
    .filter((attempt) => problemWith(ledger, attempt) === undefined)
    .map((attempt) => ({
      attempt: attempt.id,
      order: attempt.orderId,
      state: attempt.state,
      amount: attempt.amount,
      phone: attempt.phoneMasked,
      since: new Date(attempt.createdAt).toISOString(),
      said: [
        attempt.callback && `callback ${attempt.callback.code} ${attempt.callback.desc}`,
        attempt.resultCode !== null && `query ${attempt.resultCode} ${attempt.resultDesc ?? ''}`,
      ]
        .filter(Boolean)
        .join('; '),
    }));
}

/** Decides what waits for a person; `undefined` once it is decided, else why it is not. */
export async function decide(ledger: Ledger, attemptId: string, decision: Decision): Promise<string | undefined> {
  const known = await ledger.store.attempt(attemptId);
  if (!known) return `There is no attempt ${attemptId}`;
  return ledger.store.withOrder(known.orderId, async (tx) => {
    const attempt = (await tx.attempt(attemptId)) ?? known;
    const problem = problemWith(ledger, attempt);
    if (problem === undefined) await record(ledger, tx, attempt, { kind: 'decision', ...decision });
    return problem;
  });
}

function problemWith(
  { clock, rules }: Ledger,
  { id, state, expiresAt, checkoutRequestId }: Attempt,
): string | undefined {
  if (state === 'review' || state === 'released') return undefined;
  if (state !== 'unclear') return `Attempt ${id} is ${state}: there is nothing to decide`;
  if (clock.now() < expiresAt)
    return `The prompt of attempt ${id} may be live until ${new Date(expiresAt).toISOString()}`;
  if (rules.releaseAfterMs !== 'never') return `Attempt ${id} is unclear, and is released by itself`;
  if (checkoutRequestId !== null) return `Attempt ${id} is being asked about`;
  return undefined;
}
