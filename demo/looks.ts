/** Three shops that have made the element their own, and what they wrote for it. */

import { html, render } from 'lit';
import type { VitumobPayElement } from 'vitumob-pay';
import { attributesOf, setAttributes } from './checkout-element.js';
import { CodeBlock, type Part } from './code-block.js';
import { newOrderId } from './order-id.js';
import type { Settings } from './settings.js';
import { scopedCss, THEMED, type Theme } from './themes.js';

interface Example {
  readonly theme: Theme;
  readonly element: VitumobPayElement;
  readonly order: string;
}

export class Looks {
  readonly #container: HTMLElement;
  readonly #examples: readonly Example[];
  #begun = false;

  constructor(container: HTMLElement) {
    this.#container = container;
    // Orders of their own, so that the shop's is none of theirs.
    this.#examples = THEMED.map((theme, index) => ({
      theme,
      element: document.createElement('vitumob-pay'),
      order: newOrderId(Date.now() + index + 1),
    }));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(THEMED.map((theme) => scopedCss(theme, `.theme-${theme.id}`)).join('\n'));
    document.adoptedStyleSheets.push(sheet);
  }

  get elements(): readonly VitumobPayElement[] {
    return this.#examples.map(({ element }) => element);
  }

  show(settings: Settings): void {
    for (const { element, order } of this.#examples) {
      setAttributes(element, attributesOf({ ...settings, order, outcome: 'status-url' }));
    }
    if (this.#begun) return;
    this.#begun = true;
    render(
      html`
        <header>
          <h2 id="looks-heading">Made one’s own</h2>
          <p class="note">
            It takes the font and the colours of the page that it is on. These few lines are all that three shops added.
          </p>
        </header>
        <div class="examples">
          ${this.#examples.map(
            ({ theme: { id, name, story }, element }) => html`
              <article class="example">
                <h3 id="look-${id}">${name}</h3>
                <p class="note">${story}</p>
                <div class="stand theme-${id}">${element}</div>
                <div class="code" data-theme-code=${id}></div>
              </article>
            `,
          )}
        </div>
      `,
      this.#container,
    );
    for (const { theme } of this.#examples) {
      const code = this.#container.querySelector<HTMLElement>(`[data-theme-code="${theme.id}"]`);
      if (code) new CodeBlock(code, `look-${theme.id}`).show(cssParts(theme.css));
    }
  }
}

/** Property names and values stand out. */
function cssParts(css: string): readonly Part[] {
  return css.split(/(?<=\n)/).flatMap((line): Part[] => {
    const [, indent = '', name = '', value = ''] = /^(\s+)([\w-]+): (.+;)\n?$/.exec(line) ?? [];
    if (name) return [[indent], [name, 'name'], [': '], [value, 'value'], ['\n']];
    return [line.startsWith('}') ? [line] : [line, 'tag']];
  });
}
