/** Stands in for `define.ts` in the one file, which has asked whether the name is free before anything else ran. */

import { VitumobPayElement } from '../vitumob-pay-element.js';

customElements.define('vitumob-pay', VitumobPayElement);
