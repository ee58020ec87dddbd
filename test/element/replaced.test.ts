import { expect, fixture, html } from '@open-wc/testing';
import { callback, Harness, newOrder, PHONE, quiet, withSimulation } from '../support/harness.js';

describe('An element that is replaced while its push is in flight', () => {
  withSimulation();

  /** The events of one type as a listener on the document hears them. */
  function heardOnDocument(...types: string[]): EventTarget[] {
    const targets: EventTarget[] = [];
    for (const type of types) {
      const listener = (event: Event) => {
        if (event.target) targets.push(event.target);
      };
      document.addEventListener(type, listener);
      cleanups.push(() => {
        document.removeEventListener(type, listener);
      });
    }
    return targets;
  }

  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
  });

  async function pressed(order: string): Promise<Harness> {
    const harness = await Harness.create({ 'order-id': order });
    harness.type('0723123123');
    await harness.element.updateComplete;
    harness.press();
    return harness;
  }

  it('has its end told on the new element of the order, once, so that the document hears it', async () => {
    const heard = heardOnDocument('push-success', 'push-failure');
    const order = newOrder();
    const old = await pressed(order);
    const end = old.element.parentElement!;
    old.element.remove();
    const anew = await Harness.create({ 'order-id': order }, end);
    await anew.once('push-success', 'push-failure');
    await quiet();
    expect(anew.only('push-success').state).to.equal('prompted');
    expect(old.all('push-success')).to.have.lengthOf(0);
    expect(heard).to.deep.equal([anew.element]);
  });

  it('has its end told on itself, and on the document too, if there is no other element of the order', async () => {
    const heard = heardOnDocument('push-success', 'push-failure');
    const old = await pressed(newOrder());
    old.element.remove();
    await Harness.create({}, await fixture<HTMLElement>(html`<div></div>`));
    await old.once('push-success', 'push-failure');
    await quiet();
    expect(old.all('push-success')).to.have.lengthOf(1);
    expect(heard).to.deep.equal([document]);
  });

  it('has its strings told as they were sent, with the whole number, by the new element too', async () => {
    const order = newOrder();
    const old = await Harness.create({ 'order-id': order });
    await old.pay();
    const { checkoutRequestId } = old.only('push-success').detail;
    old.element.remove();
    const anew = await Harness.create({ 'order-id': order, amount: '77' });
    const told = anew.once('payment-success');
    anew.element.settle(callback(0, checkoutRequestId));
    await told;
    for (const { detail } of anew.heard) {
      expect(detail).to.include({ orderId: order, phone: PHONE, amount: '12341' });
    }
  });

  it('shares its strings with another element of the order that was pressed in the same moment', async () => {
    const order = newOrder();
    const both = [await Harness.create({ 'order-id': order }), await Harness.create({ 'order-id': order })];
    for (const widget of both) widget.type('0723123123');
    await Promise.all(both.map(({ element }) => element.pay()));
    for (const widget of both) expect(widget.only('push-success').detail.phone).to.equal(PHONE);
  });

  it('goes over to no other order while listeners of push-request decide', async () => {
    const order = newOrder();
    const other = newOrder();
    const harness = await Harness.create({ 'order-id': order });
    harness.element.addEventListener('push-request', () => {
      harness.element.orderId = other;
      harness.element.reset();
      harness.element.focus();
    });
    await harness.pay();
    const [success] = harness.all('push-success');
    expect(success?.detail.orderId).to.equal(order);
    expect(success?.state).to.equal('prompted');
    await harness.element.updateComplete;
    expect(harness.element.state, 'of the other order').to.equal('idle');
    expect(harness.states).to.deep.equal(['requesting', 'prompted', 'idle']);
  });
});
