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
  /** `''` where the backend passed on the words alone. */
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

const PROMPT_POSSIBLE = ['server-error', 'bad-response', 'network', 'timeout'] as const satisfies PushFailureReason[];

/** Whether the customer may have been prompted, and so charged, although the push did not succeed. */
export function promptPossible(reason: string): reason is (typeof PROMPT_POSSIBLE)[number] {
  return (PROMPT_POSSIBLE as readonly string[]).includes(reason);
}

/**
 * Codes with which Daraja's faces say "this access token is no longer valid": `404.001.03` for the STK push, the
 * others elsewhere.
 */
const EXPIRED_TOKEN_CODES: readonly string[] = ['404.001.03', '400.003.01', '401.002.01', '401.003.01'];

export function isExpiredToken(error: DarajaError | undefined): boolean {
  return error !== undefined && EXPIRED_TOKEN_CODES.includes(error.errorCode);
}

/** `404.001.03`, `405.001`, `500.001.1001`. */
const DARAJA_CODE = /\b[45]\d\d(?:\.\d{2,4}){1,2}\b/;

/** The first of Daraja's codes in a text, or `''`. */
export function findDarajaCode(text: string): string {
  return DARAJA_CODE.exec(text)?.[0] ?? '';
}

export function isDarajaCode(code: string): boolean {
  return findDarajaCode(code) === code;
}

/**
 * The words for "time ran out", "the connection broke" and "the answer was no JSON" in the messages of Apigee, cURL,
 * Node, Python, Java, .NET and Go. Each means that the push may have reached Daraja.
 */
const CONNECTION_WORDS =
  /time(?!stamp)|deadline|respon[ds]|reply|conn|socket|network|unreach|reachable|reset|hang up|clos|eof|abort|cancel|gateway|upstream|unavail|pipe|fetch|curl|unexpected|json|internal server|\b50[0234]\b(?!\.)/i;

/**
 * Whether an error tells of the way to Daraja and not of Daraja's answer. A code of Daraja's is an answer, whatever the
 * words beside it.
 */
export function isConnectionError({ errorCode, errorMessage }: DarajaError): boolean {
  return !(errorCode && isDarajaCode(errorCode)) && CONNECTION_WORDS.test(`${errorCode} ${errorMessage}`);
}

/** "Unable to lock subscriber" as the answer to a push; "still being processed" as the answer to a query. */
export const BUSY_ERROR_CODE = '500.001.1001';
