import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import { World } from './support.js';

/** In the page: adds up what shifts, and notes the element's height in every state. */
function watchLayout(): void {
  const layout = { shifts: 0, heights: {} as Record<string, number[]> };
  Object.assign(window, { layout });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) layout.shifts += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const note = () => {
    const element = document.querySelector('vitumob-pay');
    const { height } = element?.getBoundingClientRect() ?? {};
    if (element && height && !layout.heights[element.state]?.includes(height)) {
      (layout.heights[element.state] ??= []).push(height);
    }
    requestAnimationFrame(note);
  };
  note();
}

/** The rule with which a page keeps the element's place, as the reference has it. */
function reservingRule(): string {
  const reference = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8');
  const [rule] = /^vitumob-pay:not\(:defined\) \{[^}]*\}/m.exec(reference) ?? [];
  assert.ok(rule, 'docs/reference.md gives the rule');
  return rule;
}

/** In the page, before its scripts: `ahead` is by how many milliseconds its clocks are fast. */
function aheadOfTime(): void {
  window.ahead = 0;
  const [date, now] = [Date.now.bind(Date), performance.now.bind(performance)];
  Date.now = () => date() + window.ahead;
  performance.now = () => now() + window.ahead;
}

declare global {
  interface Window {
    ahead: number;
  }
}

interface Layout {
  readonly shifts: number;
  readonly heights: Readonly<Record<string, readonly number[]>>;
}

describe('The layout', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  const below = '<p>What follows the checkout.</p>';
  const business = 'Duka la Vitabu la Mama Njeri';

  for (const lang of ['en', 'sw']) {
    for (const width of [320, 360, 412]) {
      it(`stays where it is from idle to prompted at ${width} px (${lang})`, async () => {
        // Long enough to be drawn as it is while the push is on its way.
        await world.backend.faults({ push: [{ fault: 'slow', ms: 250 }] });
        const customer = await world.customer();
        const tab = await customer.blank();
        await tab.page.setViewport({ width, height: 800, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
        const url = world.page(world.tag({ phone: '0723123123', amount: '48744.15', business }) + below, { lang });
        await tab.goto(url);
        await tab.drawn();
        await tab.frame.evaluate(watchLayout);
        await tab.drawn();
        await tab.press();
        await tab.reaches('prompted');
        await tab.drawn();
        const { shifts, heights } = await tab.frame.evaluate(() => (window as unknown as { layout: Layout }).layout);
        assert.deepEqual(Object.keys(heights), ['idle', 'requesting', 'prompted']);
        assert.equal(new Set(Object.values(heights).flat()).size, 1, JSON.stringify(heights));
        assert.equal(shifts, 0);
      });
    }

    for (const width of [320, 420]) {
      for (const [way, answer, seconds] of [
        ['a prompt to a phone that is not reached', 'prompted', []],
        ['a prompt, over the end of its time, to a phone that is not reached', 'prompted', [25, 100]],
        ['a push without an answer to the end of its time', 'unconfirmed', [25, 100]],
      ] as const) {
        it(`shifts nothing from ${way}, with help and Pay Bill to offer, at ${width} px (${lang})`, async () => {
          if (answer === 'unconfirmed') await world.backend.faults({ push: ['server-500'] });
          const customer = await world.customer();
          const tab = await customer.blank();
          await tab.page.setViewport({ width, height: 800, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
          await tab.page.evaluateOnNewDocument(aheadOfTime);
          const attributes = { phone: '0723123123', business, paybill: '174379' };
          await tab.goto(world.page(world.tag(attributes) + below, { lang }));
          await tab.drawn();
          await tab.frame.evaluate(watchLayout);
          await tab.press();
          await tab.reaches(answer);
          await tab.drawn();
          for (const each of seconds) {
            await tab.frame.evaluate((ms) => {
              window.ahead += ms;
              document.querySelector('vitumob-pay')?.requestUpdate();
            }, each * 1000);
            await tab.drawn();
          }
          if (answer === 'prompted') {
            await world.backend.answer({ action: 'ignore', after_ms: 0 });
            await tab.reaches('failed');
            await tab.drawn();
          }
          const { shifts, heights } = await tab.frame.evaluate(() => (window as unknown as { layout: Layout }).layout);
          assert.equal(new Set(Object.values(heights).flat()).size, 1, JSON.stringify(heights));
          assert.equal(shifts, 0);
          const offers = await tab.frame.$eval('vitumob-pay', ({ shadowRoot }) =>
            [...(shadowRoot?.querySelectorAll('summary') ?? [])].map(({ parentElement }) => parentElement?.part.value),
          );
          assert.deepEqual(offers, ['', 'manual']);
        });
      }
    }

    for (const [width, attributes] of [
      [390, { business: 'Vitumob' }],
      [320, {}],
      [320, { business, amount: '48744.15', paybill: '174379' }],
      [412, { business, till: '8329101' }],
    ] as const) {
      const having = Object.keys(attributes).join(', ') || 'nothing more';
      it(`does not shift either when its script comes late, under the rule that the docs give (${lang}, ${width} px, with ${having})`, async () => {
        const customer = await world.customer();
        const tab = await customer.blank();
        await tab.page.setViewport({ width, height: 800, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
        await tab.page.setRequestInterception(true);
        let send!: () => void;
        const late = new Promise<void>((resolve) => (send = resolve));
        tab.page.on('request', (request) => {
          void (request.url().endsWith('.min.js') ? late : Promise.resolve()).then(() => request.continue());
        });
        // tsx names functions by a helper that the page does not have.
        await tab.page.evaluateOnNewDocument(`var __name = (it) => it; (${watchLayout.toString()})()`);
        const script = '<script src="/vitumob-pay.min.js" async></script>';
        const body = world.tag({ phone: '0723123123', ...attributes }) + below + script;
        const head = `<meta name="viewport" content="width=device-width"><style>${reservingRule()}</style>`;
        const html = `<!doctype html><html lang="${lang}"><title>Shop</title>${head}<body>${body}`;
        const loaded = tab.goto(world.serve(html, { 'content-type': 'text/html; charset=utf-8' }));
        await tab.page.waitForSelector('vitumob-pay:not(:defined) + p');
        await tab.drawn();
        const before = await tab.page.$eval('vitumob-pay + p', (following) => following.getBoundingClientRect().top);
        send();
        await loaded;
        await tab.drawn();
        await tab.press();
        await tab.reaches('prompted');
        await tab.drawn();
        const { shifts } = await tab.frame.evaluate(() => (window as unknown as { layout: Layout }).layout);
        assert.equal(shifts, 0);
        const now = await tab.page.$eval('vitumob-pay + p', (following) => following.getBoundingClientRect().top);
        assert.ok(Math.abs(now - before) < 1, `What follows was at ${before} and is at ${now}`);
      });
    }

    it(`needs no sideways scrolling at 320 px, in any state (${lang})`, async () => {
      const customer = await world.customer();
      const tab = await customer.blank();
      await tab.page.setViewport({ width: 320, height: 800, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
      await tab.goto(world.page(world.tag({ amount: '48744.15', business }) + below, { lang }));
      const overflow = () =>
        tab.frame.evaluate(() => {
          const root = document.querySelector('vitumob-pay')!.shadowRoot!;
          const right = Math.max(...[...root.querySelectorAll('*')].map((part) => part.getBoundingClientRect().right));
          const { scrollWidth, clientWidth } = document.scrollingElement!;
          return Math.max(scrollWidth - clientWidth, right - clientWidth, 0);
        });
      const seen: Record<string, number> = {};
      const note = async () => {
        await tab.drawn();
        seen[String(await tab.state())] = await overflow();
      };
      await note();
      await tab.type('07');
      await tab.press();
      seen['invalid'] = await overflow();
      await world.backend.faults({ push: ['token-missing', { fault: 'slow', ms: 300 }] });
      await tab.frame.evaluate(() => {
        document.querySelector('vitumob-pay')!.phone = '0723123123';
      });
      await tab.press();
      await tab.reaches('failed');
      await note();
      await tab.press();
      await note();
      await tab.reaches('prompted');
      await note();
      await world.backend.approve();
      await tab.reaches('paid');
      await note();
      const states = ['idle', 'invalid', 'failed', 'requesting', 'prompted', 'paid'];
      assert.deepEqual(seen, Object.fromEntries(states.map((state) => [state, 0])));
    });
  }
});
