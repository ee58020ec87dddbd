/** The page: a shop with the checkout in it, the customer's phone, and what one sees behind the scenes. */

import 'vitumob-pay';
import { store } from './store.js';
import './elements/demo-code.js';
import './elements/demo-looks.js';
import './elements/demo-masthead.js';
import './elements/demo-phone.js';
import './elements/demo-pitch.js';
import './elements/demo-scenarios.js';
import './elements/demo-setup.js';
import './elements/demo-shop.js';
import './elements/demo-timeline.js';

await store.connect();
const main = document.querySelector('main');
const phone = document.querySelector<HTMLElement>('demo-phone');
if (phone) phone.hidden = store.state.behind !== 'simulator';
// Shown at once and whole, so that nothing jumps.
main?.removeAttribute('hidden');
