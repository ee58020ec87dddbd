/**
 * Which page and which element emits an event: each event once among all of them. What becomes of a prompt is emitted by
 * the page that sent the push; if that page is gone, by the one that has learned of it.
 */

import type { OrderRecord } from '../model/attempt.js';
import type { Outcome } from '../model/outcome.js';
import type { CheckoutState, StateName } from '../model/state.js';
import type { CheckoutEventDetails, CheckoutObserver } from './checkout-events.js';
import type { OrderMemory } from './order-memory.js';
import { emitOutcome } from './outcome-events.js';
import type { PageOrder } from './page-order.js';
import type { Presence } from './presence.js';

export interface Telling {
  /** Emits on this element; if it was removed, on another one of the order that has no attempt of its own in flight. */
  emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable?: boolean,
  ): boolean;
  /**
   * Emits what became of a prompt, if this is for this page to do.
   *
   * @param isOwn the push was made from here, or joined
   * @param outcome as this page has received it
   */
  tell(previous: StateName, record: OrderRecord, isOwn: boolean, outcome: Outcome | undefined): void;
  /** The record whose outcome was emitted here. */
  readonly told: OrderRecord | undefined;
}

export interface TellingHost {
  readonly state: CheckoutState;
  readonly isConnected: boolean;
}

export function createTelling(
  host: TellingHost,
  observer: CheckoutObserver,
  order: PageOrder,
  memory: OrderMemory,
  presence: Presence,
): Telling {
  let told: OrderRecord | undefined;

  const emit: Telling['emit'] = (type, detail, cancelable = false) => {
    const other = host.isConnected ? undefined : [...order.connected].find(({ isPushing }) => !isPushing);
    return (other?.observer ?? observer).emit(type, detail, cancelable);
  };

  function tellNow(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): void {
    const mark = `${record.id} ${host.state.name}`;
    // Several elements of a page may have joined one push.
    if (order.told.has(mark)) return;
    order.told.add(mark);
    // Whoever comes back, or takes this page's place, does not emit it again.
    told = memory.write({ ...record, isTold: true });
    emitOutcome(emit, previous, host.state, record, outcome);
  }

  async function tellLater(
    previous: StateName,
    record: OrderRecord,
    isForThisPage: Promise<boolean>,
    outcome: Outcome | undefined,
  ): Promise<void> {
    const { name } = host.state;
    if (!(await isForThisPage)) return;
    const newest = memory.read();
    if (host.state.name === name && newest?.id === record.id && !newest.isTold) tellNow(previous, newest, outcome);
  }

  return {
    emit,
    tell(previous, record, isOwn, outcome) {
      if (isOwn) presence.announce();
      if (isOwn && presence.isHeld) tellNow(previous, record, outcome);
      else {
        const isForThisPage = isOwn ? presence.whenHeld().then(() => true) : presence.claim();
        void tellLater(previous, record, isForThisPage, outcome);
      }
    },
    get told() {
      return told;
    },
  };
}
