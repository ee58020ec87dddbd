/** Finds an error of Daraja's in an answer, wherever backends put it. */

import { findDarajaCode, isConnectionError, isDarajaCode, type DarajaError } from '../model/failure.js';
import { darajaErrorSchema, errorHolderSchema, faultSchema } from './schemas.js';
import { parseText, toText } from './text.js';

/** Texts that mean no error: what a backend makes of an empty value, and `ok` or `success`. */
const NO_ERROR = /^\s*(?:(?:none|nil|null|undefined|ok|success)\b.*)?$/i;

/**
 * Reads `daraja_error` (an object, a text, or an Apigee `fault`), Daraja's refusal in place of `daraja_response`, and
 * Daraja's error or a `fault` as the whole body.
 */
export function readDarajaError(body: unknown): DarajaError | undefined {
  const holder = errorHolderSchema().safeParse(body).data;
  if (!holder) return undefined;
  const { daraja_error: errorField, daraja_response: response } = holder;
  const error = readError(errorField);
  // Beside a `daraja_response`, an error at the top level is the backend's own.
  if (error || response) return error ?? readErrorObject(parseText(response));
  const bare = readErrorObject(body);
  // A backend may have error codes of its own, and they prove nothing.
  return bare && (bare.requestId || !bare.errorCode || isDarajaCode(bare.errorCode) || holder.fault) ? bare : undefined;
}

function readError(value: unknown): DarajaError | undefined {
  const error = parseText(value);
  return typeof error === 'string' ? readErrorText(error) : (readErrorObject(error) ?? readFault(error));
}

/** Backends pass on the message alone, with or without Daraja's code in it. */
function readErrorText(text: string): DarajaError | undefined {
  if (NO_ERROR.test(text)) return undefined;
  const error = { errorCode: '', errorMessage: text, requestId: '' };
  return isConnectionError(error) ? error : { ...error, errorCode: findDarajaCode(text) };
}

function readErrorObject(value: unknown): DarajaError | undefined {
  const { data } = darajaErrorSchema().safeParse(value);
  const errorCode = toText(data?.errorCode);
  if (!data || !errorCode || data['CheckoutRequestID'])
    return readFault(errorHolderSchema().safeParse(value).data?.fault);
  return { errorCode, errorMessage: toText(data.errorMessage) ?? '', requestId: toText(data.requestId) ?? '' };
}

function readFault(value: unknown): DarajaError | undefined {
  const { data } = faultSchema().safeParse(parseText(value));
  const detail = data?.detail as { readonly errorcode?: unknown } | null | undefined;
  return (
    data && { errorCode: toText(detail?.errorcode ?? detail) ?? '', errorMessage: data.faultstring, requestId: '' }
  );
}
