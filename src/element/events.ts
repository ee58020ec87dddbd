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
