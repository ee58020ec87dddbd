import { expect, fixture, html } from '@open-wc/testing';
import { CARELESS, Harness, withConsole, withSimulation } from '../support/harness.js';

describe('The receipt', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();
  const own = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
  let written: string[];

  const withClipboard = (writeText: ((text: string) => Promise<void>) | undefined) => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: writeText && { writeText } });
  };
  beforeEach(() => {
    written = [];
    withClipboard((text) => {
      written.push(text);
      return Promise.resolve();
    });
  });
  afterEach(() => {
    if (own) Object.defineProperty(navigator, 'clipboard', own);
    else Reflect.deleteProperty(navigator, 'clipboard');
  });

  const copyButton = (widget: Harness) => widget.find('[part~="receipt"] button');

  it('has amount, receipt number, phone number and time', async () => {
    const widget = await Harness.create();
    await widget.payWell();
    const { receipt } = widget.only('payment-success').detail;
    expect(receipt).to.match(/^\w{10}$/);
    const year = String(new Date().getFullYear());
    for (const text of ['Ksh 12,341', receipt!, '0723 123 123', year]) expect(widget.text).to.contain(text);
  });

  it('stands below the amount: nothing asks to pay any more', async () => {
    const widget = await Harness.create();
    const heading = () => widget.find('[part~="heading"]').innerText.replace(/\s+/g, ' ').trim();
    expect(heading()).to.equal('Pay with M-Pesa Ksh 12,341');
    await widget.payWell();
    expect(heading()).to.equal('Amount Ksh 12,341');
  });

  it('names neither payer nor time where another push of the order may be what was paid', async () => {
    network.answer = ({ endpoint }) =>
      endpoint === 'push' ? Response.json({ error: 'This order is paid' }, { status: 409 }) : undefined;
    const widget = await Harness.create();
    await widget.pay('0711 111 111');
    widget.element.settle({ result_code: 0, result_desc: 'ok', mpesa_receipt_number: 'NLJ7RT61SV' });
    await widget.drawn();
    expect(widget.element.state).to.equal('paid');
    expect(widget.text).to.contain('NLJ7RT61SV').and.contain('Ksh 12,341');
    for (const text of ['0711', 'Paid from', 'When']) expect(widget.text).not.to.contain(text);
  });

  it('gives the date in the customer’s language', async () => {
    const widget = await Harness.create({ lang: 'sw' });
    await widget.payWell();
    const date = new Intl.DateTimeFormat('sw-KE', { dateStyle: 'medium' }).format(Date.now());
    expect(widget.text).to.contain(date.replace(/\s/g, ' '));
  });

  it('copies its number, and says so to everyone', async () => {
    const widget = await Harness.create();
    await widget.payWell();
    copyButton(widget).click();
    await widget.drawn();
    expect(written).to.deep.equal([widget.only('payment-success').detail.receipt]);
    expect(copyButton(widget).innerText.trim()).to.equal('Copied');
    expect(widget.announcement).to.equal('Copied');
    expect(widget.types.at(-1), 'and nothing is submitted').to.equal('payment-success');
  });

  for (const [title, writeText] of [
    ['there is no clipboard', undefined],
    ['the clipboard is forbidden', () => Promise.reject(new DOMException('', 'NotAllowedError'))],
  ] as const) {
    it(`leaves its number selected where ${title}`, async () => {
      withClipboard(writeText);
      const widget = await Harness.create();
      await widget.payWell();
      copyButton(widget).click();
      await widget.drawn();
      expect(copyButton(widget).innerText.trim()).to.equal('Copy');
      const root = widget.element.shadowRoot!;
      // Chromium tells a shadow root's selection by the root, WebKit and Firefox by the document.
      const selection = ((root as unknown as Document).getSelection as (() => Selection) | undefined)
        ? (root as unknown as Document).getSelection()
        : getSelection();
      expect(String(selection)).to.contain(widget.only('payment-success').detail.receipt);
    });
  }

  it('sends the customer to the SMS where no receipt number is known', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.element.settle({ result_code: 0, result_desc: 'ok' });
    await widget.drawn();
    expect(widget.text).to.contain('M-Pesa sends the receipt by SMS.');
    expect(widget.element.shadowRoot!.querySelector('button')).to.equal(null);
  });

  it('takes the focus over from the button that it replaces', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.button.focus();
    widget.settle(0);
    await widget.drawn();
    expect(widget.element.shadowRoot!.activeElement).to.equal(widget.find('form'));
    copyButton(widget).focus();
    copyButton(widget).click();
    await widget.drawn();
    expect(widget.element.shadowRoot!.activeElement).to.equal(copyButton(widget));
  });

  it('and so does what the page shows in its place', async () => {
    const home = await fixture<HTMLElement>(html`<div></div>`);
    const widget = await Harness.create({}, home);
    widget.element.innerHTML = '<p slot="paid">Karibu tena</p>';
    await widget.pay();
    widget.button.focus();
    widget.settle(0);
    await widget.drawn();
    expect(document.activeElement).to.equal(widget.element);
  });

  it('leaves the focus where it is if that is elsewhere on the page', async () => {
    const widget = await Harness.create();
    const elsewhere = document.createElement('input');
    widget.element.after(elsewhere);
    await widget.pay();
    elsewhere.focus();
    widget.settle(0);
    await widget.drawn();
    expect(document.activeElement).to.equal(elsewhere);
  });
});
