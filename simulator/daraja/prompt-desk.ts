import type { SimulationClock } from '../clock.js';
import { Listeners } from '../listeners.js';
import { nairobiTimestamp } from '../nairobi-time.js';
import { callbackBody } from './callback-body.js';
import type { Notifier } from './notifier.js';
import type { Handset, HandsetAction, MenuPayment, NewPrompt, Prompt } from './prompt.js';
import { type ResultCode, showsPrompt } from './result-codes.js';
import type { DarajaSettings } from './scripts.js';

const DEFAULT_PIN = '1234';
const DEFAULT_BALANCE_KES = 1_000_000;
const RECEIPT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const RECEIPT_CHARACTERS = `${RECEIPT_LETTERS}0123456789`;

/** Keeps the phones, brings their prompts to an outcome, and has the merchant told of it. */
export class PromptDesk {
  /** Emits the phone whose screen has changed. */
  readonly changes = new Listeners<string>();
  readonly #handsets = new Map<string, Handset>();
  readonly #prompts = new Map<string, Prompt>();
  readonly #payments: MenuPayment[] = [];
  /** The prompt that each timer is about. */
  readonly #timers = new Map<number, string>();
  readonly #clock: SimulationClock;
  readonly #random: () => number;
  readonly #notifier: Notifier;
  readonly #settings: DarajaSettings;
  #lastPrompt = 0;
  #lastReceipt = 0;

  constructor(clock: SimulationClock, random: () => number, notifier: Notifier, settings: DarajaSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#notifier = notifier;
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
    this.changes.emit(phone);
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
    this.changes.emit(prompt.phone);
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

  /** What a phone has paid from its own menu, oldest first. */
  payments(phone: string): readonly MenuPayment[] {
    return this.#payments.filter((payment) => payment.phone === phone);
  }

  /** Pays from the phone's own menu. Answers what the phone says where it does not work. */
  pay(
    payment: Omit<MenuPayment, 'receipt' | 'at'>,
    pin: string,
  ): { readonly paid: MenuPayment } | { readonly problem: 'wrong-pin' | 'insufficient-funds' } {
    const handset = this.handset(payment.phone);
    if (pin !== handset.pin) return { problem: 'wrong-pin' };
    if (handset.balance < payment.amount) return { problem: 'insufficient-funds' };
    handset.balance -= payment.amount;
    const paid = { ...payment, receipt: this.#receipt(), at: this.#clock.now() };
    this.#payments.push(paid);
    this.changes.emit(payment.phone);
    return { paid };
  }

  /** Forgets phones, prompts and payments. */
  reset(): void {
    const phones = [...this.#handsets.keys()];
    for (const timer of this.#timers.keys()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#prompts.clear();
    this.#payments.length = 0;
    this.#handsets.clear();
    for (const phone of phones) this.changes.emit(phone);
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
    this.changes.emit(prompt.phone);
  }

  #callBack(prompt: Prompt): void {
    const { outcome, callback } = prompt.script;
    const silent = outcome === 'silence' || String(outcome) === '4999';
    if (!silent) this.#notifier.send(prompt.callbackUrl, callbackBody(prompt), callback);
  }

  #endLater(prompt: Prompt, code: ResultCode, ms: number): void {
    this.#cancelTimers(prompt.id);
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#end(prompt, code);
    }, ms);
    this.#timers.set(timer, prompt.id);
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
