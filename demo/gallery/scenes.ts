/** Everything that the element can show: what leads there, by its public API alone. */

import type { StateName, VitumobPayElement } from 'vitumob-pay';
import { fr } from 'vitumob-pay/messages/fr';
import type { FaultQueues } from '../../simulator/faults.js';
import { TEXTS } from '../texts.js';
import { THEMED, type Theme } from '../themes.js';

export const GROUPS = {
  start: 'Before the prompt',
  waiting: 'While the phone rings, and when nobody knows',
  paid: 'Paid',
  failed: 'Not paid, for every reason',
  fit: 'In tight places, and on unkind pages',
  looks: 'Made one’s own',
} as const;

export type Group = keyof typeof GROUPS;

export interface Scene {
  readonly id: string;
  readonly group: Group;
  readonly caption: string;
  /** Where it has to end. */
  readonly state: StateName;
  /** Besides those that all scenes have; `undefined` takes one of those away. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  /** What goes wrong at the scene's backend. */
  readonly faults?: FaultQueues;
  /** Seconds that have passed since it was played. */
  readonly age?: number;
  /** On a phone, which may be the one that is prompted. */
  readonly onPhone?: true;
  /** Resolves when all is as it stays. */
  readonly play?: (element: VitumobPayElement) => Promise<void> | void;
  /** What is done with the element once the time has passed. */
  readonly then?: (element: VitumobPayElement) => void;
  /** Classes of its surroundings; see gallery.css. */
  readonly ground?: string;
  readonly direction?: 'rtl';
  /** What the shop puts into the element. */
  readonly content?: string;
  readonly theme?: Theme['id'];
}

export const ATTRIBUTES: Readonly<Record<string, string>> = {
  'order-id': 'VM-204117',
  amount: '12341',
  phone: '0712 345 678',
  business: 'Vitumob',
};

const LONG = {
  business: 'Mama Njeri’s Groceries, Hardware and Sons Limited',
  amount: '249999.50',
  'order-id': 'INV-2026-000000204117-NAIROBI-WESTLANDS',
};

const pay = (element: VitumobPayElement) => element.pay();

/** Asks for the push and does not wait: there will be no answer. */
const begin = (element: VitumobPayElement) => {
  void element.pay();
};

/** The customer has been prompted, and M-Pesa says what came of it. */
const settle = (result: Readonly<Record<string, unknown>>) => async (element: VitumobPayElement) => {
  await element.pay();
  element.settle(result);
};

const settled = (code: number | string) => settle({ result_code: code, result_desc: '' });

const paid = settle({ result_code: 0, result_desc: '', mpesa_receipt_number: 'NLJ7RT61SV' });

const payOffline = async (element: VitumobPayElement) => {
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
  await element.pay();
  Reflect.deleteProperty(navigator, 'onLine');
};

const openHelp = (element: VitumobPayElement) => {
  // The last one: the first asks whether the number is wrong.
  const help = [...(element.shadowRoot?.querySelectorAll('details') ?? [])].at(-1);
  if (help) help.open = true;
};

/** The first one: with Pay Bill below the button, help is below the field. */
const openHelpAbove = (element: VitumobPayElement) => {
  const help = element.shadowRoot?.querySelector('details');
  if (help) help.open = true;
};

const openManual = (element: VitumobPayElement) => {
  const manual = element.shadowRoot?.querySelector<HTMLDetailsElement>('[part~="manual"]');
  if (manual) manual.open = true;
};

const PAY_BILL = { paybill: '174379' };

const failed = (reason: string, caption: string, how: Partial<Scene>): Scene => ({
  id: `failed-${reason}`,
  group: 'failed',
  caption: `${caption} (${reason})`,
  state: 'failed',
  play: pay,
  ...how,
});

export const SCENES: readonly Scene[] = [
  {
    id: 'idle',
    group: 'start',
    caption: 'At first sight',
    state: 'idle',
    attributes: { phone: undefined, business: undefined },
  },
  {
    id: 'idle-business',
    group: 'start',
    caption: 'With the business and the number known',
    state: 'idle',
  },
  {
    id: 'phone-error',
    group: 'start',
    caption: 'A number that is none',
    state: 'idle',
    attributes: { phone: '0823 12' },
    play: pay,
  },
  {
    id: 'requesting',
    group: 'start',
    caption: 'The push is on its way',
    state: 'requesting',
    attributes: { timeout: '2000000000' },
    faults: { push: ['no-answer'] },
    play: begin,
  },
  { id: 'disabled', group: 'start', caption: 'Disabled', state: 'idle', attributes: { disabled: '' } },
  {
    id: 'slots',
    group: 'start',
    caption: 'With the shop’s own heading and footer',
    state: 'idle',
    content: '<h2 slot="heading">Karibu, Amina</h2><p slot="footer">Questions? 0700 000 000</p>',
  },

  {
    id: 'manual',
    group: 'start',
    caption: 'With a way to pay without a prompt',
    state: 'idle',
    attributes: PAY_BILL,
  },
  {
    id: 'manual-open',
    group: 'start',
    caption: 'Pay Bill, opened',
    state: 'idle',
    attributes: PAY_BILL,
    then: openManual,
  },
  {
    id: 'manual-till-open',
    group: 'start',
    caption: 'Buy Goods, opened, and nobody watches',
    state: 'idle',
    attributes: { till: '832 9101', 'status-url': undefined },
    then: openManual,
  },

  { id: 'prompted', group: 'waiting', caption: 'The prompt is on the phone', state: 'prompted', age: 5, play: pay },
  {
    id: 'prompted-help',
    group: 'waiting',
    caption: 'After 20 seconds: help is at hand',
    state: 'prompted',
    age: 25,
    play: pay,
  },
  {
    id: 'prompted-help-open',
    group: 'waiting',
    caption: 'After 20 seconds, the help opened',
    state: 'prompted',
    age: 25,
    play: pay,
    then: openHelp,
  },
  {
    id: 'prompted-here',
    group: 'waiting',
    caption: 'On the phone that the prompt may cover',
    state: 'prompted',
    age: 5,
    play: pay,
    onPhone: true,
  },
  { id: 'prompted-late', group: 'waiting', caption: 'The last 25 seconds', state: 'prompted', age: 95, play: pay },
  { id: 'prompted-over', group: 'waiting', caption: 'The window is over', state: 'prompted', age: 130, play: pay },
  {
    id: 'manual-live',
    group: 'waiting',
    caption: 'With a Pay Bill number: not while a prompt is live',
    state: 'prompted',
    attributes: PAY_BILL,
    age: 25,
    play: pay,
  },
  {
    id: 'manual-over',
    group: 'waiting',
    caption: 'With a Pay Bill number, and the window is over',
    state: 'prompted',
    attributes: PAY_BILL,
    age: 130,
    play: pay,
    then: openManual,
  },
  {
    id: 'manual-over-help',
    group: 'waiting',
    caption: 'The same, and the help opened',
    state: 'prompted',
    attributes: PAY_BILL,
    age: 130,
    play: pay,
    then: openHelpAbove,
  },
  {
    id: 'unconfirmed',
    group: 'waiting',
    caption: 'No answer to the push; the phone may ring',
    state: 'unconfirmed',
    faults: { push: ['reset'] },
    age: 5,
    play: pay,
  },
  {
    id: 'unconfirmed-over',
    group: 'waiting',
    caption: 'No answer to the push, and the window is over',
    state: 'unconfirmed',
    faults: { push: ['reset'] },
    age: 130,
    play: pay,
  },

  { id: 'paid', group: 'paid', caption: 'With the receipt', state: 'paid', play: paid },
  { id: 'paid-no-receipt', group: 'paid', caption: 'No receipt told', state: 'paid', play: settled(0) },
  {
    id: 'paid-slot',
    group: 'paid',
    caption: 'The shop’s own words',
    state: 'paid',
    content: '<p slot="paid">Asante! Your parcel leaves tomorrow.</p>',
    play: paid,
  },

  failed('configuration', 'The shop has set it up wrongly', { attributes: { amount: '12,341' } }),
  failed('offline', 'The phone is offline', {
    // The other scenes of its age are offline too, and none of those is without a token.
    age: 1,
    faults: { token: ['reset', 'reset'] },
    play: payOffline,
  }),
  failed('token-unavailable', 'No access token was to be had', { faults: { token: ['server-500', 'server-500'] } }),
  failed('token-missing', 'The backend saw no token', { faults: { push: ['token-missing'] } }),
  failed('token-expired', 'The token was refused twice', { faults: { push: ['expired', 'expired'] } }),
  failed('rejected', 'The push was refused', { faults: { push: ['refused-code'] } }),
  failed('rejected-busy', 'Refused: another prompt is open', { faults: { push: ['daraja-500'] } }),
  failed('cancelled', 'The customer cancelled', { play: settled(1032) }),
  failed('insufficient-funds', 'Not enough money', { play: settled(1) }),
  failed('wrong-pin', 'A wrong PIN', { play: settled(2001) }),
  failed('unreachable', 'The phone was not reached', { play: settled(1037) }),
  failed('unreachable-manual', 'The phone was not reached, and there is a Pay Bill number', {
    attributes: PAY_BILL,
    play: settled(1037),
  }),
  failed('expired', 'Answered too late', { play: settled(1019) }),
  failed('busy', 'Another request is open', { play: settled(1001) }),
  failed('limit', 'Above a limit', { play: settled(4) }),
  failed('declined', 'Declined without a word', { play: settled('SFC_IC0003') }),

  {
    id: 'narrow-idle',
    group: 'fit',
    caption: 'In 280 px of a wide window',
    state: 'idle',
    ground: 'narrow',
  },
  {
    id: 'narrow-prompted',
    group: 'fit',
    caption: 'In 280 px, prompted',
    state: 'prompted',
    age: 25,
    play: pay,
    ground: 'narrow',
  },
  {
    id: 'narrow-help-open',
    group: 'fit',
    caption: 'In 280 px, the help opened',
    state: 'prompted',
    age: 25,
    play: pay,
    then: openHelp,
    ground: 'narrow',
  },
  { id: 'narrow-paid', group: 'fit', caption: 'In 280 px, paid', state: 'paid', play: paid, ground: 'narrow' },
  {
    id: 'grid-idle',
    group: 'fit',
    caption: 'In a grid that does as its content says',
    state: 'idle',
    ground: 'grid',
  },
  { id: 'long-idle', group: 'fit', caption: 'Long names, a long amount', state: 'idle', attributes: LONG },
  {
    id: 'long-prompted',
    group: 'fit',
    caption: 'Long names, prompted',
    state: 'prompted',
    attributes: LONG,
    age: 25,
    play: pay,
  },
  {
    id: 'long-unconfirmed',
    group: 'fit',
    caption: 'Long names, nobody knows',
    state: 'unconfirmed',
    attributes: LONG,
    faults: { push: ['reset'] },
    age: 5,
    play: pay,
  },
  { id: 'rtl-idle', group: 'fit', caption: 'Right to left', state: 'idle', direction: 'rtl' },
  {
    id: 'rtl-prompted',
    group: 'fit',
    caption: 'Right to left, prompted',
    state: 'prompted',
    age: 25,
    play: pay,
    direction: 'rtl',
  },
  {
    id: 'rtl-words',
    group: 'fit',
    caption: 'Words that run from right to left',
    state: 'prompted',
    age: 25,
    play: pay,
    then: (element) => {
      element.messages = { dir: 'rtl' };
    },
  },
  { id: 'hostile-idle', group: 'fit', caption: 'Under “* { all: unset }”', state: 'idle', ground: 'hostile' },
  {
    id: 'hostile-failed',
    group: 'fit',
    caption: 'Under “* { all: unset }”, failed',
    state: 'failed',
    play: settled(1032),
    ground: 'hostile',
  },
  { id: 'large-idle', group: 'fit', caption: 'Text at 200 %', state: 'idle', ground: 'large' },
  {
    id: 'large-prompted',
    group: 'fit',
    caption: 'Text at 200 %, prompted',
    state: 'prompted',
    age: 25,
    play: pay,
    ground: 'large',
  },

  ...THEMED.map(({ id }): Scene => ({
    id: `theme-${id}`,
    group: 'looks',
    caption: TEXTS.en.looks.shops[id].name,
    state: 'idle',
    theme: id,
  })),
  ...THEMED.map(({ id }): Scene => ({
    id: `theme-${id}-prompted`,
    group: 'looks',
    caption: `${TEXTS.en.looks.shops[id].name}, prompted`,
    state: 'prompted',
    age: 25,
    play: pay,
    theme: id,
  })),
  {
    id: 'french',
    group: 'looks',
    caption: 'In a third language (vitumob-pay/messages/fr)',
    state: 'idle',
    attributes: { ...PAY_BILL, lang: 'fr' },
    then: (element) => {
      element.messages = fr;
    },
  },
  {
    id: 'messages',
    group: 'looks',
    caption: 'With words of the shop’s own (messages)',
    state: 'idle',
    then: (element) => {
      element.messages = {
        heading: 'Pay Mama Njeri',
        pay: 'Send {amount}',
        pinSafety: 'Only your phone asks for the PIN.',
      };
    },
  },
];
