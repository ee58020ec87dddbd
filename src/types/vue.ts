/** `vitumob-pay/types/vue`: `<vitumob-pay>` in Vue's templates. Types alone; what registers the element is `vitumob-pay`. */

// @ts-expect-error -- Vue is installed where this is used, not here.
import type { HTMLAttributes, ReservedProps } from 'vue';
import type { VitumobPayEventMap } from '../element/events.js';
import type { VitumobPayElement } from '../element/vitumob-pay-element.js';
import type { VitumobPayProperties } from './properties.js';

/** `push-success` → `PushSuccess`. */
type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>;

type Listeners = {
  [Type in keyof VitumobPayEventMap as `on${Pascal<Type>}`]?: (event: VitumobPayEventMap[Type]) => unknown;
};

interface Props
  extends ReservedProps, Omit<HTMLAttributes, keyof VitumobPayProperties>, VitumobPayProperties, Listeners {}

// @ts-expect-error -- as above
declare module 'vue' {
  interface GlobalComponents {
    'vitumob-pay': new () => VitumobPayElement & { $props: Props };
  }
}
