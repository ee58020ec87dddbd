import { createSimulation, type FullSimulation, type SimulationOptions } from '../../simulator/simulation.js';
import { FakeClock } from '../support/fake-clock.js';

export const ORIGIN = 'https://pay.test';
export const ORDER = { order_id: '1234567891', user_phone_number: '254723123123', amount: '12341' };
export const PHONE = ORDER.user_phone_number;

/** A simulation on a clock that the test moves, and short ways to call it. */
export class Bench {
  // The server signs, hashes and asks Daraja by the way: that takes more turns than a request of the page's own.
  readonly clock = new FakeClock({ turns: 40 });
  readonly simulation: FullSimulation;

  constructor(options: Omit<SimulationOptions, 'behind' | 'clock'> = {}) {
    this.simulation = createSimulation({ ...options, clock: this.clock });
  }

  get daraja() {
    return this.simulation.daraja;
  }

  get backend() {
    return this.simulation.backend;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return this.simulation.pageFetch(ORIGIN + path, init);
  }

  async json(path: string, init?: RequestInit): Promise<{ status: number; body: Json }> {
    const response = await this.fetch(path, init);
    return { status: response.status, body: (await response.json()) as Json };
  }

  async token(): Promise<string> {
    const { body } = await this.json('/payments/mpesa/token');
    return body['access_token'] as string;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}) {
    return this.json(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Pushes with a token of its own unless one is given. */
  async push(order: Partial<typeof ORDER> = {}, token?: string) {
    const authorization = token ?? (await this.token());
    return this.post('/payments/mpesa/payment/push/request', { order: { ...ORDER, ...order } }, { authorization });
  }

  /** Pushes and answers the CheckoutRequestID. */
  async checkout(order: Partial<typeof ORDER> = {}): Promise<string> {
    const { body } = await this.push(order);
    return body['payment_id'] as string;
  }

  status(query: Record<string, string> = { order_id: ORDER.order_id }) {
    return this.json(`/payments/mpesa/status?${new URLSearchParams(query).toString()}`);
  }
}

export type Json = Record<string, unknown>;

/** The result in a callback's body. */
export function stkCallback(body: Json): Json {
  return (body as { Body: { stkCallback: Json } }).Body.stkCallback;
}
