import { expect, fixture, html } from '@open-wc/testing';
import {
  CARELESS,
  type EventName,
  Harness,
  newOrder,
  ORIGIN,
  withConsole,
  withSimulation,
} from '../support/harness.js';

const STATUS = { 'status-url': `${ORIGIN}/payments/mpesa/status` };
const PAY_BILL = { paybill: '174 379', amount: '48744.15' };

const BY_HAND = {
  Body: {
    stkCallback: {
      MerchantRequestID: 'of another',
      CheckoutRequestID: 'ws_CO_BY_HAND',
      ResultCode: 0,
      ResultDesc: 'Paid',
      CallbackMetadata: { Item: [{ Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' }] },
    },
  },
};

const manual = ({ element }: Harness) => element.shadowRoot!.querySelector<HTMLDetailsElement>('[part~="manual"]');

async function open(widget: Harness): Promise<HTMLDetailsElement> {
  const details = manual(widget)!;
  const opened = new Promise((resolve) => {
    details.addEventListener('toggle', resolve, { once: true });
  });
  details.querySelector('summary')!.click();
  await opened;
  await widget.drawn();
  return details;
}

const steps = (details: HTMLDetailsElement) =>
  [...details.querySelectorAll('li')].map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim());

describe('Paying without a prompt', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();
  const date = Date.now;
  const performanceNow = performance.now.bind(performance);
  let ahead = 0;
  let written: string[];
  const ownClipboard = Object.getOwnPropertyDescriptor(navigator, 'clipboard');

  beforeEach(() => {
    ahead = 0;
    Date.now = () => date() + ahead;
    performance.now = () => performanceNow() + ahead;
    written = [];
    const writeText = (text: string) => Promise.resolve(void written.push(text));
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  });
  afterEach(() => {
    Date.now = date;
    performance.now = performanceNow;
    if (ownClipboard) Object.defineProperty(navigator, 'clipboard', ownClipboard);
    else Reflect.deleteProperty(navigator, 'clipboard');
  });

  const pass = async (widget: Harness, ms: number) => {
    ahead += ms;
    widget.element.requestUpdate();
    await widget.drawn();
  };

  it('is offered below the button, closed, if the shop has a number, and not otherwise', async () => {
    const widget = await Harness.create({ paybill: '174379' });
    expect(manual(widget)!.open).to.equal(false);
    expect(widget.button.compareDocumentPosition(manual(widget)!)).to.equal(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(manual(await Harness.create({ till: '8329101' }))).to.exist;
    for (const attributes of [{}, { paybill: '', till: '' }, { account: 'A-17' }, { paybill: 'none' }]) {
      expect(manual(await Harness.create(attributes)), JSON.stringify(attributes)).to.equal(null);
    }
    expect(manual(await Harness.create({ paybill: '174379', amount: '12,341' })), 'no amount').to.equal(null);
    expect(manual(await Harness.create({ paybill: '174379', disabled: '' })), 'disabled').to.equal(null);
  });

  it('takes as much room as what it takes the place of', async () => {
    const height = async (attributes: Record<string, string>) =>
      (await Harness.create(attributes)).element.getBoundingClientRect().height;
    expect(await height({ paybill: '174379' })).to.equal(await height({}));
  });

  for (const lang of ['en', 'sw']) {
    it(`leaves the card’s height as it is from idle to prompted, however narrow the card (${lang})`, async () => {
      for (const width of [240, 260, 280, 320, 400]) {
        const home = await fixture<HTMLElement>(html`<div style="inline-size: ${width}px; font: 16px serif"></div>`);
        const widget = await Harness.create({ ...PAY_BILL, lang }, home);
        const height = () => widget.element.getBoundingClientRect().height;
        const before = height();
        await widget.pay();
        expect([widget.element.state, height()], `${width} px`).to.deep.equal(['prompted', before]);
      }
    });
  }

  it('names the steps of Pay Bill in the words of M-Pesa’s menu, with the amount in whole shillings', async () => {
    const widget = await Harness.create({ ...PAY_BILL, account: 'A-17' });
    expect(steps(await open(widget))).to.deep.equal([
      'On your phone, open M-Pesa.',
      'Choose Lipa na M-Pesa.',
      'Then Pay Bill.',
      'Business no. 174379 Copy',
      'Account no. A-17 Copy',
      'Amount 48745 Copy',
      'Enter your M-Pesa PIN, and check the name before you send.',
    ]);
  });

  it('names those of Buy Goods, and in Swahili', async () => {
    const english = await Harness.create({ till: '832-9101' });
    expect(steps(await open(english)).slice(1, 5)).to.deep.equal([
      'Choose Lipa na M-Pesa.',
      'Then Buy Goods and Services.',
      'Till no. 8329101 Copy',
      'Amount 12341 Copy',
    ]);
    const swahili = await Harness.create({ ...PAY_BILL, lang: 'sw', 'order-id': 'A-17' });
    expect(steps(await open(swahili)).slice(1, 6)).to.deep.equal([
      'Chagua Lipa na M-Pesa.',
      'Kisha Pay Bill (Lipa Bili).',
      'Nambari ya biashara 174379 Nakili',
      'Nambari ya akaunti A-17 Nakili',
      'Kiasi 48745 Nakili',
    ]);
  });

  it('prefers Pay Bill to Buy Goods, and the order is its account', async () => {
    const widget = await Harness.create({ paybill: '174379', till: '8329101', 'order-id': '0042' });
    expect(widget.element.account).to.equal('0042');
    expect(steps(await open(widget)).join())
      .to.contain('Pay Bill')
      .and.contain('0042')
      .and.not.contain('8329101');
    widget.element.account = 'B-1';
    await widget.drawn();
    expect(widget.element.account).to.equal('B-1');
    expect(steps(manual(widget)!).join()).to.contain('Account no. B-1');
  });

  it('leaves the focus on the card if it was in the steps when the payment came', async () => {
    const widget = await Harness.create({ ...STATUS, ...PAY_BILL });
    const details = await open(widget);
    details.querySelector('button')!.focus();
    widget.element.settle(BY_HAND);
    await widget.drawn();
    expect(widget.element.state).to.equal('paid');
    // A page's parts are too large to be shown where they differ.
    expect(widget.element.shadowRoot!.activeElement === widget.find('form')).to.equal(true);
  });

  it('copies each value with one press, and says which', async () => {
    const widget = await Harness.create({ ...PAY_BILL, 'order-id': '0042' });
    const details = await open(widget);
    const buttons = [...details.querySelectorAll('button')];
    expect(buttons.map(({ ariaLabel }) => ariaLabel)).to.deep.equal([
      'Copy Business no.',
      'Copy Account no.',
      'Copy Amount',
    ]);
    for (const button of buttons) {
      button.click();
      await widget.drawn();
      expect(buttons.filter(({ innerText }) => innerText.trim() === 'Copied')).to.deep.equal([button]);
    }
    expect(written).to.deep.equal(['174379', '0042', '48745']);
    expect(widget.announcement).to.equal('Copied');
    expect(widget.types, 'and nothing is sent').to.deep.equal([]);
  });

  it('opening it sends no push, and asks for the outcome by the order alone', async () => {
    const widget = await Harness.create({ ...PAY_BILL, ...STATUS });
    const asked = network.next('status');
    expect(await open(widget)).to.have.property('open', true);
    const { url } = await asked;
    expect([...url.searchParams.keys()].sort()).to.deep.equal(['order_id', 'wait']);
    expect(network.to('push')).to.deep.equal([]);
    expect(widget.element.state).to.equal('idle');
    expect(manual(widget)!.innerText).to.contain('Once you have paid, this page shows it.');
  });

  it('asks nobody without a status-url, and says to keep the SMS', async () => {
    const widget = await Harness.create(PAY_BILL);
    expect((await open(widget)).innerText.replace(/\s+/g, ' ')).to.contain('Keep the M-Pesa SMS');
    expect(network.to('status')).to.deep.equal([]);
  });

  it('a payment that is told then is this order’s, though nothing was pushed; what is not known is empty', async () => {
    const widget = await Harness.create({ ...PAY_BILL, 'order-id': newOrder() });
    widget.element.settle(BY_HAND);
    expect(widget.element.state, 'before it was opened').to.equal('idle');
    await open(widget);
    widget.element.settle({ result_code: 1032, result_desc: 'a failure counts for nothing' });
    expect(widget.element.state).to.equal('idle');
    const over = widget.once('payment-success');
    widget.element.settle(BY_HAND);
    await over;
    await widget.drawn();
    const { detail } = widget.only('payment-success');
    const { orderId } = widget.element;
    expect(detail).to.deep.include({ orderId, phone: '', amount: '48744.15', paymentId: '', receipt: 'NLJ7RT61SV' });
    expect(widget.element.state).to.equal('paid');
    expect(widget.text).to.contain('Ksh 48,745').and.contain('NLJ7RT61SV').and.not.contain('Paid from');
    expect(manual(widget)).to.equal(null);
  });

  it('leaves the button as it is: it pays by prompt', async () => {
    const widget = await Harness.create(PAY_BILL);
    await open(widget);
    await widget.pay();
    expect(widget.element.state).to.equal('prompted');
    expect(manual(widget)).to.equal(null);
  });

  it('is not offered while a push is in flight, nor while its prompt may be live, and is once that is over', async () => {
    const widget = await Harness.create(PAY_BILL);
    const release = network.hold('push');
    const over = widget.once('push-success');
    const sent = network.next('push');
    widget.type('0723123123');
    widget.press();
    await sent;
    await widget.drawn();
    expect([widget.element.state, manual(widget)]).to.deep.equal(['requesting', null]);
    release();
    await over;
    await widget.drawn();
    expect([widget.element.state, manual(widget)]).to.deep.equal(['prompted', null]);
    await pass(widget, 110_000);
    expect(manual(widget), 'with the cures at hand').to.equal(null);
    await pass(widget, 10_000);
    expect(manual(widget)!.open).to.equal(false);
  });

  it('is not offered while nobody knows, and is once no prompt can be live', async () => {
    network.current.faults.set({ push: ['reset-after'] });
    const widget = await Harness.create(PAY_BILL);
    await widget.pay();
    expect([widget.element.state, manual(widget)]).to.deep.equal(['unconfirmed', null]);
    await pass(widget, 121_000);
    expect(manual(widget)).to.exist;
  });

  it('is offered in a failure for every reason but a wrong configuration', async () => {
    for (const code of [1032, 1, 2001, 1037, 1019, 1001, 4, 'SFC_IC0003']) {
      const widget = await Harness.create(PAY_BILL);
      await widget.pay();
      widget.element.settle({ result_code: code, result_desc: '' });
      await widget.drawn();
      expect([widget.element.state, !!manual(widget)], String(code)).to.deep.equal(['failed', true]);
    }
    network.current.faults.set({ push: ['token-missing'] });
    const refused = await Harness.create(PAY_BILL);
    await refused.pay();
    expect([refused.element.state, !!manual(refused)]).to.deep.equal(['failed', true]);
    const wrong = await Harness.create({ ...PAY_BILL, 'push-url': 'http://shop.example/push' });
    await wrong.pay();
    expect([wrong.element.state, !!manual(wrong)]).to.deep.equal(['failed', false]);
  });

  for (const fault of ['daraja-500', 'conflict'] as const) {
    it(`is not offered for the window after a push that was refused because another prompt is open (${fault})`, async () => {
      const widget = await Harness.create(PAY_BILL);
      if (fault === 'conflict') {
        network.answer = ({ endpoint }) =>
          endpoint === 'push' ? Response.json({ error: 'in progress' }, { status: 409 }) : undefined;
      } else network.current.faults.set({ push: [fault] });
      await widget.pay();
      expect([widget.element.state, manual(widget)]).to.deep.equal(['failed', null]);
      widget.element.reset();
      await widget.drawn();
      expect([widget.element.state, manual(widget)], 'nor in idle').to.deep.equal(['idle', null]);
      await pass(widget, 121_000);
      expect(manual(widget)).to.exist;
    });
  }

  it('has nothing for axe to find', async () => {
    const widget = await Harness.create({ ...PAY_BILL, business: 'Duka' });
    await open(widget);
    await expect(widget.element).to.be.accessible();
    const heard: EventName[] = widget.types;
    expect(heard).to.deep.equal([]);
  });
});

describe('On the phone that the prompt goes to', () => {
  withSimulation(() => CARELESS);
  withConsole();
  const own = Object.getOwnPropertyDescriptor(window, 'matchMedia')!;
  let asked: string[];

  beforeEach(() => {
    asked = [];
    Object.defineProperty(window, 'matchMedia', {
      configurable: true,
      value: (query: string) => {
        asked.push(query);
        return { matches: query.includes('pointer: coarse') };
      },
    });
  });
  afterEach(() => {
    Object.defineProperty(window, 'matchMedia', own);
  });

  it('the customer reads that the request covers this page, and to come back', async () => {
    const widget = await Harness.create({ business: 'Duka' });
    const { height } = widget.element.getBoundingClientRect();
    await widget.pay();
    const says =
      'The request to 0723 123 123 will cover this page. Enter your PIN to pay Ksh 12,341 to Duka, then come back here.';
    expect(widget.text).to.contain(`Check your phone ${says}`).and.not.contain('Unlock');
    expect(widget.announcement.replace(/\s/g, ' ')).to.equal(`Check your phone. ${says}`);
    expect(widget.element.getBoundingClientRect().height).to.equal(height);
    expect(asked[0]).to.contain('max-width');
  });
});
