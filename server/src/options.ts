import type { Pool } from 'pg';
import type { Clock } from './clock.js';
import type { DarajaAccount } from './daraja/client.js';
import type { PaymentEvent } from './payments/attempt.js';
import type { Limits } from './payments/limits.js';
import type { SqliteInstance } from './sqlite.js';
import type { Store } from './stores/store.js';

/** Where payments are kept. */
export type DatabaseOption =
  | { readonly memory: true }
  /** A file, made where there is none; or an open database of `node:sqlite`, `libsql` or `better-sqlite3`. */
  | { readonly sqlite: string | SqliteInstance }
  /** `postgres://…`, or a pool of `pg`. */
  | { readonly postgres: string | Pool }
  /** A store from `vitumob-pay-server/sqlite` or `/postgres`. */
  | { readonly store: Store };

/** An order, as the shop knows it. */
export interface ShopOrder {
  /** Shillings, a plain decimal with at most two decimals: `12341`, `48744.15`. */
  readonly amount: string;
  /** What the customer reads in the prompt, and types to pay without one; the order's number unless given. */
  readonly reference?: string | undefined;
}

export interface FindOrderContext {
  readonly request: Request;
  /** Who asks, as `authorize` named them; `null` where M-Pesa asks (a payment without a prompt). */
  readonly subject: string | null;
}

type Nothing = null | undefined;
type Awaitable<Value> = Value | Promise<Value>;

/** A logger with pino's methods. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What is worth counting. */
export interface Metrics {
  count(name: 'requests' | 'pushes' | 'queries' | 'callbacks' | 'transitions' | 'events', label: string): void;
  /** Requests for a status that are being held, and pushes that are at Daraja. */
  gauge(name: 'held' | 'in_flight', value: number): void;
}

/** Where nobody reads logs. */
export const silent: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Where nobody counts. */
export const uncounted: Metrics = { count: () => undefined, gauge: () => undefined };

/** The named places of a push and of what follows: a test stops the process there. */
export type Step =
  | 'before-claim'
  | 'claimed'
  | 'before-send'
  | 'answered'
  | 'recorded'
  | 'callback-stored'
  | 'queried'
  | 'settled'
  | 'before-tell'
  | 'told';

export interface PaymentsOptions {
  readonly database: DatabaseOption;
  readonly daraja: DarajaAccount;
  /** Where Daraja reaches this server: `https:`, or `http:` on a loopback host. */
  readonly publicUrl: string;
  /** 32 characters or more. Of a list the first signs, and the others are still taken. */
  readonly secret: string | readonly string[];
  /** The origins whose pages may call. */
  readonly origins: readonly string[];
  /** What an order costs, or nothing where there is none, or not for this subject. */
  findOrder(orderId: string, context: FindOrderContext): Awaitable<ShopOrder | Nothing>;
  /** The subject that may have a page token, or nothing. */
  authorize(request: Request): Awaitable<string | Nothing>;
  /** Is called again until it resolves. Without it events wait in the database. */
  onEvent?(event: PaymentEvent): Awaitable<unknown>;

  /** The order that is paid by this reference, where its number is another. */
  findOrderByReference?(reference: string): Awaitable<({ readonly orderId: string } & ShopOrder) | Nothing>;
  /** Whether only those may ask for a status for whom `findOrder` gives the order; true unless given. */
  readonly statusNeedsOrder?: boolean;
  /** How many proxies in front set `X-Forwarded-For`; 0 unless given. */
  readonly trustedProxies?: number;
  /** Seconds; 25 unless given. */
  readonly darajaTimeout?: number;
  /** Seconds; 120 unless given. */
  readonly promptWindow?: number;
  /** Seconds; 20 unless given. */
  readonly queryAfter?: number;
  /** Seconds, not below the prompt's window; 300 unless given. `never`: a person decides. */
  readonly releaseAfter?: number | 'never';
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** For simulations: how Daraja is reached. */
  readonly fetch?: typeof globalThis.fetch;
  /** For simulations. */
  readonly clock?: Clock;
  /** For tests. */
  onStep?(step: Step): Awaitable<void>;
}

/** What counts unless given: for mounts, and for the command's settings of these names. Durations are seconds. */
export const DEFAULTS = {
  trustedProxies: 0,
  darajaTimeout: 25,
  promptWindow: 120,
  queryAfter: 20,
  releaseAfter: 300,
} as const;

/** Words in an address that Safaricom's FAQ warns of. */
const FILTERED_WORDS = ['mpesa', 'safaricom', 'exe', 'exec', 'cmd', 'sql', 'query'];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const MIN_SECRET_LENGTH = 32;

/** Why an address cannot be given to others, or `undefined`. */
export function problemOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return 'has to be an address such as https://pay.shop.example';
  const { protocol, hostname, username, password } = new URL(text);
  if (username || password) return 'must not contain a name or a password';
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) return undefined;
  return 'has to be https:, or http: on a loopback host';
}

/** Why paths cannot be put behind this address, or `undefined`. */
export function problemOfBase(text: string): string | undefined {
  if (/\s/.test(text)) return 'must not contain white space';
  // A parsed address no longer shows that it ends with one of them.
  return /[?#]/.test(text) ? 'must end with its path, without ? or #: paths are put behind it' : undefined;
}

/** Why this is not where Daraja is, or `undefined`. */
export function problemOfDarajaUrl(text: string): string | undefined {
  return problemOfUrl(text) ?? problemOfBase(text);
}

/** Why this is not where orders are, or `undefined`. */
export function problemOfOrdersUrl(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https?:/i.test(text)) return 'has to be an http: or https: address';
  const { username, password } = new URL(text);
  if (username || password) return 'must not contain a name or a password';
  return problemOfBase(text);
}

/** Why Daraja could not be told this address, or `undefined`. */
export function problemOfPublicUrl(text: string): string | undefined {
  const problem = problemOfUrl(text) ?? problemOfBase(text);
  if (problem) return problem;
  // As it is written, as browsers spell it (other letters may become these), and as whoever reads it may decode it.
  const spellings = [text, new URL(text).href, decoded(text)].map((spelling) =>
    spelling.normalize('NFKC').toLowerCase(),
  );
  const word = FILTERED_WORDS.find((filtered) => spellings.some((spelling) => spelling.includes(filtered)));
  return word && `must not contain “${word}”: Safaricom filters addresses with it`;
}

function decoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Why this is no Pay Bill or till, or `undefined`. */
export function problemOfShortcode(text: unknown): string | undefined {
  return typeof text === 'string' && /^\d{5,7}$/.test(text)
    ? undefined
    : 'has to be the 5 to 7 digits of a Pay Bill or till';
}

/** Why this is no till whose number is not the shortcode, or `undefined`. */
export function problemOfPartyB(text: unknown): string | undefined {
  return typeof text === 'string' && /^\d{5,9}$/.test(text) ? undefined : 'has to be the digits of the till';
}

/** Why these secrets cannot be used, or `undefined`. */
export function problemOfSecrets(secrets: readonly string[]): string | undefined {
  const isUsable = (secret: unknown): boolean => typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH;
  if (!secrets.length || !secrets.every(isUsable)) {
    return `has to be ${MIN_SECRET_LENGTH} characters or more, such as what \`openssl rand -hex 32\` prints`;
  }
  return undefined;
}

/** Why this is no key or secret of Daraja's, which go into headers and passwords, or `undefined`. */
export function problemOfCredential(text: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(text) ? undefined : 'has to be as Daraja’s portal shows it: ASCII, without spaces';
}

/** Why this is not the origin of a page, or `undefined`. */
export function problemOfOrigin(text: string): string | undefined {
  if (!URL.canParse(text) || new URL(text).origin !== text || !/^https?:/.test(text)) {
    return 'has to be an origin such as https://shop.example, without a path and without a slash at its end';
  }
  return undefined;
}

/** Stops a mount with unusable options where it is made, not at the first payment. */
export function checkOptions(options: PaymentsOptions): void {
  const fail = (name: string, problem: string | undefined): void => {
    if (problem) throw new TypeError(`createPayments: \`${name}\` ${problem}`);
  };
  const seconds = (name: 'darajaTimeout' | 'promptWindow' | 'queryAfter' | 'releaseAfter'): void => {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
      fail(name, 'has to be a number of seconds above 0');
    }
  };
  // Where nobody checks types, what is missing is named too.
  const given: Partial<PaymentsOptions> = options;
  for (const name of ['database', 'daraja', 'publicUrl', 'secret', 'origins', 'findOrder', 'authorize'] as const) {
    fail(name, given[name] ? undefined : 'is missing');
  }
  for (const name of ['findOrder', 'authorize', 'onEvent'] as const) {
    fail(name, given[name] === undefined || typeof given[name] === 'function' ? undefined : 'has to be a function');
  }
  const database: object = Object(options.database) as object;
  fail(
    'database',
    ['memory', 'sqlite', 'postgres', 'store'].some((kind) => Reflect.get(database, kind))
      ? undefined
      : "has to be { memory: true }, { sqlite: 'payments.db' } or { postgres: 'postgres://…' }",
  );
  const { sqlite } = database as { sqlite?: unknown };
  if (typeof sqlite === 'string') {
    fail('database', /^file:/i.test(sqlite) ? "has to be { sqlite: 'payments.db' }: a path, without file:" : undefined);
  }
  fail('publicUrl', problemOfPublicUrl(options.publicUrl));
  fail('secret', problemOfSecrets([options.secret].flat()));
  fail('origins', Array.isArray(options.origins) ? undefined : 'has to be a list of origins');
  for (const origin of options.origins) fail('origins', problemOfOrigin(origin));
  const { daraja } = options;
  for (const name of ['consumerKey', 'consumerSecret', 'shortcode', 'passkey'] as const) {
    fail(`daraja.${name}`, daraja[name] ? undefined : 'is missing');
  }
  for (const name of ['consumerKey', 'consumerSecret', 'passkey'] as const) {
    fail(`daraja.${name}`, problemOfCredential(daraja[name]));
  }
  fail('daraja.shortcode', problemOfShortcode(daraja.shortcode));
  if (daraja.partyB !== undefined) fail('daraja.partyB', problemOfPartyB(daraja.partyB));
  if (daraja.baseUrl !== undefined) {
    // A simulation reaches its Daraja in its own way.
    fail('daraja.baseUrl', (options.fetch ? problemOfBase : problemOfDarajaUrl)(daraja.baseUrl));
  }
  if (daraja.type !== undefined && !['paybill', 'till'].includes(daraja.type)) {
    fail('daraja.type', 'has to be paybill or till');
  }
  const { trustedProxies = DEFAULTS.trustedProxies, promptWindow = DEFAULTS.promptWindow } = options;
  const { releaseAfter = DEFAULTS.releaseAfter } = options;
  if (!Number.isInteger(trustedProxies) || trustedProxies < 0) {
    fail('trustedProxies', 'has to be how many proxies stand in front: 0, 1, …');
  }
  seconds('darajaTimeout');
  seconds('promptWindow');
  seconds('queryAfter');
  if (releaseAfter !== 'never') {
    seconds('releaseAfter');
    if (releaseAfter < promptWindow) {
      fail('releaseAfter', 'must not be below `promptWindow`: the prompt may still be live');
    }
  }
}
