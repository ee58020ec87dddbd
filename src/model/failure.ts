/** Why a push did not succeed, and whether a prompt may be on the phone all the same. */

export type PushFailureReason =
  | 'configuration'
  | 'offline'
  | 'token-unavailable'
  | 'token-missing'
  | 'token-expired'
  | 'rejected'
  | 'server-error'
  | 'bad-response'
  | 'network'
  | 'timeout';

/** The body of an error as Daraja words it. */
export interface DarajaError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly requestId: string;
}

export interface PushFailure {
  readonly reason: PushFailureReason;
  /** For developers, in English, without token or phone number. */
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  readonly darajaError?: DarajaError | undefined;
}

const PROMPT_POSSIBLE: readonly PushFailureReason[] = ['server-error', 'bad-response', 'network', 'timeout'];

/** Whether the customer may have been prompted, and so charged, although the push did not succeed. */
export function promptPossible(reason: PushFailureReason): boolean {
  return PROMPT_POSSIBLE.includes(reason);
}

/**
 * Codes with which Daraja's faces say "this access token is no longer valid": `404.001.03` for the STK push, the
 * others elsewhere.
 */
const EXPIRED_TOKEN_CODES: readonly string[] = ['404.001.03', '400.003.01', '401.002.01', '401.003.01'];

export function isExpiredToken(error: DarajaError | undefined): boolean {
  return error !== undefined && EXPIRED_TOKEN_CODES.includes(error.errorCode);
}

/** "Unable to lock subscriber" as the answer to a push; "still being processed" as the answer to a query. */
export const BUSY_ERROR_CODE = '500.001.1001';
