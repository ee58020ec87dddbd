/** The parts of the page that come once the card is drawn. */

import './elements/demo-code.js';
import './elements/demo-foot.js';
import './elements/demo-looks.js';
import './elements/demo-scenarios.js';
import './elements/demo-setup.js';
import './elements/demo-timeline.js';
