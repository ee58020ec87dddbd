/** The simulated phones, as they are now, and what is done on them. */

import type { HandsetView } from '../simulator/daraja/handset-api.js';
import { accountReference } from './order-id.js';
import { sharedStream } from './shared-stream.js';

const HANDSETS_URL = '/daraja/handset';

/** The number that the page suggests. */
const FIRST_PHONE = '254723123123';

/** A request to pay, as it is or was on a phone. */
export type HandsetPrompt = HandsetView['prompts'][number];

/** What a person does with it. */
export type HandsetAction =
  { readonly action: 'approve'; readonly pin: string } | { readonly action: 'cancel' } | { readonly action: 'ignore' };

export class Phones {
  readonly #views = new Map<string, HandsetView>();
  readonly #changed: () => void;
  #pushed: string | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  connect(): void {
    sharedStream<HandsetView>(
      `${HANDSETS_URL}/events`,
      'handset',
      ({ phone }) => phone,
      (view) => {
        this.#views.set(view.phone, view);
        this.#changed();
      },
    );
  }

  /** Takes the phone that is about to be prompted into the hand. */
  take(phone: string): void {
    this.#pushed = phone;
    this.#changed();
  }

  /** The phone in the hand: the one taken, else the last that was prompted for this order, else the suggested one. */
  of(order: string): HandsetView {
    const phone = this.#pushed ?? this.#lastPromptedFor(order) ?? FIRST_PHONE;
    return this.#views.get(phone) ?? { phone, pin: '1234', balance: 0, reachable: true, prompts: [], payments: [] };
  }

  /** Does what a person does with a prompt. One that has left the screen meanwhile stays as it is. */
  async act(phone: string, prompt: HandsetPrompt, action: HandsetAction): Promise<void> {
    await fetch(`${HANDSETS_URL}/${phone}/prompts/${encodeURIComponent(prompt.id)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
  }

  #lastPromptedFor(order: string): string | undefined {
    const reference = accountReference(order);
    const latest = [...this.#views.values()].flatMap(({ phone, prompts }) => {
      const prompt = prompts.find((each) => each.reference === reference);
      return prompt ? [{ phone, at: prompt.opened_at }] : [];
    });
    return latest.sort((one, other) => other.at - one.at)[0]?.phone;
  }
}
