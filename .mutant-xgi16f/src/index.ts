/**
 * The payments server behind `<vitumob-pay>`. Web standard: `Request`, `Response` and WebCrypto, nothing of Node's.
 *
 * @module vitumob-pay-server
 */
export { createPayments, type Payments } from './payments/payments.js';
export type { PaymentEvent, PaymentEventType } from './payments/attempt.js';
export type { Allowance, Limits } from './payments/limits.js';
export type { Decision, WaitingAttempt } from './payments/review.js';
export type { Clock } from './clock.js';
export type { DarajaAccount } from './daraja/client.js';
export type { RequestInfo } from './http/app.js';
export type { DatabaseOption, FindOrderContext, Logger, Metrics, PaymentsOptions, ShopOrder, Step } from './options.js';
export type { Store } from './stores/store.js';
