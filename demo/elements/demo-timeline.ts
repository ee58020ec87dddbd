/** What has happened to this order, newest first: the DOM events in the page, and what the backend was asked and told. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { EventName, LoggedEvent } from '../logged-event.js';
import { orderBegan } from '../order-id.js';
import { attemptsOf, promptsOf, type RecordRow, rowsOf } from '../record.js';
import { store } from '../store.js';
import { clockTime } from '../time.js';
import { DemoElement } from './demo-element.js';

const TONES: Readonly<Partial<Record<EventName, string>>> = {
  'push-success': 'good',
  'payment-success': 'good',
  'push-failure': 'bad',
  'payment-failure': 'bad',
  'token-expired': 'doubt',
  'payment-unconfirmed': 'doubt',
  'state-change': 'quiet',
};

class DemoTimeline extends DemoElement {
  readonly #pageOpened = Date.now();

  protected override render(): TemplateResult {
    const { record, events, settings, behind } = store.state;
    const { order } = settings;
    const { heading, empty } = this.texts.timeline;
    const rows = record ? rowsOf(record, order, orderBegan(order) ?? this.#pageOpened) : [];
    const count = (kind: RecordRow['kind']) => rows.filter((row) => row.kind === kind).length;
    const entries = [
      ...events.map((event, index) => ({
        key: `event ${events.length - index}`,
        at: event.at,
        row: renderEvent(event),
      })),
      ...rows.map((row) => ({ key: row.key, at: row.at, row: renderRecord(row) })),
    ].sort((one, other) => other.at - one.at);
    return html`
      <header class="panel-head"><h2 id="timeline-heading">${heading}</h2></header>
      ${
        behind === 'payments-api'
          ? nothing
          : html`
              <dl class="counts" lang="en">
                <div>
                  <dt>Tokens</dt>
                  <dd data-count="tokens">${count('token')}</dd>
                </div>
                <div>
                  <dt>Pushes</dt>
                  <dd data-count="pushes">${count('push')}</dd>
                </div>
                <div>
                  <dt>Prompts</dt>
                  <dd data-count="prompts">${promptsOf(record, order)}</dd>
                </div>
                <div>
                  <dt>Callbacks</dt>
                  <dd data-count="callbacks">${count('callback')}</dd>
                </div>
              </dl>
              ${renderAttempts(attemptsOf(record, order))}
            `
      }
      ${
        entries.length > 0
          ? html`<ol class="entries" lang="en" reversed>
              ${repeat(
                entries,
                ({ key }) => key,
                ({ row }) => row,
              )}
            </ol>`
          : html`<p class="empty">${empty}</p>`
      }
    `;
  }
}

/** What the server's database holds of this order. */
function renderAttempts(attempts: ReturnType<typeof attemptsOf>): TemplateResult | typeof nothing {
  if (attempts.length === 0) return nothing;
  return html`
    <ol class="attempts" lang="en" aria-label="Attempts in the server’s database">
      ${attempts.map(
        ({ state, checkout_request_id: id, result_code: code, receipt, queries }) => html`
          <li data-attempt=${state}>
            <span class="state">${state}</span>
            ${id ?? 'no id'}${code === null ? nothing : `, result ${code}`}${receipt === null ? nothing : `, ${receipt}`},
            ${queries === 1 ? '1 query' : `${queries} queries`}
          </li>
        `,
      )}
    </ol>
  `;
}

function renderEvent({ name, at, summary, stopped, detail }: LoggedEvent): TemplateResult {
  return html`
    <li data-event=${name}>
      <details>
        <summary>
          <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
          <span class="where">Page</span>
          <code class="name ${TONES[name] ?? 'plain'}">${name}</code>
          <span class="summary">${summary}</span>
          ${stopped ? html`<span class="badge">stopped by the page</span>` : nothing}
        </summary>
        <pre tabindex="0" aria-label="detail of ${name}"><code>${JSON.stringify(detail, null, 2)}</code></pre>
      </details>
    </li>
  `;
}

function renderRecord({ kind, at, title, summary, body }: RecordRow): TemplateResult {
  const line = html`
    <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
    <span class="where">Backend</span>
    <span class="name ${kind}">${title}</span>
    <span class="summary">${summary}</span>
  `;
  return html`
    <li data-record=${kind}>
      ${
        body === undefined
          ? html`<div class="line">${line}</div>`
          : html`<details>
              <summary>${line}</summary>
              <pre tabindex="0" aria-label="The callback as posted"><code>${JSON.stringify(body, null, 2)}</code></pre>
            </details>`
      }
    </li>
  `;
}

customElements.define('demo-timeline', DemoTimeline);
