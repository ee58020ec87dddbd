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
    const options = { signal: listening.signal };
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') wake();
      },
      options,
    );
    window.addEventListener('online', wake, options);
    window.addEventListener(
      'pageshow',
      ({ persisted }) => {
        if (persisted) wake();
      },
      options,
    );
    window.addEventListener('pagehide', sleep, options);
    return () => {
      listening.abort();
    };
  },
};
