import { expect, fixture, html } from '@open-wc/testing';
import type { PROPERTIES } from '../../src/element/properties.js';
import type { VitumobPayElement } from '../../src/element/vitumob-pay-element.js';
import type { StateName } from '../../src/model/state.js';
import {
  CARELESS,
  Harness,
  newOrder,
  ORIGIN,
  PHONE,
  quiet,
  withBase,
  withConsole,
  withSimulation,
} from '../support/harness.js';

const PRODUCTION = 'https://vitumob-prod.appspot.com/payments/mpesa';

type PropertyName = keyof typeof PROPERTIES;
type Documented = readonly [attribute: string, byDefault: unknown, written: string, read: unknown];

/** Each property that has an attribute, with its default, and a value as it is written in a tag and as it is read. */
const ATTRIBUTES: Record<Exclude<PropertyName, 'messages'>, Documented> = {
  orderId: ['order-id', '', ' 0001 ', ' 0001 '],
  amount: ['amount', '', '48744.15', '48744.15'],
  maxAmount: ['max-amount', '250000', '150000', '150000'],
  phone: ['phone', '', '0723 123 123', '0723 123 123'],
  tokenUrl: ['token-url', `${PRODUCTION}/token`, '/token', '/token'],
  pushUrl: ['push-url', `${PRODUCTION}/payment/push/request`, '/push', '/push'],
  statusUrl: ['status-url', '', '/status', '/status'],
  credentials: ['credentials', 'same-origin', 'include', 'include'],
  timeout: ['timeout', 30_000, '1500', 1500],
  promptWindow: ['prompt-window', 120_000, '60000', 60_000],
  business: ['business', '', 'Duka', 'Duka'],
  disabled: ['disabled', false, '', true],
  name: ['name', '', 'payment', 'payment'],
  paybill: ['paybill', '', '174 379', '174 379'],
  till: ['till', '', '832 909', '832 909'],
  account: ['account', '', 'INV-17', 'INV-17'],
  lang: ['lang', '', 'sw', 'sw'],
};
const ALL_ATTRIBUTES = Object.entries(ATTRIBUTES) as [keyof typeof ATTRIBUTES, Documented][];

/** The properties that are written to their attribute. */
const REFLECTED: readonly PropertyName[] = ['disabled', 'name', 'lang'];

/** The compiler checks that the list is complete. */
const STATES = Object.keys({
  ...{ idle: true, requesting: true, prompted: true, paid: true, failed: true, unconfirmed: true },
} satisfies Record<StateName, true>);

describe('An attribute', () => {
  withSimulation();
  const heard = withConsole();

  it('is on no element that was not given it', async () => {
    const element = await fixture(html`<vitumob-pay></vitumob-pay>`);
    expect(element.getAttributeNames()).to.deep.equal([]);
  });

  it('has its documented default while nothing is said', () => {
    const element = document.createElement('vitumob-pay');
    for (const [property, [, byDefault]] of ALL_ATTRIBUTES) expect(element[property], property).to.equal(byDefault);
    expect(element.messages).to.deep.equal({});
    expect(element.state).to.equal('idle');
  });

  it('account is order-id while nothing is said', () => {
    const element = document.createElement('vitumob-pay');
    element.orderId = '42';
    expect(element.account).to.equal('42');
  });

  for (const [property, [attribute, byDefault, written, read]] of ALL_ATTRIBUTES) {
    it(`${attribute} is the property ${property}, and its default again once removed`, () => {
      const element = document.createElement('vitumob-pay');
      element.setAttribute(attribute, written);
      expect(element[property]).to.equal(read);
      element.removeAttribute(attribute);
      expect(element[property]).to.equal(byDefault);
      expect(heard.all).to.be.empty;
    });
  }

  for (const [property, [attribute, , , read]] of ALL_ATTRIBUTES) {
    const isReflected = REFLECTED.includes(property);
    it(`${attribute} is ${isReflected ? '' : 'not '}written to the page where the property ${property} is set`, async () => {
      const element = await fixture<VitumobPayElement>(html`<vitumob-pay></vitumob-pay>`);
      Object.assign(element, { [property]: read });
      await element.updateComplete;
      expect(element.hasAttribute(attribute)).to.equal(isReflected);
    });
  }

  it('disabled is taken from the page where the property is false again', async () => {
    const element = await fixture<VitumobPayElement>(html`<vitumob-pay disabled></vitumob-pay>`);
    element.disabled = false;
    await element.updateComplete;
    expect(element.hasAttribute('disabled')).to.equal(false);
  });

  for (const property of ['timeout', 'promptWindow'] as const) {
    const [attribute, byDefault] = ATTRIBUTES[property];
    for (const junk of ['0', '-5', 'soon', '', 'NaN', 'Infinity', '5s']) {
      it(`${attribute}="${junk}" counts as the default, with a warning that names it`, () => {
        const element = document.createElement('vitumob-pay');
        element.setAttribute(attribute, junk);
        expect(element[property]).to.equal(byDefault);
        expect(heard.warnings).to.have.length(1);
        expect(heard.warnings[0]).to.match(new RegExp(`${attribute}|${property}`));
      });
    }

    it(`${property} = NaN, given as the property, counts as the default, with a warning`, () => {
      const element = document.createElement('vitumob-pay');
      element[property] = NaN;
      expect(element[property]).to.equal(byDefault);
      expect(heard.warnings).to.have.length(1);
    });
  }

  for (const junk of ['', 'always', 'Include']) {
    it(`credentials="${junk}" counts as same-origin, with a warning`, () => {
      const element = document.createElement('vitumob-pay');
      element.setAttribute('credentials', junk);
      expect(element.credentials).to.equal('same-origin');
      expect(heard.warnings).to.have.length(1);
      expect(heard.warnings[0]).to.contain('credentials');
    });
  }

  it('state cannot be written', () => {
    const element = document.createElement('vitumob-pay');
    expect(() => {
      (element as { state: string }).state = 'paid';
    }).to.throw(TypeError);
    expect(element.state).to.equal('idle');
  });
});

describe('The amount', () => {
  const network = withSimulation();
  const heard = withConsole();

  for (const [given, sent] of [
    [12341, '12341'],
    [48744.15, '48744.15'],
    [1.5, '1.5'],
    ['12341', '12341'],
    ['100.00', '100.00'],
    ['100.5', '100.5'],
  ] as const) {
    it(`${JSON.stringify(given)} is sent as the string ${sent}`, async () => {
      const widget = await Harness.create();
      (widget.element as { amount: unknown }).amount = given;
      expect(widget.element.amount).to.equal(sent);
      await widget.pay();
      expect(JSON.parse(network.to('push')[0]!.body)).to.have.nested.property('order.amount', sent);
      expect(widget.only('push-success').detail.amount).to.equal(sent);
    });
  }

  it('with cents works, and warns once', async () => {
    const widget = await Harness.create({ amount: '48744.15' });
    widget.element.business = 'Duka';
    await widget.element.updateComplete;
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(heard.warnings).to.have.length(1);
    expect(heard.warnings[0]).to.contain('amount');
  });

  it('without cents does not warn', async () => {
    const widget = await Harness.create({ amount: '48744' });
    await widget.pay();
    expect(heard.all).to.be.empty;
  });

  for (const [amount, limit] of [
    ['250000', undefined],
    ['150000', '150000'],
    ['300000', '500000'],
  ] as const) {
    it(`${amount} passes a max-amount of ${limit ?? 'nothing said'}`, async () => {
      const widget = await Harness.create({ amount, ...(limit && { 'max-amount': limit }) });
      await widget.pay();
      expect(JSON.parse(network.to('push')[0]!.body)).to.have.nested.property('order.amount', amount);
    });
  }
});

describe('A request', () => {
  const network = withSimulation();
  const setBase = withBase();

  for (const credentials of ['omit', 'same-origin', 'include'] as const) {
    it(`for token, push and status goes with credentials "${credentials}"`, async () => {
      const widget = await Harness.create({ credentials, 'status-url': `${ORIGIN}/payments/mpesa/status` });
      await widget.pay();
      await network.poll();
      const endpoints = network.requests.map(({ endpoint }) => endpoint);
      expect(endpoints).to.include.members(['token', 'push', 'status']);
      expect(new Set(network.requests.map((request) => request.credentials))).to.deep.equal(new Set([credentials]));
    });
  }

  it('goes to a URL resolved against the base of the document', async () => {
    setBase(`${ORIGIN}/payments/shop/`);
    const widget = await Harness.create({
      'token-url': '../mpesa/token',
      'push-url': '/payments/mpesa/payment/push/request',
    });
    await widget.pay();
    expect(network.requests.map(({ url }) => url.href)).to.deep.equal([
      `${ORIGIN}/payments/mpesa/token`,
      `${ORIGIN}/payments/mpesa/payment/push/request`,
    ]);
  });

  it('goes to production where no endpoint is named', async () => {
    const widget = await Harness.create();
    widget.element.removeAttribute('token-url');
    widget.element.removeAttribute('push-url');
    await widget.pay();
    expect(network.requests.map(({ url }) => url.href)).to.deep.equal([
      `${PRODUCTION}/token`,
      `${PRODUCTION}/payment/push/request`,
    ]);
  });

  it('carries the order as strings and the bare token', async () => {
    const widget = await Harness.create({ 'order-id': 'Order 1/ä' });
    await widget.pay();
    const [push] = network.to('push');
    expect(push!.method).to.equal('POST');
    expect(push!.headers.get('content-type')).to.equal('application/json');
    expect(push!.headers.get('authorization')).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(JSON.parse(push!.body)).to.deep.equal({
      order: { order_id: 'Order 1/ä', user_phone_number: PHONE, amount: '12341' },
    });
  });
});

describe('What was set before the upgrade', () => {
  const network = withSimulation();

  /** An element that the parser made where nothing is defined. */
  function unborn(markup: string): HTMLElement {
    const inert = document.implementation.createHTMLDocument();
    inert.body.innerHTML = markup;
    return inert.body.firstElementChild as HTMLElement;
  }

  async function upgrade(element: Element): Promise<Harness> {
    expect(element.shadowRoot).to.equal(null);
    const container = await fixture<HTMLElement>(html`<div></div>`);
    container.append(element);
    expect(element.shadowRoot).not.to.equal(null);
    const widget = new Harness(container.querySelector('vitumob-pay')!);
    await widget.element.updateComplete;
    return widget;
  }

  it('counts as attributes', async () => {
    const order = newOrder();
    const widget = await upgrade(
      unborn(`<vitumob-pay order-id="${order}" amount="77" push-url="${ORIGIN}/payments/mpesa/payment/push/request"
        token-url="${ORIGIN}/payments/mpesa/token"
        phone="0723123123" disabled lang="sw"></vitumob-pay>`),
    );
    expect(widget.field.value).to.equal('0723 123 123');
    expect(widget.button.disabled).to.equal(true);
    widget.element.removeAttribute('disabled');
    await widget.drawn();
    const over = widget.once('push-success', 'push-failure');
    widget.press();
    await over;
    expect(widget.only('push-success').detail).to.include({ orderId: order, amount: '77', phone: PHONE });
    expect(network.to('push')[0]!.url.origin).to.equal(ORIGIN);
  });

  it('counts as properties', async () => {
    const order = newOrder();
    const element = unborn('<vitumob-pay></vitumob-pay>');
    Object.assign(element, {
      orderId: order,
      amount: 77,
      phone: '+254 723 123 123',
      tokenUrl: `${ORIGIN}/payments/mpesa/token`,
      pushUrl: `${ORIGIN}/payments/mpesa/payment/push/request`,
      promptWindow: 60_000,
      business: 'Duka',
      messages: { pay: 'Now {amount}' },
    });
    const widget = await upgrade(element);
    expect(widget.element.amount).to.equal('77');
    expect(widget.element.promptWindow).to.equal(60_000);
    expect(widget.field.value).to.equal('0723 123 123');
    expect(widget.text).to.contain('Duka');
    expect(widget.button.innerText.trim()).to.match(/^Now .*77$/);
    const over = widget.once('push-success');
    widget.press();
    await over;
    expect(widget.only('push-success').detail).to.include({ orderId: order, amount: '77', phone: PHONE });
  });

  it('counts where the definition comes last', async () => {
    const tag = `vitumob-pay-late-${Date.now()}`;
    const order = newOrder();
    const container = await fixture<HTMLElement>(html`<div></div>`);
    const element = document.createElement(tag);
    element.setAttribute('order-id', order);
    element.setAttribute('phone', '0723123123');
    Object.assign(element, {
      amount: 55,
      tokenUrl: `${ORIGIN}/payments/mpesa/token`,
      pushUrl: `${ORIGIN}/payments/mpesa/payment/push/request`,
    });
    container.append(element);
    const Known = customElements.get('vitumob-pay')!;
    customElements.define(tag, class extends Known {});
    const widget = new Harness(container.querySelector<VitumobPayElement>(tag)!);
    await widget.element.updateComplete;
    const over = widget.once('push-success');
    await widget.element.pay();
    await over;
    expect(widget.only('push-success').detail).to.include({ orderId: order, amount: '55', phone: PHONE });
    expect(network.to('token')[0]!.url.origin).to.equal(ORIGIN);
  });
});

describe('pay()', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  async function ready(attributes: Record<string, string> = {}): Promise<Harness> {
    const widget = await Harness.create({ phone: '0723123123', ...attributes });
    return widget;
  }

  it('settles with the push: after its last event', async () => {
    const widget = await ready();
    expect(await (widget.element.pay() as Promise<unknown>)).to.equal(undefined);
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  for (const fault of ['reset', 'server-500', 'html-404', 'expired'] as const) {
    it(`does not reject where the push meets "${fault}"`, async () => {
      const widget = await ready();
      network.current.faults.set({ push: [fault, fault] });
      await widget.element.pay();
      expect(widget.all('push-failure')).to.have.length(1);
    });
  }

  it('does not reject where no token is to be had', async () => {
    const widget = await ready();
    network.current.faults.set({ token: ['reset', 'reset', 'reset'] });
    await quiet();
    await widget.element.pay();
    expect(widget.heard.some(({ type }) => type === 'push-failure' || type === 'push-success')).to.equal(true);
  });

  it('does not reject where the configuration is wrong', async () => {
    const widget = await ready({ amount: 'much' });
    await widget.element.pay();
    expect(widget.only('push-failure').detail.reason).to.equal('configuration');
  });

  it('resolves without an event where the element is disabled', async () => {
    const widget = await ready({ disabled: '' });
    await widget.element.pay();
    expect(widget.heard).to.be.empty;
    expect(network.requests).to.be.empty;
  });

  it('pays in the moment in which disabled is taken back', async () => {
    const widget = await ready({ disabled: '' });
    widget.element.disabled = false;
    await widget.element.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('resolves without an event where the number is missing', async () => {
    const widget = await ready({ phone: '' });
    await widget.element.pay();
    expect(widget.heard).to.be.empty;
    expect(widget.element.state).to.equal('idle');
  });

  it('resolves without an event while a prompt may be live', async () => {
    const widget = await ready();
    await widget.element.pay();
    widget.heard.length = 0;
    await widget.element.pay();
    expect(widget.heard).to.be.empty;
    expect(network.to('push')).to.have.length(1);
  });

  it('resolves without an event once paid', async () => {
    const widget = await ready();
    await widget.element.pay();
    widget.settle(0);
    widget.heard.length = 0;
    await widget.element.pay();
    expect(widget.heard).to.be.empty;
    expect(network.to('push')).to.have.length(1);
  });
});

describe('reset()', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  it('goes from failed back to idle', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    widget.element.reset();
    expect(widget.element.state).to.equal('idle');
    expect(widget.heard.at(-1)).to.deep.include({ type: 'state-change', state: 'idle' });
    expect(widget.heard.at(-1)!.detail).to.include({ state: 'idle', previous: 'failed' });
  });

  it('goes from a dead unconfirmed back to idle', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    await widget.free();
    widget.element.reset();
    expect(widget.element.state).to.equal('idle');
    expect(widget.states).to.deep.equal(['requesting', 'unconfirmed', 'idle']);
  });

  it('changes nothing while an unconfirmed prompt may be live', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    widget.element.reset();
    expect(widget.element.state).to.equal('unconfirmed');
    expect(widget.blocked).to.equal(true);
  });

  it('changes nothing in idle, during a request, in prompted, nor after paid', async () => {
    const widget = await Harness.create();
    widget.element.reset();
    expect(widget.heard).to.be.empty;
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    widget.element.reset();
    expect(widget.element.state).to.equal('requesting');
    await over;
    widget.element.reset();
    expect(widget.element.state).to.equal('prompted');
    widget.settle(0);
    widget.element.reset();
    expect(widget.element.state).to.equal('paid');
    expect(widget.states).to.deep.equal(['requesting', 'prompted', 'paid']);
  });

  it('changes nothing in a prompted whose prompt is dead', async () => {
    const widget = await Harness.create();
    await widget.pay();
    await widget.free();
    widget.element.reset();
    expect(widget.element.state).to.equal('prompted');
  });
});

describe('The element', () => {
  const network = withSimulation();
  withConsole();

  it('puts the focus into the phone field', async () => {
    const widget = await Harness.create();
    widget.element.focus();
    expect(document.activeElement).to.equal(widget.element);
    expect(widget.element.shadowRoot!.activeElement).to.equal(widget.field);
  });

  it('has an open shadow root whose first button pays', async () => {
    const widget = await Harness.create({ phone: '0723123123' });
    expect(widget.element.shadowRoot!.mode).to.equal('open');
    const over = widget.once('push-success');
    widget.element.shadowRoot!.querySelector('button')!.click();
    await over;
    expect(network.to('push')).to.have.length(1);
  });

  it('has the documented parts, and the receipt once paid', async () => {
    const widget = await Harness.create();
    for (const part of ['form', 'heading', 'label', 'input', 'hint', 'error', 'button', 'status']) {
      widget.find(`[part~="${part}"]`);
    }
    expect(widget.element.shadowRoot!.querySelector('[part~="receipt"]')).to.equal(null);
    await widget.payWell();
    expect(widget.find('[part~="receipt"]').innerText).to.contain('NLJ7RT61SV');
    expect(widget.find('[part~="receipt"]').innerText).to.contain('12,341');
  });

  it('shows heading and footer where the page gives them, and the paid slot in place of the receipt once paid', async () => {
    const widget = await Harness.create();
    widget.element.innerHTML =
      '<b slot="heading">Heading</b><i slot="footer">Footer</i><u slot="paid">Asante</u><s>nowhere</s>';
    await widget.drawn();
    const shown = (selector: string) => widget.element.querySelector(selector)!.getClientRects().length > 0;
    expect(shown('b'), 'heading').to.equal(true);
    expect(shown('i'), 'footer').to.equal(true);
    expect(shown('u'), 'paid').to.equal(false);
    expect(shown('s'), 'without a slot').to.equal(false);
    await widget.payWell();
    await widget.drawn();
    expect(shown('u'), 'paid').to.equal(true);
    expect(shown('b'), 'heading').to.equal(true);
    const receipt = widget.element.shadowRoot!.querySelector('[part~="receipt"]');
    expect(receipt?.getClientRects().length ?? 0, 'receipt').to.equal(0);
  });

  it('is in exactly one :state(), the one that its property names', async () => {
    if (!CSS.supports('selector(:state(idle))')) return;
    const widget = await Harness.create();
    const seen: string[] = [];
    const states = () => STATES.filter((state) => widget.element.matches(`:state(${state})`));
    widget.element.addEventListener('state-change', () => {
      expect(states()).to.deep.equal([widget.element.state]);
      seen.push(...states());
    });
    expect(states()).to.deep.equal(['idle']);
    network.current.faults.set({ push: ['html-404', 'reset'] });
    await widget.pay();
    widget.element.reset();
    await widget.pay();
    widget.settle(0, 'ws_CO_1');
    expect(seen).to.deep.equal(['requesting', 'failed', 'idle', 'requesting', 'unconfirmed', 'paid']);
  });

  it('takes its colours from the custom properties', async () => {
    const widget = await Harness.create();
    widget.element.style.setProperty('--vitumob-pay-color', 'rgb(1, 2, 3)');
    widget.element.style.setProperty('--vitumob-pay-on-color', 'rgb(4, 5, 6)');
    const { backgroundColor, color } = getComputedStyle(widget.button);
    expect([backgroundColor, color]).to.deep.equal(['rgb(1, 2, 3)', 'rgb(4, 5, 6)']);
  });

  it('names the business in the preview and on the wait screen', async () => {
    const widget = await Harness.create({ business: 'Mama Mboga' });
    expect(widget.text).to.contain('Mama Mboga');
    await widget.pay();
    expect(widget.text).to.contain('Mama Mboga');
  });

  for (const [way, enable] of [
    ['property', (element: VitumobPayElement) => (element.disabled = false)],
    [
      'attribute',
      (element: VitumobPayElement) => {
        element.removeAttribute('disabled');
      },
    ],
  ] as const) {
    it(`is back in use once disabled is taken back by its ${way}`, async () => {
      const widget = await Harness.create({ disabled: '', phone: '0723123123' });
      enable(widget.element);
      await widget.drawn();
      expect(widget.button.disabled, 'button').to.equal(false);
      expect(widget.field.disabled, 'field').to.equal(false);
    });
  }

  it('is out of use while disabled, and says so to the page and the keyboard', async () => {
    const widget = await Harness.create({ disabled: '', phone: '0723123123' });
    expect(widget.button.disabled).to.equal(true);
    expect(widget.field.disabled).to.equal(true);
    widget.press();
    widget.button.dispatchEvent(new PointerEvent('pointerenter'));
    await widget.drawn();
    await quiet();
    expect(network.requests).to.be.empty;
    expect(widget.heard).to.be.empty;
  });
});
