import { expect, fixture, html } from '@open-wc/testing';
import { CARELESS, Harness, skip, withConsole, withSimulation } from '../support/harness.js';

/** A page's own rules, in force until the test ends. */
function withRules(): (rules: string) => void {
  const sheets: CSSStyleSheet[] = [];
  afterEach(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  });
  return (rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
}

const WORST = `
  * { all: unset; }
  * {
    box-sizing: content-box; letter-spacing: 0.4em; text-transform: uppercase; line-height: 4; text-align: center;
    text-indent: 3em; white-space: nowrap; word-spacing: 2em; text-shadow: 1px 1px red; cursor: wait;
  }
  div { display: block; }
`;

const size = (widget: Harness) => {
  const { width, height } = widget.find('form').getBoundingClientRect();
  return { width: Math.round(width), height: Math.round(height) };
};

async function inside(width: number, attributes: Record<string, string> = {}): Promise<Harness> {
  const home = await fixture<HTMLElement>(html`<div></div>`);
  home.style.width = `${width}px`;
  return Harness.create({ business: 'Duka la Vitabu', ...attributes }, home);
}

/** Whatever reaches beyond the card. */
function overflowing(widget: Harness): string[] {
  const { left, right } = widget.find('form').getBoundingClientRect();
  return [...widget.element.shadowRoot!.querySelectorAll<HTMLElement>('form *')]
    .filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width > 0 && (box.right > right + 0.5 || box.left < left - 0.5);
    })
    .map((part) => part.outerHTML);
}

describe('On any page', () => {
  const network = withSimulation(() => CARELESS);
  withConsole();
  const rules = withRules();

  it('the card looks the same under rules that would undo it', async () => {
    const before = size(await inside(360));
    rules(WORST);
    expect(size(await inside(360))).to.deep.equal(before);
    const worst = await inside(360);
    for (const part of worst.element.shadowRoot!.querySelectorAll('form, form :not(.whole)')) {
      const { letterSpacing, textTransform, textIndent, wordSpacing, textShadow, whiteSpace } = getComputedStyle(part);
      expect([letterSpacing, textTransform, textIndent, wordSpacing, textShadow, whiteSpace]).to.deep.equal(
        ['normal', 'none', '0px', '0px', 'none', 'normal'],
        part.localName,
      );
    }
  });

  it('no word of it is hyphenated on a page that has its words hyphenated', async () => {
    const before = size(await inside(240));
    rules('html { hyphens: auto; hyphenate-character: "="; hyphenate-limit-chars: 3 1 1; }');
    const widget = await inside(240);
    expect(getComputedStyle(widget.element).hyphens, 'the page’s rule reaches the element').to.equal('auto');
    expect(size(widget)).to.deep.equal(before);
    for (const part of widget.element.shadowRoot!.querySelectorAll('form, form *'))
      expect(getComputedStyle(part).hyphens, part.localName).to.equal('manual');
  });

  for (const lang of ['en', 'sw']) {
    it(`no line breaks at the hyphen of M-Pesa or of the order’s number, however wide the card (${lang})`, async () => {
      const broken: string[] = [];
      const note = (widget: Harness, where: string) => {
        const walker = document.createTreeWalker(widget.find('form'), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const text = walker.currentNode as Text;
          for (const { 0: word, index } of text.data.matchAll(/\S+-\S+/g)) {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            if (range.getClientRects().length > 1) broken.push(`${word}, ${where}`);
          }
        }
      };
      const widget = await inside(240, { lang, 'order-id': 'VM-204-117-A', paybill: '174379' });
      const widths = Array.from({ length: 46 }, (_, step) => 240 + 4 * step);
      const look = (what: string) => {
        (widget.find('[part~="manual"]') as HTMLDetailsElement).open = true;
        for (const width of widths) {
          widget.element.parentElement!.style.width = `${width}px`;
          note(widget, `${what} at ${width} px`);
        }
      };
      look('idle');
      network.answer = ({ endpoint }) => (endpoint === 'push' ? new Response('', { status: 502 }) : undefined);
      await widget.pay();
      await skip(125_000);
      expect(widget.text).to.contain('VM-204-117-A.');
      look('unconfirmed');
      expect(broken).to.deep.equal([]);
    });
  }

  for (const [orderId, width, fontSize] of [
    ['INV-2026-000000204117-NAIROBI-WESTLANDS', 240, '1em'],
    ['INV-20-41-17', 320, '2em'],
  ] as const) {
    it(`an order’s number stays within the card: ${orderId} in ${width} px, at a font size of ${fontSize}`, async () => {
      const widget = await inside(width, { 'order-id': orderId, paybill: '174379' });
      widget.element.style.fontSize = fontSize;
      (widget.find('[part~="manual"]') as HTMLDetailsElement).open = true;
      await widget.drawn();
      expect(overflowing(widget)).to.deep.equal([]);
    });
  }

  it('the font size of the root changes nothing: the card goes by the text around it', async () => {
    const before = size(await inside(360));
    for (const fontSize of ['62.5%', '300%']) {
      rules(`html { font-size: ${fontSize}; } body { font-size: 16px; }`);
      expect(size(await inside(360)), fontSize).to.deep.equal(before);
    }
  });

  it('it hides where the page hides it', async () => {
    const widget = await inside(360);
    widget.element.hidden = true;
    expect(getComputedStyle(widget.element).display).to.equal('none');
    widget.element.hidden = false;
    widget.element.style.visibility = 'hidden';
    expect(getComputedStyle(widget.find('form')).visibility).to.equal('hidden');
  });

  it('it has a width of its own where the page gives it none', async () => {
    const widget = await inside(800);
    const home = widget.element.parentElement!;
    for (const display of ['inline-block', 'flex', 'inline-flex', 'grid']) {
      home.style.cssText = `display: ${display}`;
      expect(widget.element.getBoundingClientRect().width, display).to.be.closeTo(416, 1);
    }
  });

  it('it gives way where there is less room than it would like', async () => {
    const home = (await inside(240)).element.parentElement!;
    for (const display of ['inline-block', 'flex', 'inline-flex', 'grid', 'inline-grid']) {
      home.style.display = display;
      expect(home.scrollWidth, display).to.be.at.most(240);
    }
  });

  it('it can be told from one that works while it is disabled', async () => {
    const widget = await inside(360, { disabled: '' });
    for (const part of [widget.field, widget.button]) expect(Number(getComputedStyle(part).opacity)).to.be.lessThan(1);
  });

  it('the width of its container decides the layout, in a wide window too', async () => {
    const look = async (width: number) => {
      const widget = await inside(width);
      await widget.pay();
      const { paddingLeft } = getComputedStyle(widget.find('form'));
      return {
        padding: parseFloat(paddingLeft),
        says: widget.button.innerText.includes('So that you cannot pay twice'),
      };
    };
    const narrow = await look(240);
    const wide = await look(400);
    expect(narrow.padding).to.be.lessThan(wide.padding);
    expect([narrow.says, wide.says]).to.deep.equal([false, true]);
  });

  for (const lang of ['en', 'sw']) {
    it(`nothing is cut off in 240 px, or at twice the text in 320 px (${lang})`, async () => {
      for (const [width, fontSize] of [
        [240, '1em'],
        [320, '2em'],
      ] as const) {
        const widget = await inside(width, { lang, business: 'Mamamboganagroceriesandsonslimited' });
        widget.element.style.fontSize = fontSize;
        await widget.drawn();
        expect(overflowing(widget)).to.deep.equal([]);
        const height = () => widget.element.getBoundingClientRect().height;
        const before = height();
        widget.element.orderId = `${lang}-${width}`;
        await widget.pay();
        expect(overflowing(widget)).to.deep.equal([]);
        expect(widget.field.scrollWidth, 'the whole number').to.be.at.most(widget.field.clientWidth);
        expect(height(), 'from idle to prompted').to.equal(before);
        widget.settle(1);
        await widget.drawn();
        expect(overflowing(widget)).to.deep.equal([]);
        await widget.payWell();
        expect(overflowing(widget)).to.deep.equal([]);
      }
    });
  }

  it('the digits of the amount stay on one line, at twice the text in 280 px too', async () => {
    for (const amount of ['12341', '250000']) {
      const widget = await inside(280, { amount });
      widget.element.style.fontSize = '2em';
      await widget.drawn();
      expect(overflowing(widget)).to.deep.equal([]);
      const shown = widget.find('.amount');
      const [text] = [...shown.childNodes]
        .flatMap((node) => [node, ...node.childNodes])
        .filter((node) => node instanceof Text && node.data.includes(','));
      const digits = document.createRange();
      const { data } = text as Text;
      digits.setStart(text!, data.search(/\d/));
      digits.setEnd(text!, data.length);
      expect(digits.getClientRects(), amount).to.have.length(1);
    }
  });

  it('it reads from left to right in English, on a page from right to left too', async () => {
    const home = await fixture<HTMLElement>(html`<div dir="rtl"></div>`);
    const widget = await Harness.create({}, home);
    expect(getComputedStyle(widget.find('form')).direction).to.equal('ltr');
  });

  it('it reads from right to left in messages that do, but for the phone number', async () => {
    const widget = await inside(360);
    widget.element.messages = { dir: 'rtl', heading: 'ادفع عبر M-Pesa' };
    await widget.drawn();
    expect(getComputedStyle(widget.find('form')).direction).to.equal('rtl');
    expect(getComputedStyle(widget.field).direction).to.equal('ltr');
  });
});
