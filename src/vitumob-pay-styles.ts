/**
 * The element's looks. It takes the page's font and colours, so that it is at home on light and dark pages alike, and
 * mixes its own shades from them; `light-dark()` follows the page's `color-scheme` where a fixed colour is needed.
 */

import { css } from 'lit';

export const styles = css`
  :host {
    --_color: var(--vitumob-pay-color, #08723a);
    --_on-color: var(--vitumob-pay-on-color, #fff);
    --_radius: var(--vitumob-pay-radius, 0.75rem);
    --_space: var(--vitumob-pay-space, 1rem);
    --_error: var(--vitumob-pay-error-color, #b3261e);
    --_line: color-mix(in srgb, currentColor 28%, transparent);
    --_tint: color-mix(in srgb, currentColor 5%, transparent);
    display: block;
    max-inline-size: 26rem;
    font: 1rem / 1.45 var(--vitumob-pay-font, inherit);
    font-family: var(--vitumob-pay-font, inherit);
    text-align: start;
    overflow-wrap: anywhere;
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_error: var(--vitumob-pay-error-color, light-dark(#b3261e, #ff9d94));
      --_accent: var(--vitumob-pay-color, light-dark(#08723a, #6fd69b));
    }
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before {
    box-sizing: border-box;
  }
  form,
  .stack {
    display: grid;
    gap: var(--_space);
  }
  form {
    padding: calc(var(--_space) * 1.25);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.35);
  }
  h2,
  p,
  dl,
  dd {
    margin: 0;
  }
  h2 {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 var(--_space);
    font-size: 1.125em;
    line-height: 1.3;
  }
  .amount {
    font-variant-numeric: tabular-nums;
  }
  .field {
    display: grid;
    gap: 0.375rem;
  }
  label,
  .title {
    font-weight: 600;
  }
  input {
    inline-size: 100%;
    min-block-size: 3rem;
    padding: 0.5rem 0.875rem;
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: var(--_radius);
    background: var(--vitumob-pay-field-background, transparent);
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px);
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.02em;
  }
  input::placeholder {
    color: inherit;
    opacity: 0.6;
  }
  input:read-only {
    border-style: dashed;
    background: var(--_tint);
  }
  input[aria-invalid='true'] {
    border: 2px solid var(--_error);
  }
  input:focus-visible,
  button:focus-visible {
    outline: 3px solid var(--_accent, var(--_color));
    outline-offset: 2px;
  }
  .hint,
  .fine {
    font-size: 0.875em;
    opacity: 0.8;
  }
  .error {
    color: var(--_error);
    font-size: 0.875em;
    font-weight: 600;
  }
  .error:empty {
    display: none;
  }
  .stage {
    display: grid;
  }
  .layer {
    grid-area: 1 / 1;
    display: grid;
    align-content: start;
    gap: 0.25rem;
    padding: 0.75rem 0.875rem;
    border: 1px solid transparent;
    border-inline-start: 4px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .away {
    visibility: hidden;
  }
  .live {
    border-inline-start-color: var(--_accent, var(--_color));
  }
  .failed {
    border-inline-start-color: var(--_error);
  }
  .failed .title {
    color: var(--_error);
  }
  progress {
    appearance: none;
    inline-size: 100%;
    block-size: 0.375rem;
    margin-block: 0.25rem;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    background: var(--_line);
    color: var(--_accent, var(--_color));
  }
  progress::-webkit-progress-bar {
    background: transparent;
  }
  progress::-webkit-progress-value {
    background: currentColor;
  }
  progress::-moz-progress-bar {
    background: currentColor;
  }
  button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.625rem;
    inline-size: 100%;
    min-block-size: 3.25rem;
    padding: 0.5rem var(--_space);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: var(--_color);
    color: var(--_on-color);
    font: inherit;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  button:hover {
    background: color-mix(in srgb, var(--_color) 88%, #000);
  }
  button[aria-disabled='true'],
  button:disabled {
    background: var(--_tint);
    border-color: var(--_line);
    color: inherit;
    cursor: default;
  }
  .spinner {
    flex: none;
    inline-size: 1.125em;
    block-size: 1.125em;
    border: 0.1875em solid var(--_line);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.375rem var(--_space);
  }
  dd {
    text-align: end;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .receipt .title {
    font-size: 1.125em;
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 6s;
    }
  }
  @media (forced-colors: active) {
    button[aria-disabled='true'],
    button:disabled {
      border-color: GrayText;
      color: GrayText;
    }
    .layer,
    button {
      border-color: currentColor;
    }
    progress {
      border: 1px solid CanvasText;
      color: Highlight;
      forced-color-adjust: none;
    }
  }
`;
