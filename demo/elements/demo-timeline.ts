/** What has happened to this order, newest first: the DOM events in the page, and what the backend was asked and told. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { EventName, LoggedEvent } from '../logged-event.js';
import { orderBegan } from '../order-id.js';
import { attemptsOf, promptsOf, type RecordRow, rowsOf } from '../record.js';
import { store } from '../store.js';
import { clockTime } from '../time.js';
import { TIMELINE_TEXTS, type TimelineTexts } from '../timeline-texts.js';
import { DemoElement } from './demo-element.js';
import { unbroken } from './unbroken.js';

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
  protected override render(): TemplateResult {
    const { record, events, settings, behind } = store.state;
    const { order, lang } = settings;
    const texts = TIMELINE_TEXTS[lang];
    const { heading, empty } = this.texts.timeline;
    const rows = record ? rowsOf(record, order, orderBegan(order) ?? performance.timeOrigin, lang) : [];
    const count = (kind: RecordRow['kind']) => rows.filter((row) => row.kind === kind).length;
    const entries = [
      ...events.map((event, index) => ({
        key: `event ${events.length - index}`,
        at: event.at,
        row: renderEvent(event, texts),
      })),
      ...rows.map((row) => ({ key: row.key, at: row.at, row: renderRecord(row, texts) })),
    ].sort((one, other) => other.at - one.at);
    return html`
      <header class="panel-head"><h2 id="timeline-heading">${heading}</h2></header>
      ${
        behind === 'payments-api'
          ? nothing
          : html`
              <dl class="counts">
                <div>
                  <dt>${texts.counts.tokens}</dt>
                  <dd data-count="tokens">${count('token')}</dd>
                </div>
                <div>
                  <dt>${texts.counts.pushes}</dt>
                  <dd data-count="pushes">${count('push')}</dd>
                </div>
                <div>
                  <dt>${texts.counts.prompts}</dt>
                  <dd data-count="prompts">${promptsOf(record, order)}</dd>
                </div>
                <div>
                  <dt>${texts.counts.callbacks}</dt>
                  <dd data-count="callbacks">${count('callback')}</dd>
                </div>
              </dl>
              ${renderAttempts(attemptsOf(record, order), texts)}
            `
      }
      ${
        entries.length > 0
          ? html`<ol class="entries" reversed>
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
function renderAttempts(
  attempts: ReturnType<typeof attemptsOf>,
  texts: TimelineTexts,
): TemplateResult | typeof nothing {
  if (attempts.length === 0) return nothing;
  return html`
    <ol class="attempts" aria-label=${texts.attempts}>
      ${attempts.map(
        ({ state, checkout_request_id: id, result_code: code, receipt, queries }) => html`
          <li data-attempt=${state}>
            <code class="state">${state}</code>
            ${id ?? texts.noId}${code === null ? nothing : `, ${texts.result(code)}`}${receipt === null ? nothing : `, ${receipt}`},
            ${texts.queries(queries)}
          </li>
        `,
      )}
    </ol>
  `;
}

function renderEvent({ name, at, stopped, detail }: LoggedEvent, texts: TimelineTexts): TemplateResult {
  const summarise = texts.events[name] as (detail: unknown) => string;
  return html`
    <li data-event=${name}>
      <details>
        <summary>
          <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
          <span class="where">${texts.page}</span>
          <code class="name ${TONES[name] ?? 'plain'}">${name}</code>
          ${
            name === 'state-change'
              ? html`<code class="summary">${summarise(detail)}</code>`
              : html`<span class="summary">${summarise(detail)}</span>`
          }
          ${stopped ? html`<span class="badge">${texts.stopped}</span>` : nothing}
        </summary>
        <pre
          tabindex="0"
          lang="en"
          aria-label=${texts.detailOf(name)}
        ><code>${JSON.stringify(detail, null, 2)}</code></pre>
      </details>
    </li>
  `;
}

function renderRecord({ kind, at, title, summary, body }: RecordRow, texts: TimelineTexts): TemplateResult {
  const line = html`
    <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
    <span class="where">${texts.backend}</span>
    <span class="name ${kind}">${unbroken(title)}</span>
    <span class="summary">${unbroken(summary)}</span>
  `;
  return html`
    <li data-record=${kind}>
      ${
        body === undefined
          ? html`<div class="line">${line}</div>`
          : html`<details>
              <summary>${line}</summary>
              <pre
                tabindex="0"
                lang="en"
                aria-label=${texts.asPosted}
              ><code>${JSON.stringify(body, null, 2)}</code></pre>
            </details>`
      }
    </li>
  `;
}

customElements.define('demo-timeline', DemoTimeline);
