import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { formatPhone, parsePhone, type PhoneProblem, type PhoneResult } from '../model/phone.js';
import { type Caret, fieldConnected, fieldDisconnected, rememberTyped, typedNumber } from './typed-numbers.js';

interface PhoneFieldHost extends ReactiveControllerHost, HTMLElement {
  /** What the page fills in. */
  readonly phone: string;
  readonly orderId: string;
  readonly pushUrl: string;
}

/** Neither a script nor every browser's autofill says that it has filled a field in. */
const LOOK_AGAIN_MS = 250;

/** What the customer has typed into the phone field, what is wrong with it, and the focus in it. */
export class PhoneField implements ReactiveController {
  readonly #host: PhoneFieldHost;
  readonly #givesWay: () => boolean;
  /** `undefined` while the page decides what is in the field. */
  #typed: string | undefined;
  #problem: PhoneProblem | undefined;
  /** What the page had filled in at the last update. */
  #prefill: string | undefined;
  /** What was in the field when that was last drawn or taken over. */
  #seen: string | undefined;
  /** Also after the field has been taken out of the page. */
  #isFocused = false;
  #order = '';
  #looksAgain: ReturnType<typeof setInterval> | undefined;

  /** @param givesWay whether something else is shown in the field's place: the number that was sent, or the receipt */
  constructor(host: PhoneFieldHost, givesWay: () => boolean) {
    this.#host = host;
    this.#givesWay = givesWay;
    host.addController(this);
  }

  get problem(): PhoneProblem | undefined {
    return this.#problem;
  }

  set problem(problem: PhoneProblem | undefined) {
    if (problem === this.#problem) return;
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

  get hasFocus(): boolean {
    return !!this.#input && this.#host.shadowRoot?.activeElement === this.#input;
  }

  /** Identifies the order at its endpoint, within the page. */
  get order(): string {
    return `${this.#host.pushUrl} ${this.#host.orderId}`;
  }

  get #input(): HTMLInputElement | null {
    return this.#host.shadowRoot?.querySelector('input') ?? null;
  }

  /** Reads the number that is in the field now. */
  read(): PhoneResult {
    this.#catchUp();
    return parsePhone(this.text);
  }

  /** Takes over what stands in a field that a server has rendered: the customer may have typed before this ran. */
  adopt(text: string | undefined): void {
    if (text !== this.text) this.type(text);
  }

  /** @param text `undefined` goes back to what the page fills in */
  type(text: string | undefined): void {
    this.#typed = text;
    this.#seen = this.#input?.value;
    this.problem = undefined;
    // What a key has changed the field shows already.
    if (this.text !== this.#seen) this.#host.requestUpdate();
    rememberTyped(this.order, text === undefined ? undefined : { text, prefill: this.#host.phone });
  }

  /** The customer comes into the field. */
  enter(): void {
    this.#isFocused = true;
  }

  /** The customer leaves the field. Only now is the number formatted: while they type, the caret would jump. */
  readonly leave = (): void => {
    // Some browsers say so of a field that is being taken out of the page, too.
    queueMicrotask(() => {
      if (!this.#host.isConnected) return;
      this.#isFocused = this.hasFocus;
      const read = this.read();
      if ('msisdn' in read) this.type(formatPhone(read.msisdn));
      else if (read.problem === 'invalid' && !this.#givesWay()) this.problem = read.problem;
    });
  };

  /** Puts the focus into the field, or into what is in its place. */
  focus(options?: FocusOptions): void {
    const find = (selector: string) => this.#host.shadowRoot?.querySelector<HTMLElement>(selector);
    const place = this.#givesWay() ? (find('button:enabled') ?? find('form')) : this.#input;
    place?.focus(options);
  }

  takeFocus([start, end]: Caret): void {
    void this.#host.updateComplete.then(() => {
      this.focus({ preventScroll: true });
      if (this.hasFocus) this.#input?.setSelectionRange(start, end);
    });
  }

  hostConnected(): void {
    this.#follow();
    fieldConnected(this);
  }

  hostDisconnected(): void {
    // A move is a removal and an insertion in one task.
    queueMicrotask(() => {
      const input = this.#input;
      if (this.#host.isConnected) {
        this.#isFocused = this.hasFocus;
        return;
      }
      this.#stopLooking();
      fieldDisconnected(this, this.#isFocused && input ? [input.selectionStart, input.selectionEnd] : undefined);
    });
  }

  hostUpdate(): void {
    this.#catchUp();
    this.#follow();
    // Before its place goes, or the page would lose it.
    if (this.#givesWay() && this.hasFocus) this.focus();
  }

  hostUpdated(): void {
    this.#seen = this.#input?.value;
    if (!this.#problem) this.#stopLooking();
    else if (this.#host.isConnected) this.#looksAgain ??= setInterval(() => this.read(), LOOK_AGAIN_MS);
  }

  /** The order is paid: nobody will need the number again. */
  forget(): void {
    rememberTyped(this.order, undefined);
  }

  #stopLooking(): void {
    clearInterval(this.#looksAgain);
    this.#looksAgain = undefined;
  }

  /** Takes over what has been typed for the order, if nothing has been typed here. */
  #follow(): void {
    if (this.#order === this.order) return;
    this.#order = this.order;
    const number = typedNumber(this.#order);
    if (this.#typed === undefined && number?.prefill === this.#host.phone) this.#typed = number.text;
  }

  /** Takes over what has changed without a word: in the field, and then what the page fills in. */
  #catchUp(): void {
    const input = this.#input;
    if (input && this.#seen !== undefined && input.value !== this.#seen && input.value !== this.#typed)
      this.type(input.value);
    const { phone } = this.#host;
    const isOther = this.#prefill !== undefined && this.#prefill !== phone;
    this.#prefill = phone;
    if (isOther) this.type(undefined);
  }
}
