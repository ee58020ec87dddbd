/** The top of the page: its name, and the visitor's language and theme. As the page renders it, and as it stands in the built HTML. */

import { html, type TemplateResult } from 'lit';
import type { Settings } from '../settings.js';
import type { Texts } from '../texts.js';
import { renderSegmented } from './segmented.js';

type Appearance = Pick<Settings, 'lang' | 'theme'>;

export function renderMasthead(
  { language, theme: themeLabel, themes }: Texts,
  { lang, theme }: Appearance,
  change: (changes: Partial<Appearance>) => void,
): TemplateResult {
  return html`
    <a class="brand" href="./"><code>&lt;vitumob-pay&gt;</code></a>
    <div class="appearance">
      ${renderSegmented(
        'lang',
        language,
        [
          ['en', 'English'],
          ['sw', 'Kiswahili'],
        ],
        lang,
        (chosen) => {
          change({ lang: chosen });
        },
      )}
      ${renderSegmented(
        'theme',
        themeLabel,
        [
          ['auto', renderIcon(themes.auto, 'M8 2a6 6 0 0 0 0 12z'), themes.auto],
          ['light', renderIcon(themes.light, 'M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z'), themes.light],
          ['dark', renderIcon(themes.dark, 'M9 4.5a4 4 0 1 0 2.5 5.6A3.5 3.5 0 0 1 9 4.5z'), themes.dark],
        ],
        theme,
        (chosen) => {
          change({ theme: chosen });
        },
      )}
    </div>
  `;
}

/** A disc with something in it, and its name, which is only read out and shown as a tip where there is no room for it. */
function renderIcon(name: string, path: string): TemplateResult {
  return html`
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.25" />
      <path d=${path} />
    </svg>
    <span class="icon-name">${name}</span>
  `;
}
