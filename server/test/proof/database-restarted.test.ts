/** P6: instances whose PostgreSQL crashes and comes back in mid use, and to which nobody notifies anything. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { callBack, launch, push, status, tokenOf } from '../support/command.js';
import { startPostgres } from '../support/postgres.mjs';
import { kill, ORDERS_PER_LIFE, World } from '../support/world.js';

const RESTARTS = 5;
/** The look that finds what no notification told, and what it takes on a machine that has other things to do. */
const FOUND_WITHIN_MS = 5_000 + 2_000;

const installed = process.env['TEST_POSTGRES_URL'] !== undefined;

describe('instances on a PostgreSQL of their own', { skip: !installed }, () => {
  let postgres: NonNullable<Awaited<ReturnType<typeof startPostgres>>>;

  before(async () => {
    const started = await startPostgres();
    assert.ok(started);
    postgres = started;
  });

  after(() => {
    postgres.stop();
  });

  it(`lose no payment and make no second prompt where it crashes ${RESTARTS} times in mid use`, async () => {
    const world = new World();
    const env = await world.open(postgres.url, RESTARTS);
    const commands = [1, 2, 3].map(() => launch([], env));
    const bases = await Promise.all(commands.map(({ base }) => base));
    for (let n = 0; n < RESTARTS; n++) {
      const orders = Array.from({ length: ORDERS_PER_LIFE }, (_, k) => `order-${n * ORDERS_PER_LIFE + k}`);
      // With the third push that reaches Daraja: others are being claimed, answered and noted then.
      let pushes = 0;
      world.daraja.onPush = () => {
        if (++pushes === 3) postgres.restart();
      };
      await world.pay(bases[n % 3] ?? '', orders, bases[(n + 1) % 3]);
      world.daraja.onPush = undefined;
      world.check();
      for (const base of bases) while ((await fetch(`${base}/health`)).status !== 200);
    }
    const prompts = [...world.daraja.prompts];
    for (const prompt of prompts) {
      world.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
      assert.equal((await callBack(bases[0] ?? '', prompt, 0, { receipt: `R${prompt.reference}` })).status, 200);
    }
    await world.paid(prompts.map(({ reference }) => reference));
    world.check();
    assert.equal(world.daraja.prompts.length, prompts.length);
    console.log(`${RESTARTS} restarts, ${prompts.length} prompts, ${world.heard.length} events, 0 violations`);
    await Promise.all(commands.map(kill));
    await world.close();
  });

  it('find an outcome within a look where no notification comes', async () => {
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query('create database muted');
    await admin.end();
    const url = new URL(postgres.url);
    url.pathname = 'muted';
    const muted = new pg.Client({ connectionString: url.href });
    await muted.connect();
    // Found before PostgreSQL's own function of this name, it tells nobody.
    await muted.query('create schema mute');
    await muted.query(`create function mute.pg_notify(text, text) returns void language sql as 'select null'`);
    await muted.query('alter database muted set search_path = mute, public, pg_catalog');
    const notified: unknown[] = [];
    muted.on('notification', (notification) => notified.push(notification));
    await muted.query('listen vitumob_pay');

    const world = new World();
    const env = await world.open(url.href, 1);
    const commands = [1, 2].map(() => launch([], env));
    const [one = '', two = ''] = await Promise.all(commands.map(({ base }) => base));
    const token = await tokenOf(one);
    const order = { order_id: 'order-0', amount: '10' };
    assert.equal((await push(one, order, token)).status, 200);
    const prompt = world.promptOf('order-0');
    assert.ok(prompt);
    const held = status(two, 'order_id=order-0&wait=25', token);
    world.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
    assert.equal((await callBack(one, prompt, 0)).status, 200);
    const began = performance.now();
    assert.equal((await held).status, 200);
    const took = performance.now() - began;
    assert.ok(took <= FOUND_WITHIN_MS, `${took} ms`);
    await world.paid(['order-0']);
    await muted.query('select 1');
    assert.deepEqual(notified, []);
    console.log(`found ${(took / 1000).toFixed(1)} s later, without a notification`);
    await Promise.all(commands.map(kill));
    await muted.end();
    await world.close();
  });
});
