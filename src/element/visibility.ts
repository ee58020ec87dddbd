import type { ReactiveController, ReactiveControllerHost } from 'lit';

const appeared = new WeakMap<Element, () => void>();
let shared: IntersectionObserver | undefined;

/** One for the page, however many elements it has. */
function observer(): IntersectionObserver {
  return (shared ??= new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) appeared.get(target)?.();
  }));
}

/** Calls back when the element comes onto the screen. */
export class VisibilityController implements ReactiveController {
  readonly #host: Element;

  constructor(host: ReactiveControllerHost & Element, onAppear: () => void) {
    this.#host = host;
    appeared.set(host, onAppear);
    host.addController(this);
  }

  hostConnected(): void {
    observer().observe(this.#host);
  }

  hostDisconnected(): void {
    observer().unobserve(this.#host);
  }

  /** Calls back once more if the element is on the screen. */
  askAgain(): void {
    if (!this.#host.isConnected) return;
    this.hostDisconnected();
    this.hostConnected();
  }
}
