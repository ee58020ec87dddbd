/**
 * What a push costs: `npm run bench:server`. Each figure stands beside bare Hono with one INSERT of the same durability,
 * measured in the same run, in pairs whose order alternates; the ratio is the median of the pairs. For the ratio Daraja
 * answers at once: 200 ms away, a hundred connections could not ask for more than 500 pushes a second of anything.
 *
 *   SECONDS=4 PAIRS=5 HELD=5000 npm run bench:server
 *
 * PostgreSQL is measured if TEST_POSTGRES_URL names one: `node server/test/run.mjs --bench` starts one of its own.
 */
import autocannon from 'autocannon';
import { fork } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadavg } from 'node:os';

const SECONDS = Number(process.env.SECONDS ?? 4);
const PAIRS = Number(process.env.PAIRS ?? 5);
const HELD = Number(process.env.HELD ?? 5000);
const DARAJA_MS = 200;
const CONNECTIONS = 100;
/** A request that has no answer by then has failed. */
const ANSWER_WITHIN_S = 30;
const INSTANCE = fileURLToPath(new URL('instance.mjs', import.meta.url));

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const at = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** Daraja, so many milliseconds away. */
let darajaMs = DARAJA_MS;
let pushes = 0;
const results = new Map();
const daraja = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const answer = (value, ms) =>
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)), ms);
    if (request.url.startsWith('/oauth')) return answer({ access_token: 'token-of-the-bench', expires_in: '3599' }, 0);
    if (request.url.includes('processrequest')) {
      const id = `ws_CO_${++pushes}`;
      results.set(JSON.parse(body).AccountReference, { id, callback: JSON.parse(body).CallBackURL });
      return answer({ MerchantRequestID: 'm', CheckoutRequestID: id, ResponseCode: '0' }, darajaMs);
    }
    const { CheckoutRequestID } = JSON.parse(body);
    return answer({ ResponseCode: '0', CheckoutRequestID, ResultCode: '0', ResultDesc: 'ok' }, 0);
  });
}).listen(0, '127.0.0.1');
await once(daraja, 'listening');

/** Those that a failed run would leave. */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
process.once('SIGTERM', () => process.exit(1));

async function start(kind, url) {
  const child = fork(INSTANCE, [kind], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, DATABASE_URL: url, DARAJA_URL: `http://127.0.0.1:${daraja.address().port}` },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [port] = await once(child, 'message');
  const base = `http://127.0.0.1:${port}`;
  return {
    base,
    async memory() {
      child.send('memory');
      return (await once(child, 'message'))[0];
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

let orders = 0;
const customer = (n) => ({
  phone: `2547${String(n % 1e8).padStart(8, '0')}`,
  address: `10.${(n >> 16) % 256}.${(n >> 8) % 256}.${n % 256}`,
});
const MAX_TOKENS = 100;
const tokenOf = async (base) => (await (await fetch(`${base}/payments/mpesa/token`)).json()).access_token;

/** Requests a second, and their latencies in ms. */
async function load(instance, connections, seconds = SECONDS) {
  const tokens = instance.bare
    ? ['']
    : await Promise.all(Array.from({ length: MAX_TOKENS }, () => tokenOf(instance.base)));
  const result = await autocannon({
    url: `${instance.base}/payments/mpesa/payment/push/request`,
    connections,
    duration: seconds,
    timeout: ANSWER_WITHIN_S,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const { phone, address } = customer(++orders);
          return {
            ...request,
            headers: {
              authorization: tokens[orders % tokens.length],
              'content-type': 'application/json',
              'x-forwarded-for': address,
            },
            body: JSON.stringify({ order: { order_id: `o${orders}`, user_phone_number: phone, amount: '10' } }),
          };
        },
      },
    ],
  });
  // What was not answered is no 0 pushes/s, but no measurement.
  const { non2xx, errors, timeouts } = result;
  if (non2xx || errors || timeouts || !result['2xx']) {
    throw new Error(`${result['2xx']} successes, ${non2xx} other answers, ${errors} errors in ${seconds} s`);
  }
  return { perSecond: result['2xx'] / result.duration, p99: result.latency.p99, p50: result.latency.p50 };
}

function fsyncMs() {
  const folder = mkdtempSync(join(tmpdir(), 'fsync-'));
  const file = openSync(join(folder, 'x'), 'w');
  const times = Array.from({ length: 100 }, () => {
    const began = performance.now();
    writeSync(file, 'x'.repeat(4096));
    fsyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { median: median(times), p99: at(times, 0.99) };
}

/** From Daraja's callback to the answer of the request that was held. */
async function heldAnswer(instances, times) {
  const [one, other = one] = instances;
  const took = [];
  const token = await tokenOf(one.base);
  for (let n = 0; n < times; n++) {
    const order_id = `h${++orders}`;
    await fetch(`${one.base}/payments/mpesa/payment/push/request`, {
      method: 'POST',
      headers: { authorization: token },
      body: JSON.stringify({ order: { order_id, user_phone_number: '254723123123', amount: '10' } }),
    });
    const held = fetch(`${other.base}/payments/mpesa/status?order_id=${order_id}&wait=25`, {
      headers: { authorization: token },
    });
    await fetch(`${other.base}/payments/mpesa/status?order_id=${order_id}`, { headers: { authorization: token } });
    const { id, callback } = results.get(order_id);
    const began = performance.now();
    await fetch(one.base + new URL(callback).pathname, {
      method: 'POST',
      body: JSON.stringify({
        Body: {
          stkCallback: {
            MerchantRequestID: 'm',
            CheckoutRequestID: id,
            ResultCode: 0,
            ResultDesc: 'ok',
            CallbackMetadata: {
              Item: [
                { Name: 'Amount', Value: 10 },
                { Name: 'MpesaReceiptNumber', Value: `R${n}` },
              ],
            },
          },
        },
      }),
    });
    const answer = await held;
    took.push(performance.now() - began);
    if (answer.status !== 200) throw new Error(`A held question was answered ${answer.status}`);
  }
  return { median: median(took), p99: at(took, 0.99) };
}

/** What held requests weigh in the process that holds them. */
async function heldMemory(instance) {
  const tokens = await Promise.all(Array.from({ length: MAX_TOKENS }, () => tokenOf(instance.base)));
  const [token] = tokens;
  const order_id = `m${++orders}`;
  await fetch(`${instance.base}/payments/mpesa/payment/push/request`, {
    method: 'POST',
    headers: { authorization: token },
    body: JSON.stringify({ order: { order_id, user_phone_number: '254723123123', amount: '10' } }),
  });
  const before = await instance.memory();
  const gone = new AbortController();
  setMaxListeners(0, gone.signal);
  const held = [];
  // As customers come, not all in one moment; the first has been held for 20 s when the last comes.
  for (let n = 0; n < HELD; n++) {
    if (n % (HELD / 50) === 0) await new Promise((resolve) => setTimeout(resolve, 400));
    held.push(
      fetch(`${instance.base}/payments/mpesa/status?order_id=${order_id}&wait=25`, {
        headers: { authorization: tokens[n % tokens.length], 'x-forwarded-for': customer(n).address },
        signal: gone.signal,
      }).catch(() => undefined),
    );
  }
  let most = before;
  for (let n = 0; n < 12; n++) {
    const now = await instance.memory();
    if (now.held > most.held) most = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  gone.abort();
  await Promise.all(held);
  return { held: most.held, mb: (most.rss - before.rss) / 2 ** 20 };
}

const databases = [];
databases.push({
  name: 'SQLite',
  counts: [1],
  open: () => `file:${join(mkdtempSync(join(tmpdir(), 'bench-')), 'payments.db')}`,
});
const { TEST_POSTGRES_URL } = process.env;
if (TEST_POSTGRES_URL) databases.push({ name: 'PostgreSQL', counts: [1, 3], open: () => TEST_POSTGRES_URL });
else console.log('Left out: PostgreSQL, which TEST_POSTGRES_URL does not name.');

console.log(
  `Node ${process.version}, load ${loadavg()[0].toFixed(1)}, ${PAIRS} pairs of ${SECONDS} s, ${CONNECTIONS} connections`,
);
const fsync = fsyncMs();
console.log(`fsync: median ${fsync.median.toFixed(2)} ms, p99 ${fsync.p99.toFixed(2)} ms`);
for (const { name, counts, open } of databases) {
  for (const count of counts) {
    const url = open();
    const server = [];
    for (let n = 0; n < count; n++) server.push(await start('server', url));
    const bare = { ...(await start('bare', url)), bare: true };
    const each = async (instances, connections, seconds) => {
      const all = await Promise.all(
        instances.map((instance) => load(instance, Math.ceil(connections / instances.length), seconds)),
      );
      return {
        perSecond: all.reduce((sum, { perSecond }) => sum + perSecond, 0),
        p50: median(all.map((one) => one.p50)),
        p99: Math.max(...all.map((one) => one.p99)),
      };
    };
    const ours = [];
    const theirs = [];
    darajaMs = 0;
    // The first requests are a cold engine's.
    await each(server, CONNECTIONS);
    await load(bare, CONNECTIONS);
    for (let n = 0; n < PAIRS; n++) {
      if (n % 2) theirs.push(await load(bare, CONNECTIONS));
      ours.push(await each(server, CONNECTIONS));
      if (!(n % 2)) theirs.push(await load(bare, CONNECTIONS));
    }
    const rate = (runs) => median(runs.map(({ perSecond }) => perSecond)).toFixed(0);
    const ratio = median(ours.map(({ perSecond }, n) => perSecond / theirs[n].perSecond)).toFixed(2);
    console.log(`${name}, ${count}: ${rate(ours)} pushes/s against ${rate(theirs)} INSERTs/s, ratio ${ratio}`);
    darajaMs = DARAJA_MS;
    const far = await each(server, CONNECTIONS, 3 * SECONDS);
    // The overhead is measured where nothing queues.
    const calm = await each(server, 8);
    console.log(
      `${name}, ${count}, Daraja ${DARAJA_MS} ms away: ${far.perSecond.toFixed(0)} pushes/s with ${CONNECTIONS} connections; ` +
        `with 8, beyond Daraja’s time: p50 ${calm.p50 - DARAJA_MS} ms, p99 ${calm.p99 - DARAJA_MS} ms`,
    );
    darajaMs = 0;
    const held = await heldAnswer(server, 200);
    console.log(
      `${name}, ${count}: outcome → held answer: median ${held.median.toFixed(0)} ms, p99 ${held.p99.toFixed(0)} ms`,
    );
    if (count === 1) {
      const fresh = await start('server', url);
      const { held: most, mb } = await heldMemory(fresh);
      console.log(`${name}: ${most} held in ${mb.toFixed(0)} MB`);
      await fresh.stop();
    }
    for (const instance of [...server, bare]) await instance.stop();
  }
}
daraja.closeAllConnections();
daraja.close();
