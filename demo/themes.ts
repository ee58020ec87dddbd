/** Three shops with looks of their own: each is the whole style sheet that it takes, beside the page that it sits on. */

export interface Theme {
  readonly id: 'bare' | 'brand' | 'dark';
  readonly name: string;
  readonly story: string;
  /** For every `vitumob-pay` of the page. */
  readonly css: string;
}

export const THEMED: readonly Theme[] = [
  {
    id: 'bare',
    name: 'Bare',
    story: 'For a page that is all type and white space: square, black on white, no frame.',
    css: `vitumob-pay {
  --vitumob-pay-color: #111;
  --vitumob-pay-radius: 0;
}
vitumob-pay::part(form) {
  border: 0;
  padding: 0;
}`,
  },
  {
    id: 'brand',
    name: 'Bold brand',
    story: 'A strong colour, round corners, room to breathe.',
    css: `vitumob-pay {
  --vitumob-pay-color: #6d28d9;
  --vitumob-pay-radius: 1.5rem;
  --vitumob-pay-space: 1.25rem;
}
vitumob-pay::part(heading) {
  color: #6d28d9;
}`,
  },
  {
    id: 'dark',
    name: 'Dark shop',
    story: 'The page is dark and the element follows; only the button has to be told.',
    css: `vitumob-pay {
  --vitumob-pay-color: #f5b544;
  --vitumob-pay-on-color: #1a1203;
  --vitumob-pay-radius: 0.375rem;
}`,
  },
];

/** The theme's rules for the elements inside of another. */
export function scopedCss({ css }: Theme, scope: string): string {
  return css.replaceAll(/^vitumob-pay/gm, `${scope} vitumob-pay`);
}
