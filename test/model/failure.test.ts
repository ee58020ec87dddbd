import { expect } from '@open-wc/testing';
import {
  findDarajaCode,
  isConnectionError,
  isDarajaCode,
  isExpiredToken,
  promptPossible,
  type PushFailureReason,
} from '../../src/model/failure.js';

/** Whether a customer may have been prompted although the push did not succeed, as docs/reference.md (Events) lists it. */
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
      expect(promptPossible(reason)).to.equal(possible);
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

describe('An error', () => {
  for (const words of [
    ...['timeout', 'Timed out', 'TIME-OUT', 'Gateway Time-out', 'request time out', 'Read timed out.', 'ETIMEDOUT'],
    ...[
      'timeout of 30000ms exceeded',
      'deadline exceeded',
      'The server did not respond',
      'no reply',
      'Empty reply from server',
    ],
    ...[
      'connection refused',
      'Connection reset by peer',
      'ECONNRESET',
      'ECONNABORTED',
      'Failed to connect',
      'disconnected',
    ],
    ...['socket hang up', 'Broken pipe', 'EPIPE', 'unexpected EOF', 'Unexpected end of JSON input', 'Expected JSON'],
    ...['fetch failed', 'Network Error', 'ENETUNREACH', 'EHOSTUNREACH', 'upstream request failed', 'Bad Gateway'],
    ...[
      'Service Unavailable',
      'The operation was aborted',
      'A task was canceled.',
      'the stream was closed',
      'cURL error 52',
    ],
    ...['Request failed with status code 500', 'HTTP 503', '504', 'Internal Server Error'],
  ]) {
    it(`that says ${JSON.stringify(words)} tells of the way to Daraja, which may have been sent the push`, () => {
      expect(isConnectionError({ ...error(''), errorMessage: words })).to.equal(true);
      expect(isConnectionError({ ...error(words), errorMessage: '' })).to.equal(true);
      expect(isConnectionError({ ...error('500.001.1001'), errorMessage: words })).to.equal(false);
    });
  }

  for (const words of [
    ...[
      'Invalid Access Token',
      'Bad Request - Invalid PhoneNumber',
      'Bad Request - Invalid Timestamp',
      'Invalid CallBackURL',
    ],
    ...[
      'Unable to lock subscriber, a transaction is already in process for the current subscriber',
      'Wrong credentials',
    ],
    ...[
      'Merchant does not exist',
      'System is busy. Please try again in few minutes.',
      'Spike arrest violation. Allowed rate : 5ps',
    ],
    ...[
      'Rate limit quota violation. Quota limit exceeded. Identifier : _default',
      'Invalid ApiKey for given resource',
      '',
    ],
  ]) {
    it(`that says ${JSON.stringify(words)} is Daraja’s own answer`, () => {
      expect(isConnectionError({ ...error(''), errorMessage: words })).to.equal(false);
    });
  }

  it('has a code that is found in its words', () => {
    expect(findDarajaCode('[404.001.03] Invalid Access Token')).to.equal('404.001.03');
    expect(findDarajaCode('405.001: Method Not Allowed')).to.equal('405.001');
    expect(findDarajaCode('HTTP 404, 10.0.0.1, 1404.001.03')).to.equal('');
    expect(isDarajaCode('500.001.1001')).to.equal(true);
    for (const code of ['', '500', 'E500', '500.001.1001 ', 'ORDER_LOCKED', '99']) {
      expect(code && isDarajaCode(code), code).to.not.equal(true);
    }
  });
});
