/** Three shops with looks of their own: each is the whole style sheet that it takes, beside the page that it sits on. */

export type ThemedId = 'bare' | 'brand' | 'dark';

export interface Theme {
  readonly id: ThemedId;
  /** For every `vitumob-pay` of the page. */
  readonly css: string;
}

export const THEMED: readonly Theme[] = [
  {
    id: 'bare',
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
