/** How the checkout in the shop is set up. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { shopPrice } from '../money.js';
import { DEFAULT_SETTINGS, isUsableAmount } from '../settings.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderSegmented } from './segmented.js';
import { unbroken } from './unbroken.js';

class DemoSetup extends DemoElement {
  static override properties = { unusable: { state: true } };

  /** What stands in the field for the amount, if the checkout could not take it. */
  declare private unusable: string | undefined;
  /** The amount from before it was last typed at: what is typed so far may be usable for a moment. */
  #kept = store.state.settings.amount;

  protected override render(): TemplateResult {
    const { settings, behind } = store.state;
    const { outcome, amount, business, lang } = settings;
    const texts = this.texts.setup;
    // Nobody is corrected before they have typed anything.
    const isWrong = Boolean(this.unusable?.trim());
    return html`
      <header class="panel-head"><h2 id="setup-heading">${texts.heading}</h2></header>
      <div class="pair">
        <div class="field">
          <label for="amount">${texts.amount}</label>
          <input
            id="amount"
            inputmode="decimal"
            autocomplete="off"
            aria-describedby=${isWrong ? 'amount-problem' : nothing}
            aria-invalid=${isWrong ? 'true' : 'false'}
            .value=${live(this.unusable ?? amount)}
            @input=${({ target }: Event) => {
              this.#setAmount((target as HTMLInputElement).value);
            }}
            @focus=${() => {
              if (!isWrong) this.#kept = amount;
            }}
            @change=${() => {
              if (!isWrong) this.unusable = undefined;
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
        isWrong
          ? html`<p id="amount-problem" class="problem" role="alert">
              ${unbroken(texts.amountProblem(shopPrice(Number(amount), lang)))}
            </p>`
          : nothing
      }
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

  /** The checkout goes back to the last amount that it could take. */
  #setAmount(typed: string): void {
    const amount = typed.trim();
    const isUsable = isUsableAmount(amount);
    this.unusable = isUsable ? undefined : typed;
    store.change({ amount: isUsable ? amount : this.#kept });
  }
}

customElements.define('demo-setup', DemoSetup);
