/** What it is and what to do, for a visitor who has thirty seconds: as the page renders it, and as it stands in the built HTML. */

import { html, nothing, type TemplateResult } from 'lit';
import type { BehindKind } from '../backend.js';
import type { Texts } from '../texts.js';
import { unbroken } from './unbroken.js';

export function renderPitch(
  { headline, lead, steps, simulated, inBrowser, real }: Texts,
  behind: BehindKind,
  isInBrowser: boolean,
): TemplateResult {
  return html`
    <h1>${unbroken(headline)}</h1>
    <p class="lead">${unbroken(lead)}</p>
    ${
      behind === 'simulator'
        ? html`
            <ol class="steps">
              ${steps.map((step) => html`<li>${step}</li>`)}
            </ol>
            <p class="note">${unbroken(simulated)} ${isInBrowser ? inBrowser : nothing}</p>
          `
        : html`<p class="real"><strong>${real[behind]}</strong></p>`
    }
  `;
}
