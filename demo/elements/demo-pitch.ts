/** What it is and what to do, for a visitor who has thirty seconds. */

import { html, nothing, type TemplateResult } from 'lit';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';

/** Where a real phone is going to ring, the page has to say so. */
const BEHIND = {
  daraja: 'Behind this page is Safaricom’s Daraja: a real phone is going to ring, and the money is real.',
  'payments-api': 'Behind this page is a deployed payments API: a real phone is going to ring, and the money is real.',
};

class DemoPitch extends DemoElement {
  protected override render(): TemplateResult {
    const { behind } = store.state;
    const { headline, lead, steps, simulated, inBrowser } = this.texts;
    return html`
      <h1>${headline}</h1>
      <p class="lead">${lead}</p>
      ${
        behind === 'simulator'
          ? html`
              <ol class="steps">
                ${steps.map((step) => html`<li>${step}</li>`)}
              </ol>
              <p class="note">
                ${simulated} ${'serviceWorker' in navigator && navigator.serviceWorker.controller ? inBrowser : nothing}
              </p>
            `
          : html`<p class="real" lang="en"><strong>${BEHIND[behind]}</strong></p>`
      }
    `;
  }
}

customElements.define('demo-pitch', DemoPitch);
