/** Payments without a prompt. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DATABASES, openDatabase, type TestDatabase } from './support/databases.js';
import { TOKEN_ENDED } from './support/fake-daraja.js';
import { gate, settled } from './support/quiet.js';
import { Shop, type Answer } from './support/shop.js';

for (const name of DATABASES) {
  describe(`payments without a prompt (${name})`, () => {
    let database: TestDatabase;
    let shop: Shop;
    let confirmationUrl: string;

    beforeEach(async () => {
      database = await openDatabase(name);
      shop = await Shop.open(database.option);
      assert.equal(await shop.payments.registerC2b(), undefined);
      confirmationUrl = String(shop.daraja.registered[0]?.['ConfirmationURL']);
    });

    afterEach(async () => {
      await shop.payments.stop();
      await database.drop();
    });

    async function confirm(more: object = {}): Promise<Answer> {
      const answer = await shop.request(confirmationUrl, {
        method: 'POST',
        body: JSON.stringify({
          TransactionType: 'Pay Bill',
          TransID: 'RKTQDM7W6S',
          TransTime: '20260115120000',
          TransAmount: '12341.00',
          BusinessShortCode: '174379',
          BillRefNumber: '1234567891',
          MSISDN: '2547 ***** 126',
          FirstName: 'ASHA',
          ...more,
        }),
      });
      await settled();
      return answer;
    }

    it('registers addresses that nobody can guess', async () => {
      const [registered] = shop.daraja.registered;
      assert.equal(registered?.['ShortCode'], '174379');
      assert.equal(registered['ResponseType'], 'Completed');
      assert.doesNotMatch(confirmationUrl, /mpesa|safaricom|exe|exec|cmd|sql|query/);
      const wrong = confirmationUrl.replace(/.$/, (c) => (c === '0' ? '1' : '0'));
      assert.equal((await shop.request(wrong, { method: 'POST', body: '{}' })).status, 404);
      assert.equal((await shop.request(confirmationUrl, { method: 'POST', body: '{}' })).status, 400);
    });

    it('registers with a new token where Daraja has ended the one that is kept, and asks twice at most', async () => {
      shop.daraja.endTokens();
      const { tokens } = shop.daraja;
      assert.equal(await shop.payments.registerC2b(), undefined);
      assert.equal(shop.daraja.tokens, tokens + 1);
      assert.equal(shop.daraja.registered.length, 2);
      shop.daraja.endTokens();
      shop.daraja.endsNewTokens = true;
      assert.match((await shop.payments.registerC2b()) ?? '', /404\.001\.03/);
      assert.equal(shop.daraja.tokens, tokens + 2);
    });

    it('pays an order that was never pushed', async () => {
      const { status, body } = await confirm();
      assert.equal(status, 200);
      assert.deepEqual(body, { ResultCode: 0, ResultDesc: 'Accepted' });
      const known = (await shop.status()).body;
      assert.equal(known.result_code, 0);
      assert.equal(known.mpesa_receipt_number, 'RKTQDM7W6S');
      assert.equal('checkout_request_id' in known, false);
      assert.deepEqual(shop.told, ['payment.paid']);
      assert.equal(shop.events[0]?.data.receipt, 'RKTQDM7W6S');
      assert.equal(shop.events[0].data.payment_id, null);
      const push = await shop.push();
      assert.equal(push.status, 409);
      assert.deepEqual(push.body.paid, { payment_id: null });
    });

    it('finds the order by its reference, letter case and white space apart', async () => {
      shop.orders.set('o-77', { amount: '500', reference: 'INV 77' });
      shop.daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'no' } });
      await shop.push({ order_id: 'o-77', amount: '500' });
      await confirm({ BillRefNumber: ' inv77 ', TransAmount: '500' });
      assert.equal((await shop.status('order_id=o-77')).body.result_code, 0);
    });

    it('finds an order by its cut number once its page has asked for it', async () => {
      shop.orders.set('a-very-long-order-number', { amount: '500' });
      await shop.status('order_id=a-very-long-order-number');
      await confirm({ BillRefNumber: 'A-VERY-LONG-', TransAmount: '500.00' });
      assert.equal((await shop.status('order_id=a-very-long-order-number')).body.result_code, 0);
    });

    it('finds an order by the whole of a long number, as the page shows it', async () => {
      for (const n of ['1', '2', '3']) shop.orders.set(`Order-2026-000${n}`, { amount: '500' });
      // One that was asked for, beside others with the same beginning, and one that never was.
      await shop.status('order_id=Order-2026-0001');
      await shop.status('order_id=Order-2026-0002');
      await confirm({ BillRefNumber: ' ORDER-2026- 0002', TransID: 'TWO', TransAmount: '500' });
      await confirm({ BillRefNumber: 'Order-2026-0003', TransID: 'THREE', TransAmount: '500' });
      await confirm({ BillRefNumber: 'Order-2026-0', TransID: 'CUT', TransAmount: '500' });
      for (const [n, receipt] of ['TWO', 'THREE'].entries()) {
        assert.equal((await shop.status(`order_id=Order-2026-000${n + 2}`)).body.mpesa_receipt_number, receipt);
      }
      assert.equal((await shop.status('order_id=Order-2026-0001')).status, 404);
      assert.deepEqual(shop.told, ['payment.paid', 'payment.paid', 'payment.review']);
    });

    it('takes the number of an order that has a reference of its own for no reference', async () => {
      shop.orders.set('a-very-long-order-number', { amount: '500', reference: 'INV 78' });
      await confirm({ BillRefNumber: 'a-very-long-order-number', TransAmount: '500' });
      assert.deepEqual(shop.told, ['payment.review']);
    });

    it('masks a phone number that was typed for a reference', async () => {
      await confirm({ BillRefNumber: '0723123123' });
      assert.equal(shop.events[0]?.data.order_id, '2547*****123');
    });

    it('releases the lock, answers who waits, and tells the prompt’s own payment as a second one', async () => {
      await shop.push();
      const held = shop.status('order_id=1234567891&wait=25');
      await settled();
      await confirm();
      assert.equal((await held).body.result_code, 0);
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
      await shop.callback(shop.daraja.lastPrompt, 0, { receipt: 'ANOTHER' });
      assert.deepEqual(shop.told, ['payment.paid', 'payment.paid_again']);
    });

    it('prompts nobody whose order is paid while the push waits for Daraja’s token', async () => {
      shop.clock.jump(3_600_000);
      const late = gate();
      shop.daraja.beforeToken = () => late.promise;
      const pushed = shop.push();
      await settled();
      shop.clock.jump(1_000);
      await confirm();
      late.resolve();
      const { status, body } = await pushed;
      assert.deepEqual([status, body.paid], [409, { payment_id: null }]);
      assert.equal(shop.daraja.pushes, 0);
      assert.deepEqual(shop.told, ['payment.paid']);
      assert.equal((await shop.status()).body.mpesa_receipt_number, 'RKTQDM7W6S');
    });

    it('prompts nobody whose order is paid while Daraja refuses the token, be it at once', async () => {
      const late = gate();
      shop.daraja.nextPushes.push(TOKEN_ENDED);
      shop.daraja.beforeAnswer = () => late.promise;
      const pushed = shop.push();
      await settled();
      await confirm();
      late.resolve();
      const { status, body } = await pushed;
      assert.deepEqual([status, body.paid], [409, { payment_id: null }]);
      assert.equal(shop.daraja.pushes, 1);
      assert.equal(shop.daraja.prompts.length, 0);
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    it('knows a prompt’s payment again that Daraja confirms here too, whichever comes first', async () => {
      for (const [order, first] of [
        ['1234567891', 'confirmation'],
        ['48', 'callback'],
      ] as const) {
        const amount = shop.orders.get(order)?.amount ?? '';
        const receipt = `SAME${order}`;
        await shop.push({ order_id: order, amount });
        const prompt = shop.daraja.lastPrompt;
        shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
        const confirmation = { BillRefNumber: order, TransID: receipt, TransAmount: String(prompt.shillings) };
        if (first === 'confirmation') await confirm(confirmation);
        await shop.callback(prompt, 0, { receipt });
        if (first === 'callback') await confirm(confirmation);
      }
      assert.deepEqual(shop.told, ['payment.paid', 'payment.paid']);
    });

    it('leaves a prompt of a so paid order to a person that Daraja says is paid, but not by which receipt', async () => {
      await shop.push();
      const prompt = shop.daraja.lastPrompt;
      await confirm();
      shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
      await shop.clock.advance(200_000);
      assert.deepEqual(shop.told, ['payment.paid', 'payment.review']);
      assert.match(shop.events[1]?.data.result_desc ?? '', /may be the payment/);
      assert.equal((await shop.payments.review()).length, 1);
      // Its receipt comes at last: it was that payment.
      await shop.callback(prompt, 0, { receipt: 'RKTQDM7W6S' });
      assert.deepEqual(shop.told, ['payment.paid', 'payment.review']);
      assert.deepEqual(await shop.payments.review(), []);
    });

    it('says so where the confirmation comes second, and may be of the payment that the query told without a receipt', async () => {
      await shop.push();
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
      await shop.clock.advance(20_000);
      await confirm();
      assert.deepEqual(shop.told, ['payment.paid', 'payment.review']);
      assert.match(shop.events[1]?.data.result_desc ?? '', /may be that payment/);
    });

    it('takes the same TransID twice for one payment', async () => {
      await confirm();
      await confirm();
      assert.deepEqual(shop.told, ['payment.paid']);
    });

    for (const [what, more] of [
      ['too little', { TransAmount: '12340.99' }],
      ['an unknown reference', { BillRefNumber: 'whatever' }],
      ['no reference', { BillRefNumber: '' }],
      ['another shortcode', { BusinessShortCode: '600000' }],
    ] as const) {
      it(`leaves ${what} to a person`, async () => {
        assert.equal((await confirm(more)).status, 200);
        assert.deepEqual(shop.told, ['payment.review']);
        assert.equal(shop.events[0]?.data.receipt, 'RKTQDM7W6S');
        assert.equal((await shop.status()).status, 404);
        assert.equal((await shop.push()).status, 200);
      });
    }

    describe('while the shop cannot be asked for its orders', () => {
      const down = (): void => {
        shop.orders.get = () => {
          throw new Error('The shop is down');
        };
      };
      const up = (): void => {
        shop.orders.get = (id) => Map.prototype.get.call(shop.orders, id) as { amount: string } | undefined;
      };

      it('pays an order that is known, at the price that it had', async () => {
        await shop.status();
        down();
        await confirm();
        assert.deepEqual(shop.told, ['payment.paid']);
        assert.equal(shop.events[0]?.data.amount, '12341');
        up();
        assert.equal((await shop.status()).body.mpesa_receipt_number, 'RKTQDM7W6S');
        assert.equal((await shop.push()).status, 409);
      });

      it('says of too little for such an order that the price is the last one known', async () => {
        await shop.status();
        down();
        await confirm({ TransAmount: '12340' });
        assert.deepEqual(shop.told, ['payment.review']);
        assert.match(shop.events[0]?.data.result_desc ?? '', /could not be looked up now/);
      });

      it('knows a prompt’s payment again', async () => {
        await shop.push();
        shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
        await shop.callback(shop.daraja.lastPrompt, 0, { receipt: 'SAME' });
        down();
        await confirm({ TransID: 'SAME' });
        assert.deepEqual(shop.told, ['payment.paid']);
      });

      for (const paid of [true, false]) {
        it(`holds an order that it has not seen yet until a person decides: ${paid ? 'paid' : 'not paid'}`, async () => {
          down();
          await confirm();
          await confirm();
          up();
          assert.deepEqual(shop.told, ['payment.review']);
          const { data } = shop.events[0]!;
          assert.equal(data.order_id, '1234567891');
          assert.equal(data.receipt, 'RKTQDM7W6S');
          assert.match(data.result_desc, /could not be asked/);
          assert.equal((await shop.status()).status, 202);
          assert.equal((await shop.push()).status, 409);
          const [waiting, ...others] = await shop.payments.review();
          assert.deepEqual(others, []);
          assert.equal(waiting?.attempt, data.attempt_id);
          assert.equal(waiting.order, '1234567891');
          await shop.payments.decide(waiting.attempt, { paid, by: 'Asha', reason: 'statement' });
          await settled();
          assert.deepEqual(shop.told, ['payment.review', paid ? 'payment.paid' : 'payment.failed']);
          assert.equal(shop.events[1]?.data.receipt, 'RKTQDM7W6S');
          assert.equal((await shop.push()).status, paid ? 409 : 200);
        });
      }

      it('holds nothing for a phone number that was typed for a reference', async () => {
        down();
        await confirm({ BillRefNumber: '0723123123' });
        assert.equal(shop.events[0]?.data.order_id, '2547*****123');
        assert.deepEqual(await shop.payments.review(), []);
      });
    });

    it('says why no order was paid', async () => {
      for (const id of ['a-long-number-1', 'a-long-number-2']) {
        shop.orders.set(id, { amount: '500' });
        await shop.status(`order_id=${id}`);
      }
      for (const [TransID, more, why] of [
        ['R1', { BusinessShortCode: '600000' }, /not this server’s/],
        ['R2', { BillRefNumber: 'a-long-numbe' }, /more than one order/],
        ['R3', { BillRefNumber: 'whatever' }, /no order’s/],
      ] as const) {
        await confirm({ TransID, ...more });
        assert.match(shop.events.at(-1)?.data.result_desc ?? '', why);
      }
    });

    it('leaves a payment for a paid order to a person', async () => {
      await confirm();
      await confirm({ TransID: 'SECOND' });
      assert.deepEqual(shop.told, ['payment.paid', 'payment.review']);
    });

    it('takes more than the order costs', async () => {
      await confirm({ TransAmount: '13000' });
      assert.deepEqual(shop.told, ['payment.paid']);
    });
  });
}
