/** `vitumob-pay`: registers `<vitumob-pay>` and exports its class and types. */

import './define.js';
import { checkTestDom } from './test-dom.js';

checkTestDom();

export { VitumobPayElement } from './element/vitumob-pay-element.js';
export type * from './element/events.js';
export type { Messages } from './messages/index.js';
export type { DarajaError, PushFailureReason } from './model/failure.js';
export type { PaymentFailureReason, ResultCode } from './model/outcome.js';
export type { StateName } from './model/state.js';
export type { PushResponse } from './client/push.js';
