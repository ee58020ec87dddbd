import { systemClock, within } from '../clock.js';
import { DarajaClient } from '../daraja/client.js';
import { DarajaTokens } from '../daraja/token.js';
import { createApp, createClosedApp, type RequestInfo } from '../http/app.js';
import { Keys } from '../keys.js';
import { checkOptions, silent, uncounted, type PaymentsOptions } from '../options.js';
import { openStore } from '../stores/open.js';
import { registerC2b } from './c2b.js';
import type { Context } from './context.js';
import { DEFAULT_LIMITS } from './limits.js';
import { nameOf, Pushes } from './push.js';
import { rulesOf } from './schedule.js';
import { replay } from './tell.js';
import { decide, listWaiting, type Decision, type WaitingAttempt } from './review.js';
import { Waiters } from './waiters.js';
import { Worker } from './worker.js';

/** How long a stop waits for pushes that are at Daraja. */
const STOP_WITHIN_MS = 30_000;
/** How long a request waits for the database to be opened; a migration, or a database that hangs, may take longer. */
const OPEN_WITHIN_MS = 10_000;

/** A payments server, mounted. */
export interface Payments {
  /** The web-standard handler. Never rejects. */
  fetch(request: Request, info?: RequestInfo): Promise<Response>;
  /** Makes or migrates the schema, and begins to ask Daraja, to release and to tell. */
  start(): Promise<void>;
  /** Answers what is held, waits for pushes that are at Daraja (at most 30 s), and closes the database. */
  stop(): Promise<void>;
  /** One round of what `start()` does all the time; for platforms on which nothing lives between requests. */
  reconcile(): Promise<void>;
  /** Throws while the database is out of reach. */
  ping(): Promise<void>;
  /** What waits for a person. */
  review(): Promise<readonly WaitingAttempt[]>;
  /** Decides what waits for a person; what to say where it cannot be decided. */
  decide(attemptId: string, decision: Decision): Promise<string | undefined>;
  /** Tells an event again; whether there is one with this id, and whether the shop took it. */
  replay(eventId: string): Promise<'unknown' | 'told' | 'failed'>;
  /** Registers the addresses for payments without a prompt with Daraja; what Daraja said where it refused. */
  registerC2b(): Promise<string | undefined>;
}

interface Parts {
  readonly context: Context;
  readonly worker: Worker;
  readonly pushes: Pushes;
  readonly waiters: Waiters;
  readonly app: ReturnType<typeof createApp>;
}

/** Makes the payments server of a shop. Nothing is opened before the first request or `start()`. */
export function createPayments(options: PaymentsOptions): Payments {
  checkOptions(options);
  const clock = options.clock ?? systemClock;
  const log = options.logger ?? silent;
  const metrics = options.metrics ?? uncounted;
  const closed = createClosedApp(options, metrics);
  const requests = new Set<Promise<unknown>>();
  let stopping = false;
  let opened: Promise<Parts> | undefined;
  let ready: Parts | undefined;

  const open = async (): Promise<Parts> => {
    const store = await openStore(options.database);
    const keys = new Keys([options.secret].flat());
    const send = options.fetch ?? globalThis.fetch.bind(globalThis);
    const daraja = new DarajaClient(options.daraja, send, clock, options.darajaTimeout);
    const context: Context = {
      options,
      store,
      daraja,
      tokens: new DarajaTokens(daraja, store, keys, clock),
      keys,
      clock,
      rules: rulesOf(options),
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      log,
      metrics,
      step: async (step) => {
        await options.onStep?.(step);
      },
    };
    const pushes = new Pushes(context);
    const waiters = new Waiters(context);
    const app = createApp(context, { pushes, waiters, isStopping: () => stopping });
    ready = { context, pushes, waiters, worker: new Worker(context, (id) => pushes.has(id)), app };
    return ready;
  };

  const parts = (): Promise<Parts> => {
    // A database that could not be opened is tried again.
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  return {
    async fetch(request, info = {}) {
      let answer: Promise<Response> | undefined;
      try {
        const { app } = ready ?? (await within(clock, OPEN_WITHIN_MS, parts())) ?? tooLate();
        answer = Promise.resolve(app.fetch(request, info));
        requests.add(answer);
        return await answer;
      } catch (error) {
        log.error({ error: nameOf(error) }, 'the database could not be opened');
        return await closed.fetch(request, info);
      } finally {
        if (answer) requests.delete(answer);
      }
    },

    async start() {
      const { context, worker } = await parts();
      await context.store.takeOver(clock.now());
      worker.start();
    },

    async stop() {
      if (stopping || !opened) return;
      stopping = true;
      const opening = opened;
      const opens = await within(clock, STOP_WITHIN_MS, opening);
      if (!opens) {
        void opening.then(({ context }) => context.store.close()).catch(() => undefined);
        return;
      }
      const { context, worker, pushes, waiters } = opens;
      waiters.stop();
      await within(clock, STOP_WITHIN_MS, Promise.all([Promise.allSettled(requests), worker.stop()]));
      pushes.stop();
      await context.store.close();
    },

    async reconcile() {
      const { worker } = await parts();
      await worker.takeUp();
      await worker.settled();
    },

    async ping() {
      const { context } = await parts();
      await context.store.ping();
    },

    async review() {
      const { context } = await parts();
      return listWaiting(context);
    },

    async decide(attemptId, decision) {
      const { context } = await parts();
      return decide(context, attemptId, decision);
    },

    async replay(eventId) {
      const { context } = await parts();
      return replay(context, eventId);
    },

    async registerC2b() {
      const { context } = await parts();
      return registerC2b(context);
    },
  };
}

function tooLate(): never {
  throw new Error('The database is not open yet');
}
