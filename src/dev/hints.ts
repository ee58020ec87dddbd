/**
 * Which setting of a page, a payments backend or a Daraja app is most likely behind what went wrong. For developers: the
 * customer's file holds none of it. Pure: an incident in, hints out.
 *
 * `certain` is false where the cause was reported by integrators, or is one of several: no complete list of Daraja's codes
 * exists, and for some of them the sources disagree. What the customer did (cancelled, did not answer, had too little) is
 * no setting, and has no hint.
 */

import { isAmount } from '../model/amount.js';
import type { PushFailureReason } from '../model/failure.js';
import type { PaymentFailureReason, ResultCode } from '../model/outcome.js';

/** What an element is set to, and where it stands. */
export interface Setup {
  readonly amount: string;
  readonly business: string;
  readonly statusUrl: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly promptWindow: number;
  /** Which of the two endpoints are the production URLs, because nothing else was said. */
  readonly byDefault: { readonly token: boolean; readonly push: boolean };
  /** Which of the two are of another origin than the page. */
  readonly elsewhere: { readonly token: boolean; readonly push: boolean };
  /** Attributes that look like one of the element's, but are written otherwise. */
  readonly misspelled: readonly string[];
  /** Keys of `messages` that no text has. */
  readonly unknownMessages: readonly string[];
  /** The page's host is a loopback host. */
  readonly local: boolean;
  /** The page is a secure context. */
  readonly secure: boolean;
}

/** What happened: the element was set up, an event came, or the page's policy blocked a request to an endpoint. */
export interface Incident {
  readonly type:
    'setup' | 'blocked' | 'push-success' | 'push-failure' | 'token-expired' | 'payment-failure' | 'payment-unconfirmed';
  readonly setup: Setup;
  readonly reason?: PushFailureReason | PaymentFailureReason | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** Daraja's own words, as the payments backend passed them on. */
  readonly darajaError?: { readonly errorCode: string; readonly errorMessage: string } | undefined;
  readonly willRetry?: boolean | undefined;
  readonly resultCode?: ResultCode | undefined;
  /** As sent. */
  readonly phone?: string | undefined;
}

export interface Hint {
  /** What it is told at. */
  readonly type: Incident['type'];
  /** What the console and docs/troubleshooting.md know it by. */
  readonly name: string;
  /** What is seen, for the page of documentation. */
  readonly seen: string;
  readonly means: string;
  /** The setting behind it. */
  readonly cause: string;
  readonly certain: boolean;
  readonly mend: string;
}

interface Rule extends Hint {
  readonly when: (incident: Incident) => boolean;
  /** What exactly, in a word or two. */
  readonly about?: (incident: Incident) => string;
}

/** A hint as it applies: `about` says to what exactly, or is empty. */
export interface Told {
  readonly hint: Hint;
  readonly about: string;
}

/** The hints of an incident: all that apply to a set-up, the first that applies to anything else. */
export function hintsFor(incident: Incident): Told[] {
  const apply = RULES.filter((rule) => rule.type === incident.type && rule.when(incident));
  const chosen = incident.type === 'setup' ? apply : apply.slice(0, 1);
  return chosen.map((hint) => ({ hint, about: hint.about?.(incident) ?? '' }));
}

/** One line for the console. */
export function wordHint({ hint, about }: Told): string {
  const { name, means, cause, certain, mend } = hint;
  return `<vitumob-pay> hint ${name}${about && ` (${about})`}: ${means} ${certain ? 'Cause' : 'Likely cause'}: ${cause} What to do: ${mend}`;
}

/** M-Pesa's prompts live for 60 to 180 s by those who have measured; nobody has published a figure. */
const SHORTEST_PROMPT_MS = 60_000;
const SECOND_MS = 1000;

/** Safaricom's sandbox number: it never answers. */
const SANDBOX_PHONE = '254708374149';

/** `12,341`, `12 341`, `Ksh 100`, `100/=` */
const WRITTEN_FOR_PEOPLE = /\d[ ,\u00A0]\d|^[^\d.-]+\d|\d[^\d.]+$/;

/** What the customer did or left undone, and M-Pesa's own being busy. */
const NOT_A_SETTING = [1, 26, 1001, 1019, 1031, 1032, 1036, 1037];

/** No code is longer than this, and every token is. */
const LONGEST_CODE = 13;

/** A code as it may be shown: what a backend puts there is not ours. */
function plain(code: unknown): string {
  const text = String(code);
  return text.length > LONGEST_CODE || /\d{7}/.test(text) ? '…' : text;
}

const status = (of: Incident): string => (of.status === undefined ? '' : `HTTP ${of.status}`);
const errorCode = ({ darajaError }: Incident): string => plain(darajaError?.errorCode);
const failure =
  (reason: PushFailureReason, ...statuses: number[]) =>
  (of: Incident): boolean =>
    of.reason === reason && (!statuses.length || statuses.includes(of.status ?? 0));
const daraja =
  (code: string, words = /(?:)/) =>
  ({ reason, darajaError }: Incident): boolean =>
    reason === 'rejected' && darajaError?.errorCode === code && words.test(darajaError.errorMessage);
const result =
  (...codes: ResultCode[]) =>
  ({ resultCode }: Incident): boolean =>
    resultCode !== undefined && codes.includes(resultCode);
const isSuccess = ({ status: code = 0 }: Incident): boolean => code >= 200 && code < 300;

const LOGIN_OR_INDEX =
  'a page came instead of JSON: a login page, or the index.html that a development server answers for every path.';

/** The first that applies counts, so the particular stands before the general. */
const RULES: readonly Rule[] = [
  // The element and the page
  {
    name: 'amount-format',
    type: 'setup',
    seen: '`amount` with separators or a currency',
    when: ({ setup }) => !isAmount(setup.amount) && WRITTEN_FOR_PEOPLE.test(setup.amount),
    about: ({ setup }) => plain(setup.amount),
    means: 'The amount is written for people; paying would be refused.',
    cause: '`amount` takes a plain decimal.',
    certain: true,
    mend: 'give the number alone, such as 12341 or 48744.15; the widget writes it out for the customer.',
  },
  {
    name: 'milliseconds',
    type: 'setup',
    seen: '`timeout` or `prompt-window` below a second',
    when: ({ setup }) => Math.min(setup.timeout, setup.promptWindow) < SECOND_MS,
    about: ({ setup }) => `timeout ${setup.timeout} ms, prompt-window ${setup.promptWindow} ms`,
    means: 'Requests are given up, or prompts taken for dead, within a second.',
    cause: 'seconds were given: both attributes take milliseconds.',
    certain: false,
    mend: 'write 30000 for half a minute, 120000 for two minutes.',
  },
  {
    name: 'short-window',
    type: 'setup',
    seen: '`prompt-window` below a minute',
    when: ({ setup }) => setup.promptWindow >= SECOND_MS && setup.promptWindow < SHORTEST_PROMPT_MS,
    about: ({ setup }) => `${setup.promptWindow} ms`,
    means: 'A second prompt can be sent while the first one is still open on the phone: the customer can pay twice.',
    cause: '`prompt-window` is shorter than prompts have been seen to live (60 to 180 s).',
    certain: true,
    mend: 'leave it at its default, 120000.',
  },
  {
    name: 'half-configured',
    type: 'setup',
    seen: 'one of `token-url` and `push-url`',
    when: ({ setup }) => setup.byDefault.token !== setup.byDefault.push,
    about: ({ setup }) => `${setup.byDefault.token ? 'token-url' : 'push-url'} is missing`,
    means: 'A token of one backend would be sent to another.',
    cause: 'only one of the two endpoints is set; the other is the Vitumob M-Pesa API in production.',
    certain: true,
    mend: 'set both, or neither.',
  },
  {
    name: 'production-endpoints',
    type: 'setup',
    seen: 'neither `token-url` nor `push-url`, on localhost',
    when: ({ setup }) => setup.byDefault.token && setup.byDefault.push && setup.local,
    means: 'This page on your own machine asks the Vitumob M-Pesa API in production: prompts and money are real.',
    cause: '`token-url` and `push-url` are not set.',
    certain: true,
    mend: 'set both to a backend of yours; the demo and `vitumob-pay/testing` bring one that is simulated.',
  },
  {
    name: 'insecure-page',
    type: 'setup',
    seen: 'a page on plain `http:`',
    when: ({ setup }) => !setup.secure,
    means:
      'Two tabs of this page cannot keep each other from prompting at the same moment, and what is typed can be read.',
    cause: 'the page is not a secure context, and browsers give Web Locks to those alone.',
    certain: true,
    mend: 'serve it over https, or on localhost while developing.',
  },
  {
    name: 'attribute-name',
    type: 'setup',
    seen: 'an attribute such as `orderid` or `order_id`',
    when: ({ setup }) => setup.misspelled.length > 0,
    about: ({ setup }) => setup.misspelled.join(', '),
    means: 'The attribute has no effect.',
    cause: 'in HTML, attributes are written in small letters with dashes.',
    certain: true,
    mend: 'write order-id, token-url, prompt-window…; orderId is the property.',
  },
  {
    name: 'message-key',
    type: 'setup',
    seen: 'a key of `messages` that no text has',
    when: ({ setup }) => setup.unknownMessages.length > 0,
    about: ({ setup }) => setup.unknownMessages.join(', '),
    means: 'The text is shown nowhere.',
    cause: '`messages` has a key that the widget does not know.',
    certain: true,
    mend: 'docs/languages.md says where the keys are; in TypeScript, `satisfies Partial<Messages>` names a wrong one.',
  },
  {
    name: 'no-business',
    type: 'setup',
    seen: 'no `business`',
    when: ({ setup }) => !setup.business,
    means: 'The customer is not told whose name the PIN prompt will show, so a false prompt looks like yours.',
    cause: '`business` is not set.',
    certain: true,
    mend: 'set it to the name that M-Pesa shows for your paybill or till.',
  },
  {
    name: 'no-status-url',
    type: 'push-success',
    seen: '`push-success` without `status-url`',
    when: ({ setup }) => !setup.statusUrl,
    means: 'The prompt is on its way, and this page will not learn what became of it.',
    cause: '`status-url` is not set.',
    certain: true,
    mend: 'set it, or hand the outcome to settle(); where the server alone needs to know, all is well.',
  },
  {
    name: 'csp',
    type: 'blocked',
    seen: 'the browser reports a violation of `connect-src`',
    when: () => true,
    means: 'The browser did not let the request to an endpoint leave.',
    cause: 'the content security policy of the page.',
    certain: true,
    mend: "name the endpoint's origin in connect-src (docs/backend.md).",
  },

  // The token
  {
    name: 'token-network',
    type: 'push-failure',
    seen: '`token-unavailable` without a status',
    when: (of) => failure('token-unavailable')(of) && of.status === undefined,
    about: ({ setup }) => (setup.elsewhere.token ? 'another origin' : 'same origin'),
    means: 'No readable answer came from token-url. Nothing was sent to M-Pesa.',
    cause:
      'across origins, CORS headers are missing; else connect-src, a backend that is down, or one slower than timeout.',
    certain: false,
    mend: 'read what the browser says above this line; docs/backend.md lists the headers.',
  },
  {
    name: 'token-shape',
    type: 'push-failure',
    seen: '`token-unavailable` with HTTP 2xx',
    when: (of) => failure('token-unavailable')(of) && isSuccess(of),
    about: status,
    means: 'token-url answers, but not with {"access_token": "…"}.',
    cause: LOGIN_OR_INDEX,
    certain: false,
    mend: 'open token-url in the browser; it has to answer JSON with a non-empty string access_token.',
  },
  {
    name: 'token-session',
    type: 'push-failure',
    seen: '`token-unavailable` with HTTP 401 or 403',
    when: failure('token-unavailable', 401, 403),
    about: status,
    means: 'The backend did not give this visitor a token.',
    cause: 'its session cookie did not come along: across origins, that takes credentials="include".',
    certain: false,
    mend: 'set credentials="include", Access-Control-Allow-Credentials: true and a cookie with SameSite=None; Secure.',
  },
  {
    name: 'token-path',
    type: 'push-failure',
    seen: '`token-unavailable` with HTTP 404 or 405',
    when: failure('token-unavailable', 404, 405),
    about: status,
    means: 'There is no token at token-url.',
    cause: 'the path is wrong, or the backend wants another method: the widget sends GET.',
    certain: false,
    mend: 'open token-url in the browser; relative URLs are resolved against the page, or its <base>.',
  },
  {
    name: 'token-backend',
    type: 'push-failure',
    seen: '`token-unavailable` with any other status',
    when: failure('token-unavailable'),
    about: status,
    means: 'The backend could not give a token.',
    cause:
      "Daraja refused the backend: the consumer key and secret are missing, or of the other environment than Daraja's host.",
    certain: false,
    mend: "look into the backend's log; sandbox keys work at sandbox.safaricom.co.ke alone.",
  },
  {
    name: 'token-missing',
    type: 'push-failure',
    seen: '`token-missing`',
    when: failure('token-missing'),
    means: 'The widget sent the token in Authorization, and the backend saw none.',
    cause: 'a proxy or web server in between takes the header away, as Apache does before CGI and PHP-FPM.',
    certain: false,
    mend: 'let it through (Apache: CGIPassAuth On); the token stands there bare, without Bearer.',
  },
  {
    name: 'token-stale',
    type: 'token-expired',
    seen: '`token-expired` with `willRetry`',
    when: ({ willRetry }) => willRetry === true,
    about: errorCode,
    means: 'Daraja refused the token; the widget asks for another one and pushes once more.',
    cause: 'the backend keeps tokens for longer than they live (3599 s).',
    certain: false,
    mend: 'now and then, nothing. Often: have the backend renew it a minute before its end.',
  },
  {
    name: 'product-not-approved',
    type: 'token-expired',
    seen: '`token-expired` without `willRetry`: 404.001.03 twice, the second time with a fresh token',
    when: ({ willRetry }) => willRetry === false,
    about: errorCode,
    means: 'Daraja refuses a fresh token too, so its age is not the matter.',
    cause:
      'the app behind the consumer key lacks the product M-Pesa Express (Lipa na M-Pesa Online), or is not live; or the token is of the other environment (sandbox, production); or the backend hands out the same old token.',
    certain: false,
    mend: 'in the Daraja portal, see that the app has the product and is live; compare the hosts of token and push; send Daraja "Authorization: Bearer …".',
  },

  // The push, refused by Daraja
  {
    name: 'shortcode',
    type: 'push-failure',
    seen: '400.002.02 with BusinessShortCode',
    when: daraja('400.002.02', /short\s?code/i),
    about: errorCode,
    means: 'Daraja does not take BusinessShortCode.',
    cause:
      'it is not a shortcode of this environment (the sandbox has 174379), or was sent as something other than a number.',
    certain: false,
    mend: 'send the paybill; for a till, the store (head office) number, with the till as PartyB.',
  },
  {
    name: 'timestamp',
    type: 'push-failure',
    seen: '400.002.02 with Timestamp',
    when: daraja('400.002.02', /timestamp/i),
    about: errorCode,
    means: 'Daraja does not take Timestamp.',
    cause: 'it is not 14 digits, YYYYMMDDHHmmss.',
    certain: false,
    mend: 'build it so, in Nairobi time, and use the very same one in Password.',
  },
  {
    name: 'callback-url',
    type: 'push-failure',
    seen: '400.002.02 with CallBackURL',
    when: daraja('400.002.02', /call\s?back/i),
    about: errorCode,
    means: 'Daraja does not take CallBackURL.',
    cause: 'it is not public https, or has a word in it that Safaricom discourages (mpesa, safaricom, sql, exec).',
    certain: false,
    mend: 'use a public https address without those words; for localhost, a tunnel.',
  },
  {
    name: 'daraja-amount',
    type: 'push-failure',
    seen: '400.002.02 with Amount',
    when: daraja('400.002.02', /amount/i),
    about: errorCode,
    means: 'Daraja does not take Amount.',
    cause: 'it has cents, or is not between 1 and the ceiling of one payment.',
    certain: false,
    mend: 'have the backend send whole shillings, rounded up.',
  },
  {
    name: 'daraja-phone',
    type: 'push-failure',
    seen: '400.002.02 with PhoneNumber',
    when: daraja('400.002.02', /phone|party\s?a/i),
    about: errorCode,
    means: 'Daraja does not take PhoneNumber.',
    cause: 'the backend rewrote it: the widget sends twelve digits, 2547… or 2541….',
    certain: false,
    mend: 'pass user_phone_number on as it is, in PartyA and PhoneNumber.',
  },
  {
    name: 'daraja-field',
    type: 'push-failure',
    seen: '400.002.02 otherwise',
    when: daraja('400.002.02'),
    about: errorCode,
    means: 'Daraja does not take a field of the request.',
    cause: "the one named at the end of darajaError.errorMessage, in this event's detail.",
    certain: false,
    mend: 'mend that field in the backend; AccountReference has up to 12 characters, TransactionDesc up to 13.',
  },
  {
    name: 'daraja-body',
    type: 'push-failure',
    seen: '400.002.05',
    when: daraja('400.002.05'),
    about: errorCode,
    means: 'Daraja could not read the request.',
    cause: 'the backend sent something other than JSON, or left fields out.',
    certain: false,
    mend: "log the body that the backend sends to Daraja (without Password), and compare it with Daraja's example.",
  },
  {
    name: 'daraja-authorization',
    type: 'push-failure',
    seen: '404.001.04',
    when: daraja('404.001.04'),
    about: errorCode,
    means: 'Daraja could not read the Authorization header.',
    cause: 'the backend forwards the bare token, or sends GET.',
    certain: false,
    mend: 'send Daraja POST with "Authorization: Bearer {token}".',
  },
  {
    name: 'daraja-path',
    type: 'push-failure',
    seen: '404.003.01, 405.001',
    when: (of) => daraja('404.003.01')(of) || daraja('405.001')(of),
    about: errorCode,
    means: 'Daraja has nothing at that address, or not for that method.',
    cause: 'a typing error in the address that the backend calls.',
    certain: false,
    mend: 'POST to /mpesa/stkpush/v1/processrequest.',
  },
  {
    name: 'passkey',
    type: 'push-failure',
    seen: '500.001.1001 with wrong credentials',
    when: daraja('500.001.1001', /credential/i),
    about: errorCode,
    means: 'Daraja does not take Password.',
    cause: 'passkey, shortcode and timestamp do not belong together, or are of different environments.',
    certain: false,
    mend: 'Password is base64(BusinessShortCode + passkey + Timestamp), with the Timestamp of the same request.',
  },
  {
    name: 'merchant-unknown',
    type: 'push-failure',
    seen: '500.001.1001 with merchant',
    when: daraja('500.001.1001', /merchant/i),
    about: errorCode,
    means: 'M-Pesa knows no merchant of this shortcode.',
    cause: 'the shortcode is of the other environment, or is not enabled for M-Pesa Express.',
    certain: false,
    mend: 'compare it with the one in the Daraja portal; a till needs its store number as BusinessShortCode.',
  },
  {
    name: 'subscriber-locked',
    type: 'push-failure',
    seen: '500.001.1001 otherwise',
    when: daraja('500.001.1001'),
    about: errorCode,
    means: 'M-Pesa could not lock the phone, or was busy with the request.',
    cause: 'another prompt is open on this phone: another order, another tab, or a test a minute ago.',
    certain: false,
    mend: 'close it on the phone, or wait two minutes. If it stays, see passkey and shortcode: this code is a bucket.',
  },
  {
    name: 'daraja-busy',
    type: 'push-failure',
    seen: '500.003.02, 500.003.03',
    when: (of) => daraja('500.003.02')(of) || daraja('500.003.03')(of),
    about: errorCode,
    means: 'Daraja refused the request before it did anything.',
    cause: 'too many requests in a short time (spike arrest, quota), or M-Pesa is busy.',
    certain: false,
    mend: 'keep the token instead of asking for one per request, and query the status less often.',
  },
  {
    name: 'daraja-other',
    type: 'push-failure',
    seen: '`rejected` with any other `darajaError`',
    when: ({ reason, darajaError }) => reason === 'rejected' && !!darajaError,
    about: errorCode,
    means: 'Daraja refused the push.',
    cause: 'not known by its code.',
    certain: false,
    mend: "read darajaError.errorMessage in this event's detail; Safaricom's support asks for its requestId.",
  },

  // The push, refused by the backend
  {
    name: 'push-redirect',
    type: 'push-failure',
    seen: '`bad-response` without a status',
    when: (of) => failure('bad-response')(of) && of.status === undefined,
    means:
      'push-url redirects. The widget follows no redirect with a payment, and cannot tell what was done before it.',
    cause: 'a trailing slash too many or too few, http to https, or a login page.',
    certain: false,
    mend: 'name the final address in push-url, and let the endpoint answer 401 instead of redirecting.',
  },
  {
    name: 'push-session',
    type: 'push-failure',
    seen: '`rejected` with HTTP 401 or 403',
    when: failure('rejected', 401, 403),
    about: status,
    means: 'The backend did not let this visitor pay.',
    cause: 'no session cookie came along, or the framework wants a CSRF token.',
    certain: false,
    mend: 'across origins set credentials="include"; exempt the endpoint from CSRF checks: it asks for its own token.',
  },
  {
    name: 'push-path',
    type: 'push-failure',
    seen: '`rejected` with HTTP 404 or 405',
    when: failure('rejected', 404, 405),
    about: status,
    means: 'There is nothing to push to at push-url.',
    cause: 'the path is wrong, or the endpoint does not take POST.',
    certain: false,
    mend: 'compare push-url with the route of the backend; relative URLs are resolved against the page, or its <base>.',
  },
  {
    name: 'second-push',
    type: 'push-failure',
    seen: '`rejected` with HTTP 409',
    when: failure('rejected', 409),
    about: status,
    means: 'The backend refused a second push for this order, as it ought to while a prompt may be live.',
    cause: 'the order was pushed from another browser, or by a request that the browser resent.',
    certain: false,
    mend: 'nothing. While testing: a new order-id, or wait two minutes.',
  },
  {
    name: 'push-body',
    type: 'push-failure',
    seen: '`rejected` with HTTP 400, 415 or 422',
    when: failure('rejected', 400, 415, 422),
    about: status,
    means: 'The backend did not take the request.',
    cause:
      'it does not read JSON, or looks for other names than order.order_id, order.user_phone_number, order.amount.',
    certain: false,
    mend: 'read the body as application/json (docs/backend.md); where Daraja refused, pass its error on as daraja_error.',
  },
  {
    name: 'push-limit',
    type: 'push-failure',
    seen: '`rejected` with HTTP 429',
    when: failure('rejected', 429),
    about: status,
    means: 'The backend, or something before it, limits the rate of requests.',
    cause: 'too many payments from one address, as of many customers behind one mobile gateway.',
    certain: false,
    mend: 'limit per session and order, not per address.',
  },
  {
    name: 'response-code',
    type: 'push-failure',
    seen: '`rejected` with HTTP 2xx',
    when: (of) => failure('rejected')(of) && isSuccess(of),
    about: status,
    means: 'The backend answered with success, and with a ResponseCode other than "0": Daraja did not accept the push.',
    cause: "the backend passes Daraja's refusal on as a success.",
    certain: true,
    mend: "look into the backend's log for what Daraja answered.",
  },
  {
    name: 'push-refused',
    type: 'push-failure',
    seen: '`rejected` with any other status',
    when: failure('rejected'),
    about: status,
    means: 'The backend, or something before it, refused the push.',
    cause: 'not known by its status.',
    certain: false,
    mend: "look into the answer in the browser's network panel, and into the backend's log.",
  },

  // The push, without a clear answer
  {
    name: 'push-network',
    type: 'push-failure',
    seen: '`network`',
    when: failure('network'),
    about: ({ setup }) => (setup.elsewhere.push ? 'another origin' : 'same origin'),
    means: 'No readable answer came to the push. It may have been sent, so the order is locked for prompt-window.',
    cause:
      'across origins, CORS: the preflight has to allow POST and the headers Authorization and Content-Type, and the answer needs Access-Control-Allow-Origin too; else connect-src, or a backend that is down.',
    certain: false,
    mend: 'read what the browser says above this line; docs/backend.md lists the headers.',
  },
  {
    name: 'push-timeout',
    type: 'push-failure',
    seen: '`timeout`',
    when: failure('timeout'),
    about: ({ setup }) => `timeout ${setup.timeout} ms`,
    means:
      'No complete answer to the push within timeout. It may have been sent, so the order is locked for prompt-window.',
    cause: 'the backend waits for the outcome before it answers, or Daraja is slow.',
    certain: false,
    mend: 'answer as soon as Daraja has accepted the push; the outcome belongs to status-url. timeout is 30000 by default.',
  },
  {
    name: 'push-shape',
    type: 'push-failure',
    seen: '`bad-response`',
    when: failure('bad-response'),
    about: status,
    means:
      'push-url answered with success, but not with the documented body. It may have been sent, so the order is locked.',
    cause: `payment_id, daraja_response.CheckoutRequestID or ResponseCode is missing; or ${LOGIN_OR_INDEX}`,
    certain: false,
    mend: 'answer {"payment_id":"…","daraja_response":{"CheckoutRequestID":"…","ResponseCode":"0"}} (docs/backend.md).',
  },
  {
    name: 'push-backend',
    type: 'push-failure',
    seen: '`server-error`',
    when: failure('server-error'),
    about: status,
    means:
      "The backend broke down and did not pass on Daraja's word. A prompt may have been sent, so the order is locked.",
    cause: 'an exception in the backend, or a gateway before it.',
    certain: false,
    mend: 'look into its log. Where Daraja refused, answer with its error as daraja_error: then the customer may try again at once.',
  },

  // The outcome
  {
    name: 'transaction-type',
    type: 'payment-failure',
    seen: 'result code 2028',
    when: result(2028),
    about: () => '2028',
    means: 'M-Pesa does not permit this payment for the product.',
    cause: 'TransactionType and PartyB do not fit the shortcode.',
    certain: false,
    mend: 'paybill: CustomerPayBillOnline, PartyB the paybill. Till: CustomerBuyGoodsOnline, PartyB the till, BusinessShortCode the store number.',
  },
  {
    name: 'initiator',
    type: 'payment-failure',
    seen: 'result code 2001',
    when: result(2001),
    about: () => '2001',
    means: 'The customer mistyped the PIN. "The initiator information is invalid" is how M-Pesa words it.',
    cause: 'none of yours: an STK push has no initiator. (In B2C the same code means bad operator credentials.)',
    certain: false,
    mend: 'nothing.',
  },
  {
    name: 'sandbox-phone',
    type: 'payment-failure',
    seen: 'result code 1037 for 254708374149',
    when: (of) => result(1037)(of) && of.phone === SANDBOX_PHONE,
    about: () => '1037',
    means: "Nobody answered: the sandbox's test number never does.",
    cause: "you are paying with Safaricom's test number.",
    certain: true,
    mend: 'use it to test the timeout; for all other outcomes use the demo, or `vitumob-pay/testing`.',
  },
  {
    name: 'prompt-text',
    type: 'payment-failure',
    seen: 'result codes 1025 and 9999',
    when: result(1025, 9999),
    about: ({ resultCode }) => plain(resultCode),
    means: 'M-Pesa could not send the prompt.',
    cause: 'a fault of its own, or the text of the prompt is too long (182 characters is the figure reported).',
    certain: false,
    mend: 'keep AccountReference to 12 characters and TransactionDesc to 13.',
  },
  {
    name: 'rule-17',
    type: 'payment-failure',
    seen: 'result code 17',
    when: result(17),
    about: () => '17',
    means: 'M-Pesa held the payment back by a rule; the sources disagree which.',
    cause: 'the same amount to the same shortcode within two minutes, or a limit of the shortcode.',
    certain: false,
    mend: 'while testing, change the amount or wait two minutes.',
  },
  {
    name: 'amount-limit',
    type: 'payment-failure',
    seen: 'result codes 2, 3, 4 and 8',
    when: result(2, 3, 4, 8),
    about: ({ resultCode }) => plain(resultCode),
    means:
      'A limit: below the minimum (2), above that of one payment (3), of the day (4), or your account is full (8).',
    cause: "the amount, the customer's day, or the balance of your shortcode.",
    certain: false,
    mend: 'set max-amount to the ceiling that M-Pesa has now; for 8, move money out of the account.',
  },
  {
    name: 'operator-unknown',
    type: 'payment-failure',
    seen: 'result code SFC_IC0003',
    when: result('SFC_IC0003'),
    about: () => 'SFC_IC0003',
    means: 'M-Pesa does not know the operator or till.',
    cause: 'PartyB is not a till of this shortcode.',
    certain: false,
    mend: 'send the till number as PartyB, and its store number as BusinessShortCode.',
  },
  {
    name: 'sandbox-real-phone',
    type: 'payment-failure',
    seen: 'result code E3008',
    when: result('E3008'),
    about: () => 'E3008',
    means: 'The sandbox refused a real phone number.',
    cause: 'it does so at times, and at times prompts and charges KES 1: the reports differ.',
    certain: false,
    mend: "test with Safaricom's test number, or with the demo; go live for real numbers.",
  },
  {
    name: 'result-code',
    type: 'payment-failure',
    seen: 'a result code that the widget does not know',
    when: (of) => !result(...NOT_A_SETTING)(of),
    about: ({ resultCode }) => plain(resultCode),
    means: 'M-Pesa declined the payment for a reason that nobody has documented.',
    cause: 'not known by its code.',
    certain: false,
    mend: "read resultDesc in this event's detail, and ask Safaricom with the CheckoutRequestID.",
  },
  {
    name: 'no-outcome',
    type: 'payment-unconfirmed',
    seen: '`payment-unconfirmed`',
    when: () => true,
    means: 'status-url told no outcome for as long as a prompt lives, and a minute more.',
    cause:
      "Daraja's callback did not reach the backend (its CallBackURL has to be public https), or status-url answers in none of the three shapes.",
    certain: false,
    mend: 'query Daraja from the backend where no callback came; look at what status-url answers (docs/backend.md).',
  },
];

/** Every hint, for the page of documentation. */
export const HINTS: readonly Hint[] = RULES;
