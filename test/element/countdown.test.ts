import { expect } from '@open-wc/testing';
import { CARELESS, Harness, skip, withSimulation } from '../support/harness.js';

describe('While a prompt may be live', () => {
  const network = withSimulation(() => CARELESS);

  it('the button is blocked and says for how long', async () => {
    const widget = await Harness.create({ 'prompt-window': '119000' });
    await widget.pay();
    expect(widget.blocked).to.equal(true);
    expect(widget.text).to.match(/\b1:5[89]\b/);
  });

  it('the time that is left is counted down', async () => {
    const widget = await Harness.create({ 'prompt-window': '9000' });
    await widget.pay();
    expect(widget.text).to.contain('0:09');
    const seen: string[] = [];
    const observer = new MutationObserver(() => seen.push(...(/0:0\d/.exec(widget.text) ?? [])));
    observer.observe(widget.button, { characterData: true, childList: true, subtree: true });
    await widget.free();
    observer.disconnect();
    expect(seen.slice(-3)).to.deep.equal(['0:03', '0:02', '0:01']);
    expect(seen).to.deep.equal([...new Set(seen)].sort().reverse());
    expect(widget.text).not.to.match(/\d:\d\d/);
  });

  it('the window is counted from the answer to the push', async () => {
    const widget = await Harness.create({ 'prompt-window': '20000' });
    network.current.faults.set({ push: [{ fault: 'slow', ms: 25_000 }] });
    await widget.payInTime();
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    await widget.free();
  });

  it('and where there was none, from the end of the request', async () => {
    const widget = await Harness.create({ 'prompt-window': '20000', timeout: '25000' });
    network.current.faults.set({ push: ['no-answer'] });
    await widget.payInTime();
    expect(widget.blocked).to.equal(true);
    await widget.element.pay();
    expect(network.to('push')).to.have.length(1);
    await widget.free();
  });

  // A hundred and twenty windows, in parts: a browser on a busy machine draws no more at once.
  for (const part of [0, 1, 2, 3]) {
    it(`and no longer: the button is never left blocked, whenever its last second is drawn (${part + 1} of 4)`, async () => {
      const widgets = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          Harness.create({ 'prompt-window': String(1_000 + (4 * index + part) * 3.1), phone: '0723123123' }),
        ),
      );
      await Promise.all(widgets.map(({ element }) => element.pay()));
      expect(widgets.every(({ element }) => element.state === 'prompted')).to.equal(true);
      await skip(1_500);
      expect(widgets.filter(({ blocked }) => blocked)).to.be.empty;
    });
  }
});
