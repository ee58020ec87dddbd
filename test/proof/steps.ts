/** All that can happen to a checkout, as commands of a random sequence. */

import fc from 'fast-check';
import {
  FOREIGN_ID,
  resultOf,
  type Exchange,
  type FaultName,
  type ResultCode,
  type Shape,
} from '../support/fake-payments.js';
import { WILD_ID } from '../support/fixtures/wild/index.js';
import type { Ledger } from './ledger.js';
import { claimOf, damagedBody } from './wild.js';
import type { World } from './world.js';

/** A command: something happens in the world, and the ledger's promises hold afterwards. */
class Step implements fc.AsyncCommand<Ledger, World> {
  readonly #words: string;
  readonly #act: (world: World) => void | Promise<void>;

  constructor(words: string, act: (world: World) => void | Promise<void>) {
    this.#words = words;
    this.#act = act;
  }

  /** What cannot happen is left out by `act` itself: whether it can is the world's to know. */
  check(): boolean {
    return true;
  }

  async run(ledger: Ledger, world: World): Promise<void> {
    ledger.note(`— ${this.#words}`);
    ledger.count('steps');
    await this.#act(world);
    await world.verify();
  }

  toString(): string {
    return this.#words;
  }
}

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

const index = fc.nat({ max: 5 });

/** Mostly an immediate answer, sometimes one that is long in coming. */
const delay = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(40, 120, 700, 4_000, 12_000));

function exchange(...faults: FaultName[]): fc.Arbitrary<Exchange> {
  return fc.record({
    fault: fc.oneof({ weight: 2, arbitrary: fc.constant('ok' as const) }, fc.constantFrom(...faults)),
    upMs: delay,
    downMs: delay,
    retryAfterS: fc.constantFrom(5, 30, 600),
  });
}

const COMMON = ['reset', 'reset-after', 'no-answer', 'lost', 'cut-short', 'stalled', 'not-json-200'] as const;
const HTTP = ['html-404', 'server-500', 'server-500-after', 'redirect', 'retry-after'] as const;

const tokenExchange = exchange(...COMMON, ...HTTP, 'not-a-token', 'expires-soon');
const pushExchange = exchange(
  ...COMMON,
  ...HTTP,
  ...(['expired', 'token-missing', 'daraja-500', 'conflict', 'refused-code'] as const),
  ...(['missing-ids', 'echo-token', 'echo-token-error'] as const),
);
const statusExchange = exchange(
  ...COMMON,
  ...HTTP,
  ...(['expired', 'in-progress', 'being-processed', 'pending', 'contradicts', 'foreign', 'echo-token'] as const),
);

const shape = fc.constantFrom<Shape>('callback', 'query', 'flat', 'flat-without-id');
const code = fc.oneof(
  { weight: 1, arbitrary: fc.constant<ResultCode>(0) },
  { weight: 3, arbitrary: fc.constantFrom<ResultCode>(1, 17, 1019, 1032, 1037, 2001) },
);

function brief({ fault = 'ok', upMs = 0, downMs = 0 }: Exchange): string {
  return `${fault}${upMs || downMs ? `(${upMs}+${downMs} ms)` : ''}`;
}

type Weighted = fc.WeightedArbitrary<Step>;

const step = (weight: number, arbitrary: fc.Arbitrary<Step>): Weighted => ({ weight, arbitrary });

const presses = fc.record({
  at: index,
  tokens: fc.array(tokenExchange, { maxLength: 2 }),
  pushes: fc.array(pushExchange, { minLength: 1, maxLength: 2 }),
  times: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.constant(2)),
});

const steps: readonly Weighted[] = [
  step(
    10,
    presses.map(
      ({ at, tokens, pushes, times }) =>
        new Step(
          `press ${at}${times > 1 ? ' twice' : ''} [token: ${tokens.map(brief).join()}] [push: ${pushes.map(brief).join()}]`,
          (world) => {
            world.payments.unplan('token');
            world.payments.unplan('push');
            world.payments.plan('token', ...tokens);
            world.payments.plan('push', ...pushes);
            for (let time = 0; time < times; time++) world.widgetAt(at)?.press();
          },
        ),
    ),
  ),
  step(
    3,
    fc.tuple(index, index).map(
      ([one, other]) =>
        new Step(`press ${one} and ${other} at once`, (world) => {
          world.widgetAt(one)?.press();
          world.widgetAt(other)?.press();
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`press ${at}, vetoed`, (world) => {
          const widget = world.widgetAt(at);
          if (!widget) return;
          widget.vetoes = true;
          widget.press();
          widget.vetoes = false;
        }),
    ),
  ),
  step(
    2,
    index.map(
      (at) =>
        new Step(`type into ${at}`, (world) => {
          world.widgetAt(at)?.type();
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`reset ${at}`, async (world) => {
          await world.storageArrives();
          // Nobody is there to repair what this writes over while another page's push is in flight.
          if (world.widgets.some(({ open }) => open)) return;
          world.widgetAt(at)?.checkout.reset();
        }),
    ),
  ),
  step(
    8,
    fc
      .constantFrom(20, 60, 160, 900, 2_500, 10_000, 31_000, 65_000, 121_000, 200_000)
      .map((ms) => new Step(`${ms} ms pass`, (world) => world.clock.advance(ms))),
  ),
  step(
    1,
    fc.constantFrom(5_000, 130_000, DAY_MS + 1).map(
      (ms) =>
        new Step(`the phone sleeps for ${ms} ms`, async (world) => {
          await world.storageArrives();
          world.sleep(ms);
        }),
    ),
  ),
  step(
    1,
    fc.constantFrom(-DAY_MS, -200_000, -5_000, -500, 5_000, 130_000, DAY_MS).map(
      (ms) =>
        new Step(`the clock is set by ${ms} ms`, (world) => {
          world.setClock(ms);
        }),
    ),
  ),
  step(
    3,
    fc.constant(
      new Step('open a tab', async (world) => {
        await world.pageLoads();
        if (world.mayOpenTab) world.openTab();
      }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`close tab ${at}`, (world) => {
          if (world.remembers) world.close(at);
        }),
    ),
  ),
  step(
    2,
    index.map(
      (at) =>
        new Step(`crash tab ${at}`, (world) => {
          if (world.remembers) world.crash(at);
        }),
    ),
  ),
  step(
    3,
    index.map(
      (at) =>
        new Step(`reload tab ${at}`, async (world) => {
          await world.pageLoads();
          if (world.remembers) world.reload(at);
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`add an element to tab ${at}`, (world) => {
          const tab = world.tabAt(at);
          if (tab && world.mayAddWidget(tab)) world.addWidget(tab);
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`remove ${at}`, (world) => {
          world.ledger.leavesBehind();
          world.widgetAt(at)?.disconnect();
        }),
    ),
  ),
  step(
    2,
    index.map(
      (at) =>
        new Step(`insert ${at}`, (world) => {
          world.widgetAt(at)?.connect();
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`move ${at}`, (world) => {
          const widget = world.widgetAt(at);
          widget?.disconnect();
          widget?.connect();
        }),
    ),
  ),
  step(
    2,
    fc.tuple(index, fc.constantFrom('goOffline' as const, 'goOnline' as const)).map(
      ([at, change]) =>
        new Step(`tab ${at}: ${change}`, (world) => {
          world.tabAt(at)?.tab.page[change]();
        }),
    ),
  ),
  step(
    2,
    fc.tuple(index, fc.constantFrom('hide' as const, 'show' as const)).map(
      ([at, change]) =>
        new Step(`tab ${at}: ${change}`, (world) => {
          const tab = world.tabAt(at)?.tab;
          if (!tab?.frozen) tab?.page[change]();
        }),
    ),
  ),
  step(
    1,
    index.map(
      (at) =>
        new Step(`tab ${at} leaves for the back/forward cache or returns`, (world) => {
          const found = world.tabAt(at);
          if (!found) return;
          const { tab, widgets } = found;
          // No browser takes in a page with a request in flight that holds a lock.
          if (tab.frozen) tab.thaw();
          else if (!widgets.some(({ open }) => open)) tab.freeze();
        }),
    ),
  ),
  step(
    5,
    fc.tuple(index, code).map(
      ([at, resultCode]) =>
        new Step(`the customer answers prompt -${at} with ${resultCode}`, ({ payments }) => {
          const prompt = payments.prompts.at(-1 - (at % 2));
          // M-Pesa lets nobody take a payment back.
          if (prompt && prompt.resultCode !== 0) prompt.resultCode = resultCode;
        }),
    ),
  ),
  step(
    4,
    fc.record({ at: index, which: index, shape, truth: fc.boolean(), foreign: fc.boolean(), code }).map(
      ({ at, which, truth, foreign, ...how }) =>
        new Step(
          `settle ${at} with ${foreign ? 'a foreign' : `prompt -${which}'s`} ${truth ? 'outcome' : how.code} as ${how.shape}`,
          async (world) => {
            await world.storageArrives();
            const widget = world.widgetAt(at);
            const prompt = world.payments.prompts.at(-1 - (which % 3));
            if (!widget || !prompt) return;
            const resultCode = truth ? prompt.resultCode : how.code;
            if (resultCode === undefined) return;
            const id = foreign && resultCode !== 0 ? FOREIGN_ID : prompt.id;
            const result = resultOf({ id, resultCode }, how.shape);
            world.ledger.told(result, widget);
            widget.checkout.settle(result);
            await world.storageArrives();
          },
        ),
    ),
  ),
  step(
    4,
    fc.tuple(index, index, damagedBody).map(
      ([at, which, { words, text }]) =>
        new Step(`settle ${at}, of prompt -${which}, with ${words}`, async (world) => {
          await world.storageArrives();
          const widget = world.widgetAt(at);
          const prompt = world.payments.prompts.at(-1 - (which % 3));
          if (!widget || !prompt) return;
          const result = text.replaceAll(WILD_ID, prompt.id);
          const claim = claimOf(result);
          const before = widget.state;
          if (claim.paid || claim.failed) world.ledger.told(result, widget);
          try {
            widget.checkout.settle(result);
          } catch (error) {
            world.ledger.expect(error instanceof TypeError, 'settle() throws nothing but a TypeError', widget);
          }
          world.ledger.count(claim.paid ? 'a wild success' : claim.failed ? 'a wild failure' : 'a wild nothing');
          const isPaid = widget.state.name === 'paid';
          // A listener may have begun the next attempt.
          const mayMove = isPaid ? claim.paid : claim.paid || claim.failed;
          world.ledger.expect(
            widget.state === before || mayMove,
            'nothing that is not certain is ever paid, failed or unlocking',
            widget,
          );
          await world.storageArrives();
        }),
    ),
  ),
  step(
    3,
    fc.array(statusExchange, { minLength: 1, maxLength: 3 }).map(
      (exchanges) =>
        new Step(`status to come: ${exchanges.map(brief).join(', ')}`, (world) => {
          world.payments.plan('status', ...exchanges);
        }),
    ),
  ),
  step(
    1,
    fc.constantFrom('denied' as const, 'full' as const, 'none' as const, 'cleared' as const).map(
      (trouble) =>
        new Step(`storage: ${trouble}`, ({ storage, options }) => {
          if (options.kind !== 'fragile') return;
          if (trouble !== 'none') storage.struck = true;
          if (trouble === 'cleared') storage.clear();
          else storage.trouble = trouble;
        }),
    ),
  ),
];

export const anyStep: fc.Arbitrary<Step> = fc.oneof(...steps);
