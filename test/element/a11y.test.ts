import { expect } from '@open-wc/testing';
import { emulateMedia, sendKeys } from '@web/test-runner-commands';
import { CARELESS, Harness, skip, withConsole, withSimulation } from '../support/harness.js';

const SCHEMES = ['light', 'dark'] as const;

describe('Accessibility', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  const SCENES: [title: string, play: (widget: Harness) => Promise<unknown>][] = [
    ['idle', () => Promise.resolve()],
    [
      'idle with a wrong number',
      (widget) => {
        widget.type('0823');
        widget.press();
        return widget.drawn();
      },
    ],
    [
      'disabled',
      (widget) => {
        widget.element.disabled = true;
        return widget.drawn();
      },
    ],
    [
      'requesting',
      (widget) => {
        network.current.faults.set({ push: ['no-answer'] });
        const sent = network.next('push');
        widget.type('0723123123');
        widget.press();
        return sent;
      },
    ],
    ['prompted', (widget) => widget.pay()],
    [
      'prompted, whose prompt is dead',
      async (widget) => {
        widget.element.promptWindow = 40;
        await widget.pay();
        await widget.free();
      },
    ],
    ['paid', (widget) => widget.payWell()],
    [
      'failed',
      async (widget) => {
        await widget.pay();
        widget.settle(1032);
      },
    ],
    [
      'unconfirmed',
      (widget) => {
        network.current.faults.set({ push: ['reset'] });
        return widget.pay();
      },
    ],
  ];

  afterEach(() => {
    document.documentElement.style.removeProperty('color-scheme');
    document.body.style.removeProperty('background');
    document.body.style.removeProperty('color');
  });

  for (const scheme of SCHEMES) {
    for (const [title, play] of SCENES) {
      it(`has nothing for axe to find: ${title}, ${scheme}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        document.body.style.background = 'Canvas';
        document.body.style.color = 'CanvasText';
        const widget = await Harness.create({ business: 'Duka' });
        await play(widget);
        await widget.drawn();
        await expect(widget.element).to.be.accessible();
      });
    }
  }

  it('has nothing for axe to find where the customer’s system is dark and the page follows it', async () => {
    try {
      await emulateMedia({ colorScheme: 'dark' });
    } catch {
      return; // Only Chromium can be told.
    }
    try {
      document.documentElement.style.colorScheme = 'light dark';
      document.body.style.background = 'Canvas';
      document.body.style.color = 'CanvasText';
      const widget = await Harness.create();
      await expect(widget.element).to.be.accessible();
      await widget.pay();
      await expect(widget.element).to.be.accessible();
    } finally {
      await emulateMedia({ colorScheme: 'no-preference' });
    }
  });

  it('moves only where motion is wanted', async () => {
    const moving = async (reducedMotion: 'no-preference' | 'reduce') => {
      await emulateMedia({ reducedMotion });
      const widget = await Harness.create();
      const names = () =>
        widget
          .find('form')
          .getAnimations({ subtree: true })
          .map((animation) => (animation as CSSAnimation).animationName);
      await widget.pay();
      const prompted = names();
      widget.settle(0);
      await widget.element.updateComplete;
      return { prompted, paid: names() };
    };
    try {
      await emulateMedia({ reducedMotion: 'reduce' });
    } catch {
      return; // Only Chromium can be told.
    }
    try {
      expect(await moving('reduce')).to.deep.equal({ prompted: [], paid: [] });
      expect(await moving('no-preference')).to.deep.equal({ prompted: ['ring', 'ring'], paid: ['pop', 'draw'] });
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('names the field by its label, and describes it by hint and error', async () => {
    const widget = await Harness.create();
    const { field } = widget;
    expect([...field.labels!]).to.deep.equal([widget.find('[part~="label"]')]);
    expect(field.labels![0]!.textContent.trim()).not.to.equal('');
    const described = field.getAttribute('aria-describedby')!.split(' ');
    expect(described).to.include.members([widget.find('[part~="hint"]').id, widget.find('[part~="error"]').id]);
    for (const id of described) expect(widget.element.shadowRoot!.getElementById(id), id).to.exist;
    expect(field.getAttribute('aria-invalid')).to.equal('false');
  });

  it('has a live region before there is anything to say, and says each state in it', async () => {
    const widget = await Harness.create();
    const region = widget.find('[role="status"]');
    expect(region.textContent.trim()).to.equal('');
    const said = new Set<string>();
    const note = () => {
      expect(widget.find('[role="status"]')).to.equal(region);
      said.add(widget.announcement);
    };
    network.current.faults.set({ push: ['no-answer'] });
    widget.type('0723123123');
    const sent = network.next('push');
    const over = widget.once('push-failure');
    widget.press();
    await sent;
    await widget.drawn();
    note();
    await skip(30_000);
    await over;
    await widget.drawn();
    note();
    const { id } = network.current.daraja.prompts[0]!;
    widget.settle(1032, id);
    await widget.drawn();
    note();
    await widget.pay();
    note();
    widget.settle(0);
    await widget.drawn();
    note();
    expect(said.size, [...said].join(' | ')).to.equal(5);
    expect(said).not.to.include('');
  });

  it('says each thing once while a countdown runs, takes it back within two seconds, and says when to try again', async () => {
    const widget = await Harness.create({ 'prompt-window': '10000' });
    await widget.pay();
    expect(widget.announcement).to.match(/^Check your phone\./);
    const said: string[] = [];
    const observer = new MutationObserver(() => said.push(widget.announcement));
    observer.observe(widget.find('[role="status"]'), { characterData: true, childList: true, subtree: true });
    await skip(2_000);
    expect(widget.announcement).to.equal('');
    await widget.free();
    observer.disconnect();
    expect(said).to.have.length(2);
    expect(said[0]).to.equal('');
    expect(said[1]).to.match(/^We can’t tell yet\. .* Then try again\.$/);
  });

  it('keeps the name of the button while time passes', async () => {
    const widget = await Harness.create({ 'prompt-window': '10000' });
    await widget.pay();
    const names = new Set<string>();
    const shown = new Set<string>();
    const note = () => {
      if (!widget.blocked) return;
      const name = widget.button.cloneNode(true) as HTMLElement;
      for (const hidden of name.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
      names.add(name.textContent.replace(/\s+/g, ' ').trim());
      shown.add(widget.button.innerText);
    };
    note();
    const observer = new MutationObserver(note);
    observer.observe(widget.button, { characterData: true, childList: true, subtree: true, attributes: true });
    await widget.free();
    observer.disconnect();
    expect(shown.size, 'it is seen to tick').to.be.at.least(3);
    expect([...names]).to.deep.equal(['Send again later So that you cannot pay twice']);
  });

  for (const how of ['Enter', 'a press', 'pay()'] as const) {
    it(`announces an error once: ${how}`, async () => {
      const widget = await Harness.create();
      widget.type('0823');
      await widget.drawn();
      const said: string[] = [];
      const observer = new MutationObserver(() => said.push(widget.announcement));
      observer.observe(widget.find('[role="status"]'), { characterData: true, childList: true, subtree: true });
      let focused = 0;
      widget.field.addEventListener('focus', () => focused++);
      if (how === 'Enter') await sendKeys({ press: 'Enter' });
      else if (how === 'pay()') await widget.element.pay();
      else {
        widget.button.focus();
        widget.press();
        expect(widget.field.getAttribute('aria-invalid')).to.equal('false');
        widget.field.addEventListener('focus', () => {
          expect(widget.error, 'there is an error to be read with the field').not.to.equal('');
        });
      }
      await widget.drawn();
      observer.disconnect();
      expect(widget.error).to.contain('Enter a Kenyan mobile number');
      expect(widget.element.shadowRoot!.activeElement).to.equal(widget.field);
      expect([said, focused]).to.deep.equal(how === 'a press' ? [[], 1] : [[widget.error], 0]);
    });
  }

  it('keeps the focus where it was, from the press to the prompt', async () => {
    const widget = await Harness.create({ phone: '0723123123' });
    widget.button.focus();
    const focused: (Element | null)[] = [];
    widget.element.addEventListener('state-change', () => focused.push(widget.element.shadowRoot!.activeElement));
    const over = widget.once('push-success');
    widget.press();
    await over;
    await widget.drawn();
    focused.push(widget.element.shadowRoot!.activeElement);
    expect(focused).to.deep.equal([widget.button, widget.button, widget.button]);
  });

  it('is walked by the keyboard from the field to the button and on, visibly', async () => {
    const widget = await Harness.create();
    const [before, after] = [document.createElement('button'), document.createElement('button')];
    before.textContent = 'before';
    after.textContent = 'after';
    widget.element.before(before);
    widget.element.after(after);
    before.focus();
    const walked: (Element | null)[] = [];
    const rings: string[] = [];
    for (let step = 0; step < 3; step++) {
      await sendKeys({ press: 'Tab' });
      const inside = widget.element.shadowRoot!.activeElement;
      walked.push(inside ?? document.activeElement);
      if (!inside) continue;
      const { outlineStyle, outlineWidth } = getComputedStyle(inside);
      rings.push(`${outlineStyle} ${outlineWidth}`);
    }
    expect(walked).to.deep.equal([widget.field, widget.button, after]);
    // WebKit does not take a driver's keys for a keyboard; the page's own button tells.
    if (after.matches(':focus-visible')) expect(rings).to.deep.equal(['solid 3px', 'solid 3px']);
  });

  it('has targets of at least 44 px', async () => {
    const targets = (widget: Harness) => [
      ...widget.element.shadowRoot!.querySelectorAll<HTMLElement>('input, button, summary'),
    ];
    const assertLarge = (widget: Harness, count: number) => {
      expect(targets(widget)).to.have.length(count);
      for (const { offsetWidth, offsetHeight, outerHTML } of targets(widget)) {
        expect(Math.min(offsetWidth, offsetHeight), outerHTML).to.be.at.least(44);
      }
    };
    const widget = await Harness.create();
    assertLarge(widget, 2);
    await widget.pay();
    assertLarge(widget, 3);
    widget.settle(1037);
    await widget.drawn();
    (widget.find('details') as HTMLDetailsElement).open = true;
    assertLarge(widget, 3);
    await widget.payWell();
    assertLarge(widget, 1);
  });
});

describe('The height', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  for (const lang of ['en', 'sw']) {
    for (const width of [320, 400]) {
      for (const business of ['', 'Mama Mboga Groceries and Sons Limited']) {
        it(`stays from idle to prompted: ${lang}, ${width} px, ${business || 'no business'}`, async () => {
          const widget = await Harness.create({ lang, ...(business && { business }), amount: '249999.50' });
          widget.element.parentElement!.style.width = `${width}px`;
          const heights: number[] = [];
          const measure = async () => {
            await widget.drawn();
            heights.push(widget.element.getBoundingClientRect().height);
          };
          await measure();
          widget.type('0723123123');
          await measure();
          const release = network.hold('push');
          const sent = network.next('push');
          const over = widget.once('push-success');
          widget.press();
          await sent;
          expect(widget.element.state).to.equal('requesting');
          await measure();
          release();
          await over;
          expect(widget.element.state).to.equal('prompted');
          await measure();
          expect(heights[0]).to.be.greaterThan(100);
          expect(new Set(heights), heights.join(', ')).to.have.property('size', 1);
        });
      }
    }
  }

  it('never makes the page scroll sideways at 320 px', async () => {
    for (const lang of ['en', 'sw']) {
      const widget = await Harness.create({ lang, business: 'Mamamboganagroceriesandsonslimited' });
      const home = widget.element.parentElement!;
      home.style.width = '320px';
      for (const play of [undefined, () => widget.pay(), () => widget.payWell()]) {
        widget.element.promptWindow = 30;
        if (play) {
          await widget.free();
          await play();
        }
        await widget.drawn();
        expect(home.scrollWidth).to.be.at.most(320);
        for (const part of widget.element.shadowRoot!.querySelectorAll<HTMLElement>('form, form *')) {
          if (part.getClientRects().length) {
            const { right } = part.getBoundingClientRect();
            expect(right - home.getBoundingClientRect().left, part.outerHTML).to.be.at.most(320.5);
          }
        }
      }
    }
  });
});
