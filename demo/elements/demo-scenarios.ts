/** Where one chooses what is to happen: eight scenarios as customers would tell them, and all others behind "More". */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { FEATURED_TEXTS, GROUP_TEXTS, SCENARIO_TEXTS } from '../scenario-texts.js';
import { FEATURED, SCENARIO_GROUPS, scenarioOf, type Scenario } from '../scenarios.js';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { unbroken } from './unbroken.js';

class DemoScenarios extends DemoElement {
  protected override render(): TemplateResult {
    const { settings, scenarioIs } = store.state;
    const { heading, oneTab, more, all, refused, chooseStatus } = this.texts.scenarios;
    const { lang } = settings;
    const scenario = scenarioOf(settings.scenario);
    const featured = FEATURED.some((id) => id === scenario.id);
    return html`
      <fieldset class="scenarios">
        <legend><h2 id="scenarios-heading">${heading}</h2></legend>
        <p class="note">${oneTab}</p>
        <div class="featured">
          ${FEATURED.map(
            (id) => html`
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
                  <strong>${unbroken(FEATURED_TEXTS[id][lang].title)}</strong>
                  <span class="told">${unbroken(FEATURED_TEXTS[id][lang].story)}</span>
                </span>
              </label>
            `,
          )}
        </div>
      </fieldset>
      <details class="more" ?open=${!featured}>
        <summary>${more}</summary>
        <div class="field" aria-busy=${scenarioIs === 'being-set-up' ? 'true' : 'false'}>
          <label for="scenario">${all}</label>
          <select
            id="scenario"
            aria-describedby="story"
            .value=${live(scenario.id)}
            @change=${({ target }: Event) => {
              store.choose((target as HTMLSelectElement).value);
            }}
          >
            ${SCENARIO_GROUPS.map(
              ({ id, scenarios }) => html`
                <optgroup label=${GROUP_TEXTS[id][lang]}>
                  ${scenarios.map(
                    (each) => html`
                      <option value=${each.id} ?selected=${each.id === scenario.id} ?disabled=${isOutOfReach(each)}>
                        ${SCENARIO_TEXTS[each.id][lang].title}
                      </option>
                    `,
                  )}
                </optgroup>
              `,
            )}
          </select>
        </div>
      </details>
      <p id="story" class="note" role="status">
        ${scenarioIs === 'refused' ? refused : featured ? nothing : unbroken(SCENARIO_TEXTS[scenario.id][lang].story)}
        ${
          scenario.faults?.status && settings.outcome !== 'status-url'
            ? html`<strong>${chooseStatus}</strong>`
            : nothing
        }
      </p>
    `;
  }
}

/** What a real Daraja or a deployed backend does is not for this page to say. */
function isOutOfReach({ script, backend, daraja, darajaFaults, expiresAtDaraja }: Scenario): boolean {
  if (store.state.behind === 'simulator') return false;
  return Boolean(script ?? backend ?? daraja ?? darajaFaults ?? expiresAtDaraja);
}

customElements.define('demo-scenarios', DemoScenarios);
