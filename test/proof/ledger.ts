/**
 * What the widget's promises say of everything that happened so far. The ledger is told each request, event and
 * result of a world and, like a bystander, of the truth behind them; it throws where one is broken.
 */

import type { CheckoutEventDetails } from '../../src/checkout/checkout-events.js';
import { parseResult } from '../../src/client/result.js';
import type { Outcome } from '../../src/model/outcome.js';
import type { CheckoutState, StateName } from '../../src/model/state.js';
import { FOREIGN_ID, type Prompt, type Sent } from '../support/fake-payments.js';
import { KEY, PHONE, type Widget } from './widget.js';

/** An attempt that was not vetoed, from `push-request` to its terminal event. */
export interface Attempt {
  readonly widget: Widget;
  /** Awake time. */
  readonly startedAt: number;
  readonly pushes: Push[];
  end:
    | { readonly type: 'push-success' | 'push-failure'; readonly at: number; readonly promptPossible: boolean }
    | undefined;
  checkoutRequestId: string;
  /** The push whose fate it shares: its own, or that of the page which was first. */
  push: Push | undefined;
  /** Results that were handed in while it was in flight, and that may be taken for its outcome. */
  failure: { unnamed: boolean; foreign: boolean };
  readonly told: Set<keyof CheckoutEventDetails>;
  /** What was told of it may not have reached the other pages before the one that told it was gone. */
  mayBeToldAgain: boolean;
}

/** A push request, from its leaving a page. */
interface Push {
  readonly attempt: Attempt;
  readonly sent: Sent;
  readonly leftAt: number;
  /** By the wall clock. */
  readonly since: number;
  reachedAt: number | undefined;
  /** Daraja has refused its token. */
  refused: boolean;
  /** The widget was told what became of its prompt. */
  known: boolean;
  /** After a clock was set forward: who alone could still know. Whoever else reads a timestamp is deceived. */
  readonly witnesses: ReadonlySet<Widget>[];
}

export interface Facts {
  /** Milliseconds that have truly passed, asleep or awake. */
  trueTime(): number;
  /** Milliseconds that have passed awake. */
  awakeTime(): number;
  /** The wall clock. */
  now(): number;
  readonly timeoutMs: number;
  readonly promptWindowMs: number;
  /** How long a write takes from page to page. */
  readonly storageDelayMs: number;
  widgets(): readonly Widget[];
  tokens(): readonly string[];
}

/** A promise was not kept. */
export class BrokenPromise extends Error {}

/** How long a page that has found out stays in line. */
const PATIENCE_MS = 1_000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Where each state may lead. Data may change within a state. */
const TRANSITIONS: Readonly<Record<StateName, readonly StateName[]>> = {
  idle: ['requesting', 'failed', 'prompted', 'unconfirmed', 'paid'],
  requesting: ['prompted', 'failed', 'unconfirmed'],
  prompted: ['requesting', 'paid', 'failed', 'unconfirmed'],
  unconfirmed: ['requesting', 'prompted', 'failed', 'paid', 'idle'],
  failed: ['requesting', 'prompted', 'unconfirmed', 'paid', 'idle'],
  paid: [],
};

type EventType = keyof CheckoutEventDetails;

export class Ledger {
  /** How often a promise was looked at. */
  checks = 0;
  /** What happened, for whoever reads a failure. */
  readonly story: string[] = [];
  /** How often what happened: a proof that never pays proves nothing. */
  readonly seen = new Map<string, number>();
  readonly #facts: Facts;
  readonly #attempts: Attempt[] = [];
  readonly #pushes: Push[] = [];
  #sender: Widget | undefined;
  readonly #polls = new Map<Widget, Sent>();
  /** Whoever may have asked for the token of a poll while the page was still to be seen. */
  readonly #preparing = new Set<Widget>();
  /** The state before the last change. */
  readonly #before = new Map<Widget, StateName>();
  /** Whoever was told a success of a checkout that it knows. */
  readonly #successes = new Set<Widget>();
  readonly #askers = new WeakMap<Sent, Widget>();
  /** When a page first showed the order as paid, and the wall clock's time of its record. */
  #paidAt: { readonly at: number; readonly since: number } | undefined;
  /** When an outcome was last told. */
  #toldAt = -Infinity;
  /** When the success was first told. */
  #successToldAt = Infinity;
  /** The ids of no prompt under which outcomes were told. */
  readonly #foreign = new Set([FOREIGN_ID]);
  #failure: BrokenPromise | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Notes a broken promise, which the next `verify` throws: the checkout itself may swallow what is thrown at it. */
  broken(promise: string, widget?: Widget): void {
    this.#failure ??= new BrokenPromise(`${promise}${widget ? ` (${widget.name})` : ''}`);
  }

  expect(holds: boolean, promise: string, widget?: Widget): void {
    this.checks++;
    if (!holds) this.broken(promise, widget);
  }

  note(line: string): void {
    this.story.push(`${this.#facts.trueTime().toFixed(0).padStart(8)} ${line}`);
  }

  count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  // Told by the widgets

  /** Runs what sends a request, which is then known for this widget's. */
  sentBy<T>(widget: Widget, send: () => T): T {
    this.#sender = widget;
    return send();
  }

  changed(widget: Widget, previous: CheckoutState): void {
    const { name } = widget.state;
    this.#before.set(widget, previous.name);
    if (name !== previous.name) this.note(`${widget.name} ${previous.name} → ${name}`);
    const legal = name === previous.name ? name !== 'paid' : TRANSITIONS[previous.name].includes(name);
    this.expect(legal, `${previous.name} → ${name} is no step of the table`, widget);
    // An element out of the document repairs nothing that is written over what it knows.
    if (name === 'paid' && widget.connected) this.#paidAt ??= { at: this.#facts.trueTime(), since: this.#facts.now() };
  }

  heard<Type extends EventType>(on: Widget, type: Type, detail: CheckoutEventDetails[Type], granted: boolean): void {
    const reason = 'reason' in detail ? ` ${detail.reason}` : '';
    const widget = this.#ownerOf(type, on);
    this.note(`${on.name} tells ${type}${reason}${granted ? '' : ', vetoed'}`);
    this.count(`${type}${reason}`);
    this.#expectNoToken(detail, widget);
    switch (type) {
      case 'push-request':
        this.#requested(widget, granted);
        break;
      case 'push-success':
      case 'push-failure':
        this.#ended(widget, type, detail as CheckoutEventDetails['push-success' | 'push-failure']);
        break;
      case 'token-expired':
        this.expect(widget.open !== undefined, 'token-expired is told of an attempt in flight', widget);
        break;
      case 'payment-success':
      case 'payment-failure':
      case 'payment-unconfirmed':
        this.#outcome(widget, type, (detail as CheckoutEventDetails['payment-unconfirmed']).checkoutRequestId);
        break;
    }
  }

  /** The events of an attempt fire on another element of the page if its own was removed. */
  #ownerOf(type: EventType, on: Widget): Widget {
    if (!['push-success', 'push-failure', 'token-expired'].includes(type) || on.open) return on;
    const removed = this.#facts.widgets().filter((other) => other.tab === on.tab && !other.connected);
    return removed.find(({ open }) => open) ?? on;
  }

  #requested(widget: Widget, granted: boolean): void {
    this.expect(widget.open === undefined, 'no second attempt begins before the first has ended', widget);
    this.expect(!['requesting', 'paid'].includes(widget.state.name), 'push-request comes in the old state', widget);
    if (!granted) return;
    const attempt: Attempt = {
      widget,
      startedAt: this.#facts.awakeTime(),
      pushes: [],
      end: undefined,
      checkoutRequestId: '',
      push: undefined,
      failure: { unnamed: false, foreign: false },
      told: new Set(),
      mayBeToldAgain: false,
    };
    widget.attempts.push(attempt);
    this.#attempts.push(attempt);
  }

  #ended(
    widget: Widget,
    type: 'push-success' | 'push-failure',
    detail: CheckoutEventDetails['push-success' | 'push-failure'],
  ): void {
    const attempt = widget.open;
    this.expect(attempt !== undefined, 'an attempt has exactly one terminal push event', widget);
    if (!attempt) return;
    const promptPossible = 'promptPossible' in detail ? detail.promptPossible : true;
    attempt.push ??= promptPossible ? this.#pushes.at(-1) : undefined;
    attempt.end = { type, at: this.#facts.trueTime(), promptPossible };
    const { name } = widget.state;
    if ('checkoutRequestId' in detail) {
      attempt.checkoutRequestId = detail.checkoutRequestId;
      this.expect(name === 'prompted', 'push-success is told in prompted', widget);
      const own = attempt.pushes.at(-1)?.sent.prompt;
      const push = this.#pushOf(detail.checkoutRequestId);
      // A failure under a foreign id may have been taken for that of a push whose id nobody knew.
      const named = !!push || this.#foreign.has(detail.checkoutRequestId);
      this.expect(own ? own === push?.sent.prompt : named, 'push-success names the prompt that was sent', widget);
      if (attempt.failure.unnamed && push) push.known = true;
    } else {
      const expected = promptPossible ? 'unconfirmed' : 'failed';
      this.expect(name === expected, `push-failure is told in ${expected}`, widget);
      const prompted = attempt.pushes.some(({ sent }) => sent.prompt !== undefined);
      this.expect(promptPossible || !prompted, 'no prompt was sent where promptPossible is false', widget);
      if (attempt.push && attempt.failure.foreign) attempt.push.known = true;
    }
  }

  #outcome(widget: Widget, type: EventType, checkoutRequestId: string): void {
    const { attempt } = widget;
    this.#toldAt = this.#facts.trueTime();
    if (type === 'payment-success') this.#successToldAt = Math.min(this.#successToldAt, this.#toldAt);
    const state = { 'payment-success': 'paid', 'payment-failure': 'failed', 'payment-unconfirmed': 'unconfirmed' }[
      type as 'payment-success'
    ];
    // A success pays the order, whichever push it is of; anything else is told of one push.
    const named = this.#pushOf(checkoutRequestId);
    const isOfLatest = type === 'payment-success' || !named || named === this.#pushes.at(-1);
    this.expect(widget.state.name === state, `${type} is told in ${state}`, widget);
    this.expect(!widget.open, 'an outcome is told after the push has ended', widget);
    if (attempt && this.#startedBy(widget, checkoutRequestId, isOfLatest)) {
      const { told } = attempt;
      const final = type === 'payment-success' ? [type] : ['payment-success', 'payment-failure', type];
      this.expect(
        // What was told by another page is forgotten with the record.
        this.#isForgotten(named) || attempt.mayBeToldAgain || !final.some((earlier) => told.has(earlier as EventType)),
        `${type} comes once, and not too late`,
        widget,
      );
      if (type === 'payment-unconfirmed') {
        const before = this.#before.get(widget);
        this.expect(before === 'prompted', 'what was unconfirmed already is not told to be so', widget);
      }
      // Those that share a push tell its outcome once among them.
      for (const other of this.#facts.widgets()) this.#startedBy(other, checkoutRequestId, isOfLatest)?.told.add(type);
      told.add(type);
      return;
    }
    // Told in their place: they are not to tell it again.
    for (const other of this.#facts.widgets()) {
      this.#startedBy(other, checkoutRequestId, isOfLatest)?.told.add(type);
      // Its element was removed in mid-push, and its page has left the order to the others.
      const { open } = other;
      if (open?.pushes.some(({ sent }) => sent.prompt?.id === checkoutRequestId)) open.told.add(type);
    }
    // Those that have joined a push are in line like all others. Of the latest push: what became of an earlier one is told by whoever finds out.
    const latest = this.#pushes.at(-1);
    const starter = this.#facts.widgets().find(
      (other) =>
        other !== widget &&
        other.connected &&
        // The next in line may have begun to answer for the order.
        this.#facts.awakeTime() - Math.max(other.leftAt, other.backAt, other.tab.thawedAt) > PATIENCE_MS &&
        !other.tab.frozen &&
        this.#isStarter(other, checkoutRequestId) &&
        other.attempts.some(({ pushes }) => latest !== undefined && pushes.includes(latest)),
    );
    const push = this.#pushOf(checkoutRequestId);
    if (push && push !== latest) return;
    // It did send that push, and was never told its id.
    if (push && widget.attempts.some((own) => own.push === push)) return;
    // It tells for an element of its page that was removed, which is among those that share the push.
    const removed = this.#facts.widgets().filter(({ tab, connected }) => tab === widget.tab && !connected);
    if (removed.some((other) => this.#isStarter(other, checkoutRequestId))) return;
    // By then the record has expired, and each goes by what it remembers.
    if (this.#isForgotten()) return;
    this.expect(!starter, `a follower leaves ${type} to the page that sent the push`, widget);
  }

  /** Whether the push that is being answered, or the one that has left last, was this widget's or was joined by it. */
  #isStarter(widget: Widget, checkoutRequestId: string): boolean {
    return this.#startedBy(widget, checkoutRequestId) !== undefined;
  }

  #startedBy({ attempts }: Widget, checkoutRequestId: string, mayBeLatest = true): Attempt | undefined {
    return [...attempts].reverse().find(({ end, push, checkoutRequestId: id }) => {
      const isLatest = mayBeLatest && !!push && push === this.#pushes.at(-1);
      return !!end && ((id !== '' && id === checkoutRequestId) || isLatest);
    });
  }

  /** Whether what is stored of a push has expired. */
  #isForgotten(push = this.#pushes.at(-1)): boolean {
    return !!push && this.#facts.now() - push.since >= DAY_MS;
  }

  // Told by the payments API

  leaves(sent: Sent): void {
    const widget = this.#sender;
    if (!widget) return;
    this.#askers.set(sent, widget);
    if (sent.endpoint === 'token' && !widget.tab.page.hidden) this.#preparing.add(widget);
    if (sent.endpoint === 'status') this.#polled(widget, sent);
    if (sent.endpoint === 'push') this.#pushed(widget, sent);
  }

  #polled(widget: Widget, sent: Sent): void {
    const earlier = this.#polls.get(widget);
    this.expect(!earlier || earlier.over, 'never two polls at once', widget);
    const began = this.#preparing.delete(widget);
    this.expect(began || !widget.tab.page.hidden, 'nobody polls while hidden', widget);
    this.expect(widget.connected, 'nobody polls out of the document', widget);
    this.#polls.set(widget, sent);
  }

  #pushed(widget: Widget, sent: Sent): void {
    this.note(`${widget.name} pushes: ${sent.fault}`);
    this.count(`push met by ${sent.fault}`);
    const attempt = widget.open;
    this.expect(attempt !== undefined, 'no push leaves without an attempt', widget);
    if (!attempt) return;
    const earlier = attempt.pushes.at(-1);
    if (earlier) {
      this.expect(earlier.sent.fault === 'expired', 'only a refused token makes a second push', widget);
      this.expect(attempt.pushes.length === 1, 'a token is renewed once', widget);
      earlier.refused = true;
    }
    const live = this.#pushes.find((push) => push !== earlier && this.#isLive(push) && !isDeceived(push, widget));
    this.expect(!live, `one order, one prompt: ${live?.attempt.widget.name ?? ''}'s may be live`, widget);
    const paid = this.#paidAt;
    // There, and back where another page wrote over it.
    const told = paid && this.#facts.trueTime() - paid.at > 2 * this.#facts.storageDelayMs;
    // Forgotten after a day, and not known again because the clock is put back.
    const age = paid && Math.max(this.#facts.now() - paid.since, this.#facts.trueTime() - paid.at);
    const remembered = age !== undefined && age < DAY_MS / 2;
    this.expect(!told || !remembered, 'nobody pushes for an order that is known as paid', widget);
    const leftAt = this.#facts.trueTime();
    const since = this.#facts.now();
    const push: Push = {
      attempt,
      sent,
      leftAt,
      since,
      reachedAt: undefined,
      refused: false,
      known: false,
      witnesses: [],
    };
    attempt.pushes.push(push);
    attempt.push = push;
    this.#pushes.push(push);
  }

  prompted(sent: Sent, prompt: Prompt): void {
    this.note(`the phone shows ${prompt.id}`);
    const push = this.#pushes.find((other) => other.sent === sent);
    if (push) push.reachedAt = this.#facts.trueTime();
  }

  /** A widget is about to be told a result, by the status endpoint or by its page. */
  told(result: unknown, to: Widget | Sent): void {
    const widget = 'endpoint' in to ? this.#askers.get(to) : to;
    const parsed = parseResult(result);
    if (!widget || parsed.kind !== 'outcome') return;
    const { outcome } = parsed;
    const { checkoutRequestId: id } = outcome;
    if (id && !this.#pushOf(id)) this.#foreign.add(id);
    this.note(`${widget.name} is told ${outcome.verdict} of ${outcome.checkoutRequestId ?? '?'}`);
    if (outcome.verdict === 'paid') {
      if (isKnown(widget, outcome.checkoutRequestId)) this.#successes.add(widget);
      return;
    }
    const push = outcome.checkoutRequestId && this.#pushOf(outcome.checkoutRequestId);
    if (push) push.known = true;
    this.#mayBeTaken(widget, outcome);
  }

  /** A failure without an id, and one of an unknown id where none is known, may end the latest attempt. */
  #mayBeTaken(widget: Widget, { checkoutRequestId: id }: Outcome): void {
    const record = widget.tab.environment.store.read(KEY);
    if (widget.open) {
      if (id) widget.open.failure.foreign = true;
      else widget.open.failure.unnamed = true;
    }
    const { state } = widget;
    const { ids, earlier = [] } = record ?? { ids: 'ids' in state ? state.ids : undefined };
    if (ids) {
      const latest = id ? undefined : this.#pushOf(ids.checkoutRequestId);
      if (latest) latest.known = true;
      return;
    }
    const seen = earlier.some((known) => known.checkoutRequestId === id);
    const latest = this.#pushes.at(-1);
    if (id && !seen && latest && !widget.open) latest.known = true;
  }

  /** The wall clock is about to be set forward: whoever does not know of a prompt by now cannot tell its age. */
  setForward(): void {
    const witnesses = new Set(
      this.#facts.widgets().filter(({ state }) => 'liveUntil' in state && state.liveUntil > this.#facts.now()),
    );
    for (const push of this.#pushes) if (this.#isLive(push)) push.witnesses.push(witnesses);
  }

  #pushOf(checkoutRequestId: string): Push | undefined {
    return this.#pushes.find(({ sent }) => sent.prompt?.id === checkoutRequestId);
  }

  /** Whether the prompt of a push may be on the phone, as far as the widget can know. */
  #isLive({ attempt, leftAt, reachedAt, refused, known }: Push): boolean {
    if (refused || known) return false;
    const now = this.#facts.trueTime();
    const window = this.#facts.promptWindowMs;
    if (attempt.end) return attempt.end.promptPossible && now < attempt.end.at + window;
    // A page that is gone in mid-push allowed for a request's timeout, and nobody can allow for more.
    const arrived = Math.min(reachedAt ?? leftAt, leftAt + this.#facts.timeoutMs);
    return !attempt.widget.tab.gone || now < arrived + window;
  }

  /** A page, or its element, is about to go away. What it has only just written may be written over by one that has not seen it. */
  leavesBehind(): void {
    const facts = this.#facts;
    if (this.#paidAt && facts.trueTime() - this.#paidAt.at <= facts.storageDelayMs) this.#paidAt = undefined;
    // Nor may the others have read that it was told.
    if (facts.trueTime() - this.#toldAt <= facts.storageDelayMs)
      for (const attempt of this.#attempts) attempt.mayBeToldAgain = true;
  }

  // After every step

  verify(written: readonly string[]): void {
    const { timeoutMs } = this.#facts;
    // Waiting for its turn, and then a token, a push and both again.
    const longest = 2 * 4 * timeoutMs + 10_000;
    for (const widget of this.#facts.widgets()) {
      const { open, state } = widget;
      const inTime = !open || this.#facts.awakeTime() - open.startedAt <= longest;
      this.expect(inTime, 'every attempt ends in a terminal push event', widget);
      this.expect((state.name === 'requesting') === !!open || widget.tab.frozen, 'requesting is an attempt', widget);
      this.#expectNoToken(state, widget);
      if (widget.checkout.snapshot().manualLockedForMs === 0) {
        const own = this.#pushes.filter((push) => push.attempt.widget === widget && !isDeceived(push, widget));
        const isLive = own.some((push) => this.#isLive(push));
        this.expect(!isLive, 'no way to pay without a prompt is offered while a prompt may be live', widget);
      }
      if (open || widget.tab.frozen || !this.#successes.delete(widget) || !widget.connected) continue;
      this.expect(state.name === 'paid', 'a success of any known checkout wins in every state', widget);
    }
    for (const text of written) {
      this.#expectNoToken(text);
      this.expect(!text.includes(PHONE), 'no whole phone number is stored');
    }
    if (this.#failure) throw this.#failure;
  }

  #expectNoToken(value: unknown, widget?: Widget): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.expect(!this.#facts.tokens().some((token) => text.includes(token)), 'the token is nowhere', widget);
  }

  // At the end

  /** All is quiet, everybody looks, and no prompt can be live any more. */
  verifyRest({ remembers }: { remembers: boolean }): void {
    const widgets = this.#facts.widgets();
    const connected = widgets.filter((widget) => widget.connected);
    const paid = connected.some(({ state }) => state.name === 'paid');
    // Entries expire after a day.
    const stored = remembers && this.#paidAt && this.#facts.now() - this.#paidAt.since < DAY_MS / 2;
    for (const widget of widgets) {
      this.expect(!widget.open, 'every attempt ends in a terminal push event', widget);
    }
    for (const widget of connected) {
      const { state, attempt } = widget;
      if (stored) this.expect(!paid || state.name === 'paid', 'all pages show that the order is paid', widget);
      this.expect(state.name === 'paid' || widget.checkout.snapshot().canPay, 'nobody is locked out for ever', widget);
      const latest = this.#pushes.at(-1);
      if (state.name !== 'paid' || !latest || !attempt?.pushes.includes(latest)) continue;
      // A page that had not yet seen this push may have written the success down as that of the one before.
      const paidAfter = this.#paidAt ? this.#paidAt.at - latest.leftAt : 0;
      if (paidAfter <= this.#facts.storageDelayMs) continue;
      // An element out of the document may have told it, and a day later been forgotten.
      if (this.#successToldAt < latest.leftAt) continue;
      this.expect(attempt.told.has('payment-success'), 'the page that sent the push tells its success', widget);
    }
  }
}

/** Whether this widget reads of a prompt only by a clock that was set forward since: docs/decisions/0002. */
function isDeceived({ witnesses }: Push, widget: Widget): boolean {
  return witnesses.some((witness) => !witness.has(widget));
}

/** Whether a widget remembers a checkout; one without a name is that of the order. */
function isKnown({ tab, open }: Widget, checkoutRequestId: string | undefined): boolean {
  const record = tab.environment.store.read(KEY);
  if (!record || open) return false;
  const checkouts = record.ids ? [record.ids, ...record.earlier] : record.earlier;
  return !checkoutRequestId || checkouts.some((ids) => ids.checkoutRequestId === checkoutRequestId);
}
