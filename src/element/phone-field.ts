import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { formatPhone, parsePhone, type PhoneProblem, type PhoneResult } from '../model/phone.js';

interface PhoneFieldHost extends ReactiveControllerHost {
  /** What the page fills in. */
  readonly phone: string;
  readonly shadowRoot: ShadowRoot | null;
}

/** What the customer has typed into the phone field, and what is wrong with it. */
export class PhoneField implements ReactiveController {
  readonly #host: PhoneFieldHost;
  /** `undefined` while the page decides what is in the field. */
  #typed: string | undefined;
  #problem: PhoneProblem | undefined;
  /** What the page had filled in at the last update. */
  #prefill: string | undefined;
  /** What the last update has put into the field. */
  #drawn: string | undefined;

  constructor(host: PhoneFieldHost) {
    this.#host = host;
    host.addController(this);
  }

  get problem(): PhoneProblem | undefined {
    return this.#problem;
  }

  set problem(problem: PhoneProblem | undefined) {
    this.#problem = problem;
    this.#host.requestUpdate();
  }

  /** What the field shows. */
  get text(): string {
    if (this.#typed !== undefined) return this.#typed;
    const { phone } = this.#host;
    const read = parsePhone(phone);
    return 'msisdn' in read ? formatPhone(read.msisdn) : phone;
  }

  /** Reads the number that is in the field now. */
  read(): PhoneResult {
    this.#takeSilentChange();
    return parsePhone(this.text);
  }

  get input(): HTMLInputElement | null {
    return this.#host.shadowRoot?.querySelector('input') ?? null;
  }

  hostUpdate(): void {
    this.#takeSilentChange();
    const { phone } = this.#host;
    if (this.#prefill !== undefined && this.#prefill !== phone) this.type(undefined);
    this.#prefill = phone;
  }

  hostUpdated(): void {
    this.#drawn = this.input?.value;
  }

  /** @param text `undefined` goes back to what the page fills in */
  type(text: string | undefined): void {
    this.#typed = text;
    this.problem = undefined;
  }

  /** The customer leaves the field. Only now is the number formatted: while they type, the caret would jump. */
  leave(): void {
    const read = this.read();
    if ('msisdn' in read) this.type(formatPhone(read.msisdn));
    else if (read.problem === 'invalid') this.problem = read.problem;
  }

  /** A script or a browser may fill the field in without an event. */
  #takeSilentChange(): void {
    const { input } = this;
    if (!input || this.#drawn === undefined || input.value === this.#drawn) return;
    this.#drawn = input.value;
    if (input.value !== this.#typed) this.type(input.value);
  }
}
