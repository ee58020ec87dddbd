/** How the checkout in the shop is set up. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { DEFAULT_SETTINGS, type OutcomeWay } from '../settings.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderSegmented } from './segmented.js';

const OUTCOME_HINTS: Readonly<Record<OutcomeWay, string>> = {
  'status-url': 'The checkout asks the backend until it knows.',
  settle: 'The backend sends the outcome to the page, and the page hands it to the checkout.',
  none: 'The checkout’s job ends with the prompt: “check your phone”.',
};

class DemoSetup extends DemoElement {
  protected override render(): TemplateResult {
    const { settings, behind } = store.state;
    const { outcome, amount, business } = settings;
    return html`
      <header class="panel-head"><h2 id="setup-heading">Set it up</h2></header>
      <div class="pair">
        <div class="field">
          <label for="amount">Amount in shillings</label>
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
          <label for="business">Business</label>
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
          ? html`<p class="note">
              The phone goes on saying ${DEFAULT_SETTINGS.business}: that is the name M-Pesa has for this shop.
            </p>`
          : nothing
      }
      <div>
        ${renderSegmented(
          'outcome',
          'How it learns of the payment',
          [
            ['status-url', 'status-url'],
            ['settle', 'settle()'],
            ['none', 'Not at all'],
          ],
          outcome,
          (chosen) => {
            store.change({ outcome: chosen });
          },
        )}
        <p class="note">${OUTCOME_HINTS[outcome]}</p>
      </div>
      <div class="actions">
        <button
          type="button"
          class="strong"
          @click=${() => {
            store.newOrder();
          }}
        >
          New order
        </button>
        <a href=${location.search} target="_blank">Same order in a second tab</a>
      </div>
    `;
  }
}

customElements.define('demo-setup', DemoSetup);
