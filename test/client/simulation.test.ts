/** The client against the demo's backend and its simulated Daraja: what the API's other side makes of what we send. */
import { expect } from '@open-wc/testing';
import { createSimulation, type SimulationOptions } from '../../simulator/simulation.js';
import { createClient, type StatusResult } from '../../src/client/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { ORDER, PUSH_URL, STATUS_URL, TIMEOUT_MS, TOKEN_URL } from './wire.js';

function bench(options: Omit<SimulationOptions, 'behind' | 'clock'> = {}) {
  const clock = new FakeClock({ turns: 40 });
  const { setTimeout, clearTimeout, now } = clock;
  const simulation = createSimulation({ ...options, clock });
  const client = createClient({
    tokenUrl: TOKEN_URL,
    pushUrl: PUSH_URL,
    statusUrl: STATUS_URL,
    environment: { fetch: simulation.pageFetch, setTimeout, clearTimeout, now },
  });
  const token = async () => {
    const answer = await client.requestToken();
    if (answer.kind !== 'token') throw new Error('No token');
    return answer.token;
  };
  const push = async () => client.push((await token()).value, ORDER);
  return { clock, simulation, client, token, push, handset: simulation.daraja.handset(ORDER.phone) };
}

/** The backend settles in threads that no clock of ours waits for: it is asked until it knows. */
async function outcomeOf(clock: FakeClock, ask: () => Promise<StatusResult>): Promise<StatusResult> {
  for (;;) {
    await clock.advance(5_000);
    const answer = await ask();
    if (answer.kind !== 'pending') return answer;
  }
}

describe('The client and the demo’s backend', () => {
  it('go from the token to the prompt and its outcome', async () => {
    const { client, clock, handset, push } = bench();
    const pushed = await push();
    if (pushed.kind !== 'accepted') throw new Error('The push was not accepted');
    const query = { orderId: ORDER.orderId, paymentId: pushed.checkout.paymentId };
    expect(await client.status(query)).to.have.property('kind', 'pending');
    handset.approve();
    const answer = await outcomeOf(clock, () => client.status(query));
    expect(answer).to.have.nested.property('outcome.verdict', 'paid');
    expect(answer)
      .to.have.nested.property('outcome.receipt')
      .that.matches(/^[A-Z0-9]{10}$/);
    expect(answer).to.have.nested.property('outcome.checkoutRequestId', pushed.checkout.checkoutRequestId);
  });

  it('agree on how long a token lives, fresh, and stored with its end in sight', async () => {
    const { clock, simulation, token } = bench();
    const end = clock.now() + 600_000;
    expect((await token()).expiresAt).to.be.within(end - 1_000, end);
    simulation.faults.add('token', 'expires-soon');
    expect((await token()).expiresAt).to.be.within(clock.now() + 4_000, clock.now() + 5_000);
  });

  it('renew a token that Daraja refuses, with one more push and one prompt', async () => {
    const { client, simulation, push } = bench();
    simulation.faults.add('push', 'expired');
    const refused = await push();
    expect(refused.kind).to.equal('expired');
    expect((await push()).kind).to.equal('accepted');
    expect(simulation.daraja.prompts).to.have.lengthOf(1);
    expect(await client.push('no-such-token', { ...ORDER, orderId: 'another' })).to.have.property('kind', 'expired');
  });

  for (const [fault, reason] of [
    ['reset', 'network'],
    ['reset-after', 'network'],
    ['no-answer', 'timeout'],
    ['stalled', 'timeout'],
    ['cut-short', 'bad-response'],
    ['not-json-200', 'bad-response'],
    ['missing-ids', 'bad-response'],
    ['server-500', 'server-error'],
    ['bad-gateway-html', 'server-error'],
    ['html-404', 'rejected'],
    ['daraja-500', 'rejected'],
    ['refused-code', 'rejected'],
    ['echo-token-error', 'rejected'],
    ['redirect', 'bad-response'],
    ['token-missing', 'token-missing'],
  ] as const) {
    it(`name ${fault} ${reason}, after one push`, async () => {
      const { client, clock, simulation, token } = bench();
      simulation.faults.add('push', fault);
      const pushed = client.push((await token()).value, ORDER);
      // Nothing else takes time: the backend checks its tokens in a thread that no clock of ours waits for.
      if (reason === 'timeout') await clock.advance(TIMEOUT_MS);
      expect(await pushed).to.have.nested.property('failure.reason', reason);
      expect(simulation.faults.log.filter(({ endpoint }) => endpoint === 'push')).to.have.lengthOf(1);
    });
  }

  it('keep a token out of every result, also where it is echoed', async () => {
    const { client, simulation, token } = bench();
    simulation.faults.add('push', 'echo-token', 'echo-token-error');
    const { value } = await token();
    for (const kind of ['accepted', 'failed']) {
      const result = await client.push(value, ORDER);
      expect(result.kind).to.equal(kind);
      expect(JSON.stringify(result)).not.to.contain(value);
    }
  });

  for (const fault of ['reset', 'html-404', 'not-a-token', 'not-json-200', 'server-500', 'cut-short'] as const) {
    it(`have no token on ${fault}`, async () => {
      const { client, simulation } = bench();
      simulation.faults.add('token', fault);
      expect(await client.requestToken()).to.have.property('kind', 'unavailable');
    });
  }

  for (const fault of ['reset', 'html-404', 'not-json-200', 'server-500', 'cut-short', 'redirect'] as const) {
    it(`know nothing yet on a status of ${fault}`, async () => {
      const { client, clock, handset, push, simulation } = bench();
      await push();
      handset.approve();
      await outcomeOf(clock, () => client.status({ orderId: ORDER.orderId }));
      simulation.faults.add('status', fault);
      expect(await client.status({ orderId: ORDER.orderId })).to.have.property('kind', 'pending');
      expect(await client.status({ orderId: ORDER.orderId })).to.have.property('kind', 'outcome');
    });
  }

  it('wait as long as the status endpoint asks', async () => {
    const { client, simulation } = bench();
    simulation.faults.add('status', { fault: 'retry-after', seconds: 12, status: 429 });
    expect(await client.status({ orderId: ORDER.orderId })).to.deep.include({ kind: 'pending', retryAfterMs: 12_000 });
  });
});
