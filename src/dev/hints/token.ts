/** The token. */

import type { Rule } from './hint.js';
import { all, failure, hasNoStatus, isSuccess, showErrorCode, showStatus, showStatusAndKeys } from './matchers.js';

/** The usual reason for an answer that is no JSON. */
export const PAGE_INSTEAD_OF_JSON =
  'The answer is a page: a login page, or the index.html that a development server sends for every path.';

export const TOKEN_RULES: readonly Rule[] = [
  {
    name: 'token-network',
    type: 'push-failure',
    symptom: '`token-unavailable` without a status',
    applies: all(failure('token-unavailable'), hasNoStatus),
    about: ({ setup }) => (setup.elsewhere.token ? 'another origin' : 'same origin'),
    meaning: 'The browser got no readable answer from token-url. Nothing was sent to M-Pesa.',
    cause:
      'On another origin, CORS headers are missing. Otherwise: connect-src, a backend that is down, or one that is slower than timeout.',
    certain: false,
    fix: "Read the browser's message above this line. docs/backend.md lists the headers.",
  },
  {
    name: 'token-shape',
    type: 'push-failure',
    symptom: '`token-unavailable` with HTTP 2xx',
    applies: all(failure('token-unavailable'), isSuccess),
    about: showStatusAndKeys,
    meaning: 'token-url answers with success, but not with {"access_token":"…"}.',
    cause: PAGE_INSTEAD_OF_JSON,
    certain: false,
    fix: 'Open token-url in the browser. It has to answer JSON whose access_token is a string without spaces.',
  },
  {
    name: 'token-session',
    type: 'push-failure',
    symptom: '`token-unavailable` with HTTP 401 or 403',
    applies: failure('token-unavailable', 401, 403),
    about: showStatus,
    meaning: 'The backend refused to give this visitor a token.',
    cause:
      'The request had no session cookie. To another origin, the browser sends it only with credentials="include".',
    certain: false,
    fix: 'Set credentials="include", answer Access-Control-Allow-Credentials: true, and set the cookie with SameSite=None; Secure.',
  },
  {
    name: 'token-path',
    type: 'push-failure',
    symptom: '`token-unavailable` with HTTP 404 or 405',
    applies: failure('token-unavailable', 404, 405),
    about: showStatus,
    meaning: 'The server has no such endpoint.',
    cause: 'The path is wrong, or the endpoint takes another method. The widget sends GET.',
    certain: false,
    fix: 'Open token-url in the browser. A relative URL starts at the page, or at its <base>.',
  },
  {
    name: 'token-backend',
    type: 'push-failure',
    symptom: '`token-unavailable` with any other status',
    applies: failure('token-unavailable'),
    about: showStatus,
    meaning: 'The backend could not make a token.',
    cause:
      "Daraja refused the backend's consumer key and secret: they are missing, or they belong to the other environment (sandbox or production).",
    certain: false,
    fix: "Look into the backend's log. Sandbox keys work only at sandbox.safaricom.co.ke.",
  },
  {
    name: 'token-missing',
    type: 'push-failure',
    symptom: '`token-missing`',
    applies: failure('token-missing'),
    meaning: 'The widget sent the token in the Authorization header, but the backend did not see it.',
    cause: 'A proxy or web server removes the header, as Apache does for CGI and PHP-FPM.',
    certain: false,
    fix: 'Let the header through (Apache: CGIPassAuth On). It holds the bare token, without "Bearer ".',
  },
  {
    name: 'token-stale',
    type: 'token-expired',
    symptom: '`token-expired` with `willRetry`',
    applies: ({ willRetry }) => willRetry === true,
    about: showErrorCode,
    meaning: 'Daraja refused the token. The widget asks for a new one and pushes once more.',
    cause: 'The backend keeps tokens longer than they live (3599 s).',
    certain: false,
    fix: 'If it happens now and then: nothing. If it happens often: renew the token in the backend a minute before it expires.',
  },
  {
    name: 'product-not-approved',
    type: 'token-expired',
    symptom: '`token-expired` without `willRetry`: 404.001.03 twice, the second time with a new token',
    applies: ({ willRetry }) => willRetry === false,
    about: showErrorCode,
    meaning: 'Daraja refuses a new token too, so the age of the token is not the problem.',
    cause:
      'The Daraja app does not have the product M-Pesa Express (Lipa na M-Pesa Online), or is not live. Or the token belongs to the other environment (sandbox or production). Or the backend sends the same old token again.',
    certain: false,
    fix: 'Check in the Daraja portal that the app has the product and is live. Use one host for token and push. Send Daraja "Authorization: Bearer {token}".',
  },
];
