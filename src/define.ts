/** Registers `<vitumob-pay>`. */

import { VitumobPayElement } from './vitumob-pay-element.js';

declare global {
  interface HTMLElementTagNameMap {
    'vitumob-pay': VitumobPayElement;
  }
}

// Two copies of the script in one page: the first one stays.
if (typeof customElements !== 'undefined' && !customElements.get('vitumob-pay')) {
  customElements.define('vitumob-pay', VitumobPayElement);
}
