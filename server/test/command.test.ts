/** The command in processes, over HTTP: what server/README.md says of it, and no other test asks. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import {
  callBack,
  environment,
  launch,
  listen,
  push,
  run,
  status,
  tokenOf,
  type Command,
  type Listening,
} from './support/command.js';
import { openDatabase, SQLITE, type TestDatabase } from './support/databases.js';
import { callbackBody, FakeDaraja } from './support/fake-daraja.js';

const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let daraja: FakeDaraja;
let darajaServer: Listening;
let database: TestDatabase;
const commands: Command[] = [];

before(async () => {
  darajaServer = await listen((request) => daraja.answer(request));
});

after(() => darajaServer.close());

beforeEach(async () => {
  daraja = new FakeDaraja();
  database = await openDatabase(SQLITE);
});

afterEach(async () => {
  for (const { child, ended } of commands.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await database.drop();
});

const settings = (more: Record<string, string> = {}, orders?: object): Record<string, string> =>
  environment(database, darajaServer, more, orders);

async function start(env: Record<string, string>): Promise<string> {
  const command = launch([], env);
  commands.push(command);
  return command.base;
}

/** A shop that hears the webhook; it refuses the first `refusals` times. */
async function shopThatListens(refusals = 0) {
  const heard: { id: string; event: { type: string; data: { order_id: string } } }[] = [];
  const verify = new Webhook(WEBHOOK_SECRET);
  let next: (() => void) | undefined;
  const server = await listen(async (request) => {
    const headers = Object.fromEntries(request.headers);
    const event = verify.verify(await request.text(), headers) as (typeof heard)[number]['event'];
    heard.push({ id: headers['webhook-id'] ?? '', event });
    next?.();
    return new Response(null, { status: heard.length > refusals ? 204 : 500 });
  });
  return {
    ...server,
    heard,
    env: { WEBHOOK_URL: server.base, WEBHOOK_SECRET },
    async times(n: number) {
      while (heard.length < n) await new Promise<void>((resolve) => (next = resolve));
    },
  };
}

describe('orders over HTTP', () => {
  it('are asked for by their percent-encoded number; a 404 is no order, anything else sends nothing', async () => {
    const asked: string[] = [];
    const answers: [number, object][] = [
      [200, { amount: '48.50', reference: 'INVOICE-2026-0001' }],
      [404, {}],
      [500, {}],
      [200, { amount: 'much' }],
    ];
    const shop = await listen((request) => {
      asked.push(new URL(request.url).pathname);
      const [code, body] = answers.shift() ?? [404, {}];
      return Response.json(body, { status: code });
    });
    const base = await start(settings({ ORDERS_URL: `${shop.base}/orders` }));
    const order = { order_id: 'a/b ü?', amount: '48.50' };
    const pushed = await push(base, order);
    assert.equal(pushed.status, 200);
    assert.equal(((await pushed.json()) as { amount: number }).amount, 48.5);
    assert.deepEqual(asked, ['/orders/a%2Fb%20%C3%BC%3F']);
    assert.equal(daraja.lastPrompt.shillings, 49);
    assert.equal(daraja.lastPrompt.reference, 'INVOICE-2026');
    assert.equal((await push(base, { ...order, order_id: 'x' })).status, 404);
    for (const order_id of ['y', 'z']) {
      const failed = await push(base, { ...order, order_id });
      assert.equal(failed.status, 503);
      assert.equal(
        ((await failed.json()) as { daraja_error: { errorCode: string } }).daraja_error.errorCode,
        'not-sent',
      );
    }
    // Steps in a path, which no encoding hides.
    const before = asked.length;
    for (const order_id of ['.', '..']) assert.equal((await push(base, { ...order, order_id })).status, 404);
    assert.equal(asked.length, before);
    await shop.close();
    assert.equal((await push(base, { ...order, order_id: 'gone' })).status, 503);
    assert.equal(daraja.pushes, 1);
  });

  it('in a file are read at each push', async () => {
    const env = settings();
    const base = await start(env);
    assert.equal((await push(base, { order_id: 'new', amount: '7' })).status, 404);
    writeFileSync(env['ORDERS_FILE'] ?? '', '{"new":"7"}');
    assert.equal((await push(base, { order_id: 'new', amount: '7' })).status, 200);
  });
});

describe('a start', () => {
  for (const [name, value] of [
    ['ORDERS_FILE', '/nowhere/orders.json'],
    ['DATABASE_URL', 'file:/nowhere/payments.db'],
    ['DATABASE_URL', 'postgres://user:hidden@127.0.0.1:1/none'],
  ] as const) {
    it(`is stopped by ${name}=${value.replace('hidden', '…')}, and quotes no password`, async () => {
      const { code, out } = await run([], settings({ [name]: value }));
      assert.equal(code, 1);
      assert.match(out, new RegExp(name));
      assert.doesNotMatch(out, /hidden/);
    });
  }
});

describe('in ordinary traffic from one address nobody is limited', () => {
  it('150 tokens, and 100 pushes of as many orders and phones', async () => {
    const orders = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`order-${n}`, '10']));
    const base = await start(settings({}, orders));
    const tokens = await Promise.all(Array.from({ length: 150 }, () => tokenOf(base)));
    assert.ok(tokens.every(Boolean));
    const answers = await Promise.all(
      Object.keys(orders).map((order_id, n) =>
        push(base, { order_id, amount: '10', user_phone_number: `2547${10_000_000 + n}` }, tokens[n]),
      ),
    );
    assert.ok(answers.every(({ status: code }) => code === 200));
    assert.equal(daraja.prompts.length, 100);
  });

  it('1000 pushes of one order: one prompt, and 999 times “may be live”', async () => {
    const base = await start(settings());
    const token = await tokenOf(base);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => push(base, {}, token)));
    const counts = [200, 409].map((code) => answers.filter((answer) => answer.status === code).length);
    assert.deepEqual(counts, [1, 999]);
    assert.equal(daraja.pushes, 1);
  });
});

describe('a page', () => {
  it('has a user_id of its own with each token, and may ask for any order by its number', async () => {
    const base = await start(settings({}, { one: '1', two: '2' }));
    const ids = [];
    for (const [order_id, amount] of [
      ['one', '1'],
      ['two', '2'],
    ]) {
      ids.push(((await (await push(base, { order_id, amount })).json()) as { user_id: string }).user_id);
    }
    assert.ok(ids.every(Boolean));
    assert.notEqual(ids[0], ids[1]);
    assert.equal((await status(base, 'order_id=one')).status, 202);
    assert.equal((await status(base, 'order_id=one', 'nonsense')).status, 401);
  });

  it('of a foreign origin is given nothing', async () => {
    const base = await start(settings());
    for (const init of [{}, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }]) {
      const { headers } = await fetch(`${base}/payments/mpesa/payment/push/request`, {
        method: 'POST',
        ...init,
        headers: { ...(init as { headers?: object }).headers, origin: 'https://evil.example' },
      });
      assert.equal(headers.get('access-control-allow-origin'), null);
    }
  });
});

describe('a callback', () => {
  it('that is larger than 16 kB is 413, and changes nothing', async () => {
    const base = await start(settings());
    await push(base);
    const { pathname } = new URL(daraja.lastPrompt.callbackUrl);
    const body = JSON.stringify({ ...(callbackBody(daraja.lastPrompt, 0) as object), more: 'x'.repeat(16 * 1024) });
    assert.equal((await fetch(base + pathname, { method: 'POST', body })).status, 413);
    assert.equal((await status(base)).status, 202);
  });

  it('that brings a success after a refused push pays the order', async () => {
    const shop = await shopThatListens();
    const base = await start(settings({ QUERY_AFTER_S: '1', ...shop.env }));
    daraja.nextPushes.push({ status: 400, body: { errorCode: '400.002.02', errorMessage: 'no', requestId: 'r' } });
    // A prompt that Daraja says it did not make.
    let address = '';
    daraja.onPush = (body) => (address = String(body['CallBackURL']));
    assert.equal((await push(base)).status, 400);
    const prompt = {
      checkoutRequestId: 'ws_CO_late',
      merchantRequestId: 'm',
      callbackUrl: address,
      shillings: 12341,
      phone: '254723123123',
      reference: '',
      body: {},
    };
    daraja.results.set(prompt.checkoutRequestId, { code: 0 });
    assert.equal((await callBack(base, prompt, 0)).status, 200);
    await shop.times(1);
    assert.equal(shop.heard[0]?.event.type, 'payment.paid');
    assert.equal((await push(base)).status, 409);
    await shop.close();
  });
});

describe('the subcommands', () => {
  it('review --not-paid frees the order; replay tells an event again under its id', async () => {
    const shop = await shopThatListens(1);
    const env = settings({ ...shop.env, QUERY_AFTER_S: '1' });
    const base = await start(env);
    await push(base);
    await callBack(base, daraja.lastPrompt, 0, { amount: 1 });
    // The first delivery is refused: the event comes again under its id.
    await shop.times(2);
    assert.equal(shop.heard[0]?.event.type, 'payment.review');
    assert.equal(shop.heard[1]?.id, shop.heard[0].id);
    assert.equal((await push(base)).status, 409);

    const attempt = /[0-9a-f-]{36}/.exec((await run(['review'], env)).out)?.[0] ?? '';
    for (const missing of [
      ['--not-paid', '--by', 'Asha'],
      ['--not-paid', '--reason', 'statement'],
    ]) {
      assert.notEqual((await run(['review', attempt, ...missing], env)).code, 0);
    }
    const decided = await run(['review', attempt, '--not-paid', '--by', 'Asha', '--reason', 'statement'], env);
    assert.equal(decided.code, 0, decided.out);
    await shop.times(3);
    assert.equal(shop.heard[2]?.event.type, 'payment.failed');
    assert.equal((await push(base)).status, 200);

    const { id } = shop.heard[0];
    assert.equal((await run(['replay', id], env)).code, 0);
    assert.equal(shop.heard.at(-1)?.id, id);
    assert.notEqual((await run(['replay', 'evt_unknown'], env)).code, 0);
    await shop.close();
  });

  /** Nothing that the command could go by, but these. */
  const only = (env: Record<string, string>, names: readonly string[]): Record<string, string> => ({
    ...Object.fromEntries(Object.keys(env).map((name) => [name, '\u2028 unusable'])),
    ...Object.fromEntries(['PATH', ...names].map((name) => [name, env[name] ?? ''])),
  });

  it('review asks for the database alone, and looks at no other setting', async () => {
    const shop = await shopThatListens();
    const env = settings({ ...shop.env, QUERY_AFTER_S: '1', DARAJA_TYPE: 'paybill', RELEASE_AFTER_S: 'never' });
    const base = await start(env);
    await push(base);
    await callBack(base, daraja.lastPrompt, 0, { amount: 1 });
    await shop.times(1);
    const needed = only(env, ['DATABASE_URL', 'RELEASE_AFTER_S']);
    const list = await run(['review'], needed);
    assert.equal(list.code, 0, list.out);
    const attempt = /[0-9a-f-]{36}/.exec(list.out)?.[0] ?? '';
    const decided = await run(['review', attempt, '--paid', '--by', 'Asha', '--reason', 'statement'], needed);
    assert.equal(decided.code, 0, decided.out);
    await shop.times(2);
    assert.equal(shop.heard[1]?.event.type, 'payment.paid');
    assert.match(
      (await run(['review'], { PATH: env['PATH']!, DATABASE_URL: env['DATABASE_URL']! })).out,
      /^Nothing waits/,
    );
    await shop.close();
  });

  for (const command of [['review'], ['review', 'x', '--paid', '--by', 'Asha', '--reason', 'y'], ['replay', 'evt_x']]) {
    it(`${command[0]} ${command.length} says that the database is not there, and makes none`, async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'vitumob-pay-elsewhere-')), 'payments.db');
      const env = settings({ DATABASE_URL: `file:${path}`, WEBHOOK_URL: 'http://127.0.0.1:1/', WEBHOOK_SECRET });
      const { code, out } = await run(command, env);
      assert.equal(code, 1);
      assert.match(out, /^The settings cannot be used:\n {2}DATABASE_URL names a file that is not there/);
      assert.equal(existsSync(path), false);
    });
  }

  it('replay asks for the database and whom to tell, and looks at no other setting', async () => {
    const shop = await shopThatListens();
    const env = settings({ ...shop.env, QUERY_AFTER_S: '1' });
    const base = await start(env);
    await push(base);
    await callBack(base, daraja.lastPrompt, 0, { amount: 1 });
    await shop.times(1);
    const needed = only(env, ['DATABASE_URL', 'WEBHOOK_URL', 'WEBHOOK_SECRET']);
    const { id } = shop.heard[0]!;
    const told = await run(['replay', id], needed);
    assert.deepEqual(told, { code: 0, out: 'The shop took it.\n' });
    assert.deepEqual(shop.heard[1], shop.heard[0]);
    for (const name of ['WEBHOOK_URL', 'WEBHOOK_SECRET']) {
      const { code, out } = await run(['replay', id], { ...needed, [name]: '' });
      assert.equal(code, 1);
      assert.match(out, new RegExp(`^The settings cannot be used:\n  ${name} is missing: [^\n]+\n$`));
    }
    assert.equal(shop.heard.length, 2);
    await shop.close();
  });

  it('register-c2b asks for what it says to Daraja, and looks at no other setting', async () => {
    const env = settings({ DARAJA_TYPE: 'paybill', WEBHOOK_URL: 'http://127.0.0.1:1/', WEBHOOK_SECRET });
    const account = ['DARAJA_CONSUMER_KEY', 'DARAJA_CONSUMER_SECRET', 'DARAJA_SHORTCODE'];
    const needed = only(env, ['DATABASE_URL', 'SECRET', 'PUBLIC_URL', 'DARAJA_BASE_URL', ...account]);
    const registered = await run(['register-c2b'], needed);
    assert.equal(registered.code, 0, registered.out);
    const [before] = daraja.registered;
    assert.equal(before?.['ShortCode'], '174379');
    // The server that runs answers at the very address.
    const base = await start(settings());
    const answer = await fetch(base + new URL(String(before['ConfirmationURL'])).pathname, {
      method: 'POST',
      body: '{',
    });
    assert.equal(answer.status, 400);

    const { code, out } = await run(['register-c2b'], { PATH: env['PATH']!, DATABASE_URL: env['DATABASE_URL']! });
    assert.equal(code, 1);
    assert.deepEqual(
      out
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
      ['SECRET', 'PUBLIC_URL', ...account].map((name) => `${name} is missing`),
    );
  });

  it('register-c2b registers guarded addresses, at which a payment without a prompt pays the order once', async () => {
    const shop = await shopThatListens();
    const env = settings(shop.env, { 'Order 7': '100' });
    const base = await start(env);
    assert.equal((await run(['register-c2b'], env)).code, 0);
    const [registered] = daraja.registered;
    assert.equal(registered?.['ShortCode'], '174379');
    const { pathname } = new URL(String(registered['ConfirmationURL']));
    assert.match(pathname, /^\/c\/[a-z]+\/[0-9a-f]{32}$/);
    const confirm = (path: string, more: object = {}): Promise<Response> =>
      fetch(base + path, {
        method: 'POST',
        body: JSON.stringify({
          TransactionType: 'Pay Bill',
          TransID: 'RKTQDM7W6S',
          TransAmount: '100.00',
          BusinessShortCode: '174379',
          BillRefNumber: ' order7 ',
          MSISDN: '2547*****126',
          ...more,
        }),
      });
    assert.equal((await confirm(pathname.replace(/.{4}$/, '0000'))).status, 404);
    assert.equal((await confirm(pathname)).status, 200);
    assert.equal((await confirm(pathname)).status, 200);
    await shop.times(1);
    const said = (await (await status(base, 'order_id=Order%207')).json()) as Record<string, unknown>;
    assert.equal(said['result_code'], 0);
    assert.equal(said['mpesa_receipt_number'], 'RKTQDM7W6S');
    assert.equal('checkout_request_id' in said, false);
    assert.equal((await push(base, { order_id: 'Order 7', amount: '100' })).status, 409);
    // An order that is paid already, and money for no order of ours.
    await confirm(pathname, { TransID: 'RKTQDM7W6T' });
    await confirm(pathname, { TransID: 'RKTQDM7W6U', BillRefNumber: 'nobody' });
    await shop.times(3);
    assert.deepEqual(
      shop.heard.map(({ event }) => event.type),
      ['payment.paid', 'payment.review', 'payment.review'],
    );
    assert.equal(daraja.pushes, 0);
    await shop.close();
  });
});

describe('killed', () => {
  it('on SQLite, what was in hand is taken up at once by the next start', async () => {
    const shop = await shopThatListens();
    const env = settings(shop.env);
    const base = await start(env);
    await push(base);
    // The question is at Daraja when the process dies, so the attempt is leased.
    daraja.results.set(daraja.lastPrompt.checkoutRequestId, 'hang');
    await Promise.all([daraja.asked(1), callBack(base, daraja.lastPrompt, 0)]);
    const [command] = commands.splice(0);
    command?.child.kill('SIGKILL');
    await command?.ended;
    daraja.results.set(daraja.lastPrompt.checkoutRequestId, { code: 0 });
    const began = daraja.queries.length;
    await start(env);
    await daraja.asked(began + 1);
    await shop.times(1);
    assert.equal(shop.heard[0]?.event.type, 'payment.paid');
    assert.equal(daraja.pushes, 1);
    await shop.close();
  });
});

describe('the wall clock', () => {
  it('that is set forward by an hour frees no order', async () => {
    const env = settings({ PROMPT_WINDOW_S: '60', RELEASE_AFTER_S: '60', DARAJA_TIMEOUT_S: '5' });
    const hour =
      'data:text/javascript,let%20o=0;const%20n=Date.now;Date.now=()=>n()+o;process.on(%22SIGUSR2%22,()=>{o=36e5})';
    const base = await start({ ...env, NODE_OPTIONS: `--import=${hour}` });
    daraja.nextPushes.push('accept-and-break');
    assert.equal((await push(base)).status, 502);
    const token = await tokenOf(base);
    commands[0]?.child.kill('SIGUSR2');
    // The worker looks every second: two questions of a second each outlast a look.
    daraja.results.clear();
    for (let n = 0; n < 2; n++) assert.equal((await status(base, 'order_id=1234567891&wait=1.5', token)).status, 202);
    const again = await push(base, {}, token);
    assert.equal(again.status, 409);
    const { live } = (await again.json()) as { live: { expires_in: number } };
    assert.ok(live.expires_in >= 1 && live.expires_in <= 60);
    assert.equal(daraja.pushes, 1);
  });
});
