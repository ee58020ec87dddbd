import { z } from 'zod';
import { SANDBOX } from './daraja/client.js';
import {
  DEFAULTS,
  problemOfCredential,
  problemOfDarajaUrl,
  problemOfOrdersUrl,
  problemOfOrigin,
  problemOfPartyB,
  problemOfPublicUrl,
  problemOfSecrets,
  problemOfShortcode,
  problemOfUrl,
  type PaymentsOptions,
} from './options.js';

const LONGEST_S = 7 * 24 * 3600;
const WEBHOOK_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;

/** What Standard Webhooks asks for. */
const MIN_WEBHOOK_SECRET_BYTES = 24;
const MAKE_WEBHOOK_SECRET = `has to be whsec_ and base64 of ${MIN_WEBHOOK_SECRET_BYTES} bytes or more, such as what \`echo whsec_$(openssl rand -base64 24)\` prints`;

/** Why no payments can be kept in this file, or not where one would look for them, or `undefined`. */
function problemOfFile(url: string): string | undefined {
  if (/^file:\/\/(?!\/)/.test(url)) {
    return 'has to be file:PATH, or file:///PATH from the root: file://PATH would be a file of another machine';
  }
  if (url.includes(':memory:')) return 'has to be file:PATH: payments that are kept in memory are lost';
  return url.includes('?') ? 'has to be file:PATH, without a ? and options' : undefined;
}

const checked = (problemOf: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem) context.addIssue(problem);
  });

const required = z.string('is missing').min(1, 'is missing');
const credential = required.pipe(checked(problemOfCredential));
const seconds = (fallback: number) =>
  z
    .string()
    .regex(/^[1-9]\d*$/, 'has to be whole seconds, from 1')
    .transform(Number)
    .refine((value) => value <= LONGEST_S, `has to be at most ${LONGEST_S} seconds, which is a week`)
    .default(fallback);

const settingsSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'has to be a port, such as 8080; 0 takes a free one')
    .transform(Number)
    .refine((port) => port <= 65_535, 'has to be a port, which is at most 65535')
    .default(8080),
  DATABASE_URL: z
    .string()
    .regex(
      /^(?:file:.+|postgres(?:ql)?:\/\/.+)$/,
      'has to be file:PATH (SQLite), or postgres://… for several instances',
    )
    .superRefine((text, context) => {
      const problem = text.startsWith('file:') ? problemOfFile(text) : undefined;
      if (problem) context.addIssue(problem);
    })
    .default('file:payments.db'),
  SECRET: required.pipe(checked((secret) => problemOfSecrets([secret]))),
  PUBLIC_URL: required.pipe(checked(problemOfPublicUrl)),
  SHOP_ORIGINS: required
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(checked(problemOfOrigin)).min(1, 'has to be origins such as https://shop.example, with commas between'),
    ),
  ORDERS_FILE: z.string().optional(),
  ORDERS_URL: checked(problemOfOrdersUrl).optional(),
  DARAJA_BASE_URL: checked(problemOfDarajaUrl).default(SANDBOX),
  DARAJA_CONSUMER_KEY: credential,
  DARAJA_CONSUMER_SECRET: credential,
  DARAJA_SHORTCODE: required.pipe(checked(problemOfShortcode)),
  DARAJA_PASSKEY: credential,
  DARAJA_TYPE: z.enum(['paybill', 'till'], 'has to be paybill or till').default('paybill'),
  DARAJA_PARTY_B: checked(problemOfPartyB).optional(),
  DARAJA_TIMEOUT_S: seconds(DEFAULTS.darajaTimeout),
  TRUSTED_PROXIES: z
    .string()
    .regex(/^\d{1,2}$/, 'has to be how many proxies stand in front: 0, 1, …')
    .transform(Number)
    .default(DEFAULTS.trustedProxies),
  PROMPT_WINDOW_S: seconds(DEFAULTS.promptWindow),
  QUERY_AFTER_S: seconds(DEFAULTS.queryAfter),
  RELEASE_AFTER_S: z
    .union([z.literal('never'), seconds(DEFAULTS.releaseAfter)], 'has to be whole seconds, from 1, or never')
    .default(DEFAULTS.releaseAfter),
  WEBHOOK_URL: checked(problemOfUrl).optional(),
  WEBHOOK_SECRET: z
    .string()
    .regex(WEBHOOK_SECRET, MAKE_WEBHOOK_SECRET)
    .refine((secret) => atob(secret.slice('whsec_'.length)).length >= MIN_WEBHOOK_SECRET_BYTES, MAKE_WEBHOOK_SECRET)
    .optional(),
});

/** The settings of the command, checked. */
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;
type Environment = Readonly<Record<string, string | undefined>>;

export const ALL = Object.keys(settingsSchema.shape) as readonly SettingName[];

/**
 * Reads the settings of these names, and looks at no other; an empty variable is none, and white space around a value (a
 * file's last line) is no part of it. The problems name each variable, and never quote its value.
 */
export function readSettings<Name extends SettingName>(
  environment: Environment,
  names: readonly Name[],
): { readonly settings: Pick<Settings, Name> } | { readonly problems: readonly string[] } {
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name]?.trim();
    if (value) given[name] = value;
  }
  const wanted: Record<string, z.ZodType> = Object.fromEntries(names.map((name) => [name, settingsSchema.shape[name]]));
  const result = z.object(wanted).safeParse(given);
  const problems = [
    ...(result.error?.issues ?? []).map(({ path, message }) => `${String(path[0])} ${message}`),
    ...problemsBetween(given, names),
  ];
  return result.success && !problems.length ? { settings: result.data as Pick<Settings, Name> } : { problems };
}

/** The problems, as whoever starts it reads them. */
export function listed(problems: readonly string[]): string {
  return ['The settings cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n');
}

/** What is wrong with settings that have to fit each other. */
function problemsBetween(given: Environment, names: readonly SettingName[]): string[] {
  const problems: string[] = [];
  if (names.includes('ORDERS_FILE') && given['ORDERS_FILE'] === undefined && given['ORDERS_URL'] === undefined) {
    problems.push('ORDERS_FILE or ORDERS_URL is missing: what an order costs');
  }
  if (given['ORDERS_FILE'] !== undefined && given['ORDERS_URL'] !== undefined) {
    problems.push('ORDERS_FILE and ORDERS_URL are both set: one of them has to say what an order costs');
  }
  if (given['WEBHOOK_URL'] !== undefined && given['WEBHOOK_SECRET'] === undefined) {
    problems.push('WEBHOOK_SECRET is missing: by it the shop tells our calls from others’');
  }
  const { RELEASE_AFTER_S: release = DEFAULTS.releaseAfter, PROMPT_WINDOW_S: window = DEFAULTS.promptWindow } = given;
  if (names.includes('PROMPT_WINDOW_S') && release !== 'never' && Number(release) < Number(window)) {
    problems.push(
      `RELEASE_AFTER_S must not be below PROMPT_WINDOW_S, which is ${window}: the prompt may still be live`,
    );
  }
  return problems;
}

/** The database that `DATABASE_URL` names. */
export function databaseOf(url: string): { readonly sqlite: string } | { readonly postgres: string } {
  return url.startsWith('file:') ? { sqlite: url.slice('file:'.length).replace(/^\/\/(?=\/)/, '') } : { postgres: url };
}

/** The settings that are options of `createPayments`. */
const OF_PAYMENTS = [
  ...(['DATABASE_URL', 'SECRET', 'PUBLIC_URL', 'TRUSTED_PROXIES'] as const),
  ...(['DARAJA_BASE_URL', 'DARAJA_CONSUMER_KEY', 'DARAJA_CONSUMER_SECRET', 'DARAJA_SHORTCODE'] as const),
  ...(['DARAJA_PASSKEY', 'DARAJA_TYPE', 'DARAJA_PARTY_B', 'DARAJA_TIMEOUT_S'] as const),
  ...(['PROMPT_WINDOW_S', 'QUERY_AFTER_S', 'RELEASE_AFTER_S'] as const),
] as const;

/** What of a mount comes from its environment; the rest is code. */
export type OptionsOfSettings = Required<
  Pick<PaymentsOptions, 'database' | 'daraja' | 'publicUrl' | 'secret' | 'origins' | keyof typeof DEFAULTS>
>;

export function optionsOf(
  settings: Pick<Settings, (typeof OF_PAYMENTS)[number]> & { readonly SHOP_ORIGINS?: readonly string[] },
): OptionsOfSettings {
  return {
    database: databaseOf(settings.DATABASE_URL),
    daraja: {
      baseUrl: settings.DARAJA_BASE_URL,
      consumerKey: settings.DARAJA_CONSUMER_KEY,
      consumerSecret: settings.DARAJA_CONSUMER_SECRET,
      shortcode: settings.DARAJA_SHORTCODE,
      passkey: settings.DARAJA_PASSKEY,
      type: settings.DARAJA_TYPE,
      partyB: settings.DARAJA_PARTY_B,
    },
    publicUrl: settings.PUBLIC_URL,
    secret: settings.SECRET,
    origins: settings.SHOP_ORIGINS ?? [],
    trustedProxies: settings.TRUSTED_PROXIES,
    darajaTimeout: settings.DARAJA_TIMEOUT_S,
    promptWindow: settings.PROMPT_WINDOW_S,
    queryAfter: settings.QUERY_AFTER_S,
    releaseAfter: settings.RELEASE_AFTER_S,
  };
}

/** The settings of a program that mounts the server. */
export interface MountSettings {
  readonly host: string;
  readonly port: number;
  /** For `createPayments`. */
  readonly options: OptionsOfSettings;
}

/**
 * Reads the command's settings for a program that mounts the server: all but what an order costs and who is told, which are
 * functions there. `SHOP_ORIGINS` may be left out: pages of `PUBLIC_URL` may call. `problem` is what to print.
 */
export function readMountSettings(environment: Environment): MountSettings | { readonly problem: string } {
  const origins = environment['SHOP_ORIGINS']?.trim() ? (['SHOP_ORIGINS'] as const) : [];
  const read = readSettings(environment, ['HOST', 'PORT', ...OF_PAYMENTS, ...origins]);
  if ('problems' in read) return { problem: listed(read.problems) };
  return { host: read.settings.HOST, port: read.settings.PORT, options: optionsOf(read.settings) };
}

/** What `--help` prints. */
export const HELP = `vitumob-pay-server: the payments backend of <vitumob-pay>

  vitumob-pay-server                  starts the server
  vitumob-pay-server review           lists what waits for a person
  vitumob-pay-server review ATTEMPT --paid|--not-paid --by NAME --reason TEXT
                                      decides it; --not-paid frees the order
  vitumob-pay-server replay EVENT     tells the shop of an event again
  vitumob-pay-server register-c2b     registers the addresses for payments without a prompt with Daraja
  vitumob-pay-server --help           prints this

Settings come from the environment; durations are seconds, from 1. The commands look only at what they need: review at
DATABASE_URL and RELEASE_AFTER_S; replay at DATABASE_URL, WEBHOOK_URL and WEBHOOK_SECRET; register-c2b at DATABASE_URL,
SECRET, PUBLIC_URL and DARAJA_* without DARAJA_PASSKEY.

  HOST, PORT               127.0.0.1, 8080   where to listen
  DATABASE_URL             file:payments.db  file:PATH is SQLite; postgres://… for several instances
  SECRET                   required          32 characters or more; signs page tokens and callback addresses
  PUBLIC_URL               required          where Daraja reaches this server; https:, or http: on a loopback host
  SHOP_ORIGINS             required          origins whose pages may call, with commas between
  ORDERS_FILE, ORDERS_URL  one is required   what an order costs: a JSON file {"1234567891":"12341"}, or an address:
                                             GET {ORDERS_URL}/{order id} answers {"amount":"12341","reference":"…"?} or 404
  DARAJA_BASE_URL          https://sandbox.safaricom.co.ke
  DARAJA_CONSUMER_KEY      required
  DARAJA_CONSUMER_SECRET   required
  DARAJA_SHORTCODE         required
  DARAJA_PASSKEY           required
  DARAJA_TYPE              paybill           or till
  DARAJA_PARTY_B           the shortcode     a till whose number is not the shortcode
  DARAJA_TIMEOUT_S         25                how long one request to Daraja may take; then it is unclear
  TRUSTED_PROXIES          0                 how many proxies in front set X-Forwarded-For
  PROMPT_WINDOW_S          120               how long a prompt may be live
  QUERY_AFTER_S            20                the first STK query for a prompt of which nothing was heard
  RELEASE_AFTER_S          300               when an order is freed whose push nobody can tell of; never: a person decides
  WEBHOOK_URL              none              where the shop is told: https:, or http: on a loopback host
  WEBHOOK_SECRET           none              whsec_ and base64 of 24 bytes or more; required with WEBHOOK_URL
`;
