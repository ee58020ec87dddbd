import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Fault } from '../../simulator/faults.js';
import { SENT, type Tab, until, World } from './support.js';

describe('Nothing leaks', () => {
  let world: World;

  before(async () => {
    world = await World.open({ keepAlive: false });
  });
  afterEach(() => world.reset());
  after(() => world.close());

  /** Everything of the widget's that another script, an extension or the next user of the computer could read. */
  async function traces(tab: Tab) {
    const page = await tab.frame.evaluate(() => {
      const element = document.querySelector('vitumob-pay')!;
      const properties: Record<string, unknown> = {};
      for (let object: object | null = element; object; object = Object.getPrototypeOf(object) as object | null) {
        if (object === HTMLElement.prototype) break;
        for (const name of Object.getOwnPropertyNames(object)) properties[name] = Reflect.get(object, name, element);
      }
      // Once each, and no farther than into plain objects: the rest is the browser's.
      const written = new Set<unknown>();
      const text = JSON.stringify(properties, (_, value: unknown) => {
        if (typeof value === 'function' || value instanceof Node) return undefined;
        if (typeof value === 'object' && value !== null) {
          if (written.has(value)) return undefined;
          written.add(value);
          if (value instanceof Map || value instanceof Set) return [...value] as unknown;
        }
        return value;
      });
      return {
        dom: document.documentElement.outerHTML + element.shadowRoot!.innerHTML,
        fields: [...element.shadowRoot!.querySelectorAll('input')].map((input) => input.value).join(),
        properties: text,
        performance: JSON.stringify(performance.getEntries()),
        history: JSON.stringify(history.state) + location.href + document.cookie + window.name,
      };
    });
    return {
      ...page,
      events: JSON.stringify(await tab.events()),
      storage: await tab.stored(),
      databases: JSON.stringify(
        await tab.frame.evaluate(async () => [await indexedDB.databases(), await caches.keys()]),
      ),
      console: tab.console.join('\n'),
    };
  }

  async function assertNoTrace(tab: Tab): Promise<void> {
    assert.ok(tab.tokens.length > 0, 'a token was used');
    const found = await traces(tab);
    for (const [place, text] of Object.entries(found)) {
      for (const token of tab.tokens) assert.ok(!text.includes(token), `the token is in ${place}`);
    }
    for (const place of ['storage', 'databases', 'console', 'performance', 'history'] as const) {
      const digits = found[place].replace(/[\s().+-]/g, '');
      assert.ok(!digits.includes(SENT.slice(3)), `the phone number is in ${place}`);
    }
  }

  it('unseen by this test', async () => {
    const tab = await world.visit();
    await tab.pay();
    await tab.reaches('prompted');
    await tab.frame.evaluate((token) => {
      localStorage.setItem('carelessly', JSON.stringify({ token }));
    }, tab.tokens[0]);
    await assert.rejects(assertNoTrace(tab), /the token is in storage/);
    await tab.frame.evaluate(() => {
      localStorage.setItem('carelessly', '+254 723-123-123');
    });
    await assert.rejects(assertNoTrace(tab), /the phone number is in storage/);
  });

  const answers: readonly { readonly when: string; readonly push: readonly Fault[]; readonly end: string }[] = [
    { when: 'all goes well', push: [], end: 'push-success' },
    { when: 'the answer echoes the token', push: ['echo-token'], end: 'push-success' },
    { when: 'a refusal quotes the token', push: ['echo-token-error'], end: 'push-failure' },
    { when: 'the token had expired', push: ['expired'], end: 'push-success' },
    { when: 'the answer is a page', push: ['not-json-200'], end: 'push-failure' },
    { when: 'the answer breaks off', push: ['cut-short'], end: 'push-failure' },
    { when: 'the connection breaks', push: ['reset-after'], end: 'push-failure' },
    { when: 'ids are missing', push: ['missing-ids'], end: 'push-failure' },
  ];

  for (const { when, push, end } of answers) {
    it(`when ${when}: no token anywhere, no phone number in storage or console`, async () => {
      await world.backend.faults({ push });
      const tab = await world.visit();
      await tab.pay();
      await tab.sees(end);
      await assertNoTrace(tab);
    });
  }

  it('while the push is on its way', async () => {
    await world.backend.faults({ push: ['no-answer'] });
    const tab = await world.visit();
    await tab.pay();
    await until(async () => (await world.backend.pushRequests()) === 1, 'the push on its way');
    assert.equal(await tab.state(), 'requesting');
    await assertNoTrace(tab);
    // Otherwise it may reach the phone after this test, and keep it busy for the next one.
    await until(async () => (await world.backend.record()).backend.pushes.length === 1, 'the push at the backend');
  });

  it('while the outcome is asked for, and once it is there, though a status answer echoes the token', async () => {
    await world.backend.faults({ status: ['echo-token', 'echo-token-error', 'expired'] });
    const tab = await world.visit();
    await tab.pay();
    await world.backend.polled();
    await world.backend.approve();
    await world.backend.calledBack();
    await tab.nudge();
    await tab.nudge();
    await tab.reaches('paid');
    await assertNoTrace(tab);
    await tab.reload();
    assert.equal(await tab.state(), 'paid');
    await assertNoTrace(tab);
    assert.ok(!(await tab.text()).replace(/\s/g, '').includes(SENT.slice(3)), 'a reload shows the number masked');
  });

  it('into an address: only ids are in the query of the status request', async () => {
    const tab = await world.visit();
    const asked: string[] = [];
    tab.page.on('request', (request) => asked.push(request.url()));
    await tab.pay();
    await world.backend.polled();
    await assertNoTrace(tab);
    const addresses = asked.join('\n');
    for (const token of tab.tokens) assert.ok(!addresses.includes(token));
    assert.ok(!addresses.includes(SENT.slice(3)));
  });

  it('to another origin: the status request there goes without the token', async () => {
    const elsewhere = await world.newBackend();
    const tab = await world.visit({ 'status-url': elsewhere.endpoints['status-url']! });
    const withToken: string[] = [];
    tab.page.on('request', (request) => {
      if (request.headers()['authorization']) withToken.push(new URL(request.url()).origin);
    });
    await tab.pay();
    await elsewhere.polled();
    assert.deepEqual([...new Set(withToken)], [world.backend.origin]);
  });
});
