/** `vitumob-pay/element`: the class alone, not registered. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from '../client/endpoints.js';
import { toText } from '../client/text.js';
import type { VitumobPayEventMap } from './events.js';
import { HydratableElement, isHydrating, isServer } from './hydration.js';
import { fill, formatAmount, formatMoment, formatTime, messagesFor, type Messages } from '../messages/index.js';
import { DEFAULT_MAX_AMOUNT, hasCents, isAmount } from '../model/amount.js';
import { formatPhone, parsePhone, type PhoneProblem, type PhoneResult } from '../model/phone.js';
import type { CheckoutState, StateName } from '../model/state.js';
import { PaymentController } from './payment-controller.js';
import { VERSION } from '../version.js';
import { styles } from './styles.js';

/** What a property is while the page has not said otherwise, or has said nonsense where nonsense is forgiven. */
const DEFAULTS = {
  orderId: '',
  amount: '',
  maxAmount: DEFAULT_MAX_AMOUNT,
  phone: '',
  tokenUrl: DEFAULT_TOKEN_URL,
  pushUrl: DEFAULT_PUSH_URL,
  statusUrl: '',
  credentials: 'same-origin' as RequestCredentials,
  timeout: 30_000,
  promptWindow: 120_000,
  business: '',
  disabled: false,
  name: '',
  lang: '',
  messages: {} as Partial<Messages>,
};

type PropertyName = keyof typeof DEFAULTS;

const CREDENTIALS: readonly unknown[] = ['omit', 'same-origin', 'include'] satisfies RequestCredentials[];

/**
 * An M-Pesa checkout: asks for a phone number, has the payments backend send the PIN prompt to it, and tells the page
 * what became of it.
 *
 * ```html
 * <vitumob-pay order-id="1234567891" amount="12341"></vitumob-pay>
 * ```
 *
 * @tag vitumob-pay
 *
 * @slot heading - In place of the heading and the amount.
 * @slot footer - Below the button.
 * @slot paid - In place of the built-in receipt, once paid.
 *
 * @csspart form - The whole checkout.
 * @csspart heading - The heading with the amount.
 * @csspart label - The label of the phone field.
 * @csspart input - The phone field.
 * @csspart hint - The hint below the phone field.
 * @csspart error - What is wrong with the phone number.
 * @csspart button - The button that pays.
 * @csspart status - What the phone will ask, what to do now, or what went wrong.
 * @csspart receipt - The receipt, once paid.
 *
 * @cssproperty [--vitumob-pay-color=#08723a] - Background of the button, and accents.
 * @cssproperty [--vitumob-pay-on-color=#fff] - Text on that background.
 * @cssproperty [--vitumob-pay-error-color=#b3261e] - Errors; lighter on a dark page.
 * @cssproperty [--vitumob-pay-font=inherit] - Font family.
 * @cssproperty [--vitumob-pay-radius=0.75em] - Corners of field, button and status.
 * @cssproperty [--vitumob-pay-space=1em] - Space between the parts.
 *
 * @cssstate idle - Nothing is under way.
 * @cssstate requesting - The push is being asked for.
 * @cssstate prompted - The prompt is on the phone.
 * @cssstate paid - The order is paid.
 * @cssstate failed - The customer was not charged.
 * @cssstate unconfirmed - Nobody knows yet whether the customer was charged.
 *
 * @fires {CustomEvent<PushRequestDetail>} push-request - Before anything is sent; `preventDefault()` stops the attempt silently.
 * @fires {CustomEvent<PushSuccessDetail>} push-success - The push was accepted and the prompt is on its way.
 * @fires {CustomEvent<PushFailureDetail>} push-failure - The push did not succeed.
 * @fires {CustomEvent<TokenExpiredDetail>} token-expired - Daraja refused the access token; `preventDefault()` the first time stops the renewal.
 * @fires {CustomEvent<PaymentSuccessDetail>} payment-success - The customer has paid.
 * @fires {CustomEvent<PaymentFailureDetail>} payment-failure - The customer has not paid.
 * @fires {CustomEvent<PaymentUnconfirmedDetail>} payment-unconfirmed - Watching ended without an outcome.
 * @fires {CustomEvent<StateChangeDetail>} state-change - The state changed.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- the typed listeners below
export class VitumobPayElement extends HydratableElement {
  /** Of the package. */
  static readonly version: string = VERSION;

  static readonly formAssociated = true;

  static override readonly styles = styles;

  static override readonly properties = {
    orderId: { attribute: 'order-id' },
    amount: {},
    maxAmount: { attribute: 'max-amount' },
    phone: {},
    tokenUrl: { attribute: 'token-url' },
    pushUrl: { attribute: 'push-url' },
    statusUrl: { attribute: 'status-url' },
    credentials: {},
    timeout: {},
    promptWindow: { attribute: 'prompt-window' },
    business: {},
    disabled: { type: Boolean, reflect: true },
    name: { reflect: true },
    lang: { reflect: true },
    messages: { attribute: false },
    draft: { state: true },
    phoneProblem: { state: true },
    copied: { state: true },
  };

  /** Names the order; sent verbatim as `order.order_id`. Required. */
  declare orderId: string;

  /** Kenyan shillings as a plain decimal from 1, at most 2 decimals (`12341`, `48744.15`); sent verbatim. Required. */
  declare amount: string;

  /**
   * M-Pesa's ceiling for one payment, in Kenyan shillings. It has moved three times, so it is a setting.
   *
   * @default '250000'
   */
  declare maxAmount: string;

  /**
   * Prefills the phone field, in any accepted form.
   *
   * @default ''
   */
  declare phone: string;

  /** Where to ask for the access token; resolved against the document's base. Default: the production URL. */
  declare tokenUrl: string;

  /** Where to ask for the push; resolved against the document's base. Default: the production URL. */
  declare pushUrl: string;

  /**
   * Where to ask for the outcome. Empty: the widget's job ends with the push.
   *
   * @default ''
   */
  declare statusUrl: string;

  /**
   * fetch's own meaning: `omit`, `same-origin` or `include`, the last where the token is kept in a cross-site session.
   *
   * @default 'same-origin'
   */
  declare credentials: RequestCredentials;

  /**
   * Milliseconds that each request may take.
   *
   * @default 30000
   */
  declare timeout: number;

  /**
   * Milliseconds for which a prompt may be live on the phone, and so no second push is sent.
   *
   * @default 120000
   */
  declare promptWindow: number;

  /**
   * The name that the customer will read in the PIN prompt.
   *
   * @default ''
   */
  declare business: string;

  /**
   * Takes the checkout out of use.
   *
   * @default false
   */
  declare disabled: boolean;

  /**
   * Name of the form control; its value is the `payment_id` once the push has succeeded, and empty before.
   *
   * @default ''
   */
  declare name: string;

  /** BCP 47 tag of the language; empty for that of the nearest element with a `lang`. `en` and `sw` are built in. */
  declare lang: string;

  /**
   * Overrides any text, in any language.
   *
   * @default {}
   */
  declare messages: Partial<Messages>;

  /** What the checkout is in. */
  get state(): StateName {
    return this.#payment.state.name;
  }

  /** What the customer has typed; `undefined` while it is for the `phone` attribute to say. */
  declare protected draft: string | undefined;

  declare private phoneProblem: PhoneProblem | undefined;

  declare private copied: boolean | undefined;

  /** Every property has its default, and takes what pages tend to give it: a number for an amount, nothing at all. */
  static {
    // Lit's accessors are made here, and wrapped: to override what makes them warns in every development build.
    this.finalize();
    for (const [name, byDefault] of Object.entries(DEFAULTS)) {
      const made = Object.getOwnPropertyDescriptor(this.prototype, name) as Required<PropertyDescriptor>;
      Object.defineProperty(this.prototype, name, {
        get() {
          return (made.get.call(this) as unknown) ?? byDefault;
        },
        set(value: unknown) {
          made.set.call(this, normalise(name as PropertyName, value));
        },
      });
    }
  }

  readonly #payment = new PaymentController(this, this.attachInternals());
  #drawn = '';
  #losesFocus = false;
  #warned = false;
  #screen: IntersectionObserver | undefined;
  #languages: MutationObserver | undefined;

  /** As pressing the button. Settles with the push attempt and never rejects; without effect where the button is. */
  async pay(): Promise<void> {
    if (!this.#isDisabled) await this.#payment.pay(this.#readPhone());
  }

  /** From `failed`, or from an `unconfirmed` whose prompt is dead, back to `idle`. Otherwise it changes nothing. */
  reset(): void {
    this.#payment.reset();
  }

  /**
   * Hands in an outcome that the page has learned by its own means: Daraja's callback, the answer to an STK query, or
   * `{result_code, result_desc, mpesa_receipt_number}`. Throws a `TypeError` for anything else.
   */
  settle(result: unknown): void {
    this.#payment.settle(result);
  }

  /** Puts the focus into the phone field. */
  override focus(options?: FocusOptions): void {
    const focus = () => this.#input?.focus(options);
    if (this.hasUpdated) focus();
    else void this.updateComplete.then(focus);
  }

  override connectedCallback(): void {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Lit for servers says true
    if (isServer) return;
    super.connectedCallback();
    this.#screen = new IntersectionObserver((entries) => {
      const isSeen = entries.some((entry) => entry.isIntersecting);
      if (isSeen && !this.#isDisabled && 'msisdn' in parsePhone(this.#phoneText)) this.#payment.prefetch();
    });
    this.#screen.observe(this);
    this.#languages = new MutationObserver(() => {
      this.requestUpdate();
    });
    this.#languages.observe(document, { subtree: true, attributeFilter: ['lang'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#screen?.disconnect();
    this.#languages?.disconnect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#losesFocus) this.renderRoot.querySelector('form')?.focus();
    if (!changed.has('phone')) return;
    // Asks anew whether the element is on the screen.
    this.#screen?.unobserve(this);
    this.#screen?.observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // The receipt takes the place of field and button, one of which may have the focus.
    this.#losesFocus = this.state === 'paid' && !!this.#input && !!this.shadowRoot?.activeElement;
    if (changed.has('phone') && this.hasUpdated) {
      this.draft = undefined;
      this.phoneProblem = undefined;
    }
    if (changed.has('amount') && isAmount(this.amount) && hasCents(this.amount) && !this.#warned) {
      this.#warned = true;
      console.warn(
        `<vitumob-pay> amount: M-Pesa moves whole shillings only; the backend will round ${this.amount}, and the customer will be asked for that`,
      );
    }
  }

  formDisabledCallback(): void {
    this.requestUpdate();
  }

  formResetCallback(): void {
    this.draft = undefined;
    this.reset();
  }

  protected override render(): TemplateResult {
    const state = this.#payment.state;
    const text = this.#texts(state);
    return html`
      <form part="form" method="dialog" dir=${text('dir')} tabindex="-1" novalidate @submit=${this.#handleSubmit}>
        <slot name="heading">
          <h2 part="heading"><span>${text('heading')}</span> <span>${text('amount')}</span></h2>
        </slot>
        ${state.name === 'paid' ? this.#renderPaid(state, text) : this.#renderCheckout(state, text)}
        <slot name="footer"></slot>
      </form>
      <p class="said" role="status">${this.#announcement(state, text)}</p>
    `;
  }

  #renderCheckout(state: CheckoutState, text: Texts): TemplateResult {
    const { canPay, lockedForMs } = this.#payment.snapshot;
    const phone = parsePhone(this.#phoneText);
    const isOther =
      lockedForMs > 0 && 'attempt' in state && !('msisdn' in phone && phone.msisdn === state.attempt.phone);
    return html`
      <div class="field">
        <label part="label" for="phone">${text('phoneLabel')}</label>
        <input
          part="input"
          id="phone"
          type="tel"
          inputmode="tel"
          autocomplete="tel"
          name="phone"
          dir="ltr"
          aria-describedby="error hint"
          aria-invalid=${!!this.phoneProblem}
          .value=${(this.#drawn = this.#phoneText)}
          ?disabled=${this.#isDisabled}
          ?readonly=${state.name === 'requesting'}
          @focus=${this.#handleIntent}
          @input=${this.#handleInput}
          @blur=${this.#handleBlur}
        />
        <p part="error" class="error" id="error">${this.phoneProblem && text('phoneError')}</p>
        <p part="hint" class="fine" id="hint">${text(isOther ? 'otherOpen' : 'phoneHint')}</p>
      </div>
      ${this.#renderStatus(state, text)}
      <div class="action">
        <button
          part="button"
          ?disabled=${this.#isDisabled}
          aria-disabled=${!canPay}
          @click=${this.#handleSubmit}
          @pointerenter=${this.#handleIntent}
          @pointerdown=${this.#handleIntent}
        >
          ${state.name === 'requesting' ? html`<span class="spinner"></span>` : nothing}${text(this.#buttonText(state))}
          ${lockedForMs ? html`<span class="fine">${text('sendAgainWhy')}</span>` : nothing}
        </button>
      </div>
      ${this.#needsCures(state) ? this.#renderCures(text) : html`<p class="fine foot">${text('pinSafety')}</p>`}
    `;
  }

  /** What the phone will ask and what it asks now lie one upon the other, so that nothing jumps between the two. */
  #renderStatus(state: CheckoutState, text: Texts): TemplateResult {
    const calm = state.name === 'idle' || state.name === 'requesting';
    const left = this.#payment.snapshot.lockedForMs;
    const [title, body, then] = describe(calm ? 'prompted' : state, left);
    const isListening = state.name === 'unconfirmed' && left && this.statusUrl;
    return html`
      <div part="status" class="stage">
        ${
          calm || state.name === 'prompted'
            ? html`<div class="layer ${calm ? '' : 'away'}">
                <p class="title">${text('previewTitle')}</p>
                <p class="quote">${text('preview')}</p>
                <p class="fine">${text('previewCheck')}</p>
              </div>`
            : nothing
        }
        <div class="layer ${calm ? 'away' : state.name}">
          <p class="title">${text(title)}</p>
          <p>${text(body)}</p>
          ${
            then
              ? html`<progress aria-hidden="true" max=${promptLife(state)} .value=${left}></progress>
                  <p class="fine">
                    ${text(left || calm ? 'held' : then)} ${isListening ? text('listening') : nothing}
                  </p>`
              : nothing
          }
        </div>
      </div>
    `;
  }

  /** Not before the customer has had the time to find the prompt. */
  #needsCures(state: CheckoutState): boolean {
    if ('liveUntil' in state) return promptLife(state) - this.#payment.snapshot.lockedForMs >= CURES_AFTER_MS;
    return state.name === 'failed' && state.reason === 'unreachable';
  }

  #renderCures(text: Texts): TemplateResult {
    return html`
      <details class="foot">
        <summary>${text('cures')}</summary>
        <ul>
          ${text('curesList')
            .split('\n')
            .map((cure) => html`<li>${cure}</li>`)}
        </ul>
        <button type="button" class="plain" @click=${this.#handleOther}>${text('otherNumber')}</button>
        <p class="fine">${text('pinSafety')}</p>
      </details>
    `;
  }

  #renderPaid({ attempt, since, outcome }: CheckoutState & { name: 'paid' }, text: Texts): TemplateResult {
    const { receipt } = outcome;
    const row = (name: keyof Messages, value: unknown) =>
      html`<div>
        <dt>${text(name)}</dt>
        <dd>${value}</dd>
      </div>`;
    return html`
      <slot name="paid">
        <div part="receipt" class="layer paid">
          <p class="title">${text('paidTitle')}</p>
          <dl>
            ${row('paidAmount', text('amount'))}
            ${
              receipt
                ? row(
                    'paidReceipt',
                    html`<span>${receipt}</span>
                      <button type="button" class="plain" @click=${this.#handleCopy}>
                        ${text(this.copied ? 'copied' : 'copy')}
                      </button>`,
                  )
                : nothing
            }
            ${attempt.phone ? row('paidPhone', phoneText(attempt.phone)) : nothing}
            ${row('paidTime', formatMoment(since, this.#language))}
          </dl>
          ${receipt ? nothing : html`<p class="fine">${text('paidSms')}</p>`}
        </div>
      </slot>
    `;
  }

  /** Of the form, or of its button: a sandboxed frame may be one that submits no forms. */
  #handleSubmit(event: Event): void {
    event.preventDefault();
    void this.pay();
    if (this.phoneProblem) this.focus();
  }

  #handleIntent(): void {
    if (!this.#isDisabled) this.#payment.prepare();
  }

  #handleInput({ target }: Event): void {
    this.draft = (target as HTMLInputElement).value;
    this.phoneProblem = undefined;
    this.#handleIntent();
  }

  /** Not while typing: the caret would jump. */
  #handleBlur(): void {
    // The receipt has just taken the field's place.
    if (this.state === 'paid') return;
    const phone = parsePhone(this.#phoneText);
    if ('msisdn' in phone) this.draft = formatPhone(phone.msisdn);
    else if (phone.problem === 'invalid') this.phoneProblem = phone.problem;
  }

  /** Another number may be typed while the prompt on the first one is live; it may only not be sent yet. */
  #handleOther(): void {
    this.draft = '';
    this.focus();
  }

  /** Where the clipboard is out of reach, the receipt is left selected. */
  async #handleCopy({ target }: Event): Promise<void> {
    const receipt = (target as Element).previousElementSibling;
    if (!receipt) return;
    getSelection()?.selectAllChildren(receipt);
    try {
      await navigator.clipboard.writeText(receipt.textContent);
      this.copied = true;
    } catch {
      // Insecure context, or a frame without the permission: the selection is there to be copied by hand.
    }
  }

  get #language(): string {
    return this.lang || (!isHydrating && languageOf(this)) || 'en';
  }

  get #input(): HTMLInputElement | null {
    return this.shadowRoot?.querySelector('input') ?? null;
  }

  get #isDisabled(): boolean {
    // The attribute lags behind the property. Without it, a `<fieldset>` may have taken the element out of use.
    return (
      this.disabled || (!isHydrating && this.isConnected && !this.hasAttribute('disabled') && this.matches(':disabled'))
    );
  }

  get #phoneText(): string {
    if (this.draft !== undefined) return this.draft;
    const phone = parsePhone(this.phone);
    return 'msisdn' in phone ? formatPhone(phone.msisdn) : this.phone;
  }

  #readPhone(): PhoneResult {
    // A script may have filled the field in without an event.
    const written = this.#input?.value ?? '';
    return parsePhone(written === this.#drawn ? this.#phoneText : written);
  }

  /** @internal Called by the controller. */
  showPhoneProblem(problem: PhoneProblem): void {
    this.phoneProblem = problem;
  }

  /** The customer's words, with what is known filled in. */
  #texts(state: CheckoutState): Texts {
    const language = this.#language;
    const table = { ...messagesFor(language), ...this.messages };
    const attempt = 'attempt' in state ? state.attempt : undefined;
    // After a failure it is the amount of the next attempt that matters.
    const amount = (state.name !== 'failed' && attempt?.amount) || this.amount;
    const values: Record<string, string> = {
      amount: isAmount(amount) ? formatAmount(amount, language) : '',
      // Before there is an attempt, it only keeps the place.
      phone: phoneText(attempt?.phone || SAMPLE_PHONE),
      business: this.business,
      order: this.orderId,
      time: formatTime(this.#payment.snapshot.lockedForMs),
      seconds: String(this.#secondsToSay ?? ''),
    };
    if (this.business) values['to'] = ` ${fill(table.to, values)}`;
    // Daraja takes no longer reference: what the phone would show of this one is for the backend to say.
    if (this.orderId.length <= MAX_REFERENCE_LENGTH) values['account'] = fill(table.account, values);
    return (key) => fill(table[key], values);
  }

  #buttonText({ name }: CheckoutState): keyof Messages {
    if (name === 'idle') return 'pay';
    if (name === 'requesting') return name;
    return this.#payment.snapshot.canPay ? 'tryAgain' : 'sendAgainIn';
  }

  /** Sparingly: a screen reader speaks at each change of it. */
  #announcement(state: CheckoutState, text: Texts): string {
    if (state.name === 'idle') return '';
    if (state.name === 'requesting') return text(state.name);
    if (state.name === 'paid') {
      return this.copied ? text('copied') : `${text('paidTitle')} ${state.outcome.receipt ?? text('paidSms')}`;
    }
    const left = this.#payment.snapshot.lockedForMs;
    const [title, body, then] = describe(state, left);
    if (this.#secondsToSay) return `${text(title)}. ${text('secondsLeft')}`;
    return `${text(title)}. ${text(body)} ${then && !left ? text(then) : ''}`;
  }

  /** Of the time that is left, a screen reader says only that a minute is, and half a minute. */
  get #secondsToSay(): number | undefined {
    const left = this.#payment.snapshot.lockedForMs;
    const isAfter = (seconds: number) => left <= seconds * 1000 && promptLife(this.#payment.state) > seconds * 1000;
    return left ? [30, 60].find(isAfter) : undefined;
  }
}

const SAMPLE_PHONE = '254712345678';

/** Prompts have been seen to arrive within a few seconds; looking for one takes some more. */
const CURES_AFTER_MS = 20_000;

/** Of Daraja's AccountReference, in characters. */
const MAX_REFERENCE_LENGTH = 12;

/** The element's own events, and those of every element. */
type ElementEventMap = VitumobPayEventMap & Omit<HTMLElementEventMap, keyof VitumobPayEventMap>;

type Texts = (key: keyof Messages) => string;

/** With spaces that neither break a line nor, on a page from right to left, the order of the groups. */
function phoneText(msisdn: string): string {
  return formatPhone(msisdn).replaceAll(' ', '\u00A0');
}

/** What is the matter, what to do now, and what to do once no prompt can be on the phone any more, if one was. */
function describe(
  state: CheckoutState | 'prompted',
  lockedForMs: number,
): [title: keyof Messages, body: keyof Messages, then?: keyof Messages] {
  if (state === 'prompted' || (state.name === 'prompted' && lockedForMs)) return ['promptedTitle', 'prompted', 'noSms'];
  // A prompt of which nobody has heard since may well have been paid.
  if (state.name !== 'failed') return ['unconfirmedTitle', 'unconfirmed', 'noSms'];
  // Refused in favour of another push of the order, which may have been paid.
  if (state.reason === 'rejected' && state.successPossibleUntil) return ['unconfirmedTitle', 'unconfirmed'];
  const reason = state.busy ? 'busy' : state.reason.replace(/^token.+/, 'token');
  return ['failedTitle', reason as keyof Messages];
}

/** Milliseconds for which a prompt may be live, from beginning to end. */
function promptLife(state: CheckoutState): number {
  return 'liveUntil' in state ? state.liveUntil - state.since : 1;
}

/** The nearest `lang`, out of shadow roots too. No node is asked for its class: on a server there are none. */
function languageOf(
  node: { getAttribute?: Element['getAttribute']; parentNode: Node | null; host?: Element } | null | undefined,
): string | undefined {
  return node?.getAttribute?.('lang') || (node ? languageOf(node.parentNode ?? node.host) : undefined);
}

/** `undefined` stands for the default. */
function normalise(property: PropertyName, value: unknown): unknown {
  const byDefault = DEFAULTS[property];
  if (value === null || value === undefined) return undefined;
  if (property !== 'credentials' && typeof byDefault === 'string') return toText(value) ?? '';
  let expected: string;
  if (property === 'credentials') {
    if (CREDENTIALS.includes(value)) return value;
    expected = 'omit, same-origin or include';
  } else if (typeof byDefault === 'number') {
    const ms = Number(toText(value));
    if (ms > 0 && ms < Infinity) return ms;
    expected = 'a positive number of milliseconds';
  } else return value;
  const attribute = property.replace('W', '-w');
  console.warn(`<vitumob-pay> ${attribute}: ${JSON.stringify(value)} is not ${expected}; the default is used`);
  return undefined;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- overloads cannot be declared in the class
export interface VitumobPayElement {
  addEventListener<Type extends keyof ElementEventMap>(
    type: Type,
    listener: (this: VitumobPayElement, event: ElementEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof ElementEventMap>(
    type: Type,
    listener: (this: VitumobPayElement, event: ElementEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}
