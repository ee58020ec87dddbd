import type { Attempt } from './attempt.js';
import { bring, type Context } from './context.js';
import { nameOf } from './push.js';
import { LOOK_EVERY_MS } from './schedule.js';
import type { Evidence } from './settle.js';
import { LEASE_MS, tell } from './tell.js';

/** How often an instance says that it still has an attempt in hand. */
const KEEP_EVERY_MS = 10_000;
/** A question is given up so long before another instance may ask it: their clocks need not agree to the second. */
const LET_GO_BEFORE_MS = 5_000;
/** Attempts in hand at a time, and events beside them: a shop that is slow to hear keeps no prompt from being asked about. */
const MAX_IN_HAND = 40;
const SWEEP_EVERY_MS = 3600_000;

/** Takes up what is due: asks Daraja what became of prompts, releases what nobody can tell, and tells the shop. */
export class Worker {
  readonly #context: Context;
  /** Whether this process is sending the attempt's push. */
  readonly #isInHand: (attemptId: string) => boolean;
  readonly #looking = new Set<Promise<void>>();
  readonly #telling = new Set<Promise<void>>();
  #timer: unknown;
  #running = false;
  #round: Promise<void> = Promise.resolve();
  /** Kicks that came while it was looking. */
  #kicks = 0;
  #stopped = true;
  #sweepAt = 0;

  constructor(context: Context, isInHand: (attemptId: string) => boolean) {
    this.#context = context;
    this.#isInHand = isInHand;
    // Whatever was written here may have made something due; others look after what they write.
    context.store.onChange((_orderId, here) => {
      if (here) this.kick();
    });
  }

  start(): void {
    this.#stopped = false;
    this.kick();
  }

  /** Takes up nothing more, and finishes what is in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#context.clock.clearTimeout(this.#timer);
    await this.#round;
    await this.settled();
  }

  /** Looks at once. */
  kick(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#kicks++;
      return;
    }
    this.#running = true;
    this.#context.clock.clearTimeout(this.#timer);
    this.#round = this.#run();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#context;
    let wait = LOOK_EVERY_MS;
    try {
      let seen: number;
      do {
        seen = this.#kicks;
        await this.takeUp();
        const due = await this.#context.store.nextDue(clock.now());
        wait = due === undefined ? LOOK_EVERY_MS : Math.min(Math.max(due - clock.now(), 1), LOOK_EVERY_MS);
      } while (seen !== this.#kicks);
    } catch (error) {
      log.warn({ error: nameOf(error) }, 'what is due could not be read');
    }
    this.#running = false;
    if (this.#stopped) return;
    this.#timer = clock.setTimeout(() => {
      this.kick();
    }, wait);
  }

  /** Takes up what is due now, as far as hands are free. */
  async takeUp(): Promise<void> {
    const { store, clock } = this.#context;
    const now = clock.now();
    const looks = MAX_IN_HAND - this.#looking.size;
    if (looks > 0) {
      const until = now + LEASE_MS;
      for (const attempt of await store.leaseAttempts(now, until, looks)) {
        this.#take(this.#looking, () => this.#look(attempt, until));
      }
    }
    const tells = this.#context.options.onEvent ? MAX_IN_HAND - this.#telling.size : 0;
    if (tells > 0) {
      for (const entry of await store.leaseEvents(now, now + LEASE_MS, tells)) {
        this.#take(this.#telling, () => tell(this.#context, entry));
      }
    }
    if (now >= this.#sweepAt) {
      this.#sweepAt = now + SWEEP_EVERY_MS;
      await store.sweep(now);
    }
  }

  /** Resolves when all that was taken up is done. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#looking, ...this.#telling]);
  }

  #take(inHand: Set<Promise<void>>, work: () => Promise<unknown>): void {
    const { log } = this.#context;
    const done = work()
      .then(
        () => true,
        (error: unknown) => {
          log.error({ error: nameOf(error) }, 'what was due could not be done, and is left for later');
          return false;
        },
      )
      .then((isDone) => {
        inHand.delete(done);
        // What has failed may be due at once: taken up without a pause, it would leave no turn to anything else.
        if (isDone) this.kick();
      });
    inHand.add(done);
  }

  async #look(attempt: Attempt, until: number): Promise<void> {
    const hold = new Hold(this.#context, attempt.id, until);
    const evidence = await this.#evidence(attempt, hold.lost);
    const lease = await hold.end();
    await this.#context.step('queried');
    // Whoever holds it now asks again.
    if (hold.lost.aborted && evidence.kind === 'silence') return;
    await bring(this.#context, attempt, evidence, lease);
    await this.#context.step('settled');
  }

  async #evidence(attempt: Attempt, lost: AbortSignal): Promise<Evidence> {
    const { checkoutRequestId } = attempt;
    if (checkoutRequestId !== null) return this.#query(checkoutRequestId, lost);
    if (attempt.state !== 'sending') return { kind: 'time' };
    return { kind: this.#isInHand(attempt.id) ? 'in-hand' : 'abandoned' };
  }

  async #query(checkoutRequestId: string, lost: AbortSignal): Promise<Evidence> {
    const { tokens, daraja, metrics } = this.#context;
    for (let tries = 1; ; tries++) {
      const token = await tokens.get().catch(() => undefined);
      if (token === undefined || lost.aborted) return { kind: 'silence' };
      const answer = await daraja.query(token, checkoutRequestId, lost);
      metrics.count('queries', answer.kind);
      if (answer.kind !== 'token-expired') return answer;
      tokens.refuse(token);
      if (tries === 2) return { kind: 'silence' };
    }
  }
}

/** An attempt in hand: kept from other instances for as long as a question takes, or given up in time. */
class Hold {
  readonly #context: Context;
  readonly #id: string;
  readonly #lost = new AbortController();
  #until: number;
  #keepTimer: unknown;
  #lostTimer: unknown;
  #keeping: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(context: Context, id: string, until: number) {
    this.#context = context;
    this.#id = id;
    this.#until = until;
    this.#watch();
  }

  /** Aborts before another instance may take the attempt up. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Until when the attempt is held from now on. */
  async end(): Promise<number> {
    this.#ended = true;
    this.#context.clock.clearTimeout(this.#keepTimer);
    this.#context.clock.clearTimeout(this.#lostTimer);
    await this.#keeping;
    return this.#until;
  }

  #watch(): void {
    const { clock } = this.#context;
    const lose = (): void => {
      this.#lost.abort();
    };
    this.#lostTimer = clock.setTimeout(lose, this.#until - LET_GO_BEFORE_MS - clock.now());
    this.#keepTimer = clock.setTimeout(() => {
      this.#keeping = this.#keep();
    }, KEEP_EVERY_MS);
  }

  async #keep(): Promise<void> {
    const { store, clock } = this.#context;
    const longer = clock.now() + LEASE_MS;
    const kept = await store.keepAttempt(this.#id, this.#until, longer).catch(() => undefined);
    if (kept) this.#until = longer;
    if (kept === false) this.#lost.abort();
    if (this.#ended) return;
    clock.clearTimeout(this.#lostTimer);
    if (!this.#lost.signal.aborted) this.#watch();
  }
}
