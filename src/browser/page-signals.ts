/** Whether anybody is looking at the page, whether it is online, and when it comes back. */

import type { PageSignals } from '../checkout/environment.js';

type Signals = Parameters<PageSignals['subscribe']>[0];

const subscribers = new Set<Signals>();
let listening: AbortController | undefined;

function tell(signal: keyof Signals): void {
  for (const each of [...subscribers]) each[signal]?.();
}

/** One listener for each event in the page, however many elements it has. */
function listen(): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const on = (target: EventTarget, type: string, heard: () => void) => {
    target.addEventListener(type, heard, { signal });
  };
  const wake = () => {
    tell('wake');
  };
  on(document, 'visibilitychange', () => {
    tell(pageSignals.hidden ? 'hide' : 'wake');
  });
  on(window, 'online', wake);
  on(window, 'pageshow', wake);
  on(window, 'pagehide', () => {
    tell('sleep');
  });
  return controller;
}

export const pageSignals: PageSignals = {
  get hidden() {
    // Nobody looks at a test's DOM that is gone.
    return ((globalThis as Partial<typeof globalThis>).document?.visibilityState ?? 'hidden') === 'hidden';
  },
  get online() {
    return navigator.onLine;
  },
  subscribe(signals) {
    if (!subscribers.size) listening = listen();
    subscribers.add(signals);
    return () => {
      subscribers.delete(signals);
      if (!subscribers.size) listening?.abort();
    };
  },
};
