/**
 * The shops of examples that are not written in Node, each between a customer in a real browser and `vitumob-pay-server` by itself,
 * with the simulated Daraja behind it. test/e2e/shops has what stands around them here.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Keys } from '../../server/src/keys.js';
import { c2bUrls } from '../../server/src/payments/context.js';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { pythonWithDjango } from '../browsers/install-programs.mjs';
import { root } from '../package/support/packed.js';
import { type Tab, until, World } from './support.js';
import { freePort } from '../support/free-port.js';

const here = join(root, 'test/e2e/shops');
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of this test, 32 bytes.').toString('base64')}`;
const RECEIPT = 'NLJ7RT61SV';
const SECRET = 'a secret of 32 characters or more for this test';

const python = pythonWithDjango() ?? 'python3';

interface ShopKind {
  readonly name: string;
  /** What has to be there, and what says that it is. */
  readonly needs: readonly [what: string, program: string, ...words: string[]];
  /** Runs before it starts. */
  readonly prepare?: readonly [program: string, ...words: string[]];
  readonly start: (port: number) => readonly [program: string, ...words: string[]];
  readonly environment: (settings: { folder: string; payments: string }) => Readonly<Record<string, string>>;
  readonly orders: string;
  readonly events: string;
  /** Where the customer is taken once it is paid. */
  readonly afterwards: RegExp;
}

const shops: readonly ShopKind[] = [
  {
    name: 'woocommerce',
    needs: ['PHP', 'php', '--version'],
    start: (port) => ['php', '-q', '-d', 'display_errors=1', '-S', `127.0.0.1:${port}`, join(here, 'wordpress.php')],
    environment: ({ folder, payments }) => ({
      PHP_CLI_SERVER_WORKERS: '4',
      SHOP_FOLDER: folder,
      SHOP_SETTINGS: JSON.stringify({
        ...{ enabled: 'yes', server: `${payments}/`, secret: WEBHOOK_SECRET },
        business: `Mama "Njeri" & <Sons>`,
      }),
    }),
    orders: '/wp-json/vitumob-pay/v1/orders',
    events: '/wp-json/vitumob-pay/v1/events',
    afterwards: /\/received\/\d+\?key=/,
  },
  {
    name: 'django',
    needs: ['Django 3.2 or later', python, '-c', 'import django; assert django.VERSION >= (3, 2)'],
    start: (port) => [python, join(here, 'django_shop.py'), String(port)],
    environment: ({ folder, payments }) => ({
      PYTHONDONTWRITEBYTECODE: '1',
      SHOP_FOLDER: folder,
      VITUMOB_PAY_SERVER: payments,
      VITUMOB_PAY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    }),
    orders: '/vitumob-pay/orders',
    events: '/vitumob-pay/events',
    afterwards: /\?paid$/,
  },
  {
    name: 'laravel',
    needs: ['Laravel', 'php', '-r', "require getenv('LARAVEL_AUTOLOAD') ?: 'Illuminate/autoload.php';"],
    prepare: ['php', join(here, 'laravel.php'), 'migrate'],
    start: (port) => ['php', '-q', '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, join(here, 'laravel.php')],
    environment: ({ folder, payments }) => ({
      PHP_CLI_SERVER_WORKERS: '4',
      SHOP_FOLDER: folder,
      VITUMOB_PAY_SERVER: payments,
      VITUMOB_PAY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    }),
    orders: '/vitumob-pay/orders',
    events: '/vitumob-pay/events',
    afterwards: /\?paid$/,
  },
];

const shopsHere = shops.filter(({ name, needs: [what, program, ...words] }) => {
  const isHere = spawnSync(program, words).status === 0;
  console.log(`examples/${name}: ${isHere ? `run with ${what}` : `not run, there is no ${what} here`}`);
  return isHere;
});

/** An order that was placed. */
interface Placed {
  readonly id: number | string;
  /** Where the customer pays it. */
  readonly page: string;
  /** What the tag and the server call it. */
  readonly name: string;
}

/** What has become of it. */
interface Kept {
  /** How often it has become paid. */
  readonly times: number;
  readonly receipt: string;
  /** What a person has to read. */
  readonly notes: readonly string[];
}

for (const kind of shopsHere) {
  describe(`examples/${kind.name}`, () => {
    let world: World;
    let folder: string;
    let origin: string;
    let payments: string;
    const children: ChildProcess[] = [];
    let output = '';

    const run = (program: string, words: readonly string[], env: NodeJS.ProcessEnv): void => {
      // A group of its own, as PHP's workers outlive their parent.
      const child = spawn(program, words, { detached: true, cwd: folder, env: { ...process.env, ...env } });
      children.push(child);
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    };

    before(async () => {
      world = await World.open();
      folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-shop-'));
      const [port, paymentsPort] = [await freePort(), await freePort()];
      origin = `http://127.0.0.1:${port}`;
      payments = `http://127.0.0.1:${paymentsPort}`;
      const environment = kind.environment({ folder, payments });
      if (kind.prepare) {
        const [program, ...words] = kind.prepare;
        execFileSync(program, words, { env: { ...process.env, ...environment } });
      }
      const [program, ...words] = kind.start(port);
      run(program, words, environment);
      run(process.execPath, [join(root, 'server/dist/cli.js')], {
        PORT: String(paymentsPort),
        DATABASE_URL: `file:${join(folder, 'payments.db')}`,
        SECRET,
        PUBLIC_URL: payments,
        SHOP_ORIGINS: origin,
        ORDERS_URL: origin + kind.orders,
        WEBHOOK_URL: origin + kind.events,
        WEBHOOK_SECRET,
        DARAJA_BASE_URL: `${world.backend.origin}/daraja`,
        DARAJA_CONSUMER_KEY: SIMULATED_ACCOUNT.consumerKey,
        DARAJA_CONSUMER_SECRET: SIMULATED_ACCOUNT.consumerSecret,
        DARAJA_SHORTCODE: SIMULATED_ACCOUNT.shortcode,
        DARAJA_PASSKEY: SIMULATED_ACCOUNT.passkey,
      });
      const answers = () =>
        Promise.all([fetch(origin), fetch(payments)]).then(
          () => true,
          () => false,
        );
      await until(answers, 'the shop and the server to listen').catch((error: unknown) => {
        throw new Error(output, { cause: error });
      });
    });
    afterEach(() => world.reset());
    after(async () => {
      for (const child of children) {
        if (child.exitCode !== null) continue;
        const ended = once(child, 'exit');
        process.kill(-child.pid!, 'SIGKILL');
        await ended;
      }
      await world.close();
      rmSync(folder, { recursive: true });
    });

    const read = async (response: Response): Promise<unknown> => {
      const text = await response.text();
      assert.ok(response.ok, `${response.status} ${text}`);
      return JSON.parse(text);
    };
    const place = async (order: object = {}): Promise<Placed> =>
      (await read(await fetch(`${origin}/orders`, { method: 'POST', body: JSON.stringify(order) }))) as Placed;
    const look = async ({ id }: Placed): Promise<Kept> => (await read(await fetch(`${origin}/orders/${id}`))) as Kept;
    const price = (name: string) => fetch(`${origin}${kind.orders}/${encodeURIComponent(name)}`);

    let told = 0;
    /** Tells the shop of an event as the server does. */
    const tell = async (
      { name }: Placed,
      { type = 'payment.paid', id = `evt_${(told += 1)}`, at = new Date(), change = (body: string) => body, ...data },
      secret = WEBHOOK_SECRET,
    ): Promise<number> => {
      const body = JSON.stringify({
        type,
        timestamp: at.toISOString(),
        data: {
          ...{ order_id: name, payment_id: 'ws_CO_1', attempt_id: '01J', amount: '1250', receipt: RECEIPT },
          ...{ result_code: 0, result_desc: 'Done.', ...data },
        },
      });
      const response = await fetch(origin + kind.events, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': `v1,AAAA ${new Webhook(secret).sign(id, at, body)}`,
        },
        body: change(body),
      });
      await response.text();
      return response.status;
    };
    const visit = async (placed: Placed): Promise<Tab> => (await world.customer()).open(placed.page);

    it('takes a payment from its page to the receipt, and the shop knows of it', async () => {
      const order = await place();
      const tab = await visit(order);
      assert.deepEqual(await tab.page.$eval('vitumob-pay', ({ orderId, amount }) => [orderId, amount]), [
        order.name,
        '1250',
      ]);
      await tab.pay();
      await tab.reaches('prompted');
      await world.backend.approve();
      await tab.page.waitForFunction((pattern) => new RegExp(pattern).test(location.href), {}, kind.afterwards.source);
      await until(async () => (await look(order)).times, 'the shop to know');
      const [prompt, ...others] = (await world.backend.handset()).prompts;
      assert.deepEqual([prompt?.amount, others.length], [1250, 0]);
      const { times, receipt } = await look(order);
      assert.deepEqual([times, receipt], [1, prompt?.receipt]);
      assert.deepEqual(tab.console, []);
    });

    it('takes no event that is unsigned, signed by others, changed, or of another time', async () => {
      const order = await place();
      const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
      const plain = await fetch(origin + kind.events, { method: 'POST', body: '{}' });
      assert.equal(plain.status, 401);
      const other = `whsec_${Buffer.from('a secret of somebody else, so so').toString('base64')}`;
      assert.equal(await tell(order, {}, other), 401);
      assert.equal(await tell(order, { change: (body) => body.replace('1250', '1251') }), 401);
      assert.equal(await tell(order, { change: (body) => `${body} ` }), 401);
      assert.equal(await tell(order, { at: at(-6) }), 401);
      assert.equal(await tell(order, { at: at(6) }), 401);
      assert.deepEqual(await look(order).then(({ times, notes }) => [times, notes]), [0, []]);
      assert.equal(await tell(order, { at: at(-4) }), 204);
      assert.equal((await look(order)).times, 1);
    });

    it('is paid once, however often and by however many requests at once it is told', async () => {
      const order = await place();
      const statuses = await Promise.all(Array.from({ length: 6 }, () => tell(order, { id: 'evt_same' })));
      assert.deepEqual([...new Set(statuses)], [204]);
      const { times, receipt, notes } = await look(order);
      assert.deepEqual([times, receipt], [1, RECEIPT]);
      assert.equal(await tell(order, { id: 'evt_same' }), 204);
      assert.deepEqual((await look(order)).notes, notes);
    });

    it('is paid without a receipt where none is known', async () => {
      const order = await place();
      assert.equal(await tell(order, { receipt: undefined }), 204);
      assert.deepEqual(await look(order).then(({ times, receipt }) => [times, receipt]), [1, '']);
    });

    it('leaves to a person what is no plain payment: another amount, a second payment, one of which nobody can tell', async () => {
      for (const event of [
        { amount: '1' },
        { amount: '1250.50' },
        { type: 'payment.review', receipt: undefined },
        { type: 'payment.paid_again' },
      ]) {
        const order = await place();
        assert.equal(await tell(order, event), 204);
        const { times, notes } = await look(order);
        assert.equal(times, 0, JSON.stringify(event));
        assert.equal(notes.length, 1, JSON.stringify(event));
      }
      const order = await place();
      await tell(order, {});
      const { notes } = await look(order);
      assert.equal(await tell(order, { receipt: 'NLJ7RT61SW' }), 204);
      assert.equal((await look(order)).times, 1);
      assert.equal((await look(order)).notes.length, notes.length + 1);
    });

    it('leaves an order to be paid of which a prompt was not paid', async () => {
      const order = await place();
      assert.equal(await tell(order, { type: 'payment.failed', result_code: 1032, receipt: undefined }), 204);
      assert.deepEqual(await look(order).then(({ times, notes }) => [times, notes]), [0, []]);
      assert.equal((await price(order.name)).status, 200);
    });

    it('says that an event of an order that it does not have was not taken', async () => {
      assert.equal(await tell({ ...(await place()), name: 'none' }, {}), 404);
      assert.equal(await tell(await place(), { amount: 1250 }), 400);
    });

    it('tells what an order costs to whoever knows its name, which cannot be guessed', async () => {
      const { id, name } = await place({ total: '48744.50' });
      const { amount } = (await read(await price(name))) as { amount: string };
      assert.match(amount, /^48744\.50?$/);
      const longer = `${name}0`;
      const changed = name.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      // Another way of writing a name would be another order to the server, with a prompt of its own.
      const written = [
        name.toUpperCase(),
        name.toLowerCase(),
        `0${name}`,
        name.replaceAll('-', ''),
        `{${name}}`,
      ].filter((other) => other !== name);
      for (const other of [String(id), changed, longer, ...written, `${id}-0000000000000000`, 'none', "'"])
        assert.equal((await price(other)).status, 404, other);
    });

    it('still tells what a paid order costs, of which the server says that it is paid', async () => {
      const order = await place();
      await tell(order, {});
      assert.equal((await price(order.name)).status, 200);
    });

    it('prints nothing of a customer’s into its page that could run there', async () => {
      const order = await place({ phone: `"><img src=x onerror="window.ran = 1">` });
      const tab = await visit(order);
      assert.equal(await tab.page.evaluate(() => 'ran' in window), false);
      assert.equal((await tab.page.$$('img')).length, 0);
    });

    if (kind.name !== 'woocommerce') {
      it('has one number for an order, on the page, in the prompt and to be quoted, which is short and random', async () => {
        const order = await place();
        assert.match(order.name, /^[2-9A-HJKMNP-TV-Z]{10}$/);
        assert.notEqual((await place()).name, order.name);
        const tab = await visit(order);
        assert.equal(await tab.page.$eval('h1', ({ textContent }) => textContent), `Order ${order.name}`);
        await tab.pay();
        await tab.reaches('prompted');
        const [prompt] = (await world.backend.handset()).prompts;
        assert.equal(prompt?.reference, order.name);
      });

      it('is paid without a prompt under that number, however the customer writes it', async () => {
        const order = await place();
        const urls = await c2bUrls(new Keys([SECRET]), {
          publicUrl: payments,
          daraja: { shortcode: SIMULATED_ACCOUNT.shortcode },
        });
        const answer = await fetch(urls.confirmation, {
          method: 'POST',
          body: JSON.stringify({
            ...{ TransID: RECEIPT, TransAmount: '1250', BusinessShortCode: SIMULATED_ACCOUNT.shortcode },
            BillRefNumber: order.name.toLowerCase().replace(/^.{5}/, '$& '),
          }),
        });
        assert.equal(answer.status, 200);
        await until(async () => (await look(order)).times, 'the shop to know');
        assert.equal((await look(order)).receipt, RECEIPT);
      });
    }

    if (kind.name === 'woocommerce') {
      it('offers no payment of orders that are cancelled, in another currency, or paid in another way', async () => {
        for (const order of [{ status: 'cancelled' }, { currency: 'USD' }, { method: 'cod' }])
          assert.equal((await price((await place(order)).name)).status, 404, JSON.stringify(order));
      });

      it('pays an order that was cancelled before the money came', async () => {
        const order = await place({ status: 'cancelled' });
        assert.equal(await tell(order, {}), 204);
        assert.equal((await look(order)).times, 1);
      });

      it('leaves to a person a payment of an order that was paid and given back', async () => {
        const order = await place({ status: 'refunded', date_paid: 1 });
        assert.equal(await tell(order, {}), 204);
        const { times, notes } = await look(order);
        assert.deepEqual([times, notes.length], [0, 1]);
        assert.match(notes[0] ?? '', /Give one back/);
      });

      it('prints its script so that optimisers leave it alone, and the business as it is written', async () => {
        const order = await place();
        const tab = await visit(order);
        const business = await tab.page.$eval('vitumob-pay', (element) => element.business);
        assert.equal(business, `Mama "Njeri" & <Sons>`);
        const attributes = await tab.page.$eval('#vitumob-pay-js', (script) => script.getAttributeNames());
        for (const name of ['data-cfasync', 'nowprocket', 'data-noptimize']) assert.ok(attributes.includes(name), name);
      });

      it('names itself to the checkout of blocks', async () => {
        const page = await world.browser.newPage();
        await page.goto(`${origin}/blocks/1`);
        const way = await page.evaluate(() => (window as unknown as { way: Record<string, unknown> }).way);
        await page.close();
        assert.deepEqual([way['name'], way['label']], ['vitumob_pay', 'M-Pesa']);
      });
    }
  });
}
