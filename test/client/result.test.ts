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
    'the same as the backend words it': { daraja_error: { errorCode: '500.001.1001' }, status_code: 500 },
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
    'a refused push': pushExpired,
    'a push without a token': pushTokenMissing,
    'a fresh token': tokenFresh,
    'a stored token': tokenStored,
    'Daraja’s acceptance': pushSuccess.daraja_response,
    'another status': { status: 'paid' },
    'a success in words': { success: true, paid: true, message: 'Payment successful' },
    'HTTP’s own words': { status: 200, statusText: 'OK' },
    'another error of Daraja': { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' },
    'a callback without a code': callback({ CheckoutRequestID: ID, ResultDesc: 'processed successfully' }),
    'an empty callback': callback({}),
    'a callback that is none': { Body: { stkCallback: null } },
    'a body that is none': { Body: null },
    'a list of callbacks': [callbackPaid],
    'a callback as text': JSON.stringify(callbackPaid),
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

  for (const code of [1.5, NaN, '', ' ', 'abc', null, {}, [], [0], true, false]) {
    it(`is none where its code is ${typeof code === 'number' ? String(code) : JSON.stringify(code)}`, () => {
      for (const body of [callback({ ResultCode: code }), { ResultCode: code }, { result_code: code }]) {
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
    'items that are no list': { Item: { Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' } },
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
        const zero = codes(value).some((code) => code === 0 || (typeof code === 'string' && /^\s*0+\s*$/.test(code)));
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
