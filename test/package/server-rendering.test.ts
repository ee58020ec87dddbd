import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Attributes, newOrder, type Tab, World } from '../e2e/support.js';
import { importMap } from './support/import-map.js';
import { installPacked, type PackedProject } from './support/packed.js';

/** Runs in the page: takes the server's rendering over, and notes what of it changes. */
async function hydrate(withSupport: boolean): Promise<Hydration> {
  const element = document.querySelector('vitumob-pay')!;
  const root = element.shadowRoot!;
  const button = root.querySelector('button');
  const changes: string[] = [];
  const watch = new MutationObserver((records) => {
    for (const { type, target, attributeName, oldValue } of records) {
      const value = attributeName && (target as Element).getAttribute(attributeName);
      // Set to what it is already.
      if (type === 'attributes' && value === oldValue) continue;
      changes.push(`${type} ${attributeName ?? ''} ${target.textContent?.trim() ?? ''}`);
    }
  });
  watch.observe(root, { subtree: true, childList: true, characterData: true, attributeOldValue: true });
  const { load } = window as unknown as { load: (withSupport: boolean) => Promise<void> };
  await load(withSupport);
  await element.updateComplete;
  // What was still to be rendered once more.
  await element.updateComplete;
  await new Promise(requestAnimationFrame);
  watch.disconnect();
  return { changes, keptNodes: button === root.querySelector('button') };
}

interface Hydration {
  readonly changes: readonly string[];
  readonly keptNodes: boolean;
}

/** Runs in the page before anything else: adds up what shifts. */
function watchShifts(): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      Object.assign(window, { shifted: shifted() + (entry as unknown as { value: number }).value });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const shifted = () => (window as unknown as { shifted?: number }).shifted ?? 0;
}

describe('A page rendered on a server by @lit-labs/ssr', () => {
  let project: PackedProject;
  let world: World;

  before(async () => {
    project = await installPacked([
      'lit',
      'lit-html',
      'lit-element',
      'zod',
      '@lit/reactive-element',
      '@lit-labs/ssr',
      '@lit-labs/ssr-client',
    ]);
    world = await World.open();
    world.serveFolder('/npm/', `${project.folder}/node_modules/`);
  });
  afterEach(() => world.reset());
  after(async () => {
    await world.close();
    await project.remove();
  });

  /** What the server makes of a tag, which it has to find in a template's text. */
  async function renderOnServer(tag: string): Promise<string> {
    const code = `
      import { render } from '@lit-labs/ssr';
      import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
      import { html } from 'lit';
      import 'vitumob-pay';
      const tag = [${JSON.stringify(tag)}];
      console.log(await collectResult(render(html(Object.assign(tag, { raw: tag })))));`;
    return project.run(process.execPath, '--input-type=module', '--eval', code);
  }

  interface Options {
    readonly lang?: string;
    readonly around?: (tag: string) => string;
    /** What loads the element once the test says so. */
    readonly load?: string;
  }

  const modules = `async (withSupport) => {
    if (withSupport) await import('@lit-labs/ssr-client/lit-element-hydrate-support.js');
    await import('vitumob-pay');
  }`;

  const scriptTag = `() => new Promise((resolve) => {
    document.head.append(Object.assign(document.createElement('script'), { src: '/vitumob-pay.min.js', onload: resolve }));
  })`;

  /** The page as the server sends it, before any script of ours runs in it. */
  async function visit(attributes: Attributes, { lang = 'en', around = (tag) => tag, load = modules }: Options = {}) {
    const body = around(await renderOnServer(world.tag(attributes)));
    return open(body, lang, load);
  }

  async function open(body: string, lang = 'en', load = modules): Promise<Tab> {
    const head = `<title>Shop</title><meta name="viewport" content="width=device-width">
      <script>var __name = (it) => it; (${watchShifts.toString()})()</script><script src="/recorder.js"></script>
      <script type="importmap">${importMap('/npm/')}</script><script>window.load = ${load}</script>`;
    const html = `<!doctype html><html lang="${lang}"><head>${head}</head><body>${body}<p>Below</p></body></html>`;
    const tab = await (await world.customer()).blank();
    await tab.page.goto(world.serve(html, { 'content-type': 'text/html; charset=utf-8' }));
    await tab.drawn();
    return tab;
  }

  const shifts = (tab: Tab) => tab.frame.evaluate(() => (window as unknown as { shifted?: number }).shifted ?? 0);

  /** Without the tags and marks in it. */
  const textOf = (html: string) => html.replace(/<[^>]*>/g, '');

  const attributes = { en: {}, sw: { lang: 'sw' } };
  const more = { phone: '0723123123', business: 'Duka la Vitabu', amount: '48744', name: 'payment' };

  for (const [lang, language] of Object.entries(attributes)) {
    const says = lang === 'sw' ? /Lipa na M-Pesa/ : /Pay with M-Pesa/;

    it(`has the whole checkout in it, in a declarative shadow root (${lang})`, async () => {
      const html = await renderOnServer(world.tag({ ...language, ...more }));
      assert.match(html, /<vitumob-pay[^>]*><template[^>]* shadowrootmode="open"/);
      assert.match(textOf(html), says);
      assert.match(html, /value="0723 123 123"/);
      assert.match(html, /48,744/);
      assert.match(html, /Duka la Vitabu/);
    });

    it(`renders a tag without any attributes but its language (${lang})`, async () => {
      const html = await renderOnServer(
        lang === 'sw' ? '<vitumob-pay lang="sw"></vitumob-pay>' : '<vitumob-pay></vitumob-pay>',
      );
      assert.match(textOf(html), says);
      assert.match(html, /<input/);
    });

    for (const [kind, set] of Object.entries({ few: language, many: { ...language, ...more } })) {
      it(`is hydrated, with ${kind} attributes, without a change, and pays (${lang})`, async () => {
        const tab = await visit(set);
        const before = await tab.text();
        assert.match(before, says);
        assert.deepEqual(await tab.frame.evaluate(hydrate, true), { changes: [], keptNodes: true });
        assert.equal(await tab.text(), before);
        assert.equal(await shifts(tab), 0);
        if (kind === 'few') await tab.type();
        await tab.press();
        await world.backend.approve();
        await tab.reaches('paid');
        assert.deepEqual(tab.console, []);
      });
    }
  }

  it('is hydrated by a tag without attributes, which then says what it lacks', async () => {
    const tab = await open(await renderOnServer('<vitumob-pay></vitumob-pay>'));
    assert.deepEqual(await tab.frame.evaluate(hydrate, true), { changes: [], keptNodes: true });
    assert.deepEqual(tab.console, []);
    await tab.press();
    assert.equal((await tab.sees('push-failure'))['reason'], 'configuration');
  });

  it('comes in the element’s own language, and turns to the page’s once hydrated', async () => {
    const tab = await visit({}, { lang: 'sw' });
    assert.match(await tab.text(), /Pay with M-Pesa/);
    const { keptNodes } = await tab.frame.evaluate(hydrate, true);
    assert.equal(keptNodes, true);
    assert.match(await tab.text(), /Lipa na M-Pesa/);
    assert.doesNotMatch(await tab.text(), /Pay with/);
    assert.deepEqual(tab.console, []);
  });

  it('goes nowhere when somebody presses the button before it works', async () => {
    const tab = await visit({});
    await tab.pay();
    await tab.drawn();
    assert.equal(new URL(tab.page.url()).search, '');
    assert.equal((await world.backend.record()).requests.length, 0);
  });

  for (const [kind, phone] of Object.entries({ 'an empty field': '', 'a number that was filled in': '0711111111' })) {
    it(`keeps what was typed over ${kind}, the focus, and the caret`, async () => {
      const tab = await visit({ phone });
      await tab.frame.evaluate(() => {
        document.querySelector('vitumob-pay')!.shadowRoot!.querySelector('input')!.select();
      });
      await tab.page.keyboard.type('0723123123');
      await tab.page.keyboard.press('ArrowLeft');
      await tab.frame.evaluate(hydrate, true);
      const field = await tab.frame.evaluate(() => {
        const root = document.querySelector('vitumob-pay')!.shadowRoot!;
        const input = root.querySelector('input')!;
        return { value: input.value, caret: input.selectionStart, focused: root.activeElement === input };
      });
      assert.deepEqual(field, { value: '0723123123', caret: 9, focused: true });
      await tab.press();
      assert.equal((await tab.sees('push-success'))['phone'], '254723123123');
      assert.deepEqual(tab.console, []);
    });
  }

  it('shows a prompt that is live in this browser, once hydrated, and sends no second', async () => {
    const order = newOrder();
    const body = await renderOnServer(world.tag({ 'order-id': order, phone: '0723123123' }));
    const first = await open(body);
    await first.frame.evaluate(hydrate, true);
    await first.press();
    await first.reaches('prompted');
    await first.page.reload();
    await first.drawn();
    assert.equal(await first.state(), undefined);
    await first.frame.evaluate(hydrate, true);
    assert.equal(await first.state(), 'prompted');
    assert.match(await first.text(), /Check your phone/);
    assert.equal((await first.button()).enabled, false);
    await first.press();
    await world.backend.approve();
    await first.reaches('paid');
    await first.page.reload();
    await first.drawn();
    await first.frame.evaluate(hydrate, true);
    assert.equal(await first.state(), 'paid');
    assert.equal(await world.backend.pushRequests(), 1);
    assert.deepEqual(first.console, []);
  });

  it('is out of use in a fieldset that is, which the server could not know', async () => {
    const tab = await visit({}, { around: (tag) => `<form><fieldset disabled>${tag}</fieldset></form>` });
    await tab.frame.evaluate(hydrate, true);
    const disabled = await tab.frame.evaluate(
      () => document.querySelector('vitumob-pay')!.shadowRoot!.querySelector('button')!.disabled,
    );
    assert.equal(disabled, true);
    assert.deepEqual(tab.console, []);
  });

  it('is rendered anew, with one warning, where the server has another version', async () => {
    const html = await renderOnServer(world.tag());
    const tab = await open(html.replace(/(<template[^]*?<!--lit-part )[^ ]+?(-->)/, '$1AAAAAAAAAAA=$2'));
    const { keptNodes } = await tab.frame.evaluate(hydrate, true);
    assert.equal(keptNodes, false);
    assert.equal(tab.console.length, 1);
    assert.match(tab.console[0]!, /<vitumob-pay> is rendered anew: the server has another version/);
    await tab.pay();
    await world.backend.approve();
    await tab.reaches('paid');
  });

  for (const [kind, load] of Object.entries({ modules, 'the script-tag file': scriptTag })) {
    it(`is rendered anew, in its place, where nobody asked to hydrate it (${kind})`, async () => {
      const tab = await visit({ lang: 'sw' }, { load });
      const before = await tab.text();
      await tab.type();
      const { keptNodes } = await tab.frame.evaluate(hydrate, false);
      assert.equal(keptNodes, false);
      assert.equal(await tab.text(), before);
      assert.equal(await shifts(tab), 0);
      const forms = await tab.frame.evaluate(
        () => document.querySelector('vitumob-pay')!.shadowRoot!.querySelectorAll('form').length,
      );
      assert.equal(forms, 1);
      await tab.press();
      await world.backend.approve();
      await tab.reaches('paid');
      assert.deepEqual(tab.console, []);
    });
  }

  it('is hydrated by the script-tag file too, without a change', async () => {
    const load = `async () => {
      await import('@lit-labs/ssr-client/lit-element-hydrate-support.js');
      await (${scriptTag})();
    }`;
    const tab = await visit({}, { load });
    assert.deepEqual(await tab.frame.evaluate(hydrate, true), { changes: [], keptNodes: true });
    assert.equal(await shifts(tab), 0);
    await tab.pay();
    await world.backend.approve();
    await tab.reaches('paid');
    assert.deepEqual(tab.console, []);
  });
});
