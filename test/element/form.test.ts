import { expect, fixture, html } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { CARELESS, Harness, quiet, withSimulation } from '../support/harness.js';

describe('Inside a form', () => {
  const network = withSimulation(() => CARELESS);

  async function inForm(attributes: Record<string, string> = {}) {
    const form = await fixture<HTMLFormElement>(
      html`<form>
        <fieldset></fieldset>
        <input name="other" value="1" /><button>Outer</button>
      </form>`,
    );
    const submits: Event[] = [];
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submits.push(event);
    });
    const widget = await Harness.create({ name: 'payment', ...attributes });
    form.querySelector('fieldset')!.append(widget.element);
    await widget.drawn();
    const value = () => new FormData(form).get('payment') ?? '';
    return { form, submits, widget, value };
  }

  it('its value is the payment_id once the push has succeeded, and empty before', async () => {
    const { widget, value } = await inForm();
    expect(value()).to.equal('');
    const seen: unknown[] = [];
    widget.element.addEventListener('state-change', ({ detail }) => seen.push([detail.state, value()]));
    widget.element.addEventListener('push-success', () => seen.push(value()));
    await widget.pay();
    const { paymentId } = widget.only('push-success').detail;
    expect(seen).to.deep.equal([['requesting', ''], ['prompted', paymentId], paymentId]);
    expect(value()).to.equal(paymentId);
    widget.settle(0);
    expect(value()).to.equal(paymentId);
  });

  it('its value stays empty where the push failed', async () => {
    const { widget, value } = await inForm();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    expect(value()).to.equal('');
    network.current.faults.set({ push: ['reset-after'] });
    await widget.pay();
    expect(value()).to.equal('');
  });

  it('goes by its name, and without one contributes nothing', async () => {
    const { form, widget } = await inForm();
    await widget.pay();
    const { paymentId } = widget.only('push-success').detail;
    widget.element.name = 'receipt';
    await widget.drawn();
    expect(new FormData(form).get('receipt')).to.equal(paymentId);
    widget.element.name = '';
    widget.element.removeAttribute('name');
    await widget.drawn();
    expect([...new FormData(form).keys()]).to.deep.equal(['other']);
    expect(form.querySelector('vitumob-pay')).to.equal(widget.element);
  });

  it('contributes neither the phone number nor its own field', async () => {
    const { form, widget } = await inForm();
    widget.type('0723123123');
    await widget.drawn();
    expect([...new FormData(form).keys()].sort()).to.deep.equal(['other', 'payment']);
    expect(JSON.stringify([...new FormData(form).values()])).not.to.contain('723');
  });

  it('is out of use in a disabled fieldset, and back in use after it', async () => {
    const { form, widget } = await inForm();
    const fieldset = form.querySelector('fieldset')!;
    widget.type('0723123123');
    fieldset.disabled = true;
    await widget.drawn();
    expect(widget.button.disabled).to.equal(true);
    expect(widget.field.disabled).to.equal(true);
    await widget.element.pay();
    expect(widget.heard).to.be.empty;
    expect(network.to('push')).to.be.empty;
    fieldset.disabled = false;
    await widget.drawn();
    expect(widget.button.disabled).to.equal(false);
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  it('goes back to idle with a reset of the form, from a failure', async () => {
    const { form, widget } = await inForm();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    form.reset();
    expect(widget.element.state).to.equal('idle');
  });

  it('empties the phone field with a reset of the form', async () => {
    const { form, widget } = await inForm();
    widget.type('0711');
    form.reset();
    await widget.drawn();
    expect(widget.field.value).to.equal('');
  });

  it('loses neither a live prompt nor its value to a reset of the form', async () => {
    const { form, widget, value } = await inForm();
    await widget.pay();
    form.reset();
    await widget.drawn();
    expect(widget.element.state).to.equal('prompted');
    expect(widget.blocked).to.equal(true);
    expect(value()).to.equal(widget.only('push-success').detail.paymentId);
  });

  it('pays, and does not submit the form, by Enter in the field', async () => {
    const { submits, widget } = await inForm();
    widget.type('0723123123');
    await widget.drawn();
    const over = widget.once('push-success');
    await sendKeys({ press: 'Enter' });
    await over;
    expect(submits).to.be.empty;
    expect(network.to('push')).to.have.length(1);
  });

  it('pays, and does not submit the form, by its button', async () => {
    const { submits, widget } = await inForm();
    await widget.pay();
    expect(submits).to.be.empty;
    expect(network.to('push')).to.have.length(1);
  });

  it('does not pay where the form is submitted', async () => {
    const { form, submits, widget } = await inForm({ phone: '0723123123' });
    form.requestSubmit();
    await quiet();
    expect(submits).to.have.length(1);
    expect(widget.heard).to.be.empty;
    expect(network.to('push')).to.be.empty;
  });

  it('keeps its own submit event to itself', async () => {
    const { form, submits, widget } = await inForm();
    const seen: Event[] = [];
    const listen = (event: Event) => seen.push(event);
    document.addEventListener('submit', listen);
    await widget.pay();
    document.removeEventListener('submit', listen);
    expect(seen).to.be.empty;
    expect(submits).to.be.empty;
    expect(form.checkValidity()).to.equal(true);
  });
});
