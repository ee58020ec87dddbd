import type { SimulationClock } from '../clock.js';
import type { FetchLike } from '../http/handler.js';
import type { Delivery } from './delivery.js';
import type { DarajaSettings } from './scripts.js';

/** Posts callbacks and confirmations to the merchant. One that finds nobody is lost: Daraja was not seen to repeat it. */
export class Notifier {
  readonly #timers = new Set<number>();
  readonly #clock: SimulationClock;
  readonly #fetch: FetchLike;
  readonly #settings: Readonly<DarajaSettings>;

  constructor(clock: SimulationClock, fetch: FetchLike, settings: Readonly<DarajaSettings>) {
    this.#clock = clock;
    this.#fetch = fetch;
    this.#settings = settings;
  }

  send(url: string, body: unknown, delivery: Delivery): void {
    if (delivery === 'never') return;
    const { callback_delay_ms, late_callback_ms, repeat_after_ms } = this.#settings;
    const delay = delivery === 'late' ? late_callback_ms : callback_delay_ms;
    const post = (): void => {
      this.#post(url, JSON.stringify(body));
    };
    this.#later(delay, post);
    if (delivery === 'twice') this.#later(delay + repeat_after_ms, post);
  }

  /** Forgets what was still to be sent. */
  reset(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #later(ms: number, callback: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    this.#timers.add(timer);
  }

  #post(url: string, body: string): void {
    this.#fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  }
}
