import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, describe, it } from 'node:test';
import { SENT, type Tab, until, World } from './support.js';

const page = fileURLToPath(new URL('../../docs/backend.md', import.meta.url));

describe('A shop with the strict content security policy', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  /** What docs/backend.md recommends, with the backend on another origin. */
  const policy = () => {
    const [, written = ''] = /^Content-Security-Policy: (.+)$/m.exec(readFileSync(page, 'utf8')) ?? [];
    return written.replace('https://pay.example', world.backend.origin);
  };

  async function assertStyled(tab: Tab): Promise<void> {
    const looks = await tab.frame.evaluate(() => {
      const button = document.querySelector('vitumob-pay')!.shadowRoot!.querySelector('button')!;
      const { backgroundColor, minBlockSize } = getComputedStyle(button);
      return { backgroundColor, minBlockSize };
    });
    assert.deepEqual(looks, { backgroundColor: 'rgb(8, 114, 58)', minBlockSize: '52px' });
  }

  it('is paid at, to the end, styled, and without a violation', async () => {
    const tab = await world.visit({}, { headers: { 'content-security-policy': policy() } });
    await assertStyled(tab);
    await tab.type('123');
    await tab.press();
    assert.equal(await tab.state(), 'idle');
    await tab.frame.evaluate(() => {
      document.querySelector('vitumob-pay')!.phone = '0723 123 123';
    });
    await tab.press();
    await tab.reaches('prompted');
    await world.backend.answer({ action: 'cancel' });
    await tab.reaches('failed');
    await tab.press();
    await tab.reaches('prompted');
    await world.backend.approve();
    await tab.reaches('paid');
    assert.deepEqual(await tab.violations(), []);
    assert.deepEqual(tab.console, []);
  });

  it('sends no form to another origin, and moves no address to one', async () => {
    assert.match(policy(), /base-uri 'none'; form-action 'none'; frame-ancestors 'self'$/);
    const tab = await world.visit({}, { headers: { 'content-security-policy': policy() } });
    await tab.frame.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { action, target: '_blank' });
      document.body.append(form, Object.assign(document.createElement('base'), { href: action }));
      form.submit();
    }, world.backend.origin);
    const violations = await until(async () => {
      const seen = await tab.violations();
      return seen.length >= 2 && seen;
    }, 'two violations');
    assert.deepEqual(violations ? violations.map((one) => one.split(':')[0]).sort() : [], ['base-uri', 'form-action']);
  });

  /** A page of some origin with the shop's page in a frame, once that has come to its end. */
  async function framed(origin: string, headers: Readonly<Record<string, string>>) {
    const inner = world.page(world.tag({ phone: SENT }), { headers });
    const outer = world.serve(`<!doctype html><title>Outer</title><iframe src="${inner}" width="440" height="900">`, {
      'content-type': 'text/html',
    });
    const top = await (await world.customer()).blank();
    // Comes once all frames have loaded what they were given, be it the browser's own page about a refusal.
    await top.page.goto(outer.replace(world.shop, origin));
    const frame = top.page.frames().find((one) => one !== top.page.mainFrame());
    assert.ok(frame);
    return { inner, top, frame };
  }

  it('is paid at in a frame of its own origin', async () => {
    const { top, frame } = await framed(world.shop, { 'content-security-policy': policy() });
    const tab = world.tabOf(top.page, frame);
    await tab.defined();
    await assertStyled(tab);
    await tab.press();
    await tab.reaches('prompted');
    await world.backend.approve();
    await tab.reaches('paid');
    assert.deepEqual(await tab.violations(), []);
  });

  it('is in no frame of another origin, where a page could be laid over its button', async () => {
    const elsewhere = world.shop.replace('127.0.0.1', 'localhost');
    const { inner, top, frame } = await framed(elsewhere, { 'content-security-policy': policy() });
    const refusal = await until(() => top.console.find((text) => text.includes('frame-ancestors')), 'a refusal');
    assert.match(refusal ?? '', /frame-ancestors 'self'/);
    assert.notEqual(frame.url(), inner);
    assert.equal(await frame.evaluate(() => document.querySelector('vitumob-pay')), null);
    assert.deepEqual((await world.backend.record()).requests, []);

    // Without the policy it is.
    const unheld = await framed(elsewhere, {});
    await world.tabOf(unheld.top.page, unheld.frame).defined();
    assert.equal(unheld.frame.url(), unheld.inner);
  });

  it('shows nothing of what another script has put into storage but texts', async () => {
    const tab = await world.visit({ 'order-id': 'poisoned' }, { headers: { 'content-security-policy': policy() } });
    await tab.frame.evaluate((pushUrl) => {
      const markup = { strings: ['<img src="x"><form action="//evil.example"><input name="pin"></form>'], values: [] };
      const settlement = { resultCode: 0, resultDesc: markup, receipt: markup };
      const checkout = { paymentId: '1', checkoutRequestId: '1', merchantRequestId: '1' };
      const record = { version: 1, revision: 1, id: '1', phase: 'paid', phone: '', amount: '10', since: Date.now() };
      const text = JSON.stringify({ ...record, liveUntil: 0, earlier: [], blind: false, checkout, settlement });
      localStorage.setItem(`vitumob-pay:${pushUrl} poisoned`, text);
    }, world.backend.endpoints['push-url']);
    await tab.reload();
    await tab.reaches('paid');
    const strange = await tab.frame.$eval(
      'vitumob-pay',
      ({ shadowRoot }) => shadowRoot?.querySelectorAll('img, input').length,
    );
    assert.equal(strange, 0);
    assert.ok(!(await tab.text()).includes('<'));
    assert.deepEqual(await tab.violations(), []);
  });

  it('is told on by this test where something is forbidden', async () => {
    const tab = await world.visit({}, { headers: { 'content-security-policy': policy() } });
    await tab.frame.evaluate(() => {
      document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }));
    });
    assert.equal((await tab.violations()).length, 1);
  });

  it('that leaves the endpoints out of connect-src learns that nothing was sent', async () => {
    const tab = await world.visit(
      {},
      { headers: { 'content-security-policy': policy().replace(world.backend.origin, "'self'") } },
    );
    await tab.pay();
    const { reason, promptPossible } = await tab.sees('push-failure');
    assert.deepEqual([reason, promptPossible], ['token-unavailable', false]);
    assert.equal((await world.backend.record()).requests.length, 0);
  });
});

describe('A page without a charset, which the browser takes for windows-1252', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  for (const [lang, fault, end] of [
    ['en', { fault: 'server-500' }, 'unconfirmed'],
    // In Swahili only the text of a request that is under way has a sign beyond ASCII.
    ['sw', { fault: 'slow', ms: 2000 }, 'prompted'],
  ] as const) {
    it(`shows the widget’s texts as they are written (${lang})`, async () => {
      await world.backend.faults({ push: [fault] });
      // Neither the page nor the script says what it is encoded in.
      const script = world.serve(await world.script(), { 'content-type': 'text/javascript' });
      const recorder = world.serve('', { 'content-type': 'text/javascript' });
      const html = `<!doctype html><html lang="${lang}"><title>Shop</title><script src="${recorder}"></script><script src="${script}"></script>${world.tag()}`;
      const tab = await (await world.customer()).open(world.serve(html, { 'content-type': 'text/html' }));
      assert.equal(await tab.frame.evaluate(() => document.characterSet), 'windows-1252');
      const mojibake = /[\u0080-\u009fÂÃâ€]/;
      const seen = [await tab.text()];
      await tab.pay();
      seen.push(await tab.text());
      await tab.reaches(end);
      seen.push(await tab.text());
      await world.backend.reset();
      for (const text of seen) assert.doesNotMatch(text, mojibake);
      if (lang === 'en') assert.match(seen.join(), /can’t/);
      assert.match(seen.join(), /…|’|·|–/);
    });
  }
});
