/** One order, one prompt: whatever is clicked, reloaded, opened twice, crashed or denied, the phone rings once. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Attributes, type Customer, newOrder, SENT, type Tab, until, World } from './support.js';

/** The nightly workflow plays more. */
const ROUNDS = Number(process.env['TWO_TAB_ROUNDS'] ?? 10);

describe('One order, one prompt', () => {
  let world: World;

  before(async () => {
    // The backend passes everything on, and Daraja lets a phone ring twice: nothing but the widget holds a second push back.
    world = await World.open({ backendSettings: { guard: false }, darajaSettings: { lock_subscriber: false } });
  });
  afterEach(() => world.reset());
  after(() => world.close());

  const isEnd = ({ type }: { type: string }) => type === 'push-success' || type === 'push-failure';

  async function assertOnePush(): Promise<void> {
    const { backend, daraja } = await world.backend.record();
    assert.equal(backend.pushes.length, 1, 'pushes that reached the backend');
    assert.equal(daraja.pushes.length, 1, 'prompts');
  }

  /** Two tabs of one customer on one page. */
  async function twoTabs(attributes: Attributes = {}): Promise<[Customer, string, Tab, Tab]> {
    const customer = await world.customer();
    const url = world.page(world.tag({ phone: SENT, ...attributes }));
    return [customer, url, await customer.open(url), await customer.open(url)];
  }

  it(`holds ${ROUNDS} times out of ${ROUNDS} for two tabs that press in the same moment`, async () => {
    const customer = await world.customer();
    const tabs = [await customer.blank(), await customer.blank()] as const;
    const apartMs: number[] = [];
    let attempts = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const url = world.page(world.tag({ phone: SENT, 'status-url': '' }));
      await Promise.all(tabs.map((tab) => tab.goto(url)));
      const at = Date.now() + 150;
      const pressed = await Promise.all(tabs.map((tab) => tab.pressAt(at)));
      apartMs.push(Math.abs(pressed[0]! - pressed[1]!));
      for (const tab of tabs) {
        await tab.reaches('prompted');
        // A tab that has heard of the other's push before its own press makes no attempt.
        const begun = (await tab.events()).filter(({ type }) => type === 'push-request').length;
        await until(async () => (await tab.events()).filter(isEnd).length >= begun, 'the end of the attempt');
        assert.equal((await tab.events()).filter(isEnd).length, begun);
        attempts += begun;
      }
    }
    const { backend, daraja } = await world.backend.record();
    console.log(
      `${ROUNDS} orders, two tabs each, ${attempts} attempts: ${backend.pushes.length} pushes, ${daraja.pushes.length} prompts; the presses lay ${Math.max(...apartMs).toFixed(1)} ms apart at most`,
    );
    assert.equal(backend.pushes.length, ROUNDS);
    assert.equal(new Set(backend.pushes.map(({ order_id }) => order_id)).size, ROUNDS);
    assert.equal(daraja.pushes.length, ROUNDS);
    // Had each round but one attempt, nothing would be proved.
    assert.ok(attempts > ROUNDS, `${attempts} attempts in ${ROUNDS} rounds`);
  });

  it('holds for two tabs that press in the same moment while the push is slow', async () => {
    await world.backend.faults({ push: [{ fault: 'slow', ms: 600 }] });
    const [, , one, other] = await twoTabs();
    const at = Date.now() + 150;
    await Promise.all([one.pressAt(at), other.pressAt(at)]);
    await one.reaches('prompted');
    await other.reaches('prompted');
    await assertOnePush();
  });

  it('holds for two tabs that press in the same moment where the one push got no answer', async () => {
    await world.backend.faults({ push: ['no-answer'] });
    const [, , one, other] = await twoTabs({ timeout: '3000' });
    const at = Date.now() + 150;
    await Promise.all([one.pressAt(at), other.pressAt(at)]);
    await one.reaches('unconfirmed');
    await other.reaches('unconfirmed');
    for (const tab of [one, other]) {
      await until(async () => (await tab.events()).some(isEnd), 'the end of the attempt');
      assert.equal((await tab.events()).filter(isEnd).length, 1);
    }
    await assertOnePush();
  });

  it('holds for two tabs of a page that seeds Math.random, and so gives both the same numbers', async () => {
    const orderId = newOrder();
    const seeded =
      '<script>let last = 1; Math.random = () => (last = (last * 16807) % 2147483647) / 2147483647;</script>';
    const url = world.page(world.tag({ phone: SENT, 'order-id': orderId }), { head: seeded });
    const customer = await world.customer();
    const tabs = [await customer.open(url), await customer.open(url)];
    // Both are in the middle of their attempts before either may push.
    const third = await customer.open(world.page(world.tag()));
    const lock = `vitumob-pay:${world.backend.endpoints['push-url']} ${orderId}`;
    await third.frame.evaluate((name) => {
      return new Promise<void>((held) => {
        void navigator.locks.request(name, () => {
          held();
          return new Promise<void>((release) => Object.assign(window, { release }));
        });
      });
    }, lock);
    for (const tab of tabs) {
      await tab.press();
      await tab.reaches('requesting');
    }
    await third.frame.evaluate(() => {
      (window as unknown as { release(): void }).release();
    });
    for (const tab of tabs) {
      await tab.reaches('prompted');
      await tab.sees('push-success');
    }
    await assertOnePush();
  });

  it('holds for twenty clicks', async () => {
    const tab = await world.visit({ phone: SENT });
    await tab.frame.evaluate(() => {
      const element = document.querySelector('vitumob-pay')!;
      for (let click = 0; click < 20; click++) element.shadowRoot!.querySelector('button')!.click();
    });
    for (let click = 0; click < 20; click++) await tab.press();
    await tab.reaches('prompted');
    assert.deepEqual(await tab.story(), ['push-request', '→ requesting', '→ prompted', 'push-success']);
    await assertOnePush();
  });

  it('holds for Enter, a click and pay() in one moment', async () => {
    const tab = await world.visit();
    await tab.type();
    await Promise.all([
      tab.page.keyboard.press('Enter'),
      tab.press(),
      tab.frame.evaluate(() => document.querySelector('vitumob-pay')!.pay()),
    ]);
    await tab.reaches('prompted');
    assert.equal((await tab.events()).filter(({ type }) => type === 'push-request').length, 1);
    await assertOnePush();
  });

  it('holds for two elements of the order on a page, and both show it', async () => {
    const tag = world.tag({ phone: SENT });
    const tab = await (await world.customer()).open(world.page(tag + tag));
    await tab.frame.evaluate(() => {
      for (const element of document.querySelectorAll('vitumob-pay')) {
        element.shadowRoot!.querySelector('button')!.click();
      }
    });
    await tab.reaches('prompted', 0);
    await tab.reaches('prompted', 1);
    await assertOnePush();
    await world.backend.approve();
    await tab.reaches('paid', 0);
    await tab.reaches('paid', 1);
    for (const element of [0, 1]) {
      const events = (await tab.events()).filter((event) => event.element === element);
      assert.equal(events.filter(isEnd).length, 1, `element ${element}`);
    }
  });

  it('holds across a reload before the push was answered', async () => {
    await world.backend.faults({ push: [{ fault: 'slow', ms: 500 }] });
    const tab = await world.visit({ phone: SENT, 'status-url': '' });
    await tab.press();
    await until(async () => (await world.backend.pushRequests()) === 1, 'the push on its way');
    await tab.reload();
    assert.equal(await tab.state(), 'unconfirmed');
    await tab.press();
    await until(async () => (await world.backend.record()).backend.pushes.length === 1, 'the push at the backend');
    await tab.press();
    assert.equal(await tab.state(), 'unconfirmed');
    assert.match((await tab.button()).text, /\d:\d\d/);
    assert.deepEqual(await tab.story(), ['→ unconfirmed']);
    await assertOnePush();
  });

  it('holds across a reload on a page with Prototype 1.6, where arrays become texts', async () => {
    const prototype = "<script>Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']'; };</script>";
    const customer = await world.customer();
    const tab = await customer.open(world.page(prototype + world.tag({ phone: SENT })));
    await tab.press();
    await until(async () => (await world.backend.handset()).prompts.length === 1, 'the prompt');
    await tab.reload();
    assert.notEqual(await tab.state(), 'idle');
    await tab.press();
    assert.match((await tab.button()).text, /\d:\d\d/);
    await assertOnePush();
  });

  it('lets the outcome land after such a reload', async () => {
    await world.backend.faults({ push: ['no-answer'] });
    const tab = await world.visit({ phone: SENT });
    await tab.press();
    await world.backend.approve();
    await tab.reload();
    await tab.reaches('paid');
    assert.match(await tab.text(), /Paid\. Thank you!/);
    await assertOnePush();
  });

  it('holds across a reload after the prompt is out, and the order is paid', async () => {
    const tab = await world.visit({ phone: SENT });
    await tab.press();
    await tab.reaches('prompted');
    await tab.reload();
    assert.equal(await tab.state(), 'prompted');
    await tab.press();
    assert.deepEqual(await tab.story(), ['→ prompted']);
    await world.backend.approve();
    await tab.reaches('paid');
    // The page that sent the push is gone: this one tells of the outcome.
    await tab.sees('payment-success');
    assert.deepEqual(await tab.story(), ['→ prompted', '→ paid', 'payment-success']);
    await assertOnePush();
    await tab.reload();
    assert.equal(await tab.state(), 'paid');
    assert.deepEqual(await tab.story(), ['→ paid']);
  });

  it('remembers a push whose tab was closed before the answer, and a new tab sends none', async () => {
    await world.backend.faults({ push: [{ fault: 'slow', ms: 300 }] });
    const customer = await world.customer();
    const url = world.page(world.tag({ phone: SENT, 'status-url': '' }));
    const other = await customer.open(url);
    const tab = await customer.open(url);
    await tab.press();
    await until(async () => (await world.backend.pushRequests()) === 1, 'the push on its way');
    await tab.page.close();
    await other.reaches('unconfirmed');
    const third = await customer.open(url);
    assert.equal(await third.state(), 'unconfirmed');
    await third.press();
    await other.press();
    await until(async () => (await world.backend.record()).backend.pushes.length === 1, 'the push at the backend');
    assert.deepEqual(await third.story(), ['→ unconfirmed']);
    await assertOnePush();
  });

  it('lets the customer push again once the window has passed', async () => {
    await world.backend.faults({ push: ['no-answer'] });
    const tab = await world.visit({ phone: SENT, 'status-url': '', timeout: '3000', 'prompt-window': '8000' });
    // The window begins when the push is given up. We may see that late, so the time counts from before the press.
    const pressed = Date.now();
    await tab.press();
    await tab.reaches('unconfirmed');
    await tab.press();
    await assertOnePush();
    await until(async () => (await tab.button()).enabled, 'the button to be free again');
    assert.ok(Date.now() - pressed >= 10_900, 'not before the window has passed');
    await tab.press();
    await tab.reaches('prompted');
    assert.equal((await world.backend.record()).backend.pushes.length, 2);
  });

  it('frees the button when the window ends while it is being drawn', async () => {
    const ahead = [0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 1, 1.1];
    const buttons = [];
    const customer = await world.customer();
    for (const ms of ahead) {
      const tab = await customer.open(world.page(world.tag({ phone: SENT, 'status-url': '' })));
      await tab.press();
      await tab.sees('push-success');
      // As if the window were to end this soon, and each look at the clock took its time.
      await tab.frame.evaluate((ms) => {
        // A page that is about to close may have written its own order back.
        const stored = Object.values(localStorage).map((text) => Number(String(text).split('\n')[7]));
        const liveUntil = Math.max(...stored);
        const clocks = { wall: Date.now.bind(Date), monotonic: performance.now.bind(performance) };
        const jump = liveUntil - clocks.wall() - ms;
        let looks = 0;
        Date.now = () => clocks.wall() + jump + looks++ / 10;
        performance.now = () => clocks.monotonic() + jump + looks / 10;
        document.querySelector('vitumob-pay')!.requestUpdate();
        localStorage.clear();
      }, ms);
      const button = await until(async () => (await tab.button()).enabled, '', 2_000).catch(() => tab.button());
      buttons.push(button === true ? 'free' : JSON.stringify(button));
      await tab.page.close();
    }
    assert.deepEqual(buttons, Array(ahead.length).fill('free'));
  });

  it('holds in a duplicated tab', async () => {
    const tab = await world.visit({ phone: SENT });
    await tab.press();
    await tab.reaches('prompted');
    // What the browser copies of a tab into a window that it opens is what duplicating copies: the session's storage.
    const opened = new Promise<Tab>((resolve) => {
      tab.page.once('popup', (page) => {
        resolve(world.tabOf(page!));
      });
    });
    await tab.frame.evaluate(() => {
      window.open(location.href);
    });
    const copy = await opened;
    await copy.defined();
    assert.equal(await copy.state(), 'prompted');
    await copy.press();
    await assertOnePush();
    await world.backend.approve();
    await copy.reaches('paid');
  });

  it('holds where a tab crashes while it holds the lock, and another waits for it', async () => {
    await world.backend.faults({ push: ['no-answer'] });
    const [, , crashing, waiting] = await twoTabs();
    await crashing.press();
    await until(async () => (await world.backend.pushRequests()) === 1, 'the push on its way');
    // The other tab has heard of the push already; its customer presses all the same.
    await waiting.press();
    await crashing.crash();
    await waiting.press();
    await waiting.reaches('unconfirmed');
    await assertOnePush();
    await world.backend.approve();
    await waiting.reaches('paid');
    assert.match(await waiting.text(), /Paid\. Thank you!/);
    await assertOnePush();
  });

  it('goes on where a tab crashes before it has pushed: the lock is free, and the other tab pays', async () => {
    await world.backend.faults({ token: Array(8).fill('no-answer') });
    const [, , crashing, waiting] = await twoTabs();
    await crashing.press();
    await crashing.reaches('requesting');
    await world.backend.faults({ token: [] });
    // A fresh page, so that its token is not one of those that never come.
    await waiting.reload();
    await waiting.press();
    assert.equal(await waiting.state(), 'requesting');
    assert.equal(await world.backend.pushRequests(), 0);
    await crashing.crash();
    await waiting.reaches('prompted');
    await assertOnePush();
  });

  it('is remembered by the tab where storage is cleared in mid-payment', async () => {
    const tab = await world.visit({ phone: SENT });
    await tab.press();
    await tab.reaches('prompted');
    await tab.frame.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await tab.press();
    assert.equal(await tab.state(), 'prompted');
    await assertOnePush();
    await world.backend.approve();
    await tab.reaches('paid');
  });

  it('holds where storage is full', async () => {
    const tag = world.tag({ phone: SENT });
    const tab = await (await world.customer()).open(world.page(tag + tag));
    await tab.frame.evaluate(() => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        try {
          for (let index = 0; ; index++) localStorage.setItem(`${size}-${index}`, 'x'.repeat(size));
        } catch {
          // Full, for pieces of this size.
        }
      }
    });
    await tab.press(0);
    await tab.press(1);
    await tab.reaches('prompted', 0);
    await tab.reaches('prompted', 1);
    await assertOnePush();
    await world.backend.approve();
    await tab.reaches('paid', 0);
    await tab.reaches('paid', 1);
  });

  it('holds in a sandboxed frame without an origin, where storage and locks are denied', async () => {
    const tag = world.tag({ phone: SENT, ...world.backend.endpoints });
    const inner = world.page(tag + tag);
    const outer = world.page(
      `<iframe sandbox="allow-scripts allow-forms" src="${inner}" width="440" height="900"></iframe>`,
    );
    const customer = await world.customer();
    const top = await customer.blank();
    await top.page.goto(outer);
    const frame = await until(() => top.page.frames().find((one) => one.url() === inner), 'the frame');
    const tab = world.tabOf(top.page, frame);
    await tab.defined();
    assert.equal(await frame!.evaluate(() => window.origin), 'null');
    const denied = await frame!.evaluate(() => {
      try {
        return String(localStorage.length);
      } catch (error) {
        return (error as Error).name;
      }
    });
    assert.equal(denied, 'SecurityError');
    await tab.press(0);
    await tab.press(1);
    await tab.reaches('prompted', 0);
    await tab.reaches('prompted', 1);
    await assertOnePush();
    await world.backend.approve();
    await tab.reaches('paid', 0);
    await tab.reaches('paid', 1);
    assert.deepEqual(tab.console, []);
  });

  it('holds where the browser has no Web Locks', async () => {
    const tag = world.tag({ phone: SENT });
    const withoutLocks = `<script>Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });</script>`;
    const tab = await (await world.customer()).open(world.page(tag + tag, { head: withoutLocks }));
    assert.equal(await tab.frame.evaluate(() => typeof navigator.locks), 'undefined');
    await tab.frame.evaluate(() => {
      for (const element of document.querySelectorAll('vitumob-pay')) {
        element.shadowRoot!.querySelector('button')!.click();
      }
    });
    await tab.reaches('prompted', 0);
    await tab.reaches('prompted', 1);
    await assertOnePush();
    await tab.reload();
    assert.equal(await tab.state(), 'prompted');
    await tab.press();
    await assertOnePush();
  });

  it('holds through the back/forward cache, and the outcome is there on return', async () => {
    const elsewhere = world.serve('<!doctype html><title>Elsewhere</title>', { 'content-type': 'text/html' });
    const tab = await world.visit({ phone: SENT });
    await tab.press();
    await tab.reaches('prompted');
    await tab.page.goto(elsewhere);
    await world.backend.approve();
    await world.backend.calledBack();
    await tab.page.goBack();
    // The headless shell has no such cache: there the page is loaded anew.
    const cached = await tab.frame.evaluate(() => 'cameBack' in window);
    await tab.reaches('paid');
    // It is told once the page has its turn to tell, which the browser gives it a moment later.
    await tab.sees('payment-success');
    const before = cached ? ['push-request', '→ requesting', '→ prompted', 'push-success'] : ['→ prompted'];
    assert.deepEqual(await tab.story(), [...before, '→ paid', 'payment-success']);
    await assertOnePush();
  });

  it('shows the prompt of one tab in the other, which follows with `state-change` alone', async () => {
    const [, , one, other] = await twoTabs();
    await one.press();
    await one.reaches('prompted');
    await other.reaches('prompted');
    await other.press();
    await assertOnePush();
    await world.backend.approve();
    await one.reaches('paid');
    await other.reaches('paid');
    assert.equal((await one.events()).filter(({ type }) => type === 'payment-success').length, 1);
    const states = (await other.story()).filter((word) => word !== '→ unconfirmed');
    assert.deepEqual(states, ['→ prompted', '→ paid']);
    const phones = (await other.events()).map(({ detail }) => String(detail['phone']));
    for (const phone of phones) assert.ok(phone !== SENT && phone.endsWith('123'), phone);
  });

  it('frees the order in both tabs when the customer cancels', async () => {
    const [, , one, other] = await twoTabs();
    await one.press();
    await other.reaches('prompted');
    await world.backend.answer({ action: 'cancel' });
    await one.reaches('failed');
    await other.reaches('failed');
    await other.press();
    await other.reaches('prompted');
    await one.reaches('prompted');
    await world.backend.approve();
    await one.reaches('paid');
    await other.reaches('paid');
    assert.equal((await world.backend.record()).daraja.pushes.length, 2);
  });

  it('is not held back by another order', async () => {
    const customer = await world.customer();
    const tabs = [];
    for (const order of [newOrder(), newOrder()]) {
      tabs.push(await customer.open(world.page(world.tag({ 'order-id': order, phone: SENT }))));
    }
    for (const tab of tabs) await tab.press();
    for (const tab of tabs) await tab.reaches('prompted');
    assert.equal((await world.backend.record()).daraja.pushes.length, 2);
  });
});
