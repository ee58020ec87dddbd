/** Says in place of the page that it has no backend where the browser starts no worker. */

import { canStart } from './backend.js';

/** In both languages: nobody can choose one here. */
const TEXTS = {
  sw: 'Ukurasa huu unahitaji “service worker” kwa seva yake: ufungue kwa https, nje ya dirisha la faragha.',
  en: 'This page needs a service worker for its backend: open it over https, outside of a private window.',
};

if (!canStart) {
  document.querySelector('main')?.setAttribute('hidden', '');
  for (const [lang, text] of Object.entries(TEXTS)) {
    const missing = document.createElement('p');
    missing.lang = lang;
    missing.textContent = text;
    document.body.prepend(missing);
  }
}
