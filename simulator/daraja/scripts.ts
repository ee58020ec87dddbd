import { z } from 'zod/mini';
import { type Delivery, deliverySchema } from './delivery.js';
import type { ResultCode } from './result-codes.js';

const resultCode = z.union([z.int(), z.string().check(z.regex(/^[A-Z_]*\d+$/))]);
const milliseconds = z.number().check(z.nonnegative());

/** The synchronous refusals that a script can ask for: code → HTTP status and message. */
export const REFUSALS = {
  '400.002.02': { status: 400, message: 'Bad Request - Invalid PhoneNumber' },
  '400.003.01': { status: 400, message: 'Invalid Access Token' },
  '401.002.01': { status: 401, message: 'Error Occurred - Invalid Access Token' },
  '401.003.01': { status: 401, message: 'Error Occurred - Invalid Access Token' },
  '404.001.03': { status: 404, message: 'Invalid Access Token' },
  '500.001.1001': {
    status: 500,
    message: 'Unable to lock subscriber, a transaction is already in process for the current subscriber',
  },
  '500.003.02': { status: 500, message: 'System is busy. Please try again in few minutes.' },
  '500.003.03': { status: 500, message: 'Error Occurred: Quota Violation' },
  '500.003.1001': { status: 500, message: 'Internal Server Error' },
} as const;

/** What the several faces of Daraja say of a token that is expired or not theirs. */
export const EXPIRED_CODES = ['404.001.03', '400.003.01', '401.002.01', '401.003.01'] as const;

/**
 * What the STK query says before there is an outcome: 200 with `ResultCode` 4999, or 500 with error 500.001.1001, whose message is
 * empty or says that the transaction is being processed.
 */
const IN_FLIGHT = ['4999', '500.001.1001', 'being-processed'] as const;

/** Shape of {@link PushScript} on the wire. */
export const pushScriptSchema = z.strictObject({
  outcome: z._default(z.union([z.enum(['handset', 'silence']), resultCode]), 'handset'),
  after_ms: z.optional(milliseconds),
  callback: z._default(deliverySchema, 'on-time'),
  query: z.optional(resultCode),
  in_flight: z._default(z.enum(IN_FLIGHT), '4999'),
  query_lags: z._default(z.int().check(z.nonnegative()), 0),
  refuse: z.optional(z.enum(Object.keys(REFUSALS) as [keyof typeof REFUSALS, ...(keyof typeof REFUSALS)[]])),
});

/** What becomes of one push. */
export interface PushScript {
  /**
   * `handset`: a person decides on the simulated phone. A code: that is the outcome, after `after_ms`.
   * `silence`, and 4999: the prompt shows, but Daraja never says what came of it.
   */
  readonly outcome: ResultCode;
  /** Milliseconds from the push to a scripted outcome; the settings' `outcome_after_ms` if left out. */
  readonly after_ms?: number | undefined;
  readonly callback: Delivery;
  /** What the STK query says once the outcome is there, in contradiction of it. */
  readonly query?: ResultCode | undefined;
  readonly in_flight: (typeof IN_FLIGHT)[number];
  /** How many queries after the outcome still answer as if there were none: the real one was seen to. */
  readonly query_lags: number;
  /** Refuse the push with this error code instead. */
  readonly refuse?: keyof typeof REFUSALS | undefined;
}

/** A script as a caller writes it: everything has a default. */
export type PushScriptInput = Partial<PushScript>;

/** Settings that hold for all pushes until changed. */
export interface DarajaSettings {
  /** The script of a push for which none was queued. */
  script: PushScriptInput;
  /** Life of an access token, in seconds. */
  token_life_seconds: number;
  /** What a token that is not valid is answered with. */
  expired_code: (typeof EXPIRED_CODES)[number];
  /** How long an untouched prompt stays on the phone. No official figure exists; 60 s is typical. */
  prompt_life_ms: number;
  /** From choosing "ignore" on the handset to 1037; Daraja was seen to take 26 s. */
  ignored_after_ms: number;
  /** From a push to its scripted outcome. */
  outcome_after_ms: number;
  /** From an outcome to its callback. */
  callback_delay_ms: number;
  /** The same for a callback that comes late. */
  late_callback_ms: number;
  /** From a callback to its duplicate. */
  repeat_after_ms: number;
  /** Refuse a push to a phone with an open prompt (500.001.1001). Off, every push is a prompt of its own. */
  lock_subscriber: boolean;
}

export const DEFAULT_DARAJA_SETTINGS: DarajaSettings = {
  script: {},
  token_life_seconds: 3599,
  expired_code: '404.001.03',
  prompt_life_ms: 60_000,
  ignored_after_ms: 26_000,
  outcome_after_ms: 4_000,
  callback_delay_ms: 300,
  late_callback_ms: 45_000,
  repeat_after_ms: 1_000,
  lock_subscriber: true,
};

/** Shape of a change of settings on the wire. */
export const darajaSettingsSchema = z.partial(
  z.strictObject({
    script: pushScriptSchema,
    token_life_seconds: z.int().check(z.positive()),
    expired_code: z.enum(EXPIRED_CODES),
    prompt_life_ms: milliseconds,
    ignored_after_ms: milliseconds,
    outcome_after_ms: milliseconds,
    callback_delay_ms: milliseconds,
    late_callback_ms: milliseconds,
    repeat_after_ms: milliseconds,
    lock_subscriber: z.boolean(),
  }),
);

const COMPLETE: PushScript = { outcome: 'handset', callback: 'on-time', in_flight: '4999', query_lags: 0 };

/** Fills a script's gaps with the defaults. */
export function completeScript(script: PushScriptInput): PushScript {
  return { ...COMPLETE, ...script };
}
