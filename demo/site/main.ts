/** The demo as a static site: its backend is a service worker, which has to be in place before the page asks for anything. */

import './backend.js';
import './without-worker.js';
import '../main.js';
