import { WebKitSession } from './webkit-session.mjs';

/**
 * Web Test Runner in WebKitGTK.
 *
 * @param {{ dark?: boolean, reducedMotion?: boolean, timezone?: string }} options
 */
export const webkitGtkLauncher = (options = {}) => new WebKitGtkLauncher(options);

class WebKitGtkLauncher {
  name = 'WebKit';
  type = 'webdriver';
  concurrency = 1;

  #urls = new Map();
  #started;

  constructor(options) {
    this.session = new WebKitSession(options);
  }

  initialize(config) {
    // In front of the runner's own commands, which throw for a browser that they do not know.
    if (!config.plugins.includes(webkitCommands)) config.plugins.unshift(webkitCommands);
  }

  async startSession(id, url) {
    await (this.#started ??= this.session.start());
    await this.session.setViewport({ width: 800, height: 600 });
    this.#urls.set(id, url);
    await this.session.open(url);
  }

  async stopSession(id) {
    await this.session.open('about:blank');
    this.#urls.delete(id);
    return {};
  }

  isActive(id) {
    return this.#urls.has(id);
  }

  getBrowserUrl(id) {
    return this.#urls.get(id);
  }

  stop() {
    return this.session.stop();
  }

  sendMouseMove(_session, x, y) {
    return this.session.sendMouseMove(x, y);
  }

  sendMouseClick(_session, x, y) {
    return this.session.sendMouseClick(x, y);
  }

  resetMouse() {
    return this.session.resetMouse();
  }
}

const webkitCommands = {
  name: 'webkit-commands',
  async executeCommand({ command, payload, session: { browser } }) {
    if (!(browser instanceof WebKitGtkLauncher)) return undefined;
    if (command === 'set-viewport') return browser.session.setViewport(payload);
    if (command !== 'send-keys') return undefined;
    await browser.session.sendKeys(payload);
    return true;
  },
};
