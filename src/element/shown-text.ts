import { html, type ChildPart } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';

/** Breaks a line at its hyphen unless it is told not to. */
const BRAND = 'M-Pesa';

/**
 * Text that is drawn in a new node when it changes. Lit would write it into the node that it made, which a browser's
 * translator may long have replaced by its own: the customer would go on reading the old text.
 */
class ShownText extends Directive {
  #shown: string | undefined;

  /** @param isSpoken it is not seen: a screen reader gets it in one piece */
  override render(text: string, isSpoken = false): unknown {
    const at = text.indexOf(BRAND);
    if (at < 0 || isSpoken) return text;
    const rest = this.render(text.slice(at + BRAND.length));
    return html`${text.slice(0, at)}<span class="brand">${BRAND}</span>${rest}`;
  }

  override update(part: ChildPart, [text, isSpoken]: [string, boolean?]): unknown {
    // Forgets the node; Lit then clears all that is in its place.
    if (this.#shown !== undefined && this.#shown !== text) setCommittedValue(part);
    this.#shown = text;
    return this.render(text, isSpoken);
  }
}

export const shownText = directive(ShownText);
