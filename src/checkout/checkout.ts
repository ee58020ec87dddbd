/**
 * Runs the attempts of one order, and is the only writer of its state. It outlives the element that shows it: a push
 * that has left is neither aborted nor forgotten, whatever happens to the page around it.
 */

import type { PushResponse } from '../client/push.js';
import { parseResult } from '../client/result.js';
import { awaitsOutcome, closed, isOutcomeOf, nextAttempt, repaired, withOutcome } from '../model/attempt.js';
import type { Attempt, OrderRecord } from '../model/attempt.js';
import { concluded, type AttemptEnd } from '../model/conclusion.js';
import { promptPossible, type PushFailure } from '../model/failure.js';
import type { Outcome } from '../model/outcome.js';
import { maskPhone, type PhoneResult } from '../model/phone.js';
import { canPush, IDLE, next, type CheckoutState, type StateEvent, type StateName } from '../model/state.js';
import type { CheckoutEventDetails, CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { createOrderMemory } from './order-memory.js';
import { emitOutcome } from './outcome-events.js';
import type { Draft } from './page-order.js';
import { createPolling } from './polling.js';
import { createPresence } from './presence.js';
import { createPrefetch } from './prefetch.js';
import { attemptPush, type AttemptHost } from './push-attempt.js';
import type { AttemptSettings, ConfigurationCheck } from './settings.js';
import { FIRST_ASK_MS, type Answer } from './status-poller.js';
import { createStatusQuery } from './status-query.js';
import { createTurns } from './turn.js';

/** One reading of a checkout: what belongs together in it is of one moment. */
export interface Snapshot {
  readonly state: CheckoutState;
  /** Milliseconds for which the prompt of `prompted` or `unconfirmed` keeps another push from leaving. */
  readonly lockedForMs: number;
  /** Whether paying would do anything. */
  readonly canPay: boolean;
  /** Whether the outcome is being asked for. */
  readonly isPolling: boolean;
}

export interface PayRequest extends Pick<ConfigurationCheck, 'orderId' | 'amount' | 'settings' | 'problem'> {
  readonly phone: PhoneResult;
}

export interface Checkout {
  readonly state: CheckoutState;
  snapshot(): Snapshot;
  /** What the customer has typed, shared by all elements of the order in the page. */
  readonly draft: Draft;
  /** An attempt is being decided on or in flight: its element may not go over to another order. */
  readonly isBusy: boolean;
  /** What polling goes by. It does not touch an attempt made from here. */
  configure(settings: AttemptSettings | undefined): void;
  /** Shows what is known of the order, and follows it from now on. */
  connect(): void;
  /** Stops following. A push in flight goes on. */
  disconnect(): void;
  /** Asks ahead of time for what a payment will need; if the page is hidden, once it is visible. */
  prefetch(settings: AttemptSettings): void;
  /** At a sign of intent: what `prefetch` does, and it takes the order's turn, so that a press need not wait for it. */
  prepare(settings: AttemptSettings): void;
  /** Checks configuration, phone, lock and veto, in this order, and asks for the PIN prompt. Resolves when the push is over; never rejects. */
  pay(request: PayRequest): Promise<void>;
  /** Back to `idle` from `failed`, or from `unconfirmed` once its prompt is dead. Otherwise it changes nothing. */
  reset(): void;
  /** Takes an outcome that the page has learned by itself. Throws a `TypeError` for a value of no known shape. */
  settle(result: unknown): void;
}

/** The longest an attempt lasts: a token, a push, and both again if the token had expired. */
const REQUESTS_PER_ATTEMPT = 4;

/** The longest that a backend is asked to hold its answer to a question for the outcome. */
const LONGEST_HOLD_MS = 20_000;
const HOLD_SHARE_OF_TIMEOUT = 2 / 3;

/** How long a press waits for the answer to a last question. */
const LAST_ASK_TIMEOUT_MS = 5_000;

/** An outcome, or that polling ended without one. */
type Learned = Outcome | 'nothing';

/** @param key identifies the order at its push endpoint; `''` if the configuration names no order */
export function createCheckout(
  key: string,
  orderId: string,
  environment: CheckoutEnvironment,
  observer: CheckoutObserver,
): Checkout {
  const { store, lock, page } = environment;
  const { hold, draft, connected, told: toldInPage } = environment.inPage(key);
  const lockName = `vitumob-pay:${key}`;
  const memory = createOrderMemory(store, key, syncWithRecord);
  const presence = createPresence(lock, `vitumob-pay-presence:${key}`);
  const prefetch = createPrefetch(environment);
  const turns = createTurns(environment, lockName);
  const query = createStatusQuery(environment);
  const polling = createPolling(environment, { ask, ended: pollingEnded });

  const self = {
    observer,
    get isPushing() {
      return stage === 'pushing';
    },
  };

  let state = IDLE;
  let settings: AttemptSettings | undefined;
  /** The attempt that was made from here: its outcome is emitted here. */
  let ownAttempt: (Attempt & { readonly id: string }) | undefined;
  let lastOwnRecord: OrderRecord | undefined;
  /** The record whose outcome was emitted here in place of the page that pushed. */
  let told: OrderRecord | undefined;
  /**
   * `checking`: a press asks for the outcome once more. `asking`: listeners of `push-request` decide. `pushing`: until
   * the state after `requesting` is known.
   */
  let stage: 'none' | 'checking' | 'asking' | 'pushing' = 'none';
  let disconnectors: (() => void)[] | undefined;
  let postponedPrefetch: AttemptSettings | undefined;
  /** Outcomes that arrived while a push was in flight. */
  let early: Outcome[] = [];

  // State

  function lockedForMs(): number {
    return 'liveUntil' in state ? hold.leftMs(state.liveUntil) : 0;
  }

  function snapshot(): Snapshot {
    const locked = lockedForMs();
    const isPolling = polling.isRunning || stage === 'checking';
    return { state, lockedForMs: locked, canPay: canPush(state, locked), isPolling };
  }

  function apply(event: StateEvent): void {
    const previous = state;
    state = next(previous, event, lockedForMs());
    if (state === previous) return;
    const isNewPrompt = promptEnd(state) !== promptEnd(previous);
    lockedForMs();
    observer.changed(previous);
    // M-Pesa sometimes reports failures of prompts that were paid, so those are polled immediately.
    if (isNewPrompt || state.name !== previous.name) poll(state.name === 'failed' ? 0 : FIRST_ASK_MS);
  }

  function isOwn(record: OrderRecord | undefined): boolean {
    return !!ownAttempt && ownAttempt.id === record?.id;
  }

  /** Goes where the record of the order leads, and emits what belongs to that. */
  function syncWithRecord(learned?: Learned): void {
    const stored = memory.read();
    if (!stored || stage === 'pushing') return;
    const restored = repaired(stored, {
      paid: state.name === 'paid' ? state : undefined,
      told,
      live: !isOwn(stored) && lastOwnRecord && isLive(lastOwnRecord) ? lastOwnRecord : undefined,
    });
    const record = restored ? memory.write(restored) : stored;
    if (isOwn(record)) lastOwnRecord = record;
    if (!memory.isNews(record)) return;
    if (!isOwn(record) && !record.isTold) presence.end();
    const previous = state.name;
    const attempt = attemptOf(record);
    apply({ type: 'recorded', attempt, record });
    if (state.name === previous) return;
    const outcome = learned === 'nothing' ? undefined : learned;
    // The page that sent the push emits its outcome. If that page is gone, the one that learned of it does.
    const isHere = !!disconnectors || !!learned;
    if (isOwn(record) && isHere && !record.isTold) tell(previous, record, outcome);
    else if (learned) void tellInstead(previous, record, outcome);
  }

  async function tellInstead(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): Promise<void> {
    const { name } = state;
    if (!(await presence.claim())) return;
    const newest = memory.read();
    if (state.name !== name || newest?.id !== record.id || newest.isTold) return;
    // The page that sent the push may come back.
    told = memory.write({ ...newest, isTold: true });
    tell(previous, record, outcome);
  }

  /** Once in a page, though several of its elements may have joined one push. */
  function tell(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): void {
    const mark = `${record.id} ${state.name}`;
    if (toldInPage.has(mark)) return;
    toldInPage.add(mark);
    emitOutcome(emit, previous, state, record, outcome);
  }

  /** Events of an element that was removed fire on another one of the order, if there is one in the document. */
  function emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable = false,
  ): boolean {
    const other = disconnectors ? undefined : [...connected].find(({ isPushing }) => !isPushing);
    return (other?.observer ?? observer).emit(type, detail, cancelable);
  }

  /** The strings of a record's attempt, the phone number in full if the attempt was made from here. */
  function attemptOf(record: OrderRecord): Attempt {
    const { phone, amount } = ownAttempt && isOwn(record) ? ownAttempt : record;
    return { orderId, phone, amount };
  }

  function isLive(record: OrderRecord): boolean {
    return awaitsOutcome(record) && hold.leftMs(record.liveUntil) > 0;
  }

  function announcePresence(): void {
    if (isOwn(memory.record) && disconnectors) presence.announce();
  }

  /** Not while the push would be held back, nor while nobody looks. */
  function startPrefetch(by: AttemptSettings): void {
    postponedPrefetch = page.hidden ? by : undefined;
    if (!page.hidden && page.online && snapshot().canPay) prefetch.start(by);
  }

  // One attempt

  async function runAttempt(attempt: Attempt, by: AttemptSettings): Promise<void> {
    const id = String(environment.random());
    let before: OrderRecord | undefined;
    let sent: OrderRecord | undefined;
    const host: AttemptHost = {
      findOther() {
        const record = memory.read();
        return record && (record.phase === 'paid' || isLive(record)) ? record : undefined;
      },
      takeToken: () => prefetch.takeToken(by),
      renewToken: () => prefetch.newToken(by),
      sending(token) {
        query.use(token);
        if (!sent) before = memory.record;
        const since = environment.now();
        const liveUntil = since + by.timeoutMs + by.promptWindowMs;
        const phone = maskPhone(attempt.phone);
        // Written before the push leaves, so that a crash between sending and answering is remembered.
        sent = memory.write(nextAttempt(before, { id, phone, amount: attempt.amount, since, liveUntil }));
        ownAttempt = { ...attempt, id };
        hold.leftMs(liveUntil);
        announcePresence();
      },
      mayRenew: (darajaError, willRetry) => emit('token-expired', { ...attempt, darajaError, willRetry }, willRetry),
    };
    settings = by;
    stage = 'pushing';
    apply({ type: 'started', attempt });
    const patienceMs = REQUESTS_PER_ATTEMPT * by.timeoutMs;
    const hadTurn = await turns.run(patienceMs, async (synced) => {
      const end = await attemptPush(attempt, by, environment, host, synced);
      conclude(end, { attempt, sent, promptWindowMs: by.promptWindowMs });
      return lockedForMs() > 0;
    });
    if (hadTurn) return;
    // Another page has held the order's turn for longer than any attempt lasts: it may have pushed.
    const failure = { reason: 'timeout', message: 'another page does not let go of this order' } as const;
    conclude({ kind: 'unanswered', failure }, { attempt, sent, promptWindowMs: by.promptWindowMs });
  }

  /** Write, show, emit: in this order. What came in meanwhile counts once the end has been emitted. */
  function conclude(
    end: AttemptEnd<PushResponse>,
    context: { attempt: Attempt; sent: OrderRecord | undefined; promptWindowMs: number },
  ): void {
    const { attempt, write, event, failure } = concluded(end, {
      ...context,
      record: memory.read(),
      now: environment.now(),
    });
    if (end.kind === 'joined') ownAttempt = { ...attempt, id: end.record.id };
    if (write) memory.write(write);
    lastOwnRecord = write ?? (end.kind === 'refused' ? undefined : lastOwnRecord);
    apply(event);
    stage = 'none';
    const held = early;
    early = [];
    announcePresence();
    if (failure) emitFailure(attempt, failure);
    else emitSuccess(attempt, end);
    syncWithRecord();
    // A listener may have begun another attempt: a failure of this one is none of that one's.
    const isFree = () => stage !== 'pushing';
    for (const outcome of held) if (isFree() || outcome.verdict === 'paid') acceptOutcome(outcome);
  }

  function emitSuccess(attempt: Attempt, end: AttemptEnd<PushResponse>): void {
    const ids = end.kind === 'accepted' ? end.ids : end.kind === 'joined' ? end.record.ids : undefined;
    if (!ids) return;
    const { paymentId: payment_id, checkoutRequestId: CheckoutRequestID } = ids;
    const rebuilt = { payment_id, daraja_response: { CheckoutRequestID, ResponseCode: '0' } };
    emit('push-success', { ...attempt, ...ids, response: end.kind === 'accepted' ? end.response : rebuilt });
  }

  function emitFailure(attempt: Attempt, { reason, message, status, darajaError }: PushFailure): void {
    const possible = promptPossible(reason);
    emit('push-failure', { ...attempt, reason, promptPossible: possible, status, darajaError, message });
  }

  /** An attempt that ends before it begins. */
  function refuse(attempt: Attempt, failure: PushFailure): void {
    apply({ type: 'refused', attempt, failure, successPossibleUntil: 0 });
    emitFailure(attempt, failure);
  }

  // The outcome

  function poll(delayMs: number): void {
    // Polling goes on once a press has asked by itself.
    if (stage === 'checking') return;
    const liveUntil = promptEnd(state);
    if (!disconnectors || !settings?.statusUrl || !liveUntil) {
      polling.stop();
      return;
    }
    const windowMs = 'liveUntil' in state ? state.liveUntil - state.since : settings.promptWindowMs;
    polling.start(settings, { liveUntil, leftMs: hold.untilMs(liveUntil), windowMs }, delayMs);
  }

  function ask(by: AttemptSettings, signal: AbortSignal): Promise<Answer> {
    const holdMs = Math.min(LONGEST_HOLD_MS, by.timeoutMs * HOLD_SHARE_OF_TIMEOUT);
    return askOnce(by, Math.floor(holdMs / 1000), signal);
  }

  async function askOnce(by: AttemptSettings, waitS: number, signal: AbortSignal): Promise<Answer> {
    const result = await query.ask(by, memory.record?.ids?.paymentId, waitS, signal);
    if (result.kind === 'pending') return result;
    return { done: !signal.aborted && acceptOutcome(result.outcome), answered: true };
  }

  function pollingEnded(): void {
    const record = memory.read();
    if (record?.phase === 'prompted') recordOutcome({ ...record, phase: 'unconfirmed' }, 'nothing');
    // The screen says whether the outcome is still being asked for.
    else observer.refresh();
  }

  /**
   * A prompt past its window may have been paid, and this page not told: a paid order must not be pushed again. Returns
   * `false` if the customer has left meanwhile: nothing is pushed behind their back.
   */
  async function askBeforePush(by: AttemptSettings): Promise<boolean> {
    stage = 'checking';
    polling.stop();
    observer.refresh();
    const waiting = new AbortController();
    let isLeft = false;
    const leave = () => {
      isLeft = true;
      waiting.abort();
    };
    const timer = environment.setTimeout(() => {
      waiting.abort();
    }, LAST_ASK_TIMEOUT_MS);
    const unsubscribe = page.subscribe({ wake: () => undefined, hide: leave, sleep: leave });
    disconnectors?.push(leave);
    await askOnce(by, 0, waiting.signal);
    environment.clearTimeout(timer);
    unsubscribe();
    stage = 'none';
    poll(FIRST_ASK_MS);
    observer.refresh();
    return !isLeft;
  }

  /** Returns whether the outcome is believed. During a push it is kept for later. */
  function acceptOutcome(outcome: Outcome): boolean {
    if (stage === 'pushing') {
      early.push(outcome);
      return false;
    }
    const record = memory.read();
    if (!record || !isOutcomeOf(record, outcome)) return false;
    // It is remembered for a day from now, however old the attempt is.
    recordOutcome({ ...withOutcome(record, outcome), since: environment.now() }, outcome);
    return true;
  }

  function recordOutcome(record: OrderRecord, learned: Learned): void {
    memory.write(record);
    syncWithRecord(learned);
  }

  return {
    get state() {
      return state;
    },
    get isBusy() {
      return stage !== 'none';
    },
    draft,
    snapshot,
    configure(changed) {
      if (isOwn(memory.record) || stage === 'pushing') return;
      const before = settings;
      settings = changed;
      if (before?.statusUrl !== changed?.statusUrl) poll(0);
    },
    connect() {
      if (disconnectors) return;
      const wake = () => {
        announcePresence();
        syncWithRecord();
        if (postponedPrefetch) startPrefetch(postponedPrefetch);
      };
      // A page that holds a lock is not taken into the back/forward cache.
      const sleep = () => {
        memory.read();
        presence.end();
        turns.release();
      };
      connected.add(self);
      disconnectors = [
        memory.subscribe(),
        page.subscribe({ wake, hide: turns.release, sleep }),
        () => connected.delete(self),
      ];
      announcePresence();
      syncWithRecord();
      poll(0);
    },
    disconnect() {
      for (const disconnect of disconnectors ?? []) disconnect();
      disconnectors = undefined;
      presence.end();
      turns.release();
      polling.stop();
    },
    prefetch: startPrefetch,
    prepare(by) {
      startPrefetch(by);
      if (disconnectors && !page.hidden && stage === 'none' && snapshot().canPay) turns.takeAhead();
    },
    async pay(request) {
      const { settings: by, problem, phone } = request;
      if (stage !== 'none') return;
      syncWithRecord();
      if (state.name === 'paid') return;
      const msisdn = 'msisdn' in phone ? phone.msisdn : '';
      if (!by || problem !== undefined) {
        const { orderId, amount } = request;
        const failure = { reason: 'configuration', message: problem ?? '' } as const;
        if (snapshot().canPay) refuse({ orderId, phone: msisdn, amount }, failure);
        return;
      }
      if ('problem' in phone) {
        observer.showPhoneProblem(phone.problem);
        return;
      }
      if (!snapshot().canPay) return;
      const starting = { orderId, phone: msisdn, amount: by.amount };
      if (by.statusUrl && 'liveUntil' in state && disconnectors && !page.hidden) {
        if (!(await askBeforePush(by)) || !snapshot().canPay) return;
      }
      stage = 'asking';
      const granted = observer.emit('push-request', starting, true);
      stage = 'none';
      if (granted && snapshot().canPay) await runAttempt(starting, by);
    },
    reset() {
      const before = state;
      apply({ type: 'reset' });
      if (state === before || before.name !== 'unconfirmed') return;
      const record = memory.read();
      if (record) memory.write(closed(record));
    },
    settle(result) {
      const parsed = parseResult(result);
      if (parsed.kind === 'unknown') {
        throw new TypeError('settle() takes a callback, a query’s answer, or {result_code, …}');
      }
      if (parsed.kind === 'outcome') acceptOutcome(parsed.outcome);
    },
  };
}

/** When the prompt's window ends, or that of a success against a failure; 0 if there is no outcome to wait for. */
function promptEnd(state: CheckoutState): number {
  if (state.name === 'failed') return state.successPossibleUntil;
  return 'liveUntil' in state ? state.liveUntil : 0;
}
