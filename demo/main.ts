/** The page: a shop with the checkout in it, the customer's phone, and what one sees behind the scenes. */

import 'vitumob-pay';
import { store } from './store.js';
import './elements/demo-masthead.js';
import './elements/demo-phone.js';
import './elements/demo-pitch.js';
import './elements/demo-shop.js';

const main = document.querySelector('main');
const phone = document.querySelector<HTMLElement>('demo-phone');

/** What stands beside the card and below it: nobody waits for that in order to pay. */
function loadRest(): void {
  // The frame that shows the card, then the time after it.
  requestAnimationFrame(() => {
    setTimeout(() => {
      void import('./rest.js');
    });
  });
}

if (main && !main.hidden) loadRest();
await store.connect();
if (phone) phone.hidden = store.state.behind !== 'simulator';
if (main?.hidden) {
  // Shown at once and whole, so that nothing jumps.
  main.hidden = false;
  loadRest();
}
