/**
 * P4: random histories against what is true at Daraja. `RUNS` and `SEED` in the environment ask for more, or for one again.
 */
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../src/stores/memory.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeDaraja, TOKEN_ENDED, type PushScript } from './support/fake-daraja.js';
import { gate, settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

const RUNS = Number(process.env['RUNS'] ?? 300);
const SEED = process.env['SEED'];
const RELEASE_MS = 300_000;
/** Longer than a token of Daraja's is used. */
const TOKEN_MS = 3_600_000;

const REFUSED: PushScript = { status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } };
const which = fc.nat({ max: 5 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      script: fc.constantFrom<PushScript[]>('accept', 'accept-and-break', 'break', REFUSED),
      /** What it waits for before it may be sent, and what happens in that time. */
      waits: fc.constantFrom('not', 'not', 'for a token', 'for the answer that its token has ended'),
      meanwhile: fc.constantFrom('nothing', 'c2b', 'pay', 'late'),
      which,
    }),
  },
  fc.record({ kind: fc.constant('c2b' as const) }),
  fc.record({ kind: fc.constant('late' as const), which }),
  fc.record({ kind: fc.constant('pay' as const), which }),
  fc.record({ kind: fc.constant('decline' as const), which }),
  fc.record({ kind: fc.constant('callback' as const), which }),
  fc.record({ kind: fc.constant('silence' as const), which }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(1, 20, 60, 301) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

/** What is true of a prompt, whatever the server knows. */
interface Truth {
  readonly sentAt: number;
  readonly answered: boolean;
  code: number | undefined;
  /** Daraja has called back with a success. */
  called: boolean;
}

describe('random histories', () => {
  it('make no second prompt while one may be live or is paid, and tell each payment once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (history) => {
        const daraja = new FakeDaraja();
        const clock = new FakeClock();
        const store = new MemoryStore();
        const shops: Shop[] = [];
        const open = async (): Promise<Shop> => {
          const shop = await Shop.open({ store }, {}, { daraja, clock });
          shops.push(shop);
          return shop;
        };
        let shop = await open();
        await shop.payments.registerC2b();
        const confirmationUrl = String(daraja.registered[0]?.['ConfirmationURL']);
        const truths: Truth[] = [];
        let confirmations = 0;
        /** The payment without a prompt that has paid the order, if one has. */
        const byHand: null[] = [];
        const confirm = async (): Promise<void> => {
          const isPaid = (await shop.status()).body.result_code === 0;
          if (!isPaid) byHand.push(null);
          const payment = { TransID: `C${confirmations++}`, TransAmount: '12341', BillRefNumber: '1234567891' };
          const body = JSON.stringify({ ...payment, BusinessShortCode: '174379' });
          assert.equal((await shop.request(confirmationUrl, { method: 'POST', body })).status, 200);
        };
        const callBack = async (n: number): Promise<void> => {
          const { code } = truths[n]!;
          if (code === undefined) return;
          truths[n]!.called ||= code === 0;
          await shop.callback(daraja.prompts[n]!, code, { receipt: `R${n}` });
        };
        /** Daraja finds out that a prompt was paid after all: the query may not know of it yet. */
        const late = async (n: number): Promise<void> => {
          const truth = truths[n];
          if (!truth || truth.code === 0) return;
          truth.code = 1032;
          query(n);
          await callBack(n);
          truth.code = 0;
          daraja.results.delete(daraja.prompts[n]!.checkoutRequestId);
          await callBack(n);
        };
        const pay = async (n: number): Promise<void> => {
          if (!truths[n] || truths[n].code !== undefined) return;
          truths[n].code = 0;
          query(n);
          await callBack(n);
        };
        const query = (n: number): void => {
          const { code } = truths[n]!;
          if (code !== undefined) daraja.results.set(daraja.prompts[n]!.checkoutRequestId, { code });
        };

        for (const action of history) {
          const n = 'which' in action ? action.which % Math.max(1, truths.length) : 0;
          const truth = truths[n];
          switch (action.kind) {
            case 'push': {
              const isEnded = action.waits === 'for the answer that its token has ended';
              daraja.nextPushes.splice(0, Infinity, ...(isEnded ? [TOKEN_ENDED] : []), action.script);
              const before = daraja.prompts.length;
              if (action.waits === 'not') {
                await shop.push();
              } else {
                const going = gate();
                if (isEnded) {
                  daraja.beforeAnswer = () => going.promise;
                } else {
                  clock.jump(TOKEN_MS);
                  daraja.beforeToken = () => going.promise;
                }
                const pushed = shop.push();
                await settled();
                clock.jump(1_000);
                if (action.meanwhile === 'c2b') await confirm();
                if (action.meanwhile === 'pay') await pay(n);
                if (action.meanwhile === 'late') await late(n);
                going.resolve();
                await pushed;
                daraja.beforeAnswer = daraja.beforeToken = undefined;
              }
              daraja.nextPushes.splice(0);
              if (daraja.prompts.length > before) {
                assert.equal(byHand.length, 0, 'a prompt for an order that is paid without one');
                for (const earlier of truths) {
                  assert.equal(earlier.called, false, 'a prompt beside one of which Daraja has said that it is paid');
                  const failed = earlier.code === 1032;
                  const released = !earlier.answered && clock.now() - earlier.sentAt >= RELEASE_MS;
                  assert.ok(failed || released, 'a prompt beside one that may be live or is paid');
                }
                truths.push({
                  sentAt: clock.now(),
                  answered: action.script === 'accept',
                  code: undefined,
                  called: false,
                });
              }
              break;
            }
            case 'pay':
            case 'decline':
              // What has happened on the phone does not change any more.
              if (!truth || truth.code !== undefined) break;
              truth.code = action.kind === 'pay' ? 0 : 1032;
              query(n);
              break;
            case 'callback':
              if (truth) await callBack(n);
              break;
            case 'c2b':
              await confirm();
              break;
            case 'late':
              await late(n);
              break;
            case 'silence':
              if (truth) daraja.results.set(daraja.prompts[n]!.checkoutRequestId, 'break');
              break;
            case 'pass':
              await shop.later(action.seconds * 1000);
              break;
            case 'restart':
              await shop.payments.stop();
              shop = await open();
          }
          await settled();
        }

        // In the end the query answers again, and each callback arrives.
        for (const [n, truth] of truths.entries()) {
          truth.code ??= 1032;
          query(n);
          await callBack(n);
          // The last questions are an hour apart.
          await shop.later(3_700_000);
        }
        const told = shops.flatMap(({ events }) => events).filter(({ type }) => type.startsWith('payment.paid'));
        const paid = [...truths.entries()]
          .filter(([, { code }]) => code === 0)
          .map(([n]): string | null => daraja.prompts[n]!.checkoutRequestId)
          .concat(byHand);
        assert.deepEqual(told.map(({ data }) => data.payment_id).sort(), paid.sort(), 'each payment is told once');
        assert.equal(told.filter(({ type }) => type === 'payment.paid').length, Math.min(1, paid.length));
        await shop.payments.stop();
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
  });
});
