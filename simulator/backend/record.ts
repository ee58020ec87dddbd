import { maskPhone, parsePhone } from '../../src/client/index.js';
import type { Attempt, PaymentEvent } from '../../server/src/payments/attempt.js';
import { Listeners } from '../listeners.js';

/** A push that reached the server, whatever became of it. */
interface PushRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly order_id: string;
  /** Masked. */
  readonly phone: string;
  readonly amount: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Null where no prompt was sent. */
  readonly checkout_request_id: string | null;
}

/** A callback that Daraja posted, or the confirmation of a payment from the phone's own menu. */
interface CallbackRecord {
  readonly at: number;
  /** As posted, but for the payer's number, which is masked. */
  readonly body: unknown;
  /** Whether it came for the first time. */
  readonly news: boolean;
}

/** A status request. */
interface PollRecord {
  readonly at: number;
  readonly order_id: string | null;
  readonly payment_id: string | null;
  readonly status: number;
}

/** An attempt to pay, as the server's database has it. */
interface AttemptRecord {
  readonly at: number;
  readonly order_id: string;
  /** Masked. */
  readonly phone: string;
  readonly state: Attempt['state'];
  readonly checkout_request_id: string | null;
  readonly result_code: number | string | null;
  readonly receipt: string | null;
  /** How often the STK query was asked. */
  readonly queries: number;
}

/** What the shop was told. */
interface EventRecord {
  readonly at: number;
  readonly type: PaymentEvent['type'];
  readonly order_id: string;
  readonly receipt: string | null;
}

/** What the server was asked and told, and what it made of it, oldest first. No token, no whole phone number. */
export interface BackendRecord {
  readonly token_requests: number;
  readonly pushes: readonly PushRecord[];
  readonly callbacks: readonly CallbackRecord[];
  readonly confirmations: readonly CallbackRecord[];
  readonly polls: readonly PollRecord[];
  readonly attempts: readonly AttemptRecord[];
  readonly events: readonly EventRecord[];
}

const empty = (): { -readonly [Key in keyof BackendRecord]: BackendRecord[Key] } => ({
  token_requests: 0,
  pushes: [],
  callbacks: [],
  confirmations: [],
  polls: [],
  attempts: [],
  events: [],
});

type ListName = Exclude<keyof BackendRecord, 'token_requests'>;

/** Writes the record, and emits at every change. */
export class Recorder {
  readonly changes = new Listeners();
  #record = empty();

  get record(): BackendRecord {
    return { ...this.#record };
  }

  tokenAskedFor(): void {
    this.#record.token_requests += 1;
    this.changes.emit();
  }

  add<Name extends ListName>(name: Name, entry: BackendRecord[Name][number]): void {
    Object.assign(this.#record, { [name]: [...this.#record[name], entry] });
    this.changes.emit();
  }

  /** What the server's database holds now, with the shop's own order numbers. */
  attemptsAre(attempts: readonly Attempt[], ownerOf: (number: string) => string): void {
    this.#record.attempts = attempts.map((attempt) => ({
      at: attempt.createdAt,
      order_id: ownerOf(attempt.orderId),
      phone: attempt.phoneMasked,
      state: attempt.state,
      checkout_request_id: attempt.checkoutRequestId,
      result_code: attempt.resultCode,
      receipt: attempt.receipt,
      queries: attempt.queries,
    }));
    this.changes.emit();
  }

  clear(): void {
    this.#record = empty();
    this.changes.emit();
  }
}

/** A copy of a callback that may be shown: the payer's number masked. */
export function maskCallback(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('Name' in value) || value.Name !== 'PhoneNumber')
        return value;
      return { Name: 'PhoneNumber', Value: 'Value' in value ? maskNumber(String(value.Value)) : null };
    }),
  ) as unknown;
}

/** A number that may be shown: a Kenyan one so that its owner knows it, of any other nothing. */
export function maskNumber(written: string): string {
  const parsed = parsePhone(written);
  return 'msisdn' in parsed ? maskPhone(parsed.msisdn) : '*'.repeat(written.length);
}
