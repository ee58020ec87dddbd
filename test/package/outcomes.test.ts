/**
 * docs/outcomes.md, row by row. Each row of its tables is tried on a checkout whose prompt is on the phone: as the answer
 * of the status endpoint, and handed to `settle()`. Shapes, codes and words are taken from the page itself.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { classifyResultCode } from '../../src/model/outcome.js';
import { Bench, Page } from '../support/checkout-bench.js';
import { STATUS_URL } from '../support/fake-payments.js';
import { Tab } from '../support/tab.js';
import { root } from './support/packed.js';

/** The first prompt of `FakePayments`. */
const ID = 'ws_CO_0';
/** Codes that nobody has documented. */
const UNKNOWN = [2028, 5, '8006', 'SFC_IC0003'];

interface Body {
  /** What the page has in hand; what the endpoint sends is its JSON. */
  readonly value?: unknown;
  /** What the endpoint sends, and the page has in hand, where it is no JSON. */
  readonly text?: string;
  /** HTTP status. */
  readonly http?: number;
}

const page = readFileSync(join(root, 'docs/outcomes.md'), 'utf8');

/** The cells of the table below a heading, without its head. */
function tableBelow(heading: string): string[][] {
  const [, below = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(below) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

type Fields = Record<string, unknown>;
type Shape = (code: unknown) => Fields;

/** As the page shows it: the first `…` is the code, those of other keys the id of the prompt, and a last one is more of the like. */
function shapeOf(sample: string): Shape {
  return (code) => {
    let isCode = true;
    const filled = sample.replaceAll(/,?…/g, (gap) => {
      if (gap !== '…') return '';
      const value = isCode ? code : ID;
      isCode = false;
      return JSON.stringify(value);
    });
    return JSON.parse(filled) as Fields;
  };
}

const shapeRows = tableBelow('Shapes').map(([what = '', looks = '', unknown = '']) => {
  const [sample = ''] = codeIn(looks);
  return { what, shape: shapeOf(sample), unknown };
});
const shapes = shapeRows.map(({ shape }) => shape);

/** Each shape with each code. */
const each = (codes: readonly unknown[], change: (body: Fields) => Body = (value) => ({ value })): Body[] =>
  shapes.flatMap((shape) => codes.map((code) => change(shape(code))));

const beside = (more: Fields) => (value: Fields) => ({ value: { ...value, ...more } });
const values = (...all: unknown[]): Body[] => all.map((value) => ({ value }));
const texts = (...all: string[]): Body[] => all.map((text) => ({ text }));
const callback = (fields: Fields) => ({ Body: { stkCallback: fields } });

/** Two shapes in one object, where it has room for both. */
function pairs(one: unknown, other: unknown): Body[] {
  return shapes.flatMap((first) =>
    shapes.flatMap((second) => {
      const [left, right] = [first(one), second(other)];
      const collides = Object.keys(left).some((key) => key in right && key !== 'CheckoutRequestID');
      return collides ? [] : [{ value: { ...left, ...right } }];
    }),
  );
}

const FINAL = Array.from({ length: 10_000 }, (_, code) => code).filter(
  (code) => code !== 0 && classifyResultCode(code, 'query') !== 'pending',
);
const FAILURES = [1, 1032, '1037', '2001.0'];
const OTHER_STATUSES = [202, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 409, 410, 419, 422, 429, 500, 502, 503];

const throws = () => {
  throw new Error('of the page');
};

/** The bodies of each row, by its first cell; `code` is what stands in backticks there. */
const BODIES: Record<string, (code: readonly string[]) => Body[]> = {
  'a shape with code 0': () => [
    ...each([0, '0', '0.0', '0.00']),
    ...each([0], (value) => ({ text: `\uFEFF\uFEFF\n${JSON.stringify(value)}` })),
    ...each([0], (value) => ({ text: JSON.stringify(JSON.stringify(JSON.stringify(value))) })),
    ...values(
      { Body: JSON.stringify({ stkCallback: JSON.stringify({ ResultCode: 0, CheckoutRequestID: ID }) }) },
      { stkCallback: JSON.stringify({ ResultCode: 0, CheckoutRequestID: ID }) },
      { ...shapes[3]!(0), CallbackMetadata: { Item: [{ Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' }] } },
    ),
    ...['paid', 'PAID', 'completed', 'success', 'successful', 'ok'].flatMap((status) => each([0], beside({ status }))),
  ],
  [`a shape with code ${FINAL.slice(0, -1).join(', ')} or ${FINAL.at(-1)}`]: () =>
    each(FINAL.flatMap((code) => [code, String(code), `${code}.0`])),
  'a shape with code 4999': () => each([4999, '4999', '4999.0']),
  'the callback or your own object with another code': () =>
    [shapes[0]!, shapes[1]!, shapes[4]!].flatMap((shape) => values(...UNKNOWN.map(shape))),
  'a query, or what `stkCallback` holds, with another code': () =>
    [shapes[2]!, shapes[3]!].flatMap((shape) => values(...UNKNOWN.map(shape))),
  'a shape whose code is a number in another notation, such as `"4,999"`, `"0,00"`, `"0E-10"`, `"500.001.1001"`': (
    code,
  ) => each(code.map((one) => JSON.parse(one) as unknown)),
  'a query whose `ResponseCode` is not 0': () =>
    ['1', 1, '500.001.1001'].flatMap((ResponseCode) =>
      values(...[0, 1032].map((code) => ({ ...shapes[3]!(code), ResponseCode }))),
    ),
  'any shape on HTTP 202, 204, 3xx, 4xx or 5xx': () =>
    OTHER_STATUSES.flatMap((http) => each([0, 1032], (value) => ({ value, http }))),
  '`status` (or `state`, `payment_status`, `transactionStatus`, `mpesa_status`) `pending`, `processing`, `queued`, `initiated`, `requested`, `sent`, `in_progress`, `in progress`, in any case, with or without a code':
    ([status = '', state = '', ...others]) => {
      const longer = others.slice(0, 3);
      return others
        .slice(3)
        .flatMap((word) =>
          [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)].flatMap((said) => [
            ...values({ [status]: said }, { [state]: said, order_id: '1' }, { [status]: said, result_code: null }),
            ...each([0, 1032, 2028], beside({ [status]: said })),
            ...[state, ...longer].flatMap((key) => each([0], beside({ [key]: said }))),
          ]),
        );
    },
  'code 0 beside a `status` such as `failed`, `unpaid`, `created`, `prompted`, `accepted`, `awaiting_payment`, `refunded`':
    ([key = '', ...words]) =>
      words.flatMap((word) => [word, word.toUpperCase()].flatMap((said) => each([0], beside({ [key]: said })))),
  'code 0 beside `"paid":false`, `"is_paid":0`, `"success":false`, `"error":"order not found"`, `"errors":["none"]`': (
    members,
  ) => members.flatMap((member) => each([0], beside(JSON.parse(`{${member}}`) as Fields))),
  "a failure's code beside a `status` of `paid`, `completed`, `confirmed`, `settled`, `succeeded`": ([
    key = '',
    ...words
  ]) => words.flatMap((word) => [word, word.toUpperCase()].flatMap((said) => each(FAILURES, beside({ [key]: said })))),
  'two shapes in one object that say different things': () => [
    ...[[0, 1032] as const, [1032, 0] as const, [1032, 1] as const, [0, 4999] as const, [4999, 0] as const].flatMap(
      ([one, other]) => pairs(one, other),
    ),
    ...values({ result_code: 1032, ResultCode: 0, CheckoutRequestID: ID }),
  ],
  'a code beside a second one that is none: `"result_code":1.5`, `true`, `{}`, `"FAILED"`': ([first = '', ...others]) =>
    [...others.map((code) => JSON.parse(code) as unknown), (JSON.parse(`{${first}}`) as Fields)['result_code']].flatMap(
      (code) => [
        ...shapes.slice(0, 4).flatMap((shape) => values({ ...shape(0), result_code: code })),
        ...each([0], beside({ resultCode: code })),
      ],
    ),
  '`"result_code":null`; `"ResultCode":null` in a shape': () => each([null]),
  "an error of Daraja's: `errorCode`, `daraja_error` (object, text, `fault`), `fault`; any code, any message, on any status":
    () =>
      [200, 400, 404, 500].flatMap((http) =>
        ['500.001.1001', '404.001.03', '500.003.02', '400.002.02'].flatMap((errorCode) =>
          [
            { errorCode },
            { errorCode, errorMessage: '' },
            { errorCode, errorMessage: 'The transaction is being processed', requestId: '1-2-3' },
            { errorCode, result_code: 0 },
            { daraja_error: { errorCode } },
            { daraja_error: JSON.stringify({ errorCode, errorMessage: 'Bad Request' }) },
            { daraja_error: `${errorCode}: Bad Request` },
            { daraja_error: 'The transaction is being processed' },
            { daraja_error: { fault: { faultstring: 'Spike arrest violation', detail: { errorcode: errorCode } } } },
            { fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: errorCode } } },
            { fault: { faultstring: 'Invalid ApiKey' }, result_code: 1032 },
          ].map((value) => ({ value, http })),
        ),
      ),
  '`{"ResultCode":0,"ResultDesc":"Accepted"}` and the like': ([sample = '']) => [
    ...texts(sample, JSON.stringify(sample)),
    ...values(
      { ResultCode: '0', ResultDesc: 'Success' },
      { ResultCode: 0 },
      { ResultCode: 1, ResultDesc: 'No valid data' },
      { ResultCode: 1032, ResultDesc: 'Request cancelled by user' },
      { ResultCode: 'C2B00011', ResultDesc: 'Rejected' },
      { ResultCode: 0, ResultDesc: 'Accepted', ThirdPartyTransID: '1234567890' },
      { ResultCode: 0, ResultDesc: 'Accepted', CheckoutRequestID: '', ResponseCode: null },
      { ResultCode: 0, ResultDesc: 'Accepted', MerchantRequestID: '29115-34620561-1' },
      { Body: { ResultCode: 0, ResultDesc: 'Accepted' } },
      { stkCallback: { ResultCode: 0, ResultDesc: 'Accepted' } },
    ),
  ],
  '`{"status":"paid"}`: a word without a code': ([sample = '']) => [
    ...texts(sample),
    ...values({ status: 'failed' }, { status: 'cancelled' }, { payment_status: 'PAID' }, { paid: true, success: true }),
  ],
  'an object without a code, with a code that is none (`1.5`, `""`, `true`), in an envelope of your own, or with other keys':
    (none) => [
      ...each(none.map((code) => JSON.parse(code) as unknown)),
      ...each([{}, [0], ' ', ' 0', '0\n', 'abc']),
      ...each([0], (value) => ({ value: { data: value } })),
      ...each([0], (value) => ({ value: { payment: value, ok: true } })),
      ...values(
        {},
        callback({ CheckoutRequestID: ID }),
        { CheckoutRequestID: ID, ResponseCode: '0' },
        { result_desc: 'The service request is processed successfully.' },
        { resultCode: 0, CheckoutRequestID: ID },
        { RESULT_CODE: 0 },
        { code: 0, receipt: 'NLJ7RT61SV' },
      ),
    ],
  'a list, a number, a text that is no JSON, JSON that is cut short, a page of HTML': () => [
    ...each([0], (value) => ({ value: [value] })),
    ...values([], 0, 1032, null, true, '0'),
    ...each([0], (value) => ({ text: JSON.stringify(value).slice(0, -1) })),
    ...texts('paid', 'OK', '', '<!doctype html><title>Paid</title>{"result_code":0}'),
  ],
  'an object whose getter or proxy throws': () => {
    const revoked = Proxy.revocable({ result_code: 0 }, {});
    revoked.revoke();
    return values(
      Object.defineProperty({}, 'result_code', { get: throws, enumerable: true }),
      callback(Object.defineProperty({ CheckoutRequestID: ID }, 'ResultCode', { get: throws, enumerable: true })),
      new Proxy({ result_code: 0 }, { get: throws }),
      new Proxy({ result_code: 0 }, { ownKeys: throws }),
      revoked.proxy,
    );
  },
};

/** A page whose prompt is on the phone, and whose status endpoint says nothing but this. */
async function prompted(text: string | undefined, http: number) {
  const bench = new Bench();
  const { clock, storage, locks, payments } = bench;
  let asked = 0;
  // As much of a `Response` as the client reads: a real one takes more than promises to be read. A 204 has no body.
  const body = http === 204 ? '' : text;
  const answer = { status: http, headers: new Headers(), text: () => Promise.resolve(body) } as Response;
  const tab = new Tab({
    ...{ clock, storage, locks },
    random: () => 0.5,
    fetch(url, init, from) {
      if (!url.startsWith(STATUS_URL)) return payments.fetch(url, init, from);
      asked += 1;
      return Promise.resolve(answer);
    },
  });
  const shop = new Page(tab, text === undefined ? { statusUrl: '' } : {});
  const over = shop.pay();
  await bench.pass(500);
  await over;
  assert.equal(shop.state, 'prompted');
  return { bench, shop, asked: () => asked };
}

/** What the page's table would say of it. */
function meaning({ checkout: { state } }: Page, otherwise: string): string {
  if (state.name === 'paid') return 'paid';
  if (state.name === 'failed') return state.reason === 'declined' ? 'not paid (`declined`)' : 'not paid';
  return state.name === 'prompted' ? otherwise : state.name;
}

async function atStatus({ value, text = JSON.stringify(value), http = 200 }: Body): Promise<string> {
  const { bench, shop, asked } = await prompted(text, http);
  await bench.pass(5_000);
  // It asks until it knows.
  if (shop.state === 'paid') assert.equal(asked(), 1);
  if (shop.state === 'prompted') assert.ok(asked() > 1, 'it asks no more');
  return meaning(shop, 'not yet');
}

async function inSettle({ value, text }: Body): Promise<string> {
  const { shop } = await prompted(undefined, 200);
  try {
    shop.checkout.settle(text ?? value);
  } catch (error) {
    assert.equal(shop.state, 'prompted');
    // What a getter or a revoked proxy throws is not the widget's.
    return error instanceof TypeError && error.message.startsWith('settle()') ? 'throws' : String(error);
  }
  return meaning(shop, 'nothing happens');
}

function show({ value, text, http = 200 }: Body): string {
  try {
    return `HTTP ${http} ${text ?? JSON.stringify(value)}`;
  } catch {
    return 'what cannot be shown';
  }
}

describe('The page on what an outcome looks like', () => {
  const rows = tableBelow('What each answer means');

  it('has bodies for each row of its table, and a row for all of them', () => {
    assert.deepEqual(
      rows.map(([what = '']) => what),
      Object.keys(BODIES),
    );
  });

  for (const [what = '', status = '', settle = ''] of rows) {
    it(`says what these mean at status-url and in settle(): ${what}`, async () => {
      const bodies = BODIES[what]?.(codeIn(what)) ?? [];
      assert.ok(bodies.length > 0, 'no bodies');
      for (const body of bodies) {
        if (status !== '–') assert.equal(await atStatus(body), status, show(body));
        if (settle !== '–') {
          assert.equal(await inSettle(body), settle.replace(/ \(a `TypeError`.*\)$/, ''), show(body));
        }
      }
    });
  }

  for (const { what, shape, unknown } of shapeRows) {
    it(`says how this looks, and what an unknown code means in it: ${what}`, async () => {
      assert.equal(await atStatus({ value: shape(0) }), 'paid');
      assert.equal(await inSettle({ value: shape(0) }), 'paid');
      for (const code of UNKNOWN) {
        const means = unknown.replace('final: `declined`', 'not paid (`declined`)');
        assert.equal(await atStatus({ value: shape(code) }), means);
        assert.equal(await inSettle({ value: shape(code) }), means.replace('not yet', 'nothing happens'));
      }
    });
  }
});
