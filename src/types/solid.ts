/** `vitumob-pay/types/solid`: `<vitumob-pay>` in Solid's JSX. Types alone; what registers the element is `vitumob-pay`. */

// @ts-expect-error -- Solid is installed where this is used, not here.
import type { JSX } from 'solid-js';
import type { VitumobPayEventMap } from '../element/events.js';
import type { VitumobPayElement } from '../element/vitumob-pay-element.js';
import type { VitumobPayAttributes, VitumobPayProperties } from './properties.js';

type Own = VitumobPayAttributes & VitumobPayProperties;

type AsProperties = { [Name in keyof VitumobPayProperties as `prop:${Name}`]: VitumobPayProperties[Name] };

type AsAttributes = { [Name in keyof VitumobPayAttributes as `attr:${Name}`]: VitumobPayAttributes[Name] };

type Listeners = {
  [Type in keyof VitumobPayEventMap as `on:${Type}`]?: JSX.EventHandlerWithOptionsUnion<
    VitumobPayElement,
    VitumobPayEventMap[Type]
  >;
};

interface Props
  extends Omit<JSX.HTMLAttributes<VitumobPayElement>, keyof Own>, Own, AsProperties, AsAttributes, Listeners {}

// @ts-expect-error -- as above
declare module 'solid-js' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Solid's own
  namespace JSX {
    interface IntrinsicElements {
      'vitumob-pay': Props;
    }
  }
}
