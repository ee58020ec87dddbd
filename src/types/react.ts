/**
 * `vitumob-pay/types/react`: `<vitumob-pay>` in JSX, for React 18 and 19. Types alone; what registers the element is
 * `vitumob-pay`.
 *
 * React 19 gives a custom element properties and listeners, `onpush-success`, but none to one that a server has rendered.
 * React 18 gives it attributes alone, all as text. `<VitumobPay>` of `vitumob-pay/react` has them everywhere.
 */

import type * as React from 'react';
import type { VitumobPayEventMap } from '../element/events.js';
import type { VitumobPayElement } from '../element/vitumob-pay-element.js';
import type { VitumobPayAttributes, VitumobPayProperties } from './properties.js';

type Own = VitumobPayProperties & VitumobPayAttributes;

type EveryElements = Omit<React.HTMLAttributes<VitumobPayElement>, keyof Own> &
  React.ClassAttributes<VitumobPayElement> & { class?: string | undefined };

type Listeners = {
  [Type in keyof VitumobPayEventMap as `on${Type}` | `on${Type}Capture`]?:
    ((event: VitumobPayEventMap[Type]) => void) | undefined;
};

/** `false` would be written as `"false"`, which an attribute takes for true. */
type AsText = {
  [Name in keyof VitumobPayAttributes]: boolean extends VitumobPayAttributes[Name]
    ? '' | undefined
    : VitumobPayAttributes[Name];
};

type InReact18 = Omit<EveryElements, 'className'> & AsText & { [Name in keyof Listeners]?: never };

type InReact19 = EveryElements & Own & Listeners;

/** What `<vitumob-pay>` takes in the React that is installed. */
export type VitumobPayJSX = typeof React extends { use: unknown } ? InReact19 : InReact18;

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- React's own
  namespace JSX {
    interface IntrinsicElements {
      'vitumob-pay': VitumobPayJSX;
    }
  }
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where React 18 keeps its elements, and older types look
  namespace JSX {
    interface IntrinsicElements {
      'vitumob-pay': VitumobPayJSX;
    }
  }
}
