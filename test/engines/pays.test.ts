/** A customer's way through a payment, from end to end, in engines other than Chromium, which test/e2e has in full. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { SENT, type SeenEvent, Shop, TYPED, until } from '../e2e/support.js';
import { type Engine, type EnginePage, ENGINES } from './engines.js';

const wanted = process.env['ENGINES']?.split(',');
const engines = Object.entries(ENGINES).filter(([name]) => wanted?.includes(name.toLowerCase()) ?? true);

const ELEMENT = `const element = document.querySelector('vitumob-pay');`;

/** A page of the shop, and what the customer does and sees there. */
class Visit {
  readonly #page: EnginePage;

  private constructor(page: EnginePage) {
    this.#page = page;
  }

  static async at(engine: Engine, url: string): Promise<Visit> {
    const visit = new Visit(await engine.open(url));
    await visit.#drawn();
    return visit;
  }

  async #drawn(): Promise<void> {
    await until(() => this.#run(`return Boolean(element?.shadowRoot?.querySelector('[part=heading]'))`), 'the element');
  }

  #run(script: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#page.run(ELEMENT + script, ...args);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
    await this.#drawn();
  }

  /** Clicks into the middle of a part. */
  async click(part: string): Promise<void> {
    const [x, y] = (await this.#run(
      `const part = element.shadowRoot.querySelector('[part~=' + arguments[0] + ']');
       part.scrollIntoView({ block: 'center' });
       const { left, top, width, height } = part.getBoundingClientRect();
       return [Math.round(left + width / 2), Math.round(top + height / 2)];`,
      part,
    )) as [number, number];
    await this.#page.click(x, y);
  }

  async type(text: string): Promise<void> {
    await this.click('input');
    await this.#page.type(text);
  }

  async pay(): Promise<void> {
    await this.type(TYPED);
    await this.click('button');
  }

  /** Has the button pressed at a given time. */
  async pressAt(time: number): Promise<void> {
    await this.#run(
      `const button = element.shadowRoot.querySelector('button');
       setTimeout(() => { button.click(); }, arguments[0] - Date.now());`,
      time,
    );
  }

  async reaches(state: string): Promise<void> {
    await until(async () => (await this.#run('return element.state')) === state, `state ${state}`);
  }

  async text(): Promise<string> {
    const text = await this.#run(`return element.shadowRoot.querySelector('[part=form]').innerText`);
    return String(text).replaceAll('\u00a0', ' ');
  }

  async story(): Promise<readonly string[]> {
    const events = (await this.#run('return window.seen.events')) as readonly SeenEvent[];
    return events.map(({ type, detail }) =>
      type === 'state-change'
        ? `→ ${String(detail['state'])}`
        : [type, detail['reason']].filter((word) => typeof word === 'string').join(' '),
    );
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

assert.ok(engines.length > 0, `None of ${Object.keys(ENGINES).join(', ')} is named in ENGINES`);

for (const [name, launch] of engines) {
  describe(`A customer with ${name}`, () => {
    let engine: Engine;
    let shop: Shop;
    const visits: Visit[] = [];

    before(async () => {
      // The backend passes everything on, and Daraja lets a phone ring twice: nothing but the widget holds a second push back.
      shop = await Shop.open({ backendSettings: { guard: false }, darajaSettings: { lock_subscriber: false } });
      engine = await launch();
    });
    afterEach(async () => {
      await Promise.all(visits.splice(0).map((visit) => visit.close()));
      await shop.reset();
    });
    after(async () => {
      await engine.close();
      await shop.close();
    });

    const open = async (url: string): Promise<Visit> => {
      const visit = await Visit.at(engine, url);
      visits.push(visit);
      return visit;
    };

    const prompted = ['push-request', '→ requesting', '→ prompted', 'push-success'];

    async function assertPrompts(count: number): Promise<void> {
      const { backend, daraja } = await shop.backend.record();
      assert.equal(backend.pushes.length, count, 'pushes that reached the backend');
      assert.equal(daraja.pushes.length, count, 'prompts');
    }

    it('pays, and reads the receipt', async () => {
      const visit = await open(shop.page(shop.tag()));
      await visit.pay();
      await visit.reaches('prompted');
      assert.match(await visit.text(), /Check your phone/);
      await shop.backend.approve();
      await visit.reaches('paid');
      const [prompt] = (await shop.backend.handset()).prompts;
      assert.ok(prompt?.receipt);
      assert.ok((await visit.text()).includes(prompt.receipt));
      assert.deepEqual(await visit.story(), [...prompted, '→ paid', 'payment-success']);
      await assertPrompts(1);
    });

    it('cancels, reads that nothing was charged, and pays at the second try', async () => {
      const visit = await open(shop.page(shop.tag()));
      await visit.pay();
      await visit.reaches('prompted');
      await shop.backend.answer({ action: 'cancel' });
      await visit.reaches('failed');
      assert.match(await visit.text(), /Nothing was charged/);
      await visit.click('button');
      await visit.reaches('prompted');
      await shop.backend.approve();
      await visit.reaches('paid');
      assert.deepEqual(await visit.story(), [
        ...[...prompted, '→ failed', 'payment-failure cancelled'],
        ...[...prompted, '→ paid', 'payment-success'],
      ]);
      await assertPrompts(2);
    });

    it('reloads in mid-payment, presses again, and the phone has rung once', async () => {
      const visit = await open(shop.page(shop.tag({ phone: SENT })));
      await visit.click('button');
      await visit.reaches('prompted');
      await visit.reload();
      await visit.reaches('prompted');
      await visit.click('button');
      assert.deepEqual(await visit.story(), ['→ prompted']);
      await shop.backend.approve();
      await visit.reaches('paid');
      assert.deepEqual(await visit.story(), ['→ prompted', '→ paid', 'payment-success']);
      await assertPrompts(1);
    });

    it('presses in two windows in the same moment, and the phone rings once', async () => {
      const url = shop.page(shop.tag({ phone: SENT }));
      const both = [await open(url), await open(url)];
      const at = Date.now() + 500;
      await Promise.all(both.map((visit) => visit.pressAt(at)));
      await Promise.all(both.map((visit) => visit.reaches('prompted')));
      await assertPrompts(1);
      await shop.backend.approve();
      await Promise.all(both.map((visit) => visit.reaches('paid')));
      await assertPrompts(1);
    });
  });
}
