import { expect } from '@open-wc/testing';
import type { Snapshot } from '../../src/checkout/checkout.js';
import { type Screen, screenOf } from '../../src/element/screen.js';
import { canPush, type CheckoutState, IDLE } from '../../src/model/state.js';

const PHONE = '254723123123';
const SINCE = 1_700_000_000_000;
const WINDOW_MS = 120_000;

const attempt = { orderId: 'A-17', phone: PHONE, amount: '12341' };
const ids = { paymentId: '1', checkoutRequestId: 'ws_CO_1', merchantRequestId: '2' };
const prompt = { attempt, since: SINCE, liveUntil: SINCE + WINDOW_MS };

const REQUESTING: CheckoutState = { name: 'requesting', attempt };
const PROMPTED: CheckoutState = { name: 'prompted', ids, ...prompt };
const UNCONFIRMED: CheckoutState = { name: 'unconfirmed', ids: undefined, ...prompt };
const paid = (receipt?: string, since = SINCE, promptUntil = SINCE + WINDOW_MS): CheckoutState => ({
  name: 'paid',
  attempt,
  since,
  promptUntil,
  ids,
  outcome: { resultCode: 0, resultDesc: '', receipt, result: {} } as never,
});
const failed = (reason: (CheckoutState & { name: 'failed' })['reason'], more = {}): CheckoutState => ({
  name: 'failed',
  attempt,
  reason,
  busy: false,
  successPossibleUntil: 0,
  ...more,
});

function screen(
  state: CheckoutState,
  { lockedForMs = 0, asks = false, ...more }: Partial<Snapshot> & { asks?: boolean } = {},
): Screen {
  const snapshot: Snapshot = {
    state,
    lockedForMs,
    canPay: canPush(state, lockedForMs),
    isPolling: false,
    manualLockedForMs: 0,
    ...more,
  };
  return screenOf(snapshot, asks);
}

describe('What a customer reads', () => {
  const TABLE: [title: string, screen: Screen, expected: Partial<Screen>][] = [
    [
      'idle: what the phone will ask, and the button that pays',
      screen(IDLE),
      {
        preview: 'shown',
        status: 'hidden',
        button: 'pay',
        blocked: false,
        wait: undefined,
        help: 'safety',
        sent: undefined,
      },
    ],
    [
      'requesting: the same, and that it is being sent',
      screen(REQUESTING),
      { preview: 'shown', status: 'hidden', button: 'requesting', blocked: true, wait: undefined },
    ],
    [
      'prompted, live: check the phone, and when the button works again',
      screen(PROMPTED, { lockedForMs: WINDOW_MS }),
      {
        ...{ preview: 'hidden', status: 'shown', title: 'promptedTitle', body: 'prompted' },
        ...{
          button: 'sendAgainIn',
          blocked: true,
          wait: { name: 'sendAgainLater', why: 'sendAgainWhy' },
          help: 'safety',
        },
        life: { max: WINDOW_MS, left: WINDOW_MS, says: ['held'] },
      },
    ],
    [
      'prompted, after 20 s: help',
      screen(PROMPTED, { lockedForMs: WINDOW_MS - 20_000 }),
      { title: 'promptedTitle', help: 'cures' },
    ],
    [
      'prompted, dead: nobody knows, and what to look at before trying again',
      screen(PROMPTED),
      {
        ...{
          title: 'unconfirmedTitle',
          body: 'unconfirmed',
          button: 'tryAgain',
          blocked: false,
          wait: undefined,
          sent: undefined,
        },
        life: { max: WINDOW_MS, left: 0, says: ['noSms'] },
      },
    ],
    [
      'unconfirmed, live, without a URL to ask at: what to do if the phone asks',
      screen(UNCONFIRMED, { lockedForMs: 50_000 }),
      {
        ...{ preview: 'absent', title: 'unconfirmedTitle', body: 'unconfirmedOpen' },
        ...{ button: 'sendAgainIn', blocked: true, life: { max: WINDOW_MS, left: 50_000, says: ['held'] } },
      },
    ],
    [
      'unconfirmed, live: that the widget goes on asking',
      screen(UNCONFIRMED, { lockedForMs: 50_000, asks: true, isPolling: true }),
      { life: { max: WINDOW_MS, left: 50_000, says: ['held', 'listening'] } },
    ],
    [
      'unconfirmed, dead, while the widget goes on asking all the same',
      screen(UNCONFIRMED, { asks: true, isPolling: true }),
      { life: { max: WINDOW_MS, left: 0, says: ['noSms', 'listening'] } },
    ],
    [
      'prompted, dead: that the widget has stopped asking',
      screen(PROMPTED, { asks: true, isPolling: false }),
      { life: { max: WINDOW_MS, left: 0, says: ['noSms', 'notListening'] } },
    ],
    [
      'unconfirmed, dead',
      screen(UNCONFIRMED),
      { body: 'unconfirmed', button: 'tryAgain', blocked: false, life: { max: WINDOW_MS, left: 0, says: ['noSms'] } },
    ],
    [
      'failed: the reason, and nothing about a prompt',
      screen(failed('cancelled')),
      {
        preview: 'absent',
        title: 'failedTitle',
        body: 'cancelled',
        button: 'tryAgain',
        blocked: false,
        life: undefined,
      },
    ],
    ['failed for want of a token, in the same words for all three', screen(failed('token-missing')), { body: 'token' }],
    ['failed, busy: that another prompt is open', screen(failed('rejected', { busy: true })), { body: 'busy' }],
    ['failed, out of reach: help', screen(failed('unreachable')), { body: 'unreachable', help: 'cures' }],
    [
      'refused in favour of a push that may have been paid: nobody knows',
      screen(failed('rejected', { successPossibleUntil: SINCE })),
      { title: 'unconfirmedTitle', body: 'unconfirmed' },
    ],
    [
      'paid: the receipt in place of all else',
      screen(paid('NLJ7RT61SV')),
      { receipt: { number: 'NLJ7RT61SV', phone: PHONE, since: SINCE }, blocked: true },
    ],
    [
      'paid, as was learned late: nobody knows when',
      screen(paid('NLJ7RT61SV', SINCE + WINDOW_MS + 1)),
      { receipt: { number: 'NLJ7RT61SV', phone: PHONE, since: 0 } },
    ],
    [
      'paid, by what may be another push: nobody knows by whom, nor when',
      screen(paid('NLJ7RT61SV', SINCE, 0)),
      { receipt: { number: 'NLJ7RT61SV', phone: '', since: 0 } },
    ],
    ['paid, without a receipt number', screen(paid()), { receipt: { number: undefined, phone: PHONE, since: SINCE } }],
  ];

  for (const [title, seen, expected] of TABLE) {
    it(title, () => {
      for (const [key, value] of Object.entries(expected)) {
        expect(seen[key as keyof Screen], key).to.deep.equal(value);
      }
    });
  }
});

describe('The number that was sent', () => {
  const live = { lockedForMs: 50_000 };

  for (const [title, state] of [
    ['requesting', REQUESTING],
    ['prompted', PROMPTED],
    ['unconfirmed', UNCONFIRMED],
  ] as const) {
    it(`stands in the field’s place, with what can be done if it is wrong: ${title}`, () => {
      const { sent } = screen(state, state === REQUESTING ? {} : live);
      expect(sent).to.deep.equal({ phone: PHONE, wrongNumber: ['wrongNumberCancel', 'wrongNumberWait'] });
    });
  }

  it('can be changed sooner if the widget hears of a cancellation', () => {
    const { sent } = screen(PROMPTED, { ...live, asks: true });
    expect(sent?.wrongNumber).to.deep.equal(['wrongNumberCancel', 'wrongNumberEither']);
  });

  for (const [title, seen] of [
    ['idle', screen(IDLE)],
    ['failed', screen(failed('cancelled'))],
    ['prompted, dead', screen(PROMPTED)],
    ['unconfirmed, dead', screen(UNCONFIRMED)],
    ['paid', screen(paid())],
    ['prompted, to a number that is not known', screen({ ...PROMPTED, attempt: { ...attempt, phone: '' } }, live)],
  ] as const) {
    it(`leaves the field where another can be sent, or none is known: ${title}`, () => {
      expect(seen.sent).to.equal(undefined);
    });
  }
});

describe('A reason', () => {
  for (const reason of ['from-a-newer-version', 'constructor', '__proto__', '']) {
    it(`that is not known is told as a payment that was declined: ${JSON.stringify(reason)}`, () => {
      const { title, body } = screen(failed(reason as 'declined'));
      expect([title, body]).to.deep.equal(['failedTitle', 'declined']);
    });
  }
});

describe('What a screen reader says', () => {
  const TABLE: [title: string, screen: Screen, announcement: Screen['announcement'], seconds?: number][] = [
    ['nothing at first', screen(IDLE), []],
    ['that it is being sent', screen(REQUESTING), ['requesting']],
    ['what to do now', screen(PROMPTED, { lockedForMs: WINDOW_MS }), ['promptedTitle', 'prompted']],
    ['nothing new until a minute is left', screen(PROMPTED, { lockedForMs: 60_001 }), ['promptedTitle', 'prompted']],
    ['a minute', screen(PROMPTED, { lockedForMs: 60_000 }), ['promptedTitle', 'secondsLeft'], 60],
    ['still a minute', screen(PROMPTED, { lockedForMs: 30_001 }), ['promptedTitle', 'secondsLeft'], 60],
    ['half a minute', screen(PROMPTED, { lockedForMs: 30_000 }), ['promptedTitle', 'secondsLeft'], 30],
    ['what to look at once it is over', screen(PROMPTED), ['unconfirmedTitle', 'unconfirmed', 'noSms']],
    ['why it was not paid', screen(failed('wrong-pin')), ['failedTitle', 'wrong-pin']],
  ];

  for (const [title, { announcement, seconds }, expected, named] of TABLE) {
    it(title, () => {
      expect(announcement).to.deep.equal(expected);
      expect(seconds).to.equal(named);
    });
  }

  it('no time that the prompt never had', () => {
    const short: CheckoutState = { ...PROMPTED, liveUntil: SINCE + 30_000 };
    expect(screen(short, { lockedForMs: 30_000 }).seconds).to.equal(undefined);
  });
});
