/** The shop's page: whose it is, the checkout, and what is in the basket. */

import { html, type TemplateResult } from 'lit';
import type { VitumobPayElement, VitumobPayEventMap } from 'vitumob-pay';
import { outcomesUrl } from '../backend.js';
import { artwork } from '../basket-art.js';
import { basketOf } from '../basket.js';
import { renderCheckout } from '../checkout.js';
import { EVENT_NAMES, type EventName, loggedEvent } from '../logged-event.js';
import { shopPrice } from '../money.js';
import { scenarioOf } from '../scenarios.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { unbroken } from './unbroken.js';

class DemoShop extends DemoElement {
  #outcomes: EventSource | undefined;
  #outcomesOf: string | undefined;

  constructor() {
    super();
    for (const name of EVENT_NAMES) this.addEventListener(name, this.#handle);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#handleVisibility);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#handleVisibility);
    this.#listen(undefined);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { settings } = store.state;
    const { lang, order, amount } = settings;
    const { shop, items } = this.texts;
    this.lang = lang;
    this.setAttribute('aria-label', shop.label);
    const total = Number(amount);
    const basket = basketOf(total);
    return html`
      <header class="shop-sign">
        <svg class="shop-mark" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="9" />
          <path d="M7.5 16 16 8.5 24.5 16M10.5 14v9.5h11V14" />
        </svg>
        <div class="shop-title">
          <p class="shop-name">${shop.name}</p>
          <p class="shop-place">${shop.place}</p>
        </div>
        <p class="shop-order">${shop.order} <span class="order-id">${order}</span></p>
      </header>
      ${renderCheckout(settings)}
      <details class="basket">
        <summary>${shop.basket} <span>${items(basket.length)}, ${shopPrice(total, lang)}</span></summary>
        <ul>
          ${basket.map(
            ({ art, name, note, price }) => html`
              <li>
                ${artwork(art)}
                <div>
                  <p>${name[lang]}</p>
                  <p class="note">${unbroken(note[lang])}</p>
                </div>
                <p class="price">${shopPrice(price, lang)}</p>
              </li>
            `,
          )}
        </ul>
      </details>
    `;
  }

  protected override updated(): void {
    const { settings, isConnected } = store.state;
    this.#listen(isConnected && settings.outcome === 'settle' ? settings.order : undefined);
  }

  get #checkout(): VitumobPayElement | null {
    return this.querySelector('vitumob-pay');
  }

  readonly #handle = (event: Event): void => {
    const name = event.type as EventName;
    // Before the log, which says whether the page has stopped an event.
    if (scenarioOf(store.state.settings.scenario).cancels === name) event.preventDefault();
    store.log(loggedEvent(event as VitumobPayEventMap[EventName]));
    if (name === 'push-request') {
      const { phone, orderId } = (event as VitumobPayEventMap['push-request']).detail;
      store.takePhone(phone, orderId);
    }
    if (name === 'state-change') store.checkoutIs((event as VitumobPayEventMap['state-change']).detail.state);
    // A scenario holds until another is chosen, though the faults behind it are used up by one attempt.
    if (name === 'push-success' || name === 'push-failure') store.setUpScenario(false);
    // Nothing can come after a payment; the connection is put to better use.
    if (name === 'payment-success') this.#outcomes?.close();
  };

  readonly #handleVisibility = (): void => {
    // Another tab may have chosen another scenario meanwhile.
    if (document.visibilityState === 'visible' && store.state.checkout !== 'requesting') store.setUpScenario(false);
  };

  /** Hands the outcomes that the backend sends for this order to the checkout. */
  #listen(order: string | undefined): void {
    if (order === this.#outcomesOf) return;
    this.#outcomesOf = order;
    this.#outcomes?.close();
    if (order === undefined) return;
    this.#outcomes = new EventSource(outcomesUrl(order));
    this.#outcomes.addEventListener('outcome', ({ data }: MessageEvent<string>) => {
      this.#checkout?.settle(JSON.parse(data));
    });
  }
}

customElements.define('demo-shop', DemoShop);
