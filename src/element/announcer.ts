import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A screen reader takes up what changes in a live region at once; left there, it would be met again on the way. */
const SAID_FOR_MS = 1500;

/** What the live region holds: each thing once, and not for long. */
export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #said = '';
  #followed = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** What the live region holds now. */
  get said(): string {
    return this.#said;
  }

  say(text: string): void {
    this.#said = text;
    clearTimeout(this.#timer);
    if (text) {
      this.#timer = setTimeout(() => {
        this.say('');
      }, SAID_FOR_MS);
    }
    this.#host.requestUpdate();
  }

  /** Says a text when its subject changes, and not when it is merely worded in another way. */
  follow(subject: string, text: string): void {
    if (subject === this.#followed) return;
    this.#followed = subject;
    this.say(text);
  }

  hostDisconnected(): void {
    this.say('');
  }
}
