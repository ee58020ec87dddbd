/**
 * What follows the card, and what is in it, stays where it is from state to state, whatever the shop has set: only what the
 * customer opens or mistypes makes the card higher, and the receipt, which takes the place of everything, lower.
 */
import { expect, fixture, html } from '@open-wc/testing';
import { CARELESS, Harness, ORIGIN, quiet, skip, withConsole, withSimulation } from './harness.js';

const BUSINESS = 'Duka la Vitabu la Mama Njeri';

const SHOPS: readonly Readonly<Record<string, string>>[] = [
  {},
  { business: BUSINESS, paybill: '174379' },
  { business: BUSINESS, till: '8329101', 'status-url': '' },
];

/** One of each text that a payment can end with. */
const CODES = [1, 4, 1001, 1019, 1032, 1037, 2001, 'SFC_IC0003'];

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });
const error = (errorCode: string) => ({ requestId: '1', errorCode, errorMessage: '' });

const REFUSALS = {
  'no token': () => new Response('Access token not provided', { status: 400 }),
  rejected: json(400, error('400.002.02')),
  busy: json(500, error('500.001.1001')),
};

/** Registers the tests of one language: a file of its own has each, since WebKit takes its time for them. */
export function testThatNothingMoves(lang: string): void {
  describe(`Nothing moves from state to state (${lang})`, () => {
    const network = withSimulation(() => CARELESS);
    withConsole();
    const own = Object.getOwnPropertyDescriptor(window, 'matchMedia')!;
    afterEach(() => {
      Object.defineProperty(window, 'matchMedia', own);
    });

    /** The widths that a card has on screens of 320 and 420 px. */
    for (const width of [304, 404]) {
      for (const attributes of SHOPS) {
        const set = Object.keys(attributes).join(', ') || 'nothing';
        for (const onPhone of width < 400 ? [false, true] : [false]) {
          const where = onPhone ? 'on the phone itself' : 'on another screen';
          it(`in ${width} px, with ${set} set, ${where} (${lang})`, async function () {
            this.timeout(60_000);
            const matchMedia = () => ({ matches: onPhone }) as MediaQueryList;
            Object.defineProperty(window, 'matchMedia', { ...own, value: matchMedia });
            const home = await fixture<HTMLElement>(
              html`<div style="inline-size: ${width}px; font: 16px sans-serif"></div>`,
            );
            const statusUrl = `${ORIGIN}/payments/mpesa/status`;
            const widget = await Harness.create(
              { lang, amount: '249999.50', 'status-url': statusUrl, ...attributes },
              home,
            );
            const following = document.createElement('p');
            following.textContent = 'What follows';
            home.append(following);

            const places: Record<string, string> = {};
            const note = async (what: string) => {
              await widget.drawn();
              const { top } = home.getBoundingClientRect();
              const all = [widget.find('[part~="label"]'), widget.find('.status'), widget.button, following];
              places[what] = all.map((each) => (each.getBoundingClientRect().top - top).toFixed(1)).join();
            };
            const pay = async (what: string, push?: () => Response) => {
              network.answer = ({ endpoint }) => (endpoint === 'push' ? push?.() : undefined);
              const release = network.hold('push');
              const sent = network.next('push');
              const over = widget.once('push-success', 'push-failure');
              widget.press();
              await sent;
              if (!push) await note(`${what}, requesting`);
              release();
              await over;
              await note(`${what}, ${widget.element.state}`);
            };
            const passTime = async (what: string) => {
              for (const [seconds, then] of [
                [25, 'help is offered'],
                [70, 'the window is almost over'],
                [30, 'the window is over'],
                [100, 'watching has ended'],
              ] as const) {
                await skip(seconds * 1000);
                await note(`${what}, ${then}`);
              }
            };

            await note('idle');
            widget.type('0723123123');
            await pay('at first');
            await passTime('at first');
            for (const code of CODES) {
              await pay(`before ${code}`);
              widget.settle(code);
              await note(`failed with ${code}`);
            }
            for (const [what, answer] of Object.entries(REFUSALS)) await pay(what, answer);
            await pay('with no answer', () => new Response('', { status: 502 }));
            await passTime('with no answer');
            await quiet();
            const moved = Object.entries(places).filter(([, place]) => place !== places['idle']);
            expect(moved, `idle: ${places['idle']}`).to.deep.equal([]);
            expect(Object.keys(places)).to.have.length(1 + 2 + 4 + 3 * CODES.length + 3 + 1 + 4);
          });
        }
      }
    }
  });
}
