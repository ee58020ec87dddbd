import { Component, CUSTOM_ELEMENTS_SCHEMA, input } from '@angular/core';
import type { Messages } from 'vitumob-pay';
import 'vitumob-pay';
import { payments, tell } from './shop';

@Component({
  selector: 'app-checkout',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <vitumob-pay
      [orderId]="order()"
      [amount]="amount().toString()"
      [tokenUrl]="payments + '/token'"
      [pushUrl]="payments + '/payment/push/request'"
      [statusUrl]="payments + '/status'"
      [messages]="messages()"
      (push-success)="tell('push-success', $event.detail.paymentId)"
      (push-failure)="tell('push-failure', $event.detail.reason)"
      (payment-success)="tell('payment-success', $event.detail.receipt ?? '')"
      (payment-failure)="tell('payment-failure', $event.detail.reason)"
      (state-change)="tell('state-change', $event.detail.state)"
    />
  `,
})
export class Checkout {
  readonly order = input.required<string>();
  readonly amount = input.required<number>();
  readonly messages = input<Partial<Messages>>({});
  protected readonly payments = payments;
  protected readonly tell = tell;
}
