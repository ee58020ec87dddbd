/**
 * P2 and P6: processes that are killed at random moments under load, and instances that lose each other and their
 * database. Judged by Daraja's own ledger: prompts of an order, payments that the shop never heard of.
 *
 *   KILLS=500 npm run proof
 *   KILLS=100 node test/run.mjs --proof test/proof/killed-under-load.test.ts --test-name-pattern=PostgreSQL
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { callBack, launch, push, tokenOf } from '../support/command.js';
import { DURABLE, openDatabase, POSTGRES } from '../support/databases.js';
import { kill, ORDERS_PER_LIFE, World } from '../support/world.js';

const KILLS = Number(process.env['KILLS'] ?? 40);

for (const name of DURABLE) {
  it(`${KILLS} kills at random moments under load lose no payment and make no second prompt (${name})`, async () => {
    const database = await openDatabase(name);
    const world = new World();
    const env = await world.open(database.url, KILLS);
    // The requests to Daraja after which the process dies: by count, not by time, so that a seed repeats.
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}`);
    const moments = fc.sample(fc.integer({ min: 0, max: ORDERS_PER_LIFE * 2 }), { numRuns: KILLS, seed });
    for (const [life, moment] of moments.entries()) {
      const command = launch([], env);
      const base = await command.base;
      const orders = Array.from({ length: ORDERS_PER_LIFE }, (_, n) => `order-${life * ORDERS_PER_LIFE + n}`);
      let steps = 0;
      const step = (): void => {
        if (steps++ === moment) command.child.kill('SIGKILL');
      };
      world.daraja.onPush = step;
      world.daraja.onQuery = step;
      await world.pay(base, orders);
      world.daraja.onPush = undefined;
      world.daraja.onQuery = undefined;
      await kill(command);
      world.check();
    }
    const last = launch([], env);
    const base = await last.base;
    // Daraja calls back late for what the dead could not hear.
    const prompts = [...world.daraja.prompts];
    for (const prompt of prompts) {
      world.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
      assert.equal((await callBack(base, prompt, 0, { receipt: `R${prompt.reference}` })).status, 200);
    }
    await world.paid(prompts.map(({ reference }) => reference));
    for (const { reference } of prompts.slice(-20)) {
      assert.equal((await push(base, { order_id: reference, amount: '10' })).status, 409);
    }
    assert.equal(world.daraja.prompts.length, prompts.length);
    world.check();
    console.log(`${KILLS} kills, ${prompts.length} prompts, ${world.heard.length} events, 0 violations`);
    await kill(last);
    await world.close();
    await database.drop();
  });
}

describe('three instances on one PostgreSQL', { skip: !DURABLE.includes(POSTGRES) }, () => {
  it('lose one in mid push, their LISTEN, their notifications and every connection: nothing is lost', async () => {
    const database = await openDatabase(POSTGRES);
    const world = new World();
    const env = await world.open(database.url, 4);
    const commands = [1, 2, 3].map(() => launch([], env));
    const bases = await Promise.all(commands.map(({ base }) => base));
    const [one = '', two = '', three = ''] = bases;
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const cut = (where: string) =>
      admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and ${where}`);
    const of = (n: number): string[] =>
      Array.from({ length: ORDERS_PER_LIFE }, (_, k) => `order-${n * ORDERS_PER_LIFE + k}`);

    // Daraja answers nobody any more at the third push of the first instance, which dies of it.
    let seen = 0;
    world.daraja.onPush = () => {
      if (++seen === 3) commands[0]?.child.kill('SIGKILL');
    };
    await world.pay(one, of(0), two);
    world.daraja.onPush = undefined;
    for (const order of of(0)) {
      const prompt = world.promptOf(order);
      if (prompt) assert.equal((await callBack(two, prompt, 0, { receipt: `R${order}` })).status, 200);
    }
    await world.paid(of(0).filter((order) => world.promptOf(order)));

    // A held question hears although LISTEN was cut, and then although nobody notifies.
    for (const [n, sabotage] of [
      [1, `query like 'listen%'`],
      [2, `datname = current_database()`],
    ] as const) {
      const [order = ''] = of(n);
      const token = await tokenOf(two);
      assert.equal((await push(two, { order_id: order, amount: '10' }, token)).status, 200);
      const prompt = world.promptOf(order);
      assert.ok(prompt);
      world.daraja.results.set(prompt.checkoutRequestId, { code: 0 });
      await cut(sabotage);
      const held = fetch(`${three}/payments/mpesa/status?order_id=${order}&wait=25`, {
        headers: { authorization: token },
      });
      let answered = 0;
      // A callback that meets a dead connection is 503, and is sent again here as a careful Daraja would.
      while (answered !== 200) answered = (await callBack(two, prompt, 0, { receipt: `R${order}` })).status;
      const answer = await held;
      assert.ok([200, 503].includes(answer.status));
      await world.paid([order]);
    }
    // Each new token kills the last.
    world.daraja.newTokenKillsLast = true;
    world.daraja.endTokens();
    const before = world.daraja.tokens;
    await Promise.all([world.pay(two, of(3).slice(0, 4), three), world.pay(three, of(3).slice(4), two)]);
    await world.paid(of(3).filter((order) => world.promptOf(order)));
    assert.equal(of(3).filter((order) => world.promptOf(order)).length, ORDERS_PER_LIFE);
    assert.equal(world.daraja.tokens - before, 1);
    world.check();
    await admin.end();
    await Promise.all(commands.slice(1).map(kill));
    await world.close();
    await database.drop();
  });
});
