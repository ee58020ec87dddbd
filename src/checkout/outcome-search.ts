/**
 * How a checkout learns what became of a prompt, or of a payment without one: it polls, it asks once more before another
 * push, and it takes what the page hands in. Here it is decided what is believed; what follows from it is the checkout's.
 */

import { identified, isOutcomeOf, nextAttempt, withOutcome, type OrderRecord } from '../model/attempt.js';
import type { Outcome } from '../model/outcome.js';
import { promptEnd, type CheckoutState } from '../model/state.js';
import type { CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { askLastQuestion, type LastQuestion } from './last-question.js';
import type { AwaitedPayment } from './manual-payment.js';
import type { OrderMemory } from './order-memory.js';
import type { PageOrder } from './page-order.js';
import type { AttemptSettings } from './settings.js';
import {
  FAST_POLLING_MS,
  FIRST_ASK_MS,
  pollStatus,
  POLLING_GRACE_MS,
  type Answer,
  type Poller,
} from './status-poller.js';
import type { StatusQuery } from './status-query.js';

/** An outcome, or that polling ended without one. */
export type Learned = Outcome | 'nothing';

export interface OutcomeHost {
  readonly state: CheckoutState;
  /** What polling goes by. */
  readonly settings: AttemptSettings | undefined;
  /** The element is in the document: a removed one polls for nothing. */
  readonly isConnected: boolean;
  readonly isPushing: boolean;
  /** Milliseconds for which the prompt may still be live. */
  lockedForMs(): number;
  /** The order's record is to become this one, by what was learned. */
  learned(record: OrderRecord, finding: Learned): void;
  /** Hears whether the outcome is being asked for. */
  readonly observer: Pick<CheckoutObserver, 'refresh'>;
}

export interface OutcomeSearch {
  /** The outcome is being asked for, now or as soon as the page is visible. */
  readonly isRunning: boolean;
  /** Polls for what the state awaits, if it awaits anything: at once with a `delayMs` of 0, and otherwise unless it does already. */
  poll(delayMs: number): void;
  /**
   * A prompt past its window may have been paid, and this page not told: a paid order must not be pushed again. Resolves
   * with `false` if the customer left meanwhile.
   */
  askBeforePush(settings: AttemptSettings): Promise<boolean>;
  /** Returns whether the outcome is believed. During a push it is kept for later. */
  accept(outcome: Outcome): boolean;
  /** A success that was kept during a push, and what the order's record becomes by it. */
  readonly keptPayment: { readonly outcome: Outcome; readonly record: OrderRecord } | undefined;
  /** The outcomes that were kept during a push; from now on none is. */
  takeKept(): readonly Outcome[];
  /** The element was removed. */
  leave(): void;
}

/** The longest that a backend is asked to hold its answer to a question for the outcome. */
const LONGEST_HOLD_MS = 20_000;
const HOLD_SHARE_OF_TIMEOUT = 2 / 3;

export function createOutcomeSearch(
  environment: CheckoutEnvironment,
  host: OutcomeHost,
  { hold, manual }: PageOrder,
  memory: OrderMemory,
  query: StatusQuery,
): OutcomeSearch {
  /** What is polled for, also after its time is up. */
  let polled: { readonly id: string; readonly poller: Poller } | undefined;
  let question: LastQuestion | undefined;
  let kept: Outcome[] = [];

  function poll(delayMs: number): void {
    // Polling goes on once a press has asked by itself.
    if (question) return;
    const { settings } = host;
    const awaited = host.isConnected && settings?.statusUrl ? awaitedPayment(settings) : undefined;
    if (awaited && awaited.id === polled?.id && delayMs > 0) return;
    stop();
    if (!awaited || !settings) return;
    const { id, leftMs, windowMs } = awaited;
    const windowEnd = environment.monotonic() + leftMs;
    const holdMs = Math.min(LONGEST_HOLD_MS, settings.timeoutMs * HOLD_SHARE_OF_TIMEOUT);
    const poller = pollStatus(environment, {
      delayMs,
      fastUntil: windowEnd - windowMs + FAST_POLLING_MS,
      endsAt: windowEnd + POLLING_GRACE_MS,
      ask: (signal) => ask(settings, Math.floor(holdMs / 1000), signal),
      ended: () => {
        ended(id);
      },
    });
    polled = { id, poller };
  }

  function stop(): void {
    polled?.poller.stop();
    polled = undefined;
  }

  function awaitedPayment({ promptWindowMs }: AttemptSettings): AwaitedPayment | undefined {
    const { state } = host;
    if (state.name === 'requesting' || state.name === 'paid') return undefined;
    const byHand = host.lockedForMs() > 0 ? undefined : manual.awaited();
    const liveUntil = promptEnd(state);
    if (byHand || !liveUntil) return byHand;
    const windowMs = 'liveUntil' in state ? state.liveUntil - state.since : promptWindowMs;
    return { id: String(liveUntil), leftMs: hold.untilMs(liveUntil), windowMs };
  }

  async function ask(by: AttemptSettings, waitS: number, signal: AbortSignal): Promise<Answer> {
    // The page may have cleared its storage: what has to be known in other tabs is written again.
    const record = memory.read();
    const paymentId = isPaidByHand() ? undefined : record?.ids?.paymentId;
    const result = await query.ask(by, paymentId, waitS, signal);
    if (result.kind === 'pending') return result;
    const { outcome } = result;
    // Another page has pushed since: a failure of what was asked about is not that push's.
    const isOfEarlier = outcome.verdict !== 'paid' && memory.read()?.id !== record?.id;
    return { done: !signal.aborted && !isOfEarlier && accept(outcome), answered: true };
  }

  function ended(id: string): void {
    const record = memory.read();
    if (id !== String(promptEnd(host.state))) poll(FIRST_ASK_MS);
    else if (record?.phase === 'prompted') host.learned({ ...record, phase: 'unconfirmed' }, 'nothing');
    else host.observer.refresh();
  }

  /** Whether any success that comes now is of this order. */
  function isPaidByHand(): boolean {
    return manual.isOpen && host.lockedForMs() === 0;
  }

  function accept(outcome: Outcome): boolean {
    if (host.isPushing) {
      kept.push(outcome);
      return false;
    }
    const record = believed(memory.read(), outcome);
    if (record) host.learned(record, outcome);
    return record !== undefined;
  }

  /** What the order's record becomes by an outcome, if that is believed. */
  function believed(record: OrderRecord | undefined, received: Outcome): OrderRecord | undefined {
    const outcome = record ? identified(record, received) : received;
    const isPaid = outcome.verdict === 'paid';
    const now = environment.now();
    // A failure says nothing of a payment without a prompt.
    if (isPaidByHand() && !isPaid) return undefined;
    // It is remembered for a day from now, however old the attempt is.
    if (record && isOutcomeOf(record, outcome)) return { ...withOutcome(record, outcome), since: now };
    if (!manual.isOpen || !isPaid || record?.phase === 'paid') return undefined;
    const unknown = { id: String(environment.random()), phone: '', amount: host.settings?.amount ?? '' };
    return withOutcome(record ?? nextAttempt(undefined, { ...unknown, since: now, liveUntil: now }), outcome);
  }

  return {
    get isRunning() {
      return !!question || (!!polled && !polled.poller.isOver);
    },
    poll,
    async askBeforePush(by) {
      stop();
      question = askLastQuestion(environment, (signal) => ask(by, 0, signal));
      host.observer.refresh();
      const mayGoOn = await question.over;
      question = undefined;
      poll(FIRST_ASK_MS);
      host.observer.refresh();
      return mayGoOn;
    },
    accept,
    get keptPayment() {
      const before = memory.read();
      for (const outcome of kept) {
        const record = outcome.verdict === 'paid' && believed(before, outcome);
        if (record) return { outcome, record };
      }
      return undefined;
    },
    takeKept() {
      const taken = kept;
      kept = [];
      return taken;
    },
    leave() {
      question?.leave();
      stop();
    },
  };
}
