import { expect, fixture, html } from '@open-wc/testing';
import { CARELESS, Harness, newOrder, PHONE, quiet, withSimulation } from '../support/harness.js';

const prevent = (event: Event) => {
  event.preventDefault();
};

describe('push-request', () => {
  const network = withSimulation(() => CARELESS);

  it('tells what is about to be sent', async () => {
    const order = newOrder();
    const widget = await Harness.create({ 'order-id': order });
    let pushesBefore: number | undefined;
    widget.element.addEventListener('push-request', () => {
      pushesBefore = network.to('push').length;
    });
    await widget.pay();
    expect(widget.only('push-request').detail).to.deep.equal({ orderId: order, phone: PHONE, amount: '12341' });
    expect(pushesBefore).to.equal(0);
  });

  it('prevented, stops the attempt silently', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('push-request', prevent);
    widget.type('0723123123');
    await widget.element.pay();
    widget.press();
    await widget.drawn();
    await quiet();
    expect(widget.heard.map(({ type }) => type)).to.deep.equal(['push-request', 'push-request']);
    expect(widget.element.state).to.equal('idle');
    expect(network.to('push')).to.be.empty;
    expect(widget.blocked).to.equal(false);
    expect(widget.announcement).to.equal('');
    expect(widget.error).to.equal('');
  });

  it('prevented after a failure, leaves the failure as it is', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    widget.element.addEventListener('push-request', prevent);
    widget.heard.length = 0;
    await widget.element.pay();
    expect(widget.heard.map(({ type }) => type)).to.deep.equal(['push-request']);
    expect(widget.element.state).to.equal('failed');
  });

  it('let pass later, pays', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('push-request', prevent, { once: true });
    widget.type('0723123123');
    await widget.element.pay();
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-request', 'push-success']);
  });

  it('can be prevented from the document, and from outside of shadow roots', async () => {
    const host = await fixture<HTMLElement>(html`<div></div>`);
    const widget = await Harness.create();
    host.attachShadow({ mode: 'open' }).append(widget.element);
    await widget.drawn();
    document.addEventListener('push-request', prevent);
    widget.type('0723123123');
    await widget.element.pay();
    document.removeEventListener('push-request', prevent);
    expect(widget.types).to.deep.equal(['push-request']);
    expect(network.to('push')).to.be.empty;
  });

  it('cannot be prevented afterwards', async () => {
    const widget = await Harness.create();
    let late: Event | undefined;
    widget.element.addEventListener('push-request', (event) => {
      late = event;
    });
    widget.element.addEventListener('state-change', () => late?.preventDefault());
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('whose listener throws does not keep the customer from paying', async () => {
    const widget = await Harness.create();
    const own = window.onerror;
    const errors: unknown[] = [];
    window.onerror = (message) => {
      errors.push(message);
      return true;
    };
    widget.element.addEventListener('push-request', () => {
      throw new Error('the page’s own');
    });
    await widget.pay();
    window.onerror = own;
    expect(errors).to.have.length(1);
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });
});

describe('A listener that pays again', () => {
  const network = withSimulation(() => CARELESS);

  for (const type of ['push-request', 'state-change', 'token-expired', 'push-success'] as const) {
    it(`in ${type} makes no second push`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ push: ['expired'] });
      widget.element.addEventListener(type, () => {
        for (let press = 0; press < 20; press++) widget.press();
        void widget.element.pay();
      });
      await widget.pay();
      await quiet();
      expect(widget.types).to.deep.equal(['push-request', 'token-expired', 'push-success']);
      expect(network.current.daraja.prompts).to.have.length(1);
    });
  }

  it('in push-request that it prevents, makes none at all', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('push-request', (event) => {
      event.preventDefault();
      void widget.element.pay();
    });
    widget.type('0723123123');
    await widget.element.pay();
    await quiet();
    expect(widget.types).to.deep.equal(['push-request']);
    expect(network.to('push')).to.be.empty;
  });

  it('in push-failure begins another attempt where nothing was sent', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    let again: Promise<void> | undefined;
    widget.element.addEventListener(
      'push-failure',
      () => {
        again = widget.element.pay();
      },
      { once: true },
    );
    await widget.pay();
    await again;
    expect(widget.types).to.deep.equal(['push-request', 'push-failure', 'push-request', 'push-success']);
    expect(widget.states).to.deep.equal(['requesting', 'failed', 'requesting', 'prompted']);
    expect(network.to('push')).to.have.length(2);
  });

  it('in push-failure is held back where something may have been sent', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['reset-after'] });
    let again: Promise<void> | undefined;
    widget.element.addEventListener('push-failure', () => {
      again = widget.element.pay();
    });
    await widget.pay();
    await again;
    expect(widget.types).to.deep.equal(['push-request', 'push-failure']);
    expect(network.to('push')).to.have.length(1);
  });

  it('in payment-failure begins another attempt', async () => {
    const widget = await Harness.create();
    let again: Promise<void> | undefined;
    widget.element.addEventListener(
      'payment-failure',
      () => {
        again = widget.element.pay();
      },
      { once: true },
    );
    await widget.pay();
    widget.settle(1032);
    await again;
    expect(widget.types).to.deep.equal([
      ...['push-request', 'push-success', 'payment-failure', 'push-request', 'push-success'],
    ]);
  });
});

describe('A listener that meddles', () => {
  const network = withSimulation(() => CARELESS);

  it('resets in push-failure: the element is idle, and the event came first', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    widget.element.addEventListener('push-failure', () => {
      widget.element.reset();
    });
    await widget.pay();
    expect(widget.states).to.deep.equal(['requesting', 'failed', 'idle']);
  });

  it('removes the element in push-request: the attempt goes on', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('push-request', () => {
      widget.element.remove();
    });
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(network.to('push')).to.have.length(1);
  });

  it('changes order and amount in push-request: the attempt that was announced is the one that is made', async () => {
    const order = newOrder();
    const widget = await Harness.create({ 'order-id': order });
    widget.element.addEventListener('push-request', () => {
      widget.element.orderId = newOrder();
      widget.element.amount = '1';
    });
    await widget.pay();
    expect(JSON.parse(network.to('push')[0]!.body)).to.deep.include({
      order: { order_id: order, user_phone_number: PHONE, amount: '12341' },
    });
    expect(widget.only('push-success').detail).to.include({ orderId: order, amount: '12341' });
  });

  it('disables the element in push-request: the attempt goes on', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('push-request', () => {
      widget.element.disabled = true;
    });
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });
});
