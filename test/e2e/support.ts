/**
 * A shop's page in a real Chromium, the demo's backend on another origin, and a customer between the two. The page runs the
 * script-tag file as it ships; nothing is stubbed, and whatever a test waits for is something that happens.
 */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import puppeteer, { type Browser, type BrowserContext, type CDPSession, type Frame, type Page } from 'puppeteer-core';
import type { Fault } from '../../simulator/faults.js';
import type { HandsetView } from '../../simulator/daraja/handset-api.js';
import { type DemoServer, type DemoServerOptions, startDemoServer } from '../../demo/server/demo-server.js';
import { chromium } from '../browsers/chromium.mjs';
import { scriptTagFile } from './build.js';

/** What the customer types, and what is sent. */
export const TYPED = '0723 123 123';
export const SENT = '254723123123';

/** Longer than anything that a test waits for takes. */
const PATIENCE_MS = 15_000;
const POLL_MS = 10;

/** Runs in the page before the widget: an audience for everything that happens there. */
function recorder(): void {
  const seen: Seen = { events: [], violations: [] };
  Object.assign(window, { seen });
  const types = [
    ...['push-request', 'push-success', 'push-failure', 'token-expired', 'state-change'],
    ...['payment-success', 'payment-failure', 'payment-unconfirmed'],
  ];
  for (const type of types) {
    document.addEventListener(type, (event) => {
      const { detail } = event as CustomEvent<Record<string, unknown>>;
      const elements = [...document.querySelectorAll('vitumob-pay')];
      seen.events.push({ type, detail, at: Date.now(), element: elements.indexOf(event.target as never) });
    });
  }
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    if (!blockedURI.endsWith('/favicon.ico')) seen.violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) Object.assign(window, { cameBack: true });
  });
}

export interface SeenEvent {
  readonly type: string;
  readonly detail: Record<string, unknown>;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Which of the page's elements, from 0. */
  readonly element: number;
}

interface Seen {
  readonly events: SeenEvent[];
  readonly violations: string[];
}

interface RecordingWindow {
  readonly seen: Seen;
}

/** Polls until `read` gives something truthy. What it gave last is told where it never does. */
export async function until<T>(read: () => T | Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > end) assert.fail(`Waited ${ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

let orders = 0;

/** A number that no other order has. */
export function newOrder(): string {
  orders += 1;
  return `E2E-${process.pid}-${orders}`;
}

const javascript = { 'content-type': 'text/javascript; charset=utf-8' };

interface Served {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export type Attributes = Readonly<Record<string, string>>;

export type WorldOptions = Omit<DemoServerOptions, 'allowedOrigins'>;

/** A shop and its backend, each on an origin of its own, for any browser. */
export class Shop {
  readonly #pages = new Map<string, Served>();
  readonly #folders = new Map<string, string>();
  readonly #shopServer: Server;
  readonly #backends: DemoServer[] = [];
  readonly #options: WorldOptions;
  backend!: Backend;

  protected constructor(options: WorldOptions) {
    this.#options = options;
    this.#shopServer = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const served = this.#pages.get(path) ?? this.#inFolder(path);
      if (!served) response.statusCode = 404;
      for (const [name, value] of Object.entries(served?.headers ?? {})) response.setHeader(name, value);
      response.end(served?.body);
    });
  }

  static async open(options: WorldOptions = {}): Promise<Shop> {
    const shop = new Shop(options);
    await shop.start();
    return shop;
  }

  protected async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#shopServer.listen(0, '127.0.0.1', resolve));
    this.#pages.set('/vitumob-pay.min.js', { body: await this.script(), headers: javascript });
    // tsx names functions by a helper that the page does not have.
    this.#pages.set('/recorder.js', {
      body: `var __name = (it) => it; (${recorder.toString()})()`,
      headers: javascript,
    });
    this.backend = await this.newBackend();
  }

  /** The script-tag file's text. */
  script(): Promise<string> {
    return scriptTagFile();
  }

  get shop(): string {
    return `http://127.0.0.1:${(this.#shopServer.address() as AddressInfo).port}`;
  }

  /** One more backend, for tests that run side by side. */
  async newBackend(options: WorldOptions = {}): Promise<Backend> {
    const defaults = this.#options;
    const server = await startDemoServer({
      ...defaults,
      ...options,
      darajaSettings: { callback_delay_ms: 20, ...defaults.darajaSettings, ...options.darajaSettings },
      backendSettings: { ...defaults.backendSettings, ...options.backendSettings },
      // A frame of another site's, and a sandboxed one's, which is "null".
      allowedOrigins: [this.shop, this.shop.replace('127.0.0.1', 'localhost'), 'null'],
    });
    this.#backends.push(server);
    return new Backend(server);
  }

  /** The tag, with the backend's endpoints unless the attributes say otherwise. */
  tag(attributes: Attributes = {}, content = ''): string {
    const all = { 'order-id': newOrder(), amount: '12341', ...this.backend.endpoints, ...attributes };
    const written = Object.entries(all).map(([name, value]) => `${name}="${value.replaceAll('"', '&quot;')}"`);
    return `<vitumob-pay ${written.join(' ')}>${content}</vitumob-pay>`;
  }

  /** Puts a page into the shop and answers its address. */
  page(body: string, { head = '', headers = {}, lang = 'en' }: PageOptions = {}): string {
    const scripts = '<script src="/recorder.js"></script><script src="/vitumob-pay.min.js"></script>';
    const meta = '<meta name="viewport" content="width=device-width">';
    const html = `<!doctype html><html lang="${lang}"><head><title>Shop</title>${meta}${head}${scripts}</head><body>${body}</body></html>`;
    return this.serve(html, { 'content-type': 'text/html; charset=utf-8', ...headers });
  }

  serve(body: string | Buffer, headers: Readonly<Record<string, string>>): string {
    const path = `/${this.#pages.size}`;
    this.#pages.set(path, { body, headers });
    return this.shop + path;
  }

  /** Serves the modules below a folder, under a path that ends with a slash. */
  serveFolder(path: string, folder: string): void {
    this.#folders.set(path, folder);
  }

  #inFolder(path: string): Served | undefined {
    const prefix = [...this.#folders.keys()].find((prefix) => path.startsWith(prefix));
    if (prefix === undefined) return undefined;
    const file = join(this.#folders.get(prefix) ?? '', path.slice(prefix.length));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
    return { body: readFileSync(file), headers: { ...javascript, 'access-control-allow-origin': '*' } };
  }

  /** After each test: the backend is as new. */
  async reset(): Promise<void> {
    await this.backend.reset();
  }

  async close(): Promise<void> {
    this.#shopServer.closeAllConnections();
    await new Promise((resolve) => this.#shopServer.close(resolve));
    await Promise.all(this.#backends.map((server) => server.close()));
  }
}

/** The browser, the shop and the backend of one test file. */
export class World extends Shop {
  readonly #customers = new Set<Customer>();
  readonly browser: Browser;

  private constructor(browser: Browser, options: WorldOptions) {
    super(options);
    this.browser = browser;
  }

  static override async open(options: WorldOptions = {}): Promise<World> {
    const { executablePath, args, env } = await chromium();
    const browser = await puppeteer.launch({
      executablePath,
      args,
      ...(env && { env }),
    });
    const world = new World(browser, options);
    await world.start();
    return world;
  }

  /** Someone with a browser of their own: nothing stored in it. */
  async customer(): Promise<Customer> {
    const customer = new Customer(await this.browser.createBrowserContext());
    this.#customers.add(customer);
    return customer;
  }

  /** A tab that the page itself has opened, or a frame in one. */
  tabOf(page: Page, frame?: Frame): Tab {
    return new Tab(page, frame);
  }

  /** A new customer on a page with one element. */
  async visit(attributes: Attributes = {}, options: PageOptions = {}): Promise<Tab> {
    const customer = await this.customer();
    return customer.open(this.page(this.tag(attributes), options));
  }

  /** After each test: nobody is left in the shop, and the backend is as new. */
  override async reset(): Promise<void> {
    await Promise.all([...this.#customers].map((customer) => customer.leave()));
    this.#customers.clear();
    await super.reset();
  }

  override async close(): Promise<void> {
    await this.browser.close();
    await super.close();
  }
}

export interface PageOptions {
  readonly head?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly lang?: string;
}

/** The demo's backend, driven and read over HTTP. */
export class Backend {
  readonly origin: string;
  readonly #server: DemoServer;

  constructor(server: DemoServer) {
    this.#server = server;
    this.origin = server.origin;
  }

  get endpoints(): Attributes {
    return {
      'token-url': `${this.origin}/payments/mpesa/token`,
      'push-url': `${this.origin}/payments/mpesa/payment/push/request`,
      'status-url': `${this.origin}/payments/mpesa/status`,
    };
  }

  async #send(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(
      this.origin + path,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );
    const answer = await response.text();
    assert.ok(response.ok, `${path}: HTTP ${response.status} ${answer}`);
    return JSON.parse(answer);
  }

  async reset(): Promise<void> {
    await this.#send('/demo/api/reset', {});
  }

  async faults(faults: { readonly [Where in 'token' | 'push' | 'status']?: readonly Fault[] }): Promise<void> {
    await this.#send('/demo/api/faults', faults);
  }

  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send('/demo/api/backend', settings);
  }

  async daraja(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send('/demo/api/daraja', settings);
  }

  async script(...scripts: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    await this.#send('/demo/api/daraja/scripts', scripts);
  }

  async expireTokens(): Promise<void> {
    await this.#send('/demo/api/backend/expire-tokens', {});
  }

  async record(): Promise<BackendRecord> {
    return (await this.#send('/demo/api/record')) as BackendRecord;
  }

  /** Requests for a push that arrived at the server, also those that a fault kept from the backend. */
  async pushRequests(): Promise<number> {
    return (await this.record()).requests.filter(({ endpoint }) => endpoint === 'push').length;
  }

  /** Waits for a status request to be answered, or for so many of them. */
  async polled(times = 1): Promise<void> {
    let asked: string[] = [];
    await until(async () => {
      const { requests } = await this.record();
      asked = requests.map(({ endpoint }) => endpoint);
      return asked.filter((endpoint) => endpoint === 'status').length >= times;
    }, `${times} status requests`).catch((error: unknown) => {
      throw new Error(`There came only: ${asked.join(', ')}`, { cause: error });
    });
  }

  async handset(phone = SENT): Promise<HandsetView> {
    return (await this.#send(`/daraja/handset/${phone}`)) as HandsetView;
  }

  /** Changes the phone: its balance, its PIN, whether it is reachable. */
  async change(changes: Readonly<Record<string, unknown>>, phone = SENT): Promise<void> {
    await this.#send(`/daraja/handset/${phone}`, changes);
  }

  /** Waits for the prompt to ring, and answers it as the person with the phone does. */
  async answer(action: Readonly<Record<string, unknown>>, phone = SENT): Promise<void> {
    await until(async () => (await this.handset(phone)).prompts.some(({ open }) => open), 'a prompt on the phone');
    await this.#send(`/daraja/handset/${phone}/prompts/latest`, action);
  }

  async approve(phone = SENT): Promise<void> {
    await this.answer({ action: 'approve' }, phone);
  }

  /** What orders cost, and that they may be paid from the phone's own menu. */
  async orders(amounts: Readonly<Record<string, string>>): Promise<void> {
    await this.#send('/demo/api/orders', amounts);
  }

  /** Pays a Pay Bill from the phone's own M-Pesa menu; Daraja confirms it to the server. */
  async payFromMenu(payment: Readonly<Record<string, unknown>>, phone = SENT): Promise<void> {
    await this.#send(`/daraja/handset/${phone}/payments`, payment);
  }

  /** Waits for Daraja's callback to have arrived. */
  async calledBack(): Promise<void> {
    await until(async () => (await this.record()).backend.callbacks.length > 0, 'a callback');
  }

  stop(): Promise<void> {
    return this.#server.close();
  }
}

type SimulationRecord = DemoServer['simulation']['record'];
export type BackendRecord = SimulationRecord & {
  readonly backend: NonNullable<SimulationRecord['backend']>;
  readonly daraja: NonNullable<SimulationRecord['daraja']>;
};

/** A browser profile: its tabs share storage and locks. */
export class Customer {
  readonly context: BrowserContext;
  #gone = false;

  constructor(context: BrowserContext) {
    this.context = context;
  }

  /**
   * Opens a tab. In a window of its own, so that it stays visible while others are open too; `type: 'tab'` lands in front
   * of an earlier one, which is hidden from then on.
   */
  async open(url: string, type: 'window' | 'tab' = 'window'): Promise<Tab> {
    const tab = await this.blank(type);
    await tab.goto(url);
    return tab;
  }

  /** A tab in which nothing is open yet. */
  async blank(type: 'window' | 'tab' = 'window'): Promise<Tab> {
    const page = await this.context.newPage(
      type === 'window' ? { type, windowBounds: { width: 480, height: 900 } } : { type },
    );
    page.setDefaultTimeout(PATIENCE_MS);
    return new Tab(page);
  }

  async leave(): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    await this.context.close();
  }
}

/** A tab, or a frame in it, and what the customer does and sees there. Elements are counted from 0. */
export class Tab {
  readonly page: Page;
  readonly frame: Frame;
  readonly console: string[] = [];
  /** The access tokens that the tab was given. */
  readonly tokens: string[] = [];
  /** How often the tab has asked what became of a payment. A question may arrive later than it was asked. */
  polls = 0;

  constructor(page: Page, frame: Frame = page.mainFrame()) {
    this.page = page;
    this.frame = frame;
    page.on('console', (message) => {
      if (!message.location().url?.endsWith('/favicon.ico')) this.console.push(message.text());
    });
    page.on('pageerror', (error) => this.console.push(String(error)));
    page.on('request', (request) => {
      const { authorization } = request.headers();
      if (authorization && !this.tokens.includes(authorization)) this.tokens.push(authorization);
      if (new URL(request.url()).pathname.includes('/status')) this.polls++;
    });
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
    await this.defined();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.defined();
  }

  /** Waits until the element shows its field, or its receipt. */
  async defined(): Promise<void> {
    await this.frame.waitForFunction(
      () => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('[part=heading]'),
      { polling: POLL_MS },
    );
  }

  async cdp(): Promise<CDPSession> {
    return this.page.createCDPSession();
  }

  /** Types the phone number into the field, key by key. */
  async type(text = TYPED, element = 0): Promise<void> {
    const input = await this.#find('input', element);
    await input.click();
    await this.page.keyboard.type(text);
  }

  /** Presses the button, with the mouse. */
  async press(element = 0): Promise<void> {
    await (await this.#find('button', element)).click();
  }

  /** Presses at a given time, to the millisecond, and answers when it was. */
  async pressAt(time: number, element = 0): Promise<number> {
    return this.frame.evaluate(
      (time, element) => {
        const button = document.querySelectorAll('vitumob-pay')[element]?.shadowRoot?.querySelector('button');
        const press = async () => {
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now() - 20)));
          while (Date.now() < time);
          const pressed = performance.timeOrigin + performance.now();
          button?.click();
          return pressed;
        };
        // Held by the page: the headless shell collects a promise that nobody holds.
        const pressing = press();
        Object.assign(window, { pressing });
        return pressing;
      },
      time,
      element,
    );
  }

  /** Takes the tab's process down, as `chrome://crash` does. */
  async crash(): Promise<void> {
    const cdp = await this.cdp();
    const crashed = new Promise((resolve) => this.page.once('error', resolve));
    cdp.send('Page.crash').catch(() => undefined);
    await crashed;
  }

  async pay(element = 0): Promise<void> {
    await this.type(TYPED, element);
    await this.press(element);
  }

  async #find(part: string, element: number) {
    const handle = await this.frame.evaluateHandle(
      (part, element) =>
        document.querySelectorAll('vitumob-pay')[element]?.shadowRoot?.querySelector(`[part=${part}]`) as Element,
      part,
      element,
    );
    return handle;
  }

  async state(element = 0): Promise<string | undefined> {
    return this.frame.evaluate((element) => document.querySelectorAll('vitumob-pay')[element]?.state, element);
  }

  /** Waits for a state. */
  async reaches(state: string, element = 0): Promise<void> {
    let last: string | undefined;
    await until(async () => (last = await this.state(element)) === state, `state ${state}`).catch((error: unknown) => {
      throw new Error(`The state is ${last} and not ${state}`, { cause: error });
    });
  }

  /** Every event so far in this document, oldest first. */
  async events(): Promise<readonly SeenEvent[]> {
    return this.frame.evaluate(() => (window as unknown as RecordingWindow).seen.events);
  }

  /** The events as words: what they are, and the state or reason where they have one. */
  async story(element?: number): Promise<readonly string[]> {
    const events = await this.events();
    return events
      .filter((event) => element === undefined || event.element === element)
      .map(({ type, detail }) => {
        if (type === 'state-change') return `→ ${String(detail['state'])}`;
        const words = [type, detail['reason'], detail['willRetry'] === false ? 'for good' : undefined];
        return words.filter((word) => typeof word === 'string').join(' ');
      });
  }

  /** Waits for an event and answers its detail. */
  async sees(type: string): Promise<Record<string, unknown>> {
    const find = async () => (await this.events()).find((event) => event.type === type);
    return (await until(find, `a ${type}`))!.detail;
  }

  /** Has the element ask for the outcome now, as it does when the browser says that it is online again. */
  async nudge(): Promise<void> {
    await this.frame.evaluate(() => dispatchEvent(new Event('online')));
  }

  async violations(): Promise<readonly string[]> {
    return this.frame.evaluate(() => (window as unknown as RecordingWindow).seen.violations);
  }

  /** Waits for what has changed to be on the screen. */
  async drawn(): Promise<void> {
    await this.frame.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              resolve();
            });
          });
        }),
    );
  }

  /** All that the customer reads in the element. */
  async text(element = 0): Promise<string> {
    const text = await this.frame.evaluate((element) => {
      const root = document.querySelectorAll('vitumob-pay')[element]?.shadowRoot;
      return root?.querySelector<HTMLElement>('[part=form]')?.innerText ?? '';
    }, element);
    return text.replaceAll('\u00a0', ' ');
  }

  async button(element = 0): Promise<{ readonly text: string; readonly enabled: boolean }> {
    return this.frame.evaluate((element) => {
      const root = document.querySelectorAll('vitumob-pay')[element]?.shadowRoot;
      const button = root?.querySelector('button');
      return { text: button?.innerText ?? '', enabled: button?.getAttribute('aria-disabled') === 'false' };
    }, element);
  }

  /** The headline of what is the matter. */
  async title(element = 0): Promise<string> {
    return this.frame.evaluate((element) => {
      const root = document.querySelectorAll('vitumob-pay')[element]?.shadowRoot;
      const titles = [...(root?.querySelectorAll<HTMLElement>('.title') ?? [])];
      return titles.find((title) => title.checkVisibility({ visibilityProperty: true }))?.innerText ?? '';
    }, element);
  }

  /** Whatever the shop's origin keeps in this browser. */
  async stored(): Promise<string> {
    return this.frame.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    );
  }
}
