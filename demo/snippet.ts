/** The code that makes the element that is seen in the shop, kept in step with it. */

import { html, render, type TemplateResult } from 'lit';
import { attributesOf, outcomesUrl } from './checkout-element.js';
import type { Scenario } from './scenarios.js';
import type { Settings } from './settings.js';

type Kind = 'tag' | 'name' | 'value' | 'script';
type Part = readonly [text: string, kind?: Kind];

/** The code in parts; their texts in a row are the code. */
export function snippetParts(settings: Settings, { cancels }: Pick<Scenario, 'cancels'>): readonly Part[] {
  const attributes = attributesOf(settings).flatMap(([name, value]): Part[] => [
    ['\n  '],
    [name, 'name'],
    ['='],
    [`"${escapeAttribute(value)}"`, 'value'],
  ]);
  const script = scriptOf(settings, cancels);
  return [
    ['<script', 'tag'],
    [' '],
    ['src', 'name'],
    ['='],
    ['"vitumob-pay.min.js"', 'value'],
    ['></script>\n', 'tag'],
    ['<vitumob-pay', 'tag'],
    ...attributes,
    ['\n'],
    ['></vitumob-pay>\n', 'tag'],
    ...(script
      ? ([
          ['<script>\n', 'tag'],
          [script, 'script'],
          ['</script>\n', 'tag'],
        ] as const)
      : []),
  ];
}

function scriptOf({ outcome, order }: Settings, cancels: Scenario['cancels']): string {
  const lines = [
    ...(outcome === 'settle'
      ? [
          `const outcomes = new EventSource('${outcomesUrl(order).replaceAll("'", '%27')}');`,
          "outcomes.addEventListener('outcome', ({ data }) => {",
          '  checkout.settle(JSON.parse(data));',
          '});',
        ]
      : []),
    ...(cancels ? [`checkout.addEventListener('${cancels}', (event) => {`, '  event.preventDefault();', '});'] : []),
  ];
  if (lines.length === 0) return '';
  return ["const checkout = document.querySelector('vitumob-pay');", ...lines].map((line) => `  ${line}\n`).join('');
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

const COPIED_FOR_MS = 2_000;

export class Snippet {
  readonly #container: HTMLElement;
  #parts: readonly Part[] = [];
  #copied: 'yes' | 'no' | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  show(settings: Settings, scenario: Scenario): void {
    this.#parts = snippetParts(settings, scenario);
    this.#copied = undefined;
    this.#show();
  }

  #show(): void {
    render(
      html`
        <header class="panel-head">
          <h2 id="snippet-heading">The code</h2>
          <button
            type="button"
            class="plain"
            @click=${() => {
              void this.#copy();
            }}
          >
            ${this.#copied === 'yes' ? 'Copied' : 'Copy'}
          </button>
        </header>
        <pre tabindex="0" aria-labelledby="snippet-heading"><code>${this.#parts.map(renderPart)}</code></pre>
        <p role="status" class=${this.#copied === 'no' ? 'note' : 'said'}>${this.#copiedText()}</p>
      `,
      this.#container,
    );
  }

  #copiedText(): string {
    if (this.#copied === 'yes') return 'Copied.';
    return this.#copied === 'no' ? 'The browser keeps its clipboard to itself here; the code is selected instead.' : '';
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#parts.map(([text]) => text).join(''));
      this.#copied = 'yes';
    } catch {
      const code = this.#container.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      this.#copied = 'no';
    }
    this.#show();
    setTimeout(() => {
      this.#copied = undefined;
      this.#show();
    }, COPIED_FOR_MS);
  }
}

function renderPart([text, kind]: Part): TemplateResult | string {
  return kind ? html`<span class="code-${kind}">${text}</span>` : text;
}
