/** The top of the page: its name, and the visitor's language and theme. */

import { html, type TemplateResult } from 'lit';
import { store } from '../store.js';
import { DemoElement } from './demo-element.js';
import { renderSegmented } from './segmented.js';

class DemoMasthead extends DemoElement {
  protected override render(): TemplateResult {
    const { lang, theme } = store.state.settings;
    const { language, theme: themeLabel, themes } = this.texts;
    return html`
      <a class="brand" href="/"><code>&lt;vitumob-pay&gt;</code></a>
      <div class="appearance" lang=${lang}>
        ${renderSegmented(
          'lang',
          language,
          [
            ['en', 'English'],
            ['sw', 'Kiswahili'],
          ],
          lang,
          (chosen) => {
            store.change({ lang: chosen });
          },
        )}
        ${renderSegmented(
          'theme',
          themeLabel,
          [
            ['auto', themes.auto],
            ['light', themes.light],
            ['dark', themes.dark],
          ],
          theme,
          (chosen) => {
            store.change({ theme: chosen });
          },
        )}
      </div>
    `;
  }

  protected override updated(): void {
    document.documentElement.dataset['theme'] = store.state.settings.theme;
  }
}

customElements.define('demo-masthead', DemoMasthead);
