/** Makes sure of a configuration before anything is sent by it, and says which attribute is wrong where one is. */

import { resolveEndpoint } from '../client/endpoints.js';
import { isAbove, isAmount } from '../model/amount.js';
import type { Settings } from './checkout.js';

/** The attributes as the page gives them. */
export interface Configuration {
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

export interface ReadConfiguration {
  /** Identifies the order at its push endpoint; `''` where it cannot be told. */
  readonly key: string;
  /** Where to ask and for what; absent where an endpoint or the order is unusable. */
  readonly settings?: Settings;
  /** What keeps a payment from being made: names the attribute, what it is and what it has to be. */
  readonly problem?: string;
}

/** @param base the document's base URL */
export function readConfiguration(configuration: Configuration, base: string): ReadConfiguration {
  const { orderId, amount, maxAmount, credentials, timeout: timeoutMs, promptWindow: promptWindowMs } = configuration;
  const problems: string[] = [];
  const endpoint = (attribute: string, value: string) => {
    const resolved = resolveEndpoint(value, base);
    if ('url' in resolved) return resolved.url;
    problems.push(`${attribute}: ${resolved.problem}`);
    return undefined;
  };

  if (!orderId) problems.push('order-id: is missing');
  if (!isAmount(amount)) {
    problems.push(`amount: "${amount}" is not a plain decimal from 1, such as 12341 or 48744.15`);
  }
  if (!isAmount(maxAmount)) {
    problems.push(`max-amount: "${maxAmount}" is not a plain decimal from 1, such as 250000`);
  } else if (isAmount(amount) && isAbove(amount, maxAmount)) {
    problems.push(`amount: ${amount} is above max-amount ${maxAmount}`);
  }
  const tokenUrl = endpoint('token-url', configuration.tokenUrl);
  const pushUrl = endpoint('push-url', configuration.pushUrl);
  const statusUrl = configuration.statusUrl ? endpoint('status-url', configuration.statusUrl) : undefined;

  const [problem] = problems;
  return {
    key: orderId && pushUrl ? `${pushUrl} ${orderId}` : '',
    ...(orderId &&
      tokenUrl &&
      pushUrl && {
        settings: { orderId, amount, tokenUrl, pushUrl, statusUrl, credentials, timeoutMs, promptWindowMs },
      }),
    ...(problem && { problem }),
  };
}
