import type { PageSignals } from '../../src/checkout/environment.js';

type Signals = Parameters<PageSignals['subscribe']>[0];

/** The signs that a page gives of itself, in the hands of a test. */
export class FakePage implements PageSignals {
  hidden = false;
  online = true;
  readonly #listening = new Set<Signals>();

  readonly subscribe = (signals: Signals): (() => void) => {
    const own = { ...signals };
    this.#listening.add(own);
    return () => {
      this.#listening.delete(own);
    };
  };

  /** How many listen. */
  get subscriptions(): number {
    return this.#listening.size;
  }

  hide(): void {
    this.hidden = true;
    for (const signals of this.#present()) signals.hide?.();
  }

  show(): void {
    this.hidden = false;
    this.wake();
  }

  goOffline(): void {
    this.online = false;
  }

  goOnline(): void {
    this.online = true;
    this.wake();
  }

  /** As when the page has become visible, has come online or is back from the back/forward cache. */
  wake(): void {
    for (const signals of this.#present()) signals.wake();
  }

  /** As on `pagehide`. */
  sleep(): void {
    for (const signals of this.#present()) signals.sleep();
  }

  /** As events are told: not to whoever has stopped listening meanwhile, nor to whoever has only just begun. */
  *#present(): Iterable<Signals> {
    for (const signals of [...this.#listening]) if (this.#listening.has(signals)) yield signals;
  }
}
