/** The shop: its basket, its total, and the element that takes the payment. */

import { html, render } from 'lit';
import type { VitumobPayElement } from 'vitumob-pay';
import { artwork } from './artwork.js';
import { basketOf } from './basket.js';
import { attributesOf, setAttributes } from './checkout-element.js';
import { shopPrice } from './money.js';
import type { Language, Settings } from './settings.js';

const TEXTS = {
  en: {
    name: 'Vitumob Nyumbani',
    place: 'Home and kitchen, Nairobi',
    checkout: 'Checkout',
    order: 'Order',
    total: 'Total',
  },
  sw: {
    name: 'Vitumob Nyumbani',
    place: 'Vitu vya nyumbani, Nairobi',
    checkout: 'Malipo',
    order: 'Oda',
    total: 'Jumla',
  },
} satisfies Record<Language, unknown>;

export class Shop {
  readonly element: VitumobPayElement = document.createElement('vitumob-pay');
  readonly #container: HTMLElement;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  show(settings: Settings): void {
    const { lang, order, amount } = settings;
    this.#container.lang = lang;
    setAttributes(this.element, attributesOf(settings));

    const text = TEXTS[lang];
    const total = /^\d+(?:\.\d{1,2})?$/.test(amount) ? Number(amount) : undefined;
    render(
      html`
        <header class="shop-sign">
          <svg class="shop-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="9" />
            <path d="M7.5 16 16 8.5 24.5 16M10.5 14v9.5h11V14" />
          </svg>
          <div>
            <p class="shop-name">${text.name}</p>
            <p class="shop-place">${text.place}</p>
          </div>
        </header>
        <div class="shop-title">
          <h2>${text.checkout}</h2>
          <p>${text.order} <span class="order-id">${order}</span></p>
        </div>
        <ul class="basket">
          ${basketOf(total ?? 0).map(
            ({ art, name, note, price }) => html`
              <li>
                ${artwork(art)}
                <div>
                  <p>${name[lang]}</p>
                  <p class="note">${note[lang]}</p>
                </div>
                <p class="price">${shopPrice(price, lang)}</p>
              </li>
            `,
          )}
        </ul>
        <p class="total">
          <span>${text.total}</span> <strong>${total === undefined ? amount || '–' : shopPrice(total, lang)}</strong>
        </p>
        <div class="pay">${this.element}</div>
      `,
      this.#container,
    );
  }
}
