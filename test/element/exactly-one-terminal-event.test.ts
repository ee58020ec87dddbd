import { expect } from '@open-wc/testing';
import { type Fault, FAULT_NAMES } from '../../simulator/faults.js';
import { callback, CARELESS, Harness, quiet, skip, withSimulation } from '../support/harness.js';

const TERMINAL = ['push-success', 'push-failure'];

describe('Every attempt ends in exactly one of push-success and push-failure', () => {
  const network = withSimulation(() => CARELESS);

  const one = (widget: Harness) => {
    expect(widget.types.filter((type) => TERMINAL.includes(type))).to.have.length(1);
    expect(TERMINAL).to.include(widget.heard.at(-1)!.type);
    expect(widget.types[0]).to.equal('push-request');
    expect(widget.types.slice(1, -1).every((type) => type === 'token-expired')).to.equal(true);
    expect(network.to('push').length).to.be.at.most(2);
    expect(network.current.daraja.prompts.length).to.be.at.most(1);
  };

  for (const name of FAULT_NAMES) {
    const fault: Fault = name === 'slow' ? { fault: 'slow', ms: 40 } : name;

    it(`where the push meets "${name}"`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ push: [fault] });
      await widget.payInTime();
      await quiet();
      one(widget);
      expect(['prompted', 'failed', 'unconfirmed']).to.include(widget.element.state);
    });

    it(`where the token meets "${name}"`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ token: [fault, fault] });
      await widget.payInTime();
      await quiet();
      one(widget);
      expect(['prompted', 'failed']).to.include(widget.element.state);
    });

    it(`where the push meets "${name}" after an expired token`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ push: ['expired', fault] });
      await widget.payInTime();
      await quiet();
      one(widget);
    });
  }

  it('also where the answer comes after the time is up', async () => {
    const widget = await Harness.create({ timeout: '20000' });
    network.current.faults.set({ push: [{ fault: 'slow', ms: 40_000 }] });
    await widget.payInTime();
    const answered = new Promise<void>((resolve) => {
      const stop = network.current.backend.changes.add(() => {
        stop();
        resolve();
      });
    });
    await skip(20_000);
    await answered;
    one(widget);
    expect(widget.element.state).to.equal('unconfirmed');
    expect(network.current.daraja.prompts).to.have.length(1);
  });

  it('each of several', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404', 'daraja-500', 'reset', 'ok'] });
    await widget.pay();
    await widget.pay();
    await widget.pay();
    await widget.free();
    await widget.pay();
    expect(widget.types).to.deep.equal([
      ...['push-request', 'push-failure', 'push-request', 'push-failure'],
      ...['push-request', 'push-failure', 'push-request', 'push-success'],
    ]);
  });
});

describe('Afterwards only a better-informed outcome follows, each at most once', () => {
  const network = withSimulation(() => CARELESS);

  it('a success told twice is one payment-success', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.settle(0);
    widget.settle(0);
    widget.element.settle({ result_code: 0 });
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
  });

  it('a failure told twice is one payment-failure', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.settle(1032);
    widget.settle(1032);
    widget.settle(1037);
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-failure']);
    expect(widget.only('payment-failure').detail.reason).to.equal('cancelled');
  });

  it('a failure, then the success that is true', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.settle(1037);
    widget.settle(0);
    widget.settle(1037);
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-failure', 'payment-success']);
    expect(widget.states).to.deep.equal(['requesting', 'prompted', 'failed', 'paid']);
  });

  it('no failure after a success', async () => {
    const widget = await Harness.create();
    await widget.pay();
    widget.settle(0);
    widget.settle(1032);
    widget.settle('SFC_IC0003');
    expect(widget.types).to.deep.equal(['push-request', 'push-success', 'payment-success']);
    expect(widget.element.state).to.equal('paid');
  });

  for (const [code, type] of [
    [0, 'payment-success'],
    [1032, 'payment-failure'],
  ] as const) {
    it(`${type} after a push that nobody answered`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ push: ['reset-after'] });
      await widget.pay();
      widget.element.settle(callback(code, network.current.daraja.prompts[0]!.id));
      expect(widget.types).to.deep.equal(['push-request', 'push-failure', type]);
    });
  }

  it('nothing after a push that was refused: there is nothing to be learned of it', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    widget.element.settle(callback(1032, 'ws_CO_1'));
    expect(widget.types).to.deep.equal(['push-request', 'push-failure']);
    expect(widget.element.state).to.equal('failed');
  });
});
