/** The widget as a customer meets it: what they read, type and press. Selectors live here and nowhere else. */

import { expect, fixture, html, nextFrame } from '@open-wc/testing';
import { createSimulation, type FullSimulation, type SimulationOptions } from '../../demo/backend/simulation.js';
import '../../src/define.js';
import type { VitumobPayElement } from '../../src/vitumob-pay-element.js';
import type { VitumobPayEventDetails, VitumobPayEventMap } from '../../src/events.js';

export const ORIGIN = 'https://pay.test';
export const PHONE = '254723123123';

export type EventName = keyof VitumobPayEventMap;

const EVENT_NAMES: readonly EventName[] = [
  'push-request',
  'push-success',
  'push-failure',
  'token-expired',
  'payment-success',
  'payment-failure',
  'payment-unconfirmed',
  'state-change',
];

/** One event as it was heard on the document. */
export interface HeardEvent<Type extends EventName = EventName> {
  readonly type: Type;
  readonly detail: VitumobPayEventDetails[Type];
  readonly target: EventTarget | null;
  /** The element's state at that moment. */
  readonly state: string;
}

let orders = 0;

/** An order nobody else uses: what is remembered of orders outlives a test. */
export function newOrder(): string {
  return `order-${Date.now()}-${++orders}`;
}

/** Puts the simulated backend in place of the network until the test ends. Call in a `describe`. */
export function withSimulation(options: () => Omit<SimulationOptions, 'behind'> = () => ({})): {
  readonly current: FullSimulation;
} {
  const holder: { current: FullSimulation } = { current: undefined as never };
  const network = window.fetch;
  beforeEach(() => {
    localStorage.clear();
    holder.current = createSimulation(options());
    window.fetch = holder.current.pageFetch;
  });
  afterEach(() => {
    window.fetch = network;
  });
  return holder;
}

export class Harness {
  readonly element: VitumobPayElement;
  readonly heard: HeardEvent[] = [];

  constructor(element: VitumobPayElement) {
    this.element = element;
    for (const type of EVENT_NAMES) {
      element.addEventListener(type, (event: Event) => {
        const { detail } = event as VitumobPayEventMap[EventName];
        this.heard.push({ type, detail, target: event.target, state: element.state } as HeardEvent);
      });
    }
  }

  /** An element in the page whose endpoints are the simulation's. */
  static async create(attributes: Record<string, string> = {}): Promise<Harness> {
    const element = document.createElement('vitumob-pay');
    const harness = new Harness(element);
    const all = {
      'order-id': newOrder(),
      amount: '12341',
      'token-url': `${ORIGIN}/payments/mpesa/token`,
      'push-url': `${ORIGIN}/payments/mpesa/payment/push/request`,
      ...attributes,
    };
    for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
    const container = await fixture<HTMLElement>(html`<div></div>`);
    container.append(element);
    await element.updateComplete;
    return harness;
  }

  find<Found extends Element = HTMLElement>(selector: string): Found {
    const found = this.element.shadowRoot?.querySelector<Found>(selector);
    expect(found, `${selector} in the widget`).to.be.instanceOf(Element);
    return found as Found;
  }

  get field(): HTMLInputElement {
    return this.find<HTMLInputElement>('[part~="input"]');
  }

  get button(): HTMLButtonElement {
    return this.find<HTMLButtonElement>('button');
  }

  get error(): string {
    return this.find('[part~="error"]').textContent.trim();
  }

  /** What the widget says, without the layers that only keep the place. */
  get text(): string {
    return this.find('form').innerText.replace(/\s+/g, ' ').trim();
  }

  /** What a screen reader was last told. */
  get announcement(): string {
    return this.find('[role="status"]').textContent.trim();
  }

  type(text: string): void {
    this.field.focus();
    this.field.value = text;
    this.field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }

  press(): void {
    this.button.click();
  }

  /** Types a number, presses the button, and waits for the push to be over. */
  async pay(phone = '0723 123 123'): Promise<void> {
    this.type(phone);
    await this.element.updateComplete;
    const over = this.once('push-success', 'push-failure');
    this.press();
    await over;
    await this.element.updateComplete;
  }

  /** The next event of one of these types. */
  once(...types: EventName[]): Promise<HeardEvent> {
    return new Promise((resolve) => {
      const listening = new AbortController();
      for (const type of types) {
        this.element.addEventListener(
          type,
          () => {
            listening.abort();
            const heard = this.heard.at(-1);
            if (heard) resolve(heard);
          },
          { signal: listening.signal },
        );
      }
    });
  }

  async drawn(): Promise<void> {
    await this.element.updateComplete;
    await nextFrame();
  }

  /** The types of all events but `state-change`, in order. */
  get types(): EventName[] {
    return this.heard.map(({ type }) => type).filter((type) => type !== 'state-change');
  }

  /** The states that were reached, in order. */
  get states(): string[] {
    return this.heard.flatMap(({ type, detail }) =>
      type === 'state-change' ? [(detail as VitumobPayEventDetails['state-change']).state] : [],
    );
  }

  /** All events of one type. */
  all<Type extends EventName>(type: Type): HeardEvent<Type>[] {
    return this.heard.filter((event): event is HeardEvent<Type> => event.type === type);
  }

  /** The one event of a type; fails where there are none or more. */
  only<Type extends EventName>(type: Type): HeardEvent<Type> {
    const events = this.all(type);
    expect(events, `${type} events`).to.have.length(1);
    return events[0] as HeardEvent<Type>;
  }
}
