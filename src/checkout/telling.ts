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
  /** Emits what became of a prompt, once in a page, though several of its elements may have joined one push. */
  tell(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): void;
  /** Does so in place of the page that sent the push, if that page is gone. */
  tellInstead(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): Promise<void>;
  /** The record whose outcome was emitted here in place of that page. */
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

  function tell(previous: StateName, record: OrderRecord, outcome: Outcome | undefined): void {
    const mark = `${record.id} ${host.state.name}`;
    if (order.told.has(mark)) return;
    order.told.add(mark);
    emitOutcome(emit, previous, host.state, record, outcome);
  }

  return {
    emit,
    tell,
    async tellInstead(previous, record, outcome) {
      const { name } = host.state;
      if (!(await presence.claim())) return;
      const newest = memory.read();
      if (host.state.name !== name || newest?.id !== record.id || newest.isTold) return;
      // The page that sent the push may come back.
      told = memory.write({ ...newest, isTold: true });
      tell(previous, record, outcome);
    },
    get told() {
      return told;
    },
  };
}
