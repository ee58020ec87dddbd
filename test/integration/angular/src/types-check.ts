import { Component, CUSTOM_ELEMENTS_SCHEMA } from '@angular/core';
import type { PushFailureDetail, StateName } from 'vitumob-pay';

/**
 * Holds Angular to what the guide says of it; no page shows it. Templates know no `@ts-expect-error`: that something is
 * typed is shown by methods that refuse `any`.
 */
@Component({
  selector: 'app-types-check',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <vitumob-pay
      #checkout
      (push-success)="isTyped($event); isTyped($event.detail.paymentId)"
      (push-failure)="isTyped($event); explain($event.detail)"
      (payment-failure)="isTyped($event.detail.reason); checkout.reset()"
    />
    <p>{{ show(checkout.state) }}</p>
    <!-- What Angular does not check: the properties of a custom element. -->
    <vitumob-pay [amount]="48744.15" [orderNumber]="1" />
  `,
})
export class TypesCheck {
  protected isTyped<Value>(value: 0 extends 1 & Value ? never : Value): void {
    console.log(value);
  }

  protected explain(detail: PushFailureDetail): void {
    console.log(detail.reason, detail.promptPossible);
  }

  protected show(state: StateName): string {
    return state;
  }
}
