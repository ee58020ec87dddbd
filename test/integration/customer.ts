import assert from 'node:assert/strict';
import type { Browser, Page } from 'puppeteer-core';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { Backend, type BackendRecord, Tab, until } from '../e2e/support.js';

/** What the customer types, and what is sent. */
const TYPED = '0712345678';
const SENT = '254712345678';

/** Told by development builds alone, in every app that has Lit in it. */
const LIT_IS_IN_DEV_MODE = /^Lit is in dev mode\. Not recommended for production!/;

let orders = 0;

/** Someone in a shop that an app is, with a browser and a payments backend of their own. */
export class Customer {
  readonly url: string;
  readonly backend: Backend;
  readonly #order: string;
  readonly #page: Page;
  readonly #tab: Tab;
  readonly #complaints: string[] = [];

  private constructor(page: Page, server: DemoServer, origin: string, order: string, own: boolean) {
    this.backend = new Backend(server);
    this.#page = page;
    this.#tab = new Tab(page);
    this.#order = order;
    this.url = `${origin}/?${new URLSearchParams({ backend: own ? '' : server.origin, order }).toString()}`;
    page.on('console', (message) => {
      const text = message.text();
      if (!['error', 'warn'].includes(message.type()) || LIT_IS_IN_DEV_MODE.test(text)) return;
      if (message.location().url?.endsWith('/favicon.ico')) return;
      this.#complaints.push(`${message.type()}: ${text}`);
    });
    page.on('pageerror', (error) => this.#complaints.push(String(error)));
  }

  /**
   * Opens the app's page, does the work, and looks for complaints in the console. With a server that stands behind the app's own
   * origin, the page asks there.
   */
  static async visit(
    browser: Browser,
    app: string,
    origin: string,
    work: (customer: Customer) => Promise<void>,
    own?: DemoServer,
  ) {
    orders += 1;
    const server =
      own ?? (await startDemoServer({ allowedOrigins: [origin], darajaSettings: { callback_delay_ms: 20 } }));
    const context = await browser.createBrowserContext();
    try {
      const customer = new Customer(await context.newPage(), server, origin, `${app}-${orders}`, own !== undefined);
      await customer.#tab.goto(customer.url);
      try {
        // By then the framework has rendered, or taken over what the server rendered.
        await until(async () => (await customer.heading()) === 'Pay the shop', 'the heading given by `messages`');
        await work(customer);
      } catch (error) {
        if (customer.#complaints.length === 0) throw error;
        throw new Error(`The console says:\n${customer.#complaints.join('\n')}`, { cause: error });
      }
      assert.deepEqual(customer.#complaints, [], 'the console is silent');
    } finally {
      await context.close();
      if (!own) await server.close();
    }
  }

  // In the page

  async press(button: 'raise' | 'toggle' | 'rename'): Promise<void> {
    await this.#page.click(`#${button}`);
  }

  async typesPhone(): Promise<void> {
    await this.#tab.type(TYPED);
  }

  async phone(): Promise<string> {
    return this.#page.evaluate(
      () => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('input')?.value.replaceAll(' ', '') ?? '',
    );
  }

  get typedPhone(): string {
    return TYPED;
  }

  /** With the mouse, or with the key that is still under the finger. */
  async pays(by: 'mouse' | 'enter' = 'mouse'): Promise<void> {
    if (by === 'mouse') await this.#tab.press();
    else await this.#page.keyboard.press('Enter');
  }

  async heading(): Promise<string> {
    return this.#page.evaluate(
      () =>
        document.querySelector('vitumob-pay')?.shadowRoot?.querySelector<HTMLElement>('[part=heading] span')
          ?.innerText ?? '',
    );
  }

  async button(): Promise<string> {
    return (await this.#tab.button()).text;
  }

  async reads(): Promise<string> {
    return this.#page.evaluate(() => document.body.innerText);
  }

  async sees(what: 'the checkout' | 'no checkout'): Promise<void> {
    await until(async () => ((await this.#page.$('vitumob-pay')) !== null) === (what === 'the checkout'), what);
    if (what === 'the checkout') await this.#tab.defined();
  }

  async reaches(state: string): Promise<void> {
    await this.#tab.reaches(state);
  }

  async state(): Promise<string | undefined> {
    return this.#tab.state();
  }

  /** The headline of what is the matter, as the element shows it. */
  async title(): Promise<string> {
    return this.#tab.title();
  }

  /** The lines that the app has written, one for each event that it heard. */
  async events(): Promise<readonly string[]> {
    return this.#page.$$eval('#events li', (lines) => lines.map(({ textContent }) => textContent.trim()));
  }

  /** Waits for the app to hear an event, and answers what it wrote of it. */
  async hears(type: string): Promise<string> {
    const find = async () => (await this.events()).find((line) => line.startsWith(`${type} `));
    const line = await until(find, `a line that begins with ${type}`).catch(async (error: unknown) => {
      throw new Error(`Not heard: ${type}. Heard: ${(await this.events()).join('; ')}`, { cause: error });
    });
    return line!.slice(type.length + 1);
  }

  // At the other end

  async approves(): Promise<void> {
    await this.backend.approve(SENT);
  }

  async cancels(): Promise<void> {
    await this.backend.answer({ action: 'cancel' }, SENT);
  }

  /** The pushes that reached the backend, all of them of this order. */
  async pushes(): Promise<BackendRecord['backend']['pushes']> {
    const { pushes } = (await this.backend.record()).backend;
    assert.ok(pushes.every(({ order_id }) => order_id === this.#order));
    return pushes;
  }

  /** The prompts that were on the phone, whichever server asked for them. */
  async prompts(): Promise<readonly { readonly amount: number }[]> {
    return (await this.backend.handset(SENT)).prompts;
  }

  /** The receipt number that M-Pesa gave. */
  async receipt(): Promise<string> {
    const { prompts } = await this.backend.handset(SENT);
    const receipt = prompts[0]?.receipt;
    assert.ok(receipt, 'M-Pesa gave a receipt');
    return receipt;
  }

  async paymentId(): Promise<string> {
    return (await this.pushes())[0]?.checkout_request_id ?? '';
  }
}
