/** Checks a configuration before anything is sent by it, and says which attribute is wrong, if one is. */

import {
  DEFAULT_PUSH_URL,
  DEFAULT_TOKEN_URL,
  quoteEndpoint,
  resolveEndpoint,
  SAFE_ENDPOINT,
} from '../client/endpoints.js';
import { isAbove, isAmount } from '../model/amount.js';

const PLAIN_DECIMAL = 'a plain decimal from 1, such as 12341 or 48744.15';

/** Everything an attempt needs to know, checked beforehand and frozen for as long as it lasts. */
export interface AttemptSettings {
  readonly orderId: string;
  /** Kenyan shillings as a plain decimal, sent verbatim. */
  readonly amount: string;
  readonly tokenUrl: string;
  readonly pushUrl: string;
  /** `undefined`: the outcome is not asked for. */
  readonly statusUrl: string | undefined;
  readonly credentials: RequestCredentials;
  /** `push-url` is of another origin, which browsers ask for its permission (CORS) before a push. */
  readonly needsPermission: boolean;
  /** For each request. */
  readonly timeoutMs: number;
  /** How long a prompt may be live on the phone. */
  readonly promptWindowMs: number;
}

/** The attributes as the page gives them. */
export interface ElementConfiguration {
  readonly orderId: string;
  readonly amount: string;
  readonly maxAmount: string;
  readonly tokenUrl: string;
  readonly pushUrl: string;
  readonly statusUrl: string;
  readonly credentials: RequestCredentials;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly promptWindow: number;
}

export interface ConfigurationCheck {
  /** As the page gives it. */
  readonly orderId: string;
  /** As the page gives it. */
  readonly amount: string;
  /** Identifies the order at its push endpoint; `''` if the configuration names none. */
  readonly key: string;
  /** Where to ask and for what; `undefined` if an endpoint or the order is unusable. */
  readonly settings: AttemptSettings | undefined;
  /** What keeps a payment from being made: names the attribute, what it is and what it has to be. */
  readonly problem: string | undefined;
}

/**
 * @param base the document's base URL
 * @param pageOrigin the page's own, which a `<base>` does not change
 */
export function readConfiguration(
  configuration: ElementConfiguration,
  base: string,
  pageOrigin: string,
): ConfigurationCheck {
  const { orderId, amount, maxAmount, credentials, timeout: timeoutMs, promptWindow: promptWindowMs } = configuration;
  const problems: string[] = [];
  const expect = (attribute: string, value: string, fits: boolean, what: string) => {
    if (!fits) problems.push(`${attribute}: "${value}" is not ${what}`);
  };
  const endpoint = (attribute: string, value: string) => {
    const url = resolveEndpoint(value, base, pageOrigin);
    if (!url) expect(attribute, quoteEndpoint(value, base), false, SAFE_ENDPOINT);
    return url;
  };

  expect('order-id', orderId, !!orderId, 'the name of an order');
  expect('amount', amount, isAmount(amount), PLAIN_DECIMAL);
  expect('max-amount', maxAmount, isAmount(maxAmount), PLAIN_DECIMAL);
  if (!problems.length) expect('amount', amount, !isAbove(amount, maxAmount), `at most max-amount, ${maxAmount}`);
  const tokenUrl = endpoint('token-url', configuration.tokenUrl);
  const pushUrl = endpoint('push-url', configuration.pushUrl);
  const statusUrl = configuration.statusUrl ? endpoint('status-url', configuration.statusUrl) : undefined;

  const isTokenDefault = tokenUrl === DEFAULT_TOKEN_URL;
  const isPushDefault = pushUrl === DEFAULT_PUSH_URL;
  // One backend's token must not go to another.
  const isHalfSet = !!tokenUrl && !!pushUrl && isTokenDefault !== isPushDefault;
  if (isHalfSet)
    problems.push(`${isTokenDefault ? 'token-url' : 'push-url'} is missing: it and the other are set both or neither`);

  const [problem] = problems;
  return {
    orderId,
    amount,
    key: orderId && pushUrl ? `${identityOf(pushUrl)} ${orderId}` : '',
    settings:
      orderId && tokenUrl && pushUrl && !isHalfSet
        ? {
            orderId,
            amount,
            tokenUrl,
            pushUrl,
            statusUrl,
            credentials,
            needsPermission: new URL(pushUrl).origin !== pageOrigin,
            timeoutMs,
            promptWindowMs,
          }
        : undefined,
    problem,
  };
}

/** Of an endpoint: no server sees a fragment, and an empty query is none. */
function identityOf(endpoint: string): string {
  const url = new URL(endpoint);
  url.hash = '';
  if (!url.search) url.search = '';
  return url.href;
}
