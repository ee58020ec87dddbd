/** Nothing here must compile with React 18's types: it gives a custom element attributes alone, all as text. */
import type {} from 'vitumob-pay/types/react';

export const wrong = [
  // @ts-expect-error -- a property
  <vitumob-pay orderId="1" />,
  // @ts-expect-error -- a property, and no text
  <vitumob-pay messages={{ heading: 'Pay' }} />,
  // @ts-expect-error -- would be disabled="false", which is true
  <vitumob-pay disabled={false} />,
  // @ts-expect-error -- would be an attribute of that name
  <vitumob-pay className="checkout" />,
  // @ts-expect-error -- would never be called
  <vitumob-pay onpush-success={() => undefined} />,
  // @ts-expect-error -- no number of milliseconds
  <vitumob-pay timeout="soon" />,
];
