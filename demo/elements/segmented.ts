/** A row of choices of which one holds: radio buttons that look like one switch. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export function renderSegmented<Value extends string>(
  name: string,
  legend: string,
  options: readonly (readonly [value: Value, label: string | TemplateResult, title?: string])[],
  chosen: Value,
  choose: (value: Value) => void,
): TemplateResult {
  return html`
    <fieldset class="segmented">
      <legend>${legend}</legend>
      <div>
        ${options.map(
          ([value, label, title]) => html`
            <label title=${title ?? nothing}>
              <input
                type="radio"
                name=${name}
                value=${value}
                .checked=${live(value === chosen)}
                @change=${() => {
                  choose(value);
                }}
              />
              <span>${label}</span>
            </label>
          `,
        )}
      </div>
    </fieldset>
  `;
}
