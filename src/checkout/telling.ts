/**
 * Which page and which element emits an event: each event once among all of them. What becomes of a prompt is emitted by
 * the page that sent the push; if that page is gone, by the one that has learned of it.
 */

import type { OrderRecord } from '../model/attempt.js';
import type { Outcome } from '../model/outcome.js';
import type { CheckoutState, StateName } from '../model/state.js';
import type { CheckoutEventDetails, CheckoutObserver } from './checkout-events.js';
import { sleep, type CheckoutEnvironment } from './environment.js';
import type { OrderMemory } from './order-memory.js';
import { emitOutcome } from './outcome-events.js';
import type { PageOrder } from './page-order.js';
import type { Presence } from './presence.js';
import { STORAGE_SYNC_MS, takeTurn } from './turn.js';

export interface Telling {
  /** Emits on this element; if it was removed, on another one of the order that has no attempt of its own in flight. */
  emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable?: boolean,
  ): boolean;
  /** Emits what became of a prompt, if this is for this page to do. */
  tell(previous: StateName, record: OrderRecord, finding: Finding): void;
  /** Whether the outcome of a push that was made from here would be emitted here, and at once. */
  readonly isForUs: boolean;
  /** The record whose outcome was emitted here. */
  readonly told: OrderRecord | undefined;
}

export interface Finding {
  /** The push was made from here, or joined. */
  readonly isOwn: boolean;
  /** This page has found it out by itself. */
  readonly isLearned: boolean;
  /** As this page has received it. */
  readonly outcome: Outcome | undefined;
}

export interface TellingHost {
  readonly observer: CheckoutObserver;
  readonly state: CheckoutState;
  /** The newest record is of an attempt that was made from here, or joined. */
  readonly isOwn: boolean;
  readonly isConnected: boolean;
  readonly isPushing: boolean;
}

/** How long a page that has found out waits for the one that sent the push to tell it. */
const PATIENCE_MS = 1_000;

export function createTelling(
  environment: CheckoutEnvironment,
  host: TellingHost,
  order: PageOrder,
  memory: OrderMemory,
  presence: Presence,
  lockName: string,
): Telling {
  let told: OrderRecord | undefined;

  const emit: Telling['emit'] = (type, detail, cancelable = false) => {
    const other = host.isConnected ? undefined : [...order.connected].find(({ isPushing }) => !isPushing);
    return (other ?? host).observer.emit(type, detail, cancelable);
  };

  function tellNow(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): void {
    const mark = `${record.id} ${host.state.name}`;
    // Several elements of a page may have joined one push.
    if (order.told.has(mark)) return;
    order.told.add(mark);
    // Whoever comes back, or takes this page's place, does not emit it again.
    told = record.isTold ? record : memory.write({ ...record, isTold: true });
    emitOutcome(emit, previous, host.state, record, outcome);
  }

  /** An element that was removed waits for nobody: it tells what it has learned by itself. */
  const isForUs = () => presence.isHeld || !host.isConnected;

  /** Waits for this page's turn to answer for the order. Then what became of the prompt may have been told. */
  async function tellWhenHeld(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): Promise<void> {
    const { name } = host.state;
    await presence.whenHeld();
    const tellIfNew = (): void => {
      const newest = memory.read();
      if (host.state.name === name && newest?.id === record.id && !newest.isTold) tellNow(previous, newest, outcome);
    };
    // Nothing is pushed after a success. After anything else another page may be pushing: its record, which this page has
    // not read yet, would be written over, and that page may not be there any more to write it again.
    if (name === 'paid') tellIfNew();
    else
      await takeTurn(environment, lockName, async (synced) => {
        await synced;
        tellIfNew();
        return true;
      });
  }

  /** The page that sent the push may be gone, or about to go. */
  async function tellInstead(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): Promise<void> {
    const telling = tellWhenHeld(previous, record, outcome);
    await Promise.race([telling, sleep(environment, PATIENCE_MS)]);
    // A page that waits after this one has to see what this one has written.
    if (presence.isHeld) await sleep(environment, STORAGE_SYNC_MS);
    if (!host.isOwn && !host.isPushing) presence.end();
  }

  return {
    emit,
    tell(previous, record, { isOwn, isLearned, outcome }) {
      if (isOwn && isForUs()) tellNow(previous, record, outcome);
      else if (isOwn || isLearned) {
        presence.announce();
        void (isOwn ? tellWhenHeld : tellInstead)(previous, record, outcome);
      }
    },
    get isForUs() {
      return isForUs();
    },
    get told() {
      return told;
    },
  };
}
