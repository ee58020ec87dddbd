/**
 * The element's looks. It takes the page's font and colour and mixes all its shades with them, so that it is at home on
 * light and dark pages alike. Sizes are in em, so that a page that shrinks or enlarges its root's font changes nothing.
 */

import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    max-inline-size: 26em;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  /* What a page sets on every element would come in by inheritance. */
  form {
    all: initial;
    --_color: var(--vitumob-pay-color, #08723a);
    --_accent: color-mix(in srgb, var(--_color) 70%, currentColor);
    --_error: var(--vitumob-pay-error-color, color-mix(in srgb, #e0352b 60%, currentColor));
    --_radius: var(--vitumob-pay-radius, 0.75em);
    --_space: var(--vitumob-pay-space, 1em);
    --_line: color-mix(in srgb, currentColor 50%, transparent);
    --_tint: color-mix(in srgb, currentColor 7%, transparent);
    padding: calc(var(--_space) * 1.25) min(var(--_space) * 1.25, 5%);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    color: inherit;
    visibility: inherit;
    color-scheme: inherit;
    font: inherit;
    font-family: var(--vitumob-pay-font, inherit);
    font-variant-numeric: tabular-nums;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  form,
  .field,
  .stage,
  .layer,
  dl {
    display: grid;
    gap: 0.375em;
  }
  form {
    gap: var(--_space);
  }
  h2,
  dl > div {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 0.75em;
  }
  h2 {
    font-size: 1.125em;
  }
  label,
  .title,
  dd,
  summary {
    font-weight: 600;
  }
  input,
  button {
    inline-size: 100%;
    min-block-size: max(3em, 44px);
    padding: 0.375em min(0.875em, 4%);
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
  .error,
  .foot {
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
  .sent {
    align-content: center;
    padding: 0.375em min(0.875em, 4%);
    border-radius: var(--_radius);
    background: var(--_tint);
    font-size: max(1em, 16px);
    font-weight: 600;
  }
  .wrong {
    align-self: center;
    margin-block: calc(0.7em - 22.5px);
  }
  .wrong[open] {
    margin-block-end: 0;
  }
  .wrong > summary {
    inline-size: fit-content;
    font-weight: 400;
    text-decoration: underline;
  }
  .layer {
    align-content: start;
    padding: 0.75em min(0.875em, 4%);
    border: 1px solid var(--_tint);
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .prompted,
  .paid {
    border-color: var(--_accent);
  }
  .paid .title::before {
    content: '✓ ' / '';
  }
  .failed {
    border-color: var(--_error);
  }
  .quote {
    padding-inline-start: 0.625em;
    border-inline-start: 3px solid var(--_accent);
  }
  .away {
    visibility: hidden;
  }
  progress {
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  button {
    display: flex;
    flex-wrap: wrap;
    place-content: center;
    align-items: center;
    gap: 0 0.5em;
    min-block-size: 3.25em;
    font-weight: 600;
    line-height: 1.15;
    cursor: pointer;
  }
  button > .fine {
    flex-basis: 100%;
    font-weight: 400;
  }
  button:not(:disabled, [aria-disabled='true']) {
    border-color: transparent;
    background: var(--_color);
    color: var(--vitumob-pay-on-color, #fff);
  }
  button:hover {
    filter: brightness(0.92);
  }
  button.plain {
    inline-size: auto;
    min-inline-size: 44px;
    min-block-size: 44px;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font-size: 1em;
    text-align: start;
    text-decoration: underline;
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
  .foot {
    margin-block: calc(-0.5em - 1px);
    min-block-size: 46px;
    align-content: center;
  }
  summary {
    min-block-size: 44px;
    padding-block: calc(22px - 0.7em);
    cursor: pointer;
  }
  ul {
    padding-inline-start: 1.25em;
  }
  dd {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.75em;
  }
  dd .plain {
    margin-block: -0.75em;
  }
  .action {
    container-type: inline-size;
  }
  :disabled {
    opacity: 0.6;
    cursor: not-allowed;
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @container (inline-size < 16em) {
    button > .fine {
      display: none;
    }
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
