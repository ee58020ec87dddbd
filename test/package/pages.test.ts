import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { SENT, type Tab, until, World } from '../e2e/support.js';
import { importMap } from './support/import-map.js';
import { installPacked, type PackedProject, root } from './support/packed.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const EARLIER = '0.0.1';

const script = (url: string, rest = '') => `<script src="${url}"${rest}></script>`;

describe('In a page', () => {
  let project: PackedProject;
  let world: World;
  /** The script-tag file as it is, and as a version before it would be. */
  let current: string;
  let earlier: string;

  before(async () => {
    const libraries = ['lit', 'lit-html', 'lit-element', 'zod', '@lit/reactive-element'];
    project = await installPacked([...libraries, '@webcomponents/scoped-custom-element-registry']);
    world = await World.open();
    world.serveFolder('/npm/', `${project.folder}/node_modules/`);
    const text = readFileSync(join(project.installed, 'dist/vitumob-pay.min.js'), 'utf8');
    const headers = { 'content-type': 'text/javascript; charset=utf-8' };
    current = world.serve(text, headers);
    earlier = world.serve(text.replaceAll(`"${version}"`, `"${EARLIER}"`), headers);
  });
  afterEach(() => world.reset());
  after(async () => {
    await world.close();
    await project.remove();
  });

  /** The package's modules by an import map, as without a bundler. */
  const modules = (code: string, base = '/npm/') =>
    `<script type="importmap">${importMap(base)}</script><script type="module">${code}</script>`;

  interface Visit {
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }

  async function visit(head: string, { body = world.tag(), headers = {} }: Visit = {}): Promise<Tab> {
    const html = `<!doctype html><html lang="en"><head><title>Shop</title>${script('/recorder.js')}${head}</head><body>${body}</body></html>`;
    const tab = await (await world.customer()).blank();
    await tab.page.goto(world.serve(html, { 'content-type': 'text/html; charset=utf-8', ...headers }));
    return tab;
  }

  async function assertPays(tab: Tab): Promise<void> {
    await tab.defined();
    if (await tab.frame.evaluate(() => !document.querySelector('vitumob-pay')!.phone)) await tab.type();
    await tab.press();
    await world.backend.approve();
    await tab.reaches('paid');
    assert.equal(await world.backend.pushRequests(), 1);
  }

  const definedVersion = (tab: Tab) =>
    tab.frame.evaluate(() => (customElements.get('vitumob-pay') as { version?: string } | undefined)?.version);

  describe('without a bundler', () => {
    /** Strict, but for the one inline script that cannot be in a file. */
    const policy = (base: string, more: string) => {
      const hash = createHash('sha256').update(importMap(base)).digest('base64');
      return {
        'content-security-policy': [
          `default-src 'none'; script-src 'self' 'sha256-${hash}' ${more}; connect-src ${world.backend.origin}`,
          `require-trusted-types-for 'script'; trusted-types lit-html`,
        ].join('; '),
      };
    };

    it('the guide has the import map that is used here', () => {
      const guide = readFileSync(join(root, 'docs/guides/import-map.md'), 'utf8');
      const [, map = ''] = /<script type="importmap">([^]*?)<\/script>/.exec(guide) ?? [];
      const { imports } = JSON.parse(map) as { imports: Record<string, string> };
      const used = JSON.parse(importMap('/npm/')) as { imports: Record<string, string> };
      for (const [name, place] of Object.entries(imports)) assert.equal(used.imports[name], place, name);
      assert.ok('vitumob-pay' in imports);
    });

    for (const [place, host] of Object.entries({ 'its own server': '', 'a CDN': 'http://localhost' })) {
      it(`an import map finds the modules on ${place}, which pay under the strict content security policy`, async () => {
        const origin = host && `${host}:${new URL(world.shop).port}`;
        const base = `${origin}/npm/`;
        const start = world.serve(`import 'vitumob-pay';`, { 'content-type': 'text/javascript' });
        const head = `<script type="importmap">${importMap(base)}</script>${script(start, ' type="module"')}`;
        const tab = await visit(head, { headers: policy(base, origin) });
        await assertPays(tab);
        const display = await tab.frame.evaluate(
          () => getComputedStyle(document.querySelector('vitumob-pay')!).display,
        );
        assert.equal(display, 'block', 'not styled');
        assert.deepEqual(await tab.violations(), []);
        assert.deepEqual(tab.console, []);
      });
    }
  });

  describe('that is a frame', () => {
    it('of another site, it pays', async () => {
      const inner = world.page(world.tag({ phone: SENT })).replace('127.0.0.1', 'localhost');
      const outer = world.page(`<iframe src="${inner}" width="440" height="900"></iframe>`);
      const top = await (await world.customer()).blank();
      await top.page.goto(outer);
      const frame = await until(() => top.page.frames().find((one) => one.url() === inner), 'the frame');
      const tab = world.tabOf(top.page, frame);
      await assertPays(tab);
      assert.deepEqual(tab.console, []);
    });

    it('of no origin, without storage and locks, it pays from memory, and says so in no console', async () => {
      const inner = world.page(world.tag({ phone: SENT }));
      const outer = world.page(`<iframe sandbox="allow-scripts" src="${inner}" width="440" height="900"></iframe>`);
      const top = await (await world.customer()).blank();
      await top.page.goto(outer);
      const frame = await until(() => top.page.frames().find((one) => one.url() === inner), 'the frame');
      const tab = world.tabOf(top.page, frame);
      assert.equal(await frame!.evaluate(() => window.origin), 'null');
      await assertPays(tab);
      assert.deepEqual(tab.console, []);
    });
  });

  describe('that has a copy already', () => {
    const strict = () => ({
      'content-security-policy': `default-src 'none'; script-src 'self'; connect-src ${world.backend.origin}; require-trusted-types-for 'script'; trusted-types lit-html`,
    });

    it('of the same version, it leaves that one be, without a word', async () => {
      const tab = await visit(script('/vitumob-pay.min.js') + script(current), { headers: strict() });
      await assertPays(tab);
      assert.deepEqual(tab.console, []);
    });

    it('of another version, it leaves that one be, and warns once, also under the strict policy', async () => {
      const tab = await visit(script(earlier) + script(current), { headers: strict() });
      await assertPays(tab);
      assert.equal(await definedVersion(tab), EARLIER);
      assert.deepEqual(tab.console, [
        `<vitumob-pay> ${version} is not registered: ${EARLIER} has the name. Load one of the two.`,
      ]);
    });

    it('of a later version, it says the same', async () => {
      const tab = await visit(script(current) + script(earlier));
      await assertPays(tab);
      assert.deepEqual(tab.console, [
        `<vitumob-pay> ${EARLIER} is not registered: ${version} has the name. Load one of the two.`,
      ]);
    });

    for (const [kind, first] of Object.entries({ 'of the same version': () => current, 'of another': () => earlier })) {
      it(`${kind} by a script tag, the modules leave that one be`, async () => {
        const tab = await visit(script(first()) + modules(`import 'vitumob-pay'; window.isLoaded = true;`));
        await tab.frame.waitForFunction(() => 'isLoaded' in window);
        await assertPays(tab);
        assert.equal(tab.console.length, kind === 'of another' ? 1 : 0, tab.console.join('\n'));
      });
    }

    it('under a register that takes a name twice, it is registered once', async () => {
      const lenient = `<script>
        const { define } = customElements;
        window.defined = [];
        customElements.define = (name, ...rest) => {
          defined.push(name);
          if (!customElements.get(name)) define.call(customElements, name, ...rest);
        };
      </script>`;
      const tab = await visit(lenient + script(earlier) + script(current));
      await assertPays(tab);
      const defined = await tab.frame.evaluate(() => (window as unknown as { defined: string[] }).defined);
      assert.deepEqual(defined, ['vitumob-pay']);
      assert.equal(tab.console.length, 1);
    });
  });

  describe('whose name is taken by a class of somebody else', () => {
    const theirs = `<script>customElements.define('vitumob-pay', class extends HTMLElement { isTheirs = true });</script>`;
    const warning = [`<vitumob-pay> ${version} is not registered: another class has the name. Load one of the two.`];

    async function assertTheirs(tab: Tab): Promise<void> {
      const isTheirs = await tab.frame.evaluate(() => 'isTheirs' in document.querySelector('vitumob-pay')!);
      assert.equal(isTheirs, true);
      assert.deepEqual(tab.console, warning);
    }

    it('the script-tag file leaves it theirs, and warns once', async () => {
      await assertTheirs(await visit(theirs + script(current)));
    });

    it('the modules leave it theirs, and warn once', async () => {
      const tab = await visit(theirs + modules(`import 'vitumob-pay'; window.isLoaded = true;`));
      await tab.frame.waitForFunction(() => 'isLoaded' in window);
      await assertTheirs(tab);
    });

    it('the class may have another', async () => {
      const tab = await visit(
        theirs +
          modules(`
            import { VitumobPayElement } from 'vitumob-pay/element';
            customElements.define('mama-pay', class extends VitumobPayElement {});`),
        { body: world.tag().replaceAll('vitumob-pay', 'mama-pay') },
      );
      const press = () =>
        tab.frame.evaluate(() => {
          const element = document.querySelector<HTMLElementTagNameMap['vitumob-pay']>('mama-pay')!;
          element.phone = '0723123123';
          return element.pay();
        });
      await tab.frame.waitForFunction(() => customElements.get('mama-pay'));
      await press();
      await tab.sees('push-success');
      assert.deepEqual(tab.console, []);
    });
  });

  it('that has registered the class itself, under another name, it warns once', async () => {
    const tab = await visit(
      modules(`
        import { VitumobPayElement } from 'vitumob-pay/element';
        customElements.define('mama-pay', VitumobPayElement);
        await import('vitumob-pay');
        window.isLoaded = true;`),
    );
    await tab.frame.waitForFunction(() => 'isLoaded' in window);
    assert.equal(tab.console.length, 1);
    assert.match(tab.console[0]!, /^<vitumob-pay> [\d.]+ is not registered: NotSupportedError: .*already been used/);
  });

  describe('with registers of its own', () => {
    /** Puts a checkout into a shadow root that has a register with the class in it. */
    const inScope = (init: string, fill: string) =>
      modules(`
        import { VitumobPayElement } from 'vitumob-pay/element';
        const registry = new CustomElementRegistry();
        registry.define('vitumob-pay', VitumobPayElement);
        const root = document.querySelector('#scope').attachShadow({ mode: 'open', ${init} });
        ${fill}
        window.checkout = root.querySelector('vitumob-pay');`);

    const theirs = `<script>customElements.define('vitumob-pay', class extends HTMLElement {});</script>`;

    async function assertPaysInScope(tab: Tab): Promise<void> {
      await tab.frame.waitForFunction(() => 'checkout' in window);
      await tab.frame.evaluate(() => {
        const { checkout } = window as unknown as { checkout: HTMLElementTagNameMap['vitumob-pay'] };
        checkout.phone = '0723123123';
        return checkout.pay();
      });
      await world.backend.approve();
      const isPaid = () =>
        tab.frame.evaluate(
          () => (window as unknown as { checkout: HTMLElementTagNameMap['vitumob-pay'] }).checkout.state === 'paid',
        );
      await until(isPaid, 'the payment');
      assert.deepEqual(tab.console, []);
    }

    const polyfill = script('/npm/@webcomponents/scoped-custom-element-registry/scoped-custom-element-registry.min.js');

    async function visitScope(isPolyfilled: boolean): Promise<Tab> {
      const init = isPolyfilled ? 'registry' : 'customElementRegistry: registry';
      const fill = `root.innerHTML = ${JSON.stringify(world.tag())};`;
      return visit((isPolyfilled ? polyfill : '') + theirs + inScope(init, fill), { body: '<div id="scope"></div>' });
    }

    it('it pays in each, next to another class of that name, by the polyfill', async () => {
      await assertPaysInScope(await visitScope(true));
    });

    it('it pays in each, next to another class of that name, where the browser has them', async () => {
      const tab = await visit('');
      const hasThem = await tab.frame.evaluate(() => 'customElementRegistry' in Element.prototype);
      await assertPaysInScope(await visitScope(!hasThem));
    });

    it('a polyfilled register takes the tag as the browser’s does', async () => {
      const tab = await visit(polyfill + script(current) + script(current));
      await assertPays(tab);
      assert.deepEqual(tab.console, []);
    });
  });

  describe('without any register', () => {
    const warning = `<vitumob-pay> ${version} is not registered: no customElements here. Load it in the page itself.`;

    for (const nothing of ['null', 'undefined']) {
      it(`the script-tag file warns once (${nothing})`, async () => {
        const head = `<script>Object.defineProperty(window, 'customElements', { value: ${nothing} });</script>`;
        const tab = await visit(head + script(current));
        assert.deepEqual(tab.console, [warning]);
      });

      it(`the modules warn once (${nothing})`, async () => {
        const head = `<script>Object.defineProperty(window, 'customElements', { value: ${nothing} });</script>`;
        const tab = await visit(head + modules(`import 'vitumob-pay'; window.isLoaded = true;`));
        await tab.frame.waitForFunction(() => 'isLoaded' in window);
        assert.deepEqual(tab.console, [warning]);
      });
    }

    it('as a browser extension’s script is, the script-tag file warns once', async () => {
      const tab = await visit('');
      const cdp = await tab.cdp();
      const { frameTree } = await cdp.send('Page.getFrameTree');
      const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
      const expression = readFileSync(join(project.installed, 'dist/vitumob-pay.min.js'), 'utf8');
      const heard: string[] = [];
      cdp.on('Runtime.consoleAPICalled', ({ args }) => heard.push(String(args[0]?.value)));
      await cdp.send('Runtime.enable');
      const { exceptionDetails } = await cdp.send('Runtime.evaluate', { contextId: executionContextId, expression });
      assert.equal(exceptionDetails, undefined);
      await until(() => heard.length, 'the warning');
      assert.deepEqual(heard, [warning]);
    });
  });
});
