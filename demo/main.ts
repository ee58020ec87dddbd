/** The page: a shop's checkout with the element in it, the customer's phone, and what one sees behind the scenes. */

import 'vitumob-pay';
import { showAppearance } from './appearance.js';
import { setUp, whatIsBehind } from './control.js';
import { Controls } from './controls.js';
import { EventLog } from './event-log.js';
import { Handset } from './handset.js';
import { watchLayoutShift } from './layout-shift.js';
import { Looks } from './looks.js';
import { OutcomeStream } from './outcomes.js';
import { Phones } from './phones.js';
import { OrderRecord } from './record.js';
import { scenarioOf } from './scenarios.js';
import { SettingsStore } from './settings.js';
import { Shop } from './shop.js';
import { Snippet } from './snippet.js';

/** What the page has to say at its top where a real phone is going to ring. */
const TAGLINES = {
  daraja: 'M-Pesa checkout in one tag. Behind this page is Safaricom’s Daraja: a real phone is going to ring.',
  'payments-api':
    'M-Pesa checkout in one tag. Behind this page is a deployed payments API: a real phone is going to ring.',
};

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

const settings = new SettingsStore();
const behind = await whatIsBehind();
if (behind !== 'simulator') part('tagline').textContent = TAGLINES[behind];

const shop = new Shop(part('shop'));
const { element } = shop;
// Before the log, which tells whether the page has stopped an event.
for (const name of ['push-request', 'token-expired'] as const) {
  element.addEventListener(name, (event) => {
    if (scenarioOf(settings.current.scenario).cancels === name) event.preventDefault();
  });
}
new EventLog(part('event-log'), part('shop'));

const snippet = new Snippet(part('snippet'));
const looks = new Looks(part('looks'));
const controls = new Controls(part('controls'), settings, behind);
const outcomes = new OutcomeStream(element);

const record = new OrderRecord(part('record'));
part('record').hidden = behind === 'payments-api';
if (behind !== 'payments-api') record.connect();

const phones = new Phones(() => {
  handset.show();
});
const handset = new Handset(part('handset'), phones);
part('handset').hidden = behind !== 'simulator';
if (behind === 'simulator') phones.connect();

for (const each of [element, ...looks.elements]) {
  each.addEventListener('push-request', ({ detail }) => {
    phones.take(detail.phone);
  });
}

/** One scenario is set up after the other, however fast they are chosen. */
let settingUp: Promise<void> = Promise.resolve();
function setUpScenario(anew: boolean): void {
  controls.ready = 'not yet';
  settingUp = settingUp
    .then(() => setUp(scenarioOf(settings.current.scenario), behind, anew))
    .then(
      () => {
        controls.ready = 'yes';
      },
      () => {
        controls.ready = 'no';
      },
    );
}

// A scenario holds until another is chosen, though the faults behind it are used up by one attempt.
for (const name of ['push-success', 'push-failure'] as const) {
  element.addEventListener(name, () => {
    setUpScenario(false);
  });
}
// Another tab may have chosen another one meanwhile.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && element.state !== 'requesting') setUpScenario(false);
});

settings.subscribe((current, previous) => {
  const scenario = scenarioOf(current.scenario);
  showAppearance(part('appearance'), settings);
  shop.show(current);
  snippet.show(current, scenario);
  looks.show(current);
  controls.show();
  handset.show(current.order);
  record.show(current.order);
  if (current.scenario !== previous?.scenario || current.order !== previous.order) setUpScenario(true);
  if (current.outcome !== previous?.outcome || current.order !== previous.order) {
    if (current.outcome === 'settle') outcomes.open(current.order);
    else outcomes.close();
  }
});

// Shown at once and whole, so that nothing jumps.
document.querySelector('main')?.removeAttribute('hidden');
watchLayoutShift((total) => {
  controls.layoutShift = total;
});
