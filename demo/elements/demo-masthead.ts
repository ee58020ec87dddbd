/** The top of the page. */

import type { TemplateResult } from 'lit';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderMasthead } from './masthead.js';

class DemoMasthead extends DemoElement {
  protected override render(): TemplateResult {
    return renderMasthead(this.texts, store.state.settings, (changes) => {
      store.change(changes);
    });
  }

  protected override updated(): void {
    const { lang, theme } = store.state.settings;
    document.documentElement.lang = lang;
    document.documentElement.dataset['theme'] = theme;
    document.title = this.texts.title;
  }
}

customElements.define('demo-masthead', DemoMasthead);
