/** Whether anybody is looking at the page, whether it is online, and when it comes back. */

import type { PageSignals } from '../checkout/environment.js';

export const pageSignals: PageSignals = {
  get hidden() {
    // Nobody looks at a test's DOM that is gone.
    return ((globalThis as Partial<typeof globalThis>).document?.visibilityState ?? 'hidden') === 'hidden';
  },
  get online() {
    return navigator.onLine;
  },
  subscribe({ wake, hide, sleep }) {
    const listening = new AbortController();
    const on = (target: EventTarget, type: string, heard: (event: Event) => void) => {
      target.addEventListener(type, heard, { signal: listening.signal });
    };
    on(document, 'visibilitychange', () => {
      if (pageSignals.hidden) hide?.();
      else wake();
    });
    on(window, 'online', wake);
    on(window, 'pageshow', wake);
    on(window, 'pagehide', sleep);
    return () => {
      listening.abort();
    };
  },
};
