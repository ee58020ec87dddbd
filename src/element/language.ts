import type { ReactiveController, ReactiveControllerHost } from 'lit';

type Host = ReactiveControllerHost & HTMLElement;

const hosts = new Set<Host>();
let shared: MutationObserver | undefined;

/** One for the page, however many elements it has. */
function observer(): MutationObserver {
  return (shared ??= new MutationObserver(() => {
    for (const host of hosts) host.requestUpdate();
  }));
}

/** The language of an element: its own, or that of the nearest element around it that names one. */
export class LanguageController implements ReactiveController {
  readonly #host: Host;
  #looksAround = false;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  /** A BCP 47 tag. Before it is first connected, an element knows no more than the server that rendered it did. */
  get language(): string {
    return this.#host.lang || (this.#looksAround && nearestLang(this.#host)) || 'en';
  }

  hostConnected(): void {
    this.#looksAround = true;
    hosts.add(this.#host);
    // It may have been moved from a place with another language.
    this.#host.requestUpdate();
    for (let node: Node | undefined = this.#host; node;) {
      const root: Node = node.getRootNode();
      observer().observe(root, { subtree: true, attributeFilter: ['lang'] });
      node = (root as Partial<ShadowRoot>).host;
    }
  }

  hostDisconnected(): void {
    hosts.delete(this.#host);
    if (!hosts.size) observer().disconnect();
  }
}

/** Looks out of shadow roots too. */
function nearestLang(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  return (node as Partial<Element>).getAttribute?.('lang') || nearestLang(node.parentNode ?? (node as ShadowRoot).host);
}
