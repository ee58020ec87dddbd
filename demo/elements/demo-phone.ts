/** The customer's phone: the prompt as M-Pesa shows it, what can be done with it, and the messages afterwards. */

import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatPhone } from 'vitumob-pay/client';
import type { HandsetAction, HandsetPrompt } from '../backend.js';
import { accountReference } from '../order-id.js';
import { type Message, messagesOf, MPESA_WORDS, promptQuestion } from '../mpesa-messages.js';
import { PAYBILL } from '../checkout.js';
import { store } from '../store.js';
import { phoneClock, phoneDay } from '../time.js';
import { DemoElement } from './demo-element.js';
import { unbroken } from './unbroken.js';

const MINUTE_MS = 60_000;

/** The part of the screen that one has to see to see the prompt. */
const SEEN = 0.5;

class DemoPhone extends DemoElement {
  static override properties = {
    pinProblem: { state: true },
    ignored: { state: true },
    inView: { state: true },
    menu: { state: true },
  };

  declare private pinProblem: boolean;
  /** The prompt that somebody has chosen to leave alone. */
  declare private ignored: string | undefined;
  declare private inView: boolean;
  /** The phone's own M-Pesa menu, in which a Pay Bill is paid without a prompt. */
  declare private menu: 'closed' | 'open' | 'refused';

  #prompt: HandsetPrompt | undefined;
  #clock: ReturnType<typeof setTimeout> | undefined;
  readonly #observer = new IntersectionObserver(
    (entries) => {
      this.inView = (entries.at(-1)?.intersectionRatio ?? 1) >= SEEN;
    },
    { threshold: SEEN },
  );

  constructor() {
    super();
    this.pinProblem = false;
    this.inView = true;
    this.menu = 'closed';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick();
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#clock);
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(): void {
    const { prompts } = store.phone;
    const prompt = prompts.find(({ open }) => open);
    if (prompt?.id !== this.#prompt?.id) this.pinProblem = false;
    // A prompt takes the screen, whatever is on it.
    if (prompt) this.menu = 'closed';
    this.#prompt = prompt;
  }

  protected override render(): TemplateResult {
    const { heading, rings } = this.texts.phone;
    const view = store.phone;
    const prompt = this.#prompt;
    const { lang } = store.state.settings;
    const messages = messagesOf(view, store.state.phoneClearedAt, lang);
    return html`
      <header class="phone-head">
        <h2 id="phone-heading">${heading}</h2>
        <p class="number">${formatPhone(view.phone)}</p>
      </header>
      <div class="phone ${prompt ? 'ringing' : ''}" tabindex="-1">
        <div class="phone-bar" aria-hidden="true">
          <span>${phoneClock(Date.now())}</span>
          <svg viewBox="0 0 44 12">
            <path d="M0 9h3v3H0zM5 6h3v6H5zM10 3h3v9h-3zM15 0h3v12h-3z" />
            <path d="M25 1.5h14a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H25a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2z" class="outline" />
            <path d="M25 3.5h9v5h-9zM42.5 4.5h1.5v3h-1.5z" />
          </svg>
        </div>
        <div class="screen">
          ${this.#renderMessages(messages)} ${prompt ? keyed(prompt.id, this.#renderPrompt(prompt)) : nothing}
          ${this.menu === 'closed' ? nothing : this.#renderMenu()}
        </div>
      </div>
      ${this.#renderHelp(prompt)}
      <p class="said" role="status">${this.#announcement(prompt, messages[0])}</p>
      ${
        prompt && store.asks(prompt) && !this.inView
          ? html`<a class="phone-rings" href="#phone" @click=${this.#handleRings}>
              ${rings}
              <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2v11M3.5 8.5 8 13l4.5-4.5" /></svg>
            </a>`
          : nothing
      }
    `;
  }

  protected override firstUpdated(): void {
    const screen = this.querySelector('.screen');
    if (screen) this.#observer.observe(screen);
  }

  #announcement(prompt: HandsetPrompt | undefined, latest: Message | undefined): string {
    const { asks, says } = this.texts.phone;
    if (prompt) return asks(promptQuestion(prompt, store.state.settings.lang));
    return latest ? says(latest.text) : '';
  }

  #renderPrompt(prompt: HandsetPrompt): TemplateResult {
    const { lang } = store.state.settings;
    const { cancel, send } = MPESA_WORDS[lang];
    return html`
      <div class="stk-veil">
        <form
          class="stk"
          autocomplete="off"
          novalidate
          @submit=${(event: SubmitEvent) => {
            this.#handleSend(event, prompt);
          }}
        >
          <p class="stk-title">${unbroken('M-PESA')}</p>
          <label for="pin">${unbroken(promptQuestion(prompt, lang))}</label>
          <input
            id="pin"
            name="pin"
            type="tel"
            inputmode="numeric"
            maxlength="4"
            autocomplete="off"
            aria-describedby="pin-problem"
            aria-invalid=${this.pinProblem ? 'true' : 'false'}
          />
          <p id="pin-problem" class="stk-problem">${this.pinProblem ? this.texts.phone.pinProblem : nothing}</p>
          <div class="stk-buttons">
            <button
              type="button"
              @click=${() => {
                this.#act(prompt, { action: 'cancel' });
              }}
            >
              ${cancel}
            </button>
            <button type="submit">${send}</button>
          </div>
        </form>
      </div>
    `;
  }

  #renderMenu(): TemplateResult {
    const { order, amount, lang } = store.state.settings;
    const { menu, send } = MPESA_WORDS[lang];
    return html`
      <div class="stk-veil">
        <form class="stk menu" autocomplete="off" novalidate @submit=${this.#handlePayBill}>
          <p class="stk-title">${unbroken(menu.title)}</p>
          <label>${menu.business} <input name="shortcode" inputmode="numeric" required .value=${PAYBILL} /></label>
          <label>${menu.account} <input name="account" required .value=${accountReference(order)} /></label>
          <label>
            ${menu.amount}
            <input name="amount" inputmode="numeric" required .value=${String(Math.ceil(Number(amount)) || '')} />
          </label>
          <label>
            PIN
            <input
              name="pin"
              type="tel"
              inputmode="numeric"
              maxlength="4"
              aria-describedby="menu-problem"
              aria-invalid=${this.menu === 'refused' ? 'true' : 'false'}
            />
          </label>
          <p id="menu-problem" class="stk-problem" role="alert">
            ${this.menu === 'refused' ? this.texts.phone.menuRefused : nothing}
          </p>
          <div class="stk-buttons">
            <button type="button" @click=${this.#handleMenuClose}>${menu.close}</button>
            <button type="submit">${send}</button>
          </div>
        </form>
      </div>
    `;
  }

  #renderMessages(messages: readonly Message[]): TemplateResult {
    if (messages.length === 0)
      return html`
        <div class="lock-screen">
          <p class="lock-clock">${phoneClock(Date.now())}</p>
          <p>${phoneDay(Date.now(), store.state.settings.lang)}</p>
        </div>
      `;
    return html`
      <div class="thread">
        <p class="thread-head">${unbroken('M-PESA')}</p>
        <ol tabindex="0" aria-label=${this.texts.phone.messages}>
          ${repeat(
            messages,
            ({ id }) => id,
            ({ at, text, kind }) => html`
              <li class=${kind}>
                <p>${unbroken(text)}</p>
                ${kind === 'sms' ? html`<time datetime=${new Date(at).toISOString()}>${phoneClock(at)}</time>` : nothing}
              </li>
            `,
          )}
        </ol>
      </div>
    `;
  }

  #renderHelp(prompt: HandsetPrompt | undefined): TemplateResult {
    const { quiet, pin, leave, left, menu, menuNote } = this.texts.phone;
    const ignored = prompt !== undefined && prompt.id === this.ignored;
    return html`
      <div class="phone-help">
        <p>${unbroken(ignored ? left : prompt ? pin(store.phone.pin) : quiet)}</p>
        ${
          prompt && !ignored
            ? html`<button
                type="button"
                class="plain"
                @click=${() => {
                  this.ignored = prompt.id;
                  this.#act(prompt, { action: 'ignore' });
                }}
              >
                ${leave}
              </button>`
            : nothing
        }
        ${
          !prompt && this.menu === 'closed' && store.state.behind === 'simulator'
            ? html`<p id="lipa-note">${unbroken(menuNote)}</p>
                <button
                  type="button"
                  class="plain"
                  id="lipa"
                  aria-describedby="lipa-note"
                  @click=${this.#handleMenuOpen}
                >
                  ${unbroken(menu)}
                </button>`
            : nothing
        }
      </div>
    `;
  }

  /** The link goes away once the phone is in sight: what had the focus is then where one goes on. */
  readonly #handleRings = (event: MouseEvent): void => {
    event.preventDefault();
    this.scrollIntoView();
    this.querySelector<HTMLElement>('#pin')?.focus({ preventScroll: true });
  };

  readonly #handleMenuOpen = (): void => {
    this.menu = 'open';
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.menu [name="pin"]')?.focus());
  };

  readonly #handleMenuClose = (): void => {
    this.menu = 'closed';
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#lipa')?.focus());
  };

  readonly #handlePayBill = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const typed = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const { phone } = store.phone;
    const paid = await store.payFromMenu({
      shortcode: typed('shortcode'),
      account: typed('account'),
      amount: Number(typed('amount')),
      pin: typed('pin'),
    });
    if (store.phone.phone !== phone) return;
    if (paid) this.#handleMenuClose();
    else this.menu = 'refused';
  };

  #handleSend(event: SubmitEvent, prompt: HandsetPrompt): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const pin = new FormData(form).get('pin');
    if (typeof pin === 'string' && /^\d{4}$/.test(pin)) {
      this.#act(prompt, { action: 'approve', pin });
      return;
    }
    this.pinProblem = true;
    form.querySelector('input')?.focus();
  }

  #act(prompt: HandsetPrompt, action: HandsetAction): void {
    // The button that was pressed goes away with the prompt; the focus stays on the phone.
    this.querySelector<HTMLElement>('.phone')?.focus({ preventScroll: true });
    store.act(prompt, action);
  }

  /** The clock on the screen moves with the minute. */
  #tick(): void {
    this.requestUpdate();
    this.#clock = setTimeout(
      () => {
        this.#tick();
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
  }
}

customElements.define('demo-phone', DemoPhone);
