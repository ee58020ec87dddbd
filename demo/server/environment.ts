import { z } from 'zod/mini';
import { problemOfPublicUrl } from '../../server/src/options.js';
import type { Behind } from '../../simulator/simulation.js';

/** The variables that put Safaricom's Daraja behind the demo's backend, named as the server's: all of them, or none. */
export const DARAJA_VARIABLES = [
  'DARAJA_BASE_URL',
  'DARAJA_CONSUMER_KEY',
  'DARAJA_CONSUMER_SECRET',
  'DARAJA_SHORTCODE',
  'DARAJA_PASSKEY',
  'PUBLIC_URL',
] as const;

/** The variable that puts a deployed payments API behind the demo's page. */
const PAYMENTS_VARIABLE = 'PAYMENTS_API_URL';

type Environment = Readonly<Record<string, string | undefined>>;

const urlSchema = z.url({ protocol: /^https?$/ });

/**
 * Reads what is to be behind the demo.
 *
 * @throws Error that names the variables which are missing, wrong or in each other's way; it never repeats a value
 */
export function behindFrom(environment: Environment): Behind {
  const value = (name: string): string => environment[name]?.trim() ?? '';
  const url = (name: string): string => {
    if (!z.safeParse(urlSchema, value(name)).success) throw new Error(`${name} is not an http or https URL.`);
    return value(name).replace(/\/+$/, '');
  };

  const set = DARAJA_VARIABLES.filter((name) => value(name) !== '');
  const missing = DARAJA_VARIABLES.filter((name) => value(name) === '');
  if (value(PAYMENTS_VARIABLE) !== '') {
    if (set.length > 0) throw new Error(`Set either ${PAYMENTS_VARIABLE} or the DARAJA_ variables, not both.`);
    return { kind: 'payments-api', url: url(PAYMENTS_VARIABLE) };
  }
  if (set.length === 0) return { kind: 'simulator' };
  if (missing.length > 0) throw new Error(`Daraja is only half configured. Missing: ${missing.join(', ')}.`);
  const publicUrl = url('PUBLIC_URL');
  const problem = problemOfPublicUrl(publicUrl);
  if (problem) throw new Error(`PUBLIC_URL ${problem}.`);
  return {
    kind: 'daraja',
    publicUrl,
    account: {
      baseUrl: url('DARAJA_BASE_URL'),
      consumerKey: value('DARAJA_CONSUMER_KEY'),
      consumerSecret: value('DARAJA_CONSUMER_SECRET'),
      shortcode: value('DARAJA_SHORTCODE'),
      passkey: value('DARAJA_PASSKEY'),
    },
  };
}
