/** What the shop's backend was asked and told about this order. */

import { html, render, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Simulation } from '../simulator/simulation.js';
import { accountReference, orderBegan } from './order-id.js';
import { sharedStream } from './shared-stream.js';
import { clockTime } from './time.js';

type SimulationRecord = Simulation['record'];

interface Row {
  readonly key: string;
  readonly kind: 'token' | 'push' | 'callback' | 'status' | 'fault';
  readonly at: number;
  readonly title: string;
  readonly summary: string;
  /** Shown on demand. */
  readonly body?: unknown;
}

export class OrderRecord {
  readonly #container: HTMLElement;
  readonly #pageOpened = Date.now();
  #record: SimulationRecord | undefined;
  #order = '';

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  connect(): void {
    sharedStream<SimulationRecord>(
      '/demo/api/record/events',
      'record',
      () => 'record',
      (record) => {
        this.#record = record;
        this.show();
      },
    );
  }

  show(order = this.#order): void {
    this.#order = order;
    const rows = this.#record ? rowsOf(this.#record, order, orderBegan(order) ?? this.#pageOpened) : [];
    const count = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).length;
    render(
      html`
        <header class="panel-head"><h2 id="record-heading">The backend’s record</h2></header>
        <dl class="counts">
          <div>
            <dt>Pushes</dt>
            <dd data-count="pushes">${count('push')}</dd>
          </div>
          <div>
            <dt>Prompts</dt>
            <dd data-count="prompts">${promptsOf(this.#record, order)}</dd>
          </div>
          <div>
            <dt>Callbacks</dt>
            <dd data-count="callbacks">${count('callback')}</dd>
          </div>
          <div>
            <dt>Tokens</dt>
            <dd data-count="tokens">${count('token')}</dd>
          </div>
        </dl>
        ${
          rows.length > 0
            ? html`<ol class="entries" reversed>
                ${repeat(rows, ({ key }) => key, renderRow)}
              </ol>`
            : html`<p class="empty">
                What the backend is asked about this order shows here, and M-Pesa’s callback to it.
              </p>`
        }
      `,
      this.#container,
    );
  }
}

function renderRow({ kind, at, title, summary, body }: Row): TemplateResult {
  const line = html`
    <time datetime=${new Date(at).toISOString()}>${clockTime(at)}</time>
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

/** How many prompts this order has put on phones. */
function promptsOf(record: SimulationRecord | undefined, order: string): number {
  const reference = accountReference(order);
  return (record?.daraja?.pushes ?? []).filter(
    (push) => push.reference === reference && push.checkout_request_id !== null,
  ).length;
}

/** Newest first. Token requests and faults name no order: they count from when the order began. */
function rowsOf(record: SimulationRecord, order: string, began: number): readonly Row[] {
  const { requests, backend } = record;
  const pushes = (backend?.pushes ?? []).filter(({ order_id }) => order_id === order);
  const checkouts = new Set(pushes.map(({ checkout_request_id }) => checkout_request_id));
  const rows: Row[] = [
    ...requests
      .filter(({ at, endpoint, fault }) => at >= began && (endpoint === 'token' || fault !== 'ok'))
      .map(({ at, endpoint, fault }, index): Row => {
        if (endpoint === 'token')
          return {
            key: `token ${at} ${index}`,
            kind: 'token',
            at,
            title: 'Token',
            summary: fault === 'ok' ? 'asked for' : `asked for; fault: ${fault}`,
          };
        return {
          key: `fault ${at} ${index}`,
          kind: 'fault',
          at,
          title: endpoint === 'push' ? 'Push' : 'Status',
          summary: `fault: ${fault}`,
        };
      }),
    ...pushes.map(({ at, amount, phone, status }, index): Row => ({
      key: `push ${at} ${index}`,
      kind: 'push',
      at,
      title: 'Push',
      summary: `KES ${amount} from ${phone}, answered ${status}`,
    })),
    ...(backend?.callbacks ?? [])
      .map((callback) => ({ callback, told: stkCallback(callback.body) }))
      .filter(({ told }) => checkouts.has(told.CheckoutRequestID ?? null))
      .map(({ callback: { at, body, news }, told }, index): Row => ({
        key: `callback ${at} ${index}`,
        kind: 'callback',
        at,
        title: 'Callback',
        summary: `result ${told.ResultCode ?? '?'}${news ? '' : ', nothing new'}`,
        body,
      })),
    ...pollRows((backend?.polls ?? []).filter(({ order_id }) => order_id === order)),
  ];
  return rows.sort((one, other) => other.at - one.at);
}

/** Questions in a row that got one answer make one row. */
function pollRows(polls: readonly { readonly at: number; readonly status: number }[]): readonly Row[] {
  const runs: { first: number; last: number; status: number; count: number }[] = [];
  for (const { at, status } of polls) {
    const run = runs.at(-1);
    if (run?.status === status) {
      run.last = at;
      run.count += 1;
    } else runs.push({ first: at, last: at, status, count: 1 });
  }
  return runs.map(({ first, last, status, count }) => ({
    key: `status ${first}`,
    kind: 'status',
    at: last,
    title: 'Status',
    summary: `answered ${status}${count > 1 ? `, ${count} times` : ''}`,
  }));
}

interface StkCallback {
  readonly CheckoutRequestID?: string;
  readonly ResultCode?: number | string;
}

/** The backend records a callback only if it is one. */
function stkCallback(body: unknown): StkCallback {
  return (body as { readonly Body?: { readonly stkCallback?: StkCallback } }).Body?.stkCallback ?? {};
}
