/** The card on paper, and for eyes that have asked their system for more contrast. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Tab, World } from './support.js';

let world: World;

/** Selectors of what a customer presses, opens or waits by. */
const ON_SCREEN_ONLY = ['button', 'summary', 'details', 'progress'];

/** What is seen of these in the card, by tag name, and its texts. */
const seenIn = (tab: Tab, selectors: readonly string[]) =>
  tab.frame.$eval(
    'vitumob-pay',
    ({ shadowRoot }, selector) =>
      [...(shadowRoot?.querySelectorAll(selector) ?? [])]
        .filter((part) => part.checkVisibility({ visibilityProperty: true }))
        .map(({ localName }) => localName),
    selectors.join(),
  );

before(async () => {
  world = await World.open();
});
afterEach(() => world.reset());
after(() => world.close());

describe('On paper', () => {
  /** Opened and closed, and in each of them what has to be read. */
  const STATES: readonly (readonly [state: string, reads: RegExp, go: (tab: Tab) => Promise<unknown>])[] = [
    ['idle', /Ksh 12,341.*Your phone will ask/s, () => Promise.resolve()],
    ['prompted', /Ksh 12,341.*0723 123 123.*Check your phone.*may stay open/s, (tab) => tab.pay()],
    ['failed', /Ksh 12,341.*Not paid.*unlock it/s, () => world.backend.answer({ action: 'ignore', after_ms: 0 })],
    [
      'paid',
      /Paid\. Thank you!.*Amount.*Receipt.*[A-Z0-9]{10}.*0723 123 123/s,
      async (tab) => {
        await tab.press();
        await world.backend.approve();
      },
    ],
  ];

  it('it leaves out what can only be pressed, opened or watched, and no word of what has happened', async () => {
    const tab = await world.visit({ paybill: '174379', business: 'Vitumob' });
    for (const [state, reads, go] of STATES) {
      await tab.page.emulateMediaType('screen');
      await go(tab);
      await tab.reaches(state);
      assert.notDeepEqual(await seenIn(tab, ON_SCREEN_ONLY), [], `${state}, on the screen`);
      await tab.page.emulateMediaType('print');
      assert.deepEqual(await seenIn(tab, ON_SCREEN_ONLY), [], `${state}, on paper`);
      assert.match(await tab.text(), reads);
    }
  });

  it('its icons are black, as browsers print no ground on which a white one could be seen', async () => {
    const tab = await world.visit();
    for (const [state, , go] of STATES) {
      await tab.page.emulateMediaType('screen');
      await go(tab);
      await tab.reaches(state);
      const colours = (media: string) =>
        tab.page
          .emulateMediaType(media)
          .then(() =>
            tab.frame.$eval('vitumob-pay', ({ shadowRoot }) => [
              ...new Set(
                [...(shadowRoot?.querySelectorAll('svg') ?? [])]
                  .filter((icon) => icon.checkVisibility({ visibilityProperty: true }))
                  .map((icon) => getComputedStyle(icon).stroke),
              ),
            ]),
          );
      assert.ok((await colours('screen')).includes('rgb(255, 255, 255)'), `${state}, on the screen`);
      assert.deepEqual(await colours('print'), ['rgb(0, 0, 0)'], `${state}, on paper`);
    }
  });
});

describe('With more contrast', () => {
  /** In the page: which lines are of another colour than the text. */
  const paleLines = (tab: Tab) =>
    tab.frame.$eval('vitumob-pay', ({ shadowRoot }) => {
      const { color } = getComputedStyle(shadowRoot!.querySelector('form')!);
      return ['form', 'input', '.phone', '.quote', '.steps > i:last-child', 'button:not(.plain)', 'dl > .row']
        .flatMap((selector) =>
          [...shadowRoot!.querySelectorAll(selector)].slice(0, 1).map((part) => ({ selector, part })),
        )
        .filter(({ part }) => getComputedStyle(part).borderBlockStartColor !== color)
        .map(({ selector }) => selector);
    });

  for (const scheme of ['light', 'dark']) {
    it(`lines are as dark as the text (${scheme})`, async () => {
      const customer = await world.customer();
      const tab = await customer.blank();
      const cdp = await tab.cdp();
      const head = '<style>:root { color-scheme: light dark }</style>';
      const wants = (contrast: string) =>
        cdp.send('Emulation.setEmulatedMedia', {
          features: [
            { name: 'prefers-contrast', value: contrast },
            { name: 'prefers-color-scheme', value: scheme },
          ],
        });
      await wants('more');
      await tab.goto(world.page(world.tag(), { head }));
      const filled = 'button:not(.plain)';
      assert.deepEqual(await paleLines(tab), [filled], 'idle: but the button, which is filled');
      await wants('no-preference');
      assert.deepEqual(await paleLines(tab), ['form', 'input', '.phone', '.quote', '.steps > i:last-child', filled]);

      await wants('more');
      await tab.pay();
      await tab.reaches('prompted');
      assert.deepEqual(await paleLines(tab), [], 'prompted: with a button that waits');
      await world.backend.approve();
      await tab.reaches('paid');
      assert.deepEqual(await paleLines(tab), ['.steps > i:last-child'], 'paid: but the last step, which is filled');
    });
  }
});
