import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { parseResult, type Outcome } from '../../src/client/index.js';
import callbackCancelled from '../support/fixtures/callback-cancelled.json' with { type: 'json' };
import callbackPaid from '../support/fixtures/callback-paid.json' with { type: 'json' };
import callbackStringCode from '../support/fixtures/callback-string-code.json' with { type: 'json' };
import callbackUnreachable from '../support/fixtures/callback-unreachable.json' with { type: 'json' };
import flatCancelled from '../support/fixtures/flat-cancelled.json' with { type: 'json' };
import flatPaid from '../support/fixtures/flat-paid.json' with { type: 'json' };
import pushExpired from '../support/fixtures/push-token-expired.json' with { type: 'json' };
import pushSuccess from '../support/fixtures/push-success.json' with { type: 'json' };
import pushTokenMissing from '../support/fixtures/push-token-missing.json' with { type: 'json' };
import queryBeingProcessed from '../support/fixtures/query-being-processed.json' with { type: 'json' };
import queryCancelled from '../support/fixtures/query-cancelled.json' with { type: 'json' };
import queryEmptyError from '../support/fixtures/query-empty-error.json' with { type: 'json' };
import queryInProgress from '../support/fixtures/query-in-progress.json' with { type: 'json' };
import queryPaid from '../support/fixtures/query-paid.json' with { type: 'json' };
import queryStringCode from '../support/fixtures/query-string-code.json' with { type: 'json' };
import queryUnreachable from '../support/fixtures/query-unreachable.json' with { type: 'json' };
import tokenFresh from '../support/fixtures/token-fresh.json' with { type: 'json' };
import tokenStored from '../support/fixtures/token-stored.json' with { type: 'json' };

const ID = 'ws_CO_DMZ_215482558_10122018133312795';

function outcomeOf(result: unknown): Outcome {
  const parsed = parseResult(result);
  if (parsed.kind !== 'outcome') throw new Error(`Not an outcome but ${parsed.kind}`);
  return parsed.outcome;
}

const callback = (fields: Record<string, unknown>) => ({ Body: { stkCallback: fields } });
const paidWith = (metadata: unknown) => callback({ ResultCode: 0, CheckoutRequestID: ID, CallbackMetadata: metadata });

describe('A recorded result', () => {
  it('that was paid is read from the callback, with its receipt', () => {
    expect(outcomeOf(callbackPaid)).to.deep.equal({
      verdict: 'paid',
      resultCode: 0,
      resultDesc: 'The service request is processed successfully.',
      receipt: 'NLJ7RT61SV',
      checkoutRequestId: ID,
      result: callbackPaid,
    });
  });

  it('that was paid is read from the query, which has no receipt', () => {
    expect(outcomeOf(queryPaid)).to.deep.equal({
      verdict: 'paid',
      resultCode: 0,
      resultDesc: 'The service request is processed successfully.',
      receipt: undefined,
      checkoutRequestId: ID,
      result: queryPaid,
    });
  });

  it('that was paid is read from the flat shape', () => {
    expect(outcomeOf(flatPaid)).to.deep.equal({
      verdict: 'paid',
      resultCode: 0,
      resultDesc: 'The service request is processed successfully.',
      receipt: 'NLJ7RT61SV',
      checkoutRequestId: undefined,
      result: flatPaid,
    });
  });

  for (const name of ['payment_id', 'MerchantRequestID', 'merchant_request_id']) {
    it(`that is flat may name its push by ${name} instead, so that an earlier one is known for what it is`, () => {
      expect(outcomeOf({ result_code: 1032, [name]: 'earlier-17' }).otherId).to.equal('earlier-17');
    });
  }

  it('that is flat may name its checkout', () => {
    expect(outcomeOf({ ...flatPaid, checkout_request_id: ID }).checkoutRequestId).to.equal(ID);
  });

  for (const [what, body, verdict, resultCode] of [
    ['callback that was cancelled', callbackCancelled, 'cancelled', 1032],
    ['query that was cancelled', queryCancelled, 'cancelled', 1032],
    ['flat result that was cancelled', flatCancelled, 'cancelled', 1032],
    ['callback of an unreachable phone', callbackUnreachable, 'unreachable', 1037],
    ['query of an unreachable phone', queryUnreachable, 'unreachable', 1037],
    ['callback with a code in letters', callbackStringCode, 'declined', 'SFC_IC0003'],
  ] as const) {
    it(`of a ${what} is ${verdict}, by its code and not by its text`, () => {
      expect(outcomeOf(body)).to.include({ verdict, resultCode, receipt: undefined, result: body });
    });
  }

  for (const [what, body] of Object.entries({
    'a query that is under way': queryInProgress,
    'a query that is being processed': queryBeingProcessed,
    'a query’s error without a message': queryEmptyError,
    'a query’s error without the key of a message': { errorCode: '500.001.1001' },
    'another error of Daraja': { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' },
    'a refused push': pushExpired,
    'the same as the backend words it': { daraja_error: { errorCode: '500.001.1001' }, status_code: 500 },
    'the same with an id in it, beside a code': {
      daraja_error: { errorCode: '404.001.03', CheckoutRequestID: ID },
      result_code: 0,
    },
    'a query’s code in letters, which is unknown': queryStringCode,
    'a query’s unknown number': { ...queryPaid, ResultCode: '2028' },
    pending: { status: 'pending' },
    'pending, with more': { status: 'pending', order_id: '1', payment_id: ID },
    'a callback that is under way': callback({ ResultCode: 4999 }),
    'a flat result that is under way': { result_code: '4999' },
  })) {
    it(`of ${what} is not yet one`, () => {
      expect(parseResult(body)).to.deep.equal({ kind: 'pending' });
    });
  }

  for (const [what, body] of Object.entries({
    'an accepted push, which is no payment': pushSuccess,
    'a push without a token': pushTokenMissing,
    'a fresh token': tokenFresh,
    'a stored token': tokenStored,
    'Daraja’s acceptance': pushSuccess.daraja_response,
    'another status': { status: 'paid' },
    'a success in words': { success: true, paid: true, message: 'Payment successful' },
    'HTTP’s own words': { status: 200, statusText: 'OK' },
    'a callback without a code': callback({ CheckoutRequestID: ID, ResultDesc: 'processed successfully' }),
    'an empty callback': callback({}),
    'a callback that is none': { Body: { stkCallback: null } },
    'a body that is none': { Body: null },
    'a list of callbacks': [callbackPaid],
    'a text': 'The service request is processed successfully.',
    'a text of a list': JSON.stringify([callbackPaid]),
    'a callback in an envelope': { data: callbackPaid },
    'the kind of a result': { kind: 'outcome', outcome: { verdict: 'paid' } },
    nothing: undefined,
    null: null,
    zero: 0,
    'a bare code': '0',
    true: true,
    'an empty object': {},
    'an empty list': [],
    'a function': () => 0,
  })) {
    it(`is not ${what}`, () => {
      expect(parseResult(body)).to.deep.equal({ kind: 'unknown' });
    });
  }

  for (const code of [1.5, NaN, '', ' ', ' 0', '0\n', '1 032', 'abc', {}, [], [0], true, false]) {
    it(`is none where its code is ${typeof code === 'number' ? String(code) : JSON.stringify(code)}`, () => {
      for (const body of [
        callback({ ResultCode: code }),
        { CheckoutRequestID: ID, ResultCode: code },
        { result_code: code },
      ]) {
        expect(parseResult(body)).to.deep.equal({ kind: 'unknown' });
      }
    });
  }
});

describe('The receipt', () => {
  it('is found by its name, wherever it stands', () => {
    const items = callbackPaid.Body.stkCallback.CallbackMetadata.Item;
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (Item) => {
        expect(outcomeOf(paidWith({ Item })).receipt).to.equal('NLJ7RT61SV');
      }),
    );
  });

  for (const [what, metadata] of Object.entries({
    'no metadata': undefined,
    null: null,
    'no items': {},
    'items of another shape': { Item: 'MpesaReceiptNumber NLJ7RT61SV' },
    'a receipt under another name': { Item: [{ Name: 'Receipt', Value: 'NLJ7RT61SV' }], Receipt: 'NLJ7RT61SV' },
    'an empty list': { Item: [] },
    'other items': { Item: [{ Name: 'Amount', Value: 1 }, { Name: 'Balance' }] },
    'a receipt without a value': { Item: [{ Name: 'MpesaReceiptNumber' }] },
    'a receipt that is empty': { Item: [{ Name: 'MpesaReceiptNumber', Value: '' }] },
    'a receipt that is an object': { Item: [{ Name: 'MpesaReceiptNumber', Value: {} }] },
    'items that are no objects': { Item: [null, 1, 'MpesaReceiptNumber', []] },
  })) {
    it(`is unknown where the callback has ${what}, and the payment is paid all the same`, () => {
      expect(outcomeOf(paidWith(metadata))).to.include({ verdict: 'paid', receipt: undefined });
    });
  }

  const RECEIPT = { Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' };
  for (const [what, metadata] of Object.entries({
    'a single item': { Item: RECEIPT },
    'a list without Item': [{ Name: 'Amount', Value: 1 }, RECEIPT],
    'the receipt alone': RECEIPT,
    'an object of its names': { Amount: 1, MpesaReceiptNumber: 'NLJ7RT61SV' },
    'an object of its names under Item': { Item: { Amount: 1, MpesaReceiptNumber: 'NLJ7RT61SV' } },
    'an object of numbers': { Item: { 0: { Name: 'Amount' }, 1: RECEIPT } },
    'small letters': { item: [{ name: 'MpesaReceiptNumber', value: 'NLJ7RT61SV' }] },
    'JSON text': JSON.stringify({ Item: [RECEIPT] }),
    'JSON text for a list': { Item: JSON.stringify([RECEIPT]) },
    'JSON text for each item': { Item: [JSON.stringify({ Name: 'Amount' }), JSON.stringify(RECEIPT)] },
  })) {
    it(`is read from metadata that is ${what}, in each shape that may hold any`, () => {
      const fields = { ResultCode: 0, CheckoutRequestID: ID, CallbackMetadata: metadata };
      const flat = { result_code: 0, CallbackMetadata: metadata };
      for (const body of [callback(fields), { stkCallback: fields }, fields, { ...fields, ResponseCode: '0' }, flat]) {
        expect(outcomeOf(body)).to.include({ verdict: 'paid', receipt: 'NLJ7RT61SV' });
      }
    });
  }

  it('is looked for in metadata without end no longer than it takes to see that', () => {
    const endless: Record<string, unknown> = { Item: [] };
    endless['Item'] = [endless, endless];
    expect(outcomeOf(paidWith(endless))).to.include({ verdict: 'paid', receipt: undefined });
    const wide = { Item: Array.from({ length: 300_000 }, () => ({ Name: 'Amount' })) };
    expect(outcomeOf(paidWith(wide))).to.include({ verdict: 'paid', receipt: undefined });
  });

  it('is found among items that are no items', () => {
    const Item = [null, 7, [], {}, { Name: null }, { Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' }];
    expect(outcomeOf(paidWith({ Item })).receipt).to.equal('NLJ7RT61SV');
  });

  it('is never that of a payment that was not paid', () => {
    expect(outcomeOf({ ...flatPaid, result_code: 1032 }).receipt).to.equal(undefined);
  });
});

describe('Any value at all', () => {
  const key = fc.constantFrom(
    'Body',
    'stkCallback',
    'ResultCode',
    'result_code',
    'status',
    'errorCode',
    'daraja_error',
  );
  const anything = fc.anything({
    key: fc.oneof(key, fc.string()),
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
  });
  /** Shapes filled with whatever there is. */
  const nearly = fc.oneof(
    fc.record({ Body: fc.record({ stkCallback: fc.dictionary(key, anything) }) }),
    fc.record(
      { ResultCode: anything, ResultDesc: anything, CheckoutRequestID: anything, CallbackMetadata: anything },
      { requiredKeys: [] },
    ),
    fc.record({ result_code: anything, mpesa_receipt_number: anything, status: anything }, { requiredKeys: [] }),
    fc.record({ ResultCode: fc.oneof(fc.integer(), fc.string()), CallbackMetadata: fc.record({ Item: anything }) }),
  );

  /** Where the three shapes keep their code. */
  function codes(value: unknown): unknown[] {
    const object = Object(value) as { Body?: { stkCallback?: { ResultCode?: unknown } } | null };
    const flat = object as { ResultCode?: unknown; result_code?: unknown };
    return [object.Body?.stkCallback?.ResultCode, flat.ResultCode, flat.result_code];
  }

  it('is an outcome, pending or unknown, and never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(anything, nearly, fc.jsonValue()), (value) => {
        expect(parseResult(value).kind).to.be.oneOf(['outcome', 'pending', 'unknown']);
      }),
      { numRuns: 3000 },
    );
  });

  it('is paid only where a code in its place is zero', () => {
    fc.assert(
      fc.property(fc.oneof(anything, nearly, fc.jsonValue()), (value) => {
        const parsed = parseResult(value);
        if (parsed.kind !== 'outcome' || parsed.outcome.verdict !== 'paid') return;
        const zero = codes(value).some((code) => code === 0 || (typeof code === 'string' && /^0+(\.0+)?$/.test(code)));
        expect(zero).to.equal(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('is handed back as it came', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (rest) => {
        const value = { ...rest, ...flatPaid };
        expect(outcomeOf(value).result).to.equal(value);
      }),
    );
  });

  it('that is nested without end is no exception', () => {
    const deep: unknown = JSON.parse('{"Body":'.repeat(20_000) + '0' + '}'.repeat(20_000));
    expect(parseResult(deep)).to.deep.equal({ kind: 'unknown' });
  });
});

describe('What a page has put on Object.prototype', () => {
  const { stkCallback } = callbackPaid.Body;
  const PUT: Readonly<Record<string, object>> = {
    result_code: { result_code: 0 },
    Body: { Body: { stkCallback } },
    stkCallback: { stkCallback },
    'ResultCode and CheckoutRequestID': { ResultCode: 0, CheckoutRequestID: stkCallback.CheckoutRequestID },
    'ResponseCode beside an acceptance': { ResponseCode: '0' },
    'a receipt': { CallbackMetadata: stkCallback.CallbackMetadata, MpesaReceiptNumber: 'NLJ7RT61SV' },
  };

  for (const [what, put] of Object.entries(PUT)) {
    it(`is no outcome, and part of none: ${what}`, () => {
      const bodies = [{}, { hello: 1 }, { status: 'PAID' }, { ResultCode: 0, ResultDesc: 'Accepted' }, { Body: {} }];
      const before = [...bodies, flatPaid, queryPaid, callbackPaid, flatCancelled].map((body) => parseResult(body));
      Object.assign(Object.prototype, put);
      try {
        const after = [...bodies, flatPaid, queryPaid, callbackPaid, flatCancelled].map((body) => parseResult(body));
        for (const [index, parsed] of after.entries()) {
          expect(parsed.kind).to.equal(before[index]!.kind);
          if (parsed.kind !== 'outcome') continue;
          const known = before[index] as Extract<typeof parsed, { kind: 'outcome' }>;
          expect(parsed.outcome.verdict).to.equal(known.outcome.verdict);
          expect(parsed.outcome.receipt).to.equal(known.outcome.receipt);
          expect(parsed.outcome.checkoutRequestId).to.equal(known.outcome.checkoutRequestId);
        }
      } finally {
        for (const key of Object.keys(put)) Reflect.deleteProperty(Object.prototype, key);
      }
    });
  }
});

describe('A value of the page’s own', () => {
  const rogue = (get: () => unknown) => ({
    get status() {
      return get();
    },
    result_code: 0,
  });
  const cyclic: Record<string, unknown> = { result_desc: 'x' };
  cyclic['Body'] = cyclic;
  cyclic['stkCallback'] = cyclic;
  cyclic['CallbackMetadata'] = cyclic;
  cyclic['daraja_error'] = cyclic;
  for (const [what, value] of Object.entries({
    'a getter that throws': rogue(() => {
      throw new RangeError('mine');
    }),
    'a getter that throws nothing to be read': rogue(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what pages do
      throw undefined;
    }),
    'a proxy that was revoked': (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
    'a proxy whose traps throw': new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('mine');
        },
      },
    ),
    'a cycle': cyclic,
    'a promise': Promise.resolve(callbackPaid),
    'an answer of fetch': new Response(JSON.stringify(callbackPaid)),
    'a map': new Map([['result_code', 0]]),
    'a function': () => flatPaid,
  })) {
    it(`is unknown where it is ${what}, and nothing is thrown`, () => {
      expect(parseResult(value)).to.deep.equal({ kind: 'unknown' });
    });
  }

  it('is read once, so that it cannot say one thing and then another', () => {
    let reads = 0;
    const fickle = {
      get result_code() {
        return reads++ ? 0 : null;
      },
    };
    expect(parseResult(fickle)).to.deep.equal({ kind: 'pending' });
    expect(reads).to.equal(1);
  });

  it('may be a proxy of a framework’s store', () => {
    const store = new Proxy({ ...flatPaid }, {});
    const parsed = parseResult(store);
    expect(parsed).to.have.nested.property('outcome.verdict', 'paid');
    expect(parsed).to.have.nested.property('outcome.result', store);
  });

  it('may be JSON text of some layers, and no more than a few', () => {
    let text: unknown = flatPaid;
    const seen: string[] = [];
    while (!seen.includes('unknown') && seen.length < 12) {
      seen.push(parseResult(text).kind);
      text = JSON.stringify(text);
    }
    expect(seen.slice(0, 4)).to.deep.equal(['outcome', 'outcome', 'outcome', 'outcome']);
    expect(seen.at(-1)).to.equal('unknown');
  });
  it('that is nested deeper than the stack, in any place, is no exception', () => {
    const deep = (inside: string) => JSON.parse('[{"a":'.repeat(50_000) + inside + '}]'.repeat(50_000)) as unknown;
    for (const key of ['Body', 'stkCallback', 'CallbackMetadata', 'daraja_error', 'status', 'fault', 'extra']) {
      expect(parseResult({ ...flatPaid, [key]: deep('0') }).kind, key).to.equal('outcome');
    }
    expect(parseResult('['.repeat(100_000)).kind).to.equal('unknown');
    expect(parseResult(JSON.stringify({ result_code: 0 }).repeat(2)).kind).to.equal('unknown');
  });
});

/** What a result becomes on its way through databases, queues, serializers and hands. */
describe('A result that was mangled', () => {
  const row = fc.constantFrom(
    { body: callbackPaid, verdict: 'paid' },
    { body: callbackCancelled, verdict: 'cancelled' },
    { body: queryPaid, verdict: 'paid' },
    { body: queryCancelled, verdict: 'cancelled' },
    { body: flatPaid, verdict: 'paid' },
    { body: flatCancelled, verdict: 'cancelled' },
    { body: queryInProgress, verdict: 'pending' },
    { body: queryBeingProcessed, verdict: 'pending' },
    { body: { status: 'PENDING', result_code: 0 }, verdict: 'pending' },
    { body: { ResultCode: 0, ResultDesc: 'Accepted' }, verdict: 'unknown' },
  );
  type Change = (text: string) => string;
  const recased: fc.Arbitrary<Change> = fc.constantFrom(
    (text) => text.toLowerCase(),
    (text) => text.toUpperCase(),
    (text) => text.replace(/"(\w)(\w*)":/g, (_, first: string, rest: string) => `"${first.toLowerCase()}${rest}":`),
    (text) =>
      text.replace(/"(\w+)":/g, (_, key: string) => `"${key.replace(/_(\w)/g, (__, c: string) => c.toUpperCase())}":`),
  );
  const retyped: fc.Arbitrary<Change> = fc.constantFrom(
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1"$2"'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1"$2.00"'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1[$2]'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1{"value":$2}'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1false'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1null'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1" $2 "'),
    (text) => text.replace(/("(?:ResultCode|result_code)":)"?([\w.]+)"?/g, '$1"$2,00"'),
  );
  const renested: fc.Arbitrary<Change> = fc.constantFrom(
    (text) => `{"data":${text}}`,
    (text) => `[${text}]`,
    (text) => `{"Body":${text}}`,
    (text) => `{"stkCallback":${text}}`,
    (text) => `{"result":${text},"status":"pending"}`,
    (text) => JSON.stringify(text),
    (text) => `\uFEFF\uFEFF${text}`,
  );
  const cut: fc.Arbitrary<Change> = fc
    .double({ min: 0.01, max: 0.99, noNaN: true })
    .map((part) => (text) => text.slice(0, Math.floor(text.length * part)));
  const garbled: fc.Arbitrary<Change> = fc
    .tuple(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom('', '0', '1', '"', '{', ',', 'x', '\u200B', '-'),
    )
    .map(([part, put]) => (text) => {
      const at = Math.floor(text.length * part);
      return text.slice(0, at) + put + text.slice(at + 1);
    });
  const changes = fc.array(fc.oneof(recased, retyped, renested, cut, garbled), { minLength: 1, maxLength: 3 });
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const verdictOf = (value: unknown) => {
    const result = parseResult(value);
    return result.kind === 'outcome' ? result.outcome.verdict : result.kind;
  };

  it('never changes between paid and not paid, nor becomes either from nothing', () => {
    const plain: Change = (text) => text;
    // Twice re-nested, anything may become a callback of its own.
    const once = fc.tuple(
      fc.option(retyped, { nil: plain }),
      fc.option(renested, { nil: plain }),
      fc.array(fc.oneof(recased, cut), { maxLength: 2 }),
    );
    fc.assert(
      fc.property(row, once, (from, [retype, renest, by]) => {
        const text = [retype, renest, ...by].reduce((body, change) => change(body), JSON.stringify(from.body));
        expect(verdictOf(parsed(text)), text).to.be.oneOf([from.verdict, 'pending', 'unknown']);
      }),
      { numRuns: 5000 },
    );
  });

  it('is paid only by a zero that stands in the place of a code, whatever single letters were changed', () => {
    fc.assert(
      fc.property(row, changes, (from, by) => {
        const text = by.reduce((body, change) => change(body), JSON.stringify(from.body));
        if (verdictOf(parsed(text)) !== 'paid') return;
        expect(text).to.match(/(?:ResultCode|result_code)[\\"]*:[\\"]*0+(?:\.0+)?[\\",}]/);
      }),
      { numRuns: 5000 },
    );
  });

  it('is not believed where its status, in any case and spelling, says that it is not known', () => {
    const word = fc.constantFrom(
      ...['pending', 'processing', 'queued', 'initiated', 'requested', 'sent', 'in_progress', 'in progress'],
    );
    const cased = word.chain((text) =>
      fc
        .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
        .map((upper) => Array.from(text, (letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join('')),
    );
    const key = fc.constantFrom('status', 'Status', 'STATUS', 'payment_status', 'paymentStatus');
    fc.assert(
      fc.property(row, key, cased, (from, name, status) => {
        expect(parseResult({ ...from.body, [name]: status })).to.deep.equal({ kind: 'pending' });
        expect(parseResult({ [name]: status })).to.deep.equal({ kind: 'pending' });
      }),
    );
  });

  for (const status of [
    ...[
      'failed',
      'FAILED',
      'cancelled',
      'canceled',
      'declined',
      'rejected',
      'error',
      'expired',
      'timeout',
      'timed_out',
    ],
    ...[
      'unpaid',
      'not_paid',
      'NOT PAID',
      'unconfirmed',
      'unknown',
      'awaiting_payment',
      'waiting',
      'created',
      'new',
      'open',
    ],
    ...[
      'started',
      'submitted',
      'on-hold',
      'abandoned',
      'reversed',
      'refunded',
      'incomplete',
      'pending_payment',
      'voided',
    ],
  ]) {
    it(`is not paid where its code is 0 and its status is ${status}`, () => {
      for (const body of [flatPaid, queryPaid, callbackPaid]) {
        expect(parseResult({ ...body, status })).to.deep.equal({ kind: 'pending' });
      }
    });
  }

  for (const more of [
    ...[{ status: undefined }, { state: null }, { status: 200 }, { status: true }, { status: 0 }, { status: [] }],
    ...[{ error: undefined }, { error: null }, { error: '' }, { error: false }, { errors: [] }, { errors: {} }],
    ...[{ paid: true }, { is_paid: 1 }, { isPaid: 'true' }, { success: true }, { success: '1' }, { unpaid: false }],
    ...[
      { paid_at: '' },
      { successes: 0 },
      { error_count: 1 },
      { statement: 'pending' },
      { delivery_status: 'pending' },
    ],
  ]) {
    it(`is paid where its code is 0 and beside it stands ${Object.entries(more)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
      .join()}`, () => {
      expect(parseResult({ result_code: 0, ...more })).to.have.nested.property('outcome.verdict', 'paid');
    });
  }

  for (const status of [
    ...[
      'paid',
      'PAID',
      'completed',
      'Complete',
      'success',
      'SUCCESSFUL',
      'confirmed',
      'processed',
      'ok',
      'OK',
      'settled',
    ],
    ...[
      'Payment received',
      'transferred',
      'renewed',
      'active',
      'final',
      '0',
      '200',
      '',
      0,
      200,
      true,
      null,
      { code: 1 },
    ],
  ]) {
    it(`is paid where its code is 0 and its status is ${JSON.stringify(status)}`, () => {
      for (const body of [flatPaid, queryPaid, callbackPaid]) {
        expect(verdictOf({ ...body, status })).to.equal('paid');
      }
    });
  }

  it('is not known where a status inside of its envelope says so', () => {
    const { stkCallback } = callbackPaid.Body;
    for (const inside of [{ stkCallback: { ...stkCallback, status: 'pending' } }, { stkCallback, status: 'pending' }]) {
      expect(verdictOf(inside)).to.equal('pending');
      expect(verdictOf({ Body: inside })).to.equal('pending');
    }
  });

  it('is what the callback says, whatever the backend says to Daraja beside it', () => {
    const { stkCallback } = callbackPaid.Body;
    const Body = { stkCallback: { ...stkCallback, ResultCode: 1032 } };
    expect(verdictOf({ ResultCode: 0, ResultDesc: 'Accepted', Body })).to.equal('cancelled');
  });

  for (const code of [1.5, -0.5, 2 ** 53, true, {}, { code: 0 }, [0], 'FAILED', 'pending', 'in_progress', 'Not paid']) {
    it(`is not known where another code beside it is ${JSON.stringify(code)}`, () => {
      for (const body of [queryPaid, callbackPaid, callbackPaid.Body]) {
        expect(parseResult({ ...body, result_code: code })).to.deep.equal({ kind: 'pending' });
        expect(parseResult({ ...body, resultCode: code })).to.deep.equal({ kind: 'pending' });
      }
      const kind = parseResult({ ...flatPaid, ResultCode: code }).kind;
      expect(kind, 'the other way round').not.to.equal('outcome');
    });
  }

  it('is no failure where another code beside it is none', () => {
    for (const code of [1.5, true, {}]) {
      expect(parseResult({ ...flatCancelled, resultCode: code })).to.deep.equal({ kind: 'pending' });
    }
  });

  it('is what it is where another code beside it is empty, or a word that fits', () => {
    for (const code of [null, '', false, 'OK', 'Success']) {
      expect(verdictOf({ ...callbackPaid, resultCode: code })).to.equal('paid');
      expect(verdictOf({ ...flatCancelled, resultCode: code })).to.equal('cancelled');
    }
  });

  it('is read from a query’s answer that names no checkout, and needs no words', () => {
    const parsed = parseResult({ ResponseCode: '0', ResultCode: '0' });
    expect(parsed).to.have.nested.property('outcome.verdict', 'paid');
    expect(parsed).to.have.nested.property('outcome.resultDesc', '');
  });

  it('is no failure where its status says that it was paid, and is one where the answer merely went well', () => {
    for (const status of ['paid', 'Completed', 'confirmed', 'settled']) {
      expect(verdictOf({ ...flatCancelled, status })).to.equal('pending');
    }
    for (const status of ['success', 'ok', 'failed', 'cancelled', 'error']) {
      expect(verdictOf({ ...flatCancelled, status })).to.equal('cancelled');
    }
  });
});
