/** What the page tells of itself: whether anyone is looking, whether there is a line, and when it comes back. */

export interface PageSignals {
  readonly hidden: boolean;
  /** `navigator.onLine`: false is certain, true is a guess. */
  readonly online: boolean;
  /**
   * `wake`: the page became visible, came online or returned from the back/forward cache. `sleep`: it is about to be
   * left, perhaps for that cache. Returns the function that ends it.
   */
  subscribe(signals: { wake: () => void; sleep: () => void }): () => void;
}

export const browserPage: PageSignals = {
  get hidden() {
    return document.visibilityState === 'hidden';
  },
  get online() {
    return navigator.onLine;
  },
  subscribe({ wake, sleep }) {
    const listening = new AbortController();
    const on = (target: EventTarget, type: string, heard: (event: Event) => void) => {
      target.addEventListener(type, heard, { signal: listening.signal });
    };
    on(document, 'visibilitychange', () => {
      if (!browserPage.hidden) wake();
    });
    on(window, 'online', wake);
    on(window, 'pageshow', wake);
    on(window, 'pagehide', sleep);
    return () => {
      listening.abort();
    };
  },
};
