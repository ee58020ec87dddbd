/** What becomes of an attempt, on every database. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DATABASES, DURABLE, openDatabase, type TestDatabase } from './support/databases.js';
import { callbackBody, TOKEN_ENDED, type Prompt } from './support/fake-daraja.js';
import { gate, settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

for (const name of DATABASES) {
  describe(`outcomes (${name})`, () => {
    let database: TestDatabase;
    let shop: Shop;

    beforeEach(async () => {
      database = await openDatabase(name);
      shop = await Shop.open(database.option);
    });

    afterEach(async () => {
      await shop.payments.stop();
      await database.drop();
    });

    const says = (code: number | string): void => {
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code });
    };

    it('pays by a callback that the query confirms, and tells the shop once', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.deepEqual((await shop.status()).body, {
        result_code: 0,
        result_desc: 'Result 0',
        checkout_request_id: shop.daraja.lastPrompt.checkoutRequestId,
        mpesa_receipt_number: 'NLJ7RT61SV',
      });
      assert.equal(shop.events.length, 1);
      const { type, timestamp, data } = shop.events[0]!;
      assert.equal(type, 'payment.paid');
      assert.equal(new Date(timestamp).getTime(), shop.clock.now());
      assert.equal(data.order_id, '1234567891');
      assert.equal(data.payment_id, shop.daraja.lastPrompt.checkoutRequestId);
      assert.equal(data.amount, '12341');
      assert.equal(data.receipt, 'NLJ7RT61SV');
      assert.equal(data.result_code, 0);
    });

    it('pays by the query alone where no callback comes, and not before the first wait', async () => {
      await shop.push();
      says(0);
      await shop.clock.advance(19_999);
      assert.equal(shop.daraja.queries.length, 0);
      assert.equal((await shop.status()).status, 202);
      await shop.clock.advance(1);
      assert.equal((await shop.status()).body.result_code, 0);
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    it('asks as soon as the shop wants it to, though that is sooner than it looks for what others have left', async () => {
      await shop.payments.stop();
      shop = await Shop.open(database.option, { queryAfter: 0.2 });
      await shop.clock.advance(300);
      await shop.push();
      await shop.clock.advance(199);
      assert.equal(shop.daraja.queries.length, 0);
      for (const [times, ms] of [1, 50, 100, 150, 250, 450, 600, 1_200].entries()) {
        await shop.clock.advance(ms);
        assert.equal(shop.daraja.queries.length, times + 1, `${ms} ms after the question before`);
      }
    });

    it('frees the order when the query names a final failure, and the page may push again', async () => {
      await shop.push();
      says(1032);
      await shop.callback(shop.daraja.lastPrompt, 1032);
      assert.equal((await shop.status()).body.result_code, 1032);
      assert.deepEqual(shop.told, ['payment.failed']);
      assert.equal((await shop.push()).status, 200);
      assert.equal(shop.daraja.prompts.length, 2);
    });

    for (const code of [4999, 8006, 'SFC_IC0003']) {
      it(`keeps the order locked while all say ${code}`, async () => {
        await shop.push();
        says(code);
        await shop.callback(shop.daraja.lastPrompt, code);
        await shop.later(3600_000);
        assert.equal((await shop.status()).status, 202);
        assert.equal((await shop.push()).status, 409);
        assert.deepEqual(shop.told, []);
      });
    }

    it('does not believe a callback’s success against the query’s failure: three more questions, then a person', async () => {
      await shop.push();
      says(1032);
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal(shop.daraja.queries.length, 1);
      assert.deepEqual(shop.told, []);
      await shop.clock.advance(60_000);
      assert.equal(shop.daraja.queries.length, 4);
      assert.deepEqual(shop.told, ['payment.review']);
      assert.equal((await shop.status()).status, 202);
      assert.equal((await shop.push()).status, 409);
    });

    it('takes a contradiction back that the query takes back', async () => {
      await shop.push();
      says(1032);
      await shop.callback(shop.daraja.lastPrompt, 0);
      says(0);
      await shop.clock.advance(6_000);
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    it('asks ever less often while the query says that a callback’s payment is being processed', async () => {
      await shop.push();
      await shop.callback(shop.daraja.lastPrompt, 0);
      await shop.clock.advance(200_000);
      assert.ok(shop.daraja.queries.length <= 10, String(shop.daraja.queries.length));
      assert.equal((await shop.status()).status, 202);
    });

    it('takes a matching callback for proof after three queries without an answer', async () => {
      await shop.push();
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, 'break');
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal((await shop.status()).status, 202);
      await shop.clock.advance(60_000);
      assert.equal(shop.daraja.queries.length, 3);
      assert.equal((await shop.status()).body.result_code, 0);
    });

    it('takes a failing callback for proof after three queries without an answer', async () => {
      await shop.push();
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, 'html');
      await shop.callback(shop.daraja.lastPrompt, 1);
      await shop.clock.advance(60_000);
      assert.equal((await shop.status()).body.result_code, 1);
      assert.deepEqual(shop.told, ['payment.failed']);
    });

    it('leaves a callback with another amount to a person, whatever the query says', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0, { amount: 1 });
      await shop.later(3600_000);
      assert.deepEqual(shop.told, ['payment.review']);
      assert.equal((await shop.status()).status, 202);
      assert.equal((await shop.push()).status, 409);
    });

    it('stores and ignores a callback that names another payment', async () => {
      await shop.push();
      says(0);
      const queries = shop.daraja.queries.length;
      const { status } = await shop.callback({ ...shop.daraja.lastPrompt, checkoutRequestId: 'ws_CO_other' }, 0);
      assert.equal(status, 200);
      assert.equal(shop.daraja.queries.length, queries);
      assert.equal((await shop.status()).status, 202);
    });

    it('takes two callbacks that name one new id at once, and believes the one that comes first', async () => {
      for (const order of [{}, { order_id: '48', amount: '48744.15' }]) {
        shop.daraja.nextPushes.push('accept-and-break');
        await shop.push(order);
      }
      const [one, other] = shop.daraja.prompts;
      assert.ok(one && other);
      const { checkoutRequestId } = one;
      const answers = await Promise.all(
        [one, other].map((prompt) => shop.callback({ ...prompt, checkoutRequestId }, 0)),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
    });

    describe('if Daraja gives two payments the same id', () => {
      /** The other order’s prompt, which got the id of the last one. */
      const pushOther = async (order: object = { order_id: '48', amount: '48744.15' }) => {
        const first = shop.daraja.lastPrompt;
        let callbackUrl = '';
        shop.daraja.onPush = (body) => {
          callbackUrl = String(body['CallBackURL']);
        };
        shop.daraja.nextPushes.push({
          status: 200,
          body: {
            MerchantRequestID: '29115-2-1',
            CheckoutRequestID: first.checkoutRequestId,
            ResponseCode: '0',
            ResponseDescription: 'Success. Request accepted for processing',
          },
        });
        const pushing = shop.push(order);
        await settled();
        // Nothing is written a second time, however long the database is there.
        await shop.clock.advance(10_000);
        return { answer: await pushing, prompt: { ...first, callbackUrl, shillings: 48745 } };
      };
      const other = 'order_id=48';

      it('the query decides neither: both wait for a person, locked', async () => {
        await shop.push();
        const { answer } = await pushOther();
        assert.equal(answer.status, 502);
        assert.equal(answer.body.daraja_error, undefined);
        for (const code of [0, 1032]) {
          says(code);
          await shop.later(3600_000);
          assert.equal((await shop.status()).status, 202);
          assert.equal((await shop.status(other)).status, 202);
        }
        assert.equal((await shop.push()).status, 409);
        const again = await shop.push({ order_id: '48', amount: '48744.15' });
        assert.equal(again.status, 409);
        assert.equal(again.body.live.payment_id, null);
        assert.equal(shop.daraja.pushes, 2);
        assert.deepEqual(shop.told, ['payment.review', 'payment.review']);
        assert.deepEqual(shop.events.map(({ data }) => data.order_id).sort(), ['1234567891', '48']);
        const waiting = await shop.payments.review();
        assert.deepEqual(waiting.map(({ order }) => order).sort(), ['1234567891', '48']);
      });

      it('says so once, at error, without the id: it may end in the customer’s number', async () => {
        await shop.push();
        const { checkoutRequestId } = shop.daraja.lastPrompt;
        await pushOther();
        await shop.later(3600_000);
        assert.equal(shop.errors.length, 1);
        assert.match(shop.errors[0]!, /the id of another/);
        assert.ok(!shop.logged.join().includes(checkoutRequestId));
      });

      it('each is paid by a callback at its own address alone', async () => {
        await shop.push();
        const first = shop.daraja.lastPrompt;
        const { prompt } = await pushOther();
        says(0);
        assert.equal((await shop.callback(prompt, 0, { receipt: 'OTHERS0001' })).status, 200);
        assert.equal((await shop.status(other)).body.mpesa_receipt_number, 'OTHERS0001');
        assert.equal((await shop.status()).status, 202);
        assert.deepEqual(shop.told, ['payment.review', 'payment.review', 'payment.paid']);
        // The id is the other’s now.
        assert.equal((await shop.callback(first, 0)).status, 200);
        assert.equal((await shop.status()).status, 202);
        assert.equal((await shop.push()).status, 409);
      });

      it('one whose own callback has said that it is paid waits for the query as before', async () => {
        await shop.push();
        await shop.callback(shop.daraja.lastPrompt, 0);
        await pushOther();
        says(0);
        await shop.later(3600_000);
        assert.equal((await shop.status()).body.result_code, 0);
        assert.equal((await shop.status(other)).status, 202);
        assert.deepEqual(shop.told.sort(), ['payment.paid', 'payment.review']);
      });

      it('one that is paid stays so', async () => {
        await shop.push();
        says(0);
        await shop.callback(shop.daraja.lastPrompt, 0);
        await pushOther();
        assert.equal((await shop.status()).body.result_code, 0);
        assert.equal((await shop.status(other)).status, 202);
        assert.deepEqual(shop.told, ['payment.paid', 'payment.review']);
      });

      it('an earlier one of the same order is not paid late by the newer one’s success', async () => {
        await shop.push();
        says(1037);
        await shop.clock.advance(20_000);
        assert.deepEqual(shop.told, ['payment.failed']);
        const { answer } = await pushOther({});
        assert.equal(answer.status, 502);
        says(0);
        await shop.later(3600_000);
        assert.equal((await shop.push()).status, 409);
        assert.deepEqual(shop.told, ['payment.failed', 'payment.review']);
      });
    });

    it('attributes a callback that is faster than the answer to the push', async () => {
      const early = gate();
      shop.daraja.beforeAnswer = () => early.promise;
      const pushed = shop.push();
      await settled();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal((await shop.status()).body.result_code, 0);
      early.resolve();
      const { status, body } = await pushed;
      assert.equal(status, 200);
      assert.equal(body.payment_id, shop.daraja.lastPrompt.checkoutRequestId);
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    describe('a push that Daraja answers by “this token has ended”', () => {
      /** Pushes, and holds that answer; gives the prompt that Daraja has made all the same. */
      const push = async (): Promise<{ answer: ReturnType<Shop['push']>; prompt: Prompt; end: () => void }> => {
        const late = gate();
        let prompt: Prompt | undefined;
        shop.daraja.onPush = (body) => {
          shop.daraja.onPush = undefined;
          const [CallBackURL, Amount] = [String(body['CallBackURL']), Number(body['Amount'])];
          const ids = { checkoutRequestId: 'ws_CO_all_the_same', merchantRequestId: 'm' };
          prompt = { ...ids, callbackUrl: CallBackURL, shillings: Amount, phone: '254723123123', reference: '', body };
        };
        shop.daraja.nextPushes.push(TOKEN_ENDED);
        shop.daraja.beforeAnswer = () => late.promise;
        const answer = shop.push();
        await settled();
        assert.ok(prompt);
        return {
          answer,
          prompt,
          end: () => {
            late.resolve();
          },
        };
      };

      for (const code of [0, 1032, 4999]) {
        it(`is not sent again where a callback has said ${code} meanwhile, and its order waits for the query`, async () => {
          const { answer, prompt, end } = await push();
          await shop.callback(prompt, code);
          end();
          const { status, body } = await answer;
          assert.deepEqual([status, body.daraja_error], [502, undefined]);
          assert.equal(shop.daraja.pushes, 1);
          assert.equal((await shop.status()).status, 202);
          assert.equal((await shop.push()).status, 409);
          shop.daraja.results.set(prompt.checkoutRequestId, { code });
          await shop.later(20_000);
          assert.deepEqual(shop.told, code === 0 ? ['payment.paid'] : code === 1032 ? ['payment.failed'] : []);
          assert.equal(shop.daraja.pushes, 1);
        });
      }

      it('is not sent again where it is paid meanwhile: the page is told of its payment', async () => {
        const { answer, prompt, end } = await push();
        shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
        await shop.callback(prompt, 0);
        end();
        const { status, body } = await answer;
        assert.deepEqual([status, body.paid], [409, { payment_id: prompt.checkoutRequestId }]);
        assert.equal(shop.daraja.pushes, 1);
        assert.deepEqual(shop.told, ['payment.paid']);
      });

      for (const isConfirmed of [true, false]) {
        it(`is not sent again where an earlier one has succeeded meanwhile, ${isConfirmed ? 'and is paid' : 'and is being asked about'}`, async () => {
          await shop.push();
          const first = shop.daraja.lastPrompt;
          says(1032);
          await shop.callback(first, 1032);
          const { answer, end } = await push();
          if (isConfirmed) says(0);
          else shop.daraja.results.delete(first.checkoutRequestId);
          await shop.callback(first, 0);
          end();
          const { status, body } = await answer;
          assert.equal(status, 409);
          assert.equal((isConfirmed ? body.paid : body.live).payment_id, first.checkoutRequestId);
          assert.equal(shop.daraja.pushes, 2);
          assert.equal((await shop.push()).status, 409);
          says(0);
          await shop.later(20_000);
          assert.deepEqual(shop.told, ['payment.failed', 'payment.paid']);
          assert.equal(shop.daraja.prompts.length, 1);
        });
      }
    });

    it('says that a prompt may be live where a callback contradicts Daraja’s refusal', async () => {
      const late = gate();
      let url = '';
      shop.daraja.onPush = (body) => (url = String(body['CallBackURL']));
      shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'Bad Request' } });
      shop.daraja.beforeAnswer = () => late.promise;
      const pushed = shop.push();
      await settled();
      const ids = { checkoutRequestId: 'ws_CO_1', merchantRequestId: 'm' };
      const body = callbackBody({ ...ids, shillings: 12341, phone: '254723123123' }, 0);
      await shop.request(url, { method: 'POST', body: JSON.stringify(body) });
      late.resolve();
      const answer = await pushed;
      assert.deepEqual([answer.status, answer.body.daraja_error], [502, undefined]);
      assert.equal((await shop.push()).status, 409);
    });

    for (const ended of ['failed', 'refused', 'released'] as const) {
      describe(`a success for a prompt that has ${ended === 'failed' ? 'failed' : `been ${ended}`}`, () => {
        let first: Prompt;

        beforeEach(async () => {
          shop.daraja.onPush = (body) => {
            const [callbackUrl, shillings] = [String(body['CallBackURL']), Number(body['Amount'])];
            const ids = { checkoutRequestId: 'ws_CO_first', merchantRequestId: 'm' };
            first = { ...ids, callbackUrl, shillings, phone: '254723123123', reference: '', body };
          };
          if (ended === 'refused') {
            shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } });
          }
          if (ended === 'released') shop.daraja.nextPushes.push('accept-and-break');
          await shop.push();
          shop.daraja.onPush = undefined;
          if (ended === 'failed') {
            first = shop.daraja.lastPrompt;
            says(1032);
            await shop.callback(first, 1032);
            shop.daraja.results.delete(first.checkoutRequestId);
          }
          if (ended === 'released') await shop.later(300_000);
          shop.events.length = 0;
        });

        it('keeps the order until the query has spoken: paid', async () => {
          const prompts = shop.daraja.prompts.length;
          await shop.callback(first, 0);
          assert.equal((await shop.status()).status, 202);
          assert.equal((await shop.status(`order_id=1234567891&payment_id=${first.checkoutRequestId}`)).status, 202);
          const { status, body } = await shop.push();
          assert.deepEqual(
            [status, body.live],
            [409, { payment_id: first.checkoutRequestId, expires_in: body.live.expires_in }],
          );
          shop.daraja.results.set(first.checkoutRequestId, { code: 0 });
          await shop.later(20_000);
          assert.equal((await shop.status()).body.result_code, 0);
          assert.deepEqual(shop.told, ['payment.paid']);
          assert.equal(shop.daraja.prompts.length, prompts);
        });

        it('keeps the order until the query has spoken: a person has to decide', async () => {
          shop.daraja.results.set(first.checkoutRequestId, { code: 1032 });
          await shop.callback(first, 0);
          assert.equal((await shop.push()).status, 409);
          await shop.clock.advance(60_000);
          assert.deepEqual(shop.told, ['payment.review']);
          assert.equal((await shop.push()).status, 409);
          const [waiting] = await shop.payments.review();
          await shop.payments.decide(waiting?.attempt ?? '', { paid: false, by: 'Asha', reason: 'statement' });
          assert.equal((await shop.push()).status, 200);
        });

        it('does not keep the order any more once a person has denied it, whatever is asked about it then', async () => {
          shop.daraja.results.set(first.checkoutRequestId, { code: 1032 });
          await shop.callback(first, 0);
          await shop.clock.advance(60_000);
          const [waiting] = await shop.payments.review();
          await shop.payments.decide(waiting?.attempt ?? '', { paid: false, by: 'Asha', reason: 'statement' });
          await shop.push();
          const second = shop.daraja.lastPrompt;
          shop.daraja.results.set(first.checkoutRequestId, 'hang');
          await shop.callback(first, 0);
          says(1032);
          await shop.callback(second, 1032);
          // The question about the first is given up.
          await shop.clock.advance(25_000);
          assert.equal((await shop.push()).status, 200);
        });

        it('keeps the order once a newer prompt has ended', async () => {
          await shop.push();
          const second = shop.daraja.lastPrompt;
          await shop.callback(first, 0);
          says(1032);
          await shop.callback(second, 1032);
          assert.deepEqual(shop.told, ['payment.failed']);
          assert.equal((await shop.status()).status, 202);
          assert.equal((await shop.push()).body.live.payment_id, first.checkoutRequestId);
          shop.daraja.results.set(first.checkoutRequestId, { code: 0 });
          await shop.later(20_000);
          assert.deepEqual(shop.told, ['payment.failed', 'payment.paid']);
        });
      });
    }

    it('pays by the callback where Daraja’s answer to the push was lost', async () => {
      shop.daraja.nextPushes.push('accept-and-break');
      const { status, body } = await shop.push();
      assert.equal(status, 502);
      assert.equal(body.daraja_error, undefined);
      assert.equal((await shop.push()).status, 409);
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal((await shop.status()).body.result_code, 0);
      assert.equal(shop.daraja.prompts.length, 1);
    });

    it('releases an attempt that nobody can tell of after RELEASE_AFTER_S, and tells the shop', async () => {
      shop.daraja.nextPushes.push('break');
      await shop.push();
      await shop.later(299_999);
      assert.equal((await shop.push()).status, 409);
      assert.deepEqual(shop.told, []);
      await shop.later(1);
      assert.deepEqual(shop.told, ['payment.review']);
      assert.equal((await shop.status()).status, 202);
      assert.equal((await shop.push()).status, 200);
    });

    it('counts the release from the end of the push’s request, and releases none in flight', async () => {
      const late = gate();
      shop.daraja.beforeAnswer = () => late.promise;
      shop.daraja.nextPushes.push('break');
      const pushed = shop.push();
      await settled();
      await shop.clock.advance(24_000);
      late.resolve();
      await pushed;
      await shop.later(299_999);
      assert.deepEqual(shop.told, []);
      await shop.later(1);
      assert.deepEqual(shop.told, ['payment.review']);
    });

    it('gives a push up after the time for one request, and does not send it again', async () => {
      shop.daraja.beforeAnswer = () => new Promise(() => undefined);
      const pushed = shop.push();
      await settled();
      await shop.clock.advance(25_000);
      assert.equal((await pushed).status, 502);
      await shop.clock.advance(60_000);
      assert.equal(shop.daraja.pushes, 1);
    });

    it('pays an attempt that was released, and tells a second payment of the order as such', async () => {
      shop.daraja.nextPushes.push('accept-and-break');
      await shop.push();
      const first = shop.daraja.lastPrompt;
      await shop.later(300_000);
      await shop.push();
      const second = shop.daraja.lastPrompt;
      for (const { checkoutRequestId } of [first, second]) shop.daraja.results.set(checkoutRequestId, { code: 0 });
      await shop.callback(second, 0, { receipt: 'SECOND' });
      await shop.callback(first, 0, { receipt: 'FIRST' });
      assert.deepEqual(shop.told, ['payment.review', 'payment.paid', 'payment.paid_again']);
      assert.equal(shop.events[2]?.data.receipt, 'FIRST');
      assert.equal((await shop.push()).status, 409);
      // Each page hears of its own prompt.
      const { body } = await shop.status(`order_id=1234567891&payment_id=${first.checkoutRequestId}`);
      assert.equal(body.mpesa_receipt_number, 'FIRST');
      assert.equal((await shop.status()).body.mpesa_receipt_number, 'SECOND');
    });

    it('pays an attempt that was failed, or refused, if a success comes late', async () => {
      await shop.push();
      const failed = shop.daraja.lastPrompt;
      says(1037);
      await shop.callback(failed, 1037);
      assert.deepEqual(shop.told, ['payment.failed']);
      says(0);
      await shop.callback(failed, 0);
      assert.deepEqual(shop.told, ['payment.failed', 'payment.paid']);
    });

    it('asks once more about a failure that was only timed', async () => {
      await shop.push();
      says(1037);
      await shop.clock.advance(20_000);
      assert.deepEqual(shop.told, ['payment.failed']);
      says(0);
      await shop.later(300_000);
      assert.deepEqual(shop.told, ['payment.failed', 'payment.paid']);
    });

    it('never moves a payment, whatever comes after it', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0);
      says(1032);
      await shop.callback(shop.daraja.lastPrompt, 1032);
      await shop.callback(shop.daraja.lastPrompt, 0);
      await shop.later(24 * 3600_000);
      assert.equal((await shop.status()).body.result_code, 0);
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    it('fills in the receipt that comes after the query has paid', async () => {
      await shop.push();
      says(0);
      await shop.clock.advance(20_000);
      assert.equal((await shop.status()).body.mpesa_receipt_number, undefined);
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal((await shop.status()).body.mpesa_receipt_number, 'NLJ7RT61SV');
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    it('hands a prompt to a person of which nothing was heard for a day', async () => {
      await shop.push();
      await shop.later(24 * 3600_000 + 60_000);
      assert.deepEqual(shop.told, ['payment.review']);
      assert.equal((await shop.push()).status, 409);
    });

    it('takes a person’s word for what waits: paid', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0, { amount: 1 });
      const [waiting] = await shop.payments.review();
      assert.equal(waiting?.order, '1234567891');
      assert.equal(waiting.phone, '2547*****123');
      assert.equal(
        await shop.payments.decide(waiting.attempt, { paid: true, by: 'Asha', reason: 'statement' }),
        undefined,
      );
      await settled();
      assert.equal((await shop.status()).body.result_code, 0);
      assert.deepEqual(shop.told, ['payment.review', 'payment.paid']);
      assert.match(
        (await shop.payments.decide(waiting.attempt, { paid: false, by: 'Asha', reason: 'no' })) ?? '',
        /is paid/,
      );
      assert.deepEqual(await shop.payments.review(), []);
    });

    it('takes a person’s word for what waits: not paid, and frees the order', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0, { amount: 1 });
      const [waiting] = await shop.payments.review();
      assert.equal(
        await shop.payments.decide(waiting!.attempt, { paid: false, by: 'Asha', reason: 'statement' }),
        undefined,
      );
      await settled();
      assert.deepEqual(shop.told, ['payment.review', 'payment.failed']);
      assert.equal((await shop.status()).status, 200);
      assert.equal((await shop.push()).status, 200);
    });

    it('keeps the order of a payment that waits for a person locked when a newer prompt has failed', async () => {
      await shop.push();
      const first = shop.daraja.lastPrompt;
      says(1032);
      await shop.callback(first, 1032);
      await shop.push();
      await shop.callback(first, 0, { amount: 1 });
      says(1032);
      await shop.callback(shop.daraja.lastPrompt, 1032);
      assert.deepEqual(shop.told, ['payment.failed', 'payment.review', 'payment.failed']);
      assert.equal((await shop.push()).status, 409);
      const [waiting] = await shop.payments.review();
      await shop.payments.decide(waiting!.attempt, { paid: false, by: 'Asha', reason: 'statement' });
      assert.equal((await shop.push()).status, 200);
    });

    for (const amount of [1, 12341]) {
      it(`leaves what a person has decided when the same callback of KES ${amount} comes again, not when another does`, async () => {
        await shop.push();
        const prompt = shop.daraja.lastPrompt;
        says(1032);
        await shop.callback(prompt, 0, { amount });
        await shop.clock.advance(60_000);
        const [waiting] = await shop.payments.review();
        await shop.payments.decide(waiting!.attempt, { paid: false, by: 'Asha', reason: 'statement' });
        await settled();
        await shop.callback(prompt, 0, { amount });
        await shop.clock.advance(60_000);
        assert.deepEqual(shop.told, ['payment.review', 'payment.failed']);
        assert.equal((await shop.status()).status, 200);
        assert.deepEqual(await shop.payments.review(), []);

        await shop.callback(prompt, 0, { amount, receipt: 'ANOTHER' });
        await shop.clock.advance(60_000);
        assert.deepEqual(shop.told, ['payment.review', 'payment.failed', 'payment.review']);
        assert.equal(shop.events[2]?.data.receipt, 'ANOTHER');
        assert.equal(shop.events[2].data.result_code, 0);
        assert.equal((await shop.push()).status, 409);
        assert.doesNotMatch((await shop.payments.review())[0]?.said ?? '', /NOT_PAID/);
        await shop.payments.decide(waiting!.attempt, { paid: false, by: 'Asha', reason: 'statement' });
        await settled();
        assert.equal(shop.told.at(-1), 'payment.failed');
        assert.equal(new Set(shop.events.map(({ id }) => id)).size, 4);
      });
    }

    it('tells each other amount that comes after the payment once', async () => {
      await shop.push();
      says(0);
      await shop.callback(shop.daraja.lastPrompt, 0);
      for (const amount of [1, 1, 2]) await shop.callback(shop.daraja.lastPrompt, 0, { amount });
      assert.deepEqual(shop.told, ['payment.paid', 'payment.review', 'payment.review']);
    });

    it('knows no attempt with an unknown id', async () => {
      assert.match((await shop.payments.decide('nothing', { paid: true, by: 'a', reason: 'b' })) ?? '', /no attempt/);
    });
  });

  describe(`outcomes where a person decides (${name})`, () => {
    it('tells the shop when the window ends, keeps the lock, and lists the attempt', async () => {
      const database = await openDatabase(name);
      const shop = await Shop.open(database.option, { releaseAfter: 'never' });
      shop.daraja.nextPushes.push('break');
      await shop.push();
      assert.deepEqual(await shop.payments.review(), []);
      await shop.later(120_000);
      assert.deepEqual(shop.told, ['payment.review']);
      assert.equal(shop.events[0]?.data.payment_id, null);
      assert.equal(shop.events[0].data.result_code, null);
      await shop.later(24 * 3600_000);
      assert.equal((await shop.push()).status, 409);
      const [waiting] = await shop.payments.review();
      assert.equal(waiting?.state, 'unclear');
      assert.equal(await shop.payments.decide(waiting.attempt, { paid: false, by: 'A', reason: 'B' }), undefined);
      assert.equal((await shop.push()).status, 200);
      await shop.payments.stop();
      await database.drop();
    });
  });
}

for (const name of DURABLE) {
  it(`keeps every transition, with its cause and time (${name})`, async () => {
    const database = await openDatabase(name);
    const shop = await Shop.open(database.option);
    const says = (code: number): void => {
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code });
    };
    shop.daraja.nextPushes.push('break', { status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } });
    const began = shop.clock.now();
    await shop.push();
    await shop.later(300_000);
    const released = shop.clock.now();
    const [waiting] = await shop.payments.review();
    await shop.payments.decide(waiting!.attempt, { paid: true, by: 'Asha', reason: 'statement of 14:02' });
    await shop.push({ order_id: '48', amount: '48744.15' });
    await shop.push({ order_id: '48', amount: '48744.15' });
    says(1032);
    await shop.later(20_000);
    const failed = shop.clock.now();
    says(0);
    await shop.callback(shop.daraja.lastPrompt, 0);
    // In the order in which attempts were made, and each moved.
    const kept = await database.rows(`
      select from_state, to_state, cause, code, t.at from vp_transition t join vp_attempt a on a.id = t.attempt_id
      order by a.created_at, a.state, t.seq`);
    assert.deepEqual(kept, [
      [null, 'sending', 'push', null, began],
      ['sending', 'unclear', 'push', null, began],
      ['unclear', 'released', 'sweep', null, released],
      ['released', 'paid', 'operator Asha: statement of 14:02', '0', released],
      [null, 'sending', 'push', null, released],
      ['sending', 'prompted', 'push', null, released],
      ['prompted', 'failed', 'query', '1032', failed],
      ['failed', 'paid', 'query', '0', failed],
      [null, 'sending', 'push', null, released],
      ['sending', 'refused', 'push', '400.002.02', released],
    ]);
    await shop.payments.stop();
    await database.drop();
  });
}
