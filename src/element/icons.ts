import { html, type TemplateResult } from 'lit';

/** Strokes on a field of 24 by 24. */
export const STROKES = {
  keypad: 'M6 5h0m6 0h0m6 0h0M6 12h0m6 0h0m6 0h0M6 19h0m6 0h0m6 0h0',
  phone: 'M8 2h8a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zM11 18h2',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  failed: 'M12 3v11M12 20h0',
  unsure: 'M8.5 8.5a3.5 3.5 0 1 1 5.5 3c-1.4.9-2 1.5-2 3M12 19h0',
  lock: 'M8 11V8a4 4 0 0 1 8 0v3M6 11h12v9H6z',
} as const;

export type Icon = keyof typeof STROKES;

/** Says nothing that the text beside it does not say. */
export function renderIcon(icon: Icon): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${STROKES[icon]} pathLength="1"></path></svg>`;
}
