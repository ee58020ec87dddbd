import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import * as zod from 'zod/mini';
import * as standIn from '../../src/bundle/zod-mini.js';

/** The shapes of `client/schemas.ts`, and a few more of the same kinds, built with either. */
const schemas = ({ literal, looseObject, number, optional, string, union, unknown }: typeof standIn) => [
  string(),
  looseObject({}),
  looseObject({ access_token: string(), other: optional(unknown()) }),
  looseObject({
    payment_id: union([string(), number()]),
    daraja_response: looseObject({ CheckoutRequestID: string() }),
  }),
  looseObject({ Body: looseObject({ stkCallback: looseObject({}) }) }),
  looseObject({ other: union([literal('0'), literal(0), literal(null)]) }),
  looseObject({ Body: optional(looseObject({ other: optional(number()) })) }),
];

/** Values that fit, values that nearly fit, and anything at all that JSON can say. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.jsonValue(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom(
        'access_token',
        'payment_id',
        'daraja_response',
        'CheckoutRequestID',
        'Body',
        'stkCallback',
        'other',
      ),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe('What stands in for zod in the one file', () => {
  it('accepts and refuses what zod does, and hands on the same data', () => {
    const [theirs, ours] = [schemas(zod as unknown as typeof standIn), schemas(standIn)];
    fc.assert(
      fc.property(values, fc.nat({ max: theirs.length - 1 }), (value, index) => {
        const expected = theirs[index]?.safeParse(value);
        const actual = ours[index]?.safeParse(value);
        expect(actual?.success).to.equal(expected?.success);
        expect(actual?.data).to.deep.equal(expected?.data);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts the documented bodies', () => {
    const [, , token, push, callback] = schemas(standIn);
    expect(token?.safeParse({ access_token: 'a', expires_in: '3599' }).success).to.equal(true);
    expect(push?.safeParse({ payment_id: 'p', daraja_response: { CheckoutRequestID: 'c' } }).success).to.equal(true);
    expect(callback?.safeParse({ Body: { stkCallback: { ResultCode: 0 } } }).success).to.equal(true);
  });
});
