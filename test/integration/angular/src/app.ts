import { Component, computed, signal } from '@angular/core';
import { Checkout } from './checkout';
import { events, order } from './shop';

@Component({
  selector: 'app-root',
  imports: [Checkout],
  template: `
    <h1>Your order</h1>
    <button id="raise" (click)="amount.set(amount() + 50)">Raise</button>
    <button id="toggle" (click)="shown.set(!shown())">Toggle</button>
    <button id="rename" (click)="heading.set(heading() === 'Pay the shop' ? 'Pay for the order' : 'Pay the shop')">
      Rename
    </button>
    @if (shown()) {
      <app-checkout [order]="order" [amount]="amount()" [messages]="messages()" />
    }
    <ol id="events">
      @for (line of events(); track $index) {
        <li>{{ line }}</li>
      }
    </ol>
  `,
})
export class App {
  protected readonly order = order;
  protected readonly events = events;
  protected readonly amount = signal(100);
  protected readonly heading = signal('Pay the shop');
  protected readonly messages = computed(() => ({ heading: this.heading() }));
  protected readonly shown = signal(true);
}
