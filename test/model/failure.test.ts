import { expect } from '@open-wc/testing';
import { isExpiredToken, promptPossible, type PushFailureReason } from '../../src/model/failure.js';

/** The table of contract section 5: whether a customer may have been prompted although the push did not succeed. */
const PROMPT_POSSIBLE: Readonly<Record<PushFailureReason, boolean>> = {
  configuration: false,
  offline: false,
  'token-unavailable': false,
  'token-missing': false,
  'token-expired': false,
  rejected: false,
  'server-error': true,
  'bad-response': true,
  network: true,
  timeout: true,
};

const error = (errorCode: string) => ({ errorCode, errorMessage: '', requestId: '' });

describe('A push that failed', () => {
  for (const [reason, possible] of Object.entries(PROMPT_POSSIBLE)) {
    it(`as ${reason} ${possible ? 'may have' : 'has not'} prompted the customer`, () => {
      expect(promptPossible(reason as PushFailureReason)).to.equal(possible);
    });
  }
});

describe('An expired token', () => {
  for (const code of ['404.001.03', '400.003.01', '401.002.01', '401.003.01']) {
    it(`is what ${code} says`, () => {
      expect(isExpiredToken(error(code))).to.equal(true);
    });
  }

  for (const code of ['', '404', '404.001', '404.001.04', '404.003.01', '400.002.02', '500.001.1001', ' 404.001.03']) {
    it(`is not what ${JSON.stringify(code)} says`, () => {
      expect(isExpiredToken(error(code))).to.equal(false);
    });
  }

  it('is not what an answer without an error says, whatever its status', () => {
    expect(isExpiredToken(undefined)).to.equal(false);
  });
});
