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
    --_on-color: var(--vitumob-pay-on-color, #fff);
    --_accent: color-mix(in srgb, var(--_color) 70%, currentColor);
    --_error: var(--vitumob-pay-error-color, color-mix(in srgb, #e0352b 60%, currentColor));
    --_radius: var(--vitumob-pay-radius, 0.75em);
    --_space: var(--vitumob-pay-space, 1em);
    --_line: color-mix(in srgb, currentColor 50%, transparent);
    --_hair: color-mix(in srgb, currentColor 16%, transparent);
    --_tint: color-mix(in srgb, currentColor 5%, transparent);
    padding: calc(var(--_space) * 1.25) min(var(--_space) * 1.25, 6%);
    border: 1px solid var(--_hair);
    border-radius: calc(var(--_radius) * 1.5);
    color: inherit;
    visibility: inherit;
    color-scheme: inherit;
    font: inherit;
    font-family: var(--vitumob-pay-font, inherit);
    font-variant-numeric: tabular-nums;
    line-height: 1.4;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  form,
  .action {
    display: grid;
    gap: var(--_space);
  }
  .stage {
    display: grid;
  }
  .stage > * {
    grid-area: 1 / 1;
  }
  /* A column is laid out in half the time of a grid. */
  .field,
  .layer {
    display: flex;
    flex-direction: column;
    gap: 0.375em;
  }
  h2 {
    font-size: 1em;
    font-weight: 500;
  }
  .amount {
    display: block;
    margin-block-start: 0.125em;
    /* In a narrow card, as large as M-Pesa's highest amount fits on one line. */
    font-size: min(2.125em, 13cqi);
    font-weight: 700;
    line-height: 1.2;
  }
  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .steps svg {
    stroke-width: 2.5;
  }
  /* Three circles on a line. */
  .steps {
    display: flex;
    float: right;
    margin-inline: 0.75em 0;
  }
  [dir='rtl'] .steps {
    float: left;
  }
  .steps > i,
  .badge {
    display: grid;
    place-content: center;
    position: relative;
    inline-size: 2em;
    block-size: 2em;
    border-radius: 50%;
  }
  .steps > i {
    border: 1px solid var(--_line);
    font-size: 0.75em;
  }
  .steps > i + i {
    margin-inline-start: 1em;
  }
  .steps > i + i::before {
    content: '';
    position: absolute;
    top: 50%;
    inset-inline: calc(-1em - 1px) 100%;
    border-block-start: inherit;
  }
  .steps > .past {
    border-color: currentColor;
    color: var(--_accent);
  }
  label,
  .title,
  .value,
  dd,
  summary {
    font-weight: 600;
  }
  input,
  button {
    inline-size: 100%;
    min-block-size: max(3em, 44px);
    border: 1px solid var(--_line);
    background: none;
    color: inherit;
    font: inherit;
  }
  input,
  button,
  .sent {
    padding: 0.375em min(0.875em, 4%);
    border-radius: var(--_radius);
    font-size: max(1em, 16px);
  }
  input {
    font-size: max(1.125em, 16px);
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
  .error {
    color: var(--_error);
    font-weight: 600;
  }
  .sent {
    align-content: center;
    background: var(--_tint);
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
    align-items: center;
    justify-content: center;
    padding: 0.75em min(0.875em, 4%);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: var(--_tint);
    text-align: center;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    place-content: center;
    align-items: center;
    gap: 0.375em 0.625em;
    font-size: 1.125em;
  }
  /* Names of states: renderStatus in view.ts. */
  .prompted,
  .paid {
    background: color-mix(in srgb, var(--_accent) 10%, transparent);
  }
  .status {
    min-block-size: 16.25em;
  }
  /* A phone, cut off below, with the prompt on its screen. */
  .preview {
    align-items: stretch;
    padding: 0;
    border: 0;
    background: none;
    text-align: start;
  }
  .preview > .title {
    place-content: start;
    font-size: 1em;
  }
  .phone {
    display: grid;
    flex: auto;
    grid-template-rows: auto 1fr;
    align-items: center;
    padding: 0.25em 0.5em 0.5em;
    border: 2px solid var(--_line);
    border-block-end: 0;
    border-radius: 1.5em 1.5em 0 0;
    mask: linear-gradient(#000 calc(100% - 2.5em), #0008);
  }
  .phone::before {
    content: '';
    display: block;
    inline-size: 2.5em;
    margin: 0 auto 0.375em;
    border-block-start: 0.25em solid var(--_line);
    border-radius: 1em;
  }
  .quote {
    padding: 0.625em 0.75em;
    border: 1px solid var(--_hair);
    border-radius: 0.875em;
    background: var(--_tint);
    font-size: 0.875em;
  }
  .quote::after {
    /* Seen, and not spoken. In forced colours there would be no gradient to draw them with. */
    content: '••••';
    content: '••••' / '';
    display: inline-block;
    margin-inline-start: 0.5em;
    border-block-end: 2px solid var(--_accent);
    letter-spacing: 0.5em;
  }
  /* What the matter is, at a glance. */
  .badge {
    background: color-mix(in srgb, currentColor 12%, transparent);
  }
  .prompted .badge {
    color: var(--_accent);
  }
  .prompted .badge::before,
  .prompted .badge::after {
    content: '';
    position: absolute;
    inset: 0;
    border: 2px solid;
    border-radius: 50%;
    animation: ring 2.4s ease-out infinite;
  }
  .prompted .badge::after {
    animation-delay: 0.6s;
  }
  .failed .badge {
    color: var(--_error);
  }
  .failed .title,
  .paid > .title {
    flex-direction: column;
  }
  .paid > .title {
    font-size: 1.25em;
  }
  .paid .badge {
    font-size: 1.75em;
    animation: pop 0.4s ease-out;
  }
  .paid path {
    stroke-dasharray: 1;
    animation: draw 0.5s 0.2s ease-out backwards;
  }
  .whole {
    white-space: nowrap;
  }
  .away {
    visibility: hidden;
  }
  /* WebKit's bar has a height of its own, whatever the size of the text. */
  .gap,
  progress {
    display: block;
    inline-size: 100%;
    block-size: 0.375em;
    accent-color: var(--_accent);
  }
  .gap {
    margin-block-start: 0.375em;
  }
  button {
    display: flex;
    flex-wrap: wrap;
    place-content: center;
    align-items: center;
    gap: 0.125em 0.5em;
    min-block-size: 3.25em;
    font-weight: 600;
    line-height: 1.15;
    cursor: pointer;
  }
  button > .fine {
    flex-basis: 100%;
  }
  button > .fine,
  [aria-disabled='true'] {
    font-weight: 400;
  }
  button:not(:disabled, [aria-disabled='true']),
  .steps > .now,
  .paid .badge {
    border-color: var(--_color);
    background: var(--_color);
    color: var(--_on-color);
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
  @keyframes ring {
    to {
      scale: 1.6;
      opacity: 0;
    }
  }
  @keyframes pop {
    from {
      scale: 0.6;
      opacity: 0;
    }
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }
  .foot {
    margin-block: calc(-0.5em - 1px);
    min-block-size: 46px;
    align-content: center;
  }
  .safety {
    display: flex;
    align-items: center;
    gap: 0.25em;
  }
  .safety > svg {
    inline-size: 1em;
  }
  summary {
    min-block-size: 44px;
    padding-block: calc(22px - 0.7em);
    cursor: pointer;
  }
  ul,
  ol {
    padding-inline-start: 1.375em;
  }
  .foot p {
    margin-block: 0.375em 0.75em;
  }
  dl {
    align-self: stretch;
  }
  .row,
  .value {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 0.75em;
  }
  dl > .row {
    padding-block: 0.5em;
    border-block-start: 1px solid var(--_hair);
  }
  .row .plain {
    margin-block: -0.75em;
  }
  li {
    padding-block: 0.3125em;
  }
  form > :not(.status) {
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
    /* Two lines take no more room than one. */
    .foot > summary {
      align-content: center;
      padding-block: 0;
    }
  }
  /* Twice the text on a narrow phone: a label of three lines would make the card jump. */
  @container (inline-size < 11em) {
    .steps {
      float: none;
      margin: 0 0 0.5em;
    }
    input {
      font-size: max(1em, 16px);
    }
    button {
      font-size: 0.8125em;
    }
    .foot {
      min-block-size: 7em;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .layer *,
    .badge::before,
    .badge::after {
      animation: none !important;
    }
    .spinner {
      animation-duration: 6s;
    }
  }
  @media (prefers-contrast: more) {
    form {
      --_line: currentColor;
      --_hair: currentColor;
    }
  }
  @media print {
    .action,
    progress,
    .plain,
    .wrong {
      display: none;
    }
    /* Paper has no ground behind them. */
    svg {
      color: #000;
    }
  }
  @media (forced-colors: active) {
    :disabled,
    [aria-disabled='true'] {
      opacity: 1;
      color: GrayText;
    }
    .now,
    .badge {
      outline: 2px solid;
    }
    .spinner {
      border-block-start-color: Canvas;
    }
  }
`;
