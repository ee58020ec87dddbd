/** `vitumob-pay/react`: `<VitumobPay>`, typed, for React 18 and 19. Registers `<vitumob-pay>`. */
'use client'; // React's server components may name it; it renders its tag there, and comes to life in the browser.

import { createComponent, type EventName } from '@lit/react';
import * as React from 'react';
import './define.js';
import type { VitumobPayEventMap } from './element/events.js';
import { VitumobPayElement } from './element/vitumob-pay-element.js';
import { checkTestDom } from './test-dom.js';

export type * from './element/events.js';

checkTestDom();

type EventOf<Type extends keyof VitumobPayEventMap> = EventName<VitumobPayEventMap[Type]>;

const Component = createComponent({
  react: React,
  tagName: 'vitumob-pay',
  elementClass: VitumobPayElement,
  displayName: 'VitumobPay',
  events: {
    onPushRequest: 'push-request' as EventOf<'push-request'>,
    onPushSuccess: 'push-success' as EventOf<'push-success'>,
    onPushFailure: 'push-failure' as EventOf<'push-failure'>,
    onTokenExpired: 'token-expired' as EventOf<'token-expired'>,
    onPaymentSuccess: 'payment-success' as EventOf<'payment-success'>,
    onPaymentFailure: 'payment-failure' as EventOf<'payment-failure'>,
    onPaymentUnconfirmed: 'payment-unconfirmed' as EventOf<'payment-unconfirmed'>,
    onStateChange: 'state-change' as EventOf<'state-change'>,
  },
});

type Props = React.ComponentProps<typeof Component>;

/** What no checkout is without; `undefined` for an order that has not come yet. */
interface Order {
  orderId: string | undefined;
  amount: string | undefined;
}

/**
 * ```jsx
 * <VitumobPay
 *   orderId="1234567891"
 *   amount="12341"
 *   tokenUrl="/payments/mpesa/token"
 *   pushUrl="/payments/mpesa/payment/push/request"
 *   statusUrl="/payments/mpesa/status"
 *   onPaymentSuccess={({ detail }) => console.log(detail.receipt)}
 * />
 * ```
 */
export const VitumobPay = Component as unknown as React.ForwardRefExoticComponent<Omit<Props, keyof Order> & Order>;
