/** The customer's phone: the prompt as M-Pesa shows it, what can be done with it, and the messages afterwards. */

import { html, nothing, render, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HandsetView } from '../simulator/daraja/handset-api.js';
import { type Message, messagesOf, promptQuestion } from './mpesa-messages.js';
import type { HandsetAction, HandsetPrompt, Phones } from './phones.js';
import { phoneClock, phoneDay } from './time.js';

const MINUTE_MS = 60_000;

/** The part of the screen that one has to see to see the prompt. */
const SEEN = 0.5;

export class Handset {
  readonly #container: HTMLElement;
  readonly #phones: Phones;
  /** Prompts that somebody has chosen to leave alone. */
  readonly #ignored = new Set<string>();
  #order = '';
  #pinProblem = '';
  #promptId: string | undefined;
  #inView = true;

  constructor(container: HTMLElement, phones: Phones) {
    this.#container = container;
    this.#phones = phones;
    this.show();
    const screen = container.querySelector('.screen');
    if (screen)
      new IntersectionObserver(
        (entries) => {
          this.#inView = (entries.at(-1)?.intersectionRatio ?? 1) >= SEEN;
          this.show();
        },
        { threshold: SEEN },
      ).observe(screen);
    const tick = (): void => {
      this.show();
      setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS));
    };
    setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS));
  }

  show(order = this.#order): void {
    this.#order = order;
    const view = this.#phones.of(order);
    const prompt = view.prompts.find(({ open }) => open);
    if (prompt?.id !== this.#promptId) {
      this.#promptId = prompt?.id;
      this.#pinProblem = '';
    }
    const messages = messagesOf(view);
    render(
      html`
        <header class="handset-head">
          <h2 id="handset-heading">The customer’s phone</h2>
          <p class="number">${writtenNumber(view.phone)}</p>
        </header>
        <div class="phone ${prompt ? 'ringing' : ''}" tabindex="-1" lang="en">
          <div class="phone-bar" aria-hidden="true">
            <span>${phoneClock(Date.now())}</span>
            <svg viewBox="0 0 44 12">
              <path d="M0 9h3v3H0zM5 6h3v6H5zM10 3h3v9h-3zM15 0h3v12h-3z" />
              <path d="M25 1.5h14a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H25a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2z" class="outline" />
              <path d="M25 3.5h9v5h-9zM42.5 4.5h1.5v3h-1.5z" />
            </svg>
          </div>
          <div class="screen">
            ${this.#renderMessages(messages)} ${prompt ? keyed(prompt.id, this.#renderPrompt(view, prompt)) : nothing}
          </div>
        </div>
        ${this.#renderHelp(view, prompt)}
        <p class="said" role="status">${this.#announcement(prompt, messages[0])}</p>
        ${
          prompt && !this.#inView
            ? html`<a class="phone-rings" href="#handset">The phone is asking for the PIN</a>`
            : nothing
        }
      `,
      this.#container,
    );
  }

  #renderPrompt(view: HandsetView, prompt: HandsetPrompt): TemplateResult {
    return html`
      <div class="stk-veil">
        <form
          class="stk"
          autocomplete="off"
          novalidate
          @submit=${(event: SubmitEvent) => {
            this.#handleSend(event, view, prompt);
          }}
        >
          <p class="stk-title">M-PESA</p>
          <label for="pin">${promptQuestion(prompt)}</label>
          <input
            id="pin"
            name="pin"
            type="tel"
            inputmode="numeric"
            maxlength="4"
            autocomplete="off"
            aria-describedby="pin-problem"
            aria-invalid=${this.#pinProblem ? 'true' : 'false'}
          />
          <p id="pin-problem" class="stk-problem">${this.#pinProblem}</p>
          <div class="stk-buttons">
            <button
              type="button"
              @click=${() => {
                this.#act(view, prompt, { action: 'cancel' });
              }}
            >
              Cancel
            </button>
            <button type="submit">Send</button>
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
          <p>${phoneDay(Date.now())}</p>
        </div>
      `;
    return html`
      <div class="thread">
        <p class="thread-head">M-PESA</p>
        <ol tabindex="0" aria-label="Messages">
          ${repeat(
            messages,
            ({ id }) => id,
            ({ at, text, kind }) => html`
              <li class=${kind}>
                <p>${text}</p>
                ${kind === 'sms' ? html`<time datetime=${new Date(at).toISOString()}>${phoneClock(at)}</time>` : nothing}
              </li>
            `,
          )}
        </ol>
      </div>
    `;
  }

  #renderHelp(view: HandsetView, prompt: HandsetPrompt | undefined): TemplateResult {
    const ignored = prompt !== undefined && this.#ignored.has(prompt.id);
    return html`
      <div class="handset-help">
        <p>
          ${
            ignored
              ? 'Left alone. In half a minute M-Pesa gives up.'
              : prompt
                ? html`PIN <strong>${view.pin}</strong> pays. Any other is wrong.`
                : 'The prompt for the PIN shows here.'
          }
        </p>
        ${
          prompt && !ignored
            ? html`<button
                type="button"
                class="plain"
                @click=${() => {
                  this.#ignored.add(prompt.id);
                  this.#act(view, prompt, { action: 'ignore' });
                }}
              >
                Leave it unanswered
              </button>`
            : nothing
        }
      </div>
    `;
  }

  #announcement(prompt: HandsetPrompt | undefined, latest: Message | undefined): string {
    if (prompt) return `Prompt on the phone: ${promptQuestion(prompt)}`;
    return latest ? `On the phone: ${latest.text}` : '';
  }

  #handleSend(event: SubmitEvent, view: HandsetView, prompt: HandsetPrompt): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const pin = new FormData(form).get('pin');
    if (typeof pin === 'string' && /^\d{4}$/.test(pin)) {
      this.#act(view, prompt, { action: 'approve', pin });
      return;
    }
    this.#pinProblem = 'A PIN has four digits.';
    this.show();
    form.querySelector('input')?.focus();
  }

  #act(view: HandsetView, prompt: HandsetPrompt, action: HandsetAction): void {
    // The button that was pressed goes away with the prompt; the focus stays on the phone.
    this.#container.querySelector<HTMLElement>('.phone')?.focus({ preventScroll: true });
    void this.#phones.act(view.phone, prompt, action);
    this.show();
  }
}

/** `0723 123 123` */
function writtenNumber(phone: string): string {
  return phone.replace(/^254(\d{3})(\d{3})(\d{3})$/, '0$1 $2 $3');
}
