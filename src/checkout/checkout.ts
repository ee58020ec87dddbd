/**
 * Runs the attempts of one order, and is the only writer of its state. It outlives the element that shows it: a push
 * that has left is neither aborted nor forgotten, whatever happens to the page around it.
 */

import { requestPush, type PushResponse } from '../client/push.js';
import { parseResult } from '../client/result.js';
import { requestToken, type TokenResult } from '../client/token.js';
import { closed, isOutcomeOf, knows, liveFor, nextAttempt, restored, withOutcome } from '../model/attempt.js';
import type { Attempt, CheckoutIds, OrderRecord } from '../model/attempt.js';
import { promptPossible, type PushFailure } from '../model/failure.js';
import type { Outcome, PaymentFailureReason } from '../model/outcome.js';
import { maskPhone } from '../model/phone.js';
import { canPush, IDLE, next, type CheckoutState, type StateEvent } from '../model/state.js';
import type { CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { createOutcomeQuestion } from './outcome-question.js';
import { watchOutcome, FIRST_ASK_MS, WATCH_GRACE_MS, type Answer } from './outcome-watcher.js';
import type { Settings } from './settings.js';
import { createSignOfLife } from './sign-of-life.js';
import { createTokenSource } from './token-source.js';

export interface Checkout {
  readonly state: CheckoutState;
  /** Milliseconds for which an earlier prompt holds back another push. */
  heldForMs(): number;
  /** Whether paying would do anything now. */
  canPay(): boolean;
  /** What watching goes by. It does not touch an attempt made from here. */
  configure(settings: Settings | undefined): void;
  /** Shows what is known of the order, and follows it from now on. */
  connect(): void;
  /** Stops following. A push in flight goes on. */
  disconnect(): void;
  /** Asks for the token ahead of the payment, unless there can be none now. */
  prefetchToken(settings: Settings): void;
  /** An attempt that ends before it begins. Without effect where paying would be. */
  refuse(attempt: Attempt, failure: PushFailure): void;
  /** Asks for the PIN prompt, if it can. Resolves when the push is over; never rejects. */
  pay(settings: Settings, phone: string): Promise<void>;
  /** Back to `idle` from a failure, or from a prompt that nobody has heard of and that is dead by now. */
  reset(): void;
  /** Takes an outcome that the page has learned by itself. Throws a `TypeError` for a value of no known shape. */
  settle(result: unknown): void;
}

/**
 * Browsers carry web storage from one process to the next with a delay of some milliseconds. The lock is held this long
 * after the last write, and whoever gets it has read nothing before it was theirs for this long: the page before may
 * have died a moment ago. It is less than a customer notices, and runs beside the request for the token.
 */
export const STORAGE_SYNC_MS = 40;

/** The longest an attempt lasts: a token, a push, and both again where the token had expired. */
const REQUESTS_PER_ATTEMPT = 4;

/** An outcome, or that watching for one has ended in vain. */
type Learned = Outcome | 'nothing' | undefined;

/** @param key identifies the order at its push endpoint; `''` where the configuration names no order */
export function createCheckout(
  key: string,
  orderId: string,
  environment: CheckoutEnvironment,
  observer: CheckoutObserver,
): Checkout {
  const { store, lock, page } = environment;
  const tokens = createTokenSource(() => environment.now());
  const lockName = `vitumob-pay:${key}`;
  const sign = createSignOfLife(lock, lockName);
  const question = createOutcomeQuestion(environment);

  let state = IDLE;
  /** The newest record seen: the page's scripts may clear storage in mid-payment. */
  let record: OrderRecord | undefined;
  /** The record that was followed last: two pages may write the same revision. */
  let followed = '';
  /** The last record of an attempt that was made from here. */
  let mine: OrderRecord | undefined;
  /** The attempt that was made from here: this is where its outcome is told. */
  let own: (Attempt & { id: string }) | undefined;
  let settings: Settings | undefined;
  /** What is being written just now was found out here, and not told by another page. */
  let news: Learned;
  /** Until then a prompt may be live: on the clock that nobody can set, and that may stand still while a phone sleeps. */
  let heldUntil = 0;
  /** `push-request` is being told: whoever hears it may call `pay()` again. */
  let asking = false;
  /** From `requesting` until the state that follows it has been told. */
  let attempting = false;
  let connections: (() => void)[] | undefined;
  /** Results handed in while a push was in flight. */
  const early: Outcome[] = [];
  let stopWatching: (() => void) | undefined;
  /** The prompt (by its end) for which watching has ended. */
  let watchedUntil = 0;

  function heldForMs(): number {
    return 'liveUntil' in state ? Math.max(0, heldUntil - environment.monotonic()) : 0;
  }

  function canPay(): boolean {
    return canPush(state, Infinity) && heldForMs() === 0;
  }

  function apply(event: StateEvent): void {
    const previous = state;
    state = next(previous, event);
    if (state === previous) return;
    const end = liveUntil(state);
    const moved = end !== liveUntil(previous);
    if (moved) heldUntil = environment.monotonic() + end - environment.now();
    observer.changed(previous);
    // After a failure that may be none, at once.
    if (moved || state.name !== previous.name) watch(state.name === 'failed' ? 0 : FIRST_ASK_MS);
  }

  function refuse(attempt: Attempt, failure: PushFailure): void {
    apply({ type: 'refused', attempt, failure, answerableUntil: 0 });
    tellFailure(attempt, failure);
  }

  function tellFailure(attempt: Attempt, { reason, message, status, darajaError }: PushFailure): void {
    const possible = promptPossible(reason);
    observer.emit('push-failure', { ...attempt, reason, promptPossible: possible, status, darajaError, message });
  }

  const sleep = (ms: number) => new Promise<void>((resolve) => environment.setTimeout(resolve, ms));

  const askForToken = (from: Settings, signal?: AbortSignal) =>
    requestToken({ url: from.tokenUrl, ...from, signal }, environment);

  // What is remembered

  function read(): OrderRecord | undefined {
    return (record = store.read(key) ?? record);
  }

  function write(change: OrderRecord): void {
    record = store.write(key, change);
  }

  function isOwn(): boolean {
    return !!own && own.id === record?.id;
  }

  /** Goes where the record of the order leads, and tells what belongs to that. */
  function follow(): void {
    const learned = news;
    const known = read();
    if (!known || attempting) return;
    const previous = state.name;
    if (state.name === 'paid' && known.phase !== 'paid') {
      // Another page wrote over a success that it had not heard of.
      const { checkout, settlement } = state;
      write({ ...known, phase: 'paid', checkout, settlement });
      return;
    }
    if (isOwn()) mine = known;
    else if (mine && known.phase !== 'paid' && liveFor(mine, environment.now()) && !knows(known, mine)) {
      // Another page wrote over a live prompt that it had not heard of.
      write(restored(mine, known));
      return;
    }
    const mark = `${known.revision} ${known.id} ${known.phase} ${known.liveUntil}`;
    if (mark === followed) return;
    followed = mark;
    if (!isOwn()) sign.end();
    const { phone, amount } = known;
    const attempt = own && isOwn() ? own : { orderId, phone, amount };
    apply({ type: 'recorded', attempt: { orderId, phone: attempt.phone, amount: attempt.amount }, record: known });
    if (state.name === previous) return;
    if (isOwn()) report(previous, known, learned);
    // The page that sent the push tells of its outcome. Where it is gone, whoever has found out does.
    else if (learned) {
      void sign.isGone().then((gone) => {
        if (gone) report(previous, known, learned);
      });
    }
  }

  function report(previous: CheckoutState['name'], { checkout, settlement }: OrderRecord, learned: Learned): void {
    if (!('attempt' in state)) return;
    const { paymentId = '', checkoutRequestId = '' } = checkout ?? {};
    const detail = { ...state.attempt, paymentId, checkoutRequestId };
    if (state.name === 'unconfirmed' && previous === 'prompted') observer.emit('payment-unconfirmed', detail);
    if (!settlement) return;
    const { resultCode, resultDesc, receipt } = settlement;
    const rebuilt = {
      result_code: resultCode,
      result_desc: resultDesc,
      mpesa_receipt_number: receipt,
      checkout_request_id: checkoutRequestId,
    };
    const result = typeof learned === 'object' ? learned.result : rebuilt;
    const outcome = { ...detail, resultCode, resultDesc, result };
    if (state.name === 'paid') observer.emit('payment-success', { ...outcome, receipt });
    if (state.name === 'failed') {
      observer.emit('payment-failure', { ...outcome, reason: state.reason as PaymentFailureReason });
    }
  }

  /** Writes down what was found out here. */
  function learn(change: OrderRecord, learned: Learned): void {
    news = learned;
    write(change);
    follow();
    news = undefined;
  }

  /** Believes an outcome, or does not. Returns whether it did. While a push is in flight, it is kept for later. */
  function take(outcome: Outcome): boolean {
    if (attempting) {
      early.push(outcome);
      return false;
    }
    const known = read();
    if (!known || !isOutcomeOf(known, outcome)) return false;
    // It is remembered for a day from now, however old the attempt is.
    learn({ ...withOutcome(known, outcome), since: environment.now() }, outcome);
    return true;
  }

  /** Lets other pages know that the one which sent the push is still here. */
  function hold(): void {
    if (isOwn() && connections) sign.give();
  }

  // One attempt

  /** Waits for this order's turn among all pages, and pushes. */
  function attemptPush(attempt: Attempt, by: Settings): Promise<void> {
    const waiting = new AbortController();
    const timer = environment.setTimeout(() => {
      waiting.abort();
    }, REQUESTS_PER_ATTEMPT * by.timeoutMs);
    return new Promise((resolve) => {
      const turn = async (contended: boolean) => {
        environment.clearTimeout(timer);
        const synced = sleep(STORAGE_SYNC_MS);
        // Then another page has most likely pushed, and no token is needed.
        if (contended) await synced;
        await push(attempt, by, synced);
        resolve();
        if (heldForMs()) await sleep(STORAGE_SYNC_MS);
      };
      lock.exclusive(lockName, turn, waiting.signal).catch(() => {
        // Another page has held the order's turn for longer than any attempt lasts: it may have pushed.
        const message = 'another page does not let go of this order';
        if (attempting) lose(attempt, by, { reason: 'timeout', message });
        resolve();
      });
    });
  }

  async function push(attempt: Attempt, by: Settings, synced: Promise<void>): Promise<void> {
    if (join()) return;
    let answer: TokenResult = await tokens.take(audience(by), () => askForToken(by));
    await synced;
    // While the token was on its way, another page may have told of a payment.
    if (join()) return;
    const before = record;
    const id = String(environment.random());
    for (let renewed = false; ; renewed = true) {
      if (answer.kind === 'unavailable') {
        const { status } = answer;
        fail(attempt, by, {
          reason: 'token-unavailable',
          status,
          message: `token-url gave no token, HTTP ${status ?? '-'}`,
        });
        return;
      }
      const { token } = answer;
      const since = environment.now();
      own = { ...attempt, id };
      question.use(token);
      // Before it leaves, so that a crash between sending and answering is remembered.
      const liveUntil = since + by.timeoutMs + by.promptWindowMs;
      write(nextAttempt(before, { id, phone: maskPhone(attempt.phone), amount: attempt.amount, since, liveUntil }));
      hold();
      const result = await requestPush({ url: by.pushUrl, token: token.value, order: attempt, ...by }, environment);
      if (result.kind === 'accepted') {
        accept(attempt, by, result.checkout, result.response);
        return;
      }
      const { failure } = result;
      const willRetry = result.kind === 'expired' && !renewed;
      const { darajaError } = failure;
      if (result.kind === 'expired' && darajaError) {
        const granted = observer.emit('token-expired', { ...attempt, darajaError, willRetry }, willRetry);
        if (willRetry && granted) {
          answer = await askForToken(by);
          continue;
        }
      }
      if (promptPossible(failure.reason)) lose(attempt, by, failure);
      else fail(attempt, by, failure);
      return;
    }
  }

  /** Where another page was first, this attempt shares the fate of that one's push. Never a second push. */
  function join(): boolean {
    const known = read();
    if (!known || (known.phase !== 'paid' && !liveFor(known, environment.now()))) return false;
    const { id, checkout, phone, amount } = known;
    const attempt = { orderId, phone, amount };
    own = { ...attempt, id };
    if (checkout) {
      const { paymentId: payment_id, checkoutRequestId: CheckoutRequestID } = checkout;
      succeed(attempt, checkout, { payment_id, daraja_response: { CheckoutRequestID, ResponseCode: '0' } });
    } else {
      apply({ type: 'recorded', attempt, record: { ...known, phase: 'unconfirmed' } });
      const message = 'the push of another page got no answer';
      finish(() => {
        tellFailure(attempt, { reason: 'network', message });
      });
    }
    return true;
  }

  function accept(attempt: Attempt, by: Settings, checkout: CheckoutIds, response: PushResponse): void {
    const since = environment.now();
    const known = read();
    // The outcome may have overtaken the push's own answer.
    if (known?.phase === 'sent') {
      write({ ...known, phase: 'prompted', checkout, since, liveUntil: since + by.promptWindowMs });
    }
    succeed(attempt, checkout, response);
  }

  function succeed(attempt: Attempt, checkout: CheckoutIds, response: PushResponse): void {
    if (record) apply({ type: 'recorded', attempt, record: { ...record, phase: 'prompted', checkout } });
    finish(() => observer.emit('push-success', { ...attempt, ...checkout, response }));
  }

  /** Ends an attempt after which a prompt may be on the phone. */
  function lose(attempt: Attempt, by: Settings, failure: PushFailure): void {
    const { reason } = failure;
    const { phone, amount } = attempt;
    const since = environment.now();
    const known = isOwn() ? read() : undefined;
    const prompt = { phone: maskPhone(phone), amount, since, liveUntil: since + by.promptWindowMs };
    const lost = { ...(known ?? nextAttempt(undefined, { id: '', ...prompt })), ...prompt, reason } as const;
    if (known?.phase === 'sent') write({ ...lost, phase: 'unconfirmed' });
    apply({ type: 'recorded', attempt, record: { ...lost, phase: 'unconfirmed' } });
    finish(() => {
      tellFailure(attempt, failure);
    });
  }

  /**
   * Ends an attempt that has prompted nobody. But a backend that answers 409 holds another push of the order, which may
   * be this very one: a browser resends a request whose reused connection broke. Its success is still listened for.
   */
  function fail(attempt: Attempt, by: Settings, failure: PushFailure): void {
    const { reason, status } = failure;
    const elsewhere = status === 409;
    const known = read();
    if (isOwn() && known?.phase === 'sent') {
      write({ ...known, phase: 'failed', reason, blind: known.blind || elsewhere });
    }
    const answerableUntil = elsewhere ? environment.now() + by.promptWindowMs : 0;
    apply({ type: 'refused', attempt, failure, answerableUntil });
    finish(() => {
      tellFailure(attempt, failure);
    });
  }

  /** The push is over. What came in meanwhile counts once that has been told. */
  function finish(tell: () => void): void {
    attempting = false;
    const held = early.splice(0);
    hold();
    tell();
    follow();
    // Who heard may have begun another attempt: a failure of this one is none of that one's.
    for (const outcome of held.filter(({ verdict }) => !attempting || verdict === 'paid')) take(outcome);
  }

  // The outcome

  function watch(delay: number): void {
    stopWatching?.();
    stopWatching = undefined;
    const by = settings;
    const end = state.name === 'failed' ? state.answerableUntil : liveUntil(state);
    if (!connections || !by?.statusUrl || !end || watchedUntil === end) return;
    stopWatching = watchOutcome(environment, {
      delay,
      endsAt: end + WATCH_GRACE_MS,
      ask: (signal) => ask(by, signal),
      ended() {
        watchedUntil = end;
        const known = read();
        if (known?.phase === 'prompted') learn({ ...known, phase: 'unconfirmed' }, 'nothing');
      },
    });
  }

  async function ask(by: Settings, signal: AbortSignal): Promise<Answer> {
    const result = await question.ask(by, record?.checkout?.paymentId, signal);
    if (result.kind === 'pending') return result;
    return { done: !signal.aborted && take(result.outcome) };
  }

  return {
    get state() {
      return state;
    },
    heldForMs,
    canPay,
    configure(changed) {
      if (isOwn() || attempting) return;
      const before = settings;
      settings = changed;
      if (before?.statusUrl !== changed?.statusUrl) watch(0);
    },
    connect() {
      if (connections) return;
      connections = [
        store.subscribe(key, () => {
          follow();
        }),
        page.subscribe({
          wake() {
            hold();
            follow();
          },
          // A page that holds a lock is not taken into the back/forward cache.
          sleep() {
            sign.end();
          },
        }),
      ];
      hold();
      follow();
      watch(0);
    },
    disconnect() {
      for (const end of connections ?? []) end();
      connections = undefined;
      sign.end();
      watch(0);
    },
    prefetchToken(by) {
      if (canPay() && page.online) tokens.prefetch(audience(by), () => askForToken(by));
    },
    refuse(attempt, failure) {
      if (canPay()) refuse(attempt, failure);
    },
    async pay(by, phone) {
      if (asking) return;
      follow();
      if (!canPay()) return;
      const attempt = { orderId, phone, amount: by.amount };
      if (!page.online) {
        refuse(attempt, { reason: 'offline', message: 'the browser is offline: nothing was sent' });
        return;
      }
      asking = true;
      const granted = observer.emit('push-request', attempt, true);
      asking = false;
      if (!granted || !canPay()) return;
      settings = by;
      attempting = true;
      apply({ type: 'started', attempt });
      await attemptPush(attempt, by);
    },
    reset() {
      if (heldForMs()) return;
      const { name } = state;
      apply({ type: 'reset', now: Infinity });
      const known = read();
      if (name === 'unconfirmed' && known) write(closed(known));
    },
    settle(result) {
      const parsed = parseResult(result);
      if (parsed.kind === 'unknown') {
        throw new TypeError('settle() takes a callback, a query’s answer, or {result_code, …}');
      }
      if (parsed.kind === 'pending') return;
      take(parsed.outcome);
    },
  };
}

function liveUntil(state: CheckoutState): number {
  return 'liveUntil' in state ? state.liveUntil : 0;
}

function audience({ tokenUrl, credentials }: Settings): string {
  return `${tokenUrl} ${credentials}`;
}
