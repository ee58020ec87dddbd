import type { SimulationClock } from '../clock.js';
import type { FetchLike } from '../http/handler.js';
import { Listeners } from '../listeners.js';
import { nairobiTimestamp } from '../nairobi-time.js';
import { callbackBody } from './callback-body.js';
import { type ResultCode, showsPrompt } from './result-codes.js';
import type { DarajaSettings, PushScript } from './scripts.js';

/** One STK push that Daraja accepted, and what its customer sees of it. */
export interface Prompt {
  /** The CheckoutRequestID. */
  readonly id: string;
  readonly merchantRequestId: string;
  /** `2547XXXXXXXX` or `2541XXXXXXXX`. */
  readonly phone: string;
  /** Who asks for the money, as the customer reads it. */
  readonly business: string;
  /** Whole Kenyan shillings. */
  readonly amount: number;
  /** Daraja's AccountReference: the customer reads it. */
  readonly reference: string;
  readonly callbackUrl: string;
  readonly script: PushScript;
  /** Epoch milliseconds. */
  readonly openedAt: number;
  readonly lapsesAt: number;
  /** Whether the phone shows it now. */
  open: boolean;
  /** Set once the outcome is there. */
  resultCode?: ResultCode;
  receipt?: string;
  /** Nairobi time of the payment, `YYYYMMDDHHmmss`. */
  paidAt?: string;
}

/** A simulated phone. */
export interface Handset {
  readonly phone: string;
  /** The M-Pesa PIN that it takes for right. */
  pin: string;
  /** M-Pesa balance in Kenyan shillings. */
  balance: number;
  /** Off or out of coverage: a push ends with 1037 and nothing is shown. */
  reachable: boolean;
}

/** What a person does with a prompt. */
export type HandsetAction =
  | { readonly action: 'approve'; readonly pin: string }
  | { readonly action: 'cancel' }
  | { readonly action: 'ignore'; readonly after_ms?: number | undefined }
  | { readonly action: 'answer'; readonly result_code: ResultCode };

/** What the desk needs to make a prompt of a push. */
export type NewPrompt = Pick<Prompt, 'phone' | 'business' | 'amount' | 'reference' | 'callbackUrl' | 'script'>;

const DEFAULT_PIN = '1234';
const DEFAULT_BALANCE_KES = 1_000_000;
const RECEIPT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const RECEIPT_CHARACTERS = `${RECEIPT_LETTERS}0123456789`;

/** Keeps the phones and their prompts, brings prompts to an outcome, and posts the callbacks. */
export class PromptDesk {
  /** Told the phone whose screen has changed. */
  readonly changes = new Listeners<string>();
  readonly #handsets = new Map<string, Handset>();
  readonly #prompts = new Map<string, Prompt>();
  readonly #timers = new Map<number, string | undefined>();
  readonly #clock: SimulationClock;
  readonly #random: () => number;
  readonly #fetch: FetchLike;
  readonly #settings: DarajaSettings;
  #lastPrompt = 0;
  #lastReceipt = 0;

  constructor(clock: SimulationClock, random: () => number, fetch: FetchLike, settings: DarajaSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#fetch = fetch;
    this.#settings = settings;
  }

  /** All prompts, oldest first. */
  get prompts(): readonly Prompt[] {
    return [...this.#prompts.values()];
  }

  prompt(id: string): Prompt | undefined {
    return this.#prompts.get(id);
  }

  handset(phone: string): Handset {
    let handset = this.#handsets.get(phone);
    if (!handset) {
      handset = { phone, pin: DEFAULT_PIN, balance: DEFAULT_BALANCE_KES, reachable: true };
      this.#handsets.set(phone, handset);
    }
    return handset;
  }

  /** Every phone that was ever prompted or looked at. */
  get handsets(): readonly Handset[] {
    return [...this.#handsets.values()];
  }

  change(phone: string, changes: Partial<Omit<Handset, 'phone'>>): void {
    Object.assign(this.handset(phone), changes);
    this.changes.tell(phone);
  }

  openPrompts(phone: string): readonly Prompt[] {
    return this.prompts.filter((prompt) => prompt.open && prompt.phone === phone);
  }

  /** Sends a prompt to a phone. */
  send(push: NewPrompt): Prompt {
    const now = this.#clock.now();
    const { reachable } = this.handset(push.phone);
    const { outcome } = push.script;
    const decided = outcome !== 'handset' && outcome !== 'silence' && String(outcome) !== '4999';
    const open = reachable && !(decided && !showsPrompt(outcome));
    const prompt: Prompt = {
      ...push,
      id: this.#checkoutRequestId(now),
      merchantRequestId: `${this.#digits(5)}-${this.#digits(8)}-1`,
      openedAt: now,
      lapsesAt: now + this.#settings.prompt_life_ms,
      open,
    };
    this.#prompts.set(prompt.id, prompt);
    const scriptedMs = push.script.after_ms ?? this.#settings.outcome_after_ms;
    if (decided) this.#endLater(prompt, outcome, scriptedMs);
    else if (reachable) this.#endLater(prompt, 1037, this.#settings.prompt_life_ms);
    else this.#endLater(prompt, 1037, scriptedMs);
    this.changes.tell(prompt.phone);
    return prompt;
  }

  /** Does what the person did. Answers false where the prompt is no longer on the screen. */
  act(prompt: Prompt, action: HandsetAction): boolean {
    if (!prompt.open) return false;
    const handset = this.handset(prompt.phone);
    switch (action.action) {
      case 'approve':
        if (action.pin !== handset.pin) this.#end(prompt, 2001);
        else this.#end(prompt, handset.balance < prompt.amount ? 1 : 0);
        return true;
      case 'cancel':
        this.#end(prompt, 1032);
        return true;
      case 'answer':
        this.#end(prompt, action.result_code);
        return true;
      case 'ignore':
        this.#endLater(prompt, 1037, action.after_ms ?? this.#settings.ignored_after_ms);
        return true;
    }
  }

  /** Forgets phones and prompts; callbacks still to come do not. */
  reset(): void {
    const phones = [...this.#handsets.keys()];
    for (const timer of this.#timers.keys()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#prompts.clear();
    this.#handsets.clear();
    for (const phone of phones) this.changes.tell(phone);
  }

  #end(prompt: Prompt, code: ResultCode): void {
    if (prompt.resultCode !== undefined) return;
    this.#cancelTimers(prompt.id);
    prompt.open = false;
    prompt.resultCode = code;
    if (code === 0) {
      this.handset(prompt.phone).balance -= prompt.amount;
      prompt.receipt = this.#receipt();
      prompt.paidAt = nairobiTimestamp(this.#clock.now());
    }
    this.#callBack(prompt);
    this.changes.tell(prompt.phone);
  }

  #callBack(prompt: Prompt): void {
    const { outcome, callback } = prompt.script;
    if (outcome === 'silence' || String(outcome) === '4999' || callback === 'never') return;
    const { callback_delay_ms, late_callback_ms, repeat_after_ms } = this.#settings;
    const delay = callback === 'late' ? late_callback_ms : callback_delay_ms;
    this.#later(delay, undefined, () => {
      this.#post(prompt);
    });
    if (callback === 'twice')
      this.#later(delay + repeat_after_ms, undefined, () => {
        this.#post(prompt);
      });
  }

  #post(prompt: Prompt): void {
    const body = JSON.stringify(callbackBody(prompt));
    const sent = this.#fetch(prompt.callbackUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    // Daraja was seen not to repeat a callback that found nobody: such a callback is simply lost.
    sent.then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  }

  #endLater(prompt: Prompt, code: ResultCode, ms: number): void {
    this.#cancelTimers(prompt.id);
    this.#later(ms, prompt.id, () => {
      this.#end(prompt, code);
    });
  }

  #later(ms: number, promptId: string | undefined, callback: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    this.#timers.set(timer, promptId);
  }

  #cancelTimers(promptId: string): void {
    for (const [timer, id] of this.#timers) {
      if (id !== promptId) continue;
      this.#clock.clearTimeout(timer);
      this.#timers.delete(timer);
    }
  }

  /** Embeds Nairobi time, as the real ones do, and a sequence number that keeps it unique. */
  #checkoutRequestId(now: number): string {
    const [year, rest] = [nairobiTimestamp(now).slice(0, 4), nairobiTimestamp(now).slice(4)];
    const date = rest.slice(2, 4) + rest.slice(0, 2) + year + rest.slice(4);
    this.#lastPrompt += 1;
    return `ws_CO_${date}${this.#digits(3)}${this.#lastPrompt.toString().padStart(5, '0')}`;
  }

  #receipt(): string {
    this.#lastReceipt += 1;
    const sequence = this.#lastReceipt.toString(36).toUpperCase().padStart(3, '0').slice(-3);
    return this.#pick(RECEIPT_LETTERS, 3) + this.#pick(RECEIPT_CHARACTERS, 4) + sequence;
  }

  #digits(count: number): string {
    return this.#pick('123456789', 1) + this.#pick('0123456789', count - 1);
  }

  #pick(characters: string, count: number): string {
    return Array.from({ length: count }, () => characters.charAt(Math.floor(this.#random() * characters.length))).join(
      '',
    );
  }
}
