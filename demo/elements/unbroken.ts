import { html, type TemplateResult } from 'lit';

/** A line breaks at a hyphen and at a space: the name, an order's number and an amount stay in one piece. */
const PIECES = /(M-P(?:esa|ESA)|VM-[0-9A-Z]+|Ksh\s\d[\d,.]*\d)/;

/** The text, with nothing torn apart in it that is read as one. */
export function unbroken(text: string): TemplateResult {
  return html`${text
    .split(PIECES)
    .map((piece, index) => (index % 2 === 0 ? piece : html`<span class="unbroken">${piece}</span>`))}`;
}
