/** Code to read and to take along: coloured, and with a button that copies it. */

import { html, type TemplateResult } from 'lit';
import { parse, type ParseOptions } from 'sugar-high/core';
import * as css from 'sugar-high/lang/css';
import * as markup from 'sugar-high/lang/html';
import * as javascript from 'sugar-high/lang/javascript';

import { DemoElement } from './demo-element.js';

export type CodeLanguage = 'css' | 'html' | 'javascript';

// Its declarations disagree with each other about callbacks; its own `highlight` does just this.
const LANGUAGES = { css, html: markup, javascript } as unknown as Readonly<Record<CodeLanguage, ParseOptions>>;

const COPIED_FOR_MS = 2_000;

export class CodeBlock extends DemoElement {
  static override properties = {
    code: {},
    language: {},
    labelledBy: {},
    copied: { state: true },
  };

  declare code: string;
  declare language: CodeLanguage;
  /** Id of what names it. */
  declare labelledBy: string;
  declare private copied: boolean | undefined;

  constructor() {
    super();
    this.code = '';
    this.language = 'html';
    this.labelledBy = '';
  }

  protected override render(): TemplateResult {
    const { lines } = parse(this.code, LANGUAGES[this.language]);
    const tokens = lines.map(
      ({ tokens }, index) =>
        html`${index > 0 ? '\n' : ''}${tokens.map(
          ({ type, value }) => html`<span class="code-${type}">${value}</span>`,
        )}`,
    );
    const { copy, copied } = this.texts.code;
    return html`
      <pre lang="en" tabindex="0" aria-labelledby=${this.labelledBy}><code>${tokens}</code></pre>
      <button
        type="button"
        class="plain copy"
        aria-describedby=${this.labelledBy}
        @click=${() => {
          void this.#copy();
        }}
      >
        ${this.copied ? copied : copy}
      </button>
      <p role="status" class=${this.copied === false ? 'note' : 'said'}>${this.#said()}</p>
    `;
  }

  #said(): string {
    if (this.copied === undefined) return '';
    const { copied, selected } = this.texts.code;
    return this.copied ? copied : selected;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.code);
      this.copied = true;
    } catch {
      const code = this.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      this.copied = false;
    }
    setTimeout(() => {
      this.copied = undefined;
    }, COPIED_FOR_MS);
  }
}

customElements.define('code-block', CodeBlock);

declare global {
  interface HTMLElementTagNameMap {
    'code-block': CodeBlock;
  }
}
