import { expect, fixture, html } from '@open-wc/testing';
import { CARELESS, Harness, newOrder, ORIGIN, quiet, withSimulation } from '../support/harness.js';

const tag = (order: string, more = '') =>
  `<vitumob-pay order-id="${order}" amount="12341" token-url="${ORIGIN}/payments/mpesa/token"
    push-url="${ORIGIN}/payments/mpesa/payment/push/request" ${more}></vitumob-pay>`;

const element = (markup: string) => {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return document.importNode(template.content, true).firstElementChild!;
};

/** How pages put a new element in the place of one of the same order. */
const WAYS: Readonly<Record<string, (home: Element, markup: string) => Promise<void> | void>> = {
  'innerHTML, as many pages': (home, markup) => {
    home.innerHTML = markup;
  },
  'replaceWith, as Turbo and WooCommerce': (home, markup) => {
    home.firstElementChild!.replaceWith(element(markup));
  },
  'an insertion before a removal, as htmx': (home, markup) => {
    const old = home.firstElementChild!;
    old.before(element(markup));
    old.remove();
  },
  'a removal, and an insertion once the server has answered': async (home, markup) => {
    home.replaceChildren();
    await quiet();
    home.innerHTML = markup;
  },
  'an element whose attributes come last': (home) => {
    const old = home.firstElementChild!;
    const next = document.createElement('vitumob-pay');
    old.replaceWith(next);
    for (const { name, value } of old.attributes) next.setAttribute(name, value);
  },
};

describe('The number that the customer is typing', () => {
  const network = withSimulation(() => CARELESS);

  async function typing(markup: string, text = '0723 1') {
    const home = await fixture<HTMLElement>(html`<div></div>`);
    home.innerHTML = markup;
    const widget = new Harness(home.querySelector('vitumob-pay')!);
    await widget.drawn();
    widget.type(text);
    widget.field.setSelectionRange(2, 2);
    await widget.drawn();
    return { home, widget, next: () => new Harness(home.querySelector('vitumob-pay')!) };
  }

  for (const [way, replace] of Object.entries(WAYS)) {
    it(`survives, with focus and caret: ${way}`, async () => {
      const markup = tag(newOrder());
      const { home, widget, next } = await typing(markup);
      await replace(home, markup);
      await quiet();
      const after = next();
      await after.drawn();
      expect(after.element === widget.element).to.equal(false);
      expect(after.field.value).to.equal('0723 1');
      expect(after.element.shadowRoot!.activeElement === after.field, 'focus').to.equal(true);
      expect([after.field.selectionStart, after.field.selectionEnd]).to.deep.equal([2, 2]);
      after.type('0723 123 123');
      const over = after.once('push-success');
      after.press();
      expect((await over).detail.phone).to.equal('254723123123');
    });
  }

  it('survives several replacements, one after the other', async () => {
    const markup = tag(newOrder());
    const { home, next } = await typing(markup);
    for (let time = 0; time < 3; time++) {
      home.innerHTML = markup;
      await next().drawn();
    }
    expect(next().field.value).to.equal('0723 1');
    expect(next().element.shadowRoot!.activeElement === next().field).to.equal(true);
  });

  it('takes no focus that it did not have, nor one that has gone elsewhere since', async () => {
    const markup = tag(newOrder());
    const { home, widget, next } = await typing(markup);
    widget.field.blur();
    await widget.drawn();
    home.innerHTML = markup;
    await next().drawn();
    expect(document.activeElement === document.body).to.equal(true);
    next().field.focus();
    home.replaceChildren();
    await quiet();
    const elsewhere = document.createElement('input');
    home.after(elsewhere);
    elsewhere.focus();
    home.innerHTML = markup;
    await next().drawn();
    expect(document.activeElement === elsewhere).to.equal(true);
  });

  it('belongs to its order alone', async () => {
    const { home, next } = await typing(tag(newOrder()));
    home.innerHTML = tag(newOrder());
    await next().drawn();
    expect(next().field.value).to.equal('');
    expect(document.activeElement === document.body).to.equal(true);
  });

  it('gives way to another number that the page fills in, and not to the same one', async () => {
    const order = newOrder();
    const { home, next } = await typing(tag(order, 'phone="0711111111"'), '0722222222');
    home.innerHTML = tag(order, 'phone="0711111111"');
    await next().drawn();
    expect(next().field.value).to.equal('0722222222');
    home.innerHTML = tag(order, 'phone="0733333333"');
    await next().drawn();
    expect(next().field.value).to.equal('0733 333 333');
  });

  it('is forgotten with a reset of the form, and once the order is paid', async () => {
    const markup = tag(newOrder());
    const { home, widget, next } = await typing(markup, '0723123123');
    widget.element.formResetCallback();
    home.innerHTML = markup;
    await next().drawn();
    expect(next().field.value).to.equal('');
    await next().payWell();
    localStorage.clear();
    sessionStorage.clear();
    expect(network.to('push')).to.have.length(1);
    expect(next().element.shadowRoot!.querySelector('input')).to.equal(null);
  });
});
