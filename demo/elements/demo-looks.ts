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
  constructor() {
    super();
    this.addEventListener('push-request', (event) => {
      store.takePhone((event as VitumobPayEventMap['push-request']).detail.phone);
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(THEMED.map((theme) => scopedCss(theme, `.theme-${theme.id}`)).join('\n'));
    document.adoptedStyleSheets.push(sheet);
  }

  protected override render(): TemplateResult {
    const { settings } = store.state;
    const { heading, note } = this.texts.looks;
    return html`
      <header>
        <h2 id="looks-heading">${heading}</h2>
        <p class="note">${note}</p>
      </header>
      <div class="examples">
        ${SHOPS.map(
          ({ theme: { id, name, story, css }, order }) => html`
            <article class="example">
              <h3 id="look-${id}" lang="en">${name}</h3>
              <p class="note" lang="en">${story}</p>
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
