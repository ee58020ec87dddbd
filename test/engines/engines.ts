/** Firefox and WebKit, as far as a customer's way through a payment needs them. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { onPath } from '../browsers/chromium.mjs';
import { WebKitSession } from '../browsers/webkit-session.mjs';

export interface Engine {
  /** Opens a page in a window of its own. All share one profile: storage and locks. */
  open(url: string): Promise<EnginePage>;
  close(): Promise<void>;
}

export interface EnginePage {
  reload(): Promise<void>;
  /** Runs the body of a function in the page, and answers what it returns. */
  run(script: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Clicks on a point of the page, with the mouse. */
  click(x: number, y: number): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  Firefox: async () => {
    const executablePath = onPath(['firefox-esr', 'firefox']);
    if (!executablePath) throw new Error('There is no Firefox on PATH.');
    // Over WebDriver BiDi: Firefox has no other protocol any more.
    return new Firefox(await puppeteer.launch({ browser: 'firefox', executablePath }));
  },
  WebKit: async () => {
    const session = new WebKitSession();
    await session.start();
    return new WebKit(session);
  },
};

class Firefox implements Engine {
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async open(url: string): Promise<EnginePage> {
    const page = await this.#browser.newPage({ type: 'window' });
    await page.goto(url);
    return new FirefoxPage(page);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

class FirefoxPage implements EnginePage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  run(script: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#page.evaluate(`(function () { ${script} }).apply(null, ${JSON.stringify(args)})`);
  }

  click(x: number, y: number): Promise<void> {
    return this.#page.mouse.click(x, y);
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

class WebKit implements Engine {
  readonly #session: WebKitSession;
  #queue: Promise<unknown> = Promise.resolve();
  #first: Promise<string> | undefined;

  constructor(session: WebKitSession) {
    this.#session = session;
  }

  async open(url: string): Promise<EnginePage> {
    // From the window that it started with, which nobody closes.
    this.#first ??= this.#session.call('GET', '/window') as Promise<string>;
    const create = () => this.#session.call('POST', '/window/new', { type: 'window' });
    const { handle } = await this.#in<{ handle: string }>(await this.#first, create);
    const page: EnginePage = {
      reload: () => this.#in(handle, () => this.#session.call('POST', '/refresh', {})),
      run: (script, ...args) => this.#in(handle, () => this.#session.run(script, ...args)),
      click: (x, y) => this.#in(handle, () => this.#session.sendMouseClick(x, y)),
      type: (text) => this.#in(handle, () => this.#session.sendKeys({ type: text })),
      close: () => this.#in(handle, () => this.#session.call('DELETE', '/window')),
    };
    await this.#in(handle, () => this.#session.open(url));
    return page;
  }

  close(): Promise<void> {
    return this.#session.stop();
  }

  /** One command after the other: the driver has one window at a time. */
  #in<T>(handle: string, command: () => Promise<unknown>): Promise<T> {
    const done = this.#queue.then(async () => {
      await this.#session.call('POST', '/window', { handle });
      return command();
    });
    this.#queue = done.catch(() => undefined);
    return done as Promise<T>;
  }
}
