import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * WebKitGTK, driven by the WebKitWebDriver of the system's packages on a virtual display. There is no ready-made way:
 * Playwright's WebKit is a download of its own, webdriverio's cannot set the viewport.
 */
export class WebKitSession {
  #children = [];
  #driver;
  #session;
  #configFolder;

  /** @param {{ dark?: boolean, reducedMotion?: boolean, timezone?: string }} options */
  constructor(options = {}) {
    this.options = options;
  }

  /** Starts the display, the driver and the browser. */
  async start() {
    const { dark, reducedMotion, timezone } = this.options;
    const folder = (this.#configFolder = mkdtempSync(join(tmpdir(), 'wtr-webkit-')));
    mkdirSync(join(folder, 'gtk-3.0'));
    // The browser's tool bar would keep the page from being narrower than 447 px.
    writeFileSync(
      join(folder, 'gtk-3.0/gtk.css'),
      '*{min-width:0;min-height:0;padding:0;margin:0;border-width:0;font-size:1px;-gtk-icon-source:none}',
    );
    writeFileSync(
      join(folder, 'gtk-3.0/settings.ini'),
      `[Settings]\ngtk-enable-animations=${!reducedMotion}\ngtk-theme-name=Adwaita${dark ? '-dark' : ''}\n`,
    );

    const display = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    this.#children.push(display);
    const DISPLAY = await new Promise((resolve, reject) => {
      display.once('error', reject);
      display.stdio[3].once('data', (number) => resolve(`:${String(number).trim()}`));
    });

    const port = await freePort();
    const environment = { ...process.env, DISPLAY, XDG_CONFIG_HOME: folder, LANG: 'C', NO_AT_BRIDGE: '1' };
    if (timezone) environment.TZ = timezone;
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env: environment });
    this.#children.unshift(driver);
    const failure = new Promise((_, reject) => driver.once('error', reject));
    this.#driver = `http://127.0.0.1:${port}`;

    for (let attempt = 0; !this.#session; attempt++) {
      try {
        const { sessionId } = await Promise.race([this.#request('POST', '/session', { capabilities: {} }), failure]);
        this.#session = sessionId;
      } catch (error) {
        if (attempt > 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async stop() {
    if (this.#session) await this.call('DELETE', '').catch(() => {});
    for (const child of this.#children) child.kill();
    if (this.#configFolder) rmSync(this.#configFolder, { recursive: true, force: true });
  }

  async setViewport({ width, height }) {
    // The window is larger than the page by an unknown frame: correct until they agree.
    for (let attempt = 0, w = width, h = height; attempt < 6; attempt++) {
      await this.call('POST', '/window/rect', { width: w, height: h });
      const [innerWidth, innerHeight] = await this.run('return [innerWidth, innerHeight]');
      if (innerWidth === width && innerHeight === height) return true;
      w += width - innerWidth;
      h += height - innerHeight;
    }
    throw new Error(`WebKit did not reach a viewport of ${width} × ${height}.`);
  }

  /** @param {string} url */
  open(url) {
    return this.call('POST', '/url', { url });
  }

  /** Runs the body of a function in the page, and answers what it returns. */
  run(script, ...args) {
    return this.call('POST', '/execute/sync', { script, args });
  }

  /** @param {{ type?: string, press?: string, down?: string, up?: string }} keys */
  sendKeys({ type, press, down, up }) {
    if (type) return this.#act('key', ...[...type].flatMap((key) => [keyDown(key), keyUp(key)]));
    if (press) return this.#act('key', keyDown(press), keyUp(press));
    return this.#act('key', down ? keyDown(down) : keyUp(up));
  }

  sendMouseMove(x, y) {
    return this.#act('pointer', { type: 'pointerMove', duration: 0, x, y });
  }

  async sendMouseClick(x, y) {
    await this.sendMouseMove(x, y);
    return this.#act('pointer', { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 });
  }

  resetMouse() {
    return this.call('DELETE', '/actions');
  }

  #act(type, ...actions) {
    return this.call('POST', '/actions', { actions: [{ type, id: type, actions }] });
  }

  /** Calls the driver: https://w3c.github.io/webdriver/#endpoints */
  call(method, path, body) {
    return this.#request(method, `/session/${this.#session}${path}`, body);
  }

  async #request(method, path, body) {
    const response = await fetch(this.#driver + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await response.json();
    if (response.ok) return value;
    throw new Error(`${method} ${path}: ${value.error} ${value.message}`);
  }
}

// WebDriver's code points for keys that are no character: https://w3c.github.io/webdriver/#keyboard-actions
const keys = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Escape: '\uE00C',
  Space: ' ',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};
const keyDown = (key) => ({ type: 'keyDown', value: keys[key] ?? key });
const keyUp = (key) => ({ type: 'keyUp', value: keys[key] ?? key });
