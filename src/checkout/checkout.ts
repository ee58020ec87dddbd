/**
 * Runs the attempts of one order, and is the only writer of its state. It outlives the element that shows it: a push
 * that has left is neither aborted nor forgotten, whatever happens to the page around it.
 */

import type { PushResponse } from '../client/push.js';
import { parseResult } from '../client/result.js';
import {
  awaitsOutcome,
  closed,
  nextAttempt,
  repaired,
  withOverwritten,
  type Attempt,
  type OrderRecord,
} from '../model/attempt.js';
import { concluded, type AttemptEnd } from '../model/conclusion.js';
import { promptPossible, type PushFailure } from '../model/failure.js';
import type { Outcome } from '../model/outcome.js';
import { maskPhone, type PhoneResult } from '../model/phone.js';
import {
  canPush,
  IDLE,
  manualLockedForMs,
  next,
  promptEnd,
  type CheckoutState,
  type StateEvent,
} from '../model/state.js';
import type { CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { createOrderMemory } from './order-memory.js';
import { createOutcomeSearch, type Learned } from './outcome-search.js';
import { createPresence } from './presence.js';
import { createPrefetch } from './prefetch.js';
import { attemptPush, type AttemptHost } from './push-attempt.js';
import type { AttemptSettings, ConfigurationCheck } from './settings.js';
import { FIRST_ASK_MS } from './status-poller.js';
import { createStatusQuery } from './status-query.js';
import { createTelling } from './telling.js';
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
  /** Milliseconds until the customer may be offered to pay without a prompt; `Infinity` in a state that never offers it. */
  readonly manualLockedForMs: number;
}

export interface PayRequest extends Pick<ConfigurationCheck, 'orderId' | 'amount' | 'settings' | 'problem'> {
  readonly phone: PhoneResult;
}

export interface Checkout {
  readonly state: CheckoutState;
  snapshot(): Snapshot;
  /** From the press until the push has ended: its element must not switch to another order. */
  readonly isBusy: boolean;
  /** Sets what polling goes by. An attempt that was made from here keeps its own. */
  configure(settings: AttemptSettings | undefined): void;
  /** Shows what is known of the order, and follows it from now on. */
  connect(): void;
  /** Stops following. A push in flight goes on. */
  disconnect(): void;
  /** Asks ahead of time for what a payment will need; if the page is hidden, once it is visible. */
  prefetch(settings: AttemptSettings): void;
  /** At a sign of intent: what `prefetch` does, and it takes the order's turn, so that a press need not wait for it. */
  prepare(settings: AttemptSettings): void;
  /** The customer has opened the steps of paying without a prompt: for ten minutes any success is this order's. */
  openManual(): void;
  /** Checks configuration, phone and lock, in this order, lets the page cancel `push-request`, and asks for the PIN prompt. Resolves when the push is over; never rejects. */
  pay(request: PayRequest): Promise<void>;
  /** Back to `idle` from `failed`, or from `unconfirmed` once its prompt is dead. Otherwise it changes nothing. */
  reset(): void;
  /** Takes an outcome that the page has learned by itself. Throws a `TypeError` for a value of no known shape. */
  settle(result: unknown): void;
}

/** Requests of the longest attempt: a token, a push, and both again if the token had expired. */
const REQUESTS_PER_ATTEMPT = 4;

/** @param key identifies the order at its push endpoint; `''` if the configuration names no order */
export function createCheckout(
  key: string,
  orderId: string,
  environment: CheckoutEnvironment,
  observer: CheckoutObserver,
): Checkout {
  const { store, lock, page } = environment;
  const order = environment.inPage(key);
  const { hold, manual } = order;
  const lockName = `vitumob-pay:${key}`;
  const memory = createOrderMemory(store, key, (overwritten) => {
    const record = memory.read();
    // A push in flight writes its own record again when it ends.
    const whole = record && overwritten && stage !== 'pushing' ? withOverwritten(record, overwritten) : undefined;
    if (whole) memory.write(whole);
    syncWithRecord();
  });
  const presence = createPresence(lock, `vitumob-pay-presence:${key}`);
  const prefetch = createPrefetch(environment);
  const turns = createTurns(environment, lockName);
  const query = createStatusQuery(environment);

  const self = {
    observer,
    lockedForMs,
    learned(record: OrderRecord, finding: Learned) {
      // In one write with the outcome, so that no other page tells it too.
      const isTold = isOwn(record) && telling.isForUs;
      memory.write({ ...record, isTold });
      syncWithRecord(finding, isTold);
    },
    get settings() {
      return settings;
    },
    get isPushing() {
      return stage === 'pushing';
    },
    get state() {
      return state;
    },
    get isConnected() {
      return !!disconnectors;
    },
    get isOwn() {
      return isOwn(memory.record);
    },
  };
  const telling = createTelling(environment, self, order, memory, presence, lockName);
  const search = createOutcomeSearch(environment, self, order, memory, query);

  let state = IDLE;
  let settings: AttemptSettings | undefined;
  /** Of the attempt that was made from here, or joined: its outcome is emitted here. */
  let ownId: string | undefined;
  let lastOwnRecord: OrderRecord | undefined;
  /** A success that this page was handed while it waited to push. */
  let received: Outcome | undefined;
  /** The record that was followed last. */
  let followed: OrderRecord | undefined;
  /** `asking`: the backend and the listeners of `push-request` may still stop the push. `pushing`: until the state after `requesting` is known. */
  let stage: 'none' | 'asking' | 'pushing' = 'none';
  let disconnectors: (() => void)[] | undefined;
  let postponedPrefetch: AttemptSettings | undefined;

  // State

  function lockedForMs(): number {
    return 'liveUntil' in state ? hold.leftMs(state.liveUntil, state.since) : 0;
  }

  function snapshot(): Snapshot {
    const locked = lockedForMs();
    // Read once a second while a prompt is live: if the page has cleared its storage, that writes it again.
    const record = locked > 0 ? memory.read() : memory.record;
    const blocked = record ? hold.leftMs(record.otherPromptUntil, record.since) : 0;
    return {
      state,
      lockedForMs: locked,
      canPay: canPush(state, locked),
      isPolling: search.isRunning,
      manualLockedForMs: manualLockedForMs(state, locked, blocked),
    };
  }

  function apply(event: StateEvent): void {
    const previous = state;
    state = next(previous, event, lockedForMs());
    if (state === previous) return;
    const isNewPrompt = promptEnd(state) !== promptEnd(previous);
    // Starts the hold's clock.
    lockedForMs();
    observer.changed(previous);
    // M-Pesa sometimes reports failures of prompts that were paid, so after a failure it is asked at once.
    if (isNewPrompt || state.name !== previous.name) search.poll(state.name === 'failed' ? 0 : FIRST_ASK_MS);
  }

  function isOwn(record: OrderRecord | undefined): boolean {
    return !!record && record.id === ownId;
  }

  /** Goes where the record of the order leads, and emits what belongs to that. */
  function syncWithRecord(learned?: Learned, tellsNow = false): void {
    const stored = memory.read();
    if (!stored) return;
    const isFollowed = ({ id }: OrderRecord) => id === followed?.id;
    if (stage === 'pushing') {
      // The page that was first answers for the order.
      if (!isOwn(stored) && !isFollowed(stored) && awaitsOutcome(stored)) presence.end();
      return;
    }
    const restored = repaired(stored, {
      paid: state.name === 'paid' ? state : undefined,
      told: telling.told,
      live: !isOwn(stored) && lastOwnRecord && isLive(lastOwnRecord) ? lastOwnRecord : undefined,
    });
    const record = restored ? memory.write(restored) : stored;
    if (isOwn(record)) lastOwnRecord = record;
    if (!memory.isNews(record)) return;
    if (!isOwn(record) && !isFollowed(record)) presence.end();
    // A page whose clock was set back has dated it anew: the lock lasts at least as long as before.
    if (followed && isFollowed(record) && followed.phase === record.phase) {
      hold.keep(record.liveUntil, hold.untilMs(followed.liveUntil));
    }
    followed = record;
    const previous = state.name;
    const attempt = attemptOf(record);
    apply({ type: 'recorded', attempt, record });
    if (state.name === previous) {
      // Another prompt may be open.
      observer.refresh();
      return;
    }
    const outcome = learned === 'nothing' ? undefined : (learned ?? received);
    if (record.isTold && !tellsNow) return;
    // An element that was removed emits only what it has learned by itself.
    if (disconnectors || learned)
      telling.tell(previous, record, { isOwn: isOwn(record), isLearned: !!learned, outcome });
  }

  /** The strings of a record's attempt, the phone number in full if the attempt was made in this page. */
  function attemptOf(record: OrderRecord): Attempt {
    const { phone, amount } = order.sent?.id === record.id ? order.sent : record;
    return { orderId, phone, amount };
  }

  function isLive(record: OrderRecord): boolean {
    return awaitsOutcome(record) && hold.leftMs(record.liveUntil, record.since) > 0;
  }

  function announcePresence(): void {
    if (isOwn(memory.record) && disconnectors) presence.announce();
  }

  /** Only if a push may leave now. A hidden page does it once it is visible. */
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
        const isOther = record && record.id !== id;
        if (record && (record.phase === 'paid' || (isOther && isLive(record)))) return record;
        const payment = search.keptPayment;
        received = payment?.outcome;
        return payment && memory.write(payment.record);
      },
      takeToken: () => prefetch.takeToken(by),
      renewToken: () => prefetch.newToken(by),
      sending(token) {
        query.use(token);
        if (!sent) before = memory.record;
        const since = environment.now();
        const liveUntil = hold.unused(since + by.timeoutMs + by.promptWindowMs);
        const phone = maskPhone(attempt.phone);
        order.sent = { ...attempt, id };
        ownId = id;
        // Written before the push leaves, so that a crash between sending and answering is remembered.
        sent = memory.write(nextAttempt(before, { id, phone, amount: attempt.amount, since, liveUntil }));
        // Starts the hold's clock.
        hold.leftMs(liveUntil);
        if (disconnectors) presence.announce(true);
        return query.secrets;
      },
      mayRenew: (darajaError, willRetry) =>
        telling.emit('token-expired', { ...attempt, darajaError, willRetry }, willRetry),
    };
    settings = by;
    stage = 'pushing';
    apply({ type: 'started', attempt });
    const patienceMs = REQUESTS_PER_ATTEMPT * by.timeoutMs;
    const hadTurn = await turns.run(patienceMs, async (synced) => {
      const end = await attemptPush(attempt, by, environment, host, synced);
      const shared = end.kind === 'joined' ? attemptOf(end.record) : attempt;
      conclude(end, shared, sent, by);
      return lockedForMs() > 0;
    });
    if (hadTurn) return;
    // Another page has held the order's turn for longer than any attempt lasts: it may have pushed.
    const failure = { reason: 'timeout', message: 'another page does not let go of this order' } as const;
    conclude({ kind: 'unanswered', failure }, attempt, sent, by);
  }

  /** Write, show, emit: in this order. What came in meanwhile counts once the end has been emitted. */
  function conclude(
    end: AttemptEnd<PushResponse>,
    attempt: Attempt,
    sent: OrderRecord | undefined,
    by: AttemptSettings,
  ): void {
    const now = environment.now();
    const promptWindowMs = hold.unused(now + by.promptWindowMs) - now;
    const context = { attempt, sent, record: memory.read(), now, promptWindowMs };
    const { write, event, failure } = concluded(end, context);
    if (end.kind === 'joined') ownId = end.record.id;
    if (write) memory.write(write);
    lastOwnRecord = write ?? (end.kind === 'refused' ? undefined : lastOwnRecord);
    apply(event);
    stage = 'none';
    const kept = search.takeKept();
    announcePresence();
    if (failure) emitFailure(attempt, failure);
    else emitSuccess(attempt, end);
    syncWithRecord();
    // A listener may have begun another attempt: a failure of this one must not end it.
    const isFree = () => stage !== 'pushing';
    for (const outcome of kept) if (isFree() || outcome.verdict === 'paid') search.accept(outcome);
  }

  function emitSuccess(attempt: Attempt, end: AttemptEnd<PushResponse>): void {
    const ids = end.kind === 'accepted' ? end.ids : end.kind === 'joined' ? end.record.ids : undefined;
    if (!ids) return;
    const { paymentId: payment_id, checkoutRequestId: CheckoutRequestID } = ids;
    const rebuilt = { payment_id, daraja_response: { CheckoutRequestID, ResponseCode: '0' } };
    telling.emit('push-success', { ...attempt, ...ids, response: end.kind === 'accepted' ? end.response : rebuilt });
  }

  function emitFailure(attempt: Attempt, { reason, message, status, darajaError }: PushFailure): void {
    const possible = promptPossible(reason);
    telling.emit('push-failure', { ...attempt, reason, promptPossible: possible, status, darajaError, message });
  }

  /** An attempt that ends before it begins. */
  function refuse(attempt: Attempt, failure: PushFailure): void {
    apply({ type: 'refused', attempt, failure, successPossibleUntil: 0 });
    emitFailure(attempt, failure);
  }

  return {
    get state() {
      return state;
    },
    get isBusy() {
      return stage !== 'none';
    },
    snapshot,
    configure(changed) {
      if (isOwn(memory.record) || stage === 'pushing') return;
      const before = settings;
      settings = changed;
      if (before?.statusUrl !== changed?.statusUrl) search.poll(0);
    },
    connect() {
      if (disconnectors) return;
      const onWake = () => {
        announcePresence();
        syncWithRecord();
        if (postponedPrefetch) startPrefetch(postponedPrefetch);
      };
      // A page that holds a lock is not taken into the back/forward cache.
      const onSleep = () => {
        memory.read();
        presence.end();
        turns.release();
      };
      const releaseTurn = () => {
        turns.release();
      };
      order.connected.add(self);
      disconnectors = [
        memory.subscribe(),
        page.subscribe({ wake: onWake, hide: releaseTurn, sleep: onSleep }),
        () => order.connected.delete(self),
      ];
      announcePresence();
      syncWithRecord();
      search.poll(0);
    },
    disconnect() {
      for (const disconnect of disconnectors ?? []) disconnect();
      disconnectors = undefined;
      presence.end();
      turns.release();
      search.leave();
    },
    prefetch: startPrefetch,
    prepare(by) {
      startPrefetch(by);
      if (disconnectors && !page.hidden && stage === 'none' && snapshot().canPay) turns.takeAhead();
    },
    openManual() {
      if (snapshot().manualLockedForMs > 0) return;
      manual.open();
      search.poll(FIRST_ASK_MS);
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
      const isQuestion = by.statusUrl && 'liveUntil' in state && disconnectors && !page.hidden;
      // From here on, another order that the element is given has to wait.
      stage = 'asking';
      const isFree = (!isQuestion || (await search.askBeforePush(by))) && snapshot().canPay;
      const isGranted = isFree && observer.emit('push-request', starting, true);
      stage = 'none';
      if (isGranted && snapshot().canPay) await runAttempt(starting, by);
    },
    reset() {
      const before = state;
      apply({ type: 'reset' });
      if (state === before) return;
      // If the press is still asking, it is cancelled.
      if (stage === 'asking') search.leave();
      if (before.name !== 'unconfirmed') return;
      const record = memory.read();
      if (record) memory.write(closed(record));
    },
    settle(result) {
      const parsed = parseResult(result);
      if (parsed.kind === 'unknown') {
        throw new TypeError('settle() takes a callback, a query’s answer, or {result_code, …}');
      }
      if (parsed.kind === 'outcome') search.accept(parsed.outcome);
    },
  };
}
