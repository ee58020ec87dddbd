/** `vitumob-pay/element`: the class alone, not registered. */

import { isServer, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer } from './announcer.js';
import { copyText } from './copy.js';
import type { Listen } from './events.js';
import { LanguageController } from './language.js';
import type { Messages } from '../messages/index.js';
import type { PhoneProblem } from '../model/phone.js';
import type { StateName } from '../model/state.js';
import { isPhone } from '../browser/phone.js';
import { manualStepsOf } from './manual-steps.js';
import { PaymentController } from './payment-controller.js';
import { PhoneField } from './phone-field.js';
import { adoptStyles, attachRoot, takeOver } from './render-root.js';
import { defineAccessors, PROPERTIES, warnOfCents } from './properties.js';
import { paymentIdOf, screenOf, sentTo } from './screen.js';
import { VERSION } from '../version.js';
import { styles } from './styles.js';
import { renderCard } from './view.js';
import { VisibilityController } from './visibility.js';
import { spoken, type Words, wordsOf } from './words.js';

/**
 * An M-Pesa checkout: asks for a phone number, has the backend prompt it for the PIN, and tells the page what came of it.
 *
 * ```html
 * <vitumob-pay
 *   order-id="1234567891"
 *   amount="12341"
 *   token-url="/payments/mpesa/token"
 *   push-url="/payments/mpesa/payment/push/request"
 *   status-url="/payments/mpesa/status"
 * ></vitumob-pay>
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
 * @csspart manual - The steps of paying without a prompt.
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
export class VitumobPayElement extends LitElement {
  /** Of the package. */
  static readonly version: string = VERSION;

  static readonly formAssociated = true;

  static override readonly styles = styles;

  static override readonly properties = PROPERTIES;

  static {
    defineAccessors(this.prototype);
  }

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

  /**
   * The shop's Pay Bill number, for paying without a prompt. If there is a `till` too, this one counts.
   *
   * @default ''
   */
  declare paybill: string;

  /**
   * The shop's Buy Goods number, for paying without a prompt.
   *
   * @default ''
   */
  declare till: string;

  /** The account number for `paybill`. Default: `orderId`. */
  declare account: string;

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

  /** The form value: the `payment_id` in `prompted`, `unconfirmed` and `paid`, if it is known; otherwise `''`. */
  get value(): string {
    return paymentIdOf(this.#payment.state);
  }

  readonly #payment = new PaymentController(this, this.attachInternals());
  readonly #field = new PhoneField(this, () => this.state === 'paid' || !!sentTo(this.#payment.snapshot));
  readonly #language = new LanguageController(this);
  readonly #announcer = new Announcer(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.#prefetch();
  });
  /** Takes over what a server has rendered, which knew the attributes and nothing around them. */
  #isHydrating = false;
  #words: Words | undefined;
  /** What had the focus before the receipt was drawn. */
  #focused: Element | null | undefined;
  #lastCopied = '';

  /**
   * Same as pressing the button: does nothing while the button is disabled or blocked. Resolves when the push attempt
   * ends, and never rejects.
   */
  async pay(): Promise<void> {
    if (!this.#isDisabled) await this.#payment.pay(this.#field.read());
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
    if (this.hasUpdated) this.#field.focus(options);
    else
      void this.updateComplete.then(() => {
        this.#field.focus(options);
      });
  }

  /**
   * Shows what is wrong with the phone number.
   *
   * @internal
   */
  showPhoneProblem(problem: PhoneProblem): void {
    this.#field.problem = problem;
    // Said once: with the field that it describes, as soon as that does, or by itself if the field has the focus already.
    if (this.#field.hasFocus) this.#announcer.say(this.#words?.('phoneError') ?? '');
    else
      void this.updateComplete.then(() => {
        this.focus();
      });
  }

  override connectedCallback(): void {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Lit for servers says true
    if (!isServer) super.connectedCallback();
  }

  adoptedCallback(): void {
    adoptStyles(this);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const served = this.shadowRoot;
    if (!served) {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Lit for servers says true
      return isServer || this.ownerDocument === document ? super.createRenderRoot() : attachRoot(this);
    }
    this.#field.adopt(served.querySelector('input')?.value);
    // What the page loads to have Lit hydrate.
    if (!('litElementHydrateSupport' in globalThis)) {
      served.replaceChildren();
      return super.createRenderRoot();
    }
    const root = super.createRenderRoot();
    Object.assign(this, { renderRoot: root });
    this.#isHydrating = true;
    // At once, before the element is told that it is connected, and so learns what the server did not know.
    takeOver(root, () => {
      this.performUpdate();
    });
    this.#isHydrating = false;
    return root;
  }

  protected override willUpdate(): void {
    warnOfCents(this);
    if (this.state === 'paid') {
      this.#field.forget();
      this.#focused = this.shadowRoot?.activeElement;
    }
  }

  protected override render(): TemplateResult {
    const { snapshot } = this.#payment;
    const { language } = this.#language;
    const onPhone = this.isConnected && !this.#isHydrating && isPhone();
    const screen = screenOf(snapshot, !!this.statusUrl, onPhone);
    const words = (this.#words = wordsOf(this, language, snapshot, screen));
    this.#announcer.follow([...screen.announcement, screen.seconds].join(), spoken(screen, words));
    return renderCard({
      screen,
      words,
      language,
      disabled: this.#isDisabled,
      phone: this.#field.text,
      phoneIsWrong: !!this.#field.problem,
      manual: this.#isDisabled ? undefined : manualStepsOf(this, snapshot.state),
      asksForOutcome: !!this.statusUrl,
      copied: this.#lastCopied,
      announcement: this.#announcer.said,
      on: {
        submit: this.#handleSubmit,
        intent: this.#handleIntent,
        type: this.#handleType,
        enter: this.#handleEnter,
        leave: this.#field.leave,
        copy: this.#handleCopy,
        manual: this.#handleManual,
      },
    });
  }

  protected override updated(changed: PropertyValues<this>): void {
    // The receipt takes the place of field, button and steps, one of which may have had the focus.
    const isGone = this.#focused && (!this.#focused.isConnected || this.#focused.matches('input, button[part]'));
    if (isGone) this.renderRoot.querySelector('form')?.focus();
    this.#focused = undefined;
    // What the page has changed may be what the token is for.
    if (changed.size) this.#prefetch();
  }

  formDisabledCallback(): void {
    this.requestUpdate();
    this.#prefetch();
  }

  formResetCallback(): void {
    this.#field.type(undefined);
    this.reset();
  }

  /** Of the form, or of its button: a sandboxed frame may be one that submits no forms. */
  readonly #handleSubmit = (event: Event): void => {
    event.preventDefault();
    void this.pay();
  };

  /** The customer is about to pay. */
  readonly #handleIntent = (): void => {
    if (!this.#isDisabled) this.#payment.prepare();
  };

  readonly #handleType = ({ target }: Event): void => {
    this.#field.type((target as HTMLInputElement).value);
    this.#handleIntent();
  };

  readonly #handleEnter = (): void => {
    this.#field.enter();
    this.#handleIntent();
  };

  readonly #handleCopy = async ({ target }: Event): Promise<void> => {
    const source = (target as Element).closest('.value')?.querySelector('span');
    this.#lastCopied = (source && (await copyText(source))) || '';
    if (this.#lastCopied) this.#announcer.say(this.#words?.('copied') ?? '');
    this.requestUpdate();
  };

  readonly #handleManual = ({ target }: Event): void => {
    if ((target as HTMLDetailsElement).open) this.#payment.openManual();
  };

  #prefetch(): void {
    if (this.#visibility.isSeen && !this.#isDisabled) this.#payment.prefetch();
  }

  get #isDisabled(): boolean {
    if (this.disabled) return true;
    // The attribute lags behind the property. Without it, a `<fieldset>` may have taken the element out of use.
    return !this.#isHydrating && this.isConnected && !this.hasAttribute('disabled') && this.matches(':disabled');
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- overloads cannot be declared in the class
export interface VitumobPayElement {
  addEventListener: Listen<VitumobPayElement, AddEventListenerOptions>;
  removeEventListener: Listen<VitumobPayElement, EventListenerOptions>;
}
