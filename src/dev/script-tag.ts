/** `dist/vitumob-pay.dev.js`: the element with its hints, in place of the minified file while you build a page. */

import './index.js';
import '../define.js';
