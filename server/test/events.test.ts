/** Telling the shop (docs/paid.md). */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { PaymentEvent } from '../src/index.js';
import { webhook } from '../src/webhook.js';
import { DATABASES, openDatabase } from './support/databases.js';
import { gate, settled } from './support/quiet.js';
import { Shop } from './support/shop.js';

for (const name of DATABASES) {
  describe(`events (${name})`, () => {
    it('are told again until the shop takes them, under one id, ever later, and given up after three days', async () => {
      const database = await openDatabase(name);
      const ids: string[] = [];
      const at: number[] = [];
      let takes = false;
      const shop: Shop = await Shop.open(database.option, {
        onEvent: (event) => {
          ids.push(event.id);
          at.push(shop.clock.now());
          if (!takes) throw new Error('the shop is down');
        },
      });
      await shop.push();
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal(ids.length, 1);
      for (const ms of [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000]) {
        await shop.later(ms - 1);
        const before: number = ids.length;
        await shop.later(1);
        assert.equal(ids.length, before + 1, `after ${ms} ms`);
      }
      for (let hour = 0; hour < 100; hour++) await shop.later(3600_000);
      const given = ids.length;
      assert.ok(at.at(-1)! - at[0]! <= 72 * 3600_000 && at.at(-1)! - at[0]! > 70 * 3600_000);
      assert.equal(new Set(ids).size, 1);

      takes = true;
      assert.equal(await shop.payments.replay(ids[0]!), 'told');
      assert.equal(ids.length, given + 1);
      assert.equal(await shop.payments.replay('evt_unknown'), 'unknown');
      await shop.later(3600_000);
      assert.equal(ids.length, given + 1);
      await shop.payments.stop();
      await database.drop();
    });

    it('that are replayed are told once, though the server looks for what is due meanwhile', async () => {
      const database = await openDatabase(name);
      const ids: string[] = [];
      const taken = gate();
      const shop: Shop = await Shop.open(database.option, {
        onEvent: ({ id }) => (ids.push(id) === 1 ? undefined : taken.promise),
      });
      await shop.push();
      shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
      await shop.callback(shop.daraja.lastPrompt, 0);
      assert.equal(ids.length, 1);
      const replayed = shop.payments.replay(ids[0]!);
      await shop.later(10_000);
      assert.equal(ids.length, 2);
      taken.resolve();
      assert.equal(await replayed, 'told');
      await shop.later(3600_000);
      assert.equal(ids.length, 2);
      await shop.payments.stop();
      await database.drop();
    });
  });
}

describe('events', () => {
  it('are told again where the shop does not say that it has taken them, until it does', async () => {
    const ids: string[] = [];
    const taken = gate();
    const shop = await Shop.open(
      { memory: true },
      { onEvent: ({ id }) => (ids.push(id) === 1 ? new Promise(() => undefined) : taken.promise) },
    );
    await shop.push();
    shop.daraja.results.set(shop.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    await shop.callback(shop.daraja.lastPrompt, 0);
    await shop.clock.advance(30_999);
    assert.equal(ids.length, 1);
    await shop.clock.advance(1);
    assert.equal(ids.length, 2);
    taken.resolve();
    await settled();
    await shop.clock.advance(24 * 3600_000);
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 1);
    await shop.payments.stop();
  });

  it('that a shop is slow to take keep no prompt from being asked about', async () => {
    let told = 0;
    const shop = await Shop.open({ memory: true }, { onEvent: () => new Promise(() => told++) });
    const pay = async (order_id: string): Promise<void> => {
      shop.orders.set(order_id, { amount: '10' });
      assert.equal((await shop.push({ order_id, amount: '10' })).status, 200);
      const prompt = shop.daraja.lastPrompt;
      shop.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
      await shop.callback(prompt, 0, { receipt: order_id });
    };
    for (let n = 0; n < 50; n++) await pay(`slow-${n}`);
    assert.equal(told, 40);
    await pay('next');
    assert.equal((await shop.status('order_id=next')).body.result_code, 0);
    const stop = shop.payments.stop();
    await shop.clock.advance(30_000);
    await stop;
  });

  it('wait in the database where nobody is told, and are told once somebody is', async () => {
    const database = await openDatabase('SQLite');
    const deaf: { onEvent?: never } = { onEvent: undefined as never };
    const first = await Shop.open(database.option, deaf);
    await first.push();
    first.daraja.results.set(first.daraja.lastPrompt.checkoutRequestId, { code: 0 });
    await first.callback(first.daraja.lastPrompt, 0);
    await first.payments.stop();
    const second = await Shop.open(database.option, {}, { clock: first.clock });
    await settled();
    await second.later(1_000);
    assert.deepEqual(second.told, ['payment.paid']);
    await second.payments.stop();
    await database.drop();
  });

  it('are signed by Standard Webhooks, and rejected unless answered 2xx', async () => {
    let status = 204;
    let seen: { headers: NodeJS.Dict<string | string[]>; body: string } | undefined;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen = { headers: request.headers, body };
        response.writeHead(status, status === 302 ? { location: '/' } : {}).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const key = Buffer.alloc(24, 7);
    const tell = webhook(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      `whsec_${key.toString('base64')}`,
    );
    const event: PaymentEvent = {
      id: 'evt_1',
      type: 'payment.paid',
      timestamp: '2026-01-15T09:00:00.000Z',
      data: { order_id: 'o', payment_id: null, attempt_id: null, amount: '1', result_code: 0, result_desc: 'ok' },
    };
    await tell(event);
    const { headers, body } = seen!;
    assert.deepEqual(JSON.parse(body), { type: event.type, timestamp: event.timestamp, data: event.data });
    assert.equal(headers['webhook-id'], 'evt_1');
    const signed = `evt_1.${String(headers['webhook-timestamp'])}.${body}`;
    assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    for (status of [302, 400, 500]) await assert.rejects(tell(event));
    server.close();
  });
});
