/**
 * Lives of an order whose backend answers as real ones do: one body of test/support/fixtures/wild at the request that it belongs to,
 * over HTTP, as it was seen, slow, cut short and repeated, and then an ordinary answer. Several orders live on one page, each with a
 * backend on an origin of its own, so that none waits for the other's connection. No step goes by time: that an answer has been
 * read is known from the next question, which leaves only then.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DemoServer } from '../../demo/server/demo-server.js';
import type { FullSimulation } from '../../simulator/simulation.js';
import { en } from '../../src/messages/en.js';
import {
  WILD_PUSHES,
  WILD_RESULTS,
  WILD_TOKENS,
  wildText,
  type WildPush,
  type WildResult,
  type WildToken,
  wildValue,
} from '../support/fixtures/wild/index.js';
import { type Attributes, newOrder, type SeenEvent, SENT, type Tab, TYPED, until } from './support.js';

const PATIENCE_MS = 60_000;
const JSON_TYPE = 'application/json';
const TOKEN = 'c2hvcC10b2tlbi1vZi1hbi1vcmRpbmFyeS1kYXk';

interface Reply {
  readonly http: number;
  readonly type: string;
  readonly text: string;
  /** The connection breaks half-way through the body. */
  readonly cut?: boolean;
}

/** The answer to the n-th request, from 1. */
type Script = (n: number) => Reply | Promise<Reply>;

type Where = 'token' | 'push' | 'status';

/** Something that the test lets happen. */
class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  async holds(reply: Reply): Promise<Reply> {
    await this.opened;
    return reply;
  }
}

const ordinaryToken: Reply = {
  http: 200,
  type: JSON_TYPE,
  text: JSON.stringify({ access_token: TOKEN, expires_in: '3599' }),
};

/** The backend of one order. */
class OrderBackend {
  readonly order = newOrder();
  /** The checkout of its pushes: a name in which no phone number is. */
  readonly id = `ws_CO_${this.order}`;
  readonly asked = { token: 0, push: 0, status: 0 };
  readonly #tokens = new Set<string>([TOKEN]);
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });
  script: Record<Where, Script> = {
    token: () => ordinaryToken,
    push: () => this.ordinaryPush,
    status: () => this.ordinaryOutcome,
  };

  get ordinaryPush(): Reply {
    const response = { CheckoutRequestID: this.id, MerchantRequestID: '29115-34620561-1', ResponseCode: '0' };
    return { http: 200, type: JSON_TYPE, text: JSON.stringify({ payment_id: 'p-1', daraja_response: response }) };
  }

  get ordinaryOutcome(): Reply {
    return { http: 200, type: JSON_TYPE, text: JSON.stringify(this.outcome(0)) };
  }

  /** A flat result of this order's checkout. */
  outcome(code: number): unknown {
    return { result_code: code, result_desc: 'As Daraja words it', checkout_request_id: this.id };
  }

  reply(wild: WildResult | WildPush | WildToken, cut = false): Reply {
    return { http: wild.http, type: wild.type ?? JSON_TYPE, text: wildText(wild, this.id), cut };
  }

  async start(): Promise<Attributes> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    const at = (path: Where) => `http://127.0.0.1:${port}/${path}`;
    return { 'token-url': at('token'), 'push-url': at('push'), 'status-url': at('status') };
  }

  /** Every token that the page was given or has used. */
  get tokens(): readonly string[] {
    return [...this.#tokens];
  }

  async isAsked(where: Where, times: number): Promise<void> {
    await until(() => this.asked[where] >= times, `request ${times} at ${where}`, PATIENCE_MS);
  }

  async stop(): Promise<readonly string[]> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    return this.tokens;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const where = (request.url ?? '').slice(1).split('?')[0] as Where;
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    // A browser resends a POST whose reused connection broke; here each request is to count once.
    response.setHeader('connection', 'close');
    request.resume();
    if (request.method === 'OPTIONS' || request.method === 'HEAD') {
      response.writeHead(204).end();
      return;
    }
    if (request.headers.authorization) this.#tokens.add(request.headers.authorization);
    const { http, type, text, cut } = await this.script[where](++this.asked[where]);
    const body = Buffer.from(text);
    response.writeHead(http, {
      'content-type': type,
      'content-length': cut ? Math.max(body.length, 1) : body.length,
      ...(http >= 300 && http < 400 && { location: '/moved' }),
    });
    if (!cut) {
      response.end(body);
      return;
    }
    response.flushHeaders();
    response.write(body.subarray(0, body.length / 2), () => {
      request.socket.destroySoon();
    });
  }
}

const TERMINAL = ['push-success', 'push-failure', 'payment-success', 'payment-failure', 'payment-unconfirmed'];

/** An order's element on a page, and what its customer does and sees. */
export class Card {
  readonly #tab: Tab;
  readonly #index: number;
  readonly order: string;

  constructor(tab: Tab, index: number, order: string) {
    this.#tab = tab;
    this.#index = index;
    this.order = order;
  }

  async press(): Promise<void> {
    await this.#tab.frame.evaluate((index) => {
      document.querySelectorAll('vitumob-pay')[index]?.shadowRoot?.querySelector('button')?.click();
    }, this.#index);
  }

  /** Waits for a state, and checks that the card says what it means and nothing else. */
  async reaches(state: keyof typeof TITLES, reason?: string): Promise<void> {
    await this.#tab.frame
      .waitForFunction(
        (index, state) => document.querySelectorAll('vitumob-pay')[index]?.state === state,
        { polling: 50, timeout: PATIENCE_MS },
        this.#index,
        state,
      )
      .catch(async (error: unknown) => {
        throw new Error(`The state is ${String(await this.#tab.state(this.#index))} and not ${state}`, {
          cause: error,
        });
      });
    await this.shows(state, reason);
  }

  /** With `looks` the card speaks of another page's push, which is as uncertain as that state. */
  async shows(state: keyof typeof TITLES, reason?: string, looks: keyof typeof TITLES = state): Promise<void> {
    assert.equal(await this.#tab.state(this.#index), state);
    let title = '';
    await until(async () => (title = await this.#tab.title(this.#index)) === TITLES[looks], TITLES[looks]).catch(() => {
      assert.equal(title, TITLES[looks]);
    });
    const text = await this.#tab.text(this.#index);
    assert.equal(text.includes(en.paidTitle), state === 'paid', text);
    assert.ok(looks === 'failed' || !text.includes('Nothing was charged'), text);
    assert.equal(text.includes('You may have paid'), looks === 'unconfirmed', text);
    if (reason) assert.ok(text.includes(wordsOf(reason)), `${reason}: ${text}`);
  }

  /** What the page was told of the order: the ends, with their reasons, and what became of tokens. */
  async told(): Promise<readonly string[]> {
    return (await this.events())
      .filter(({ type }) => TERMINAL.includes(type) || type === 'token-expired')
      .map(({ type, detail }) =>
        [type, detail['reason'] as string | undefined, detail['willRetry'] as boolean | undefined]
          .filter((it) => it !== undefined)
          .join(' '),
      );
  }

  async events(): Promise<readonly SeenEvent[]> {
    return (await this.#tab.events()).filter(({ detail }) => detail['orderId'] === this.order);
  }

  async detail(type: string): Promise<SeenEvent['detail']> {
    return (await this.events()).find((event) => event.type === type)?.detail ?? {};
  }

  async ends(times = 1): Promise<void> {
    await this.#tab.frame.waitForFunction(
      (order, times) => {
        const { events } = (window as unknown as { seen: { events: SeenEvent[] } }).seen;
        const isEnd = ({ type, detail }: SeenEvent) =>
          type.startsWith('push-') && type !== 'push-request' && detail['orderId'] === order;
        return events.filter(isEnd).length >= times;
      },
      { polling: 50, timeout: PATIENCE_MS },
      this.order,
      times,
    );
  }

  /** Hands the element what the page has learnt by itself. Answers whether it threw a TypeError. */
  async settle(value: unknown): Promise<boolean> {
    return this.#tab.frame.evaluate(
      (index, value) => {
        try {
          document.querySelectorAll('vitumob-pay')[index]?.settle(value);
          return false;
        } catch (error) {
          if (error instanceof TypeError) return true;
          throw error;
        }
      },
      this.#index,
      value,
    );
  }
}

const TITLES = {
  requesting: en.previewTitle,
  prompted: en.promptedTitle,
  paid: en.paidTitle,
  failed: en.failedTitle,
  unconfirmed: en.unconfirmedTitle,
} as const;

/** Up to what is filled in. */
function wordsOf(reason: string): string {
  const key = reason.startsWith('token-') ? 'token' : reason;
  return (en as Readonly<Record<string, string>>)[key]?.split('{')[0] ?? reason;
}

export interface Life {
  /** The request that the body answers. */
  readonly where: string;
  readonly how: string;
  readonly body: string;
  readonly order: string;
  readonly phone: string;
  /** Answers the endpoints of the order. */
  readonly start: (demo: DemoServer) => Promise<Attributes>;
  readonly play: (card: Card) => Promise<void>;
  /** Answers the tokens that were given out. */
  readonly stop: () => Promise<readonly string[]>;
}

/** Scripts the backend, before the page is there: its elements ask for a token ahead. Answers what happens on the page then. */
type Plot = (backend: OrderBackend) => (card: Card) => Promise<void>;

function life(where: string, how: string, body: string, plot: Plot): Life {
  const backend = new OrderBackend();
  return {
    ...{ where, how, body, order: backend.order, phone: TYPED, play: plot(backend) },
    start: () => backend.start(),
    stop: () => backend.stop(),
  };
}

/** Another press while a prompt may be live sends nothing. The questions that follow show that the page has gone on since. */
async function pressInVain(card: Card, backend: OrderBackend): Promise<void> {
  const pushes = backend.asked.push;
  await card.press();
  await card.press();
  assert.equal(backend.asked.push, pushes, 'a push behind a live prompt');
}

/** What a result means once it is known, and that nothing that comes later is told twice or believed. */
async function outcomeShown(card: Card, backend: OrderBackend, wild: WildResult): Promise<void> {
  const [push] = await card.told();
  const isPaid = wild.status === 'paid';
  await card.reaches(isPaid ? 'paid' : 'failed', isPaid ? undefined : wild.status);
  const end = isPaid ? 'payment-success' : `payment-failure ${wild.status}`;
  assert.deepEqual(await card.told(), [push, end]);
  const detail = await card.detail(isPaid ? 'payment-success' : 'payment-failure');
  assert.deepEqual([detail['resultCode'], detail['receipt']], [wild.resultCode, wild.receipt]);
  // The callback comes twice, and then the opposite.
  await card.settle(wildValue(wild, backend.id));
  assert.deepEqual(await card.told(), [push, end]);
  await card.settle(backend.outcome(isPaid ? 1032 : 0));
  await card.reaches('paid');
  assert.deepEqual(await card.told(), isPaid ? [push, end] : [push, end, 'payment-success']);
  assert.equal(backend.asked.push, 1);
}

/** The ordinary answer at last. */
async function paidAtLast(card: Card, gate: Gate, ...told: readonly string[]): Promise<void> {
  gate.open();
  await card.reaches('paid');
  assert.deepEqual(await card.told(), [...told, 'payment-success']);
}

const ACCEPTED = 'push-success';

const results = WILD_RESULTS.flatMap((wild) => [
  life('status', 'as it was seen, twice, then an ordinary answer', wild.name, (backend) => {
    const [seen, rest] = [new Gate(), new Gate()];
    backend.script.status = (n) => (n < 3 ? seen.holds(backend.reply(wild)) : rest.holds(backend.ordinaryOutcome));
    return async (card) => {
      await card.press();
      await card.reaches('prompted');
      seen.open();
      if (wild.status !== 'pending') return outcomeShown(card, backend, wild);
      await backend.isAsked('status', 3);
      await card.shows('prompted');
      assert.deepEqual(await card.told(), [ACCEPTED]);
      await pressInVain(card, backend);
      await paidAtLast(card, rest, ACCEPTED);
      assert.equal(backend.asked.push, 1);
    };
  }),
  life('status', 'cut short, then slow, then an ordinary answer', wild.name, (backend) => {
    const [slow, rest] = [new Gate(), new Gate()];
    backend.script.status = (n) =>
      n === 1
        ? backend.reply(wild, true)
        : n === 2
          ? slow.holds(backend.reply(wild))
          : rest.holds(backend.ordinaryOutcome);
    return async (card) => {
      await card.press();
      await backend.isAsked('status', 2);
      await card.shows('prompted');
      assert.deepEqual(await card.told(), [ACCEPTED]);
      await pressInVain(card, backend);
      slow.open();
      if (wild.status !== 'pending') return outcomeShown(card, backend, wild);
      await backend.isAsked('status', 3);
      await card.shows('prompted');
      assert.deepEqual(await card.told(), [ACCEPTED]);
      await paidAtLast(card, rest, ACCEPTED);
      assert.equal(backend.asked.push, 1);
    };
  }),
]);

const EXPIRED = ['token-expired true', 'token-expired false', 'push-failure token-expired'];

/** Refused because of a push that another page has made, of which this one cannot tell anything. */
const isElsewhere = ({ http }: WildPush) => http === 409;

/** What a push's answer means, told and shown; from there to an ordinary payment. */
async function pushShown(card: Card, backend: OrderBackend, wild: WildPush, rest: Gate): Promise<void> {
  await card.ends();
  const { means } = wild;
  if (means === 'accepted') {
    await card.shows('prompted');
    assert.equal((await card.detail('push-success'))['paymentId'], wild.paymentId);
    await pressInVain(card, backend);
    await paidAtLast(card, rest, ACCEPTED);
    assert.equal(backend.asked.push, 1);
    return;
  }
  if (means === 'bad-response' || means === 'server-error') return unconfirmedShown(card, backend, means, rest);
  const first = means === 'expired' ? EXPIRED : [`push-failure ${means}`];
  const isBusy = wild.errorCode === '500.001.1001';
  if (isElsewhere(wild)) await card.shows('failed', 'unconfirmed', 'unconfirmed');
  else await card.shows('failed', isBusy ? 'busy' : means === 'expired' ? 'token-expired' : means);
  assert.deepEqual(await card.told(), first);
  assert.equal((await card.detail('push-failure'))['promptPossible'], false);
  const each = means === 'expired' ? 2 : 1;
  assert.equal(backend.asked.push, each);
  // The same once more, then an ordinary answer: each by a press of the customer's.
  await card.press();
  await card.ends(2);
  assert.deepEqual(await card.told(), [...first, ...first]);
  assert.equal(backend.asked.push, 2 * each);
  backend.script.push = () => backend.ordinaryPush;
  await card.press();
  await card.reaches('prompted');
  await paidAtLast(card, rest, ...first, ...first, ACCEPTED);
  assert.equal(backend.asked.push, 2 * each + 1);
}

/** A refusal, and then an ordinary answer to the next press. */
async function refusedOnce(
  card: Card,
  backend: OrderBackend,
  means: string,
  elsewhere: boolean,
  rest: Gate,
): Promise<void> {
  await card.shows('failed', undefined, elsewhere ? 'unconfirmed' : 'failed');
  assert.equal((await card.detail('push-failure'))['promptPossible'], false);
  await card.press();
  await card.reaches('prompted');
  await paidAtLast(card, rest, `push-failure ${means}`, ACCEPTED);
  assert.equal(backend.asked.push, 2);
}

async function unconfirmedShown(card: Card, backend: OrderBackend, reason: string, rest: Gate): Promise<void> {
  await card.shows('unconfirmed');
  assert.equal((await card.detail('push-failure'))['promptPossible'], true);
  await pressInVain(card, backend);
  await backend.isAsked('status', 1);
  await paidAtLast(card, rest, `push-failure ${reason}`);
  assert.equal(backend.asked.push, 1);
}

/** A redirect has no body that could break off. */
const isRedirect = ({ http }: WildPush) => http >= 300 && http < 400;

const pushes = WILD_PUSHES.flatMap((wild) => [
  life('push', 'as it was seen, twice, then an ordinary answer', wild.name, (backend) => {
    const rest = new Gate();
    backend.script.push = () => backend.reply(wild);
    backend.script.status = () => rest.holds(backend.ordinaryOutcome);
    return async (card) => {
      await card.press();
      await pushShown(card, backend, wild, rest);
    };
  }),
  life('push', 'slow, then an ordinary answer', wild.name, (backend) => {
    const [slow, rest] = [new Gate(), new Gate()];
    backend.script.push = (n) => (n === 1 ? slow.holds(backend.reply(wild)) : backend.ordinaryPush);
    backend.script.status = () => rest.holds(backend.ordinaryOutcome);
    return async (card) => {
      await card.press();
      await backend.isAsked('push', 1);
      await card.shows('requesting');
      assert.deepEqual(await card.told(), []);
      await pressInVain(card, backend);
      slow.open();
      await card.ends();
      if (wild.means === 'accepted' || wild.means === 'expired') {
        await card.shows('prompted');
        const told = wild.means === 'expired' ? ['token-expired true', ACCEPTED] : [ACCEPTED];
        await pressInVain(card, backend);
        await paidAtLast(card, rest, ...told);
        assert.equal(backend.asked.push, told.length);
      } else if (wild.means === 'bad-response' || wild.means === 'server-error') {
        await unconfirmedShown(card, backend, wild.means, rest);
      } else {
        await refusedOnce(card, backend, wild.means, isElsewhere(wild), rest);
      }
    };
  }),
  ...(isRedirect(wild)
    ? []
    : [
        life('push', 'cut short, then an ordinary answer', wild.name, (backend) => {
          const rest = new Gate();
          backend.script.push = (n) => (n === 1 ? backend.reply(wild, true) : backend.ordinaryPush);
          backend.script.status = () => rest.holds(backend.ordinaryOutcome);
          return async (card) => {
            await card.press();
            await card.ends();
            // What no body can say otherwise is said by HTTP's status.
            if (wild.http >= 400 && wild.http < 500)
              return refusedOnce(card, backend, 'rejected', isElsewhere(wild), rest);
            await unconfirmedShown(card, backend, wild.http >= 500 ? 'server-error' : 'bad-response', rest);
          };
        }),
      ]),
]);

/** No token, no push: the customer is told so, and pays once there is one. */
async function tokenMissed(card: Card, backend: OrderBackend, slow?: Gate): Promise<void> {
  await card.press();
  if (slow) {
    await backend.isAsked('token', 1);
    await card.shows('requesting');
    assert.deepEqual(await card.told(), []);
    slow.open();
  }
  await card.ends();
  await card.shows('failed', 'token-unavailable');
  assert.deepEqual(await card.told(), ['push-failure token-unavailable']);
  assert.equal(backend.asked.push, 0);
  backend.script.token = () => ordinaryToken;
  await card.press();
  await card.reaches('paid');
  assert.deepEqual(await card.told(), ['push-failure token-unavailable', ACCEPTED, 'payment-success']);
  assert.equal(backend.asked.push, 1);
}

async function tokenTaken(card: Card, backend: OrderBackend, token: string, slow?: Gate): Promise<void> {
  await card.press();
  if (slow) {
    await backend.isAsked('token', 1);
    await card.shows('requesting');
    assert.equal(backend.asked.push, 0);
    slow.open();
  }
  await card.reaches('paid');
  assert.deepEqual(await card.told(), [ACCEPTED, 'payment-success']);
  assert.deepEqual([backend.asked.push, backend.tokens], [1, [TOKEN, token]]);
}

const tokens = WILD_TOKENS.flatMap((wild) => [
  life('token', 'as it was seen, each time, then an ordinary answer', wild.name, (backend) => {
    backend.script.token = () => backend.reply(wild);
    return async (card) => {
      await (wild.token ? tokenTaken(card, backend, wild.token) : tokenMissed(card, backend));
    };
  }),
  life('token', 'slow, then an ordinary answer', wild.name, (backend) => {
    const slow = new Gate();
    backend.script.token = () => slow.holds(backend.reply(wild));
    return async (card) => {
      await (wild.token ? tokenTaken(card, backend, wild.token, slow) : tokenMissed(card, backend, slow));
    };
  }),
  life('token', 'cut short, then an ordinary answer', wild.name, (backend) => {
    backend.script.token = () => backend.reply(wild, true);
    return async (card) => {
      await tokenMissed(card, backend);
    };
  }),
]);

/** What the person with the phone does if a callback says so. Of codes that only a callback may tell, no query says anything. */
function handsetAction({ settle, resultCode }: WildResult): Readonly<Record<string, unknown>> {
  return ['paid', 'pending', 'throws', 'declined'].includes(settle)
    ? { action: 'approve' }
    : { action: 'answer', result_code: Number(resultCode) };
}

/** Posts to the address that Daraja was given, in full or up to where the connection breaks. */
async function post(url: string, { type = JSON_TYPE, ...wild }: WildResult, id: string, cut: boolean): Promise<number> {
  const body = Buffer.from(wildText(wild, id));
  const sent = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': type, 'content-length': cut ? Math.max(body.length, 1) : body.length },
  });
  const answered = new Promise<number>((resolve) => {
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    const broke = () => {
      resolve(0);
    };
    sent.on('close', broke).on('error', broke);
  });
  if (cut)
    sent.write(body.subarray(0, body.length / 2), () => {
      sent.destroy();
    });
  else sent.end(body);
  return answered;
}

/**
 * A body that is posted where Daraja posts its callbacks, to the real server: cut short, then whole, twice, while the prompt is
 * open. It may say what it likes: nothing is known before Daraja itself, asked by the server, says so.
 */
const callbacks = WILD_RESULTS.map((wild, index): Life => {
  const order = newOrder();
  const phone = `2547231${String(index).padStart(5, '0')}`;
  let demo: DemoServer;
  const play = async (card: Card): Promise<void> => {
    const { daraja } = demo.simulation as FullSimulation;
    await card.press();
    await card.reaches('prompted');
    const prompts = () => daraja.prompts.filter((prompt) => prompt.phone === phone);
    const [prompt] = prompts();
    assert.ok(prompt, 'a prompt on the phone');
    for (const cut of [true, false, false]) {
      const status = await post(prompt.callbackUrl, wild, prompt.id, cut);
      assert.ok(cut ? status === 0 : [200, 400].includes(status), `HTTP ${status}`);
    }
    const polls = () => demo.simulation.record.backend?.polls.filter(({ order_id: id }) => id === order).length ?? 0;
    // One may have been on its way; the next was asked after the callback, and the last one after that answer was read.
    const asked = polls() + 3;
    await until(() => polls() >= asked, 'questions after the callback', PATIENCE_MS);
    await card.shows('prompted');
    assert.deepEqual(await card.told(), [ACCEPTED]);
    const action = handsetAction(wild);
    const path = `${demo.origin}/daraja/handset/${phone}/prompts/latest`;
    const headers = { 'content-type': JSON_TYPE };
    const { status } = await fetch(path, { method: 'POST', headers, body: JSON.stringify(action) });
    assert.equal(status, 200);
    const isPaid = action['action'] === 'approve';
    await card.reaches(isPaid ? 'paid' : 'failed', isPaid ? undefined : wild.settle);
    assert.deepEqual(await card.told(), [ACCEPTED, isPaid ? 'payment-success' : `payment-failure ${wild.settle}`]);
    assert.equal(prompts().length, 1);
  };
  return {
    ...{ where: 'callback', how: 'cut short, then twice, then the truth', body: wild.name, order, phone, play },
    start: (server) => {
      demo = server;
      const at = `${demo.origin}/payments/mpesa`;
      const [token, push] = [`${at}/token`, `${at}/payment/push/request`];
      // Held answers would keep other orders of the page from their connections.
      return Promise.resolve({ 'token-url': token, 'push-url': push, 'status-url': `${at}/status?shape=flat&wait=0` });
    },
    stop: () => Promise.resolve([]),
  };
});

export const WILD_LIVES: readonly Life[] = [...results, ...pushes, ...tokens, ...callbacks];

/** Who pays in the bodies of the corpus. */
const PAYER = '254712000111';

/** No token anywhere that a page can look, and no whole number outside of what events are to carry. */
export async function assertNothingLeaked(
  tab: Tab,
  tokens: readonly string[],
  phones: readonly string[],
): Promise<void> {
  const places = {
    events: JSON.stringify(await tab.events()),
    console: tab.console.join('\n'),
    storage: await tab.stored(),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const token of [...tokens, ...tab.tokens])
      assert.ok(!text.includes(token.trim()), `the token ${token} is in ${place}`);
    if (place === 'events') continue;
    const digits = text.replace(/[\s().+-]/g, '');
    for (const number of [SENT, PAYER, ...phones]) {
      assert.ok(!digits.includes(number.slice(-9)), `${number} is in ${place}`);
    }
  }
}
