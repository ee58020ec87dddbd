/** The widget as a customer meets it: what they read, type and press. Selectors live here and nowhere else. */

import { expect, fixture, html, nextFrame } from '@open-wc/testing';
import type { Endpoint } from '../../simulator/faults.js';
import { createSimulation, type FullSimulation, type SimulationOptions } from '../../simulator/simulation.js';
import '../../src/define.js';
import type { VitumobPayElement } from '../../src/element/vitumob-pay-element.js';
import { FakeClock } from './fake-clock.js';
import { PageTime } from './page-time.js';
import type { VitumobPayEventDetails, VitumobPayEventMap } from '../../src/element/events.js';

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

/** A request of the widget, as it left the page. */
export interface SentRequest {
  readonly endpoint: Endpoint | undefined;
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly credentials: RequestCredentials;
  readonly redirect: RequestRedirect;
  /** As sent. */
  readonly body: string;
}

/** Answers a request in place of the simulation, or leaves it to it by answering nothing. */
export type Answer = (request: SentRequest) => Response | Promise<Response> | undefined;

/** The line between the page and the simulated backend. */
export class Network {
  current: FullSimulation = undefined as never;
  /** Answers in place of the simulation. */
  answer: Answer | undefined;
  readonly requests: SentRequest[] = [];
  /** The requests that only asked whether the page may push. */
  readonly permissions: SentRequest[] = [];
  readonly #held = new Map<Endpoint | undefined, Promise<void>>();
  readonly #waiting: { endpoint: Endpoint; resolve: (request: SentRequest) => void }[] = [];

  readonly fetch: typeof fetch = (input, init) => {
    const { url, method, headers, credentials, redirect } = new Request(input, init);
    const body = typeof init?.body === 'string' ? init.body : '';
    const sent = { endpoint: endpointOf(url), url: new URL(url), method, headers, credentials, redirect, body };
    if (method === 'HEAD') {
      this.permissions.push(sent);
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    this.requests.push(sent);
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.endpoint === sent.endpoint) waiting.resolve(sent);
      else this.#waiting.push(waiting);
    }
    const own = this.answer?.(sent);
    if (own) return Promise.resolve(own);
    const held = this.#held.get(sent.endpoint);
    this.#held.delete(sent.endpoint);
    return held ? held.then(() => this.current.pageFetch(input, init)) : this.current.pageFetch(input, init);
  };

  /** Keeps the next request to an endpoint on its way until the function that it returns is called. */
  hold(endpoint: Endpoint): () => void {
    let release!: () => void;
    this.#held.set(
      endpoint,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    return release;
  }

  /** All requests to an endpoint, oldest first. */
  to(endpoint: Endpoint): SentRequest[] {
    return this.requests.filter((request) => request.endpoint === endpoint);
  }

  /** The next request to an endpoint. */
  next(endpoint: Endpoint): Promise<SentRequest> {
    return new Promise((resolve) => this.#waiting.push({ endpoint, resolve }));
  }

  /** Every access token that was sent. */
  get tokens(): string[] {
    return this.requests.flatMap(({ headers }) => headers.get('authorization') ?? []);
  }

  /** Wakes the page, upon which the widget asks for the outcome at once, and waits for the question. */
  async poll(): Promise<SentRequest> {
    const asked = this.next('status');
    window.dispatchEvent(new Event('online'));
    const request = await asked;
    await quiet();
    return request;
  }
}

function endpointOf(url: string): Endpoint | undefined {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/token')) return 'token';
  if (pathname.endsWith('/push/request')) return 'push';
  return pathname.endsWith('/status') ? 'status' : undefined;
}

/** Puts the simulated backend in place of the network until the test ends. Call in a `describe`. */
export function withSimulation(options: () => Omit<SimulationOptions, 'behind'> = () => ({})): Network {
  const network = new Network();
  const own = Object.getOwnPropertyDescriptor(window, 'fetch');
  let giveTimeBack: () => void;
  beforeEach(() => {
    giveTimeBack = time.install();
    localStorage.clear();
    sessionStorage.clear();
    network.requests.length = 0;
    network.permissions.length = 0;
    network.answer = undefined;
    network.current = createSimulation(options());
    window.fetch = network.fetch;
  });
  afterEach(() => {
    if (own) Object.defineProperty(window, 'fetch', own);
    giveTimeBack();
  });
  return network;
}

/** A backend and a Daraja that take every push, as some real ones do. */
export const CARELESS: Omit<SimulationOptions, 'behind'> = {
  backendSettings: { guard: false },
  darajaSettings: { lock_subscriber: false },
};

/** What goes to the console during a test, in place of it. Call in a `describe`. */
export function withConsole(): { readonly warnings: string[]; readonly errors: string[]; readonly all: string[] } {
  const heard = { warnings: [] as string[], errors: [] as string[], all: [] as string[] };
  const methods = ['log', 'info', 'debug', 'warn', 'error'] as const;
  const own = { ...console };
  beforeEach(() => {
    for (const list of Object.values(heard)) list.length = 0;
    for (const method of methods) {
      console[method] = (...parts: unknown[]) => {
        const line = parts.map(String).join(' ');
        heard.all.push(line);
        if (method === 'warn') heard.warnings.push(line);
        if (method === 'error') heard.errors.push(line);
      };
    }
  });
  afterEach(() => {
    Object.assign(console, own);
  });
  return heard;
}

/** `navigator.onLine` in the hands of a test, until it ends. Call in a `describe`. */
export function withConnection(): { online: boolean } {
  const connection = { online: true };
  beforeEach(() => {
    connection.online = true;
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => connection.online });
  });
  afterEach(() => {
    Reflect.deleteProperty(navigator, 'onLine');
  });
  return connection;
}

/** A `<base>` for the document, until the test ends. Call in a `describe`. */
export function withBase(): (href: string) => void {
  const base = document.createElement('base');
  afterEach(() => {
    base.remove();
  });
  return (href) => {
    base.href = href;
    document.head.append(base);
  };
}

/** Lets everything run its course that needs no time to pass. */
export async function quiet(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    // The browser grants locks in its own time: only a lock of one's own waits as long as those to be waited for.
    await (navigator as { locks?: LockManager }).locks?.request(`quiet ${Math.random()}`, () => undefined);
    await new FakeClock({ turns: 10 }).flush();
  }
}

const time = new PageTime();

/** Between two timers nothing is read that takes long. */
const brief = (): Promise<void> => new FakeClock({ turns: 2 }).flush();

/** Lets so many milliseconds pass at once, with all that they bring about. */
export async function skip(ms: number): Promise<void> {
  await quiet();
  await time.skip(ms, brief);
  await quiet();
}

export class Harness {
  readonly element: VitumobPayElement;
  readonly heard: HeardEvent[] = [];

  constructor(element: VitumobPayElement) {
    this.element = element;
    for (const type of EVENT_NAMES) {
      element.addEventListener(type, (event: Event) => {
        const { detail } = event as VitumobPayEventMap[EventName];
        this.heard.push({ type, detail, target: event.target, state: element.state });
      });
    }
  }

  /** An element in the page, or in another parent, whose endpoints are the simulation's. */
  static async create(attributes: Record<string, string> = {}, parent?: Element): Promise<Harness> {
    const home = parent ?? (await fixture<HTMLElement>(html`<div></div>`));
    const element = home.ownerDocument.createElement('vitumob-pay');
    const harness = new Harness(element);
    const all = {
      'order-id': newOrder(),
      amount: '12341',
      'token-url': `${ORIGIN}/payments/mpesa/token`,
      'push-url': `${ORIGIN}/payments/mpesa/payment/push/request`,
      ...attributes,
    };
    for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
    home.append(element);
    await element.updateComplete;
    return harness;
  }

  find(selector: string): HTMLElement {
    const found = this.element.shadowRoot?.querySelector<HTMLElement>(selector);
    expect(found, `${selector} in the widget`).to.exist;
    return found!;
  }

  get field(): HTMLInputElement {
    return this.find('[part~="input"]') as HTMLInputElement;
  }

  get button(): HTMLButtonElement {
    return this.find('button') as HTMLButtonElement;
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

  /** Whether pressing the button is without effect. */
  get blocked(): boolean {
    return this.button.disabled || this.button.getAttribute('aria-disabled') === 'true';
  }

  /** Lets time pass until an earlier prompt is dead and the button says so. */
  async free(): Promise<void> {
    await quiet();
    while (this.blocked) await time.next(brief);
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

  /** Pays, and lets time end what nothing else ends. */
  async payInTime(phone?: string): Promise<void> {
    const terminal = (): boolean => ['push-success', 'push-failure'].includes(this.heard.at(-1)?.type ?? '');
    const paying = this.pay(phone);
    await quiet();
    while (!terminal()) {
      await time.next(brief);
      await quiet();
    }
    await paying;
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

  /** Hands in what Daraja would post, of the latest accepted push unless another id is given. */
  settle(code: number | string, id = this.all('push-success').at(-1)?.detail.checkoutRequestId): void {
    this.element.settle(callback(code, id));
  }

  /** Pays, and the customer's money moves. */
  async payWell(phone?: string): Promise<void> {
    await this.pay(phone);
    this.settle(0);
    await this.element.updateComplete;
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

/** Another page of the same origin, until it is closed or the test ends. */
export class OtherPage {
  readonly #frame: HTMLIFrameElement;

  private constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
  }

  static async open(network: Network): Promise<OtherPage> {
    const frame = document.createElement('iframe');
    frame.title = 'Another page';
    frame.srcdoc = '<!doctype html><html lang="en"><script type="module" src="/src/define.ts"></script><body></body>';
    const loaded = new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true });
    });
    (await fixture<HTMLElement>(html`<div></div>`)).append(frame);
    await loaded;
    frame.contentWindow!.fetch = network.fetch;
    return new OtherPage(frame);
  }

  create(attributes: Record<string, string>): Promise<Harness> {
    return Harness.create(attributes, this.#frame.contentDocument!.body);
  }

  /** As a tab is closed: nothing of it runs on. */
  close(): void {
    this.#frame.remove();
  }
}

/** A callback as Daraja posts it. */
export function callback(code: number | string, id?: string, receipt = 'NLJ7RT61SV'): object {
  const paid = Number(code) === 0;
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: '29115-34620561-1',
        ...(id !== undefined && { CheckoutRequestID: id }),
        ResultCode: code,
        ResultDesc: paid ? 'The service request is processed successfully.' : 'Request cancelled by user',
        ...(paid && {
          CallbackMetadata: {
            Item: [
              { Name: 'Amount', Value: 12341 },
              { Name: 'MpesaReceiptNumber', Value: receipt },
              { Name: 'Balance' },
              { Name: 'TransactionDate', Value: 20191219102115 },
              { Name: 'PhoneNumber', Value: 254723123123 },
            ],
          },
        }),
      },
    },
  };
}
