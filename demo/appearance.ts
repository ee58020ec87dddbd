/** The page's language and theme. */

import { html, render } from 'lit';
import { renderChoice } from './choice.js';
import type { SettingsStore } from './settings.js';

export function showAppearance(container: HTMLElement, settings: SettingsStore): void {
  const { lang, theme } = settings.current;
  document.documentElement.dataset['theme'] = theme;
  render(
    html`
      ${renderChoice(
        'lang',
        'Shop’s language',
        [
          ['en', 'English'],
          ['sw', 'Kiswahili'],
        ],
        lang,
        (chosen) => {
          settings.change({ lang: chosen });
        },
      )}
      ${renderChoice(
        'theme',
        'Theme',
        [
          ['auto', 'Auto'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ],
        theme,
        (chosen) => {
          settings.change({ theme: chosen });
        },
      )}
    `,
    container,
  );
}
