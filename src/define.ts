/** Registers `<vitumob-pay>`, and leaves the name to whoever has it. */

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
    // The class may be registered under another name: for that, it has to be extended.
    console.warn(`<vitumob-pay> ${VitumobPayElement.version} is not registered: ${String(error)}.`);
  }
}
