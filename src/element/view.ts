/** The element's templates: functions of what the screen says, the words for it, and what hears the customer. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatMoment } from '../messages/index.js';
import type { Receipt, Screen, TextKey } from './screen.js';
import { phoneText, type Words } from './words.js';

export interface Handlers {
  readonly submit: (event: Event) => void;
  /** The customer is about to pay. */
  readonly intent: () => void;
  readonly type: (event: Event) => void;
  readonly leave: () => void;
  readonly otherNumber: () => void;
  readonly copy: (event: Event) => Promise<void>;
}

export interface Card {
  readonly screen: Screen;
  readonly words: Words;
  readonly language: string;
  readonly disabled: boolean;
  /** What the phone field shows. */
  readonly phone: string;
  /** What is wrong with that is shown. */
  readonly phoneIsWrong: boolean;
  readonly copied: boolean;
  readonly announcement: string;
  readonly on: Handlers;
}

export function renderCard(card: Card): TemplateResult {
  const { screen, words, on } = card;
  return html`
    <form part="form" method="dialog" dir=${words('dir')} tabindex="-1" novalidate @submit=${on.submit}>
      <slot name="heading">
        <h2 part="heading"><span>${words('heading')}</span> <span>${words('amount')}</span></h2>
      </slot>
      ${screen.receipt ? renderReceipt(card, screen.receipt) : renderCheckout(card)}
      <slot name="footer"></slot>
    </form>
    <p class="said" role="status">${card.announcement}</p>
  `;
}

function renderCheckout(card: Card): TemplateResult {
  const { screen, words, disabled, on } = card;
  return html`
    ${renderField(card)} ${renderStatus(card)}
    <div class="action">
      <button
        part="button"
        ?disabled=${disabled}
        aria-disabled=${screen.blocked}
        @click=${on.submit}
        @pointerenter=${on.intent}
        @pointerdown=${on.intent}
      >
        ${screen.state === 'requesting' ? html`<span class="spinner"></span>` : nothing}${words(screen.button)}
        ${screen.why ? html`<span class="fine">${words(screen.why)}</span>` : nothing}
      </button>
    </div>
    ${screen.help === 'cures' ? renderCures(card) : html`<p class="fine foot">${words('pinSafety')}</p>`}
  `;
}

function renderField({ screen, words, disabled, phone, phoneIsWrong, on }: Card): TemplateResult {
  return html`
    <div class="field">
      <label part="label" for="phone">${words('phoneLabel')}</label>
      <input
        part="input"
        id="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        name="phone"
        dir="ltr"
        aria-describedby="error hint"
        aria-invalid=${phoneIsWrong}
        .value=${live(phone)}
        ?disabled=${disabled}
        ?readonly=${screen.state === 'requesting'}
        @focus=${on.intent}
        @input=${on.type}
        @blur=${on.leave}
      />
      <p part="error" class="error" id="error">${phoneIsWrong ? words('phoneError') : nothing}</p>
      <p part="hint" class="fine" id="hint">${words(screen.hint)}</p>
    </div>
  `;
}

/** What the phone will ask and what it asks now lie one upon the other, so that nothing jumps between the two. */
function renderStatus({ screen, words }: Card): TemplateResult {
  const { preview, status, state, life } = screen;
  return html`
    <div part="status" class="stage">
      ${
        preview === 'absent'
          ? nothing
          : html`<div class="layer ${preview === 'hidden' ? 'away' : ''}">
              <p class="title">${words('previewTitle')}</p>
              <p class="quote">${words('preview')}</p>
              <p class="fine">${words('previewCheck')}</p>
            </div>`
      }
      <div class="layer ${status === 'hidden' ? 'away' : state}">
        <p class="title">${words(screen.title)}</p>
        <p>${words(screen.body)}</p>
        ${
          life
            ? html`<progress aria-hidden="true" max=${life.max} .value=${life.left}></progress>
                <p class="fine">${life.says.map(words).join(' ')}</p>`
            : nothing
        }
      </div>
    </div>
  `;
}

function renderCures({ words, on }: Card): TemplateResult {
  const cures = words('curesList').split('\n');
  return html`
    <details class="foot">
      <summary>${words('cures')}</summary>
      <ul>
        ${cures.map((cure) => html`<li>${cure}</li>`)}
      </ul>
      <button type="button" class="plain" @click=${on.otherNumber}>${words('otherNumber')}</button>
      <p class="fine">${words('pinSafety')}</p>
    </details>
  `;
}

function renderReceipt({ words, language, copied, on }: Card, { number, phone, since }: Receipt): TemplateResult {
  const row = (name: TextKey, value: unknown) =>
    html`<div>
      <dt>${words(name)}</dt>
      <dd>${value}</dd>
    </div>`;
  const copyable = (text: string) =>
    html`<span>${text}</span>
      <button type="button" class="plain" @click=${on.copy}>${words(copied ? 'copied' : 'copy')}</button>`;
  return html`
    <slot name="paid">
      <div part="receipt" class="layer paid">
        <p class="title">${words('paidTitle')}</p>
        <dl>
          ${row('paidAmount', words('amount'))} ${number ? row('paidReceipt', copyable(number)) : nothing}
          ${phone ? row('paidPhone', phoneText(phone)) : nothing} ${row('paidTime', formatMoment(since, language))}
        </dl>
        ${number ? nothing : html`<p class="fine">${words('paidSms')}</p>`}
      </div>
    </slot>
  `;
}
