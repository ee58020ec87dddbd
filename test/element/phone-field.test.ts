import { expect } from '@open-wc/testing';
import { Harness, PHONE, quiet, skip, withSimulation } from '../support/harness.js';

const INVISIBLE = '\u202A\u200E\uFEFF\u200B\u2060';

const TAKEN: [written: string, sent: string][] = [
  ['0723123123', PHONE],
  ['0112345678', '254112345678'],
  ['723123123', PHONE],
  ['112345678', '254112345678'],
  ['254723123123', PHONE],
  ['+254 723 123 123', PHONE],
  ['+254723123123', PHONE],
  ['00254723123123', PHONE],
  ['0723 123 123', PHONE],
  ['  0723\t123\u00A0123  ', PHONE],
  ['0723-123-123', PHONE],
  ['0723.123.123', PHONE],
  ['(0723) 123-123', PHONE],
  ['+254 (723) 123.123', PHONE],
  ['0723\u2013123\u2011123', PHONE],
  ['٠٧٢٣١٢٣١٢٣', PHONE],
  ['۰۷۲۳۱۲۳۱۲۳', PHONE],
  ['०७२३१२३१२३', PHONE],
  ['０７２３１２３１２３', PHONE],
  ['𝟎𝟕𝟐𝟑𝟏𝟐𝟑𝟏𝟐𝟑', PHONE],
  [`${INVISIBLE}+254 723 123 123\u202C`, PHONE],
  ['+254 (0) 723-123-123', PHONE],
  ['+254+254723123123', PHONE],
  ['002540723123123', PHONE],
  ['tel:+254723123123', PHONE],
  ['0723/123.123', PHONE],
  ["'0723123123", PHONE],
  ['="0723123123"', PHONE],
  ['254723123123.0', PHONE],
  ['0723\u3164123\uFE0F123\u034F\uFFFC', PHONE],
  ['0799999999', '254799999999'],
  ['0100000000', '254100000000'],
];

const REFUSED = [
  ...[
    '',
    '   ',
    INVISIBLE,
    'abc',
    '0',
    '07231231',
    '072312312',
    '07231231234',
    '0823123123',
    '0223123123',
    '823123123',
  ],
  ...['+255723123123', '255723123123', '0254723123123', '000254723123123', '72312312.0', '71200011,0'],
  ...['0723x123123', '0723123123 ext 4', '0723123123,0723123124', 'tel:0723123', '７２３', '+', '254', '½23123123'],
];

describe('The phone field', () => {
  const network = withSimulation();

  for (const [written, sent] of TAKEN) {
    it(`takes ${JSON.stringify(written)} for ${sent}`, async () => {
      const widget = await Harness.create();
      await widget.pay(written);
      expect(JSON.parse(network.to('push')[0]!.body)).to.have.nested.property('order.user_phone_number', sent);
      expect(widget.only('push-request').detail.phone).to.equal(sent);
      expect(widget.only('push-success').detail.phone).to.equal(sent);
    });
  }

  for (const written of REFUSED) {
    it(`says next to itself that ${JSON.stringify(written)} is no number: no event, no request`, async () => {
      const widget = await Harness.create();
      expect(widget.error).to.equal('');
      widget.field.value = written;
      widget.field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await widget.element.updateComplete;
      widget.press();
      await widget.drawn();
      await quiet();
      expect(widget.error).not.to.equal('');
      expect(widget.find('[part~="error"]').getClientRects().length).to.be.greaterThan(0);
      expect(widget.field.getAttribute('aria-invalid')).to.equal('true');
      expect(widget.heard).to.be.empty;
      expect(widget.element.state).to.equal('idle');
      expect(network.to('push')).to.be.empty;
    });
  }

  it('leaves a failed state as it is where the number is no number', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    widget.heard.length = 0;
    widget.type('0823');
    widget.press();
    await widget.drawn();
    expect(widget.element.state).to.equal('failed');
    expect(widget.heard).to.be.empty;
  });

  it('ties its error to itself, and takes the focus to mend it', async () => {
    const widget = await Harness.create();
    widget.button.focus();
    widget.press();
    await widget.drawn();
    const described = widget.field.getAttribute('aria-describedby')!.split(' ');
    expect(described).to.include(widget.find('[part~="error"]').id);
    expect(widget.element.shadowRoot!.activeElement).to.equal(widget.field);
  });

  it('gives its example once: in the error, while there is one', async () => {
    const widget = await Harness.create();
    const examples = () => widget.text.match(/0712\s345\s678/g)?.length;
    expect(examples()).to.equal(1);
    widget.type('0823');
    widget.press();
    await widget.drawn();
    expect(widget.error).to.match(/0712\s345\s678/);
    expect(examples()).to.equal(1);
    widget.type('07');
    await widget.drawn();
    expect(widget.error).to.equal('');
    expect(examples()).to.equal(1);
  });

  it('takes its error back as soon as the customer types', async () => {
    const widget = await Harness.create();
    widget.press();
    await widget.drawn();
    expect(widget.error).not.to.equal('');
    widget.type('07');
    await widget.drawn();
    expect(widget.error).to.equal('');
    expect(widget.field.getAttribute('aria-invalid')).to.equal('false');
  });

  for (const [title, tell] of [
    ['without a word', () => undefined],
    ['with a change alone', (widget) => widget.field.dispatchEvent(new Event('change'))],
    ['before the customer leaves the field', (widget) => widget.field.dispatchEvent(new FocusEvent('blur'))],
  ] as [string, (widget: Harness) => unknown][]) {
    it(`takes its error back when a browser fills the field in ${title}, and keeps the number`, async () => {
      const widget = await Harness.create();
      widget.type('0823');
      widget.press();
      await widget.drawn();
      expect(widget.error).not.to.equal('');
      widget.field.value = '0723123123';
      tell(widget);
      await skip(1000);
      expect(widget.error).to.equal('');
      expect(widget.field.getAttribute('aria-invalid')).to.equal('false');
      widget.element.business = 'Duka';
      await widget.drawn();
      expect(widget.field.value.replaceAll(' ', '')).to.equal('0723123123');
    });
  }

  it('pays with what a browser has filled in without a word, and shows no error beside it', async () => {
    const widget = await Harness.create();
    widget.type('0823');
    widget.press();
    await widget.drawn();
    widget.field.value = '0723123123';
    const over = widget.once('push-success');
    widget.press();
    expect((await over).detail.phone).to.equal(PHONE);
    widget.settle(1032);
    await widget.drawn();
    expect(widget.error).to.equal('');
  });

  it('keeps what is filled in without a word when the card is drawn anew', async () => {
    const widget = await Harness.create();
    widget.field.value = '0723123123';
    widget.element.lang = 'sw';
    await widget.drawn();
    expect(widget.field.value).to.equal('0723123123');
  });

  it('is where focus() lands', async () => {
    const widget = await Harness.create();
    widget.element.focus();
    expect(widget.element.shadowRoot!.activeElement).to.equal(widget.field);
  });

  it('does not reproach while the customer types, nor for having been left empty', async () => {
    const widget = await Harness.create();
    for (const text of ['0', '07', '0723', '08231231']) {
      widget.type(text);
      await widget.drawn();
      expect(widget.error, text).to.equal('');
    }
    widget.type('');
    widget.field.dispatchEvent(new FocusEvent('blur'));
    await widget.drawn();
    expect(widget.error).to.equal('');
  });

  it('is a telephone field for keyboards and autofill', async () => {
    const widget = await Harness.create();
    const names = ['type', 'inputmode', 'autocomplete', 'enterkeyhint', 'name'];
    const attributes = names.map((name) => widget.field.getAttribute(name));
    expect(attributes).to.deep.equal(['tel', 'tel', 'tel', 'send', 'phone']);
  });

  it('formats on blur, never under the caret', async () => {
    const widget = await Harness.create();
    widget.type('+254723123123');
    widget.field.setSelectionRange(4, 4);
    widget.element.business = 'Duka';
    await widget.drawn();
    expect(widget.field.value).to.equal('+254723123123');
    expect(widget.field.selectionStart).to.equal(4);
    widget.field.dispatchEvent(new FocusEvent('blur'));
    await widget.drawn();
    expect(widget.field.value).to.equal('0723 123 123');
  });

  it('leaves what is no number as it was typed', async () => {
    const widget = await Harness.create();
    widget.type('0823 12');
    widget.field.dispatchEvent(new FocusEvent('blur'));
    await widget.drawn();
    expect(widget.field.value).to.equal('0823 12');
  });

  for (const phone of ['0723123123', '+254 723 123 123', '254723123123', '٠٧٢٣١٢٣١٢٣']) {
    it(`is prefilled by phone="${phone}"`, async () => {
      const widget = await Harness.create({ phone });
      expect(widget.field.value).to.equal('0723 123 123');
      await widget.element.pay();
      expect(widget.only('push-success').detail.phone).to.equal(PHONE);
    });
  }

  it('pays by the number that the page has just filled in, and not by the one that was typed before', async () => {
    const widget = await Harness.create();
    widget.type('0711111111');
    widget.element.phone = '0723123123';
    await widget.element.pay();
    expect(widget.only('push-request').detail.phone).to.equal(PHONE);
  });

  it('says that what the page has just filled in is no number', async () => {
    const widget = await Harness.create({ phone: '0723123123' });
    widget.element.phone = '12';
    await widget.element.pay();
    await widget.drawn();
    expect(widget.heard).to.be.empty;
    expect(widget.error).not.to.equal('');
  });

  it('shows a prefill that is no number as it is', async () => {
    const widget = await Harness.create({ phone: '0823' });
    expect(widget.field.value).to.equal('0823');
    widget.press();
    await widget.drawn();
    expect(widget.error).not.to.equal('');
    expect(widget.heard).to.be.empty;
  });

  it('follows the phone attribute, and otherwise keeps what was typed', async () => {
    const widget = await Harness.create({ phone: '0723123123' });
    widget.type('0712345678');
    widget.element.amount = '5';
    widget.element.lang = 'sw';
    await widget.drawn();
    expect(widget.field.value).to.equal('0712345678');
    widget.element.phone = '0733123123';
    await widget.drawn();
    expect(widget.field.value).to.equal('0733 123 123');
  });

  it('sends what is in it at the press, and not what is typed later', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    const over = widget.once('push-success');
    widget.press();
    widget.type('0712345678');
    await over;
    expect(widget.only('push-success').detail.phone).to.equal(PHONE);
    expect(network.current.daraja.prompts.map(({ phone }) => phone)).to.deep.equal([PHONE]);
  });

  it('draws nothing for a key that changes nothing but itself', async () => {
    const widget = await Harness.create();
    widget.type('07');
    await widget.drawn();
    widget.type('071');
    expect(widget.element.isUpdatePending).to.equal(false);
    expect(widget.element.shadowRoot?.querySelector('input')?.value).to.equal('071');
  });
});
