/** The element's templates: functions of what the screen says, the words for it, and what hears the customer. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatMoment } from '../messages/index.js';
import type { StateName } from '../model/state.js';
import { renderIcon, STROKES, type Icon } from './icons.js';
import type { ManualSteps } from './manual-steps.js';
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
  /** The steps of paying without a prompt were opened or closed. */
  readonly manual: (event: Event) => void;
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
  /** The steps of paying without a prompt, if the shop has a number for that. */
  readonly manual: ManualSteps | undefined;
  readonly asksForOutcome: boolean;
  /** What was copied last. */
  readonly copied: string;
  readonly announcement: string;
  readonly on: Handlers;
}

export function renderCard(card: Card): TemplateResult {
  const { screen, words, on } = card;
  return html`
    <form part="form" method="dialog" dir=${words('dir')} tabindex="-1" novalidate @submit=${on.submit}>
      <div>
        ${renderSteps(screen.state)}
        <slot name="heading">
          <h2 part="heading">
            <span>${shownText(words(screen.receipt ? 'paidAmount' : 'heading'))}</span>
            <span class="amount">${shownText(words('amount'))}</span>
          </h2>
        </slot>
      </div>
      ${screen.receipt ? renderReceipt(card, screen.receipt) : renderCheckout(card)}
      <slot name="footer"></slot>
    </form>
    <p class="said" role="status">${shownText(card.announcement, card.announcement)}</p>
  `;
}

/** Which of three steps each state is at: number, phone, paid. */
const STEP: Readonly<Record<StateName, number>> = {
  idle: 0,
  requesting: 1,
  prompted: 1,
  unconfirmed: 1,
  failed: 0,
  paid: 2,
};

/** For the eye. In one piece: each template of its own costs time in every instance. */
function renderSteps(state: StateName): TemplateResult {
  const at = STEP[state];
  const of = (step: number) => (step < at ? 'past' : step === at ? 'now' : '');
  return html`<div class="steps" aria-hidden="true">
    <i class=${of(0)}
      ><svg viewBox="0 0 24 24"><path d=${STROKES.keypad}></path></svg
    ></i>
    <i class=${of(1)}
      ><svg viewBox="0 0 24 24"><path d=${STROKES.phone}></path></svg
    ></i>
    <i class=${of(2)}
      ><svg viewBox="0 0 24 24"><path d=${STROKES.done}></path></svg
    ></i>
  </div>`;
}

function renderCheckout(card: Card): TemplateResult {
  const { screen, disabled, on } = card;
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
        ${renderLabel(card)}
      </button>
      ${renderHelp(card)}
    </div>
  `;
}

/** Each in nodes of its own: a label that becomes another one is no label that moves. */
function renderLabel({ screen, words }: Card): TemplateResult {
  const { state, button, wait } = screen;
  const label = shownText(words(button));
  if (state === 'requesting') return html`<span class="spinner"></span> <span>${label}</span>`;
  if (!wait) return html`<span>${label}</span>`;
  return html`
    <span class="said">${shownText(words(wait.name))}</span>
    <span aria-hidden="true">${label}</span>
    <span class="fine">${shownText(words(wait.why))}</span>
  `;
}

/** In one place, and of one height when closed: the way to pay without a prompt, help, or that no PIN is asked for here. */
function renderHelp(card: Card): unknown {
  const { screen, words, manual } = card;
  if (manual && screen.offersManual) return renderManual(card, manual);
  if (screen.help === 'cures') return renderCures(card, 'foot');
  // Said above already.
  if (manual && screen.preview === 'shown') return html`<p class="foot"></p>`;
  return html`<p class="fine foot safety">${renderIcon('lock')}<span>${shownText(words('pinSafety'))}</span></p>`;
}

/**
 * While no other number can be sent, the one that was takes the field's place and the question its hint's. Help that the
 * way to pay without a prompt leaves no room below takes the hint's place too.
 */
function renderField(card: Card): TemplateResult {
  const { screen, words, disabled, phone, phoneIsWrong, manual, on } = card;
  const { sent } = screen;
  const away = sent ? 'away' : '';
  const hasCures = manual && screen.offersManual && screen.help === 'cures';
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
        <p part="hint" class="fine ${hasCures ? 'away' : away}" id="hint">
          ${shownText(phoneIsWrong ? '' : words('phoneHint'))}
        </p>
        ${
          sent
            ? html`<details class="fine wrong">
                <summary>${shownText(words('wrongNumber'))}</summary>
                <p>${shownText(sent.wrongNumber.map(words).join(' '))}</p>
              </details>`
            : hasCures
              ? renderCures(card, 'fine wrong')
              : nothing
        }
      </div>
    </div>
  `;
}

const BADGES: Partial<Record<TextKey, Icon>> = { failedTitle: 'failed', unconfirmedTitle: 'unsure' };

/**
 * What the phone will ask and what it asks now lie one upon the other, so that nothing jumps between the two. Other texts
 * are other elements: those of before would move to their places.
 */
function renderStatus(card: Card): TemplateResult {
  const { screen, words } = card;
  const { preview, status, state, life } = screen;
  const isUnsure = screen.title === 'unconfirmedTitle';
  // Only its place is kept: what takes time to make and has a fixed size is left out.
  const isHidden = status === 'hidden';
  return html`
    <div part="status" class="stage status">
      ${
        preview === 'absent'
          ? nothing
          : html`<div class="layer preview ${preview === 'hidden' ? 'away' : ''}">
              <p class="title">${shownText(words('previewTitle'))}</p>
              <div class="phone"><p class="quote">${shownText(words('preview'))}</p></div>
              <p class="fine">
                ${shownText(words('previewCheck'))}${card.manual ? html` ${shownText(words('pinSafety'))}` : nothing}
              </p>
            </div>`
      }
      <div class="layer ${isHidden ? 'away' : isUnsure ? 'unsure' : state}">
        ${shownText(
          [life?.says, screen.body].join(),
          html`<p class="title">
              <span class="badge">${isHidden ? nothing : renderIcon(BADGES[screen.title] ?? 'phone')}</span
              >${shownText(words(screen.title))}
            </p>
            <p>${shownText(words(screen.body))}</p>
            ${
              life
                ? html`${
                      isHidden || life.left
                        ? html`<div class="gap">
                            ${isHidden ? nothing : html`<progress aria-hidden="true" max=${life.max} .value=${life.left}></progress>`}
                          </div>`
                        : nothing
                    }
                    <p class="fine">${shownText(life.says.map(words).join(' '))}</p>`
                : nothing
            }`,
        )}
      </div>
    </div>
  `;
}

function renderCures({ words }: Card, place: string): TemplateResult {
  const cures = words('curesList').split('\n');
  return html`
    <details class=${place}>
      <summary>${shownText(words('cures'))}</summary>
      <ul>
        ${cures.map((cure) => html`<li>${shownText(cure)}</li>`)}
      </ul>
      <p>${shownText(words('pinSafety'))}</p>
    </details>
  `;
}

/** M-Pesa's own menu, step by step. It takes the place of the line about the PIN, and ends with it. */
function renderManual(card: Card, { menu, values }: ManualSteps): TemplateResult {
  const { words, asksForOutcome, on } = card;
  return html`
    <details part="manual" class="foot" @toggle=${on.manual}>
      <summary>${shownText(words('manual'))}</summary>
      <ol>
        ${words(menu)
          .split('\n')
          .map((step) => html`<li>${shownText(step)}</li>`)}
        ${values.map(
          ([name, value]) =>
            html`<li>
              <div class="row"><span>${shownText(words(name))}</span> ${renderValue(card, name, value)}</div>
            </li>`,
        )}
        <li>${shownText(words('manualPin'))}</li>
      </ol>
      <p>${shownText(words(asksForOutcome ? 'manualWatched' : 'manualSms'))} ${shownText(words('pinSafety'))}</p>
    </details>
  `;
}

/** A value, and the button that copies it. */
function renderValue({ words, copied, on }: Card, name: TextKey, value: string): TemplateResult {
  const copy = words(copied === value ? 'copied' : 'copy');
  return html`<span class="value"
    ><span>${shownText(value)}</span>
    <button type="button" class="plain" aria-label="${copy} ${words(name)}" @click=${on.copy}>
      ${shownText(copy)}
    </button></span
  >`;
}

function renderReceipt(card: Card, { number, phone, since }: Receipt): TemplateResult {
  const { words, language } = card;
  const row = (name: TextKey, value: unknown) =>
    html`<div class="row">
      <dt>${shownText(words(name))}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`
    <slot name="paid">
      <div part="receipt" class="layer paid">
        <p class="title"><span class="badge">${renderIcon('done')}</span>${shownText(words('paidTitle'))}</p>
        <dl>
          ${row('paidAmount', shownText(words('amount')))}
          ${number ? row('paidReceipt', renderValue(card, 'paidReceipt', number)) : nothing}
          ${phone ? row('paidPhone', shownText(phoneText(phone))) : nothing}
          ${since ? row('paidTime', shownText(formatMoment(since, language))) : nothing}
        </dl>
        ${number ? nothing : html`<p class="fine">${shownText(words('paidSms'))}</p>`}
      </div>
    </slot>
  `;
}
