/** How the checkout in the shop is set up. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { DEFAULT_SETTINGS } from '../settings.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderSegmented } from './segmented.js';
import { unbroken } from './unbroken.js';

class DemoSetup extends DemoElement {
  protected override render(): TemplateResult {
    const { settings, behind } = store.state;
    const { outcome, amount, business } = settings;
    const texts = this.texts.setup;
    return html`
      <header class="panel-head"><h2 id="setup-heading">${texts.heading}</h2></header>
      <div class="pair">
        <div class="field">
          <label for="amount">${texts.amount}</label>
          <input
            id="amount"
            inputmode="decimal"
            autocomplete="off"
            .value=${live(amount)}
            @input=${({ target }: Event) => {
              store.change({ amount: (target as HTMLInputElement).value });
            }}
          />
        </div>
        <div class="field">
          <label for="business">${texts.business}</label>
          <input
            id="business"
            autocomplete="off"
            .value=${live(business)}
            @input=${({ target }: Event) => {
              store.change({ business: (target as HTMLInputElement).value });
            }}
          />
        </div>
      </div>
      ${
        behind === 'simulator' && business !== DEFAULT_SETTINGS.business
          ? html`<p class="note">${unbroken(texts.businessNote(DEFAULT_SETTINGS.business))}</p>`
          : nothing
      }
      <div>
        ${renderSegmented(
          'outcome',
          texts.outcome,
          [
            ['status-url', 'status-url'],
            ['settle', 'settle()'],
            ['none', texts.notAtAll],
          ],
          outcome,
          (chosen) => {
            store.change({ outcome: chosen });
          },
        )}
        <p class="note">${texts.hints[outcome]}</p>
      </div>
      <div class="actions">
        <button
          type="button"
          class="strong"
          @click=${() => {
            store.newOrder();
          }}
        >
          ${texts.newOrder}
        </button>
        <a href=${location.search} target="_blank">${texts.secondTab}</a>
      </div>
    `;
  }
}

customElements.define('demo-setup', DemoSetup);
