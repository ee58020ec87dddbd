import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The language of an element: its own, or that of the nearest element around it that names one. */
export class LanguageController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer: MutationObserver | undefined;
  #looksAround = false;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  /** A BCP 47 tag. Before it is first connected, an element knows no more than the server that rendered it did. */
  get language(): string {
    return this.#host.lang || (this.#looksAround && nearestLang(this.#host)) || 'en';
  }

  hostConnected(): void {
    this.#looksAround = true;
    this.#observer = new MutationObserver(() => {
      this.#host.requestUpdate();
    });
    this.#observer.observe(this.#host.ownerDocument, { subtree: true, attributeFilter: ['lang'] });
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }
}

/** Looks out of shadow roots too. */
function nearestLang(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  return (node as Partial<Element>).getAttribute?.('lang') || nearestLang(node.parentNode ?? (node as ShadowRoot).host);
}
