/** `vitumob-pay/types/svelte`: `<vitumob-pay>` in Svelte's templates. Types alone; what registers the element is `vitumob-pay`. */

// @ts-expect-error -- Svelte is installed where this is used, not here.
import type { EventHandler, HTMLAttributes } from 'svelte/elements';
import type { VitumobPayEventMap } from '../element/events.js';
import type { VitumobPayElement } from '../element/vitumob-pay-element.js';
import type { VitumobPayAttributes, VitumobPayProperties } from './properties.js';

type Own = VitumobPayAttributes & VitumobPayProperties;

type Listeners = {
  [Type in keyof VitumobPayEventMap as `on${Type}`]?: EventHandler<VitumobPayEventMap[Type], VitumobPayElement>;
};

interface Props extends Omit<HTMLAttributes<VitumobPayElement>, keyof Own>, Own, Listeners {}

// @ts-expect-error -- as above
declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'vitumob-pay': Props;
  }
}
