import { expect } from '@open-wc/testing';
import { parseResult } from '../../src/client/index.js';
import { promptPossible } from '../../src/model/failure.js';
import {
  WILD_ID,
  WILD_PUSHES,
  WILD_RESULTS,
  WILD_TOKENS,
  wildText,
  wildValue,
} from '../support/fixtures/wild/index.js';
import { ORDER, text, TOKEN, Wire } from './wire.js';

const QUERY = { orderId: ORDER.orderId, paymentId: 'p1', token: TOKEN };

describe('What real backends answer to the question for the outcome', () => {
  for (const wild of WILD_RESULTS) {
    it(`means ${wild.status} at status-url: ${wild.name}, HTTP ${wild.http}`, async () => {
      const result = await new Wire(text(wildText(wild), wild.http)).client().status(QUERY);
      expect(result.kind === 'outcome' ? result.outcome.verdict : result.kind).to.equal(wild.status);
      if (result.kind !== 'outcome') return;
      expect(result.outcome.receipt).to.equal(wild.receipt);
      expect(result.outcome.resultCode).to.equal(wild.resultCode);
      expect(result.outcome.checkoutRequestId).to.equal(wild.named ? WILD_ID : undefined);
      expect(result.outcome.result).to.deep.equal(JSON.parse(wildText(wild).trim()));
    });

    it(`means ${wild.settle} in settle(): ${wild.name}`, () => {
      const value = wildValue(wild);
      const parsed = parseResult(value);
      const means =
        parsed.kind === 'unknown' ? 'throws' : parsed.kind === 'pending' ? 'pending' : parsed.outcome.verdict;
      expect(means).to.equal(wild.settle);
      if (parsed.kind === 'outcome') expect(parsed.outcome.result).to.equal(value);
    });
  }
});

describe('What real backends answer to a push', () => {
  for (const wild of WILD_PUSHES) {
    it(`means ${wild.means}: ${wild.name}`, async () => {
      const result = await new Wire(text(wildText(wild), wild.http)).client().push(TOKEN, ORDER);
      if (result.kind === 'accepted') {
        expect('accepted').to.equal(wild.means);
        expect(result.checkout).to.include({ paymentId: wild.paymentId, checkoutRequestId: WILD_ID });
        return;
      }
      expect(result.kind === 'expired' ? 'expired' : result.failure.reason).to.equal(wild.means);
      if (!promptPossible(result.failure.reason)) {
        expect(result.failure.darajaError?.errorCode).to.equal(wild.errorCode);
      }
    });
  }
});

describe('What real backends answer to the question for a token', () => {
  for (const wild of WILD_TOKENS) {
    it(`is ${wild.token ? 'a' : 'no'} token: ${wild.name}`, async () => {
      const answer = await new Wire(text(wildText(wild), wild.http)).client().requestToken();
      expect(answer.kind === 'token' ? answer.token.value : undefined).to.equal(wild.token);
    });
  }
});
