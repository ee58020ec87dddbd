/**
 * Runs the attempts of one order, and is the only writer of its state. It outlives the element that shows it: a push
 * that has left is neither aborted nor forgotten, whatever happens to the page around it.
 */

import { createClient, type Client } from '../client/index.js';
import { sameOrigin } from '../client/endpoints.js';
import type { PushResult } from '../client/push.js';
import { parseResult } from '../client/result.js';
import type { AccessToken } from '../client/token.js';
import { closed, isOutcomeOf, liveFor, nextAttempt, withOutcome } from '../model/attempt.js';
import type { Attempt, OrderRecord } from '../model/attempt.js';
import { promptPossible, type PushFailure } from '../model/failure.js';
import type { Outcome, PaymentFailureReason } from '../model/outcome.js';
import { maskPhone } from '../model/phone.js';
import { canPush, IDLE, next, type CheckoutState, type StateEvent } from '../model/state.js';
import type { CheckoutObserver } from './checkout-events.js';
import type { CheckoutEnvironment } from './environment.js';
import { FIRST_ASK_MS, OutcomeWatcher, WATCH_GRACE_MS } from './outcome-watcher.js';
import { hasLife, TokenSource } from './token-source.js';

/** Everything an attempt needs to know, checked beforehand and frozen for as long as it lasts. */
export interface Settings {
  readonly orderId: string;
  /** Kenyan shillings as a plain decimal, sent verbatim. */
  readonly amount: string;
  readonly tokenUrl: string;
  readonly pushUrl: string;
  /** `undefined`: the outcome is not asked for. */
  readonly statusUrl: string | undefined;
  readonly credentials: RequestCredentials;
  /** For each request. */
  readonly timeoutMs: number;
  /** How long a prompt may be live on the phone. */
  readonly promptWindowMs: number;
}

/**
 * Browsers carry web storage from one process to the next with a delay. The lock is held this long after the last
 * write, and whoever had to wait for it waits this long before reading.
 */
export const STORAGE_SYNC_MS = 150;

/** The longest an attempt lasts: a token, a push, and both again where the token had expired. */
const REQUESTS_PER_ATTEMPT = 4;

/** An outcome, or that watching for one has ended in vain. */
type Learned = Outcome | 'nothing' | undefined;

export class Checkout {
  readonly #key: string;
  readonly #orderId: string;
  readonly #environment: CheckoutEnvironment;
  readonly #observer: CheckoutObserver;
  readonly #tokens: TokenSource;

  #state: CheckoutState = IDLE;
  /** The newest record seen: the page's scripts may clear storage in mid-payment. */
  #record: OrderRecord | undefined;
  #settings: Settings | undefined;
  /** On the clock that nobody can set: until then a prompt may be live, whatever the wall clock says. */
  #heldUntil = 0;
  /** How far the record has been followed. */
  #followed = 0;
  /** What is being written just now was found out here, and not told by another page. */
  #learned: Learned;
  /** The attempt that was made from here: this is where its outcome is told. */
  #own: string | undefined;
  #asking = false;
  #connected = false;
  /** Results handed in while a push was in flight. */
  #early: Outcome[] = [];
  #watcher: OutcomeWatcher | undefined;
  /** The prompt (by its end) for which watching has ended. */
  #watchedUntil = 0;
  #statusToken: AccessToken | undefined;
  #disconnections: (() => void)[] = [];
  #letGo: (() => void) | undefined;

  /** @param key identifies the order at its push endpoint; `''` where the configuration names no order */
  constructor(key: string, orderId: string, environment: CheckoutEnvironment, observer: CheckoutObserver) {
    this.#key = key;
    this.#orderId = orderId;
    this.#environment = environment;
    this.#observer = observer;
    this.#tokens = new TokenSource(() => environment.now());
  }

  get state(): CheckoutState {
    return this.#state;
  }

  /** Milliseconds for which an earlier prompt holds back another push. */
  heldForMs(): number {
    const state = this.#state;
    if (state.name !== 'prompted' && state.name !== 'unconfirmed') return 0;
    const { since, liveUntil } = state;
    // Where the clock was put back, no longer than the whole window.
    const left = Math.min(liveUntil - this.#environment.now(), liveUntil - since);
    return Math.max(0, left, this.#heldUntil - this.#environment.monotonic());
  }

  /** What watching goes by. It does not touch an attempt made from here. */
  configure(settings: Settings | undefined): void {
    if (this.#isOwn() || this.#state.name === 'requesting') return;
    const before = this.#settings;
    this.#settings = settings;
    if (before?.statusUrl !== settings?.statusUrl) this.#watch(0);
  }

  /** Shows what is known of the order, and follows it from now on. */
  connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    const { store, page } = this.#environment;
    this.#disconnections = [
      store.subscribe(this.#key, () => {
        this.#follow();
      }),
      page.subscribe({
        wake: () => {
          this.#hold();
          this.#follow();
        },
        // A page that holds a lock is not taken into the back/forward cache.
        sleep: () => this.#letGo?.(),
      }),
    ];
    this.#hold();
    this.#follow();
    this.#watch(0);
  }

  /** Stops following. A push in flight goes on. */
  disconnect(): void {
    this.#connected = false;
    for (const end of this.#disconnections.splice(0)) end();
    this.#letGo?.();
    this.#watch(0);
  }

  /** Asks for the token ahead of the payment, unless there can be none now. */
  prefetchToken(settings: Settings): void {
    if (this.#isBlocked() || !this.#environment.page.online) return;
    this.#tokens.prefetch(audience(settings), () => this.#client(settings).requestToken());
  }

  /** An attempt that ends before it begins. Without effect where paying would be. */
  refuse(attempt: Attempt, failure: PushFailure): void {
    if (!this.#isBlocked()) this.#fail(attempt, failure);
  }

  /**
   * Asks for the PIN prompt. Resolves when the push is over; never rejects. Does nothing while a push is in flight or
   * an earlier prompt may be live, and after the order is paid.
   */
  async pay(settings: Settings, phone: string): Promise<void> {
    if (this.#asking) return;
    this.#follow();
    if (this.#isBlocked()) return;
    const attempt = { orderId: settings.orderId, phone, amount: settings.amount };
    if (!this.#environment.page.online) {
      this.#fail(attempt, { reason: 'offline', message: 'the browser is offline: nothing was sent' });
      return;
    }
    this.#asking = true;
    const granted = this.#observer.emit('push-request', attempt, true);
    this.#asking = false;
    if (!granted || this.#isBlocked()) return;
    this.#settings = settings;
    this.#apply({ type: 'started', attempt });
    await this.#attempt(attempt, settings);
  }

  /** Back to `idle` from a failure, or from a prompt that nobody has heard of and that is dead by now. */
  reset(): void {
    if (this.heldForMs() > 0) return;
    const { name } = this.#state;
    this.#apply({ type: 'reset', now: this.#environment.now() });
    const record = this.#read();
    if (name === 'unconfirmed' && record) this.#write(closed(record));
  }

  /** Takes an outcome that the page has learned by itself. Throws a `TypeError` for a value of no known shape. */
  settle(result: unknown): void {
    const parsed = parseResult(result);
    if (parsed.kind === 'unknown') {
      throw new TypeError(
        'settle() takes the M-Pesa callback, the answer to an STK query, or {result_code, result_desc, …}; this is none of them',
      );
    }
    if (parsed.kind === 'pending') return;
    if (this.#state.name === 'requesting') this.#early.push(parsed.outcome);
    else this.#take(parsed.outcome);
  }

  #isBlocked(): boolean {
    return !canPush(this.#state, this.#environment.now()) || this.heldForMs() > 0;
  }

  /** Whether the latest attempt of the order, as far as followed, was made from here. */
  #isOwn(): boolean {
    return this.#own !== undefined && this.#own === this.#record?.attempt;
  }

  #client({ tokenUrl, pushUrl, statusUrl, credentials, timeoutMs }: Settings): Client {
    return createClient({
      tokenUrl,
      pushUrl,
      ...(statusUrl && { statusUrl }),
      credentials,
      timeout: timeoutMs,
      environment: this.#environment,
    });
  }

  // One attempt

  /** Waits for this order's turn among all pages, and pushes. */
  #attempt(attempt: Attempt, settings: Settings): Promise<void> {
    const { lock } = this.#environment;
    const waiting = new AbortController();
    const timer = this.#environment.setTimeout(() => {
      waiting.abort();
    }, REQUESTS_PER_ATTEMPT * settings.timeoutMs);
    return new Promise((resolve) => {
      lock
        .exclusive(
          this.#key,
          async (contended) => {
            this.#environment.clearTimeout(timer);
            if (contended) await this.#sleep(STORAGE_SYNC_MS);
            await this.#push(attempt, settings);
            resolve();
            if (this.heldForMs() > 0) await this.#sleep(STORAGE_SYNC_MS);
          },
          waiting.signal,
        )
        .catch(() => {
          // Another page has held the order's turn for longer than any attempt lasts: it may have pushed.
          this.#environment.clearTimeout(timer);
          if (this.#state.name === 'requesting') {
            const now = this.#environment.now();
            const message = 'another page is paying this order and does not answer: it may have sent a prompt';
            this.#fail(attempt, { reason: 'timeout', message }, now, now + settings.promptWindowMs);
            this.#concluded();
          }
          resolve();
        });
    });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#environment.setTimeout(resolve, ms));
  }

  async #push(attempt: Attempt, settings: Settings): Promise<void> {
    const client = this.#client(settings);
    if (this.#join()) return;
    let answer = await this.#tokens.take(audience(settings), () => client.requestToken());
    // While the token was on its way, another page may have told of a payment.
    if (this.#join()) return;
    const before = this.#read();
    const id = String(this.#environment.random());
    for (let renewed = false; ; renewed = true) {
      if (answer.kind === 'unavailable') {
        this.#abandon(attempt, { ...answer, reason: 'token-unavailable' }, renewed);
        break;
      }
      const { token } = answer;
      const since = this.#environment.now();
      const liveUntil = since + settings.timeoutMs + settings.promptWindowMs;
      // Before it leaves, so that a crash between sending and answering is remembered.
      const { amount } = attempt;
      this.#own = id;
      this.#write(nextAttempt(before, { attempt: id, phone: maskPhone(attempt.phone), amount, since, liveUntil }));
      this.#statusToken = token;
      const result = await client.push(token.value, attempt);
      if (result.kind === 'accepted') {
        this.#accept(attempt, settings, result);
        break;
      }
      const { failure } = result;
      if (result.kind === 'failed') {
        this.#abandon(attempt, failure, true, settings);
        break;
      }
      const willRetry = !renewed;
      const { darajaError } = result.failure;
      const granted = this.#observer.emit('token-expired', { ...attempt, darajaError, willRetry }, willRetry);
      if (!willRetry || !granted) {
        this.#abandon(attempt, failure, true);
        break;
      }
      answer = await client.requestToken();
    }
    this.#concluded();
  }

  /** Where another page was first, this attempt shares the fate of that one's push. Never a second push. */
  #join(): boolean {
    const record = this.#read();
    if (!record || (record.phase !== 'paid' && liveFor(record, this.#environment.now()) === 0)) return false;
    const { checkout, phone, amount, since, liveUntil } = record;
    const attempt = { orderId: this.#orderId, phone, amount };
    this.#own = record.attempt;
    if (checkout) {
      const { paymentId: payment_id, checkoutRequestId: CheckoutRequestID } = checkout;
      this.#apply({ type: 'accepted', attempt, checkout, since, liveUntil });
      this.#observer.emit('push-success', {
        ...attempt,
        ...checkout,
        response: { payment_id, daraja_response: { CheckoutRequestID, ResponseCode: '0' } },
      });
    } else {
      const message = 'another page has pushed this order and got no answer: it may have been sent';
      this.#fail(attempt, { reason: 'network', message }, since, liveUntil);
    }
    this.#concluded();
    return true;
  }

  #accept(attempt: Attempt, settings: Settings, { checkout, response }: PushResult & { kind: 'accepted' }): void {
    const since = this.#environment.now();
    const liveUntil = since + settings.promptWindowMs;
    const record = this.#read();
    // The outcome may have overtaken the push's own answer.
    if (record?.phase === 'sent') this.#write({ ...record, phase: 'prompted', checkout, since, liveUntil });
    this.#apply({ type: 'accepted', attempt, checkout, since, liveUntil });
    this.#observer.emit('push-success', { ...attempt, ...checkout, response });
  }

  /** Ends an attempt without success, in the record too if the push had left. */
  #abandon(attempt: Attempt, failure: PushFailure, sent: boolean, settings?: Settings): void {
    const since = this.#environment.now();
    const liveUntil = since + (settings?.promptWindowMs ?? 0);
    const phase = promptPossible(failure.reason) ? 'unconfirmed' : 'failed';
    const record = this.#read();
    if (sent && record?.phase === 'sent') this.#write({ ...record, phase, since, liveUntil, reason: failure.reason });
    this.#fail(attempt, failure, since, liveUntil);
  }

  #fail(attempt: Attempt, failure: PushFailure, since = 0, liveUntil = 0): void {
    this.#apply({ type: 'push-failed', attempt, failure, since, liveUntil });
    const { reason, message, status, darajaError } = failure;
    this.#observer.emit('push-failure', {
      ...attempt,
      reason,
      promptPossible: promptPossible(reason),
      ...(status !== undefined && { status }),
      ...(darajaError && { darajaError }),
      message,
    });
  }

  /** The push is over: what came in meanwhile counts now. */
  #concluded(): void {
    this.#hold();
    this.#follow();
    for (const outcome of this.#early.splice(0)) this.#take(outcome);
  }

  // The outcome

  /** Believes an outcome, or does not. Returns whether it did. */
  #take(outcome: Outcome): boolean {
    const record = this.#read();
    if (!record || !isOutcomeOf(record, outcome)) return false;
    this.#learn(withOutcome(record, outcome), outcome);
    return true;
  }

  #learn(record: OrderRecord, learned: Learned): void {
    this.#learned = learned;
    this.#write(record);
    this.#follow();
    this.#learned = undefined;
  }

  /** Goes where the record of the order leads. */
  #follow(): void {
    const previous = this.#state;
    const record = this.#read();
    if (!record || previous.name === 'requesting' || record.revision <= this.#followed) return;
    this.#followed = record.revision;
    if (!this.#isOwn()) this.#letGo?.();
    if (previous.name === 'paid' && record.phase !== 'paid') {
      // Another page wrote over a success that it had not heard of.
      const { checkout, settlement } = previous;
      this.#write({ ...record, phase: 'paid', ...(checkout && { checkout }), settlement });
      return;
    }
    const learned = this.#learned;
    this.#apply({ type: 'recorded', orderId: this.#orderId, record });
    const report = this.#state.name === previous.name ? undefined : this.#report(previous, record, learned);
    if (!report) return;
    if (this.#isOwn()) report();
    // The page that sent the push tells of its outcome. Where it is gone, whoever has found out does.
    else if (learned)
      void this.#environment.lock.isFree(this.#starterLock).then((free) => {
        if (free) report();
      });
  }

  /** The event that belongs to the state just reached, if one does. */
  #report(previous: CheckoutState, record: OrderRecord, learned: Learned): (() => void) | undefined {
    const state = this.#state;
    if (state.name !== 'paid' && state.name !== 'failed' && state.name !== 'unconfirmed') return undefined;
    const { checkout, settlement } = record;
    const { paymentId = '', checkoutRequestId = '' } = checkout ?? {};
    const detail = { ...state.attempt, paymentId, checkoutRequestId };
    if (state.name === 'unconfirmed') {
      return previous.name === 'prompted' ? () => this.#observer.emit('payment-unconfirmed', detail) : undefined;
    }
    if (!settlement) return undefined;
    const { resultCode, resultDesc, receipt } = settlement;
    const rebuilt = {
      result_code: resultCode,
      result_desc: resultDesc,
      ...(receipt && { mpesa_receipt_number: receipt }),
      ...(checkout && { checkout_request_id: checkoutRequestId }),
    };
    const result = typeof learned === 'object' ? learned.result : rebuilt;
    const outcome = { ...detail, resultCode, resultDesc, result };
    return state.name === 'paid'
      ? () => this.#observer.emit('payment-success', { ...outcome, ...(receipt && { receipt }) })
      : () => this.#observer.emit('payment-failure', { ...outcome, reason: state.reason as PaymentFailureReason });
  }

  #watch(delay: number): void {
    this.#watcher?.stop();
    this.#watcher = undefined;
    const state = this.#state;
    const settings = this.#settings;
    if (!this.#connected || !settings?.statusUrl || (state.name !== 'prompted' && state.name !== 'unconfirmed')) return;
    const { liveUntil } = state;
    if (this.#watchedUntil === liveUntil) return;
    this.#watcher = new OutcomeWatcher(this.#environment, {
      endsAt: liveUntil + WATCH_GRACE_MS,
      ask: (signal) => this.#ask(settings, signal),
      ended: () => {
        this.#watchedUntil = liveUntil;
        const record = this.#read();
        if (record?.phase === 'prompted') this.#learn({ ...record, phase: 'unconfirmed' }, 'nothing');
      },
    });
    this.#watcher.start(delay);
  }

  async #ask(settings: Settings, signal: AbortSignal): Promise<{ done: boolean; retryAfterMs?: number | undefined }> {
    const client = this.#client(settings);
    const { orderId, statusUrl = '', pushUrl } = settings;
    for (let renewed = false; ; renewed = true) {
      const token = sameOrigin(statusUrl, pushUrl) ? await this.#tokenForStatus(client, signal) : undefined;
      const paymentId = this.#record?.checkout?.paymentId;
      const result = await client.status({ orderId, paymentId, token: token?.value, signal });
      if (signal.aborted) return { done: false };
      if (result.kind === 'outcome') return { done: this.#take(result.outcome) };
      if (!token || !result.tokenExpired || renewed) return { done: false, retryAfterMs: result.retryAfterMs };
      this.#statusToken = undefined;
    }
  }

  /** Polling goes on without a token where there is none to be had. */
  async #tokenForStatus(client: Client, signal: AbortSignal): Promise<AccessToken | undefined> {
    if (this.#statusToken && hasLife(this.#statusToken, this.#environment.now())) return this.#statusToken;
    const answer = await client.requestToken(signal);
    return (this.#statusToken = answer.kind === 'token' ? answer.token : undefined);
  }

  // What is remembered

  #read(): OrderRecord | undefined {
    return (this.#record = this.#environment.store.read(this.#key) ?? this.#record);
  }

  #write(record: OrderRecord): void {
    this.#record = this.#environment.store.write(this.#key, record);
  }

  get #starterLock(): string {
    return `${this.#key} starter`;
  }

  /** Lets other pages know that the one which sent the push is still here. */
  #hold(): void {
    if (!this.#isOwn() || !this.#connected || this.#letGo) return;
    const giveUp = new AbortController();
    const held = new Promise<void>((resolve) => {
      this.#letGo = () => {
        this.#letGo = undefined;
        giveUp.abort();
        resolve();
      };
    });
    // Rejects where it is let go of while another page still holds it: that one answers for the order then.
    this.#environment.lock.exclusive(this.#starterLock, () => held, giveUp.signal).catch(() => undefined);
  }

  #apply(event: StateEvent): void {
    const previous = this.#state;
    const state = (this.#state = next(previous, event));
    if (state === previous) return;
    const promptMoved = 'liveUntil' in state && (!('liveUntil' in previous) || previous.liveUntil !== state.liveUntil);
    if (promptMoved) this.#heldUntil = this.#environment.monotonic() + state.liveUntil - this.#environment.now();
    this.#observer.changed(previous);
    if (promptMoved || state.name !== previous.name) this.#watch(FIRST_ASK_MS);
  }
}

function audience({ tokenUrl, credentials }: Settings): string {
  return `${tokenUrl} ${credentials}`;
}
