import { html, type TemplateResult } from 'lit';

/** M-Pesa's name, an order's number and an amount: a line would break at their hyphen or space. */
const PIECES = /(M-P(?:esa|ESA)|VM-[0-9A-Z]+|Ksh\s\d[\d,.]*\d)/;

/** The text, in which each of these pieces stays on one line. */
export function unbroken(text: string): TemplateResult {
  return html`${text
    .split(PIECES)
    .map((piece, index) => (index % 2 === 0 ? piece : html`<span class="unbroken">${piece}</span>`))}`;
}
