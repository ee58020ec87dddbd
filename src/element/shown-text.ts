import { Directive, directive } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';
import type { ChildPart } from 'lit';

/**
 * Text that is drawn in a new node when it changes. Lit would write it into the node that it made, which a browser's
 * translator may long have replaced by its own: the customer would go on reading the old text.
 */
class ShownText extends Directive {
  #shown: string | undefined;

  override render(text: string): string {
    return text;
  }

  override update(part: ChildPart, [text]: [string]): string {
    // Forgets the node; Lit then clears all that is in its place.
    if (this.#shown !== undefined && this.#shown !== text) setCommittedValue(part);
    this.#shown = text;
    return text;
  }
}

export const shownText = directive(ShownText);
