import { expect } from '@open-wc/testing';
import type { Fault } from '../../simulator/faults.js';
import { CARELESS, Harness, ORIGIN, quiet, withConsole, withSimulation } from '../support/harness.js';

/** Every string that script can reach from `root` by names and symbols, getters of prototypes included. */
function reachable(root: object): string[] {
  const strings: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string') strings.push(value);
    if (typeof value === 'symbol') strings.push(String(value));
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || depth > 7) return;
    if (seen.has(value) || value === window || value === document) return;
    seen.add(value);
    if (value instanceof Node && value !== root && value !== (root as Element).shadowRoot) return;
    if (value instanceof Map) for (const entry of value) visit(entry, depth + 1);
    if (value instanceof Set) for (const item of value) visit(item, depth + 1);
    for (let owner: object | null = value; owner; owner = Object.getPrototypeOf(owner) as object | null) {
      for (const key of Reflect.ownKeys(owner)) {
        strings.push(String(key));
        let inside: unknown;
        try {
          inside = Reflect.get(owner, key, value);
        } catch {
          continue;
        }
        visit(inside, depth + 1);
      }
    }
  };
  visit(root, 0);
  return strings;
}

function storageDump(): string {
  return JSON.stringify([
    Object.entries(localStorage),
    Object.entries(sessionStorage),
    document.cookie,
    location.href,
    history.state,
  ]);
}

function domDump(element: Element): string {
  const attributes = [element, ...element.shadowRoot!.querySelectorAll('*')].flatMap((node) =>
    [...node.attributes].map(({ name, value }) => `${name}=${value}`),
  );
  return [document.documentElement.outerHTML, element.shadowRoot!.innerHTML, ...attributes].join('\n');
}

const FATES: Record<string, { push?: Fault[]; token?: Fault[]; outcome?: number }> = {
  'all goes well': { outcome: 0 },
  'the customer cancels': { outcome: 1032 },
  'the answer echoes the token': { push: ['echo-token'] },
  'the refusal quotes the token': { push: ['echo-token-error'] },
  'the token expires': { push: ['expired'] },
  'the token expires twice': { push: ['expired', 'expired'] },
  'the token expires and the refusal quotes it': { push: ['expired', 'echo-token-error'] },
  'the line breaks': { push: ['reset-after'] },
  'nobody answers': { push: ['no-answer'] },
  'the answer is cut short': { push: ['cut-short'] },
  'the server fails': { push: ['server-500'] },
  'the push is refused': { push: ['html-404'] },
  'the token is cut short': { token: ['cut-short', 'cut-short'] },
};

describe('Nothing leaks', () => {
  const network = withSimulation(() => CARELESS);
  const heard = withConsole();
  const PHONE = /(?:254|0)?7\D?2\D?3\D?4\D?5\D?6\D?7\D?8\D?9/;

  for (const [title, { push = [], token = [], outcome }] of Object.entries(FATES)) {
    it(`where ${title}`, async () => {
      const issued: string[] = [];
      const { pageFetch } = network.current;
      network.answer = ({ endpoint }) =>
        endpoint === 'token'
          ? pageFetch(`${ORIGIN}/payments/mpesa/token`).then(async (response) => {
              const text = await response.text();
              issued.push((JSON.parse(text) as { access_token: string }).access_token);
              return new Response(text, response);
            })
          : undefined;
      const details: string[] = [];
      const snapshots: string[] = [];
      const widget = await Harness.create({ 'status-url': `${ORIGIN}/payments/mpesa/status` });
      const look = () => {
        snapshots.push(storageDump(), domDump(widget.element), ...reachable(widget.element));
      };
      for (const type of ['push-request', 'push-success', 'push-failure', 'token-expired', 'state-change'] as const) {
        widget.element.addEventListener(type, (event) => {
          details.push(JSON.stringify((event as CustomEvent).detail));
          details.push(...reachable((event as CustomEvent<object>).detail));
          look();
        });
      }
      network.current.faults.set({ push, token });
      await widget.payInTime('0723 456 789');
      look();
      if (outcome !== undefined) widget.settle(outcome);
      else if (widget.element.state !== 'failed') await network.poll();
      await quiet();
      await widget.drawn();
      look();
      details.push(...widget.heard.map(({ detail }) => JSON.stringify(detail)));
      const names = (await (navigator as { locks?: LockManager }).locks?.query()) ?? {};

      const secrets = new Set([...issued, ...network.tokens]);
      if (!token.length) expect(secrets.size).to.be.greaterThan(0);
      for (const secret of secrets) {
        expect(details.join('\n'), 'event details').not.to.contain(secret);
        expect(snapshots.join('\n'), 'element, page and storage').not.to.contain(secret);
        expect(heard.all.join('\n'), 'console').not.to.contain(secret);
        expect(JSON.stringify(names), 'locks').not.to.contain(secret);
        for (const { url, body } of network.requests) expect(url.href + body, 'requests').not.to.contain(secret);
      }
      expect(storageDump()).not.to.match(PHONE);
      expect(heard.all.join('\n')).not.to.match(PHONE);
      expect(JSON.stringify(names)).not.to.match(PHONE);
    });
  }

  it('can be seen by this test where there is something to be seen', () => {
    const element = document.createElement('vitumob-pay');
    Object.assign(element, { hidden_: { deep: new Map([['key', ['s3cret']]]) } });
    expect(reachable(element)).to.include('s3cret');
    expect('254723456789').to.match(PHONE);
    expect('0723 456 789').to.match(PHONE);
  });

  it('keeps what the backend says beside an echoed token', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['echo-token'] });
    await widget.pay();
    const { response } = widget.only('push-success').detail;
    expect(response).to.include.keys('access_token', 'debug', 'request', 'user_id');
    expect(response['user_id']).to.be.a('string');
  });

  it('sends the token nowhere but to the origin of the push', async () => {
    const widget = await Harness.create({ 'status-url': 'https://other.test/payments/mpesa/status' });
    await widget.pay();
    await network.poll();
    const carried = network.requests.filter(({ headers }) => headers.has('authorization'));
    expect(carried.map(({ endpoint }) => endpoint)).to.deep.equal(['push']);
  });
});
