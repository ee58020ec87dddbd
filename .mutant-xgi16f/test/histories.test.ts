/**
 * P4: random histories against what is true at Daraja. `RUNS` and `SEED` in the environment ask for more, or for one again.
 */
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../src/stores/memory.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeDaraja, type PushScript } from './support/fake-daraja.js';
import { settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

const RUNS = Number(process.env['RUNS'] ?? 300);
const SEED = process.env['SEED'];
const RELEASE_MS = 300_000;

const REFUSED: PushScript = { status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } };
const which = fc.nat({ max: 5 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      script: fc.constantFrom<PushScript[]>('accept', 'accept-and-break', 'break', REFUSED),
    }),
  },
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
        const truths: Truth[] = [];
        const query = (n: number): void => {
          const { code } = truths[n]!;
          if (code !== undefined) daraja.results.set(daraja.prompts[n]!.checkoutRequestId, { code });
        };

        for (const action of history) {
          const n = 'which' in action ? action.which % Math.max(1, truths.length) : 0;
          const truth = truths[n];
          switch (action.kind) {
            case 'push': {
              daraja.nextPushes.splice(0, Infinity, action.script);
              const before = daraja.prompts.length;
              await shop.push();
              daraja.nextPushes.splice(0);
              if (daraja.prompts.length > before) {
                for (const earlier of truths) {
                  const failed = earlier.code === 1032;
                  const released = !earlier.answered && clock.now() - earlier.sentAt >= RELEASE_MS;
                  assert.ok(failed || released, 'a prompt beside one that may be live or is paid');
                }
                truths.push({ sentAt: clock.now(), answered: action.script === 'accept', code: undefined });
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
              if (truth?.code !== undefined) await shop.callback(daraja.prompts[n]!, truth.code, { receipt: `R${n}` });
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
          await shop.callback(daraja.prompts[n]!, truth.code, { receipt: `R${n}` });
          await shop.later(400_000);
        }
        const told = shops.flatMap(({ events }) => events).filter(({ type }) => type.startsWith('payment.paid'));
        const paid = [...truths.entries()]
          .filter(([, { code }]) => code === 0)
          .map(([n]) => daraja.prompts[n]!.checkoutRequestId);
        assert.deepEqual(told.map(({ data }) => data.payment_id).sort(), paid.sort(), 'each payment is told once');
        assert.equal(told.filter(({ type }) => type === 'payment.paid').length, Math.min(1, paid.length));
        await shop.payments.stop();
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
  });
});
