import { expect } from '@open-wc/testing';
import { readDarajaError } from '../../src/client/daraja-error.js';

const error = (errorCode: string, errorMessage = '', requestId = '') => ({ errorCode, errorMessage, requestId });

describe('Daraja’s error', () => {
  for (const [words, body, expected] of [
    ['a code of Daraja’s at the top of the body', { errorCode: '404.001.03' }, error('404.001.03')],
    ['any code beside a request id', { errorCode: 'E1', errorMessage: 'No', requestId: 'r1' }, error('E1', 'No', 'r1')],
    ['no code of the backend’s own', { errorCode: 'ORDER_LOCKED', errorMessage: 'No' }, undefined],
    ['no code beside an accepted checkout', { errorCode: '404.001.03', CheckoutRequestID: 'c1' }, undefined],
    ['a fault without a code', { fault: { faultstring: 'Invalid ApiKey' } }, error('', 'Invalid ApiKey')],
    [
      'a fault whose details are null',
      { fault: { faultstring: 'Spike arrest', detail: null } },
      error('', 'Spike arrest'),
    ],
    [
      'a fault whose details are words',
      { fault: { faultstring: 'Failed', detail: 'Gateway Timeout' } },
      error('Gateway Timeout', 'Failed'),
    ],
    [
      'a fault with a code',
      { fault: { faultstring: 'Spike arrest', detail: { errorcode: 'policies.ratelimit' } } },
      error('policies.ratelimit', 'Spike arrest'),
    ],
    ['words', { daraja_error: 'Wrong credentials' }, error('', 'Wrong credentials')],
    [
      'words with a code',
      { daraja_error: '[400.002.02] Bad Request' },
      error('400.002.02', '[400.002.02] Bad Request'),
    ],
    [
      'words of the way to Daraja, without the code in them',
      { daraja_error: 'timeout after 404.001.03' },
      error('', 'timeout after 404.001.03'),
    ],
    ['no words that mean nothing', { daraja_error: ' None ' }, undefined],
  ] as const) {
    it(`is ${words}`, () => {
      expect(readDarajaError(body)).to.deep.equal(expected);
    });
  }
});
