import { expect } from '@open-wc/testing';
import { toJSONSchema } from 'zod/mini';
import * as schemas from '../../src/client/schemas.js';
import callbackPaid from '../support/fixtures/callback-paid.json' with { type: 'json' };
import flatPaid from '../support/fixtures/flat-paid.json' with { type: 'json' };
import pushSuccess from '../support/fixtures/push-success.json' with { type: 'json' };
import tokenMissing from '../support/fixtures/push-token-missing.json' with { type: 'json' };
import pushExpired from '../support/fixtures/push-token-expired.json' with { type: 'json' };
import queryPaid from '../support/fixtures/query-paid.json' with { type: 'json' };
import tokenFresh from '../support/fixtures/token-fresh.json' with { type: 'json' };
import tokenStored from '../support/fixtures/token-stored.json' with { type: 'json' };

/** What a reader of these schemas has to know, so that checks can be made of them without zod. */
const KEYWORDS = ['$schema', 'additionalProperties', 'anyOf', 'const', 'properties', 'required', 'type'];

function keywordsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || !schema) return [];
  return Object.entries(schema).flatMap(([keyword, value]: [string, unknown]) => {
    const inner = keyword === 'properties' ? Object.values(value as object) : [value].flat();
    return [keyword, ...(keyword === 'required' ? [] : inner.flatMap(keywordsOf))];
  });
}

describe('A schema of the wire', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    it(`can be written as JSON Schema, in few keywords: ${name}`, () => {
      const written = toJSONSchema(schema());
      expect(written).to.include({ type: 'object' });
      expect(KEYWORDS).to.include.members(keywordsOf(written));
    });

    it(`is built once: ${name}`, () => {
      expect(schema()).to.equal(schema());
    });
  }

  for (const [name, bodies] of Object.entries({
    tokenSchema: [tokenFresh, tokenStored],
    pushSchema: [pushSuccess, { ...pushSuccess, payment_id: 7001 }],
    responseCodeSchema: [pushSuccess],
    tokenMissingSchema: [tokenMissing],
    darajaErrorSchema: [pushExpired.daraja_error],
    callbackSchema: [callbackPaid],
    stkCallbackSchema: [callbackPaid.Body],
    querySchema: [queryPaid, callbackPaid.Body.stkCallback],
    flatSchema: [flatPaid, { result_code: null }, { result_code: '0.00' }],
  })) {
    it(`takes the documented bodies, and keeps what it does not know: ${name}`, () => {
      for (const body of bodies) {
        const { data } = schemas[name as keyof typeof schemas]().safeParse({ ...body, unheard: [{}] });
        expect(data).to.deep.equal({ ...body, unheard: [{}] });
      }
    });
  }

  for (const [name, bodies] of Object.entries({
    tokenSchema: [{}, { access_token: 1 }, { access_token: null }],
    pushSchema: [
      { payment_id: 'p' },
      { ...pushSuccess, payment_id: null },
      { ...pushSuccess, daraja_response: { ...pushSuccess.daraja_response, ResponseCode: '1' } },
      { ...pushSuccess, daraja_response: { ...pushSuccess.daraja_response, ResponseCode: false } },
      { ...pushSuccess, daraja_response: { ...pushSuccess.daraja_response, CheckoutRequestID: 1 } },
    ],
    callbackSchema: [{ Body: { stkCallback: {} } }, { Body: null }, callbackPaid.Body],
    querySchema: [{ CheckoutRequestID: 'c' }, { ResultCode: true }, { ResultCode: {} }],
    flatSchema: [{}, { result_code: [0] }, { result_code: false }, { ResultCode: 0 }],
  })) {
    it(`takes nothing else: ${name}`, () => {
      for (const body of [...bodies, null, 0, '{}', [], [bodies[0]]]) {
        expect(schemas[name as keyof typeof schemas]().safeParse(body).success, JSON.stringify(body)).to.equal(false);
      }
    });
  }
});
