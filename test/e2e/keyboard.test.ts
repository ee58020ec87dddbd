/**
 * From the number to the receipt by the keyboard alone, over a wrong PIN and a phone that is not reached to Pay Bill, and what a screen reader is given at each step:
 * where the focus is, what the live region says, and the accessibility tree. It is compared with `walk.<language>.txt`;
 * `node --import tsx test/e2e/keyboard.test.ts --update` writes these anew.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HTTPRequest, SerializedAXNode } from 'puppeteer-core';
import { type Tab, TYPED, until, World } from './support.js';

const UPDATE = process.argv.includes('--update');

const ORDER = 'VM-204117';
const AMOUNT = '12341';

describe('By the keyboard alone', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  after(() => world.close());

  for (const lang of ['en', 'sw']) {
    it(`one pays, types a wrong PIN, tries again, is not reached, and pays by Pay Bill in the phone’s menu (${lang})`, async () => {
      const walk = await Walk.begin(world, lang);
      await walk.press('Tab');
      await walk.note('Tab: what comes before');
      await walk.press('Tab');
      await walk.note('Tab: the field');
      await walk.type(TYPED);
      await walk.press('Tab');
      await walk.note('The number, Tab: the button');

      const release = await walk.holdPushes();
      await walk.press('Enter');
      await walk.reaches('requesting');
      await walk.note('Enter: the push is on its way');
      await release();
      await walk.note('The prompt is on the phone');

      await world.backend.answer({ action: 'approve', pin: '0000' });
      await walk.reaches('failed');
      await walk.note('The PIN was wrong');

      await walk.press('Enter');
      await walk.reaches('prompted');
      await walk.note('Enter: the second prompt is on the phone');

      await world.backend.answer({ action: 'ignore', after_ms: 0 });
      await walk.reaches('failed');
      await walk.note('The phone was not reached');
      await walk.silence();
      await walk.press('Tab');
      await walk.note('Tab: the way to pay without a prompt');
      await walk.press('Enter');
      await walk.opened();
      await walk.note('Enter: its steps');
      for (const value of ['business number', 'account number', 'amount']) {
        await walk.press('Tab');
        await walk.note(`Tab: the button that copies the ${value}`);
      }

      const [shortcode, account, amount] = await walk.values();
      await world.backend.orders({ [ORDER]: AMOUNT });
      await world.backend.payFromMenu({ shortcode, account, amount: Number(amount) });
      await walk.reaches('paid');
      await walk.note('It was paid by Pay Bill');
      const { backend, daraja } = await world.backend.record();
      assert.deepEqual([daraja.pushes.length, backend.confirmations.length], [2, 1]);
      await walk.silence();
      await walk.press('Tab');
      await walk.note('Tab: the receipt’s button');
      await walk.press('Tab');
      await walk.note('Tab: what comes after');

      const recorded = fileURLToPath(new URL(`walk.${lang}.txt`, import.meta.url));
      if (UPDATE) writeFileSync(recorded, walk.text);
      assert.ok(existsSync(recorded), `${recorded} is missing`);
      assert.equal(walk.text, readFileSync(recorded, 'utf8'));
      await world.reset();
    });
  }
});

class Walk {
  readonly #tab: Tab;
  readonly #notes: string[] = [];

  private constructor(tab: Tab) {
    this.#tab = tab;
  }

  static async begin(world: World, lang: string): Promise<Walk> {
    const customer = await world.customer();
    const tag = world.tag({ 'order-id': ORDER, amount: AMOUNT, business: 'Vitumob', paybill: '174379' });
    return new Walk(await customer.open(world.page(`<a href="#">Basket</a>${tag}<a href="#">Help</a>`, { lang })));
  }

  get text(): string {
    return this.#notes.join('\n');
  }

  async press(key: 'Tab' | 'Enter'): Promise<void> {
    await this.#tab.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#tab.page.keyboard.type(text);
  }

  async reaches(state: string): Promise<void> {
    await this.#tab.reaches(state);
  }

  /** What the steps say to type into M-Pesa's menu. */
  async values(): Promise<string[]> {
    return this.#tab.frame.$eval('vitumob-pay', ({ shadowRoot }) =>
      [...(shadowRoot?.querySelectorAll('[part~="manual"] .value > span') ?? [])].map(({ textContent }) =>
        textContent.trim(),
      ),
    );
  }

  /** What was said is taken back. */
  async silence(): Promise<void> {
    await this.#tab.frame.waitForFunction(
      () =>
        document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('[role="status"]')?.textContent.trim() === '',
    );
  }

  /** The steps of paying without a prompt are shown, and asked for by the order. */
  async opened(): Promise<void> {
    await this.#tab.frame.waitForFunction(
      () => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('[part~="manual"][open]') !== null,
    );
  }

  /** Keeps pushes from leaving until the function that it gives is called. */
  async holdPushes(): Promise<() => Promise<void>> {
    const { page } = this.#tab;
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hold = (request: HTTPRequest): void => {
      const wait = request.url().endsWith('/push/request') ? released : Promise.resolve();
      void wait.then(() => request.continue());
    };
    page.on('request', hold);
    await page.setRequestInterception(true);
    return async () => {
      release();
      await this.reaches('prompted');
      await page.setRequestInterception(false);
      page.off('request', hold);
    };
  }

  async note(step: string): Promise<void> {
    await this.#tab.drawn();
    const { page } = this.#tab;
    const [focus, live] = await page.evaluate(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      const said = document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('[role="status"]');
      const label = focused instanceof HTMLInputElement ? focused.labels?.[0]?.textContent : focused?.ariaLabel;
      const name = label ?? focused?.textContent;
      const named = focused?.matches('input, button, a, summary')
        ? `${focused.localName}: ${name}`
        : focused?.localName;
      return [named, said?.textContent].map((text = '') => text.replace(/\s+/g, ' ').trim());
    });
    const root = await page.$('vitumob-pay');
    assert.ok(root);
    const tree = await until(() => page.accessibility.snapshot({ root, interestingOnly: false }), 'the tree');
    assert.ok(tree);
    const lines = linesOf(tree, '');
    const text = [`== ${step}`, `focus: ${focus}`, `says:  ${live}`, '', ...lines, ''].join('\n');
    this.#notes.push(withoutChance(text));
  }
}

/** Nodes that only hold others together. */
const MUTE = new Set(['none', 'generic', 'InlineTextBox', 'LineBreak', 'ListMarker']);

/** What is told of a node besides its role and name, where there is anything to tell. */
const TOLD = [
  'value',
  'description',
  'level',
  'live',
  'invalid',
  'expanded',
  'readonly',
  'disabled',
  'focused',
] as const;

/** A node and what is in it, indented. */
function linesOf(node: SerializedAXNode, indent: string): string[] {
  const { role, name = '', children = [] } = node;
  const within = (deeper: string) => children.flatMap((child) => linesOf(child, deeper));
  // A form without a name is no landmark; some versions of Chromium list it all the same.
  if (MUTE.has(role) || (role === 'form' && !name)) return within(indent);
  const told = TOLD.filter((key) => node[key] && node[key] !== 'false').map((key) =>
    node[key] === true ? key : `${key}: ${node[key]}`,
  );
  const line = `${indent}${role}${name && ` "${name}"`}${told.map((each) => `, ${each}`).join('')}`;
  // What a button or a term says is its name already.
  const repeats = children.length > 0 && within('').join(' ') === `StaticText "${name}"`;
  return repeats ? [line] : [line, ...within(`${indent}  `)];
}

/** What differs from one walk to the next: times left, receipt numbers, the moment of payment. */
function withoutChance(text: string): string {
  return text
    .replace(/\b\d{1,2} \p{L}+ \d{4}, \d{2}:\d{2}/gu, 'DATE, HH:MM')
    .replace(/\b\d:\d\d\b/g, 'M:SS')
    .replace(/\b(?=[A-Z]*\d)[A-Z0-9]{10}\b/g, 'RECEIPT')
    .replace(/ +$/gm, '');
}
