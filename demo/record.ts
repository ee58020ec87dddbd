/** What the shop's backend was asked and told about an order, in lines to read. */

import { formatPhone } from 'vitumob-pay/client';
import type { SimulationRecord } from '../simulator/simulation.js';
import { shopPrice } from './money.js';
import type { Language } from './settings.js';
import { TIMELINE_TEXTS, type TimelineTexts } from './timeline-texts.js';
import { accountReference } from './order-id.js';

export type RecordKind = 'token' | 'push' | 'callback' | 'confirmation' | 'status' | 'event' | 'fault';

export interface RecordRow {
  readonly key: string;
  readonly kind: RecordKind;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly title: string;
  readonly summary: string;
  /** Shown on demand. */
  readonly body?: unknown;
}

/** How many prompts this order has put on phones. */
export function promptsOf(record: SimulationRecord | undefined, order: string): number {
  const reference = accountReference(order);
  return (record?.daraja?.pushes ?? []).filter(
    (push) => push.reference === reference && push.checkout_request_id !== null,
  ).length;
}

/** The attempts to pay an order, as the server's database has them, oldest first. */
export function attemptsOf(
  record: SimulationRecord | undefined,
  order: string,
): NonNullable<SimulationRecord['backend']>['attempts'] {
  return (record?.backend?.attempts ?? []).filter(({ order_id }) => order_id === order);
}

/** Newest first. Token requests and faults name no order: they count from when the order began. */
export function rowsOf(record: SimulationRecord, order: string, began: number, lang: Language): readonly RecordRow[] {
  const texts = TIMELINE_TEXTS[lang];
  const { records, nothingNew } = texts;
  const { requests, backend } = record;
  const pushes = (backend?.pushes ?? []).filter(({ order_id }) => order_id === order);
  const checkouts = new Set(pushes.map(({ checkout_request_id }) => checkout_request_id));
  const rows: RecordRow[] = [
    ...requests
      .filter(({ at, endpoint, fault }) => at >= began && (endpoint === 'token' || fault !== 'ok'))
      .map(({ at, endpoint, fault }, index): RecordRow => {
        if (endpoint === 'token')
          return {
            key: `token ${at} ${index}`,
            kind: 'token',
            at,
            title: records.token,
            summary: fault === 'ok' ? texts.asked : `${texts.asked}; ${texts.fault(fault)}`,
          };
        return {
          key: `fault ${at} ${index}`,
          kind: 'fault',
          at,
          title: records[endpoint],
          summary: texts.fault(fault),
        };
      }),
    ...pushes.map(({ at, amount, phone, status }, index): RecordRow => ({
      key: `push ${at} ${index}`,
      kind: 'push',
      at,
      title: records.push,
      summary: texts.pushed(shopPrice(Number(amount), lang), formatPhone(phone), status),
    })),
    ...(backend?.callbacks ?? [])
      .map((callback) => ({ callback, stk: stkCallback(callback.body) }))
      .filter(({ stk }) => checkouts.has(stk.CheckoutRequestID ?? null))
      .map(({ callback: { at, body, news }, stk }, index): RecordRow => ({
        key: `callback ${at} ${index}`,
        kind: 'callback',
        at,
        title: records.callback,
        summary: `${texts.result(stk.ResultCode ?? '?')}${news ? '' : `, ${nothingNew}`}`,
        body,
      })),
    ...(backend?.confirmations ?? [])
      .filter(({ body }) => sameReference((body as Confirmation).BillRefNumber, order))
      .map(({ at, body, news }, index): RecordRow => ({
        key: `confirmation ${at} ${index}`,
        kind: 'confirmation',
        at,
        title: records.confirmation,
        summary: `${texts.withoutPrompt(paidBy(body as Confirmation, lang))}${news ? '' : `, ${nothingNew}`}`,
        body,
      })),
    ...(backend?.events ?? [])
      .filter(({ order_id }) => order_id === order)
      .map(({ at, type, receipt }, index): RecordRow => ({
        key: `event ${at} ${index}`,
        kind: 'event',
        at,
        title: records.event,
        summary: receipt === null ? type : `${type}, ${receipt}`,
      })),
    ...pollRows(
      (backend?.polls ?? []).filter(({ order_id }) => order_id === order),
      texts,
    ),
  ];
  return rows.sort((one, other) => other.at - one.at);
}

/** Questions in a row that got one answer make one row. */
function pollRows(
  polls: readonly { readonly at: number; readonly status: number }[],
  { records, answered }: TimelineTexts,
): readonly RecordRow[] {
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
    title: records.status,
    summary: answered(status, count),
  }));
}

interface Confirmation {
  readonly BillRefNumber?: string;
  readonly TransAmount?: string;
}

function paidBy({ TransAmount: amount }: Confirmation, lang: Language): string {
  return amount === undefined ? '?' : shopPrice(Number(amount), lang);
}

/** As the server compares them: without letter case and white space. */
function sameReference(written: string | undefined, order: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, '').toLowerCase();
  return plain(written ?? '') === plain(accountReference(order));
}

interface StkCallback {
  readonly CheckoutRequestID?: string;
  readonly ResultCode?: number | string;
}

/** The backend records a callback only if it is one. */
function stkCallback(body: unknown): StkCallback {
  return (body as { readonly Body?: { readonly stkCallback?: StkCallback } }).Body?.stkCallback ?? {};
}
