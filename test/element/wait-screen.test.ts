import { expect } from '@open-wc/testing';
import { CARELESS, Harness, newOrder, ORIGIN, withConsole, withSimulation } from '../support/harness.js';

const STATUS = { 'status-url': `${ORIGIN}/payments/mpesa/status` };
const CURES = 'Nothing on your phone?';

/** Both of the page's clocks, which a test can set forward. */
function withClock(): { pass(widget: Harness, ms: number): Promise<void> } {
  let ahead = 0;
  const date = Date.now;
  const performanceNow = performance.now.bind(performance);
  beforeEach(() => {
    ahead = 0;
    Date.now = () => date() + ahead;
    performance.now = () => performanceNow() + ahead;
  });
  afterEach(() => {
    Date.now = date;
    performance.now = performanceNow;
  });
  return {
    async pass(widget, ms) {
      ahead += ms;
      widget.element.requestUpdate();
      await widget.drawn();
    },
  };
}

describe('Before the customer pays', () => {
  withSimulation(() => CARELESS);
  withConsole();

  it('the preview says what the phone will ask: business, amount and reference', async () => {
    const widget = await Harness.create({ business: 'Duka', 'order-id': 'A-17' });
    expect(widget.text).to.match(/Your phone will ask Pay Ksh 12,341 to Duka, account A-17\? Enter M-Pesa PIN\./);
    expect(widget.text).to.contain('If it says anything else, cancel it.');
    expect(widget.text).to.contain('We never ask for your PIN on this page.');
  });

  it('the preview leaves out a reference that is too long for Daraja, and a business that is not known', async () => {
    const widget = await Harness.create({ 'order-id': '1234567890123' });
    expect(widget.text).to.match(/Pay Ksh 12,341\? Enter M-Pesa PIN\./);
    widget.element.orderId = '123456789012';
    await widget.drawn();
    expect(widget.text).to.match(/Pay Ksh 12,341, account 123456789012\? Enter/);
  });
});

describe('An amount with cents', () => {
  const network = withSimulation(() => CARELESS);
  const heard = withConsole();

  it('is sent as it is, and read everywhere as the whole shillings that the phone will name', async () => {
    const widget = await Harness.create({ amount: '48744.15', business: 'Duka' });
    const reads = (times: number) => {
      expect(widget.text.match(/Ksh [\d,.]*\d/g)).to.deep.equal(Array<string>(times).fill('Ksh 48,745'));
      expect(widget.element.shadowRoot!.textContent).not.to.contain('48,744');
    };
    reads(3);
    await widget.pay();
    reads(2);
    expect(widget.announcement.replace(/\s/g, ' ')).to.contain('Ksh 48,745');
    widget.settle(1);
    await widget.drawn();
    reads(2);
    await widget.payWell();
    reads(2);
    for (const { body } of network.to('push')) expect(body).to.contain('"48744.15"');
    expect(heard.warnings).to.have.length(1);
  });
});

describe('While the prompt is on the phone', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();
  const clock = withClock();

  it('one line says what to do now: the number that was prompted, the amount and the business', async () => {
    const widget = await Harness.create({ business: 'Duka' });
    await widget.pay();
    expect(widget.text).to.contain(
      'Check your phone Unlock 0723 123 123 and enter your M-Pesa PIN there to pay Ksh 12,341 to Duka.',
    );
  });

  it('the button says when it can be pressed again, and why not now', async () => {
    const widget = await Harness.create();
    await widget.pay();
    await clock.pass(widget, 60_000);
    expect(widget.button.innerText).to.match(/Send again in (1:00|0:59)\s+So that you cannot pay twice/);
    await clock.pass(widget, 60_000);
    expect(widget.button.innerText.trim()).to.equal('Try again');
  });

  it('and it is not what catches the eye meanwhile, which is what to do now', async () => {
    const widget = await Harness.create();
    const weight = (part: string) => Number(getComputedStyle(widget.find(part)).fontWeight);
    expect(weight('[part~="button"]')).to.equal(600);
    await widget.pay();
    expect(widget.element.state).to.equal('prompted');
    expect(weight('[part~="button"]')).to.equal(400);
    expect(weight('.prompted .title')).to.equal(600);
  });

  it('the bar shows how much of the prompt’s own time is left, not of an attribute changed since', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.element.promptWindow = 240_000;
    await clock.pass(widget, 30_000);
    const { position } = widget.find('progress') as HTMLProgressElement;
    expect(position).to.be.closeTo(0.75, 0.02);
  });

  it('asks after 20 s whether nothing came, with cures that work in Kenya, and not before', async () => {
    const widget = await Harness.create();
    await widget.pay();
    await clock.pass(widget, 18_000);
    expect(widget.text).not.to.contain(CURES);
    await clock.pass(widget, 2000);
    expect(widget.text).to.contain(CURES);
    const cures = widget.find('details.foot') as HTMLDetailsElement;
    expect(cures.open).to.equal(false);
    cures.open = true;
    for (const cure of ['unlocked', 'other M-Pesa menu', '*234#', 'eSIM', 'never ask for your PIN']) {
      expect(cures.innerText).to.contain(cure);
    }
    await clock.pass(widget, 1000);
    expect((widget.find('details.foot') as HTMLDetailsElement).open, 'a tick leaves it open').to.equal(true);
  });

  it('takes the place of a line of the same height: nothing below it moves', async () => {
    const widget = await Harness.create();
    await widget.pay();
    const height = () => widget.element.getBoundingClientRect().height;
    const before = height();
    await clock.pass(widget, 21_000);
    expect(widget.text).to.contain(CURES);
    expect(height()).to.equal(before);
  });

  it('shows at once which number was sent, as text, from the press to the end of the prompt’s time', async () => {
    const widget = await Harness.create();
    const release = network.hold('push');
    const over = widget.once('push-success');
    widget.type('+254723123123');
    const sent = network.next('push');
    widget.press();
    await sent;
    await widget.drawn();
    for (const state of ['requesting', 'prompted']) {
      expect(widget.element.state).to.equal(state);
      expect(widget.text).to.match(/^Pay with M-Pesa Ksh 12,341 M-Pesa phone number 0723 123 123 Wrong number\?/);
      expect(getComputedStyle(widget.field).visibility).to.equal('hidden');
      release();
      await over;
      await widget.drawn();
    }
    await clock.pass(widget, 121_000);
    expect(widget.text).not.to.contain('Wrong number?');
    expect(getComputedStyle(widget.field).visibility).to.equal('visible');
    expect(widget.field.value).to.equal('0723 123 123');
  });

  for (const [where, attributes, when] of [
    ['nobody hears of a cancellation', {}, 'You can use another number in 1:'],
    ['the widget hears of it', STATUS, 'You can use another number once it is cancelled, or in 1:'],
  ] as const) {
    it(`says what can be done about a wrong number, and when: ${where}`, async () => {
      const widget = await Harness.create(attributes);
      await widget.pay();
      await clock.pass(widget, 5000);
      (widget.find('details') as HTMLDetailsElement).open = true;
      expect(widget.text).to.contain('If you have that phone, cancel the request on it.').and.to.contain(when);
      await clock.pass(widget, 1000);
      expect((widget.find('details') as HTMLDetailsElement).open, 'a tick leaves it open').to.equal(true);
      widget.press();
      await widget.drawn();
      expect(network.to('push')).to.have.length(1);
      await clock.pass(widget, 120_000);
      await widget.pay('0711 222 333');
      expect(network.to('push')).to.have.length(2);
      expect(widget.text).to.contain('M-Pesa phone number 0711 222 333 Wrong number?');
      expect((widget.find('details') as HTMLDetailsElement).open, 'closed for the next one').to.equal(false);
    });
  }

  it('gives the focus from the field to the button, and takes it back to neither', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    await widget.drawn();
    const over = widget.once('push-success');
    widget.find('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await over;
    await widget.drawn();
    expect(widget.element.shadowRoot!.activeElement === widget.button).to.equal(true);
    widget.settle(1032);
    await widget.drawn();
    expect(widget.element.shadowRoot!.activeElement === widget.button).to.equal(true);
    expect(widget.field.value).to.equal('0723 123 123');
  });

  it('and the first button pays, wherever others are', async () => {
    const widget = await Harness.create();
    await widget.pay();
    await clock.pass(widget, 21_000);
    expect(widget.element.shadowRoot!.querySelectorAll('button').length).to.be.at.least(1);
    expect(widget.button.part.contains('button')).to.equal(true);
  });

  it('is spoken of sparsely: at the start, when a minute is left, when half a minute is, and at the end', async () => {
    const widget = await Harness.create();
    await widget.pay();
    const said = [widget.announcement];
    for (let second = 0; second < 125; second++) {
      await clock.pass(widget, 1000);
      if (widget.announcement && widget.announcement !== said.at(-1)) said.push(widget.announcement);
    }
    expect(said.map((text) => text.replace(/\s/g, ' '))).to.deep.equal([
      'Check your phone. Unlock 0723 123 123 and enter your M-Pesa PIN there to pay Ksh 12,341.',
      'Check your phone. 60 seconds left.',
      'Check your phone. 30 seconds left.',
      `We can’t tell yet. You may have paid. Look for an M-Pesa SMS before you pay again. If you ask the shop, quote order ${widget.element.orderId}. No SMS, and the same M-Pesa balance? Then try again.`,
    ]);
  });

  it('invites nobody to pay again once its time is over: the customer may have paid unheard', async () => {
    const widget = await Harness.create();
    await widget.pay();
    await clock.pass(widget, 121_000);
    expect(widget.element.state).to.equal('prompted');
    expect(widget.text).to.contain('You may have paid. Look for an M-Pesa SMS before you pay again.');
    expect(widget.text).to.contain('No SMS, and the same M-Pesa balance? Then try again.');
    expect(widget.text).not.to.contain('Check your phone');
  });

  it('offers the cures again where M-Pesa could not reach the phone', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.settle(1037);
    await widget.drawn();
    expect(widget.text).to.contain('The request to 0723 123 123 was not answered.').and.to.contain(CURES);
    await widget.pay();
    widget.settle(1032);
    await widget.drawn();
    expect(widget.text).not.to.contain(CURES);
  });
});

describe('While nobody knows', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();
  const clock = withClock();

  const unanswered = async (attributes: Record<string, string>) => {
    network.current.faults.set({ push: ['reset-after'] });
    const widget = await Harness.create({ 'order-id': 'A-17', ...attributes });
    await widget.pay();
    expect(widget.element.state).to.equal('unconfirmed');
    return widget;
  };

  it('the customer reads what to do if the phone asks all the same, for as long as it may', async () => {
    const widget = await unanswered({ 'order-id': newOrder() });
    const said =
      'We can’t tell yet If your phone asks for Ksh 12,341, enter your PIN. You may have paid already: look for an M-Pesa SMS.';
    expect(widget.text.replaceAll('\u00A0', ' ')).to.contain(said);
    expect(widget.announcement.replaceAll('\u00A0', ' ')).to.contain(
      'If your phone asks for Ksh 12,341, enter your PIN.',
    );
    await clock.pass(widget, 121_000);
    expect(widget.text).not.to.contain('If your phone asks');
  });

  it('and after that, to look for the SMS before paying again, and which order to quote', async () => {
    const widget = await unanswered({ 'order-id': newOrder() });
    await clock.pass(widget, 121_000);
    expect(widget.text).to.contain('We can’t tell yet You may have paid. Look for an M-Pesa SMS before you pay again.');
    expect(widget.text).to.contain(`If you ask the shop, quote order ${widget.element.orderId}.`);
  });

  it('says that it goes on asking where it does, and nowhere else', async () => {
    const asking = await unanswered({ 'order-id': newOrder(), ...STATUS });
    expect(asking.text).to.contain('We are still checking.');
    await clock.pass(asking, 200_000);
    expect(asking.text, 'polling goes on for a minute').to.contain('We are still checking.');
    const mute = await unanswered({ 'order-id': newOrder() });
    expect(mute.text).not.to.contain('We are still checking.');
  });

  it('names what has to be looked at before paying again, once no prompt can be live', async () => {
    const widget = await unanswered({ 'order-id': newOrder() });
    await clock.pass(widget, 200_000);
    expect(widget.text).to.contain('No SMS, and the same M-Pesa balance? Then try again.');
    expect(widget.blocked).to.equal(false);
  });
});
