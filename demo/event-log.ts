/** The log of the element's DOM events, as they reach the page. */

import { html, nothing, render } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { VitumobPayEventMap } from 'vitumob-pay';
import { clockTime } from './time.js';

type EventName = keyof VitumobPayEventMap;

/** What matters of each event, in a few words. */
const SUMMARIES: { readonly [Name in EventName]: (detail: VitumobPayEventMap[Name]['detail']) => string } = {
  'push-request': ({ phone }) => phone,
  'push-success': ({ checkoutRequestId }) => checkoutRequestId,
  'push-failure': ({ reason, promptPossible }) => (promptPossible ? `${reason}, prompt possible` : reason),
  'token-expired': ({ willRetry }) => (willRetry ? 'for the first time' : 'again, so it gives up'),
  'payment-success': ({ receipt }) => receipt ?? 'no receipt told',
  'payment-failure': ({ reason, resultCode }) => `${reason}, result ${resultCode}`,
  'payment-unconfirmed': () => 'nobody knows yet',
  'state-change': ({ previous, state }) => `${previous} → ${state}`,
};

const NAMES = Object.keys(SUMMARIES) as EventName[];

const TONES: Readonly<Partial<Record<EventName, string>>> = {
  'push-success': 'good',
  'payment-success': 'good',
  'push-failure': 'bad',
  'payment-failure': 'bad',
  'token-expired': 'doubt',
  'payment-unconfirmed': 'doubt',
  'state-change': 'quiet',
};

interface Entry {
  readonly number: number;
  readonly name: EventName;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly summary: string;
  readonly stopped: boolean;
  readonly json: string;
}

export class EventLog {
  readonly #container: HTMLElement;
  #entries: readonly Entry[] = [];
  #count = 0;

  /** @param source the element, or whatever its events bubble to */
  constructor(container: HTMLElement, source: HTMLElement) {
    this.#container = container;
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        this.#add(event as VitumobPayEventMap[typeof name]);
      });
    }
    this.#show();
  }

  #add(event: VitumobPayEventMap[EventName]): void {
    const name = event.type as EventName;
    const summarise = SUMMARIES[name] as (detail: unknown) => string;
    this.#count += 1;
    const entry: Entry = {
      number: this.#count,
      name,
      at: performance.timeOrigin + event.timeStamp,
      summary: summarise(event.detail),
      stopped: event.defaultPrevented,
      json: JSON.stringify(event.detail, null, 2),
    };
    this.#entries = [entry, ...this.#entries];
    this.#show();
  }

  #clear(): void {
    this.#entries = [];
    this.#show();
  }

  #show(): void {
    const any = this.#entries.length > 0;
    render(
      html`
        <header class="panel-head">
          <h2 id="event-log-heading">Events</h2>
          ${
            any
              ? html`<button
                  type="button"
                  class="plain"
                  @click=${() => {
                    this.#clear();
                  }}
                >
                  Clear
                </button>`
              : nothing
          }
        </header>
        ${
          any
            ? html`<ol class="entries" reversed>
                ${repeat(this.#entries, ({ number }) => number, renderEntry)}
              </ol>`
            : html`<p class="empty">
                Every DOM event of the element shows here, newest first, as the shop’s own script would see it.
              </p>`
        }
      `,
      this.#container,
    );
  }
}

function renderEntry({ name, at, summary, stopped, json }: Entry) {
  return html`
    <li data-event=${name}>
      <details>
        <summary>
          <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
          <code class="name ${TONES[name] ?? 'plain'}">${name}</code>
          <span class="summary">${summary}</span>
          ${stopped ? html`<span class="badge">stopped by the page</span>` : nothing}
        </summary>
        <pre tabindex="0" aria-label="detail of ${name}"><code>${json}</code></pre>
      </details>
    </li>
  `;
}
