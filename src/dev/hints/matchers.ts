/** What rules are made of: tests of an incident, and the few words that say what a hint is about. */

import type { PushFailureReason } from '../../model/failure.js';
import type { ResultCode } from '../../model/outcome.js';
import type { Endpoint } from '../answer.js';
import type { Incident } from './hint.js';

type Test = (incident: Incident) => boolean;

/** Codes are shorter than this, and tokens are longer. */
const LONGEST_CODE = 13;

/** A code as the console may show it. A backend may put a token or a phone number in its place. */
export function showCode(code: unknown): string {
  const text = String(code);
  return text.length > LONGEST_CODE || /\d{7}/.test(text) ? '…' : text;
}

export const showStatus = ({ status }: Incident): string => (status === undefined ? '' : `HTTP ${status}`);
export const showAnswerStatus = ({ answer }: Incident): string => `HTTP ${answer?.status ?? ''}`;
export const showErrorCode = ({ darajaError }: Incident): string => showCode(darajaError?.errorCode);
export const showResultCode = ({ resultCode }: Incident): string => showCode(resultCode);
export const showKeys = ({ answer }: Incident): string => answer?.contents ?? '';
export const showStatusAndKeys = (incident: Incident): string =>
  [showStatus(incident), showKeys(incident)].filter(Boolean).join(', ');

/** The push or its token failed for this reason, with one of these HTTP statuses if any are given. */
export const failure =
  (reason: PushFailureReason, ...statuses: number[]): Test =>
  (incident) =>
    incident.reason === reason && (!statuses.length || statuses.includes(incident.status ?? 0));

/** Daraja refused the push with this code, and with these words if any are given. */
export const daraja =
  (code: string, words = /(?:)/): Test =>
  ({ reason, darajaError }) =>
    reason === 'rejected' && darajaError?.errorCode === code && words.test(darajaError.errorMessage);

/** The payment ended with one of these codes. */
export const result =
  (...codes: ResultCode[]): Test =>
  ({ resultCode }) =>
    resultCode !== undefined && codes.includes(resultCode);

/** One of these endpoints answered with a 2xx. */
export const answered =
  (...endpoints: Endpoint[]): Test =>
  ({ answer }) =>
    answer !== undefined && answer.status >= 200 && answer.status < 300 && endpoints.includes(answer.endpoint);

export const isSuccess: Test = ({ status = 0 }) => status >= 200 && status < 300;
export const hasNoStatus: Test = ({ status }) => status === undefined;
export const all =
  (...tests: Test[]): Test =>
  (incident) =>
    tests.every((test) => test(incident));
