/** Registers `<vitumob-pay>`, unless another script has. */

import { VitumobPayElement } from './element/vitumob-pay-element.js';
import { isNameFree } from './registration.js';

declare global {
  interface HTMLElementTagNameMap {
    'vitumob-pay': VitumobPayElement;
  }
}

if (isNameFree(VitumobPayElement.version)) {
  try {
    customElements.define('vitumob-pay', VitumobPayElement);
  } catch (error) {
    // The page has registered this very class under another name: it should have registered a subclass.
    console.warn(`<vitumob-pay> ${VitumobPayElement.version} is not registered: ${String(error)}.`);
  }
}
