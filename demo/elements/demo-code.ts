/** The code of the checkout in the shop, by framework. */

import { html, type TemplateResult } from 'lit';
import { scenarioOf } from '../scenarios.js';
import { FRAMEWORKS, type FrameworkName, nameOf } from '../snippets.js';
import { store } from '../store.js';
import './code-block.js';
import { DemoElement } from './demo-element.js';

const NAMES = Object.keys(FRAMEWORKS) as FrameworkName[];

class DemoCode extends DemoElement {
  static override properties = { framework: { state: true } };

  declare private framework: FrameworkName;

  constructor() {
    super();
    this.framework = 'html';
  }

  protected override render(): TemplateResult {
    const { settings } = store.state;
    const { language, snippet } = FRAMEWORKS[this.framework];
    return html`
      <header class="panel-head"><h2 id="code-heading">${this.texts.code.heading}</h2></header>
      <div class="tabs" role="tablist" aria-labelledby="code-heading" @keydown=${this.#handleKey}>
        ${NAMES.map(
          (name) => html`
            <button
              type="button"
              role="tab"
              id="code-${name}"
              aria-controls="code-panel"
              aria-selected=${name === this.framework ? 'true' : 'false'}
              tabindex=${name === this.framework ? 0 : -1}
              @click=${() => {
                this.framework = name;
              }}
            >
              ${nameOf(name, settings.lang)}
            </button>
          `,
        )}
      </div>
      <div id="code-panel" role="tabpanel" aria-labelledby="code-${this.framework}">
        <code-block
          .code=${snippet(settings, scenarioOf(settings.scenario).cancels)}
          .language=${language}
          .labelledBy=${'code-heading'}
        ></code-block>
      </div>
    `;
  }

  /** As all tabs work: the arrows choose, Home and End too. */
  async #handleKey(event: KeyboardEvent): Promise<void> {
    const at = NAMES.indexOf(this.framework);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.framework = NAMES.at(step % NAMES.length) ?? 'html';
    await this.updateComplete;
    this.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }
}

customElements.define('demo-code', DemoCode);
