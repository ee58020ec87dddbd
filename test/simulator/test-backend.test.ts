import { expect } from '@open-wc/testing';
import {
  createTestBackend,
  type Fault,
  type Outcome,
  type PushFault,
  type TestBackend,
  type TestBackendOptions,
} from '../../src/testing/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { createClient, type PushResult, type StatusResult } from '../../src/client/index.js';

const ORIGIN = 'https://shop.test';
const TOKEN = '/payments/mpesa/token';
const PUSH = '/payments/mpesa/payment/push/request';
const STATUS = '/payments/mpesa/status';
const ORDER = { orderId: '1234567891', phone: '254723123123', amount: '12341' };

const TIMEOUT_MS = 30_000;

/** A backend, and a page that speaks to it by the client that ships. The page's time is the test's, too. */
class Bench {
  readonly backend: TestBackend;
  readonly client;
  readonly #clock = new FakeClock();

  constructor(options: TestBackendOptions = {}) {
    this.backend = createTestBackend(options);
    this.client = createClient({
      tokenUrl: ORIGIN + (options.tokenUrl ?? TOKEN),
      pushUrl: ORIGIN + (options.pushUrl ?? PUSH),
      statusUrl: ORIGIN + (options.statusUrl ?? STATUS),
      timeout: TIMEOUT_MS,
      environment: {
        fetch: (input, init) => this.backend.fetch(input, init),
        setTimeout: this.#clock.setTimeout,
        clearTimeout: this.#clock.clearTimeout,
      },
    });
  }

  /**
   * The answer to a request that gives up if it has to, once the backend has done its part: it signs its tokens in a
   * thread that no clock of ours waits for.
   */
  async patient<T>(answer: Promise<T>, isDone: (record: ReturnType<TestBackend['record']>) => boolean): Promise<T> {
    while (!isDone(this.backend.record())) await this.#clock.flush();
    await this.#clock.advance(TIMEOUT_MS);
    return answer;
  }

  async push(order: Partial<typeof ORDER> = {}): Promise<PushResult> {
    const answer = await this.client.requestToken();
    if (answer.kind !== 'token') throw new Error('There is no token');
    return this.client.push(answer.token.value, { ...ORDER, ...order });
  }

  /** `paid`, the reason why not, or `pending`. */
  async verdict(orderId = ORDER.orderId): Promise<string> {
    const answer: StatusResult = await this.client.status({ orderId });
    return answer.kind === 'outcome' ? answer.outcome.verdict : answer.kind;
  }

  get prompt() {
    return this.backend.record().pushes.at(-1)?.prompt;
  }
}

/** What the page makes of a push: `accepted`, or the reason. */
function made(result: PushResult): string {
  return result.kind === 'accepted' ? result.kind : result.failure.reason;
}

describe('A backend for tests', () => {
  it('pays a push of which nothing was said, before it is answered', async () => {
    const bench = new Bench();
    expect(made(await bench.push())).to.equal('accepted');
    const answer = await bench.client.status({ orderId: ORDER.orderId });
    const { outcome } = answer as Extract<StatusResult, { kind: 'outcome' }>;
    expect(outcome.verdict).to.equal('paid');
    expect(outcome.receipt).to.match(/^[A-Z]{3}[A-Z0-9]{7}$/);
    expect(bench.prompt).to.deep.equal({
      checkoutRequestId: outcome.checkoutRequestId,
      resultCode: 0,
      receipt: outcome.receipt,
    });
  });

  const verdicts: Readonly<Record<Exclude<Outcome, 'no-callback'>, number | string>> = {
    paid: 0,
    cancelled: 1032,
    'insufficient-funds': 1,
    'wrong-pin': 2001,
    unreachable: 1037,
    expired: 1019,
    busy: 1001,
    limit: 4,
    declined: 'SFC_IC0003',
  };

  for (const [outcome, code] of Object.entries(verdicts) as [keyof typeof verdicts, number | string][])
    it(`says "${outcome}" where that was to come, at once`, async () => {
      const bench = new Bench();
      bench.backend.next(outcome);
      expect(made(await bench.push())).to.equal('accepted');
      expect(await bench.verdict()).to.equal(outcome);
      expect(bench.prompt?.resultCode).to.equal(code);
    });

  for (const [code, verdict] of [
    [1031, 'cancelled'],
    [1036, 'unreachable'],
    [1025, 'unreachable'],
    [9999, 'unreachable'],
    [17, 'busy'],
    [26, 'busy'],
    [2, 'limit'],
    [3, 'limit'],
    [8, 'limit'],
    [2028, 'declined'],
  ] as const)
    it(`takes Daraja's ${code} for a name`, async () => {
      const bench = new Bench();
      bench.backend.next(code);
      await bench.push();
      expect(await bench.verdict()).to.equal(verdict);
    });

  it('never says what came of it, with "no-callback"', async () => {
    const bench = new Bench();
    bench.backend.next('no-callback');
    expect(made(await bench.push())).to.equal('accepted');
    expect(await bench.verdict()).to.equal('pending');
    await bench.backend.advance(24 * 60 * 60 * 1000);
    expect(await bench.verdict()).to.equal('pending');
  });

  it('takes what was said for one push each, in order, and then customers pay', async () => {
    const bench = new Bench();
    bench.backend.next('cancelled');
    bench.backend.next('wrong-pin');
    const verdicts = [];
    for (const orderId of ['1', '2', '3']) {
      await bench.push({ orderId });
      verdicts.push(await bench.verdict(orderId));
    }
    expect(verdicts).to.deep.equal(['cancelled', 'wrong-pin', 'paid']);
  });

  it('keeps an outcome until its time has come, and no longer', async () => {
    const bench = new Bench();
    bench.backend.next('paid', { afterMs: 5_000 });
    await bench.push();
    expect(await bench.verdict()).to.equal('pending');
    await bench.backend.advance(4_999);
    expect(await bench.verdict()).to.equal('pending');
    await bench.backend.advance(1);
    expect(await bench.verdict()).to.equal('paid');
  });

  it('needs no timer of the page, which a test may have faked', async () => {
    const bench = new Bench();
    const names = ['setTimeout', 'setInterval', 'queueMicrotask', 'requestAnimationFrame'] as const;
    const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
    const token = await bench.client.requestToken();
    Object.assign(globalThis, Object.fromEntries(names.map((name) => [name, () => 0])));
    try {
      bench.backend.next('paid', { afterMs: 1_000 });
      await bench.client.push(token.kind === 'token' ? token.token.value : '', ORDER);
      await bench.backend.advance(1_000);
      expect(await bench.verdict()).to.equal('paid');
    } finally {
      Object.assign(globalThis, real);
    }
  });

  it('has two customers pay at the same moment', async () => {
    const bench = new Bench();
    for (const [orderId, phone] of [
      ['one', '254712000111'],
      ['another', '254712000112'],
    ] as const) {
      bench.backend.next('paid', { afterMs: 1_000 });
      await bench.push({ orderId, phone });
    }
    await bench.backend.advance(1_000);
    expect([await bench.verdict('one'), await bench.verdict('another')]).to.deep.equal(['paid', 'paid']);
  });

  it('stays where the furthest of two moves at once has brought it', async () => {
    const bench = new Bench();
    bench.backend.next('paid', { afterMs: 3_000 });
    await bench.push();
    await Promise.all([bench.backend.advance(2_000), bench.backend.advance(1_000)]);
    await bench.backend.advance(1_000);
    expect(await bench.verdict()).to.equal('paid');
  });

  it('refuses a second push for an order while the prompt may be live, and once it is paid', async () => {
    const bench = new Bench();
    bench.backend.next('no-callback');
    await bench.push();
    const second = await bench.push();
    expect([made(second), second.kind === 'failed' && second.failure.status]).to.deep.equal(['rejected', 409]);
    await bench.backend.advance(120_000);
    expect(made(await bench.push())).to.equal('accepted');
    expect(made(await bench.push())).to.equal('rejected');
    expect(bench.backend.record().pushes.map(({ status }) => status)).to.deep.equal([200, 409, 200, 409]);
  });

  it('says what it was asked, without a token or a whole phone number', async () => {
    const bench = new Bench();
    bench.backend.next('cancelled');
    bench.backend.fail('push', 'server-error', { reached: false });
    await bench.push();
    await bench.push();
    await bench.verdict();
    const record = bench.backend.record();
    expect(record).to.deep.equal({
      requests: { token: 2, push: 2, status: 1 },
      pushes: [
        {
          ...{ orderId: ORDER.orderId, phone: '2547*****123', amount: '12341', status: 200 },
          prompt: { checkoutRequestId: bench.prompt?.checkoutRequestId, resultCode: 1032, receipt: null },
        },
      ],
    });
    bench.backend.reset();
    expect(bench.backend.record()).to.deep.equal({ requests: { token: 0, push: 0, status: 0 }, pushes: [] });
  });

  it('forgets orders, outcomes and faults to come when it is reset', async () => {
    const bench = new Bench();
    await bench.push();
    bench.backend.next('cancelled');
    bench.backend.fail('push', 'rejected');
    bench.backend.reset();
    expect(made(await bench.push())).to.equal('accepted');
    expect(await bench.verdict()).to.equal('paid');
  });
});

describe('A fault of the backend for tests', () => {
  const reasons: Readonly<Record<Exclude<PushFault, 'slow'>, [reason: string, prompts: number]>> = {
    network: ['network', 1],
    timeout: ['timeout', 1],
    'server-error': ['server-error', 1],
    'bad-response': ['bad-response', 1],
    rejected: ['rejected', 0],
    'token-missing': ['token-missing', 0],
    'token-expired': ['token-expired', 0],
    '500.001.1001': ['rejected', 0],
  };

  for (const [fault, [reason, prompts]] of Object.entries(reasons) as [PushFault, [string, number]][])
    it(`"${fault}" at the push is "${reason}" to the page, and leaves ${prompts} prompts; the next push is well`, async () => {
      const bench = new Bench();
      bench.backend.fail('push', fault);
      const pushed = bench.push();
      const result = await (fault === 'timeout'
        ? bench.patient(pushed, ({ pushes }) => pushes.length === prompts)
        : pushed);
      expect(made(result)).to.equal(reason);
      const code = result.kind === 'accepted' ? undefined : result.failure.darajaError?.errorCode;
      expect(code).to.equal({ 'token-expired': '404.001.03', '500.001.1001': fault }[fault as string]);
      expect(bench.backend.record().pushes.length).to.equal(prompts);
      expect(await bench.verdict()).to.equal(prompts ? 'paid' : 'pending');
      expect(made(await bench.push({ orderId: 'another' }))).to.equal('accepted');
    });

  for (const fault of ['network', 'timeout', 'server-error', 'bad-response'] as const)
    it(`"${fault}" can keep the push from the backend`, async () => {
      const bench = new Bench();
      bench.backend.fail('push', fault, { reached: false });
      expect(made(await bench.patient(bench.push(), ({ requests }) => requests.push === 1))).to.equal(
        reasons[fault][0],
      );
      expect(bench.backend.record()).to.deep.equal({ requests: { token: 1, push: 1, status: 0 }, pushes: [] });
      expect(await bench.verdict()).to.equal('pending');
    });

  for (const fault of ['network', 'timeout', 'server-error', 'bad-response', 'rejected'] satisfies Fault[])
    it(`"${fault}" at the token and at the status is no token, and no outcome`, async () => {
      const bench = new Bench();
      bench.backend.fail('token', fault);
      expect((await bench.patient(bench.client.requestToken(), ({ requests }) => requests.token === 1)).kind).to.equal(
        'unavailable',
      );
      await bench.push();
      bench.backend.fail('status', fault);
      expect(await bench.patient(bench.verdict(), ({ requests }) => requests.status === 1)).to.equal('pending');
      expect(await bench.verdict()).to.equal('paid');
    });

  for (const endpoint of ['token', 'status'] as const)
    it(`"slow" holds back the answer to a ${endpoint} request until its time has come`, async () => {
      const { backend } = new Bench();
      backend.fail(endpoint, 'slow', { afterMs: 2_000 });
      let answered = false;
      const answer = backend.fetch(endpoint === 'token' ? TOKEN : STATUS).then(() => {
        answered = true;
      });
      // A request that came later is through, so the first one would be.
      await backend.fetch(STATUS);
      await backend.advance(1_999);
      await backend.fetch(STATUS);
      expect(answered).to.equal(false);
      await backend.advance(1);
      await answer;
    });

  it('"slow" is over by the time that was said, also for a push that comes later', async () => {
    const bench = new Bench();
    bench.backend.fail('push', 'slow');
    await bench.backend.advance(3_000);
    expect(made(await bench.push())).to.equal('accepted');
  });
});

describe('The names of a backend for tests', () => {
  const thrown = (call: () => void): unknown => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('are listed where an outcome has another', () => {
    const error = thrown(() => {
      createTestBackend().next('payed' as Outcome);
    });
    expect(error).to.be.instanceOf(TypeError);
    expect(String(error)).to.equal(
      'TypeError: No outcome is called "payed"; there are: paid, cancelled, insufficient-funds, wrong-pin, unreachable, expired, busy, limit, declined, no-callback',
    );
  });

  it('are listed where a fault has another, for the endpoint that it was meant for', () => {
    const { fail } = createTestBackend();
    const common = 'network, timeout, server-error, bad-response, rejected, slow';
    expect(
      thrown(() => {
        fail('push', 'boom' as PushFault);
      }),
    )
      .to.be.instanceOf(TypeError)
      .with.property(
        'message',
        `No fault of a push request is called "boom"; there are: ${common}, token-missing, token-expired, 500.001.1001`,
      );
    expect(
      thrown(() => {
        fail('token', 'token-expired' as Fault);
      }),
    )
      .to.be.instanceOf(TypeError)
      .with.property('message', `No fault of a token request is called "token-expired"; there are: ${common}`);
  });

  it('are listed where an endpoint has another', () => {
    expect(
      thrown(() => {
        createTestBackend().fail('callback' as 'push', 'network');
      }),
    )
      .to.be.instanceOf(TypeError)
      .with.property('message', 'No endpoint is called "callback"; there are: token, push, status');
  });

  it('do not count a fraction for a code', () => {
    expect(
      thrown(() => {
        createTestBackend().next(10.32);
      }),
    ).to.be.instanceOf(TypeError);
  });
});

describe('A held question to a backend for tests', () => {
  const ask = (backend: TestBackend, wait: number) => backend.fetch(`${STATUS}?order_id=${ORDER.orderId}&wait=${wait}`);

  it('is answered once the outcome is there, or its time is up', async () => {
    for (const [advanceMs, status] of [
      [10_000, 200],
      [5_000, 202],
    ] as const) {
      const bench = new Bench();
      bench.backend.next('paid', { afterMs: 10_000 });
      await bench.push();
      const held = ask(bench.backend, status === 200 ? 20 : 5);
      // Its way to the backend takes a few turns; the time moves only then.
      for (let turn = 0; turn < 5; turn++) await bench.backend.fetch(TOKEN);
      await bench.backend.advance(advanceMs);
      expect((await held).status).to.equal(status);
    }
  });

  it('is answered at once where the outcome is known', async () => {
    const bench = new Bench();
    await bench.push();
    expect((await ask(bench.backend, 20)).status).to.equal(200);
  });
});

describe('The endpoints of a backend for tests', () => {
  it('answer 204 to a HEAD of the push, which pushes nothing', async () => {
    const { fetch, record } = createTestBackend();
    expect((await fetch(PUSH, { method: 'HEAD' })).status).to.equal(204);
    expect(record().pushes).to.be.empty;
    expect(record().requests.push).to.equal(0);
  });

  it('are where the page says that they are, on whatever origin', async () => {
    const bench = new Bench({ tokenUrl: '/api/mpesa', pushUrl: '/api/mpesa', statusUrl: '/api/mpesa/outcome' });
    expect(made(await bench.push())).to.equal('accepted');
    expect(await bench.verdict()).to.equal('paid');
  });

  it('are listed where a request is for another', async () => {
    const { fetch } = createTestBackend({ statusUrl: 'https://pay.test/outcome?shop=1' });
    const response = await fetch('https://elsewhere.test/payments/mpesa');
    expect(response.status).to.equal(404);
    expect(await response.json()).to.deep.equal({
      error: `Not an endpoint of the test backend; there are: GET ${TOKEN}, POST ${PUSH}, GET /outcome`,
    });
  });

  it('take a Request, a URL and a path alike', async () => {
    const { fetch } = createTestBackend();
    for (const input of [new Request(ORIGIN + TOKEN), new URL(ORIGIN + TOKEN), ORIGIN + TOKEN, TOKEN]) {
      const body = (await (await fetch(input)).json()) as Record<string, unknown>;
      expect(body['access_token']).to.be.a('string');
    }
  });

  it('give up with the caller, whose prompt may ring all the same', async () => {
    const bench = new Bench();
    bench.backend.fail('push', 'timeout');
    const abort = new AbortController();
    const reason = new Error('The customer has left');
    const headers = { authorization: 'none' };
    const answer = bench.backend.fetch(PUSH, { method: 'POST', headers, body: '{}', signal: abort.signal });
    abort.abort(reason);
    let error: unknown;
    await answer.catch((why: unknown) => {
      error = why;
    });
    expect(error).to.equal(reason);
  });
});
