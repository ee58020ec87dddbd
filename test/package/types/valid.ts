/** Everything here must compile against the published types. */
import type { PushSuccessDetail } from 'vitumob-pay';
import { VitumobPayElement } from 'vitumob-pay';
import 'vitumob-pay/dist/vitumob-pay.min.js';
import { createClient } from 'vitumob-pay/client';
import { VitumobPayElement as Unregistered } from 'vitumob-pay/element';
import { VitumobPay } from 'vitumob-pay/react';

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

console.log(found, same, attempt, createClient, VitumobPay);
