/** The element's templates: functions of what the screen says, the words for it, and what hears the customer. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatMoment } from '../messages/index.js';
import type { Receipt, Screen, TextKey } from './screen.js';
import { shownText } from './shown-text.js';
import { phoneText, type Words } from './words.js';

export interface Handlers {
  readonly submit: (event: Event) => void;
  /** The customer is about to pay. */
  readonly intent: () => void;
  readonly type: (event: Event) => void;
  readonly enter: () => void;
  readonly leave: () => void;
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
        <h2 part="heading"><span>${shownText(words('heading'))}</span> <span>${shownText(words('amount'))}</span></h2>
      </slot>
      ${screen.receipt ? renderReceipt(card, screen.receipt) : renderCheckout(card)}
      <slot name="footer"></slot>
    </form>
    <p class="said" role="status">${shownText(card.announcement)}</p>
  `;
}

function renderCheckout(card: Card): TemplateResult {
  const { screen, words, disabled, on } = card;
  const { button, wait } = screen;
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
        ${screen.state === 'requesting' ? html`<span class="spinner"></span>` : nothing}
        ${wait ? html`<span class="said">${shownText(words(wait.name))}</span>` : nothing}
        <span aria-hidden=${!!wait}>${shownText(words(button))}</span>
        ${wait ? html`<span class="fine">${shownText(words(wait.why))}</span>` : nothing}
      </button>
    </div>
    ${screen.help === 'cures' ? renderCures(card) : html`<p class="fine foot">${shownText(words('pinSafety'))}</p>`}
  `;
}

/** While no other number can be sent, the one that was takes the field's place and the question its hint's. */
function renderField({ screen, words, disabled, phone, phoneIsWrong, on }: Card): TemplateResult {
  const { sent } = screen;
  const away = sent ? 'away' : '';
  return html`
    <div class="field">
      <label part="label" for="phone">${shownText(words('phoneLabel'))}</label>
      <div class="stage">
        <input
          part="input"
          class=${away}
          id="phone"
          type="tel"
          inputmode="tel"
          autocomplete="tel"
          enterkeyhint="send"
          name="phone"
          dir="ltr"
          aria-describedby="error hint"
          aria-invalid=${phoneIsWrong}
          .value=${live(phone)}
          ?disabled=${disabled}
          ?readonly=${!!sent}
          @focus=${on.enter}
          @input=${on.type}
          @change=${on.type}
          @blur=${on.leave}
        />
        ${sent ? html`<p class="sent" dir="ltr">${shownText(phoneText(sent.phone))}</p>` : nothing}
      </div>
      <p part="error" class="error" id="error">${shownText(phoneIsWrong ? words('phoneError') : '')}</p>
      <div class="stage">
        <p part="hint" class="fine ${away}" id="hint">${shownText(words('phoneHint'))}</p>
        ${
          sent
            ? html`<details class="fine wrong">
                <summary>${shownText(words('wrongNumber'))}</summary>
                <p>${shownText(sent.wrongNumber.map(words).join(' '))}</p>
              </details>`
            : nothing
        }
      </div>
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
              <p class="title">${shownText(words('previewTitle'))}</p>
              <p class="quote">${shownText(words('preview'))}</p>
              <p class="fine">${shownText(words('previewCheck'))}</p>
            </div>`
      }
      <div class="layer ${status === 'hidden' ? 'away' : state}">
        <p class="title">${shownText(words(screen.title))}</p>
        <p>${shownText(words(screen.body))}</p>
        ${
          life
            ? html`<progress aria-hidden="true" max=${life.max} .value=${life.left}></progress>
                <p class="fine">${shownText(life.says.map(words).join(' '))}</p>`
            : nothing
        }
      </div>
    </div>
  `;
}

function renderCures({ words }: Card): TemplateResult {
  const cures = words('curesList').split('\n');
  return html`
    <details class="foot">
      <summary>${shownText(words('cures'))}</summary>
      <ul>
        ${cures.map((cure) => html`<li>${shownText(cure)}</li>`)}
      </ul>
      <p class="fine">${shownText(words('pinSafety'))}</p>
    </details>
  `;
}

function renderReceipt({ words, language, copied, on }: Card, { number, phone, since }: Receipt): TemplateResult {
  const row = (name: TextKey, value: string, copy: unknown = nothing) =>
    html`<div>
      <dt>${shownText(words(name))}</dt>
      <dd><span>${shownText(value)}</span> ${copy}</dd>
    </div>`;
  const copy = html`<button type="button" class="plain" @click=${on.copy}>
    ${shownText(words(copied ? 'copied' : 'copy'))}
  </button>`;
  return html`
    <slot name="paid">
      <div part="receipt" class="layer paid">
        <p class="title">${shownText(words('paidTitle'))}</p>
        <dl>
          ${row('paidAmount', words('amount'))} ${number ? row('paidReceipt', number, copy) : nothing}
          ${phone ? row('paidPhone', phoneText(phone)) : nothing} ${row('paidTime', formatMoment(since, language))}
        </dl>
        ${number ? nothing : html`<p class="fine">${shownText(words('paidSms'))}</p>`}
      </div>
    </slot>
  `;
}
