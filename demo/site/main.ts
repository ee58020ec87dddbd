/** The demo as a static site: its backend is a service worker. The page itself is last, since it waits for its backend. */

import './backend.js';
import './without-worker.js';
import '../main.js';
