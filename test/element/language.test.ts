import { expect, fixture, html } from '@open-wc/testing';
import { en } from '../../src/messages/en.js';
import { fr } from '../../src/messages/fr.js';
import { sw } from '../../src/messages/sw.js';
import { CARELESS, Harness, withConsole, withSimulation } from '../support/harness.js';

describe('The language', () => {
  withSimulation(() => CARELESS);

  const label = (widget: Harness) => widget.find('[part~="label"]').textContent.trim();

  const within = async (lang: string, attributes: Record<string, string> = {}) =>
    Harness.create(attributes, await fixture<HTMLElement>(html`<div lang=${lang}></div>`));

  it('is the nearest lang', async () => {
    expect(label(await within('sw'))).to.equal(sw.phoneLabel);
    expect(label(await within('en'))).to.equal(en.phoneLabel);
    expect(label(await within('en', { lang: 'sw' }))).to.equal(sw.phoneLabel);
    expect(label(await within('sw', { lang: 'en' }))).to.equal(en.phoneLabel);
  });

  it('is found outside of shadow roots', async () => {
    const host = await fixture<HTMLElement>(html`<div lang="sw"></div>`);
    const inner = document.createElement('p');
    host.attachShadow({ mode: 'open' }).append(inner);
    expect(label(await Harness.create({}, inner))).to.equal(sw.phoneLabel);
  });

  it('is known by its first subtag, in any case', async () => {
    for (const tag of ['sw-KE', 'sw-TZ', 'SW', 'Sw-Latn-KE']) {
      expect(label(await within(tag)), tag).to.equal(sw.phoneLabel);
    }
  });

  it('is English where there is no table, no lang, or nonsense', async () => {
    for (const tag of ['fr', 'swc', 'en-GB', 'x', '-', 'not a tag', '']) {
      const widget = await within(tag, { business: 'Duka' });
      expect(label(widget), tag).to.equal(en.phoneLabel);
      expect(widget.text, tag).to.match(/12\D?341/);
    }
  });

  it('changes with the lang of an element around it', async () => {
    const page = await fixture<HTMLElement>(html`<div lang="en"></div>`);
    const widget = await Harness.create({}, page);
    page.lang = 'sw';
    await widget.drawn();
    expect(label(widget)).to.equal(sw.phoneLabel);
  });

  it('changes with the lang of an element around it within a shadow root, and around that', async () => {
    const host = await fixture<HTMLElement>(html`<div></div>`);
    const around = document.createElement('section');
    host.attachShadow({ mode: 'open' }).append(around);
    const inner = document.createElement('p');
    around.attachShadow({ mode: 'open' }).append(inner);
    const widget = await Harness.create({}, inner);
    for (const element of [inner, around, host]) {
      element.lang = 'sw';
      await widget.drawn();
      expect(label(widget)).to.equal(sw.phoneLabel);
      element.lang = '';
      await widget.drawn();
      expect(label(widget)).to.equal(en.phoneLabel);
    }
  });

  it('changes in all elements, though one of them has left', async () => {
    const page = await fixture<HTMLElement>(html`<div lang="en"></div>`);
    const gone = await Harness.create({}, page);
    const left = await Harness.create({ 'order-id': 'another' }, page);
    gone.element.remove();
    page.lang = 'sw';
    await left.drawn();
    expect(label(left)).to.equal(sw.phoneLabel);
    page.append(gone.element);
    await gone.drawn();
    expect(label(gone)).to.equal(sw.phoneLabel);
  });

  it('changes with the lang of the element', async () => {
    const widget = await Harness.create({ lang: 'en' });
    widget.element.lang = 'sw';
    await widget.drawn();
    expect(label(widget)).to.equal(sw.phoneLabel);
    widget.element.lang = 'en';
    await widget.drawn();
    expect(label(widget)).to.equal(en.phoneLabel);
  });

  it('has any text overridden by messages, placeholders and all, and the rest kept', async () => {
    const widget = await Harness.create({ lang: 'sw', business: 'Duka' });
    widget.element.messages = { phoneLabel: 'Simu', pay: '{business}: {amount}!' };
    await widget.drawn();
    expect(label(widget)).to.equal('Simu');
    expect(widget.button.innerText.replace(/\s/g, ' ').trim()).to.match(/^Duka: .*12,341!$/);
    expect(widget.find('[part~="hint"]').textContent.trim()).to.equal(sw.phoneHint);
    widget.element.messages = {};
    await widget.drawn();
    expect(label(widget)).to.equal(sw.phoneLabel);
  });

  it('leaves markup in messages and attributes as text', async () => {
    const widget = await Harness.create({ business: '<img src=x onerror="window.hacked=1">' });
    widget.element.messages = { phoneLabel: '<b>Phone</b>' };
    await widget.drawn();
    expect(label(widget)).to.equal('<b>Phone</b>');
    expect(widget.element.shadowRoot!.querySelector('img, b')).to.equal(null);
  });
});

describe('Every state speaks', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();

  const SCENES: [title: string, play: (widget: Harness) => Promise<void>][] = [
    ['idle', () => Promise.resolve()],
    [
      'a wrong number',
      (widget) => {
        widget.type('0823');
        widget.press();
        return widget.drawn();
      },
    ],
    [
      'requesting',
      async (widget) => {
        network.current.faults.set({ push: ['no-answer'] });
        widget.type('0723123123');
        const sent = network.next('push');
        widget.press();
        await sent;
      },
    ],
    ['prompted', (widget) => widget.pay()],
    [
      'a dead prompt',
      async (widget) => {
        widget.element.promptWindow = 40;
        await widget.pay();
        await widget.free();
      },
    ],
    ['paid', (widget) => widget.payWell()],
    ...(['server-500', 'reset', 'cut-short', 'html-404', 'token-missing', 'daraja-500', 'refused-code'] as const).map(
      (fault): [string, (widget: Harness) => Promise<void>] => [
        `a push that meets ${fault}`,
        (widget) => {
          network.current.faults.set({ push: [fault] });
          return widget.pay();
        },
      ],
    ),
    [
      'a dead unconfirmed',
      async (widget) => {
        widget.element.promptWindow = 40;
        network.current.faults.set({ push: ['reset'] });
        await widget.pay();
        await widget.free();
      },
    ],
    [
      'a token that expires twice',
      (widget) => {
        network.current.faults.set({ push: ['expired', 'expired'] });
        return widget.pay();
      },
    ],
    [
      'no token',
      (widget) => {
        network.current.faults.set({ token: ['reset', 'reset'] });
        return widget.pay();
      },
    ],
    [
      'a wrong configuration',
      (widget) => {
        widget.element.amount = 'much';
        return widget.pay();
      },
    ],
    ...[1032, 1, 2001, 1037, 1019, 1001, 2, 4242].map((code): [string, (widget: Harness) => Promise<void>] => [
      `an outcome of ${code}`,
      async (widget) => {
        await widget.pay();
        widget.settle(code);
        await widget.drawn();
      },
    ]),
  ];

  /** All that is there to be read or heard, with what hides behind attributes. */
  async function say(lang: string, business: string, play: (widget: Harness) => Promise<void>): Promise<string> {
    const widget = await Harness.create({ lang, ...(business && { business }) });
    await play(widget);
    await widget.drawn();
    const root = widget.element.shadowRoot!;
    const attributes = [...root.querySelectorAll('*')].flatMap((node) =>
      ['aria-label', 'title', 'placeholder', 'alt'].flatMap((name) => node.getAttribute(name) ?? []),
    );
    // As they are read: the span that keeps a line from breaking at a hyphen parts no text.
    const copy = document.createElement('div');
    copy.append(...[...root.children].map((child) => child.cloneNode(true)));
    for (const whole of copy.querySelectorAll('.whole')) whole.replaceWith(whole.textContent);
    const markers = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
    const comments: Node[] = [];
    while (markers.nextNode()) comments.push(markers.currentNode);
    for (const comment of comments) comment.parentNode?.removeChild(comment);
    copy.normalize();
    const texts = [...copy.querySelectorAll('*')]
      .filter(({ localName }) => localName !== 'style')
      .flatMap((node) => [...node.childNodes].filter((child) => child instanceof Text))
      .map(({ data }) => data.trim());
    return [...texts, ...attributes].filter(Boolean).join('\n');
  }

  for (const [title, play] of SCENES) {
    it(`in both languages, with nothing unfilled: ${title}`, async () => {
      const said: string[] = [];
      for (const lang of ['en', 'sw']) {
        for (const business of ['Duka', '']) {
          const text = await say(lang, business, play);
          expect(text).not.to.match(/[{}]|undefined|null|NaN|\[object/);
          expect(text, 'gaps where a value is missing').not.to.match(/\s[?.,!]|\(\s*\)|\S {2,}\S/);
          said.push(text);
        }
      }
      const [english, , swahili] = said as [string, string, string];
      const lines = new Set(english.split('\n').filter((line) => /[a-z]{4}/i.test(line)));
      const same = swahili.split('\n').filter((line) => lines.has(line) && !/^[A-Z0-9]{10}$/.test(line));
      expect(same, 'left in English').to.be.empty;
    });
  }
});

describe('A third language', () => {
  withSimulation(() => CARELESS);
  withConsole();

  it('is a module of its own: French in every word, and in amounts and dates by lang', async () => {
    const widget = await Harness.create({ lang: 'fr', business: 'Duka' });
    widget.element.messages = fr;
    await widget.drawn();
    const format = new Intl.NumberFormat('fr-KE', { style: 'currency', currency: 'KES', maximumFractionDigits: 0 });
    const amount = format.format(12341).replace(/\s/g, ' ');
    expect(widget.text).to.contain(`Payer avec M-Pesa ${amount} Numéro de téléphone M-Pesa`);
    expect(widget.button.innerText.trim().replace(/\s/g, ' ')).to.equal(`Payer ${amount}`);
    await widget.payWell();
    expect(widget.text).to.contain('Payé. Merci');
    const date = new Intl.DateTimeFormat('fr-KE', { dateStyle: 'medium' }).format(Date.now());
    expect(widget.text).to.contain(date.replace(/\s/g, ' '));
  });
});
