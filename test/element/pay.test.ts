import { expect } from '@open-wc/testing';
import { Harness, PHONE, withSimulation } from '../support/harness.js';

describe('Paying', () => {
  const simulation = withSimulation();

  it('brings the prompt to the phone and tells the page', async () => {
    const widget = await Harness.create();
    await widget.pay('0723 123 123');
    const { detail, state } = widget.only('push-success');
    expect(state).to.equal('prompted');
    expect(detail.phone).to.equal(PHONE);
    expect(detail.amount).to.equal('12341');
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(widget.states).to.deep.equal(['requesting', 'prompted']);
    expect(simulation.current.daraja.prompts).to.have.length(1);
  });

  it('sends one push for twenty presses, Enter and pay() in one task', async () => {
    const widget = await Harness.create();
    widget.type('0723123123');
    for (let press = 0; press < 20; press++) widget.press();
    (widget.find('form') as HTMLFormElement).requestSubmit();
    await widget.element.pay();
    await widget.element.pay();
    await widget.once('push-success');
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
    expect(simulation.current.backend.record.pushes).to.have.length(1);
  });

  it('learns that the customer has paid', async () => {
    const widget = await Harness.create({ 'status-url': 'https://pay.test/payments/mpesa/status' });
    await widget.pay();
    simulation.current.daraja.handset(PHONE).approve();
    await widget.once('payment-success');
    expect(widget.element.state).to.equal('paid');
    await widget.drawn();
    expect(widget.text).to.contain('Paid');
  });
});
