/** The page's one store: what is chosen, what runs behind, what the phones show, and what has happened. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { StateName } from 'vitumob-pay';
import type { HandsetView } from '../simulator/daraja/handset-api.js';
import type { SimulationRecord } from '../simulator/simulation.js';
import {
  actOnPhone,
  type BehindKind,
  follow,
  holdPayments,
  type HandsetAction,
  type HandsetPrompt,
  type MenuOrder,
  openOrder,
  payFromMenu,
  setUp,
  whatIsBehind,
} from './backend.js';
import type { LoggedEvent } from './logged-event.js';
import { accountReference, newOrderId } from './order-id.js';
import { scenarioOf } from './scenarios.js';
import { keepSettings, readSettings, type Settings } from './settings.js';

export interface DemoState {
  readonly settings: Settings;
  readonly behind: BehindKind;
  /** Whether it has answered: until then nothing may be listened to. */
  readonly isConnected: boolean;
  /** Whether what runs behind the page is as the scenario wants it. */
  readonly scenarioIs: 'being-set-up' | 'ready' | 'refused';
  /** Undefined until the backend has told. */
  readonly record: SimulationRecord | undefined;
  readonly phones: ReadonlyMap<string, HandsetView>;
  /** The phone that was prompted last from this page. */
  readonly phoneInHand: string | undefined;
  /** The order that it was prompted for; undefined where that is the shop's. */
  readonly orderInHand: string | undefined;
  /** Epoch milliseconds: what the phone showed before is cleared from its screen. */
  readonly phoneClearedAt: number;
  /** The state of the checkout in the shop. */
  readonly checkout: StateName;
  /** The DOM events of the shop's checkout, newest first. */
  readonly events: readonly LoggedEvent[];
}

/** The number that the page suggests. */
const FIRST_PHONE = '254723123123';

export class DemoStore {
  #state: DemoState = {
    settings: readSettings(),
    behind: 'simulator',
    isConnected: false,
    scenarioIs: 'being-set-up',
    record: undefined,
    phones: new Map(),
    phoneInHand: undefined,
    orderInHand: undefined,
    phoneClearedAt: 0,
    checkout: 'idle',
    events: [],
  };
  readonly #listeners = new Set<() => void>();
  #begin: () => void = () => undefined;
  /** One scenario is set up after the other, however fast they are chosen; the first once the page is connected. */
  #settingUp = new Promise<void>((begin) => {
    this.#begin = begin;
  });

  constructor() {
    holdPayments(() => this.#settingUp);
  }

  get state(): DemoState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Learns what runs behind the page, and follows it from now on. */
  async connect(): Promise<void> {
    try {
      this.#update({ behind: await whatIsBehind(), isConnected: true });
      keepSettings(this.#state.settings);
      this.#openOrder();
      this.setUpScenario(true);
    } finally {
      this.#begin();
    }
    if (this.#state.behind !== 'payments-api')
      follow(
        (record) => {
          this.#update({ record });
        },
        (view) => {
          this.#update({ phones: new Map(this.#state.phones).set(view.phone, view) });
        },
      );
  }

  change(changes: Partial<Settings>): void {
    const settings = { ...this.#state.settings, ...changes };
    keepSettings(settings);
    this.#update({ settings });
    if (changes.order !== undefined || changes.amount !== undefined) this.#openOrder();
  }

  /** Begins a new order, with a phone that nobody is asking. */
  newOrder(): void {
    this.#clearPhone();
    this.change({ order: newOrderId() });
    this.#update({ events: [], orderInHand: undefined });
    this.setUpScenario(true);
  }

  /** Chooses what is to happen, to a new order: the checkout already has a token for this one, which would meet none of it. */
  choose(scenario: string): void {
    this.change({ scenario });
    this.newOrder();
  }

  /** Sets up the scenario behind the page. */
  setUpScenario(anew: boolean): void {
    this.#update({ scenarioIs: 'being-set-up' });
    this.#settingUp = this.#settingUp
      .then(() => setUp(scenarioOf(this.#state.settings.scenario), this.#state.behind, anew))
      .then(
        () => {
          this.#update({ scenarioIs: 'ready' });
        },
        () => {
          this.#update({ scenarioIs: 'refused' });
        },
      );
  }

  log(event: LoggedEvent): void {
    this.#update({ events: [event, ...this.#state.events] });
  }

  /** The checkout in the shop is in another state. */
  checkoutIs(checkout: StateName): void {
    this.#update({ checkout });
  }

  /** Takes the phone that is about to be prompted into the hand. */
  takePhone(phone: string, order: string): void {
    this.#update({ phoneInHand: phone, orderInHand: order });
  }

  /** Whether a prompt is for the order that is being paid on this page, and none from before. */
  asks({ reference }: HandsetPrompt): boolean {
    const { orderInHand, settings } = this.#state;
    return reference === accountReference(orderInHand ?? settings.order);
  }

  /** The phone in the hand: the one taken, else the last that was prompted for this order, else the suggested one. */
  get phone(): HandsetView {
    const { phones, phoneInHand } = this.#state;
    const phone = phoneInHand ?? this.#lastPrompted() ?? FIRST_PHONE;
    return phones.get(phone) ?? { phone, pin: '1234', balance: 0, reachable: true, prompts: [], payments: [] };
  }

  /** Does on the phone in the hand what a person does with a prompt. */
  act(prompt: HandsetPrompt, action: HandsetAction): void {
    void actOnPhone(this.phone.phone, prompt, action);
  }

  /** Pays from the menu of the phone in the hand; false where it says no. */
  payFromMenu(order: MenuOrder): Promise<boolean> {
    return payFromMenu(this.phone.phone, order);
  }

  /** A deployed backend has orders of its own. */
  #openOrder(): void {
    const { settings, behind } = this.#state;
    const { order, amount } = settings;
    if (behind === 'payments-api') return;
    this.#settingUp = this.#settingUp
      .then(() => openOrder(order, amount))
      .catch(() => {
        this.#update({ scenarioIs: 'refused' });
      });
  }

  /** Says no to whatever the phone is asking, and clears its screen. */
  #clearPhone(): void {
    for (const prompt of this.phone.prompts) if (prompt.open) this.act(prompt, { action: 'cancel' });
    this.#update({ phoneClearedAt: Date.now() });
  }

  #lastPrompted(): string | undefined {
    const reference = accountReference(this.#state.settings.order);
    const latest = [...this.#state.phones.values()].flatMap(({ phone, prompts }) => {
      const prompt = prompts.find((each) => each.reference === reference);
      return prompt ? [{ phone, at: prompt.opened_at }] : [];
    });
    return latest.sort((one, other) => other.at - one.at)[0]?.phone;
  }

  #update(changes: Partial<DemoState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

/** Renders its host anew at every change of the store. */
export class StoreController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: DemoStore;
  #unsubscribe: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, store: DemoStore) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unsubscribe = this.#store.subscribe(() => {
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
  }
}

/** The store of this page. */
export const store = new DemoStore();
