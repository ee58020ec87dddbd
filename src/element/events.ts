/** The element's DOM events. Their names are generic, so they are typed on the element and not for every element. */

import type { CheckoutEventDetails, AttemptDetail } from '../checkout/checkout-events.js';
import type { StateName } from '../model/state.js';

export type {
  AttemptDetail,
  PaymentFailureDetail,
  PaymentSuccessDetail,
  PaymentUnconfirmedDetail,
  PushFailureDetail,
  PushRequestDetail,
  PushSuccessDetail,
  TokenExpiredDetail,
} from '../checkout/checkout-events.js';

/** `state-change`: the state changed. `phone` is `''` where no valid number is known. */
export interface StateChangeDetail extends AttemptDetail {
  readonly state: StateName;
  readonly previous: StateName;
}

/** Every detail by the name of its event. */
export interface VitumobPayEventDetails extends CheckoutEventDetails {
  'state-change': StateChangeDetail;
}

/** Every event by its name. */
export type VitumobPayEventMap = {
  [Type in keyof VitumobPayEventDetails]: CustomEvent<VitumobPayEventDetails[Type]>;
};

/** The element's own events, and those of every element. */
type ElementEventMap = VitumobPayEventMap & Omit<HTMLElementEventMap, keyof VitumobPayEventMap>;

/** `addEventListener` and its counterpart, for an element whose own events have details. */
export interface Listen<Self, Options> {
  <Type extends keyof ElementEventMap>(
    type: Type,
    listener: (this: Self, event: ElementEventMap[Type]) => unknown,
    options?: boolean | Options,
  ): void;
  (type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | Options): void;
}
