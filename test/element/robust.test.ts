import { expect, fixture, html } from '@open-wc/testing';
import { PROPERTIES } from '../../src/element/properties.js';
import { en } from '../../src/messages/en.js';
import type { Messages } from '../../src/messages/index.js';
import { CARELESS, Harness, withConsole, withSimulation } from '../support/harness.js';

describe('Whatever a page sets as messages', () => {
  withSimulation(() => CARELESS);
  withConsole();

  const JUNK: [title: string, messages: unknown][] = [
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
    ['a text', 'Pay!'],
    ['true', true],
    ['a list', ['Pay!']],
    ['a function', () => 'Pay!'],
    ['a text that is missing', { pay: undefined, paidTitle: undefined, promptedTitle: null }],
    ['texts that are none', { pay: 5, paidTitle: {}, promptedTitle: ['x'], heading: () => 'x', amount: Symbol('x') }],
    ['keys that nobody knows', { constructor: 'x', __proto__: { toString: 'x' }, nothing: 'x' }],
    ['an object without a prototype', Object.create(null)],
  ];

  for (const [title, messages] of JUNK) {
    it(`the card says what it would without them, in every state: ${title}`, async () => {
      const widget = await Harness.create();
      (widget.element as { messages: unknown }).messages = messages;
      await widget.drawn();
      expect(widget.text)
        .to.contain(en.heading)
        .and.to.match(/Pay Ksh 12,341/);
      await widget.pay();
      expect(widget.text).to.contain(en.promptedTitle);
      widget.settle(0);
      await widget.drawn();
      expect(widget.text).to.contain(en.paidTitle);
    });
  }

  it('what is a text counts beside what is none', async () => {
    const widget = await Harness.create();
    widget.element.messages = { heading: 'Lipia hapa', pay: undefined } as unknown as Partial<Messages>;
    await widget.drawn();
    expect(widget.text)
      .to.contain('Lipia hapa')
      .and.to.match(/Pay Ksh 12,341/);
  });

  it('a text may be empty', async () => {
    const widget = await Harness.create();
    widget.element.messages = { pinSafety: '' };
    await widget.drawn();
    expect(widget.text).not.to.contain('PIN on this page');
  });
});

describe('Whatever a page sets as any property', () => {
  withSimulation(() => CARELESS);
  const heard = withConsole();

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('hostile');
      },
    },
  );
  const VALUES: unknown[] = [
    ...[null, undefined, 10n, NaN, Infinity, -0, true, false, '', ' ', Symbol('x'), [], [1], {}, cyclic, new Date(NaN)],
    ...[
      Object.create(null) as object,
      () => 1,
      hostile,
      { toString: () => ({}) },
      document.createElement('p'),
      new Map(),
    ],
  ];

  for (const property of Object.keys(PROPERTIES).filter((name) => name !== 'messages')) {
    it(`no setter throws, and the card is drawn: ${property}`, async () => {
      const widget = await Harness.create();
      for (const value of VALUES) {
        Object.assign(widget.element, { [property]: value });
        await widget.element.updateComplete;
        expect(widget.text.length).to.be.greaterThan(100);
      }
      for (const warning of heard.warnings) expect(warning).to.match(/^<vitumob-pay> [\w-]+: .+ is not .+/);
    });
  }
});

describe('What stands in the tag', () => {
  withSimulation(() => CARELESS);

  it('is seen where nothing is defined, and hidden once the element is', async () => {
    const home = await fixture<HTMLElement>(html`<div></div>`);
    const content = '<p>Lipa na M-Pesa: Pay Bill 174379</p> and a word';
    home.innerHTML = `<vitumob-not-defined>${content}</vitumob-not-defined><vitumob-pay>${content}</vitumob-pay>`;
    const [undefinedOne, defined] = home.children as unknown as [HTMLElement, HTMLElement];
    expect(undefinedOne.innerText).to.contain('Pay Bill 174379');
    expect(defined.querySelector('p')!.getClientRects()).to.have.length(0);
    expect(defined.innerText).not.to.contain('Pay Bill').and.not.to.contain('a word');
  });

  it('is shown in its slot where it names one', async () => {
    const widget = await Harness.create();
    widget.element.innerHTML = '<p slot="footer">Questions?</p>';
    await widget.drawn();
    expect(widget.element.querySelector('p')!.getClientRects()).to.have.length(1);
  });
});

describe('The value', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  it('is the payment_id in prompted, unconfirmed and paid, after a reload too, and otherwise empty', async () => {
    const widget = await Harness.create();
    const seen: unknown[] = [];
    widget.element.addEventListener('state-change', ({ detail }) => seen.push([detail.state, widget.element.value]));
    expect(widget.element.value).to.equal('');
    await widget.pay();
    const { paymentId } = widget.only('push-success').detail;
    expect(paymentId).not.to.equal('');
    widget.settle(1032);
    await widget.drawn();
    expect(widget.element.value).to.equal('');
    await widget.pay();
    const second = widget.all('push-success').at(-1)!.detail.paymentId;
    const reloaded = await Harness.create({ 'order-id': widget.element.orderId });
    expect(reloaded.element.state).to.equal('prompted');
    expect(reloaded.element.value).to.equal(second);
    widget.settle(0);
    expect(seen).to.deep.equal([
      ['requesting', ''],
      ['prompted', paymentId],
      ['failed', ''],
      ['requesting', ''],
      ['prompted', second],
      ['paid', second],
    ]);
    expect((await Harness.create({ 'order-id': widget.element.orderId })).element.value).to.equal(second);
  });

  it('is empty while nobody knows whether there is a payment', async () => {
    network.current.faults.set({ push: ['reset-after'] });
    const widget = await Harness.create();
    await widget.pay();
    expect([widget.element.state, widget.element.value]).to.deep.equal(['unconfirmed', '']);
  });

  it('cannot be written', async () => {
    const widget = await Harness.create();
    expect(Reflect.set(widget.element, 'value', '1')).to.equal(false);
    expect(widget.element.value).to.equal('');
  });
});

describe('In another document', () => {
  withSimulation(() => CARELESS);

  it('the card keeps its looks, there and back, and may go there before it was ever drawn', async () => {
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="Another document"></iframe>`);
    const there = frame.contentDocument!.body;
    const widget = await Harness.create();
    const looks = () => {
      const { display, paddingTop } = getComputedStyle(widget.find('form'));
      return [display, paddingTop];
    };
    const before = looks();
    const home = widget.element.parentElement!;
    there.append(widget.element);
    await widget.drawn();
    expect(looks()).to.deep.equal(before);
    home.append(widget.element);
    await widget.drawn();
    expect(looks()).to.deep.equal(before);
    const fresh = document.createElement('vitumob-pay');
    there.append(fresh);
    await fresh.updateComplete;
    expect(getComputedStyle(fresh.shadowRoot!.querySelector('form')!).display).to.equal('grid');
  });
});
