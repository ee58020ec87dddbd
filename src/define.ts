/** Registers `<vitumob-pay>`. */

import { isNameFree } from './registry.js';
import { VitumobPayElement } from './vitumob-pay-element.js';

declare global {
  interface HTMLElementTagNameMap {
    'vitumob-pay': VitumobPayElement;
  }
}

if (isNameFree(VitumobPayElement.version)) {
  try {
    customElements.define('vitumob-pay', VitumobPayElement);
  } catch (error) {
    console.warn(
      '<vitumob-pay> is not registered. Does its class have another name already? Extend it for that.',
      error,
    );
  }
}
