/** Where one chooses what is to happen: eight scenarios as customers would tell them, and all others behind "More". */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { FEATURED, SCENARIO_GROUPS, scenarioOf, type Scenario } from '../scenarios.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';

class DemoScenarios extends DemoElement {
  protected override render(): TemplateResult {
    const { settings, scenarioIs } = store.state;
    const { heading, more } = this.texts.scenarios;
    const { lang } = settings;
    const scenario = scenarioOf(settings.scenario);
    const featured = FEATURED.some(({ id }) => id === scenario.id);
    return html`
      <fieldset class="scenarios">
        <legend><h2 id="scenarios-heading">${heading}</h2></legend>
        <div class="featured">
          ${FEATURED.map(
            ({ id, title, told }) => html`
              <label>
                <input
                  type="radio"
                  name="scenario"
                  value=${id}
                  .checked=${live(id === scenario.id)}
                  ?disabled=${isOutOfReach(scenarioOf(id))}
                  @change=${() => {
                    store.choose(id);
                  }}
                />
                <span>
                  <strong>${title[lang]}</strong>
                  <span class="told">${told[lang]}</span>
                </span>
              </label>
            `,
          )}
        </div>
      </fieldset>
      <details class="more" ?open=${!featured}>
        <summary>${more}</summary>
        <div class="field" lang="en" aria-busy=${scenarioIs === 'being-set-up' ? 'true' : 'false'}>
          <label for="scenario">Every way in which a payment can go</label>
          <select
            id="scenario"
            aria-describedby="story"
            .value=${live(scenario.id)}
            @change=${({ target }: Event) => {
              store.choose((target as HTMLSelectElement).value);
            }}
          >
            ${SCENARIO_GROUPS.map(
              ({ title, scenarios }) => html`
                <optgroup label=${title}>
                  ${scenarios.map(
                    (each) => html`
                      <option value=${each.id} ?selected=${each.id === scenario.id} ?disabled=${isOutOfReach(each)}>
                        ${each.title}
                      </option>
                    `,
                  )}
                </optgroup>
              `,
            )}
          </select>
        </div>
      </details>
      <p id="story" class="note" role="status" lang="en">
        ${scenarioIs === 'refused' ? 'The backend did not take this. Is the server still running?' : featured ? nothing : scenario.story}
        ${
          scenario.faults?.status && settings.outcome !== 'status-url'
            ? html`<strong>Choose “status-url” to see it.</strong>`
            : nothing
        }
      </p>
    `;
  }
}

/** What a real Daraja or a deployed backend does is not for this page to say. */
function isOutOfReach({ script, backend, daraja, darajaFaults, expireTokens }: Scenario): boolean {
  if (store.state.behind === 'simulator') return false;
  return Boolean(script ?? backend ?? daraja ?? darajaFaults ?? expireTokens);
}

customElements.define('demo-scenarios', DemoScenarios);
