/** The events of a checkout, named and shaped as the page will see them. */

import type { PushResponse } from '../client/push.js';
import type { Attempt, PushIds } from '../model/attempt.js';
import type { DarajaError, PushFailureReason } from '../model/failure.js';
import type { PaymentFailureReason, ResultCode } from '../model/outcome.js';
import type { PhoneProblem } from '../model/phone.js';
import type { CheckoutState } from '../model/state.js';

/** In every detail: the strings that were sent. */
export type AttemptDetail = Attempt;

/** `push-request`: a push is about to leave. Cancelable; nothing has been sent yet. */
export type PushRequestDetail = AttemptDetail;

/** `push-success`: the push was accepted and the prompt is on its way. Nothing is paid yet. */
export interface PushSuccessDetail extends AttemptDetail, PushIds {
  /** The validated body as received; unknown keys are kept. */
  readonly response: PushResponse;
}

/** `push-failure`: the push did not succeed. The last event of its attempt, unless an outcome is learned later. */
export interface PushFailureDetail extends AttemptDetail {
  readonly reason: PushFailureReason;
  /** Whether the customer may have been prompted, and so charged, all the same. */
  readonly promptPossible: boolean;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  readonly darajaError?: DarajaError | undefined;
  /** For developers, in English. */
  readonly message: string;
}

/** `token-expired`: Daraja refused the token. Cancelable while `willRetry`: then no new token is asked for. */
export interface TokenExpiredDetail extends AttemptDetail {
  readonly darajaError: DarajaError;
  readonly willRetry: boolean;
}

interface OutcomeDetail extends AttemptDetail {
  /** `''` where the push broke off before its ids were known. */
  readonly paymentId: string;
  readonly checkoutRequestId: string;
  readonly resultCode: ResultCode;
  readonly resultDesc: string;
  /** As received; rebuilt in the flat shape where another tab received it. */
  readonly result: unknown;
}

/** `payment-success`: the customer has paid. */
export interface PaymentSuccessDetail extends OutcomeDetail {
  /** M-Pesa receipt number, where told. */
  readonly receipt?: string | undefined;
}

/** `payment-failure`: the customer has not paid, for certain. */
export interface PaymentFailureDetail extends OutcomeDetail {
  readonly reason: PaymentFailureReason;
}

/** `payment-unconfirmed`: watching ended and nobody knows whether the customer has paid. */
export interface PaymentUnconfirmedDetail extends AttemptDetail {
  readonly paymentId: string;
  readonly checkoutRequestId: string;
}

export interface CheckoutEventDetails {
  'push-request': PushRequestDetail;
  'push-success': PushSuccessDetail;
  'push-failure': PushFailureDetail;
  'token-expired': TokenExpiredDetail;
  'payment-success': PaymentSuccessDetail;
  'payment-failure': PaymentFailureDetail;
  'payment-unconfirmed': PaymentUnconfirmedDetail;
}

/** Who hears from a checkout. */
export interface CheckoutObserver {
  /** The state has changed, though perhaps in its data only. */
  changed(previous: CheckoutState): void;
  /** The snapshot says something else, though the state is the same. */
  refresh(): void;
  /** Emits an event. Returns `false` if it was cancelable and a listener canceled it. */
  emit<Type extends keyof CheckoutEventDetails>(
    type: Type,
    detail: CheckoutEventDetails[Type],
    cancelable?: boolean,
  ): boolean;
  /** The number cannot be paid from. Called before `pay()` returns. */
  showPhoneProblem(problem: PhoneProblem): void;
}
