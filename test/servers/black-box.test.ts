/**
 * What docs/backend.md asks of a payments backend, asked of each of examples/servers from outside, with a Daraja behind that counts
 * prompts and does what a test says.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, describe, it as promise } from 'node:test';
import { classifyResultCode } from '../../src/model/outcome.js';
import { until } from '../e2e/support.js';
import {
  ACCOUNT,
  CALLBACK,
  type Conflict,
  ExampleServer,
  PRICE,
  PUSH,
  runtimesHere,
  STATUS,
  TOKEN,
} from './example-server.js';
import { error, FakeDaraja, json, type Reaction } from './fake-daraja.js';

type Json = Record<string, unknown>;

const SHOP = 'https://shop.example';
/** So that a window passes, and Daraja is asked again, as soon as a test wants it. */
const HASTY = {
  PROMPT_WINDOW_S: '0.001',
  CALLBACK_OVERDUE_S: '0.001',
  RELEASE_AFTER_S: '0.001',
  QUERY_EVERY_S: '0.05',
};

/** For a Daraja that does not answer. */
const IMPATIENT = { DARAJA_TIMEOUT_S: '3' };

describe('Every server of examples/servers', { concurrency: true }, () => {
  for (const runtime of runtimesHere())
    describe(runtime.name, { concurrency: 1 }, () => {
      const titles = new Set<string>();
      const it = (title: string, test: () => Promise<void> | void): void => {
        titles.add(title);
        if (!Object.hasOwn(runtime.otherwise, title)) void promise(title, test);
      };
      let daraja: FakeDaraja;
      /** With the settings of docs/backend.md. */
      let server: ExampleServer;
      let hasty: ExampleServer;
      /** A connection on which a request comes byte by byte, and does not end. */
      let slow: Awaited<ReturnType<ExampleServer['raw']>>;

      const start = (environment: Readonly<Record<string, string>> = {}) =>
        ExampleServer.start(runtime, {
          ...ACCOUNT,
          DARAJA_BASE_URL: daraja.origin,
          SHOP_ORIGIN: SHOP,
          ...environment,
        });
      before(async () => {
        daraja = await FakeDaraja.start();
        server = await start();
        hasty = await start(HASTY);
        slow = await hasty.raw();
        slow.send('GET /payments');
        slow.drip();
      });
      after(async () => {
        slow.end();
        await server.stop();
        await hasty.stop();
        await daraja.stop();
      });
      afterEach(() => {
        daraja.reset();
      });

      /** Runs a test's part with a server of its own. */
      const withServer = async (environment: Record<string, string>, use: (own: ExampleServer) => Promise<void>) => {
        const own = await start(environment);
        try {
          await use(own);
        } finally {
          await own.stop();
        }
      };
      /** An order with a prompt that rings. */
      const prompted = async (at: ExampleServer, amount = PRICE) => {
        const sale = at.sell(amount);
        const answer = await at.push(sale, { amount });
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        const [prompt] = daraja.promptsOf(sale.orderId);
        assert.ok(prompt);
        return { sale, prompt };
      };
      const lockedBy = async (at: ExampleServer, sale: Parameters<ExampleServer['push']>[0]) => {
        const { status, body, headers } = await at.push(sale);
        assert.equal(status, 409, JSON.stringify(body));
        const conflict = body as unknown as Conflict;
        if (conflict.live) assert.equal(headers.get('retry-after'), String(conflict.live.expires_in));
        return conflict;
      };

      describe('One order, one prompt', () => {
        it('lets one of five pushes in one moment pass, and says by what the others are held', async () => {
          const sale = server.sell();
          const answers = await Promise.all(Array.from({ length: 5 }, () => server.push(sale)));
          assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409]);
          const [prompt] = daraja.promptsOf(sale.orderId);
          const { error: text, live, ...rest } = await lockedBy(server, sale);
          assert.equal(typeof text, 'string');
          assert.deepEqual(rest, {});
          assert.deepEqual(Object.keys(live ?? {}).sort(), ['expires_in', 'payment_id']);
          assert.equal(live?.payment_id, prompt?.id);
          assert.ok(live && Number.isInteger(live.expires_in) && live.expires_in >= 1 && live.expires_in <= 120);
          assert.equal(daraja.promptsOf(sale.orderId).length, 1);
        });

        it('names the payment of an order that is paid', async () => {
          const { sale, prompt } = await prompted(server);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          await server.outcome(sale);
          const { error: text, ...rest } = await lockedBy(server, sale);
          assert.equal(typeof text, 'string');
          assert.deepEqual(rest, { paid: { payment_id: prompt.id } });
        });

        it('never says that a lock ends in less than a second', async () => {
          const { sale, prompt } = await prompted(hasty);
          assert.deepEqual((await lockedBy(hasty, sale)).live, { payment_id: prompt.id, expires_in: 1 });
        });

        const unclear: Readonly<Record<string, (id: string) => Reaction>> = {
          'the connection breaks': () => 'cut',
          'a proxy answers 502': () => ({ status: 502, body: '<html>Bad Gateway</html>' }),
          'a 503 has no error code': () => json({ message: 'busy' }, 503),
          'a 200 is not JSON': () => ({ status: 200, body: 'OK' }),
          'a 200 has no id': () => json({ ResponseCode: '0', CheckoutRequestID: ' ' }),
          'a 200 has no code': (id) => json({ CheckoutRequestID: id }),
          'a 200 is a list': () => json(['0']),
        };
        for (const [what, reaction] of Object.entries(unclear))
          it(`locks the order where ${what}, and does not send again`, async () => {
            daraja.onPush = ({ id }) => reaction(id);
            const sale = server.sell();
            const { status, body } = await server.push(sale);
            assert.ok(status >= 500, String(status));
            assert.equal('daraja_error' in body, false);
            assert.equal((await lockedBy(server, sale)).live?.payment_id, null);
            assert.equal((await server.status(sale)).status, 202);
            assert.equal(daraja.promptsOf(sale.orderId).length, 1);
          });

        const refused: Readonly<Record<string, readonly [Reaction, number, string]>> = {
          'with 400': [error('400.002.02', 400), 400, '400.002.02'],
          'with 500 and an error code': [error('500.001.1001', 500), 500, '500.001.1001'],
          'with an error code on 200': [error('500.002.1001', 200), 502, '500.002.1001'],
          'with another ResponseCode than 0': [
            json({ ResponseCode: '1', ResponseDescription: 'No', CheckoutRequestID: 'ws_CO_no' }),
            502,
            '1',
          ],
        };
        for (const [how, [reaction, expected, code]] of Object.entries(refused))
          it(`frees the order where Daraja refuses ${how}, and passes its word on`, async () => {
            daraja.onPush = () => reaction;
            const sale = server.sell();
            const { status, body } = await server.push(sale);
            const { daraja_error, order_meta_data, status_code } = body as Record<string, Json>;
            assert.deepEqual([status, status_code, daraja_error?.['errorCode']], [expected, expected, code]);
            assert.deepEqual(order_meta_data, {
              order_id: sale.orderId,
              user_phone_number: `2547*****${sale.phone.slice(-3)}`,
              amount: PRICE,
            });
            assert.equal((await server.status(sale)).status, 404);
            daraja.onPush = undefined;
            assert.equal((await server.push(sale)).status, 200);
          });

        it('says that nothing was sent where Daraja refuses its own token twice, and keeps the page’s', async () => {
          daraja.onPush = () => error('404.001.03', 404);
          const sale = server.sell();
          const before = daraja.pushes;
          const { status, body } = await server.push(sale);
          assert.deepEqual([status, (body['daraja_error'] as Json)['errorCode']], [503, 'not-sent']);
          assert.equal(daraja.pushes - before, 2);
          daraja.onPush = undefined;
          assert.equal((await server.push(sale)).status, 200);
        });

        it('renews Daraja’s token once, and sends one prompt', async () => {
          let refusals = 0;
          daraja.onPush = ({ id }) =>
            refusals++ === 0
              ? error('404.001.03', 404)
              : json({ CheckoutRequestID: id, MerchantRequestID: '1', ResponseCode: '0' });
          const { sale } = await prompted(server);
          assert.equal(daraja.promptsOf(sale.orderId).length, 1);
        });

        it('does not push once more where Daraja refuses its token, and calls back all the same', async () => {
          const sale = server.sell();
          const before = daraja.pushes;
          daraja.onPush = async (prompt) => {
            assert.equal(await daraja.callback(prompt, 0), 200);
            return error('404.001.03', 404);
          };
          const { status, body } = await server.push(sale);
          assert.equal(daraja.pushes - before, 1);
          assert.ok(status >= 500 && !('daraja_error' in body), JSON.stringify(body));
          const [prompt] = daraja.promptsOf(sale.orderId);
          assert.ok(prompt);
          assert.ok((await lockedBy(server, sale)).live);
          daraja.knows(prompt.id, 0);
          assert.equal((await server.outcome(sale))['checkout_request_id'], prompt.id);
        });

        it('does not call refused what Daraja refuses, and calls back as paid', async () => {
          const sale = server.sell();
          daraja.onPush = async (prompt) => {
            daraja.knows(prompt.id, 0);
            assert.equal(await daraja.callback(prompt, 0), 200);
            return error('500.001.1001', 500);
          };
          const { status, body } = await server.push(sale);
          assert.ok(status >= 500 && !('daraja_error' in body), JSON.stringify(body));
          assert.equal((await server.outcome(sale))['result_code'], 0);
        });

        it('does not push once more where an earlier prompt turns out to be paid meanwhile', async () => {
          const { sale, prompt: earlier } = await prompted(server);
          daraja.knows(earlier.id, 1032);
          await daraja.callback(earlier, 1032);
          await server.outcome(sale);
          const before = daraja.pushes;
          daraja.onPush = async () => {
            assert.equal(await daraja.callback(earlier, 0), 200);
            return error('404.001.03', 404);
          };
          const { paid, live } = await lockedBy(server, sale);
          assert.equal((paid ?? live)?.payment_id, earlier.id);
          assert.equal(daraja.pushes - before, 1);
          daraja.knows(earlier.id, 0);
          await until(async () => (await server.outcome(sale))['result_code'] === 0, 'the success');
        });

        it('says that nothing was sent where Daraja gives no token, or the orders cannot be read', async () => {
          await withServer({}, async (own) => {
            const before = daraja.pushes;
            for (const reaction of ['cut', json({}), error('500.001.1001', 500), { status: 200, body: '1' }] as const) {
              daraja.onToken = reaction;
              const sale = own.sell();
              const { status, body } = await own.push(sale);
              assert.deepEqual([status, (body['daraja_error'] as Json)['errorCode']], [503, 'not-sent']);
              assert.equal((await own.status(sale)).status, 404);
            }
            daraja.onToken = undefined;
            const sale = own.sell();
            writeFileSync(join(own.folder, 'orders.json'), '{');
            const { status, body } = await own.push(sale);
            assert.deepEqual([status, (body['daraja_error'] as Json)['errorCode']], [503, 'not-sent']);
            assert.equal(daraja.pushes, before);
          });
        });

        it('locks the order where no answer comes in time', async () => {
          await withServer(IMPATIENT, async (own) => {
            daraja.onPush = () => 'hang';
            const sale = own.sell();
            const { status, body } = await own.push(sale);
            assert.deepEqual([status, 'daraja_error' in body], [502, false]);
            assert.equal((await lockedBy(own, sale)).live?.payment_id, null);
            assert.equal(daraja.promptsOf(sale.orderId).length, 1);
          });
        });

        it('does not push when the page may have given up: Daraja’s token took too long', async () => {
          await withServer(IMPATIENT, async (own) => {
            const token = json({ access_token: 'a-late-daraja-token', expires_in: '3599' });
            const before = daraja.pushes;
            const sale = own.sell();
            // Never, and with a third of the time left.
            const late = () => new Promise<Reaction>((give) => setTimeout(give, 2000, token));
            for (const answer of [() => 'hang' as const, late]) {
              daraja.onToken = answer();
              const { status, body } = await own.push(sale);
              assert.deepEqual([status, (body['daraja_error'] as Json)['errorCode']], [503, 'not-sent']);
              daraja.reset();
            }
            assert.equal(daraja.pushes, before);
            assert.equal((await own.push(sale)).status, 200);
            assert.equal(daraja.pushes, before + 1);
          });
        });

        it('does not push after questions about an earlier prompt that hang', async () => {
          await withServer({ ...HASTY, ...IMPATIENT }, async (own) => {
            const { sale, prompt } = await prompted(own);
            daraja.knows(prompt.id, 'hang');
            const { status, body } = await own.push(sale);
            assert.ok(
              status === 409 || (body['daraja_error'] as Json)['errorCode'] === 'not-sent',
              JSON.stringify(body),
            );
            daraja.release();
            assert.equal((await own.status(sale)).status, 202);
            assert.equal(daraja.promptsOf(sale.orderId).length, 1);
          });
        });

        it('frees an order whose window has passed by what Daraja says, not by silence', async () => {
          const { sale, prompt } = await prompted(hasty);
          await until(() => daraja.queriesOf(prompt.id) > 0 || hasty.status(sale).then(() => false), 'a query');
          await lockedBy(hasty, sale);
          daraja.knows(prompt.id, 1032);
          await until(async () => (await hasty.push(sale)).status === 200, 'the next prompt');
          assert.equal(daraja.promptsOf(sale.orderId).length, 2);
        });

        it('gives up what nobody can ask about, and still takes its success, and the second one', async () => {
          daraja.onPush = () => 'cut';
          const sale = hasty.sell();
          assert.equal((await hasty.push(sale)).status, 502);
          daraja.onPush = undefined;
          await until(async () => (await hasty.push(sale)).status === 200, 'the next prompt');
          const [first, second] = daraja.promptsOf(sale.orderId);
          assert.ok(first && second);
          daraja.knows(first.id, 0);
          await daraja.callback(first, 0);
          assert.equal((await hasty.outcome(sale))['mpesa_receipt_number'], `R${first.id}`);
          daraja.knows(second.id, 0);
          await daraja.callback(second, 0);
          // As a page would: a server that has just asked Daraja asks no more before it is asked again.
          await until(async () => {
            await hasty.status(sale);
            return hasty.output.includes(`order ${sale.orderId}: paid_again`);
          }, 'word of the second payment');
          assert.equal((await hasty.outcome(sale))['checkout_request_id'], first.id);
        });

        it('takes a callback that is faster than the answer to the push', async () => {
          const sale = server.sell();
          let early: Promise<number> | undefined;
          daraja.onPush = (prompt) => {
            daraja.knows(prompt.id, 0);
            early = daraja.callback(prompt, 0);
            return 'hang';
          };
          const push = server.push(sale);
          await until(() => early, 'the push');
          assert.equal(await early, 200);
          assert.equal((await server.outcome(sale))['result_code'], 0);
          daraja.release();
          assert.ok((await push).status >= 500);
          const [prompt] = daraja.promptsOf(sale.orderId);
          assert.deepEqual((await lockedBy(server, sale)).paid, { payment_id: prompt?.id });
        });
      });

      if (runtime.durable)
        describe('Killed, and started again', () => {
          it('still locks an order that it was pushing, and its late callback pays it', async () => {
            await withServer({}, async (own) => {
              daraja.onPush = () => 'hang';
              const sale = own.sell();
              const broken = assert.rejects(own.push(sale));
              await until(() => daraja.promptsOf(sale.orderId).length, 'the push');
              await own.kill();
              await broken;
              daraja.reset();
              await own.restart();
              assert.equal((await lockedBy(own, sale)).live?.payment_id, null);
              assert.equal((await own.status(sale)).status, 202);
              const [prompt] = daraja.promptsOf(sale.orderId);
              assert.ok(prompt);
              daraja.knows(prompt.id, 0);
              assert.equal(await daraja.callback(prompt, 0), 200);
              assert.deepEqual(await own.outcome(sale), {
                result_code: 0,
                result_desc: 'Queried 0',
                checkout_request_id: prompt.id,
                mpesa_receipt_number: `R${prompt.id}`,
              });
              assert.deepEqual((await lockedBy(own, sale)).paid, { payment_id: prompt.id });
              assert.equal(daraja.promptsOf(sale.orderId).length, 1);
            });
          });

          it('remembers what is live, what is paid, and what was called back', async () => {
            await withServer(IMPATIENT, async (own) => {
              const [live, paid, told] = [await prompted(own), await prompted(own), await prompted(own)];
              daraja.knows(paid.prompt.id, 0);
              await daraja.callback(paid.prompt, 0);
              await own.outcome(paid.sale);
              assert.equal(await daraja.callback(told.prompt, 0), 200);
              await own.kill();
              await own.restart();
              assert.equal((await lockedBy(own, live.sale)).live?.payment_id, live.prompt.id);
              assert.equal((await own.outcome(paid.sale))['mpesa_receipt_number'], `R${paid.prompt.id}`);
              assert.ok((await lockedBy(own, paid.sale)).paid);
              daraja.knows(told.prompt.id, 0);
              assert.equal((await own.outcome(told.sale))['mpesa_receipt_number'], `R${told.prompt.id}`);
            });
          });

          it('keeps its file whole when it is killed while twenty orders are pushed at once', async () => {
            await withServer({}, async (own) => {
              const sales = Array.from({ length: 20 }, () => own.sell());
              const pushes = Promise.allSettled(sales.map((sale) => own.push(sale)));
              await until(() => sales.some(({ orderId }) => daraja.promptsOf(orderId).length), 'a push');
              await own.kill();
              await pushes;
              await own.restart();
              // Claimed and perhaps not sent is locked too; what was not claimed is pushed now.
              for (const sale of sales) {
                const { status } = await own.push(sale);
                const prompts = daraja.promptsOf(sale.orderId).length;
                assert.ok(
                  status === 409 ? prompts <= 1 : status === 200 && prompts === 1,
                  `${status}, ${prompts} prompts`,
                );
              }
            });
          });

          it('takes a file that it cannot read for an error, not for a start', async () => {
            await withServer({}, async (own) => {
              const { sale } = await prompted(own);
              await own.kill();
              writeFileSync(own.database, 'not a database '.repeat(1000));
              // Python does not start, PHP starts for each request.
              const answer = await Promise.race([
                own.restart().then(() => own.push(sale, {}, undefined)),
                until(() => /not a database/i.test(own.output), 'an error').then(() => undefined),
              ]);
              if (answer) assert.equal((answer.body['daraja_error'] as Json)['errorCode'], 'not-sent');
              assert.equal(daraja.promptsOf(sale.orderId).length, 1);
            });
          });
        });

      describe('What became of a prompt', () => {
        it('believes no callback that the query does not confirm', async () => {
          const { sale, prompt } = await prompted(server);
          assert.equal(await daraja.callback(prompt, 0), 200);
          await until(() => daraja.queriesOf(prompt.id), 'a query');
          assert.equal((await server.status(sale)).status, 202);
          assert.ok((await lockedBy(server, sale)).live);
        });

        it('takes a failure that the query confirms, and frees the order', async () => {
          const { sale, prompt } = await prompted(server);
          daraja.knows(prompt.id, 1032);
          await daraja.callback(prompt, 1032);
          const { result_code, checkout_request_id, mpesa_receipt_number } = await server.outcome(sale);
          assert.deepEqual([result_code, checkout_request_id, mpesa_receipt_number], [1032, prompt.id, undefined]);
          assert.equal((await server.push(sale)).status, 200);
        });

        it('asks where no callback comes, and goes on while Daraja has no final word', async () => {
          // Each of an order of its own: the questions about one come ever less often.
          for (const early of ['4999', '7777', 'SFC_IC0003', error('500.001.1001', 500)] as const) {
            const { sale, prompt } = await prompted(hasty);
            daraja.knows(prompt.id, early);
            const asked = daraja.queriesOf(prompt.id);
            await until(async () => {
              assert.equal((await hasty.status(sale)).status, 202);
              return daraja.queriesOf(prompt.id) > asked + 1;
            }, 'two more queries');
            daraja.knows(prompt.id, 0);
            const { result_code, mpesa_receipt_number } = await hasty.outcome(sale);
            assert.deepEqual([result_code, mpesa_receipt_number], [0, undefined]);
            // The receipt comes by the callback alone, and later.
            await daraja.callback(prompt, 0);
            assert.equal((await hasty.outcome(sale))['mpesa_receipt_number'], `R${prompt.id}`);
          }
        });

        it('takes a code that nobody knows for a failure where callback and query both say it', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 'SFC_IC0003');
          await daraja.callback(prompt, 'SFC_IC0003');
          assert.equal((await hasty.outcome(sale))['result_code'], 'SFC_IC0003');
        });

        it('does not guess where callback and query contradict each other: the order stays locked', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 1032);
          await daraja.callback(prompt, 0);
          await until(async () => {
            assert.equal((await hasty.status(sale)).status, 202);
            return hasty.output.includes(`order ${sale.orderId}: review`);
          }, 'the question for a person');
          assert.ok(daraja.queriesOf(prompt.id) >= 4);
          await lockedBy(hasty, sale);
          assert.equal(daraja.promptsOf(sale.orderId).length, 1);
        });

        it('pays and frees neither of two orders whose prompts got one id: both wait for a person, locked', async () => {
          const { sale, prompt } = await prompted(hasty);
          const other = hasty.sell();
          daraja.nextId = prompt.id;
          await hasty.push(other);
          daraja.knows(prompt.id, 0);
          await until(async () => {
            for (const one of [sale, other]) assert.equal((await hasty.status(one)).status, 202);
            return [sale, other].every(({ orderId }) => hasty.output.includes(`order ${orderId}: review`));
          }, 'both questions for a person');
          for (const one of [sale, other]) await lockedBy(hasty, one);
        });

        it('pays one of two orders whose prompts got one id by the callback at its own address', async () => {
          const { prompt } = await prompted(hasty);
          const other = hasty.sell();
          daraja.nextId = prompt.id;
          await hasty.push(other);
          const [own] = daraja.promptsOf(other.orderId);
          assert.ok(own);
          await daraja.callback(own, 0);
          daraja.knows(prompt.id, 0);
          assert.equal((await hasty.outcome(other))['mpesa_receipt_number'], `R${prompt.id}`);
        });

        it('does not take another amount for the order’s', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 'cut');
          await daraja.callback(prompt, 0, { amount: 1 });
          daraja.knows(prompt.id, 0);
          await until(() => hasty.output.includes(`order ${sale.orderId}: review`), 'the question for a person');
          assert.equal((await hasty.status(sale)).status, 202);
          await lockedBy(hasty, sale);
        });

        it('ignores a callback that names another checkout', async () => {
          const { sale, prompt } = await prompted(server);
          assert.equal(await daraja.callback(prompt, 0, { id: 'ws_CO_another' }), 200);
          assert.equal((await server.status(sale)).status, 202);
          assert.deepEqual([daraja.queriesOf(prompt.id), daraja.queriesOf('ws_CO_another')], [0, 0]);
        });

        it('takes a callback that fits as proof where the query gives no answer three times', async () => {
          for (const code of [0, 1032]) {
            const { sale, prompt } = await prompted(hasty);
            daraja.knows(prompt.id, { status: 503, body: 'down' });
            await daraja.callback(prompt, code);
            assert.equal((await hasty.outcome(sale))['result_code'], code);
            assert.ok(daraja.queriesOf(prompt.id) >= 3);
          }
        });

        it('keeps a success, whatever comes after it, and asks no more', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          await hasty.outcome(sale);
          const asked = daraja.queriesOf(prompt.id);
          daraja.knows(prompt.id, 1032);
          for (const code of [1032, 0, 1032]) assert.equal(await daraja.callback(prompt, code), 200);
          const { result_code, mpesa_receipt_number } = await hasty.outcome(sale);
          assert.deepEqual([result_code, mpesa_receipt_number], [0, `R${prompt.id}`]);
          assert.equal(daraja.queriesOf(prompt.id), asked);
        });

        it('takes a success after a failure', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 1037);
          await daraja.callback(prompt, 1037);
          assert.equal((await hasty.outcome(sale))['result_code'], 1037);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          await until(async () => (await hasty.outcome(sale))['result_code'] === 0, 'the success');
        });

        it('tells the outcome of the payment that is asked for, and a success before all', async () => {
          const { sale, prompt: first } = await prompted(server);
          daraja.knows(first.id, 1032);
          await daraja.callback(first, 1032);
          await server.outcome(sale);
          await server.push(sale);
          const second = daraja.promptsOf(sale.orderId)[1];
          assert.ok(second);
          assert.equal((await server.status(sale)).status, 202);
          assert.equal((await server.status(sale, { payment_id: second.id })).status, 202);
          assert.equal((await server.outcome(sale, { payment_id: first.id }))['result_code'], 1032);
          const { prompt: foreign } = await prompted(server);
          assert.equal((await server.status(sale, { payment_id: foreign.id })).status, 202);
          daraja.knows(second.id, 0);
          await daraja.callback(second, 0);
          await until(async () => (await server.outcome(sale, { payment_id: first.id }))['result_code'] === 0, 'paid');
        });

        it('keeps nothing of a callback for a checkout that it does not know', async () => {
          daraja.nextId = `unknown-${runtime.name}`;
          const stkCallback = { CheckoutRequestID: daraja.nextId, ResultCode: 0, ResultDesc: 'forged' };
          const size = () => (runtime.durable ? statSync(server.database).size : 0);
          const before = size();
          for (let time = 0; time < 50; time += 1)
            assert.equal(
              (await server.post(CALLBACK, { Body: { stkCallback: { ...stkCallback, padding: 'x'.repeat(9000) } } }))
                .status,
              200,
            );
          assert.equal(size(), before);
          const { sale, prompt } = await prompted(server);
          assert.equal(prompt.id, stkCallback.CheckoutRequestID);
          daraja.knows(prompt.id, 0);
          assert.equal((await server.status(sale)).status, 202);
          assert.equal(daraja.queriesOf(prompt.id), 0);
        });

        it('asks Daraja once in five seconds about a payment, however many ask', async () => {
          const { sale, prompt } = await prompted(server);
          const began = performance.now();
          await daraja.callback(prompt, 1032);
          for (let round = 0; round < 5; round += 1) {
            const answers = await Promise.all(Array.from({ length: 10 }, () => server.status(sale)));
            assert.ok(answers.every(({ status }) => status === 202));
          }
          await until(() => daraja.queriesOf(prompt.id), 'a query');
          assert.ok(daraja.queriesOf(prompt.id) <= 1 + Math.floor((performance.now() - began) / 5000));
        });

        it('asks one question at a time about a payment', async () => {
          const { sale, prompt } = await prompted(hasty);
          daraja.knows(prompt.id, 'hang');
          const before = daraja.hanging;
          const asked = [hasty.status(sale), hasty.status(sale), hasty.status(sale)];
          await until(() => {
            // One that came too early to ask Daraja is answered, and asked again.
            asked.push(hasty.status(sale));
            return daraja.hanging > before;
          }, 'a query');
          // For long enough that another one would be due.
          const later = performance.now() + 10 * 1000 * Number(HASTY.QUERY_EVERY_S);
          await until(async () => {
            await hasty.status(server.sell());
            return performance.now() > later;
          }, 'the next question’s time');
          assert.equal(daraja.queriesOf(prompt.id), 1);
          daraja.knows(prompt.id, 0);
          daraja.release();
          await Promise.all(asked);
          await hasty.outcome(sale);
        });
      });

      describe('A held question', () => {
        it('is answered with the outcome as soon as there is one', async () => {
          const { sale, prompt } = await prompted(server);
          let answered = false;
          const held = server.status(sale, { wait: '20', payment_id: prompt.id }).then((answer) => {
            answered = true;
            return answer;
          });
          // PHP's built-in server may put a request behind one that came in the same moment: not before this one is held.
          if (runtime.name === 'php') await until(() => existsSync(`${server.database}.held-1`), 'the held request');
          // Other requests are served meanwhile.
          for (const nowhere of ['/', '/a', '/b']) assert.equal((await server.ask(nowhere)).status, 404);
          assert.equal(answered, false);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          const { status, body } = await held;
          assert.deepEqual([status, body['result_code'], body['mpesa_receipt_number']], [200, 0, `R${prompt.id}`]);
        });

        it('is answered as pending after the time that it asked for', async () => {
          const { sale } = await prompted(server);
          assert.deepEqual((await server.status(sale, { wait: '0.05' })).body, { status: 'pending' });
        });

        it('is not held where wait is no number of seconds, or there is nothing to wait for', async () => {
          const { sale } = await prompted(server);
          for (const wait of ['', '0', '-1', 'x', '1e9', '0x10', ' 20', '２０']) {
            const { status } = await until(() => server.status(sale, { wait }), 'an answer', 10_000);
            assert.equal(status, 202);
          }
          assert.equal((await server.status(server.sell(), { wait: '20' })).status, 404);
          assert.equal((await server.ask(`${STATUS}?order_id=${sale.orderId}&wait=20`)).status, 401);
        });
      });

      describe('What it tells, and to whom', () => {
        it('asks for a token at the status, and answers flat: code, text, id and receipt', async () => {
          const { sale, prompt } = await prompted(server);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          const outcome = await server.outcome(sale);
          assert.deepEqual(Object.keys(outcome).sort(), [
            ...['checkout_request_id', 'mpesa_receipt_number'],
            ...['result_code', 'result_desc'],
          ]);
          assert.ok(!JSON.stringify(outcome).includes(sale.phone.slice(3)));
          const right = await server.token();
          for (const authorization of ['', 'nonsense', `Bearer ${right}`, `${right}.x`, right.replace(/.$/, '')]) {
            const { status, body } = await server.ask(`${STATUS}?order_id=${sale.orderId}`, {
              headers: { ...(authorization && { authorization }) },
            });
            assert.deepEqual([status, Object.keys(body)], [401, ['error']], authorization);
          }
        });

        it('answers a push without a token, and with one that is none, as the API says', async () => {
          const sale = server.sell();
          const without = await server.post(PUSH, {
            order: { order_id: sale.orderId, user_phone_number: sale.phone, amount: PRICE },
          });
          assert.deepEqual([without.status, without.body], [400, { error: 'Access token not provided' }]);
          const right = await server.token();
          const past = `1500000000${right.slice(right.indexOf('.'))}`;
          for (const wrong of [
            'nonsense',
            right.replace(/^\d+/, '99999999999'),
            `${right}0`,
            `${right}.x`,
            past,
            '.',
            '..',
          ]) {
            const { status, body } = await server.push(sale, {}, wrong);
            const { requestId, ...said } = body['daraja_error'] as Json;
            assert.equal(typeof requestId, 'string');
            assert.deepEqual([status, body['status_code']], [404, 404]);
            assert.deepEqual(said, { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' });
            assert.equal((body['order_meta_data'] as Json)['user_phone_number'], `2547*****${sale.phone.slice(-3)}`);
          }
          assert.equal(daraja.promptsOf(sale.orderId).length, 0);
        });

        it('answers a push as the API says, in the name of the token', async () => {
          const sale = server.sell('48744.15');
          const token = await server.newToken();
          const { status, body } = await server.push(sale, { amount: '48744.15' }, token);
          const [prompt] = daraja.promptsOf(sale.orderId);
          const { user_id, ...rest } = body;
          assert.ok(typeof user_id === 'string' && token.includes(user_id));
          assert.deepEqual([status, prompt?.amount], [200, 48_745]);
          assert.deepEqual(rest, {
            payment_id: prompt?.id,
            order_id: sale.orderId,
            phone_no: `2547*****${sale.phone.slice(-3)}`,
            daraja_response: {
              CheckoutRequestID: prompt?.id,
              MerchantRequestID: '11209-2482748-1',
              ResponseCode: '0',
            },
            amount: 48_744.15,
          });
        });

        it('keeps Daraja’s token to itself, and asks for one', async () => {
          await withServer({}, async (own) => {
            const before = daraja.tokens;
            await prompted(own);
            await prompted(own);
            assert.equal(daraja.tokens, before + 1);
            assert.ok(!(await own.token()).includes('daraja-token'));
          });
        });

        it('bombs nobody: a phone, an address and an order are pushed so often and no more', async () => {
          const phone = '254722000001';
          const pushed: number[] = [];
          for (let time = 0; time < 4; time += 1) pushed.push((await server.push({ ...server.sell(), phone })).status);
          assert.deepEqual(pushed, [200, 200, 200, 429]);

          const address = '198.51.100.7';
          const statuses: number[] = [];
          for (let time = 0; time < 21; time += 1)
            statuses.push((await server.push({ ...server.sell(), address })).status);
          assert.deepEqual([statuses.filter((status) => status === 200).length, statuses[20]], [20, 429]);

          daraja.onPush = () => error('400.002.02', 400);
          const sale = server.sell();
          const answers: number[] = [];
          for (let time = 0; time < 6; time += 1) {
            const answer = await server.push({ ...sale, phone: `25472200002${time}` });
            answers.push(answer.status);
            if (answer.status === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
          }
          assert.deepEqual(answers, [400, 400, 400, 400, 400, 429]);
        });

        it('answers for an order that is live by 409, and never by 429', async () => {
          const { sale } = await prompted(server);
          for (let time = 0; time < 25; time += 1) assert.equal((await server.push(sale)).status, 409);
          assert.equal((await server.push({ ...server.sell(), phone: sale.phone, address: sale.address })).status, 200);
        });

        it('writes down neither tokens nor whole numbers, nor where callbacks are taken', async () => {
          const token = await server.newToken();
          const sale = server.sell();
          assert.equal((await server.push(sale, {}, token)).status, 200);
          await server.push(sale, { amount: 'x' }, token);
          const [prompt] = daraja.promptsOf(sale.orderId);
          assert.ok(prompt);
          daraja.knows(prompt.id, 0);
          await daraja.callback(prompt, 0);
          await server.outcome(sale);
          const masked = `2547*****${sale.phone.slice(-3)}`;
          await until(() => server.output.includes(`push for order ${sale.orderId} to ${masked}: 0`), 'the log');
          const callback = prompt.callbackUrl.slice(prompt.callbackUrl.lastIndexOf('/') + 1);
          for (const secret of [token, sale.phone.slice(3), CALLBACK, callback, 'daraja-token-'])
            assert.ok(!server.output.includes(secret), `${secret} in ${server.output}`);
          for (const secret of [ACCOUNT.DARAJA_PASSKEY, ACCOUNT.DARAJA_CONSUMER_SECRET])
            assert.ok(!server.output.includes(secret));
          if (runtime.durable) assert.ok(!readFileSync(server.database, 'latin1').includes(sale.phone.slice(3)));
        });

        it('takes callbacks at no address that can be guessed, and junk nowhere', async () => {
          const { prompt } = await prompted(server);
          const address = new URL(prompt.callbackUrl).pathname;
          const unknown = await server.ask('/nowhere');
          for (const wrong of [
            '/callback',
            '/callback/guessed',
            `${address}0`,
            address.slice(0, -1),
            `${CALLBACK}/__proto__`,
          ]) {
            const { status, body } = await server.post(wrong, {
              Body: { stkCallback: { CheckoutRequestID: prompt.id } },
            });
            assert.deepEqual([status, body], [404, unknown.body], wrong);
          }
          for (const junk of [
            '',
            'not JSON',
            '[]',
            '{"Body":"none"}',
            '{"Body":{"stkCallback":{}}}',
            '[null]',
            '1e999',
          ])
            assert.equal((await server.post(address, junk)).status, 400, junk);
          assert.equal(address.startsWith(`${CALLBACK}/`), true);
          assert.match(address.slice(CALLBACK.length + 1), /^[0-9a-f]{32}$/);
        });
      });

      describe('As a service', () => {
        it('takes the order’s amount however it is written, and no other, for an order that there is', async () => {
          for (const amount of ['12341.00', '12341.0', '12341'])
            assert.equal((await server.push(server.sell(), { amount })).status, 200, amount);
          for (const amount of ['1', '12341.50', '12341.001', '1e4', '-12341', '12341 ', '', 'NaN', '１２３４１'])
            assert.equal((await server.push(server.sell(), { amount })).status, 400, amount);
          for (const orderId of ['another', '__proto__', 'constructor'])
            assert.equal((await server.push({ ...server.sell(), orderId })).status, 404, orderId);
          for (const phone of ['0723123123', '+254723123123', '254823123123', '2547231231234', '254723123123\n'])
            assert.equal((await server.push({ ...server.sell(), phone })).status, 400, phone);
        });

        it('reads orders from a file that begins with a byte order mark', async () => {
          assert.equal((await server.push(server.sell(undefined, '\uFEFF'))).status, 200);
        });

        it('takes HEAD for the CORS permission that it is asked for ahead, and pushes nothing', async () => {
          const before = daraja.pushes;
          const headers = { origin: SHOP, authorization: await server.token() };
          const head = await server.ask(PUSH, { method: 'HEAD', headers });
          assert.deepEqual([head.status, head.headers.get('access-control-allow-origin')], [204, SHOP]);
          assert.equal(daraja.pushes, before);
        });

        it('lets the shop’s pages call, preflight included, and no others', async () => {
          const preflight = (origin: string) =>
            server.ask(PUSH, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
          const shop = await preflight(SHOP);
          assert.equal(shop.status, 204);
          for (const [name, value] of [
            ['allow-origin', SHOP],
            ['allow-methods', 'GET, POST'],
            ['allow-headers', 'Authorization, Content-Type'],
            ['expose-headers', 'Retry-After'],
            ['max-age', '7200'],
          ] as const)
            assert.equal(shop.headers.get(`access-control-${name}`), value);
          for (const origin of ['https://evil.example', `${SHOP}.evil.example`, 'null'])
            assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null);
          const { headers } = await server.ask(TOKEN, { headers: { origin: SHOP } });
          assert.equal(headers.get('access-control-allow-origin'), SHOP);
          assert.deepEqual([headers.get('cache-control'), headers.get('vary')], ['no-store', 'Origin']);
          const refused = await server.ask('/nowhere', { headers: { origin: SHOP } });
          assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [404, SHOP]);
        });

        // PHP's own built-in server ends the connection over some of these, without a word.
        const refusals = runtime.name === 'php' ? [400, -1] : [400];
        for (const address of ['//', '//[', '//:x', 'http://[', '/\\', 'http://a:999999/', '*', '/%', '/?%ff=%'])
          it(`answers ${address}, and still knows what is live`, async () => {
            const { sale } = await prompted(server);
            const connection = await server.raw();
            connection.send(`GET ${address} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', '');
            const status = await connection.status();
            connection.end();
            assert.ok([...refusals, 404].includes(status), String(status));
            assert.ok((await lockedBy(server, sale)).live);
          });

        it('refuses a body whose length cannot be told, with one answer', async () => {
          const body = '{"order":{}}';
          const framings: readonly (readonly string[])[] = [
            ['Content-Length: -1'],
            ['Content-Length: abc'],
            ['Content-Length: +12'],
            ['Content-Length: 1_2'],
            ['Content-Length: 12', 'Content-Length: 3'],
            ['Transfer-Encoding: chunked'],
            ['Transfer-Encoding: chunked', 'Content-Length: 12'],
          ];
          for (const framing of framings) {
            const connection = await server.raw();
            const chunked = framing.length === 1 && framing[0]?.startsWith('Transfer');
            const text = chunked ? 'c\r\n' + body + '\r\n0\r\n\r\n' : body;
            connection.send(`POST ${PUSH} HTTP/1.1`, 'Host: localhost', ...framing, '', text);
            const status = await connection.status();
            assert.ok([...refusals, 411].includes(status), `${framing.join(' and ')}: ${status}`);
            // What follows is taken for no second request.
            connection.send(`GET ${TOKEN} HTTP/1.1`, 'Host: localhost', '', '');
            await until(() => connection.closed, 'the end of the connection');
            assert.ok(connection.statuses.length <= 1, connection.received);
          }
        });

        it('refuses what is too long, too deep or out of range, and stays there', async () => {
          const authorization = await server.token();
          const { sale, prompt } = await prompted(server);
          const long = await server.post(PUSH, 'x'.repeat(20_000), { authorization });
          assert.equal(long.status, 413);
          const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
          assert.equal((await server.post(PUSH, deep(8000), { authorization })).status, 400);
          const { pathname } = new URL(prompt.callbackUrl);
          for (const odd of ['1e999', deep(508), '"\\ud800"', '123456789012345678901234567890'])
            await server.post(
              pathname,
              `{"Body":{"stkCallback":{"CheckoutRequestID":"${prompt.id}","ResultCode":${odd},"ResultDesc":${odd}}}}`,
            );
          assert.equal((await server.status(sale)).status, 202);
          assert.ok((await lockedBy(server, sale)).live);
          daraja.knows(prompt.id, {
            status: 200,
            body: `{"CheckoutRequestID":"${prompt.id}","ResultCode":1e999,"ResultDesc":${deep(508)}}`,
          });
          await daraja.callback(prompt, 1032);
          assert.ok((await lockedBy(server, sale)).live);
        });

        it('answers 20 MB with 413, in JSON', async () => {
          const connection = await server.raw();
          connection.send(
            `POST ${PUSH} HTTP/1.1`,
            ...['Host: localhost', 'Content-Length: 20000000', 'Connection: close', '', 'x'.repeat(20_000_000)],
          );
          assert.equal(await connection.status(), 413);
          await until(() => connection.received.includes('{"error":'), 'the body');
          assert.doesNotMatch(connection.received, /warning|<br/i);
          connection.end();
        });

        it('says no word of itself or of an error to a page', async () => {
          const { headers, body } = await server.push(server.sell(), {}, `${'9'.repeat(5000)}.a.b`);
          assert.equal((body['daraja_error'] as Json)['errorCode'], '404.001.03');
          assert.doesNotMatch(headers.get('server') ?? '', /python/i);
        });

        it('answers while 300 connections are silent, and takes a hundred callbacks at once', async () => {
          const connections = await Promise.all(Array.from({ length: 300 }, () => server.raw()));
          try {
            assert.equal((await server.ask(TOKEN)).status, 200);
            const { prompt } = await prompted(server);
            const taken = await Promise.all(Array.from({ length: 100 }, () => daraja.callback(prompt, 1032)));
            assert.deepEqual(new Set(taken), new Set([200]));
          } finally {
            for (const connection of connections) connection.end();
          }
        });

        it('asks for a Pay Bill’s payment, or for a till’s, whose number need not be the shortcode', async () => {
          assert.deepEqual((await prompted(server)).prompt.payee, ['CustomerPayBillOnline', '174379']);
          await withServer({ DARAJA_TYPE: 'till', DARAJA_PARTY_B: '5551234' }, async (own) => {
            assert.deepEqual((await prompted(own)).prompt.payee, ['CustomerBuyGoodsOnline', '5551234']);
          });
          await withServer({ DARAJA_TYPE: 'till' }, async (own) => {
            assert.deepEqual((await prompted(own)).prompt.payee, ['CustomerBuyGoodsOnline', '174379']);
          });
        });

        if (runtime.name !== 'php')
          it('listens on 127.0.0.1, or where HOST says', async () => {
            const listens = (host: string, port: number) =>
              new Promise<boolean>((resolve) => {
                const socket = connect({ host, port });
                socket
                  .once('connect', () => {
                    resolve(true);
                  })
                  .once('error', () => {
                    resolve(false);
                  });
                socket.once('connect', () => socket.destroy());
              });
            assert.deepEqual(
              [await listens('127.0.0.1', server.port), await listens('127.0.0.2', server.port)],
              [true, false],
            );
            await withServer({ HOST: '0.0.0.0' }, async (own) => {
              assert.equal(await listens('127.0.0.1', own.port), true);
            });
          });

        if (runtime.name === 'python')
          it('ends a connection whose request does not come to an end', async () => {
            await until(() => slow.closed, 'the end of the connection', 25_000);
            assert.equal(slow.received, '');
          });
      });

      it('takes for final what the widget takes for final', () => {
        const text = readFileSync(runtime.file, 'utf8');
        const [, list = ''] = /FINAL_CODES = (?:new Set|set)?([^;]*?)(?:;|\.split)/.exec(text) ?? [];
        const codes = (list.match(/\d+/g) ?? []).map(Number);
        const final = Array.from({ length: 10_000 }, (_, code) => code).filter(
          (code) => classifyResultCode(code, 'query') !== 'pending',
        );
        assert.deepEqual(codes, final);
      });

      void promise('names no test that there is not, as one that it is not asked', () => {
        assert.deepEqual(
          Object.keys(runtime.otherwise).filter((title) => !titles.has(title)),
          [],
        );
      });
    });
});
