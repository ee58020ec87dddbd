import {
  createPayments,
  type DatabaseOption,
  type PaymentEvent,
  type Payments,
  type PaymentsOptions,
} from '../../src/index.js';
import { callbackBody, FakeDaraja, type Prompt } from './fake-daraja.js';
import { FakeClock } from './fake-clock.js';
import { settled } from './quiet.js';

export const SECRET = 'a-secret-for-tests-that-is-long-enough-0001';
export const PASSKEY = 'passkey-bfb279f9aa9bdbcf158e97dd71a467cd';
export const PHONE = '254723123123';
const ORIGIN = 'https://shop.example';
const SERVER = 'https://pay.shop.example';

/** So many pushes from one place and phone are a test's, not an attacker's. */
const UNLIMITED = { burst: 1e6, perSeconds: 1 };
export const NO_LIMITS = {
  tokenByAddress: UNLIMITED,
  pushByOrder: UNLIMITED,
  pushBySubject: UNLIMITED,
  pushByAddress: UNLIMITED,
  pushByPhone: UNLIMITED,
  statusBySubject: UNLIMITED,
  statusByAddress: UNLIMITED,
};

/** What any of the answers may say; a test reads what it expects. */
interface AnswerBody {
  readonly access_token: string;
  readonly expires_in: string;
  readonly error: string;
  readonly payment_id: string;
  readonly live: { readonly payment_id: string | null; readonly expires_in: number };
  readonly paid: { readonly payment_id: string | null };
  readonly order_meta_data: { readonly user_phone_number: string };
  readonly status_code: number;
  readonly daraja_error: { readonly errorCode: string } | undefined;
  readonly result_code: number | string;
  readonly mpesa_receipt_number: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** A shop with a payments server in front of a fake Daraja, and a fake clock. */
export class Shop {
  readonly daraja: FakeDaraja;
  readonly clock: FakeClock;
  readonly payments: Payments;
  readonly events: PaymentEvent[] = [];
  readonly orders = new Map<string, { amount: string; reference?: string }>([
    ['1234567891', { amount: '12341' }],
    ['48', { amount: '48744.15' }],
  ]);
  /** Everything that was answered, for the search for leaks. */
  readonly answered: string[] = [];
  readonly logged: string[] = [];
  /** Those of them that are errors. */
  readonly errors: string[] = [];
  /** Questions that are being held. */
  held = 0;

  private constructor(
    database: DatabaseOption,
    options: Partial<PaymentsOptions>,
    with_: Partial<Pick<Shop, 'daraja' | 'clock'>>,
  ) {
    this.daraja = with_.daraja ?? new FakeDaraja();
    this.clock = with_.clock ?? new FakeClock();
    const log = (fields: object, message: string): void => {
      this.logged.push(JSON.stringify({ ...fields, message }));
    };
    const error: typeof log = (fields, message) => {
      log(fields, message);
      this.errors.push(message);
    };
    this.payments = createPayments({
      database,
      daraja: { consumerKey: 'key-0001', consumerSecret: 'secret-0001', shortcode: '174379', passkey: PASSKEY },
      publicUrl: SERVER,
      secret: SECRET,
      origins: [ORIGIN],
      findOrder: (orderId) => this.orders.get(orderId),
      authorize: (request) => request.headers.get('x-user') ?? 'customer-1',
      onEvent: (event) => {
        this.events.push(event);
      },
      limits: NO_LIMITS,
      logger: { info: log, warn: log, error },
      metrics: {
        count: () => undefined,
        gauge: (name, value) => {
          if (name === 'held') this.held = value;
        },
      },
      fetch: this.daraja.fetch,
      clock: this.clock,
      ...options,
    });
  }

  static async open(
    database: DatabaseOption,
    options: Partial<PaymentsOptions> = {},
    with_: Partial<Pick<Shop, 'daraja' | 'clock'>> = {},
  ): Promise<Shop> {
    const shop = new Shop(database, options, with_);
    await shop.payments.start();
    return shop;
  }

  /** Not started: nothing is opened before the first request. */
  static closed(database: DatabaseOption): Shop {
    return new Shop(database, {}, {});
  }

  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : SERVER + path;
    const response = await this.payments.fetch(new Request(url, init), { address: '196.201.214.10' });
    const text = await response.text();
    this.answered.push(text);
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // Not every answer has a body.
    }
    return { status: response.status, headers: response.headers, body: body as AnswerBody };
  }

  async token(user = 'customer-1'): Promise<string> {
    return (await this.request('/payments/mpesa/token', { headers: { 'x-user': user } })).body.access_token;
  }

  async push(order: object = {}, token?: string): Promise<Answer> {
    return this.request('/payments/mpesa/payment/push/request', {
      method: 'POST',
      headers: { authorization: token ?? (await this.token()), 'content-type': 'application/json' },
      body: JSON.stringify({
        order: { order_id: '1234567891', user_phone_number: PHONE, amount: '12341', ...order },
      }),
    });
  }

  async status(query = 'order_id=1234567891', token?: string): Promise<Answer> {
    return this.request(`/payments/mpesa/status?${query}`, {
      headers: { authorization: token ?? (await this.token()) },
    });
  }

  /** Daraja calls back. */
  async callback(
    prompt: Prompt,
    code: number | string,
    more: { amount?: number; receipt?: string } = {},
  ): Promise<Answer> {
    const answer = await this.request(prompt.callbackUrl, {
      method: 'POST',
      body: JSON.stringify(callbackBody(prompt, code, more)),
    });
    await settled();
    return answer;
  }

  /** Much later: what is due by then is looked at once, as after a long sleep. */
  async later(ms: number): Promise<void> {
    this.clock.jump(ms);
    await this.payments.reconcile();
    await settled();
  }

  /** What the shop was told, in order. */
  get told(): string[] {
    return this.events.map(({ type }) => type);
  }
}
