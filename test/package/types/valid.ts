/** Everything here must compile against the published types. */
import type { PushSuccessDetail } from 'vitumob-pay';
import { VitumobPayElement } from 'vitumob-pay';
import 'vitumob-pay/dist/vitumob-pay.min.js';
import { createClient } from 'vitumob-pay/client';
import { VitumobPayElement as Unregistered } from 'vitumob-pay/element';
import { VitumobPay } from 'vitumob-pay/react';
import { createTestBackend, type Outcome } from 'vitumob-pay/testing';

const element: VitumobPayElement = document.createElement('vitumob-pay');
const found: VitumobPayElement | null = document.querySelector('vitumob-pay');
const same: typeof VitumobPayElement = Unregistered;

element.orderId = '1234567891';
element.amount = '48744.15';
const attempt: Promise<void> = element.pay();

element.addEventListener('push-success', (event) => {
  const detail: PushSuccessDetail = event.detail;
  const paymentId: string = event.detail.paymentId;
  console.log(detail, paymentId);
});
element.addEventListener('click', (event) => {
  const x: number = event.clientX;
  console.log(x);
});

const backend = createTestBackend({ tokenUrl: '/token' });
const outcomes: Outcome[] = ['paid', 'wrong-pin'];
for (const outcome of outcomes) backend.next(outcome, { afterMs: 10 });
backend.next(1037);
backend.fail('push', 'token-expired');
backend.fail('status', 'slow', { afterMs: 10 });
globalThis.fetch = backend.fetch;
const receipt: string | null | undefined = backend.record().pushes[0]?.prompt?.receipt;

console.log(receipt, found, same, attempt, createClient, VitumobPay);
