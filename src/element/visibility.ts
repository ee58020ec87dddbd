import type { ReactiveController, ReactiveControllerHost } from 'lit';

const watched = new WeakMap<Element, (isOnScreen: boolean) => void>();
let shared: IntersectionObserver | undefined;

/** One for the page, however many elements it has. */
function observer(): IntersectionObserver {
  return (shared ??= new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) watched.get(target)?.(isIntersecting);
  }));
}

/** Whether a customer can see the element: it is on the screen, and its page is visible. */
export class VisibilityController implements ReactiveController {
  readonly #host: Element;
  readonly #onSeen: () => void;
  #isOnScreen = false;
  #wasSeen = false;

  /** @param onSeen called whenever the element comes into sight */
  constructor(host: ReactiveControllerHost & Element, onSeen: () => void) {
    this.#host = host;
    this.#onSeen = onSeen;
    watched.set(host, (isOnScreen) => {
      this.#isOnScreen = isOnScreen;
      this.#check();
    });
    host.addController(this);
  }

  get isSeen(): boolean {
    return this.#isOnScreen && document.visibilityState === 'visible';
  }

  hostConnected(): void {
    observer().observe(this.#host);
    document.addEventListener('visibilitychange', this.#check);
  }

  hostDisconnected(): void {
    this.#isOnScreen = this.#wasSeen = false;
    shared?.unobserve(this.#host);
    document.removeEventListener('visibilitychange', this.#check);
  }

  readonly #check = (): void => {
    const { isSeen } = this;
    const comesIntoSight = isSeen && !this.#wasSeen;
    this.#wasSeen = isSeen;
    if (comesIntoSight) this.#onSeen();
  };
}
