/** What it is and what to do. */

import type { TemplateResult } from 'lit';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderPitch } from './pitch.js';

class DemoPitch extends DemoElement {
  protected override render(): TemplateResult {
    return renderPitch(this.texts, store.state.behind, document.body.dataset['backend'] === 'worker');
  }
}

customElements.define('demo-pitch', DemoPitch);
