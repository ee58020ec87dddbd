import { html, type ChildPart } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';

/** A line would break at the hyphen of "M-Pesa", or of an order's number. */
const HYPHENATED = /(\S+-\S+)/;

/** Daraja's longest reference, and the mark that ends the sentence. What is longer may have to break. */
const MAX_WHOLE = 13;

/**
 * Text that is drawn in a new node when it changes. Lit would write it into the node that it made, which a browser's
 * translator may long have replaced by its own: the customer would go on reading the old text.
 */
class ShownText extends Directive {
  #shown: string | undefined;

  /** @param drawn what is drawn in the text's place, and anew when the text changes */
  override render(text: string, drawn?: unknown): unknown {
    const parts = text.split(HYPHENATED);
    if (drawn || !parts[1]) return drawn || text;
    return parts.map((part, at) =>
      at % 2 && part.length <= MAX_WHOLE ? html`<span class="whole">${part}</span>` : part,
    );
  }

  override update(part: ChildPart, [text, drawn]: [string, unknown?]): unknown {
    // Forgets the node; Lit then clears all that is in its place.
    if (this.#shown !== undefined && this.#shown !== text) setCommittedValue(part);
    this.#shown = text;
    return this.render(text, drawn);
  }
}

export const shownText = directive(ShownText);
