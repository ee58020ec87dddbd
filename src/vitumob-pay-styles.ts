/**
 * The element's looks. It takes the page's font and colour and mixes all its shades with them, so that it is at home on
 * light and dark pages alike.
 */

import { css } from 'lit';

export const styles = css`
  :host {
    --_color: var(--vitumob-pay-color, #08723a);
    --_accent: color-mix(in srgb, var(--_color) 70%, currentColor);
    --_error: var(--vitumob-pay-error-color, color-mix(in srgb, #e0352b 60%, currentColor));
    --_radius: var(--vitumob-pay-radius, 0.75rem);
    --_space: var(--vitumob-pay-space, 1rem);
    --_line: color-mix(in srgb, currentColor 50%, transparent);
    --_tint: color-mix(in srgb, currentColor 7%, transparent);
    display: block;
    max-inline-size: 26rem;
    font-family: var(--vitumob-pay-font, inherit);
    line-height: 1.45;
    font-variant-numeric: tabular-nums;
    text-align: start;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  form,
  .field,
  .stage,
  .layer,
  dl {
    display: grid;
    gap: 0.375rem;
  }
  form {
    gap: var(--_space);
    padding: calc(var(--_space) * 1.25);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  h2,
  button {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 0.75rem;
    font-size: 1.125em;
  }
  label,
  .title,
  dd,
  button {
    font-weight: 600;
  }
  input,
  button {
    inline-size: 100%;
    min-block-size: 3rem;
    padding: 0.5rem 0.875rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: none;
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px);
  }
  input[aria-invalid='true'] {
    border: 2px solid var(--_error);
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  .fine,
  .error {
    font-size: 0.875em;
  }
  .error:empty {
    display: none;
  }
  .error,
  .failed .title {
    color: var(--_error);
    font-weight: 600;
  }
  .stage > * {
    grid-area: 1 / 1;
  }
  .layer {
    align-content: start;
    padding: 0.75rem 0.875rem;
    border-inline-start: 4px solid var(--_accent);
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .failed {
    border-color: var(--_error);
  }
  .away {
    visibility: hidden;
  }
  progress {
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  button {
    justify-content: center;
    cursor: pointer;
  }
  button:not(:disabled, [aria-disabled='true']) {
    border-color: transparent;
    background: var(--_color);
    color: var(--vitumob-pay-on-color, #fff);
  }
  button:hover {
    filter: brightness(0.92);
  }
  .spinner {
    inline-size: 1.125em;
    block-size: 1.125em;
    border: 3px solid var(--_line);
    border-block-start-color: transparent;
    border-radius: 50%;
    animation: turn 1s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  dl {
    grid-template-columns: auto 1fr;
  }
  dd {
    white-space: nowrap;
    text-align: end;
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 6s;
    }
  }
  @media (forced-colors: active) {
    :disabled,
    [aria-disabled='true'] {
      color: GrayText;
    }
  }
`;
