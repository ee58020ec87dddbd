/** Where one chooses what happens, and how the element is set up. */

import { html, nothing, render } from 'lit';
import { live } from 'lit/directives/live.js';
import { renderChoice } from './choice.js';
import type { BehindKind } from './control.js';
import { newOrderId } from './order-id.js';
import { SCENARIO_GROUPS, scenarioOf, type Scenario } from './scenarios.js';
import { DEFAULT_SETTINGS, type OutcomeWay, type SettingsStore } from './settings.js';

const OUTCOME_HINTS: Readonly<Record<OutcomeWay, string>> = {
  'status-url': 'The element asks the backend until it knows.',
  settle: 'The backend sends the outcome to the page as a server-sent event, and the page hands it to the element.',
  none: 'The element’s job ends with the prompt: “check your phone”.',
};

export class Controls {
  readonly #container: HTMLElement;
  readonly #settings: SettingsStore;
  readonly #behind: BehindKind;
  /** Whether what runs behind the page is as chosen. */
  #ready: 'yes' | 'not yet' | 'no' = 'not yet';
  /** Undefined where the browser does not tell. */
  #layoutShift: number | undefined;

  constructor(container: HTMLElement, settings: SettingsStore, behind: BehindKind) {
    this.#container = container;
    this.#settings = settings;
    this.#behind = behind;
  }

  set ready(ready: 'yes' | 'not yet' | 'no') {
    this.#ready = ready;
    this.show();
  }

  /** As the browser counts it. */
  set layoutShift(total: number) {
    this.#layoutShift = total;
    this.show();
  }

  show(): void {
    const settings = this.#settings;
    const { scenario: id, outcome, amount, business } = settings.current;
    const scenario = scenarioOf(id);
    render(
      html`
        <header class="panel-head"><h2 id="controls-heading">Try it</h2></header>
        <div class="field" aria-busy=${this.#ready === 'not yet' ? 'true' : 'false'}>
          <label for="scenario">What happens</label>
          <select
            id="scenario"
            aria-describedby="story"
            .value=${live(scenario.id)}
            @change=${({ target }: Event) => {
              settings.change({ scenario: (target as HTMLSelectElement).value });
            }}
          >
            ${SCENARIO_GROUPS.map(
              ({ title, scenarios }) => html`
                <optgroup label=${title}>
                  ${scenarios.map(
                    (each) => html`
                      <option
                        value=${each.id}
                        ?selected=${each.id === scenario.id}
                        ?disabled=${this.#isOutOfReach(each)}
                      >
                        ${each.title}
                      </option>
                    `,
                  )}
                </optgroup>
              `,
            )}
          </select>
          <p id="story" class="note" role="status">
            ${this.#ready === 'no' ? 'The backend did not take this. Is the server still running?' : scenario.story}
            ${
              scenario.faults?.status && outcome !== 'status-url'
                ? html`<strong>Choose “status-url” below to see it.</strong>`
                : nothing
            }
          </p>
        </div>
        <div>
          ${renderChoice(
            'outcome',
            'How the outcome is learned',
            [
              ['status-url', 'status-url'],
              ['settle', 'settle()'],
              ['none', 'Not at all'],
            ],
            outcome,
            (chosen) => {
              settings.change({ outcome: chosen });
            },
          )}
          <p class="note">${OUTCOME_HINTS[outcome]}</p>
        </div>
        <div class="pair">
          <div class="field">
            <label for="amount">Amount, KES</label>
            <input
              id="amount"
              inputmode="decimal"
              autocomplete="off"
              .value=${live(amount)}
              @input=${({ target }: Event) => {
                settings.change({ amount: (target as HTMLInputElement).value });
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
                settings.change({ business: (target as HTMLInputElement).value });
              }}
            />
          </div>
        </div>
        ${
          this.#behind === 'simulator' && business !== DEFAULT_SETTINGS.business
            ? html`<p class="note">
                The phone goes on saying ${DEFAULT_SETTINGS.business}: that is the name M-Pesa has for this shop.
              </p>`
            : nothing
        }
        <div class="actions">
          <button
            type="button"
            class="strong"
            @click=${() => {
              settings.change({ order: newOrderId() });
            }}
          >
            New order
          </button>
          <a href=${location.search} target="_blank">Same order in a second tab</a>
        </div>
        <p class="layout-shift note">
          ${
            this.#layoutShift === undefined
              ? 'This browser does not tell how much the page has jumped.'
              : html`Layout shift since the page began to load:
                  <output>${Number(this.#layoutShift.toFixed(4))}</output>`
          }
        </p>
      `,
      this.#container,
    );
  }

  /** What a real Daraja or a deployed backend does is not for this page to say. */
  #isOutOfReach({ script, backend, expireTokens }: Scenario): boolean {
    if (this.#behind === 'simulator') return false;
    return Boolean(script ?? backend ?? expireTokens);
  }
}
