/** Three shops that have made the element their own, and what they wrote for it. */

import { html, type TemplateResult } from 'lit';
import type { VitumobPayEventMap } from 'vitumob-pay';
import { renderCheckout } from '../checkout.js';
import { newOrderId } from '../order-id.js';
import { store } from '../store.js';
import { scopedCss, THEMED } from '../themes.js';
import './code-block.js';
import { DemoElement } from './demo-element.js';

// Orders of their own, so that the shop's is none of theirs.
const SHOPS = THEMED.map((theme, index) => ({ theme, order: newOrderId(Date.now() + index + 1) }));

class DemoLooks extends DemoElement {
  static override properties = { isNear: { state: true } };

  /** Three checkouts more: a visitor who does not come this far does not wait for them. */
  declare private isNear: boolean;

  readonly #observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#observer.disconnect();
      this.isNear = true;
    },
    { rootMargin: '50% 0%' },
  );

  constructor() {
    super();
    this.isNear = false;
    this.addEventListener('push-request', (event) => {
      const { phone, orderId } = (event as VitumobPayEventMap['push-request']).detail;
      store.takePhone(phone, orderId);
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(THEMED.map((theme) => scopedCss(theme, `.theme-${theme.id}`)).join('\n'));
    document.adoptedStyleSheets.push(sheet);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.isNear) this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { settings } = store.state;
    const { heading, note, shops } = this.texts.looks;
    return html`
      <header>
        <h2 id="looks-heading">${heading}</h2>
        <p class="note">${note}</p>
      </header>
      <div class="examples">
        ${(this.isNear ? SHOPS : []).map(
          ({ theme: { id, css }, order }) => html`
            <article class="example">
              <h3 id="look-${id}">${shops[id].name}</h3>
              <p class="note">${shops[id].story}</p>
              <div class="stand theme-${id}">${renderCheckout({ ...settings, order, outcome: 'status-url' })}</div>
              <code-block .code=${css} .language=${'css'} .labelledBy=${`look-${id}`}></code-block>
            </article>
          `,
        )}
      </div>
    `;
  }
}

customElements.define('demo-looks', DemoLooks);
