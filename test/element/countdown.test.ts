import { expect, waitUntil } from '@open-wc/testing';
import { CARELESS, Harness, withSimulation } from '../support/harness.js';

describe('While a prompt may be live', () => {
  const network = withSimulation(() => CARELESS);

  it('the button is blocked and says for how long', async () => {
    const widget = await Harness.create({ 'prompt-window': '119000' });
    await widget.pay();
    expect(widget.blocked).to.equal(true);
    expect(widget.text).to.match(/\b1:5[89]\b/);
  });

  it('the time that is left is counted down', async () => {
    const widget = await Harness.create({ 'prompt-window': '2600' });
    await widget.pay();
    expect(widget.text).to.contain('0:03');
    await waitUntil(() => widget.text.includes('0:02'), '0:02', { timeout: 3000 });
    await waitUntil(() => widget.text.includes('0:01'), '0:01', { timeout: 3000 });
    await widget.free();
    expect(widget.text).not.to.match(/\d:\d\d/);
  });

  it('the window is counted from the answer to the push', async () => {
    const widget = await Harness.create({ 'prompt-window': '300' });
    network.current.faults.set({ push: [{ fault: 'slow', ms: 320 }] });
    await widget.pay();
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    await widget.free();
  });

  it('and where there was none, from the end of the request', async () => {
    const widget = await Harness.create({ 'prompt-window': '300', timeout: '320' });
    network.current.faults.set({ push: ['no-answer'] });
    await widget.pay();
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    await widget.free();
  });

  it('and no longer: the button is never left blocked, whenever its last second is drawn', async () => {
    const widgets = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        Harness.create({ 'prompt-window': String(100 + index * 3.1), phone: '0723123123' }),
      ),
    );
    await Promise.all(widgets.map(({ element }) => element.pay()));
    expect(widgets.every(({ element }) => element.state === 'prompted')).to.equal(true);
    await waitUntil(() => widgets.every(({ blocked }) => !blocked), 'all are free', { timeout: 4000 });
  });
});
