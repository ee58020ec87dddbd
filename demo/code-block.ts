/** Code to read and to take along: coloured, and with a button that copies it. */

import { html, render, type TemplateResult } from 'lit';

type Kind = 'tag' | 'name' | 'value';

/** A piece of code; the texts of all in a row are the code. */
export type Part = readonly [text: string, kind?: Kind];

const COPIED_FOR_MS = 2_000;

export class CodeBlock {
  readonly #container: HTMLElement;
  /** Id of what names it. */
  readonly #labelledBy: string;
  #parts: readonly Part[] = [];
  #copied: 'yes' | 'no' | undefined;

  constructor(container: HTMLElement, labelledBy: string) {
    this.#container = container;
    this.#labelledBy = labelledBy;
  }

  show(parts: readonly Part[]): void {
    this.#parts = parts;
    this.#copied = undefined;
    this.#show();
  }

  #show(): void {
    render(
      html`
        <pre tabindex="0" aria-labelledby=${this.#labelledBy}><code>${this.#parts.map(renderPart)}</code></pre>
        <button
          type="button"
          class="plain copy"
          aria-describedby=${this.#labelledBy}
          @click=${() => {
            void this.#copy();
          }}
        >
          ${this.#copied === 'yes' ? 'Copied' : 'Copy'}
        </button>
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
