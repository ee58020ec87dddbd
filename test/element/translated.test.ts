import { expect } from '@open-wc/testing';
import { CARELESS, Harness, withConsole, withSimulation } from '../support/harness.js';

/** The space around a text is that between it and its neighbours. */
const marked = (text: string): string => text.replace(/\S(?:.*\S)?/s, '«$&»');

/** Chrome's translator puts an element with its own words in the place of each text node, and the node away. */
function translate(root: ParentNode & Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  for (const node of nodes) {
    if (!node.data.trim() || node.parentElement?.closest('style')) continue;
    // The tag is as old as the translator.
    const [outer, inner] = ['font', 'font'].map((tag) => document.createElement(tag)) as [HTMLElement, HTMLElement];
    inner.textContent = marked(node.data);
    outer.append(inner);
    node.replaceWith(outer);
  }
}

/** What Firefox does: it writes into the nodes that are there. */
function translateInPlace(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (node.data.trim()) node.data = marked(node.data);
  }
}

describe('On a page that a browser translates', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  const settles = (code: number) => (widget: Harness) => {
    widget.settle(code);
    return widget.drawn();
  };

  /** Lets the answer to a card's push through. */
  const answers = new Map<Harness, () => void>();

  /** One customer's way, and what the card says at each step. */
  const WAYS: readonly (readonly [step: string, go: (widget: Harness) => Promise<unknown>])[][] = [
    [
      ['idle', () => Promise.resolve()],
      [
        'a wrong number',
        (widget) => {
          widget.type('0823');
          widget.press();
          return widget.drawn();
        },
      ],
      [
        'requesting',
        async (widget) => {
          answers.set(widget, network.hold('push'));
          const sent = network.next('push');
          widget.type('0723123123');
          widget.press();
          await sent;
        },
      ],
      [
        'prompted',
        async (widget) => {
          const over = widget.once('push-success');
          answers.get(widget)!();
          await over;
        },
      ],
      ['a wrong PIN', settles(2001)],
      ['another price', (widget) => Promise.resolve((widget.element.amount = '777'))],
      ['prompted again, another number', (widget) => widget.pay('0711222333')],
      ['cancelled', settles(1032)],
      [
        'nobody knows',
        (widget) => {
          network.current.faults.set({ push: ['reset-after'] });
          return widget.pay('0723123123');
        },
      ],
    ],
    [
      ['idle', () => Promise.resolve()],
      ['another order', (widget) => Promise.resolve((widget.element.orderId = `A-${Date.now()}`))],
      ['prompted', (widget) => widget.pay('0723123123')],
      ['paid', settles(0)],
    ],
    [
      ['Swahili', (widget) => Promise.resolve((widget.element.lang = 'sw'))],
      ['the page’s own words', (widget) => Promise.resolve((widget.element.messages = { pay: 'Now {amount}' }))],
      ['its business', (widget) => Promise.resolve((widget.element.business = 'Duka'))],
      ['and no longer', (widget) => Promise.resolve((widget.element.messages = {}))],
    ],
  ];

  /** Times differ between two cards, and so do receipts. */
  const settled = (text: string) => text.replace(/\d:\d\d/g, 'M:SS').replace(/\b[A-Z0-9]{10}\b/g, 'RECEIPT');

  /** All that can be read now, which is not what was translated at another step. */
  const lines = (widget: Harness) =>
    [...widget.element.shadowRoot!.querySelectorAll<HTMLElement>('h2 span, label, p, button, summary, li, dt, dd')]
      .filter((part) => !part.querySelector('p, button, summary, li') && !part.closest('[role="status"]'))
      .map(textOf)
      .filter(Boolean);

  const textOf = (part: Element) => settled(part.textContent.replace(/[«»]/g, '').replace(/\s+/g, ' ').trim());

  /** What is announced last, step by step: it is there for a moment only. */
  function hearing(widget: Harness): () => string {
    const region = widget.element.shadowRoot!.querySelector('[role="status"]')!;
    let heard = '';
    new MutationObserver(() => {
      heard = textOf(region) || heard;
    }).observe(region, { subtree: true, childList: true, characterData: true });
    return () => {
      const last = heard.replaceAll(widget.element.orderId, 'ORDER');
      heard = '';
      return last;
    };
  }

  for (const [name, translateAll] of Object.entries({ Chrome: translate, Firefox: translateInPlace })) {
    for (const way of WAYS) {
      it(`every state shows its own words and figures (${name}: ${way.map(([step]) => step).join(', ')})`, async () => {
        const order = `T-${Date.now()}`;
        const translated = await Harness.create({ 'order-id': `${order}-1` });
        const plain = await Harness.create({ 'order-id': `${order}-2` });
        const announced = [hearing(translated), hearing(plain)];
        for (const [step, go] of way) {
          for (const widget of [translated, plain]) {
            await go(widget);
            await widget.drawn();
          }
          const expected = lines(plain).map((line) => line.replaceAll(plain.element.orderId, 'ORDER'));
          const seen = lines(translated).map((line) => line.replaceAll(translated.element.orderId, 'ORDER'));
          expect(seen, step).to.deep.equal(expected);
          const [heard, expectedToHear] = announced.map((hear) => hear());
          expect(heard, `announced: ${step}`).to.equal(expectedToHear);
          expect(expected.length, step).to.be.at.least(5);
          translateAll(translated.element.shadowRoot!);
          expect(translated.text, step).to.contain('«');
          // A translation is no announcement.
          await translated.drawn();
          for (const hear of announced) hear();
        }
      });
    }
  }

  it('the time that is left goes on being counted down', async () => {
    const widget = await Harness.create();
    await widget.pay();
    translate(widget.element.shadowRoot!);
    await widget.free();
    expect(widget.button.innerText.trim()).to.equal('Try again');
    expect(widget.text).not.to.match(/\d:\d\d/);
  });
});
