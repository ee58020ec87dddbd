/** Hands the outcomes that the backend sends as server-sent events to the element. */

import type { VitumobPayElement } from 'vitumob-pay';
import { outcomesUrl } from './checkout-element.js';

export class OutcomeStream {
  readonly #element: VitumobPayElement;
  #stream: EventSource | undefined;

  constructor(element: VitumobPayElement) {
    this.#element = element;
    // Nothing can come after a payment; the connection is put to better use.
    element.addEventListener('payment-success', () => {
      this.close();
    });
  }

  open(order: string): void {
    this.close();
    this.#stream = new EventSource(outcomesUrl(order));
    this.#stream.addEventListener('outcome', ({ data }: MessageEvent<string>) => {
      this.#element.settle(JSON.parse(data));
    });
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
