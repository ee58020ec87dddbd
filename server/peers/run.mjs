/**
 * Our servers and other people's Daraja packages under the same three proofs, from outside: `npm run peers:server`. Daraja is
 * that of the tests of examples/servers, which counts what reaches it. docs/proof.md says what was run, and how to read it.
 *
 *   npm ci --prefix server/peers
 *   npm run peers:server -- --only mpesa-api --only python
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ACCOUNT, CALLBACK, ExampleServer, folder, PRICE, runtimesHere } from '../../test/servers/example-server.ts';
import { error, FakeDaraja, json } from '../../test/servers/fake-daraja.ts';

const PUSHES_AT_ONCE = 50;
/** How long an outcome may take to be told. Ours ask Daraja about a payment every 5 s at most. */
const TOLD_WITHIN_MS = 15_000;
/** A press that has sent nothing for so long sends no more: who sends again waits for half a minute, or for less. */
const QUIET_MS = 60_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// Each server that runs is stopped with this process; many run at once, while one press waits.
process.setMaxListeners(100);

const daraja = await FakeDaraja.start();
/** What a push of an order is answered, other than accepted; and how many came, whatever was answered. */
const reactions = new Map();
const posts = new Map();
const postsOf = ({ orderId }) => posts.get(orderId) ?? 0;
const accepted = ({ id }) => json({ MerchantRequestID: '11209-2482748-1', CheckoutRequestID: id, ResponseCode: '0' });
daraja.onPush = (prompt) => {
  posts.set(prompt.reference, (posts.get(prompt.reference) ?? 0) + 1);
  return (reactions.get(prompt.reference) ?? accepted)(prompt);
};

/** The shop that `vitumob-pay-server` tells, by webhook: the ids of the events about orders that are paid. */
const told = new Map();
const shop = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { type, data } = JSON.parse(text);
  if (type === 'payment.paid') {
    told.set(data.order_id, (told.get(data.order_id) ?? new Set()).add(request.headers['webhook-id']));
  }
  response.end();
}).listen(0, '127.0.0.1');
await once(shop, 'listening');

const settings = {
  ...ACCOUNT,
  DARAJA_BASE_URL: daraja.origin,
  // As set by default, 25 s, it would take longer and change nothing.
  DARAJA_TIMEOUT_S: '8',
  SHOP_ORIGIN: 'https://shop.example',
  SHOP_ORIGINS: 'https://shop.example',
  SECRET: 'a secret of the run beside the peers',
  WEBHOOK_URL: `http://127.0.0.1:${shop.address().port}`,
  WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of the shop, long enough').toString('base64')}`,
};

/** One with the API of docs/backend.md. `timesTold` is how often it has told the shop that an order is paid. */
const ours = (name, runtime, timesTold, forgeries) => ({
  name,
  takesCallbacks: true,
  start: () => ExampleServer.start(runtime, settings),
  press: async (server, sale) => {
    const { status } = await server.push(sale);
    return { status };
  },
  async outcome(server, sale) {
    const { status, body } = await server.status(sale);
    return status === 200 ? (body.result_code === 0 ? 'paid' : 'failed') : undefined;
  },
  timesTold,
  forgeries,
});
/** The address without its secret end. */
const guessed = (url) => url.replace(/[^/]+$/, (end) => '0'.repeat(end.length));
const timesLogged =
  (line) =>
  (server, { orderId }) =>
    server.output.split(line(orderId)).length - 1;

/** One that is no server, in the shop of sdk.mjs. */
function sdk(name, version, takesCallbacks) {
  const runtime = {
    name,
    program: process.execPath,
    file: here('sdk.mjs'),
    arguments: (_port, file) => ['--import', here('redirect.mjs'), file, name],
  };
  /** The checkouts that it has told the shop of, by the order for which it was asked to push. */
  const checkouts = new Map();
  const paid = async (server, { orderId }) => {
    const { body } = await server.ask('/said');
    return body.filter(({ id, isPaid }) => isPaid && checkouts.get(orderId)?.includes(id));
  };
  return {
    name: `${name} ${version}`,
    takesCallbacks,
    start: () => ExampleServer.start(runtime, settings),
    async press(server, { orderId, phone }) {
      const { status, body } = await server.post('/push', { order: orderId, phone, amount: Number(PRICE) });
      checkouts.set(orderId, [...(checkouts.get(orderId) ?? []), body.id]);
      return { status };
    },
    outcome: async (server, sale) => ((await paid(server, sale)).length > 0 ? 'paid' : undefined),
    timesTold: async (server, sale) => (await paid(server, sale)).length,
    forgeries: (url) => [url],
  };
}

function findPeers() {
  const contents = (name) => JSON.parse(readFileSync(here(name), 'utf8'));
  assert.ok(existsSync(here('../dist/cli.js')), 'There is no server/dist: npm run build');
  const [node, ...others] = runtimesHere();
  const guess = (url) => [guessed(url)];
  const found = [
    ours(
      `vitumob-pay-server ${contents('../package.json').version}`,
      { ...node, file: here('../dist/cli.js') },
      (_server, { orderId }) => told.get(orderId)?.size ?? 0,
      guess,
    ),
    ours(
      'examples/servers/node',
      { ...node, file: join(folder, 'node/server.mjs') },
      timesLogged((orderId) => `payment.paid ${orderId}\n`),
      guess,
    ),
    ...others.map((runtime) =>
      ours(
        `examples/servers/${runtime.name}`,
        runtime,
        timesLogged((orderId) => `order ${orderId}: paid (`),
        (url) => [guessed(url), new URL(CALLBACK, url).href],
      ),
    ),
  ];
  for (const [name, version] of Object.entries(contents('package.json').devDependencies)) {
    if (existsSync(here(`node_modules/${name}`))) {
      found.push(sdk(name, version, ['daraja.js', 'mpesapay'].includes(name)));
    } else {
      console.log(`${name}: not run, it is not installed: npm ci --prefix server/peers`);
    }
  }
  return found;
}

/** Gives what a press came to; what it threw, where the peer's process died of it. */
const pressed = (peer, server, sale) =>
  peer.press(server, sale).then(
    ({ status }) => `${status}`,
    (failure) => `no answer (${failure.cause?.code ?? failure.message})`,
  );

async function withServer(peer, use) {
  const server = await peer.start();
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** P3: one order pushed many times in one moment. */
const atOnce = (peer) =>
  withServer(peer, async (server) => {
    const sale = server.sell();
    await Promise.all(Array.from({ length: PUSHES_AT_ONCE }, () => pressed(peer, server, sale)));
    return daraja.promptsOf(sale.orderId).length;
  });

const promptOf = ({ orderId }) => {
  const [prompt] = daraja.promptsOf(orderId);
  assert.ok(prompt, `no push of ${orderId} reached Daraja`);
  return prompt;
};

/** P5: what comes of callbacks. Each gives the statuses with which the peer answered them. */
const callbacks = {
  // Daraja has the customer's money.
  'before the push’s answer': async (peer, server, sale) => {
    let answered;
    reactions.set(sale.orderId, async (prompt) => {
      daraja.knows(prompt.id, 0);
      answered = await daraja.callback(prompt, 0);
      return accepted(prompt);
    });
    await pressed(peer, server, sale);
    return [answered];
  },
  'the push’s answer lost': async (peer, server, sale) => {
    reactions.set(sale.orderId, (prompt) => (postsOf(sale) === 1 ? 'cut' : accepted(prompt)));
    await pressed(peer, server, sale);
    const prompt = promptOf(sale);
    daraja.knows(prompt.id, 0);
    return [await daraja.callback(prompt, 0)];
  },
  'three times': async (peer, server, sale) => {
    await pressed(peer, server, sale);
    const prompt = promptOf(sale);
    daraja.knows(prompt.id, 0);
    const answered = [];
    for (let time = 0; time < 3; time += 1) answered.push(await daraja.callback(prompt, 0));
    return answered;
  },
  'success after failure': async (peer, server, sale) => {
    await pressed(peer, server, sale);
    const prompt = promptOf(sale);
    daraja.knows(prompt.id, 1037);
    const failed = await daraja.callback(prompt, 1037);
    // Until it is concluded, where the peer concludes anything.
    for (let time = 0; time < 20 && (await peer.outcome(server, sale)) === undefined; time += 1) await pause(250);
    daraja.knows(prompt.id, 0);
    return [failed, await daraja.callback(prompt, 0)];
  },
  // Daraja has not, or not what the order costs.
  'wrong amount': async (peer, server, sale) => {
    await pressed(peer, server, sale);
    const prompt = promptOf(sale);
    daraja.knows(prompt.id, 0);
    return [await daraja.callback(prompt, 0, { amount: 1 })];
  },
  'unknown id': async (peer, server, sale) => {
    await pressed(peer, server, sale);
    return [await daraja.callback(promptOf(sale), 0, { id: 'ws_CO_unknown' })];
  },
  forged: async (peer, server, sale) => {
    await pressed(peer, server, sale);
    const prompt = promptOf(sale);
    const answered = [];
    for (const callbackUrl of peer.forgeries(prompt.callbackUrl)) {
      answered.push(await daraja.callback({ ...prompt, callbackUrl }, 0));
    }
    return answered;
  },
};
const NOT_PAID = ['wrong amount', 'unknown id', 'forged'];

const calledBack = (peer) =>
  withServer(peer, async (server) => {
    const outcomes = {};
    const sales = Object.entries(callbacks).map(([name, run]) => ({ name, run, sale: server.sell() }));
    for (const { name, run, sale } of sales)
      outcomes[name] = { answered: await run(peer, server, sale), posts: postsOf(sale) };
    const end = Date.now() + TOLD_WITHIN_MS;
    // Asked as a page asks.
    while (Date.now() < end) {
      for (const { sale } of sales) await peer.outcome(server, sale);
      await pause(1000);
    }
    for (const { name, sale } of sales) {
      outcomes[name].outcome = await peer.outcome(server, sale);
      outcomes[name].times = await peer.timesTold(server, sale);
    }
    return outcomes;
  });

/** P7: what Daraja may do with a push, each time that it comes. */
const faults = {
  'no answer': 'hang',
  reset: 'cut',
  'HTTP 500': { status: 500, body: '{"fault":"Internal"}' },
  'HTTP 503': { status: 503, body: '' },
  HTML: { status: 200, body: '<html><body>Welcome</body></html>' },
  '500.001.1001': error('500.001.1001', 500),
  'spike arrest, 429': error('500.003.02', 429),
  '404.001.03': error('404.001.03', 404),
  'no id': json({ MerchantRequestID: '11209-2482748-1', ResponseCode: '0' }),
};

/** How many pushes one press sends. */
const sentAt = (peer, reaction) =>
  withServer(peer, async (server) => {
    const sale = server.sell();
    let last = Date.now();
    reactions.set(sale.orderId, () => {
      last = Date.now();
      return reaction;
    });
    let answer;
    void pressed(peer, server, sale).then((given) => (answer = given));
    while (answer === undefined && Date.now() - last < QUIET_MS) await pause(100);
    // For what a peer might send after it has answered.
    await pause(1000);
    assert.ok(postsOf(sale) > 0, `no push of ${peer.name} reached Daraja: ${server.output}`);
    return { posts: postsOf(sale), answer: answer ?? 'never answered' };
  });

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const peers = findPeers().filter(({ name }) => !values.only || values.only.some((part) => name.includes(part)));
const results = [];
const slow = [];
for (const peer of peers) {
  console.log(`Runs ${peer.name}`);
  const sent = {};
  // They wait for long and cost little: beside everything else.
  const presses = Object.entries(faults).map(async ([name, reaction]) => (sent[name] = await sentAt(peer, reaction)));
  slow.push(Promise.all(presses));
  const prompts = await atOnce(peer);
  results.push({ peer, prompts, sent, outcomes: peer.takesCallbacks ? await calledBack(peer) : undefined });
}
await Promise.all(slow);

const table = (head, rows) => {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([head, head.map(() => '---'), ...rows].map(line).join('\n'));
};
const isPaid = ({ outcome }) => outcome === 'paid';
const withCallbacks = results.filter(({ outcomes }) => outcomes);

console.log(`\nNode ${process.version}\n`);
table(
  [
    'run',
    `prompts of ${PUSHES_AT_ONCE} pushes at once`,
    'most pushes of one press',
    'payments lost, of 4',
    'invented, of 3',
  ],
  results.map(({ peer, prompts, sent, outcomes }) => {
    const most = Math.max(...Object.values(sent).map((one) => one.posts));
    if (!outcomes) return [peer.name, prompts, most, '–', '–'];
    const names = Object.keys(outcomes);
    const lost = names.filter((name) => !NOT_PAID.includes(name) && !isPaid(outcomes[name]));
    const invented = NOT_PAID.filter((name) => isPaid(outcomes[name]));
    return [peer.name, prompts, most, lost.length, invented.length];
  }),
);
console.log('\nPushes that reached Daraja for one press, by what it answered each of them:\n');
table(
  ['run', ...Object.keys(faults)],
  results.map(({ peer, sent }) => [peer.name, ...Object.keys(faults).map((name) => sent[name].posts)]),
);
console.log('\nWhat the peer says of the order after callbacks, and how often it has said that it is paid:\n');
table(
  ['run', ...Object.keys(callbacks)],
  withCallbacks.map(({ peer, outcomes }) => [
    peer.name,
    ...Object.values(outcomes).map((one) => {
      const pushes = one.posts > 1 ? `, ${one.posts} prompts` : '';
      return (isPaid(one) ? `paid ×${one.times}` : 'not paid') + pushes;
    }),
  ]),
);
console.log('\nWhat stands behind them, as statuses of HTTP:\n');
for (const { peer, sent, outcomes = {} } of results) {
  const answers = Object.keys(faults).map((name) => `${name}: ${sent[name].answer}`);
  const heard = Object.entries(outcomes).map(([name, { answered }]) => `${name}: ${answered.join(' ')}`);
  console.log([peer.name, `  presses: ${answers.join(', ')}`].join('\n'));
  if (heard.length) console.log(`  callbacks: ${heard.join(', ')}`);
}
daraja.release();
await daraja.stop();
shop.close();
